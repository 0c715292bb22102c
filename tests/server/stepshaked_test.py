"""The built stepshaked as its operator sees it: flags, ports, signals, health, reflection, nonsense on the wire."""

import signal
import socket
import struct
import subprocess
import threading
import time
import unittest

import grpc

from daemon_support import (SECONDS, calling, client_config, handshake, health_request, never_ending, reason_of, run,
                            server_config, serving, serving_status)


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
            self.assertIn(f"session ended session={name} reason=shutdown role=client steps=0", log)

    def test_a_drain_ends_open_streams_and_tells_watchers(self):
        with serving("--drain-timeout", "45s") as daemon:
            ended = []
            stream = daemon.stream(daemon.create(), ended)
            watches = []
            for service in ("stepshake.v1.HandshakeService", "readiness", "liveness"):
                watches.append(daemon.channel.unary_stream("/grpc.health.v1.Health/Watch")(
                    health_request(service), timeout=SECONDS))
                self.assertEqual(serving_status(next(watches[-1])), 1)
            start = time.monotonic()
            daemon.process.send_signal(signal.SIGTERM)
            for watch in watches[:2]:
                self.assertEqual(serving_status(next(watch)), 2)
            with self.assertRaises(grpc.RpcError):  # its last word was SERVING: the process works
                next(watches[2])
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

    def test_one_thread_takes_all_calls_in(self):
        with serving("--io-threads", "1", "--health-listen", "127.0.0.1:0") as daemon:
            name, ended = daemon.create(), []
            daemon.stream(name, ended)  # which stays open meanwhile
            self.assertEqual([daemon.step(daemon.create()).step for _ in range(20)], [1] * 20)
            ended.append(True)
            self.assertEqual(daemon.stop()[0], 0)

    def test_a_drain_under_load_cuts_no_step_off(self):
        """Callers step without a pause until their connection ends: each step is answered, or refused as a whole."""
        with serving("--drain-timeout", "45s") as daemon:
            name, ended, answered, wrong = daemon.create(), [], [], []
            stream = daemon.stream(name, ended)

            def step_on():
                while True:
                    try:
                        answered.append(daemon.step(name).step)
                    except grpc.RpcError as error:
                        if error.code() != grpc.StatusCode.UNAVAILABLE:
                            wrong.append(error)
                            return
                        if not reason_of(error):
                            return
            callers = [threading.Thread(target=step_on) for _ in range(4)]
            for caller in callers:
                caller.start()
            while len(answered) < 50:
                time.sleep(0.01)
            daemon.process.send_signal(signal.SIGTERM)
            with self.assertRaises(grpc.RpcError) as raised:
                next(stream)
            self.assertEqual(reason_of(raised.exception), "SHUTTING_DOWN")
            ended.append(True)
            for caller in callers:
                caller.join(SECONDS)
            self.assertEqual(daemon.process.wait(SECONDS), 0)
            self.assertEqual(wrong, [])
            # No step was done without its answer: the stream did the first.
            self.assertEqual(sorted(answered), list(range(2, 2 + len(answered))))
            self.assertIn(f"steps={1 + len(answered)} ", daemon.log())
            self.assertNotIn("cut off", daemon.log())

    def test_a_second_signal_ends_at_once(self):
        small_window = [("grpc.http2.bdp_probe", 0), ("grpc.http2.lookahead_bytes", 65536)]
        with serving("--drain-timeout", "10m") as daemon, \
                calling(daemon.address, options=small_window) as slow:
            client, server = daemon.create(client_config()), daemon.create(server_config())
            self.assertTrue(daemon.shake_hands(client, server)[1].handshake_complete)
            # A caller that does not take its answer, a megabyte, holds the drain up.
            ended = []
            write = handshake.RunSessionRequest(step=handshake.StepRequest(
                name=server, call=handshake.CALL_WRITE, data=bytes(1_000_000)))
            before = daemon.get(server).step
            stream = slow.handshakes.RunSession(never_ending([write], ended), timeout=SECONDS)
            while daemon.get(server).step == before:
                time.sleep(0.01)
            daemon.process.send_signal(signal.SIGTERM)
            daemon.wait_for_log("draining")
            with self.assertRaises(subprocess.TimeoutExpired):
                daemon.process.wait(0.3)
            daemon.process.send_signal(signal.SIGTERM)
            self.assertEqual(daemon.process.wait(SECONDS), -signal.SIGTERM)
            ended.append(True)
            stream.cancel()


def reflect(client):
    """What services there are, in bytes of ServerReflectionResponse."""
    call = client.channel.stream_stream(
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
    list_services = b"\x3a\x01*"  # ServerReflectionRequest.list_services
    return next(call(iter([list_services]), timeout=SECONDS))


class BesideTheService(unittest.TestCase):
    def test_health(self):
        with serving() as daemon:
            for service in ("", "stepshake.v1.HandshakeService", "stepshake.v1.CapabilityService",
                            "readiness", "liveness"):
                self.assertEqual(daemon.health(service), 1, service)
            with self.assertRaises(grpc.RpcError) as raised:
                daemon.health("no.such.Service")
            self.assertEqual(raised.exception.code(), grpc.StatusCode.NOT_FOUND)

    def test_health_on_its_own_port(self):
        with serving("--health-listen", "127.0.0.1:0") as daemon:
            with calling(daemon.addresses["health"]) as probe:
                for service in ("", "stepshake.v1.HandshakeService", "readiness", "liveness"):
                    self.assertEqual(probe.health(service), 1, service)
                for nothing_else in (probe.get_capabilities, lambda: reflect(probe)):
                    with self.assertRaises(grpc.RpcError) as raised:
                        nothing_else()
                    self.assertEqual(raised.exception.code(), grpc.StatusCode.UNIMPLEMENTED)
            self.assertEqual(daemon.stop()[0], 0)

    def test_no_reflection_where_it_is_not_wanted(self):
        with serving("--reflection=false") as daemon:
            with self.assertRaises(grpc.RpcError) as raised:
                reflect(daemon)
            self.assertEqual(raised.exception.code(), grpc.StatusCode.UNIMPLEMENTED)
            self.assertEqual(daemon.health(""), 1)

    def test_reflection(self):
        with serving() as daemon:
            answer = reflect(daemon)
            for service in (b"stepshake.v1.HandshakeService", b"stepshake.v1.CapabilityService",
                            b"grpc.health.v1.Health"):
                self.assertIn(service, answer)


class Nonsense(unittest.TestCase):
    def still_serves(self, daemon):
        self.assertTrue(daemon.get_capabilities().server_version)

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
