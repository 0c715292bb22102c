"""stepshake connect with the real gnutls-serv. That program binds every address of the machine, so the test
runs in a network namespace of its own, where loopback is all there is. Where namespaces are not to be had,
it is skipped, and says so."""
import os
import pathlib
import sys
import unittest

sys.path.insert(1, str(pathlib.Path(__file__).parents[1] / "programs"))
import loopback  # noqa: E402

loopback.alone()

from cli_support import CliTest, free_port, make_ca, make_leaf  # noqa: E402


class GnutlsServ(CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_ca(cls.folder)
        for name, key_type in (("ecdsa", "ec"), ("rsa", "rsa:2048"), ("ed25519", "ed25519")):
            make_leaf(cls.folder, name, key_type)
        cls.ca = os.path.join(cls.folder, "ca.pem")

    def serve(self, *arguments, key="ecdsa"):
        port = free_port()
        server = self.start(
            "gnutls-serv", "--port", str(port), "--x509certfile", self.path(key + ".pem"),
            "--x509keyfile", self.path(key + ".key"), *arguments)
        server.wait_for("listening on IPv4")
        return f"localhost:{port}"

    def test_keys_and_clean_end(self):
        for key, scheme in (("ecdsa", "ecdsa_secp256r1_sha256"), ("rsa", "rsa_pss_rsae_sha256"),
                            ("ed25519", "ed25519")):
            address = self.serve("--disable-client-cert", key=key)
            out = self.stepshake("connect", address, "--ca", self.ca, expect=0).out
            self.assertRegex(out, f"server signature +{scheme}")
            self.assertRegex(out, "verification +0 ")
        self.assert_no_sessions_left()

    def test_suites_and_groups(self):
        address = self.serve("--disable-client-cert")
        for suite in ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                      "TLS_CHACHA20_POLY1305_SHA256"):
            for group in ("x25519", "secp256r1", "secp384r1"):
                out = self.stepshake("connect", address, "--ca", self.ca, "--ciphersuites", suite,
                                     "--groups", group, expect=0).out
                self.assertRegex(out, f"cipher suite +{suite}")
                self.assertRegex(out, f"group +{group}")

    def test_echo(self):
        address = self.serve("--disable-client-cert", "--echo", "--crlf")
        ended = self.stepshake("connect", address, "--ca", self.ca, "--stdio",
                               stdin=b"hello, gnutls\n", expect=0)
        self.assertEqual(ended.out, "hello, gnutls\n")

    def test_http(self):
        address = self.serve("--disable-client-cert", "--http")
        ended = self.stepshake("connect", address, "--ca", self.ca, "--stdio",
                               stdin=b"GET / HTTP/1.0\r\n\r\n", expect=0)
        self.assertTrue(ended.out.startswith("HTTP/1.0 200"), ended.out)

    def test_alpn(self):
        address = self.serve("--disable-client-cert", "--alpn", "h2", "--alpn-fatal")
        out = self.stepshake("connect", address, "--alpn", "h2", expect=0).out
        self.assertRegex(out, "ALPN +h2")
        ended = self.stepshake("connect", address, "--alpn", "h3", expect=1)
        self.assert_one_error_line(ended, "application protocol|no_application_protocol")

    def test_client_certificate(self):
        address = self.serve("--require-client-cert", "--verify-client-cert", "--x509cafile", self.ca)
        out = self.stepshake("connect", address, "--ca", self.ca, "--cert", self.path("ed25519.pem"),
                             "--key", self.path("ed25519.key"), expect=0).out
        self.assertRegex(out, "client signature +ed25519")
        ended = self.stepshake("connect", address, "--ca", self.ca, expect=1)
        self.assertIn("after the handshake with", ended.err)

    def test_nothing_in_common(self):
        address = self.serve("--disable-client-cert", "--priority",
                             "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-SECP384R1")
        ended = self.stepshake("connect", address, "--groups", "x25519", expect=1)
        self.assert_one_error_line(ended, "alert")


if __name__ == "__main__":
    unittest.main()
