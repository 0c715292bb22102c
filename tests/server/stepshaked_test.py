"""The built stepshaked as its operator sees it: flags, ports, signals, health, reflection, nonsense on the wire."""

import contextlib
import os
import signal
import socket
import struct
import subprocess
import time
import unittest

import grpc

from google.rpc import error_details_pb2, status_pb2
from stepshake.v1 import capability_service_pb2 as capability
from stepshake.v1 import capability_service_pb2_grpc as capability_grpc
from stepshake.v1 import handshake_service_pb2 as handshake
from stepshake.v1 import handshake_service_pb2_grpc as handshake_grpc

SECONDS = 50  # for what ends at once unless something is broken, or the machine very busy


def run(*arguments):
    """stepshaked to its end: for what must not serve."""
    return subprocess.run([os.environ["STEPSHAKED"], *arguments], capture_output=True, text=True,
                          timeout=SECONDS, check=False)


class Daemon:
    """A running stepshaked on a free port."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [os.environ["STEPSHAKED"], "--listen", "127.0.0.1:0", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on 127.0.0.1:"), line
        self.address = line.split()[-1]
        self.channel = grpc.insecure_channel(
            self.address, options=[("grpc.enable_http_proxy", 0),
                                   ("grpc.use_local_subchannel_pool", 1)])
        self.handshakes = handshake_grpc.HandshakeServiceStub(self.channel)
        self.capabilities = capability_grpc.CapabilityServiceStub(self.channel)

    def create(self):
        request = handshake.CreateSessionRequest()
        request.config.role = 1
        return self.handshakes.CreateSession(request, timeout=SECONDS).session.name

    def health(self, service):
        """grpc.health.v1's ServingStatus: 1 SERVING, 2 NOT_SERVING."""
        check = self.channel.unary_unary("/grpc.health.v1.Health/Check")
        return serving_status(check(health_request(service), timeout=SECONDS))

    def stop(self, with_signal=signal.SIGTERM):
        self.process.send_signal(with_signal)
        out, log = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, out, log

    def close(self):
        self.channel.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=SECONDS)


def health_request(service):
    name = service.encode()
    return b"\x0a" + bytes([len(name)]) + name if name else b""


def serving_status(response):
    return response[1] if response else 0


def reason_of(error):
    for key, value in error.trailing_metadata():
        if key == "grpc-status-details-bin":
            info = error_details_pb2.ErrorInfo()
            status_pb2.Status.FromString(value).details[0].Unpack(info)
            return info.reason
    return None


@contextlib.contextmanager
def serving(*arguments):
    daemon = Daemon(*arguments)
    try:
        yield daemon
    finally:
        daemon.close()


class CommandLine(unittest.TestCase):
    def test_help_and_version(self):
        for flag in ("--help", "--version"):
            done = run(flag)
            self.assertEqual(done.returncode, 0)
            self.assertIn("stepshaked", done.stdout)
            self.assertEqual(done.stderr, "")

    def test_a_mistake_is_one_line(self):
        for arguments in (["--nonsense"], ["--listen", "nonsense"], ["--listen", "0.0.0.0:0"],
                          ["--listen", "no.such.host.invalid:1"], ["--max-sessions", "0"]):
            done = run(*arguments)
            self.assertEqual(done.returncode, 2, arguments)
            self.assertEqual(done.stdout, "")
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_a_port_that_is_taken_is_one_line(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = "127.0.0.1:%d" % taken.getsockname()[1]
            done = run("--listen", address)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr,
                         f"stepshaked: cannot listen on {address}: Address already in use\n")

    def test_a_second_stepshaked_does_not_share_a_port(self):
        with serving() as first:
            done = run("--listen", first.address)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Address already in use", done.stderr)


class Signals(unittest.TestCase):
    def test_each_drains_and_exits_with_0(self):
        for which in (signal.SIGTERM, signal.SIGINT):
            with serving() as daemon:
                name = daemon.create()
                status, out, log = daemon.stop(which)
            self.assertEqual(status, 0, log)
            self.assertEqual(out, "")  # beside "listening on"
            self.assertIn(f"{name} ended by the server's shutdown: role=client steps=0", log)

    def test_a_drain_ends_open_streams_and_tells_watchers(self):
        with serving("--drain-timeout", "45s") as daemon:
            step = handshake.RunSessionRequest()
            step.step.name = daemon.create()
            ended = []
            stream = daemon.handshakes.RunSession(never_ending([step], ended), timeout=SECONDS)
            self.assertEqual(next(stream).step.step, 1)
            watch = daemon.channel.unary_stream("/grpc.health.v1.Health/Watch")(
                health_request("stepshake.v1.HandshakeService"), timeout=SECONDS)
            self.assertEqual(serving_status(next(watch)), 1)
            start = time.monotonic()
            daemon.process.send_signal(signal.SIGTERM)
            self.assertEqual(serving_status(next(watch)), 2)
            with self.assertRaises(grpc.RpcError) as raised:
                next(stream)
            ended.append(True)
            self.assertEqual(raised.exception.code(), grpc.StatusCode.UNAVAILABLE)
            self.assertEqual(reason_of(raised.exception), "SHUTTING_DOWN")
            self.assertEqual(daemon.process.wait(SECONDS), 0)
            self.assertLess(time.monotonic() - start, 40)  # the watcher does not hold it up

    def test_silent_connections_do_not_hold_up_a_drain(self):
        with serving("--drain-timeout", "45s") as daemon:
            host, port = daemon.address.rsplit(":", 1)
            with socket.create_connection((host, int(port)), SECONDS):
                start = time.monotonic()
                self.assertEqual(daemon.stop()[0], 0)
                self.assertLess(time.monotonic() - start, 40)


def never_ending(requests, ended):
    yield from requests
    while not ended:
        time.sleep(0.01)


class BesideTheService(unittest.TestCase):
    def test_health(self):
        with serving() as daemon:
            for service in ("", "stepshake.v1.HandshakeService", "stepshake.v1.CapabilityService"):
                self.assertEqual(daemon.health(service), 1, service)
            with self.assertRaises(grpc.RpcError) as raised:
                daemon.health("no.such.Service")
            self.assertEqual(raised.exception.code(), grpc.StatusCode.NOT_FOUND)

    def test_reflection(self):
        with serving() as daemon:
            reflect = daemon.channel.stream_stream(
                "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
            list_services = b"\x3a\x01*"  # ServerReflectionRequest.list_services
            answer = next(reflect(iter([list_services]), timeout=SECONDS))
            for service in (b"stepshake.v1.HandshakeService", b"stepshake.v1.CapabilityService",
                            b"grpc.health.v1.Health"):
                self.assertIn(service, answer)


class Nonsense(unittest.TestCase):
    def still_serves(self, daemon):
        self.assertTrue(daemon.capabilities.GetCapabilities(
            capability.GetCapabilitiesRequest(), timeout=SECONDS).server_version)

    def test_bytes_that_are_no_message(self):
        with serving() as daemon:
            step = daemon.channel.unary_unary("/stepshake.v1.HandshakeService/Step")
            for nonsense in (b"\xff" * 100, b"\x0a\xff\xff\xff\xff\x0f", b"\x0a\x02\xff\xfe"):
                with self.assertRaises(grpc.RpcError):
                    step(nonsense, timeout=SECONDS)
            self.still_serves(daemon)

    def test_methods_that_are_none(self):
        with serving() as daemon:
            with self.assertRaises(grpc.RpcError) as raised:
                daemon.channel.unary_unary("/stepshake.v1.HandshakeService/Fly")(
                    b"", timeout=SECONDS)
            self.assertEqual(raised.exception.code(), grpc.StatusCode.UNIMPLEMENTED)
            self.still_serves(daemon)

    def test_what_is_no_http2(self):
        with serving() as daemon:
            host, port = daemon.address.rsplit(":", 1)
            for nonsense in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x00\x05hello",
                             b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + struct.pack(">I", 1 << 31) * 9):
                with socket.create_connection((host, int(port)), SECONDS) as plain:
                    plain.sendall(nonsense)
            self.still_serves(daemon)

    def test_callers_that_go_away(self):
        with serving() as daemon:
            name = daemon.create()
            for _ in range(20):
                step = handshake.RunSessionRequest()
                step.step.name = name
                daemon.handshakes.RunSession(iter([step]), timeout=SECONDS).cancel()
            self.still_serves(daemon)
            status, _, log = daemon.stop()
            self.assertEqual(status, 0, log)


if __name__ == "__main__":
    unittest.main()
