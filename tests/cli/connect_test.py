"""stepshake connect with the real `openssl s_server`, and with peers that are no TLS servers."""
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
import unittest

from cli_support import (STEPSHAKE, CliTest, free_port, make_ca, make_leaf, receive_all)


class Connect(CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_ca(cls.folder)
        make_ca(cls.folder, "other")
        for name, key_type in (("ecdsa", "ec"), ("rsa", "rsa:2048"), ("ed25519", "ed25519")):
            make_leaf(cls.folder, name, key_type)
        cls.ca = os.path.join(cls.folder, "ca.pem")

    def start_s_server(self, address, *arguments, key="ecdsa"):
        # With stdin at its end it would close each connection at once.
        server = self.start("openssl", "s_server", "-accept", address, "-cert",
                            self.path(key + ".pem"), "-key", self.path(key + ".key"), *arguments,
                            stdin=subprocess.PIPE)
        server.wait_for("^ACCEPT")
        return server

    def s_server(self, *arguments, key="ecdsa"):
        port = free_port()
        return self.start_s_server(f"127.0.0.1:{port}", *arguments, key=key), port

    def fake_server(self, talk):
        """A TCP server on its own thread: `talk` gets the first connection."""
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(20)

        def run():
            with listener, listener.accept()[0] as connection:
                connection.settimeout(20)
                talk(connection)

        thread = threading.Thread(target=run)
        thread.start()
        self.addCleanup(thread.join)
        return listener.getsockname()[1]

    def test_checked_chain_and_clean_end(self):
        server, port = self.s_server("-naccept", "1")
        ended = self.stepshake("connect", f"localhost:{port}", "--ca", self.ca, expect=0)
        self.assertEqual(ended.err, "")
        self.assertRegex(ended.out, rf"\Ahandshake with localhost:{port} \(127.0.0.1:{port}\) complete\n"
                                    r"  version +TLS 1\.3\n")
        self.assertRegex(ended.out, r"verification +0 ")
        self.assertEqual(server.wait(), 0)
        self.assertNotRegex(server.text(), "ERROR|unexpected eof")
        self.assert_no_sessions_left()

    def test_wrong_ca(self):
        server, port = self.s_server("-naccept", "1")
        ended = self.stepshake("connect", f"localhost:{port}", "--ca", self.path("other.pem"), expect=1)
        self.assert_one_error_line(ended, "certificate verify failed.*alert unknown_ca")
        server.wait()
        self.assertIn("alert unknown ca", server.text())

    def test_wrong_name(self):
        _, port = self.s_server()
        ended = self.stepshake("connect", f"localhost:{port}", "--ca", self.ca, "--servername",
                               "wrong.example", expect=1)
        self.assert_one_error_line(ended, f"handshake with localhost:{port} failed: ")

    def test_verdict_without_a_ca(self):
        _, port = self.s_server()
        out = self.stepshake("connect", f"localhost:{port}", expect=0).out
        self.assertRegex(out, r"verification +[1-9]\d* \(.+\)")
        out = self.stepshake("connect", f"localhost:{port}", "--verify", "off", expect=0).out
        self.assertNotIn("verification", out)
        self.stepshake("connect", f"localhost:{port}", "--verify", "required", expect=1)

    def test_ip_address_as_name(self):
        _, port = self.s_server()
        self.stepshake("connect", f"127.0.0.1:{port}", "--ca", self.ca, expect=0)

    def test_ipv6(self):
        try:
            socket.create_server(("::1", 0), family=socket.AF_INET6).close()
        except OSError:
            self.skipTest("no IPv6 loopback")
        port = free_port()
        self.start_s_server(f"[::1]:{port}")
        self.stepshake("connect", f"[::1]:{port}", "--ca", self.ca, expect=0)

    def test_every_key_suite_and_group(self):
        for key, scheme in (("ecdsa", "ecdsa_secp256r1_sha256"), ("rsa", "rsa_pss_rsae_sha256"),
                            ("ed25519", "ed25519")):
            _, port = self.s_server(key=key)
            out = self.stepshake("connect", f"localhost:{port}", "--ca", self.ca, expect=0).out
            self.assertRegex(out, f"server signature +{scheme}")
        for suite in ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                      "TLS_CHACHA20_POLY1305_SHA256"):
            out = self.stepshake("connect", f"localhost:{port}", "--ciphersuites", suite, expect=0).out
            self.assertRegex(out, f"cipher suite +{suite}")
        for name, group in (("X25519", "x25519"), ("prime256v1", "secp256r1"), ("P-384", "secp384r1")):
            out = self.stepshake("connect", f"localhost:{port}", "--groups", name, expect=0).out
            self.assertRegex(out, f"group +{group}")

    def test_alpn(self):
        _, port = self.s_server("-alpn", "h2")
        out = self.stepshake("connect", f"localhost:{port}", "--alpn", "h3,h2", expect=0).out
        self.assertRegex(out, "ALPN +h2")
        ended = self.stepshake("connect", f"localhost:{port}", "--alpn", "h3", expect=1)
        self.assert_one_error_line(ended, "no application protocol")

    def test_refused_by_the_server(self):
        _, port = self.s_server("-no_tls1_3")
        ended = self.stepshake("connect", f"localhost:{port}", "--min-version", "1.3", expect=1)
        self.assert_one_error_line(ended, "protocol_version|protocol version")

    def test_data_by_stdio(self):
        _, port = self.s_server("-www")
        ended = self.stepshake("connect", f"localhost:{port}", "--ca", self.ca, "--stdio",
                               stdin=b"GET / HTTP/1.0\r\n\r\n", expect=0)
        self.assertTrue(ended.out.startswith("HTTP/1.0 200"), ended.out)
        self.assertIn("</HTML>", ended.out)
        self.assertIn("complete\n  version", ended.err)

    def test_much_data_both_ways(self):
        """Through s_server -rev, which sends each line back reversed."""
        _, port = self.s_server("-rev")
        lines = [b"%06d" % i * 20 for i in range(2000)]
        process = subprocess.Popen([STEPSHAKE, "connect", f"localhost:{port}", "--stdio"],
                                   stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=subprocess.DEVNULL, env=self.environment)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.kill)
        writer = threading.Thread(target=lambda: process.stdin.write(b"\n".join(lines) + b"\n"))
        writer.start()
        for line in lines:
            self.assertEqual(process.stdout.readline(), line[::-1] + b"\n")
        writer.join()
        process.stdin.close()
        self.assertEqual(process.wait(20), 0)

    def test_read(self):
        server, port = self.s_server("-naccept", "1")
        reader = self.start(STEPSHAKE, "connect", f"localhost:{port}", "--read", env=self.environment)
        reader.wait_for("complete")
        server.stop()
        self.assertEqual(reader.wait(), 0)

    def test_client_certificate(self):
        for required in ("-verify", "-Verify"):
            server, port = self.s_server(required, "1", "-verify_return_error", "-CAfile", self.ca)
            out = self.stepshake("connect", f"localhost:{port}", "--cert", self.path("rsa.pem"),
                                 "--key", self.path("rsa.key"), expect=0).out
            self.assertRegex(out, "client signature +rsa_pss_rsae_sha256")
            server.wait_for("Client certificate|subject=CN ?= ?rsa")

    def test_client_certificate_is_missing(self):
        """In TLS 1.3 the server says so after the client has finished."""
        _, port = self.s_server("-Verify", "1", "-verify_return_error", "-CAfile", self.ca)
        ended = self.stepshake("connect", f"localhost:{port}", expect=1)
        self.assertRegex(ended.err, r"after the handshake with .*certificate required")
        self.assertRegex(ended.out, "complete")

    def test_client_certificate_is_refused(self):
        make_leaf(self.folder, "stranger", ca="other")
        _, port = self.s_server("-Verify", "1", "-verify_return_error", "-CAfile", self.ca)
        ended = self.stepshake("connect", f"localhost:{port}", "--cert", self.path("stranger.pem"),
                               "--key", self.path("stranger.key"), expect=1)
        self.assertRegex(ended.err, "after the handshake with .*alert")

    def test_json(self):
        _, port = self.s_server()
        ended = self.stepshake("connect", f"localhost:{port}", "--ca", self.ca, "-o", "json", expect=0)
        events = [json.loads(line) for line in ended.out.splitlines()]
        self.assertEqual([event["event"] for event in events[:-1]], ["step"] * (len(events) - 1))
        end = events[-1]
        self.assertEqual((end["event"], end["complete"], end["peer"]),
                         ("end", True, f"127.0.0.1:{port}"))
        self.assertEqual(end["negotiated"]["version"]["name"], "TLS 1.3")
        ended = self.stepshake("connect", f"localhost:{port}", "--ca", self.path("other.pem"), "-o",
                               "json", expect=1)
        end = json.loads(ended.out.splitlines()[-1])
        self.assertIs(end["complete"], False)
        self.assertEqual(end["failure"]["alert_name"], "unknown_ca")
        self.assertTrue(end["error"])

    def test_verbose(self):
        _, port = self.s_server()
        err = self.stepshake("connect", f"localhost:{port}", "-v", expect=0).err
        self.assertRegex(err, r"^step 1: do_handshake = -1, SSL_ERROR_WANT_READ, \w+; sent ClientHello ")

    def test_nobody_there(self):
        ended = self.stepshake("connect", f"127.0.0.1:{free_port()}", expect=1)
        self.assert_one_error_line(ended, "cannot connect to 127.0.0.1:.*Connection refused")
        ended = self.stepshake("connect", "host.invalid:443", expect=1)
        self.assert_one_error_line(ended, "cannot connect to host.invalid:443: ")
        self.assert_no_sessions_left()

    def test_garbage_from_the_server(self):
        for garbage in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0" * 100, b"220 mail ESMTP\r\n",
                        b"\x16\x03\x03\x00\x04\x02\x00\x00\x00", os.urandom(5000)):
            with self.subTest(garbage[:20]):
                port = self.fake_server(lambda connection: connection.sendall(garbage))
                ended = self.stepshake("connect", f"127.0.0.1:{port}", expect=1)
                self.assert_one_error_line(ended, "failed: ")

    def test_server_that_closes_or_resets(self):
        def reset(connection):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

        for talk in (lambda connection: None, lambda connection: connection.recv(100000), reset):
            port = self.fake_server(talk)
            ended = self.stepshake("connect", f"127.0.0.1:{port}", expect=1)
            self.assert_one_error_line(ended, "unexpected eof|reset")

    def test_close_notify_in_the_handshake(self):
        def talk(connection):
            connection.recv(100000)
            connection.sendall(bytes.fromhex("15030300020100"))
            receive_all(connection)

        ended = self.stepshake("connect", f"127.0.0.1:{self.fake_server(talk)}", expect=1)
        self.assert_one_error_line(ended, "close_notify")

    def test_server_reads_the_alert(self):
        seen = []

        def talk(connection):
            connection.recv(100000)
            connection.sendall(bytes.fromhex("160303000502000001") + b"\0")
            seen.append(receive_all(connection))

        self.stepshake("connect", f"127.0.0.1:{self.fake_server(talk)}", expect=1)
        data, reset = seen[0]
        self.assertFalse(reset)
        self.assertRegex(data, re.compile(rb"\x15\x03\x03\x00\x02\x02.\Z", re.DOTALL))

    def test_timeout(self):
        port = self.fake_server(lambda connection: receive_all(connection))
        begin = time.monotonic()
        ended = self.stepshake("connect", f"127.0.0.1:{port}", "--timeout", "0.5", expect=1)
        self.assertLess(time.monotonic() - begin, 10)
        self.assert_one_error_line(ended, "silent for 0.5 s")

    def test_interrupted(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            port = self.fake_server(lambda connection: receive_all(connection))
            client = self.start(STEPSHAKE, "connect", f"127.0.0.1:{port}", "-v", env=self.environment)
            client.wait_for("step 1")
            client.process.send_signal(number)
            self.assertEqual(client.wait(), 128 + number)
        self.assert_no_sessions_left()


if __name__ == "__main__":
    unittest.main()
