"""stepshakeds over one real redis-server: one killed in mid-handshake, the network cut by a proxy that stops."""
import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import grpc

from google.rpc import error_details_pb2, status_pb2
from stepshake.v1 import handshake_service_pb2 as api
from stepshake.v1 import handshake_service_pb2_grpc as stubs

SECONDS = 60  # for what takes a moment unless the machine is very busy


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Redis:
    """What it was told before it was killed it has again."""

    def __init__(self, folder):
        self.port, self.folder = free_port(), folder
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", folder,
             "--save", "", "--appendonly", "yes", "--appendfsync", "always"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                with socket.create_connection(("127.0.0.1", self.port), SECONDS) as probe:
                    probe.sendall(b"PING\r\n")
                    if probe.recv(16).startswith(b"+PONG"):
                        return
            time.sleep(0.02)
        raise AssertionError("redis-server does not answer")

    def stop(self):
        self.process.kill()
        self.process.wait(SECONDS)


class Proxy:
    """A network between a server and the store, which can be cut: connections break, and none comes about."""

    def __init__(self, port):
        self.port, self.whole, self.open = port, True, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if not self.whole:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.port))
            self.open += [near, far]
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self.carry, args=(source, sink), daemon=True).start()

    @staticmethod
    def carry(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self):
        self.whole = False
        for end in self.open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self):
        self.whole = True

    def close(self):
        self.listener.close()
        self.cut()


class Daemon:
    def __init__(self, redis_address, key_file, *arguments):
        self.process = subprocess.Popen(
            [os.environ["STEPSHAKED"], "--listen", "127.0.0.1:0", "--redis", redis_address,
             "--key-file", key_file, *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.process.stdout.readline()
        assert line.startswith("listening on"), line
        self.channel = grpc.insecure_channel(
            line.split()[-1], options=[("grpc.enable_http_proxy", 0),
                                       ("grpc.use_local_subchannel_pool", 1)])
        self.stub = stubs.HandshakeServiceStub(self.channel)

    def create(self, role):
        request = api.CreateSessionRequest()
        request.config.role = role
        if role == 1:
            request.config.server_name = "localhost"
            request.config.trust_test_ca = True
        else:
            request.config.identities.add(test_identity="ecdsa")
        return self.stub.CreateSession(request, timeout=SECONDS).session.name

    def kill(self):
        self.process.kill()
        self.process.wait(SECONDS)

    def close(self):
        self.channel.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=SECONDS)


class Careful:
    """A side of a handshake whose caller repeats what was not answered, at whichever server is there."""

    def __init__(self, name):
        self.name, self.step, self.offset, self.received = name, 0, 0, 0

    def request(self, data):
        return api.StepRequest(name=self.name, call=api.CALL_DO_HANDSHAKE, input=data,
                               expected_step=self.step + 1, request_id=f"{self.step + 1}",
                               input_offset=self.offset, acknowledged_output_offset=self.received)

    def take(self, daemon, data):
        request, end = self.request(data), time.monotonic() + SECONDS
        while True:
            try:
                answer = daemon.stub.Step(request, timeout=SECONDS)
                break
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.UNAVAILABLE or time.monotonic() > end:
                    raise
                time.sleep(0.05)
        assert answer.step == self.step + 1, answer
        self.step, self.offset = answer.step, answer.input_offset
        self.received = answer.output_offset + len(answer.output)
        return answer


def has_retry_hint(error):
    for key, value in error.trailing_metadata():
        if key == "grpc-status-details-bin":
            details = status_pb2.Status.FromString(value).details
            retry = error_details_pb2.RetryInfo()
            return any(detail.Unpack(retry) for detail in details) and retry.retry_delay.seconds > 0
    return False


class Store(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="stepshake-store-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.redis = Redis(self.folder)
        self.addCleanup(self.redis.stop)
        self.key_file = os.path.join(self.folder, "keys")
        with open(self.key_file, "w") as keys:
            keys.write("# the only one\n" + secrets.token_hex(32) + "\n")

    def daemon(self, address=None, *arguments):
        daemon = Daemon(address or f"127.0.0.1:{self.redis.port}", self.key_file, *arguments)
        self.addCleanup(daemon.close)
        return daemon

    def test_a_server_killed_in_mid_handshake_is_replaced(self):
        doomed, other = self.daemon(), self.daemon()
        client, server = Careful(doomed.create(1)), Careful(doomed.create(2))
        hello = client.take(doomed, b"").output
        flight = server.take(doomed, hello).output
        doomed.kill()
        # The answer to the last request may have been lost with it: it is the same again.
        server.step, server.offset, server.received = 0, 0, 0
        self.assertEqual(server.take(other, hello).output, flight)
        finished = client.take(other, flight)
        self.assertTrue(finished.handshake_complete, finished)
        self.assertTrue(server.take(other, finished.output).handshake_complete)

    def test_a_server_killed_while_it_steps_leaves_each_step_done_once(self):
        other = self.daemon()
        client = Careful(other.create(1))
        for _ in range(5):
            doomed = self.daemon()
            ended = []

            def step_until_killed(request=client.request(b""), stub=doomed.stub):
                with contextlib.suppress(grpc.RpcError):
                    stub.Step(request, timeout=SECONDS)
                ended.append(True)

            stepping = threading.Thread(target=step_until_killed)
            stepping.start()
            doomed.kill()
            stepping.join(SECONDS)
            self.assertTrue(ended)
            client.take(other, b"")
        session = other.stub.GetSession(api.GetSessionRequest(name=client.name), timeout=SECONDS)
        self.assertEqual(session.session.step, 5)

    def test_a_cut_network_is_told_and_loses_nothing(self):
        proxy = Proxy(self.redis.port)
        self.addCleanup(proxy.close)
        cut_off, other = self.daemon(proxy.address), self.daemon()
        client, server = Careful(cut_off.create(1)), Careful(other.create(2))
        hello = client.take(cut_off, b"").output
        proxy.cut()
        with self.assertRaises(grpc.RpcError) as raised:
            cut_off.stub.Step(server.request(hello), timeout=SECONDS)
        self.assertEqual(raised.exception.code(), grpc.StatusCode.UNAVAILABLE)
        self.assertTrue(has_retry_hint(raised.exception))
        flight = server.take(other, hello).output  # who is not cut off goes on
        proxy.mend()
        finished = client.take(cut_off, flight)
        self.assertTrue(finished.handshake_complete, finished)

    def test_a_full_store_refuses_what_is_new_and_is_no_outage(self):
        daemon = self.daemon()
        client = Careful(daemon.create(1))

        def limit(size):
            subprocess.run(["redis-cli", "-p", str(self.redis.port), "config", "set", "maxmemory", size],
                           stdout=subprocess.DEVNULL, timeout=SECONDS, check=True)
        limit("1")
        for refused in (lambda: daemon.create(1), lambda: client.take(daemon, b"")):
            with self.assertRaises(grpc.RpcError) as raised:
                refused()
            self.assertEqual(raised.exception.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
            self.assertIn("full", raised.exception.details())
        limit("0")
        self.assertTrue(client.take(daemon, b"").output)

    def test_sessions_outlive_a_drain(self):
        first = self.daemon()
        client = Careful(first.create(1))
        hello = client.take(first, b"").output
        first.process.send_signal(signal.SIGTERM)
        self.assertEqual(first.process.wait(SECONDS), 0)
        second = self.daemon()
        flight = Careful(second.create(2)).take(second, hello).output
        self.assertTrue(client.take(second, flight).handshake_complete)

    def test_a_store_of_another_service_is_refused_at_start(self):
        self.daemon()
        stranger_keys = os.path.join(self.folder, "other-keys")
        with open(stranger_keys, "w") as keys:
            keys.write(secrets.token_hex(32))
        for arguments, status, said in (
                (["--redis", f"127.0.0.1:{self.redis.port}", "--key-file", stranger_keys], 1, "key"),
                (["--redis", f"127.0.0.1:{self.redis.port}"], 2, "--key-file"),
                (["--redis", "nonsense", "--key-file", self.key_file], 2, "--redis"),
                (["--redis", f"127.0.0.1:{free_port()}", "--key-file", self.key_file], 1, "store"),
                (["--key-file", "/no/such/file"], 2, "--key-file")):
            done = subprocess.run([os.environ["STEPSHAKED"], "--listen", "127.0.0.1:0", *arguments],
                                  capture_output=True, text=True, timeout=SECONDS, check=False)
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertIn(said, done.stderr)
            # Before it gives up on a store that is out of reach it says that it waits.
            lines = [line for line in done.stderr.splitlines() if "waiting for the store" not in line]
            self.assertEqual(len(lines), 1, done.stderr)


if __name__ == "__main__":
    unittest.main()
