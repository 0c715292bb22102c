"""A caller as docs/deployment.md asks for one: every step has its number and a request id, and a call that is
UNAVAILABLE is made again."""
import itertools
import time
import uuid

import grpc

from stepshake.v1 import code_points_pb2 as points
from stepshake.v1 import handshake_service_pb2 as api
from stepshake.v1 import session_pb2

SECONDS = 60
HEADER = "x-stepshake-session"


def config(role):
    made = session_pb2.SessionConfig(role=role)
    if role == points.ROLE_SERVER:
        made.identities.add(test_identity="ecdsa")
    else:
        made.verification = session_pb2.VERIFICATION_OFF
    return made


class Caller:
    def __init__(self, stub, with_header=False):
        self.stub, self.with_header = stub, with_header
        self.repeated = 0

    def until_answered(self, method, request, key=None):
        metadata = [(HEADER, key)] if key and self.with_header else []
        end = time.monotonic() + SECONDS
        for attempt in itertools.count():
            try:
                return method(request, timeout=SECONDS, metadata=metadata)
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.UNAVAILABLE or time.monotonic() > end:
                    raise
                self.repeated += 1
                time.sleep(min(0.5, 0.02 * 2**attempt))

    def create(self, role):
        request = api.CreateSessionRequest(config=config(role))
        return Session(self, self.until_answered(self.stub.CreateSession, request).session.name)


class Session:
    def __init__(self, caller, name):
        self.caller, self.name, self.steps = caller, name, 0

    def step(self, given, call=api.CALL_DO_HANDSHAKE, **more):
        self.steps += 1
        request = api.StepRequest(name=self.name, call=call, input=given, expected_step=self.steps,
                                  request_id=uuid.uuid4().hex, **more)
        answer = self.caller.until_answered(self.caller.stub.Step, request, self.name)
        assert answer.step == self.steps, f"{self.name}: step {answer.step}, not {self.steps}"
        return answer

    def get(self):
        return self.caller.until_answered(
            self.caller.stub.GetSession, api.GetSessionRequest(name=self.name), self.name).session

    def remove(self):
        try:
            self.caller.until_answered(
                self.caller.stub.DeleteSession, api.DeleteSessionRequest(name=self.name), self.name)
        except grpc.RpcError as error:  # deleted by a call that was answered to nobody
            if error.code() != grpc.StatusCode.NOT_FOUND:
                raise


def shake_hands(caller):
    """Both ends, until both say that they are through; the two sessions."""
    client, server = caller.create(points.ROLE_CLIENT), caller.create(points.ROLE_SERVER)
    to_client, done = b"", {client: False, server: False}
    for _ in range(10):
        answer = client.step(to_client)
        done[client] = answer.return_value == 1
        answer = server.step(answer.output)
        to_client = answer.output
        done[server] = answer.return_value == 1
        if all(done.values()):
            return client, server
        assert not answer.errors, answer
    raise AssertionError(f"no end of it: {answer}")
