"""Your TLS library (here: Python's ssl module, as a client) against a server session of Stepshake."""
import ssl
import sys

import grpc
from stepshake.v1 import handshake_service_pb2 as api
from stepshake.v1 import handshake_service_pb2_grpc, session_pb2
from stepshake.v1 import code_points_pb2 as points

stepshake = handshake_service_pb2_grpc.HandshakeServiceStub(grpc.insecure_channel(sys.argv[1]))
config = session_pb2.SessionConfig(
    role=points.ROLE_SERVER, identities=[session_pb2.Identity(test_identity="ecdsa")])
session = stepshake.CreateSession(api.CreateSessionRequest(config=config)).session

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # your library starts here
context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
from_peer, to_peer = ssl.MemoryBIO(), ssl.MemoryBIO()
client = context.wrap_bio(from_peer, to_peer)

for _ in range(10):
    try:
        client.do_handshake()
        done = True
    except ssl.SSLWantReadError:
        done = False
    answer = stepshake.Step(api.StepRequest(
        name=session.name, call=api.CALL_DO_HANDSHAKE, input=to_peer.read()))
    print(answer.return_value, points.SslError.Name(answer.ssl_error), answer.state, answer.failure.detail)
    from_peer.write(answer.output)
    if done and answer.handshake_complete:
        sys.exit(0)
sys.exit(1)
