"""stepshake accept with the real `openssl s_client` and `gnutls-cli`, with many peers at once, and with peers
that send garbage, dawdle, reset, or go away."""
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import threading
import time
import unittest

from cli_support import (SECONDS, STEPSHAKE, STEPSHAKED, Background, CliTest, make_ca, make_leaf,
                         receive_all)

REQUEST = b"GET / HTTP/1.0\r\n\r\n"
HANDSHAKE_FAILURE = bytes.fromhex("15030300020228")


class Accept(CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_ca(cls.folder)
        make_ca(cls.folder, "other")
        for name, key_type in (("ecdsa", "ec"), ("rsa", "rsa:2048"), ("ed25519", "ed25519")):
            make_leaf(cls.folder, name, key_type)
        make_leaf(cls.folder, "stranger", ca="other")
        cls.ca = os.path.join(cls.folder, "ca.pem")

    def accept_as(self, name, *arguments):
        return self.accept("--cert", self.path(name + ".pem"), "--key", self.path(name + ".key"),
                           *arguments)

    def s_client(self, port, *arguments, stdin=b""):
        ended = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", "-servername", "localhost",
             *arguments], input=stdin, capture_output=True, timeout=60)
        ended.text = (ended.stdout + ended.stderr).decode(errors="replace")
        return ended

    def tls(self, port):
        """Python's ssl, where the test must be in command of the bytes."""
        context = ssl.create_default_context(cafile=self.ca)
        connection = context.wrap_socket(self.connect_tcp(port), server_hostname="localhost")
        self.addCleanup(connection.close)
        return connection

    def assert_alive(self, port):
        """However the others behaved, the next one is served."""
        with self.tls(port) as connection:
            self.assertEqual(connection.version(), "TLSv1.3")

    def test_s_client_checks_the_ca(self):
        for key, scheme in (("ecdsa", "ECDSA"), ("rsa", "RSA-PSS"), ("ed25519", "[eE]d25519")):
            background, port = self.accept_as(key, "--alpn", "h2,http/1.1")
            ended = self.s_client(port, "-CAfile", self.ca, "-verify_return_error",
                                  "-verify_hostname", "localhost", "-alpn", "http/1.1,h2")
            self.assertEqual(ended.returncode, 0, ended.text)
            self.assertIn("Verification: OK", ended.text)
            self.assertRegex(ended.text, f"Peer signature type: {scheme}")
            self.assertIn("ALPN protocol: h2", ended.text)
            background.wait_for(r"^127\.0\.0\.1:\d+ complete TLS 1\.3 TLS_\w+ \w+ \w+ h2 localhost$")

    def test_gnutls_cli(self):
        background, port = self.accept_as("ecdsa", "--www")
        ended = subprocess.run(
            ["gnutls-cli", "--x509cafile", self.ca, "--sni-hostname", "localhost",
             "--verify-hostname", "localhost", "-p", str(port), "127.0.0.1"],
            input=REQUEST, capture_output=True, timeout=60)
        text = ended.stdout.decode() + ended.stderr.decode()
        self.assertEqual(ended.returncode, 0, text)
        self.assertIn("The certificate is trusted.", text)
        self.assertIn("HTTP/1.1 200 OK", text)
        background.wait_for("complete TLS 1.3")

    def test_every_suite_and_group(self):
        _, port = self.accept_as("ecdsa")
        for suite in ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                      "TLS_CHACHA20_POLY1305_SHA256"):
            ended = self.s_client(port, "-ciphersuites", suite)
            self.assertIn(f"Cipher is {suite}", ended.text)
        for group in ("X25519", "P-256", "P-384"):
            self.assertEqual(self.s_client(port, "-groups", group).returncode, 0)

    def test_nothing_in_common(self):
        background, port = self.accept_as("ecdsa", "--groups", "x25519", "--min-version", "1.3")
        ended = self.s_client(port, "-groups", "P-384")
        self.assertNotEqual(ended.returncode, 0)
        self.assertRegex(ended.text, "alert handshake failure")
        background.wait_for(r"failed: .*; alert handshake_failure$")
        ended = self.s_client(port, "-tls1_2")
        self.assertRegex(ended.text, "alert protocol version")
        self.assert_alive(port)

    def test_www(self):
        _, port = self.accept_as("ecdsa", "--www")
        for request in (REQUEST, REQUEST.replace(b"\r", b""), b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"):
            connection = self.tls(port)
            for byte in request[:-1]:  # in many records: the answer comes only with the empty line
                connection.send(bytes([byte]))
            connection.settimeout(0.3)
            with self.assertRaises(TimeoutError):
                connection.recv(1)
            connection.settimeout(SECONDS)
            connection.send(request[-1:])
            page = connection.recv(16384)  # one record: one recv
            head, body = page.split(b"\r\n\r\n", 1)
            self.assertTrue(head.startswith(b"HTTP/1.1 200 OK\r\n"))
            self.assertIn(b"Content-Length: %d\r\n" % len(body), head + b"\r\n")
            self.assertRegex(body, rb"version +TLS 1\.3\n")
            self.assertEqual(connection.recv(1), b"")  # close_notify, or Python would complain

    def test_www_never_asked(self):
        _, port = self.accept_as("ecdsa", "--www")
        connection = self.tls(port)
        connection.send(b"x" * 10000)
        connection.unwrap().close()
        self.assert_alive(port)

    def test_echo(self):
        _, port = self.accept_as("ecdsa", "--echo")
        connection = self.tls(port)
        for size in (1, 2, 100, 16384, 5):
            data = os.urandom(size)
            connection.sendall(data)
            self.assertEqual(connection.recv(16384), data)  # a record for a record
        connection.unwrap()  # fails unless close_notify is answered

    def test_echo_of_much_to_a_peer_that_reads_late(self):
        _, port = self.accept_as("ecdsa", "--echo")
        connection = self.tls(port)
        data = os.urandom(400_000)
        connection.sendall(data)
        received = b""
        while len(received) < len(data):
            piece = connection.recv(65536)
            self.assertTrue(piece)
            received += piece
        self.assertEqual(received, data)

    def test_data_is_dropped_otherwise(self):
        _, port = self.accept_as("ecdsa")
        connection = self.tls(port)
        connection.sendall(b"x" * 100_000)
        connection.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            connection.recv(1)
        connection.settimeout(SECONDS)
        connection.unwrap()

    def test_client_certificates(self):
        background, port = self.accept_as("ecdsa", "--require-client-cert", "--ca", self.ca, "--www")
        mine = ["-cert", self.path("rsa.pem"), "-key", self.path("rsa.key")]
        ended = self.s_client(port, *mine, "-quiet", stdin=REQUEST)
        self.assertRegex(ended.text, r"client signature +rsa_pss_rsae_sha256")
        self.assertRegex(ended.text, r"verification +0 ")
        ended = self.s_client(port, "-quiet", stdin=REQUEST)
        self.assertRegex(ended.text, "alert certificate required")
        background.wait_for("failed: .*alert certificate_required$")
        strange = ["-cert", self.path("stranger.pem"), "-key", self.path("stranger.key")]
        ended = self.s_client(port, *strange, "-quiet", stdin=REQUEST)
        self.assertRegex(ended.text, "alert unknown ca")

    def test_client_certificate_is_optional(self):
        background, port = self.accept_as("ecdsa", "--request-client-cert", "--ca", self.ca)
        self.assertEqual(self.s_client(port).returncode, 0)
        background.wait_for("complete")

    def test_alert_is_readable(self):
        """Half-closed and drained after an alert: a peer that has sent more than was read sees no reset."""
        _, port = self.accept_as("ecdsa")
        hello = bytes.fromhex("16030100050100000100") + b"\x17\x03\x03\x40\x00" * 20000
        connection = self.connect_tcp(port)
        connection.sendall(hello)
        data, reset = receive_all(connection)
        self.assertFalse(reset)
        self.assertRegex(data, re.compile(rb"\A\x15\x03[\x01\x03]\x00\x02\x02.\Z", re.DOTALL))

    def test_garbage(self):
        background, port = self.accept_as("ecdsa", "--www")
        for garbage in (b"", b"\0", REQUEST, b"\x16", b"\x16\x03\x01\x02", os.urandom(3000),
                        b"\x16\x03\x01\xff\xff" + b"a" * 70000, HANDSHAKE_FAILURE,
                        b"\x80\x2e\x01\x03\x01" + b"\0" * 41, b"SSH-2.0-OpenSSH_9.2\r\n"):
            with self.subTest(garbage[:20]):
                connection = self.connect_tcp(port)
                connection.sendall(garbage)
                connection.shutdown(socket.SHUT_WR)
                receive_all(connection)
        self.assert_alive(port)
        self.assertIsNone(background.process.poll())
        self.assert_no_sessions_left_but_alive(port)

    def assert_no_sessions_left_but_alive(self, port):
        self.assert_no_sessions_left()
        self.assert_alive(port)

    def test_resets(self):
        background, port = self.accept_as("ecdsa", "--echo")
        for _ in range(20):
            connection = self.connect_tcp(port)
            connection.send(os.urandom(10))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            connection.close()
        connection = self.tls(port)
        connection.sendall(b"x" * 100_000)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        connection.close()
        self.assert_no_sessions_left_but_alive(port)
        self.assertIsNone(background.process.poll())

    def test_garbage_after_the_handshake(self):
        _, port = self.accept_as("ecdsa", "--www")
        connection = self.tls(port)
        raw = socket.socket(fileno=os.dup(connection.fileno()))
        with raw:
            raw.sendall(b"\x17\x03\x03\x00\x20" + b"\0" * 32)
            with self.assertRaisesRegex(ssl.SSLError, "(?i)bad.record.mac"):
                connection.recv(1)
        self.assert_alive(port)

    def test_dawdlers_hold_up_nobody(self):
        _, port = self.accept_as("ecdsa", "--www")
        dawdlers = [self.connect_tcp(port) for _ in range(100)]
        for dawdler in dawdlers[::2]:
            dawdler.send(b"\x16\x03\x01")
        begin = time.monotonic()
        self.assert_alive(port)
        self.assertLess(time.monotonic() - begin, 5)

    def test_timeout(self):
        background, port = self.accept_as("ecdsa", "--timeout", "0.3")
        connection = self.connect_tcp(port)
        self.assertEqual(receive_all(connection)[0], b"")
        background.wait_for(r"failed: the peer was silent for 0\.3 s")

    def test_a_hundred_at_once(self):
        background, port = self.accept_as("ecdsa", "--echo")
        failures = []

        def talk(number):
            try:
                context = ssl.create_default_context(cafile=self.ca)
                with socket.create_connection(("127.0.0.1", port), 30) as raw:
                    with context.wrap_socket(raw, server_hostname="localhost") as connection:
                        barrier.wait(60)  # all of them are connected at once
                        connection.sendall(b"%d" % number)
                        if connection.recv(100) != b"%d" % number:
                            failures.append(number)
                        connection.unwrap()
            except Exception as error:  # a thread's own failure would go unseen
                failures.append(error)
                barrier.abort()

        barrier = threading.Barrier(100)
        threads = [threading.Thread(target=talk, args=(i,)) for i in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(len(re.findall("complete", background.text())), 100)
        self.assert_no_sessions_left()

    def test_a_thousand_in_turn(self):
        background, port = self.accept_as("ecdsa", "--www", "-n", "1000")
        context = ssl.create_default_context(cafile=self.ca)
        for _ in range(1000):
            with socket.create_connection(("127.0.0.1", port), SECONDS) as raw:
                with context.wrap_socket(raw, server_hostname="localhost") as connection:
                    connection.sendall(REQUEST)
                    self.assertTrue(connection.recv(16384).startswith(b"HTTP/1.1 200"))
        self.assertEqual(background.wait(), 0)
        self.assert_no_sessions_left()

    def test_max_connections(self):
        _, port = self.accept_as("ecdsa", "--max-connections", "2", "--timeout", "1")
        idle = [self.connect_tcp(port) for _ in range(2)]
        self.assert_alive(port)  # once one of them has timed out
        self.assertEqual(len(idle), 2)

    def test_naccept(self):
        background, port = self.accept("-n", "1")
        self.assertEqual(self.s_client(port).returncode, 0)
        self.assertEqual(background.wait(), 0)
        background, port = self.accept("--naccept", "2", "--min-version", "1.3")
        self.s_client(port, "-tls1_2")
        self.assertIsNone(background.process.poll())
        self.s_client(port)
        self.assertEqual(background.wait(), 1)  # one of the two failed

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            background, port = self.accept_as("ecdsa", "--echo")
            idle = self.connect_tcp(port)
            connected = self.tls(port)
            background.wait_for("complete")
            background.process.send_signal(number)
            self.assertEqual(background.wait(), 0)
            self.assertEqual(connected.recv(1), b"")  # close_notify
            idle.close()
            self.assert_no_sessions_left()

    def test_addresses(self):
        for address, shown in (("0", r"127\.0\.0\.1"), ("127.0.0.2:0", r"127\.0\.0\.2"),
                               (":0", r"127\.0\.0\.1"), ("localhost:0", r"127\.0\.0\.1|\[::1\]")):
            background = self.start(STEPSHAKE, "accept", address, env=self.environment)
            background.wait_for(rf"\Alistening on ({shown}):[1-9]\d*\n")
            background.stop()

    def test_port_in_use(self):
        _, port = self.accept()
        ended = self.stepshake("accept", str(port), expect=2)
        self.assert_one_error_line(ended, "cannot listen on .*[Aa]ddress already in use")

    def test_json(self):
        background = self.start(STEPSHAKE, "accept", "0", "-o", "json", "-n", "2",
                                "--min-version", "1.3", env=self.environment)
        address = json.loads(background.wait_for("^.*listening.*$").group(0))["address"]
        port = int(address.rpartition(":")[2])
        self.s_client(port)
        self.s_client(port, "-tls1_2")
        self.assertEqual(background.wait(), 1)
        events = [json.loads(line) for line in background.text().splitlines()]
        self.assertEqual([event["event"] for event in events],
                         ["listening", "handshake", "handshake"])
        self.assertEqual([event["complete"] for event in events[1:]], [True, False])
        self.assertEqual(events[1]["negotiated"]["version"]["name"], "TLS 1.3")
        self.assertEqual(events[2]["failure"]["alert_name"], "protocol_version")

    def test_service_that_goes_away_and_comes_back(self):
        service = Background([STEPSHAKED, "--listen", "127.0.0.1:0"])
        self.addCleanup(lambda: service.stop())
        address = service.wait_for(r"listening on (127\.0\.0\.1:\d+)").group(1)
        background = self.start(STEPSHAKE, "accept", "0", "--server", address,
                                env=self.environment)
        port = int(background.wait_for(r"listening on 127\.0\.0\.1:(\d+)").group(1))
        self.assertEqual(self.s_client(port).returncode, 0)
        service.stop()
        self.assertNotEqual(self.s_client(port).returncode, 0)
        background.wait_for("failed: no answer from stepshaked")
        service = Background([STEPSHAKED, "--listen", address])
        service.wait_for("listening on")
        end = time.monotonic() + SECONDS
        while self.s_client(port).returncode != 0:
            self.assertLess(time.monotonic(), end)


if __name__ == "__main__":
    unittest.main()
