"""Replicas without a store: a call that comes to another one than its session's is told so."""
import pathlib
import tempfile
import unittest

import grpc

from google.rpc import error_details_pb2, status_pb2
from stepshake.v1 import code_points_pb2 as points
from stepshake.v1 import handshake_service_pb2 as api

import caller
import replicas


def reason_of(error):
    (packed,) = [value for key, value in error.trailing_metadata() if key == "grpc-status-details-bin"]
    info = error_details_pb2.ErrorInfo()
    status_pb2.Status.FromString(packed).details[0].Unpack(info)
    return info.reason


class WithoutAStore(unittest.TestCase):
    def test_a_call_at_the_wrong_replica_is_told_that_the_session_is_elsewhere(self):
        with tempfile.TemporaryDirectory() as folder:
            port = replicas.free_port("127.0.1.1", "127.0.1.2")
            both = []
            for host in ("127.0.1.1", "127.0.1.2"):
                both.append(replicas.Replica(pathlib.Path(folder), host, port, []))
                self.addCleanup(both[-1].stop)
            one, other = (caller.Caller(replicas.stub(f"{each.host}:{port}")) for each in both)
            session = one.create(points.ROLE_SERVER)
            gone = one.create(points.ROLE_SERVER)
            gone.remove()
            for stub, name, reason in ((other.stub, session.name, "SESSION_ELSEWHERE"),
                                       (one.stub, gone.name, "SESSION_NOT_FOUND")):
                for method, request in ((stub.Step, api.StepRequest(name=name)),
                                        (stub.GetSession, api.GetSessionRequest(name=name)),
                                        (stub.DeleteSession, api.DeleteSessionRequest(name=name))):
                    with self.assertRaises(grpc.RpcError) as refused:
                        method(request, timeout=replicas.SECONDS)
                    self.assertEqual(refused.exception.code(), grpc.StatusCode.NOT_FOUND)
                    self.assertEqual(reason_of(refused.exception), reason)
            session.step(b"")
            both[0].kill()  # what it had is gone, and not to be looked for at the new process
            with self.assertRaises(grpc.RpcError) as refused:
                session.get()
            self.assertEqual(reason_of(refused.exception), "SESSION_ELSEWHERE")


if __name__ == "__main__":
    unittest.main()
