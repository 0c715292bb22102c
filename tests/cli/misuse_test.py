"""Exit statuses and the one line on stderr, for everything that a command line can get wrong; --help and
--version; a service that is not there, or is none."""
import os
import socket
import subprocess
import threading
import unittest

from cli_support import STEPSHAKE, CliTest, free_port, make_ca, make_leaf

VERBS = ("pair", "connect", "accept", "new", "step", "show", "list", "rm")


class Misuse(CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_ca(cls.folder)
        make_leaf(cls.folder, "leaf")
        make_leaf(cls.folder, "another")
        with open(os.path.join(cls.folder, "garbage"), "wb") as file:
            file.write(os.urandom(1000))
        with open(os.path.join(cls.folder, "broken.pem"), "w") as file:
            file.write("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
        open(os.path.join(cls.folder, "empty"), "w").close()

    def misuse(self, *arguments, about=".", **options):
        with self.subTest(arguments):
            ended = self.stepshake(*arguments, expect=2, **options)
            self.assert_one_error_line(ended, about)
            self.assertEqual(ended.out, "")

    def test_verbs_and_options(self):
        self.misuse(about="which verb.*pair, connect.*--help")
        self.misuse("shake", about="no verb 'shake'")
        self.misuse("--verbose", about="no option --verbose")
        self.misuse("-o", "json", about="which verb")
        self.misuse("pair", "pair", about="pair --help")
        self.misuse("pair", "--no-such-option", about="--no-such-option.*stepshake pair --help")
        self.misuse("pair", "extra", about="extra")
        self.misuse("list", "extra", about="extra")
        self.misuse("list", "-o", "xml", about="--output.*xml.*text")
        self.misuse("list", "--server", about="--server")
        for verb, missing in (("connect", "ADDRESS"), ("accept", "ADDRESS"), ("step", "NAME"),
                              ("show", "NAME"), ("rm", "--all")):
            self.misuse(verb, about=missing)
        self.misuse("rm", "x", "--all")
        self.misuse("accept", "0", "--www", "--echo")
        self.misuse("accept", "0", "--request-client-cert", "--require-client-cert")
        self.misuse("accept", "0", "-n", "0")
        self.misuse("accept", "0", "-n", "many")
        self.misuse("accept", "0", "--timeout", "-1")
        self.misuse("connect", "a:1", "--stdio", "--read")
        self.misuse("connect", "a:1", "--verify", "perhaps", about="--verify.*perhaps")
        self.misuse("new", "peer", about="client.*server")

    def test_addresses(self):
        for address in ("", "localhost", "localhost:", "localhost:https", "localhost:65536",
                        "localhost:-1", "::1:443", "[::1]", "[::1:443", "1:2:3", "[]:443"):
            self.misuse("connect", address)
            if address:
                self.misuse("accept", address)
        self.misuse("connect", ":443", about="HOST:PORT")
        self.misuse("connect", "443", about="HOST:PORT")
        self.misuse("connect", "localhost:0", about="HOST:PORT")
        self.misuse("accept", "192.0.2.1:0", about="cannot listen on 192.0.2.1:0")

    def test_code_points(self):
        self.misuse("pair", "--groups", "x25519:bogus",
                    about="--groups: there is no group 'bogus' here; there are .*x25519, .*secp256r1")
        self.misuse("pair", "--client-groups", "bogus", about="bogus")
        self.misuse("new", "client", "--ciphersuites", "TLS_NULL", about="TLS_AES_128_GCM_SHA256")
        self.misuse("new", "client", "--sigalgs", "rsa", about="ed25519")
        self.misuse("new", "client", "--groups", "x25519::P-256", about="--groups")
        self.misuse("new", "client", "--groups", "0x10000", about="--groups")
        self.misuse("new", "client", "--groups", "0xzz", about="--groups")
        self.misuse("new", "client", "--groups", "-1")
        self.misuse("new", "client", "--ciphersuites", "0xffff", about="--ciphersuites: ")
        self.misuse("new", "client", "--min-version", "2", about="--min-version: .*TLS version")
        self.misuse("new", "client", "--max-version", "SSLv3", about="--max-version: ")
        self.misuse("new", "client", "--min-version", "0x9999", about="--min-version: ")
        self.misuse("new", "client", "--alpn", "h2,,h3", about="--alpn: ")
        self.misuse("new", "client", "--alpn", "x" * 256, about="--alpn: ")
        self.misuse("new", "client", "--groups", "x25519", "--key-shares", "secp256r1",
                    about="--key-shares: ")

    def test_files(self):
        leaf, key, another = (self.path(n) for n in ("leaf.pem", "leaf.key", "another.key"))
        self.misuse("accept", "0", "--cert", "/no/such/file", about="--cert: cannot open /no/such/file")
        self.misuse("accept", "0", "--cert", self.folder, about="--cert: cannot read")
        self.misuse("accept", "0", "--cert", leaf, about="holds no PEM private key.*--key")
        self.misuse("accept", "0", "--cert", leaf, "--key", "/no/such/file", about="--key: cannot open")
        self.misuse("accept", "0", "--cert", leaf, "--key", leaf, about="--key: .*no PEM private key")
        self.misuse("accept", "0", "--cert", leaf, "--key", another, about="--cert and --key.*private key")
        self.misuse("accept", "0", "--key", key, about="--key once for each --cert")
        for name in ("garbage", "empty"):
            self.misuse("accept", "0", "--cert", self.path(name), "--key", key,
                        about="--cert: .* holds no PEM certificate")
            self.misuse("new", "client", "--ca", self.path(name),
                        about="--ca: .* holds no PEM certificate")
        self.misuse("accept", "0", "--cert", self.path("broken.pem"), "--key", key, about="--cert: ")
        self.misuse("new", "client", "--ca", self.path("broken.pem"), about="--ca: ")
        self.misuse("new", "client", "--ca", "/dev/zero", about="larger than 16 MiB")
        self.misuse("accept", "0", "--test-identity", "dsa", about="--test-identity: .*ecdsa")
        self.misuse("new", "client", "--servername", "a b\nc", about="--servername: ")

    def test_sessions(self):
        name = self.stepshake("new", "client", expect=0).out.strip()
        for verb in ("show", "rm"):
            self.misuse(verb, "nobody", about="nobody")
        self.misuse("step", "sessions/nobody", about="nobody")
        self.misuse("step", "../../etc/passwd")
        self.misuse("step", "")
        self.misuse("step", name, "--call", "shake", about="--call.*shake")
        self.misuse("step", name, "--in", "/no/such/file", about="cannot open /no/such/file")
        self.misuse("step", name, "--in", "-", "--hex", stdin=b"16 03 0", about="odd")
        self.misuse("step", name, "--in", "-", "--hex", stdin=b"sixteen", about="hexadecimal digit")
        self.misuse("step", name, "--in", "-", "--data-in", "-", "-c", "write", about="--data-in")
        self.misuse("step", name, "-c", "write", about="--data: ")
        self.misuse("step", name, "--data", "x", about="--data: ")
        self.misuse("step", name, "--data", "x", "--data-in", self.path("garbage"))
        self.misuse("step", name, "--limit", "5", about="--limit: ")
        self.misuse("step", name, "-c", "read", "--limit", "20000", about="--limit: ")
        self.misuse("step", name, "-c", "read", "--data-out", "-", about="--out")
        self.misuse("step", name, "-o", "json", "--out", "-", about="-o json")
        # None of these was a step.
        self.assertRegex(self.stepshake("show", name, expect=0).out, "steps +0\n")
        self.stepshake("step", name, "--out", "/dev/null", expect=0)
        self.stepshake("step", name, "--eof", "--out", "/dev/null", expect=1)
        self.misuse("step", name, "--in", self.path("garbage"))
        ended = self.stepshake("step", name, "--out", "/no/such/folder/file", expect=2)
        self.assertRegex(ended.err, "stepshake: cannot open /no/such/folder/file")
        for ttl in ("0s", "-1m", "tomorrow", "10"):
            self.misuse("new", "client", "--ttl", ttl, about="--ttl: ")
        self.stepshake("rm", name, expect=0)
        self.assert_no_sessions_left()

    def test_too_many_bytes(self):
        name = self.stepshake("new", "server", expect=0).out.strip()
        self.misuse("step", name, "--call", "none", "--in", "-", stdin=b"\x16" * 1_500_000)
        self.misuse("step", name, "--call", "none", "--in", "-", stdin=b"\x16" * 6_000_000)
        self.stepshake("rm", name, expect=0)

    def test_rm_goes_on(self):
        names = [self.stepshake("new", "none", expect=0).out.strip() for _ in range(2)]
        ended = self.stepshake("rm", names[0], "nobody", names[1], expect=2)
        self.assert_one_error_line(ended, "nobody")
        self.assert_no_sessions_left()

    def test_help_and_version(self):
        for arguments in (["--help"], ["-h"], *([verb, "--help"] for verb in VERBS)):
            ended = self.stepshake(*arguments, expect=0)
            self.assertEqual(ended.err, "")
            for heading in ("Usage: stepshake", "EXIT STATUS", "--server HOST:PORT"):
                self.assertIn(heading, ended.out)
            self.assertLessEqual(max(map(len, ended.out.splitlines())), 80)
        for verb in VERBS:
            self.assertRegex(self.stepshake("--help", expect=0).out, rf"\n  {verb} ")
        self.assertRegex(self.stepshake("--version", expect=0).out, r"\Astepshake \d+\.\d+\.\d+\n\Z")

    def test_service_unreachable(self):
        nowhere = f"127.0.0.1:{free_port()}"
        for arguments in (["pair"], ["new"], ["list"], ["show", "x"], ["step", "x"], ["rm", "x"],
                          ["connect", "localhost:1"], ["accept", "0"], ["pair", "--groups", "x25519"]):
            with self.subTest(arguments):
                ended = self.stepshake("--server", nowhere, *arguments, expect=3)
                self.assert_one_error_line(
                    ended, f"no answer from stepshaked at {nowhere}.*stepshaked --listen.*--server")
                self.assertEqual(ended.out, "")

    def test_server_option(self):
        environment = dict(self.environment, STEPSHAKE_SERVER="127.0.0.1:1")
        self.stepshake("list", env=environment, expect=3)
        self.stepshake("list", "--server", self.server, env=environment, expect=0)
        self.stepshake("-s", self.server, "list", env=environment, expect=0)
        # Loopback does not go through a proxy.
        environment = dict(self.environment, http_proxy="http://127.0.0.1:1")
        self.stepshake("list", env=environment, expect=0)

    def test_no_grpc_service(self):
        """A port that answers, but is none of ours; and one that never says a word."""
        for answer in (b"HTTP/1.1 400 Bad Request\r\n\r\n", b""):
            with socket.create_server(("127.0.0.1", 0)) as listener:
                listener.settimeout(20)
                held = []

                def serve():
                    try:
                        while True:
                            held.append(listener.accept()[0])
                            if answer:
                                held[-1].sendall(answer)
                                held[-1].close()
                    except OSError:
                        pass

                thread = threading.Thread(target=serve)
                thread.start()
                ended = self.stepshake(
                    "--server", "127.0.0.1:%d" % listener.getsockname()[1], "list", expect=3)
                self.assert_one_error_line(ended, "127.0.0.1")
                listener.shutdown(socket.SHUT_RDWR)
                thread.join()
                for connection in held:
                    connection.close()

    def test_stdout_that_takes_nothing(self):
        with open("/dev/full", "wb") as full:
            for arguments in (["--version"], ["list", "-o", "json"], ["pair"]):
                ended = subprocess.run([STEPSHAKE, *arguments], stdin=subprocess.DEVNULL, stdout=full,
                                       stderr=subprocess.PIPE, env=self.environment, timeout=60)
                if arguments[0] != "list":  # which may have nothing to say
                    self.assertNotEqual(ended.returncode, 0, arguments)
        self.assert_no_sessions_left()


if __name__ == "__main__":
    unittest.main()
