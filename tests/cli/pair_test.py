"""stepshake pair: the ladder, its JSON, what both sides can be told, and the end of the sessions."""
import json
import os
import subprocess
import unittest

from cli_support import STEPSHAKE, CliTest, make_ca, make_leaf


class Pair(CliTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_ca(cls.folder)
        make_leaf(cls.folder, "leaf")

    def test_ladder(self):
        lines = self.stepshake("pair", expect=0).out.splitlines()
        self.assertRegex(lines[0], r"^client +server$")
        self.assertRegex(
            lines[1], r"^do_handshake -1 SSL_ERROR_WANT_READ +\w+ -- ClientHello \d+ B -+>$")
        self.assertRegex(lines[2], r"^<-+ ServerHello .*do_handshake -1 SSL_ERROR_WANT_READ +\w+$")
        self.assertTrue(any(line.startswith("do_handshake  1 SSL_ERROR_NONE") for line in lines))
        self.assertTrue(all(len(line) <= 100 for line in lines), lines)
        self.assertRegex("\n".join(lines), r"handshake complete, \d+ steps\n  version +TLS 1\.3\n")
        self.assert_no_sessions_left()

    def test_utf8_ladder(self):
        environment = dict(self.environment, LC_ALL="C.UTF-8")
        out = self.stepshake("pair", env=environment, expect=0).out
        self.assertIn("─▶", out)
        self.assertIn("◀─", out)
        self.assertNotIn("\x1b", out)  # no colours into a pipe
        self.assertTrue(all(len(line) <= 100 for line in out.splitlines()))

    def test_json(self):
        events = [json.loads(line)
                  for line in self.stepshake("pair", "-o", "json", expect=0).out.splitlines()]
        steps, end = events[:-1], events[-1]
        self.assertTrue(all(event["event"] == "step" for event in steps))
        first = steps[0]["step"]
        self.assertEqual(steps[0]["side"], "client")
        self.assertEqual(first["call"], "CALL_DO_HANDSHAKE")
        self.assertEqual(first["return_value"], -1)
        self.assertEqual(first["ssl_error"], "SSL_ERROR_WANT_READ")
        self.assertEqual(bytes.fromhex(first["output"])[0], 22)
        self.assertEqual(end["event"], "end")
        self.assertIs(end["complete"], True)
        self.assertEqual(end["steps"], len(steps))
        for side in ("client", "server"):
            self.assertEqual(end[side]["negotiated"]["version"]["value"], 0x0304)

    def test_what_is_asked_for_is_negotiated(self):
        ended = self.stepshake(
            "pair", "-o", "json", "--ciphersuites", "tls_chacha20_poly1305_sha256",
            "--groups", "P-256", "--sigalgs", "ECDSA+SHA256", "--alpn", "h2,http/1.1",
            "--servername", "localhost", expect=0)
        agreed = json.loads(ended.out.splitlines()[-1])["client"]["negotiated"]
        self.assertEqual(agreed["cipher_suite"]["name"], "TLS_CHACHA20_POLY1305_SHA256")
        self.assertEqual(agreed["group"]["name"], "secp256r1")
        self.assertEqual(agreed["server_signature_scheme"]["name"], "ecdsa_secp256r1_sha256")
        self.assertEqual(agreed["alpn_protocol"], "h2")
        self.assertEqual(agreed["verify_result"], 0)

    def test_numbers_and_lists(self):
        for suites in ("0x1301", "4865", "0x1301:0x1302", "0x1301,TLS_AES_256_GCM_SHA384"):
            out = self.stepshake("pair", "--ciphersuites", suites, expect=0).out
            self.assertIn("TLS_AES_128_GCM_SHA256", out)

    def test_sides_differ(self):
        out = self.stepshake("pair", "--client-groups", "x25519:secp256r1",
                             "--client-key-shares", "x25519:secp256r1",
                             "--server-groups", "secp256r1", expect=0).out
        self.assertRegex(out, r"group +secp256r1")

    def test_hello_retry_request(self):
        out = self.stepshake("pair", "--client-groups", "x25519:secp384r1",
                             "--server-groups", "secp384r1", expect=0).out
        self.assertRegex(out, r"<-+ HelloRetryRequest (CCS )?\d+ B")
        self.assertRegex(out, r"hello retry request +yes")

    def test_certificates_of_ones_own(self):
        out = self.stepshake("pair", "--cert", self.path("leaf.pem"), "--key", self.path("leaf.key"),
                             "--ca", self.path("ca.pem"), "--servername", "localhost", expect=0).out
        self.assertRegex(out, r"verification +0 ")

    def test_key_in_the_certificates_file(self):
        both = self.path("both.pem")
        with open(both, "w") as file:
            for name in ("leaf.key", "leaf.pem"):
                with open(self.path(name)) as part:
                    file.write(part.read())
        self.stepshake("pair", "--cert", both, "--ca", self.path("ca.pem"), expect=0)

    def test_verdict_is_recorded_without_a_ca(self):
        out = self.stepshake("pair", "--cert", self.path("leaf.pem"), "--key", self.path("leaf.key"),
                             "--servername", "localhost", expect=0).out
        self.assertRegex(out, r"verification +[1-9]\d* \(.+\)")

    def test_client_certificate(self):
        ended = self.stepshake("pair", "-o", "json", "--require-client-cert",
                               "--client-test-identity", "rsa", expect=0)
        agreed = json.loads(ended.out.splitlines()[-1])["server"]["negotiated"]
        self.assertEqual(len(agreed["peer_certificates"]), 1)
        self.assertRegex(agreed["client_signature_scheme"]["name"], "^rsa_pss_rsae_")

    def test_failures(self):
        for arguments, reason in (
                (["--client-groups", "x25519", "--server-groups", "secp384r1"],
                 r"server: .*handshake_failure"),
                (["--servername", "wrong.example"], r"client: .*bad_certificate|client: .*verif"),
                (["--client-ciphersuites", "0x1301", "--server-ciphersuites", "0x1302"],
                 r"server: no shared cipher.*handshake_failure"),
                (["--client-alpn", "h2", "--server-alpn", "h3"], r"no_application_protocol"),
                (["--require-client-cert"], r"certificate_required")):
            with self.subTest(arguments):
                ended = self.stepshake("pair", *arguments, expect=1)
                self.assertRegex(ended.out, r"handshake failed, \d+ steps\n")
                self.assertRegex(ended.out, reason)
                self.assertEqual(ended.err, "")
        self.assert_no_sessions_left()

    def test_keep(self):
        out = self.stepshake("pair", "--keep", expect=0).out
        names = [line.split()[-1] for line in out.splitlines() if " is sessions/" in line]
        self.assertEqual(len(names), 2)
        for name in names:
            self.assertRegex(self.stepshake("show", name, expect=0).out,
                             r"handshake complete +yes")
        self.stepshake("rm", *names, expect=0)
        self.assert_no_sessions_left()

    def test_reader_that_goes_away(self):
        """As in `stepshake pair | head -1`: an error, and no session left behind."""
        read_end, write_end = os.pipe()
        os.close(read_end)
        with os.fdopen(write_end, "wb") as nobody:
            ended = subprocess.run([STEPSHAKE, "pair"], stdin=subprocess.DEVNULL, stdout=nobody,
                                   stderr=subprocess.PIPE, env=self.environment, timeout=60)
        self.assertNotEqual(ended.returncode, 0)
        self.assertIn(b"cannot write to standard output", ended.stderr)
        self.assert_no_sessions_left()


if __name__ == "__main__":
    unittest.main()
