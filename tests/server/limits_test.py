"""The limits of the built stepshaked, each with its flag in the error; sessions that expire; calls that take too long."""

import time
import unittest

import grpc
from google.protobuf import duration_pb2

from daemon_support import SECONDS, client_config, handshake, info_of, reason_of, server_config, serving


class Limits(unittest.TestCase):
    def refused(self, reason, flag, limit, call, *arguments, **fields):
        with self.assertRaises(grpc.RpcError) as raised:
            call(*arguments, **fields)
        error = raised.exception
        self.assertEqual(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED, error.details())
        self.assertEqual(reason_of(error), reason)
        self.assertEqual((info_of(error).metadata["flag"], info_of(error).metadata["limit"]),
                         (flag, str(limit)))
        self.assertIn(flag, error.details())

    def gone(self, daemon, name):
        end = time.monotonic() + SECONDS
        while True:
            try:
                daemon.get(name)
            except grpc.RpcError as error:
                self.assertEqual(error.code(), grpc.StatusCode.NOT_FOUND)
                return
            self.assertLess(time.monotonic(), end, "it does not expire")
            time.sleep(0.02)

    def test_each_by_its_flag(self):
        with serving("--max-sessions", "2", "--max-step-input", "100", "--max-steps", "3",
                     "--max-pending-bytes", "150", "--max-config-bytes", "5000",
                     "--max-streams", "1") as daemon:
            name, other = daemon.create(), daemon.create()
            self.refused("TOO_MANY_SESSIONS", "--max-sessions", 2, daemon.create)
            daemon.delete(other)
            self.refused("CONFIG_TOO_LARGE", "--max-config-bytes", 5000, daemon.create,
                         client_config(trust_anchors="x" * 5000))
            none = handshake.CALL_UNSPECIFIED
            self.refused("STEP_TOO_LARGE", "--max-step-input", 100, daemon.step, name, none,
                         input=bytes(101))
            self.assertEqual(daemon.step(name, none, input=bytes(100)).pending_input_bytes, 100)
            self.refused("TOO_MANY_PENDING_BYTES", "--max-pending-bytes", 150, daemon.step, name,
                         none, input=bytes(51))
            ended = []
            stream = daemon.stream(name, ended)
            self.refused("TOO_MANY_STREAMS", "--max-streams", 1, daemon.stream, name, ended)
            stream.cancel()
            ended.append(True)
            self.assertEqual(daemon.step(name, none).step, 3)
            self.refused("TOO_MANY_STEPS", "--max-steps", 3, daemon.step, name, none)
            self.assertEqual(daemon.get(name).step, 3)

    def test_what_a_session_holds(self):
        """The handshake's messages stay with it, although nothing of them is pending."""
        with serving("--max-session-bytes", "4000") as daemon:
            client, server = daemon.create(client_config()), daemon.create(server_config())
            hello = daemon.step(client).output
            flight = daemon.step(server, input=hello)
            self.assertEqual((flight.pending_input_bytes, flight.pending_output_bytes), (0, 0))
            self.refused("SESSION_TOO_LARGE", "--max-session-bytes", 4000, daemon.step, server,
                         handshake.CALL_UNSPECIFIED, input=bytes(3900))
            # Bringing nothing is no reason.
            self.assertEqual(daemon.step(server).step, 2)

    def test_a_session_that_nobody_steps_expires(self):
        with serving("--max-idle", "400ms", "--max-sessions", "1") as daemon:
            name = daemon.create()
            session = daemon.get(name)
            self.assertEqual(session.expire_time.ToNanoseconds() - session.create_time.ToNanoseconds(),
                             400_000_000)
            self.gone(daemon, name)
            for call in (daemon.step, daemon.delete, daemon.export):
                with self.assertRaises(grpc.RpcError) as raised:
                    call(name)
                self.assertEqual(raised.exception.code(), grpc.StatusCode.NOT_FOUND)
            self.assertEqual(daemon.names(), [])
            daemon.wait_for_log(f"session ended session={name} reason=expired")
            daemon.create()  # its place is free

    def test_a_step_puts_the_end_off_but_not_beyond_the_lifetime(self):
        with serving("--max-idle", "1h", "--max-lifetime", "2h") as daemon:
            name = daemon.create()
            first = daemon.get(name)
            daemon.step(name)
            second = daemon.get(name)
            self.assertEqual(second.expire_time.ToNanoseconds() - second.update_time.ToNanoseconds(),
                             3600 * 10**9)
            self.assertGreater(second.expire_time.ToNanoseconds(), first.expire_time.ToNanoseconds())
            short = daemon.get(daemon.create(ttl=duration_pb2.Duration(seconds=60)))
            self.assertEqual(short.expire_time.ToNanoseconds() - short.create_time.ToNanoseconds(),
                             60 * 10**9)
            self.refused("TTL_TOO_LONG", "--max-lifetime", 7200, daemon.create,
                         ttl=duration_pb2.Duration(seconds=7201))
            for ttl in (duration_pb2.Duration(), duration_pb2.Duration(seconds=-1)):
                with self.assertRaises(grpc.RpcError) as raised:
                    daemon.create(ttl=ttl)
                self.assertEqual(raised.exception.code(), grpc.StatusCode.INVALID_ARGUMENT)
                self.assertEqual(info_of(raised.exception).metadata["field"], "ttl")

    def test_a_ttl_is_kept(self):
        with serving() as daemon:
            name = daemon.create(ttl=duration_pb2.Duration(nanos=300_000_000))
            self.gone(daemon, name)

    def test_calls_that_wait_and_streams_end_in_time(self):
        with serving("--max-call-time", "300ms") as daemon:
            name = daemon.create(server_config(blocking=True))
            ended = []
            for call in (lambda timeout: daemon.handshakes.Step(handshake.StepRequest(
                            name=name, call=handshake.CALL_DO_HANDSHAKE), timeout=timeout),
                         lambda timeout: next(daemon.stream(name, ended))):
                for timeout in (None, SECONDS):  # without a deadline, and with a long one
                    with self.assertRaises(grpc.RpcError) as raised:
                        call(timeout)
                    self.assertEqual(raised.exception.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
                    self.assertEqual(reason_of(raised.exception), "CALL_TOO_LONG")
                    self.assertEqual(info_of(raised.exception).metadata["flag"], "--max-call-time")
            ended.append(True)
            self.assertEqual(daemon.get(name).state, "WaitClientHello")


if __name__ == "__main__":
    unittest.main()
