"""Sessions with NSS's tstclnt and selfserv. selfserv has no option for an address and binds every one of the machine:
hence a network namespace, where loopback is all there is."""
import re
import unittest

import loopback

loopback.alone()

from stepshake.v1 import handshake_service_pb2 as api  # noqa: E402
from stepshake.v1 import session_pb2  # noqa: E402

from programs import PSK, PSK_IDENTITY, ProgramTest, free_port  # noqa: E402
from sessions import TLS12, TLS13  # noqa: E402

VERSION = {0x0301: "tls1.0", 0x0302: "tls1.1", TLS12: "tls1.2", TLS13: "tls1.3"}
PRINTED = {0x0301: "3.1", 0x0302: "3.2", TLS12: "3.3", TLS13: "3.4"}
SUITES13 = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
SUITES12 = (
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CBC_SHA")
GROUPS = {"x25519": "x25519", "secp256r1": "P256", "secp384r1": "P384", "secp521r1": "P521", "ffdhe2048": "FF2048"}
EXPORT = "EXPORTER-of-ours:40"
AES128, GCM12 = "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
CIPHER = {"AES_128_GCM": "128-bit AES-GCM", "AES_256_GCM": "256-bit AES-GCM", "CHACHA20": "256-bit CHACHA20POLY1305",
          "AES_128_CBC": "128-bit AES", "AES_256_CBC": "256-bit AES"}


class NssTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        this = cls()
        cls.database = "sql:" + cls.folder
        this.run_to_end("certutil", "-N", "-d", cls.database, "--empty-password")
        this.run_to_end("certutil", "-A", "-d", cls.database, "-n", "ca", "-t", "CT,C,C", "-i", cls.ca)
        for name in ("ecdsa", "rsa"):
            this.run_to_end("openssl", "pkcs12", "-export", "-in", this.path(name + ".pem"), "-inkey", this.path(
                name + ".key"), "-name", name, "-out", this.path("p12"), "-passout", "pass:x")
            this.run_to_end("pk12util", "-i", this.path("p12"), "-d", cls.database, "-W", "x", "-K", "")
        with open(cls.folder + "/request", "w", encoding="utf-8") as file:
            file.write("request of the program\r\n\r\n")

    def suite_option(self, suite):
        return f":{self.numbers[suite]:04X}"

    def version_option(self, version):
        return f"{VERSION[version]}:{VERSION[version]}" if version else "tls1.2:tls1.3"

    def says(self, text, version, suite):
        """The line that both programs print of a handshake."""
        cipher = next(printed for name, printed in CIPHER.items() if name in suite)
        self.assertRegex(text, rf"SSL version {re.escape(PRINTED[version])} using {re.escape(cipher)} ")

    def exported_by(self, text):
        found = re.search(r"Keying Material:\n((\s+([0-9a-f]{2}:?)+\n)+)", text)
        self.assertTrue(found, text)
        return bytes.fromhex(re.sub(r"[\s:]", "", found.group(1)))


class Tstclnt(NssTest):
    def dial(self, door, *arguments, version=None, suite=None):
        """It sends its request, prints the reply, and ends, or connects anew, when the server closes."""
        return self.start("tstclnt", "-h", "localhost", "-4", "-p", door.port, "-d", self.database, "-v", "-A",
                          self.path("request"), "-V", self.version_option(version),
                          *(["-c", self.suite_option(suite)] if suite else []), *arguments)

    def serve_one(self, door, config):
        """One handshake, the request, and the reply."""
        peer = self.server_session(door, config)
        negotiated = peer.shake_hands()
        peer.read_until(b"request of the program\r\n\r\n")
        peer.write(b"reply of the session\n")
        return peer, negotiated

    def ended(self, client):
        self.assertEqual(client.wait(), 0, client.text())
        text = client.text()
        self.assertIn("eply of the session", text)  # in TLS 1.0 the first byte comes alone
        return text

    def one(self, version, suite, *arguments, certificates=("ecdsa", "rsa"), **fields):
        door = self.open_door()
        client = self.dial(door, *arguments, version=version, suite=suite)
        peer, negotiated = self.serve_one(door, self.server_config(
            version, certificates, cipher_suites=self.number(suite), **fields))
        peer.close()
        self.assert_negotiated(peer.negotiated, version, suite, server_name="localhost")
        text = self.ended(client)
        self.says(text, version, suite)
        return negotiated, text

    def test_suites_groups_and_versions(self):
        for suite in SUITES13:
            self.one(TLS13, suite)
        for suite in SUITES12:
            negotiated, text = self.one(TLS12, suite)
            self.assertTrue(negotiated.extended_master_secret and negotiated.secure_renegotiation)
            self.assertIn("Extended Master Secret: Yes", text)
        for group, name in GROUPS.items():
            versions = ((TLS13, AES128), (TLS12, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
            for version, suite in versions[:1] if group.startswith("ff") else versions:
                negotiated, _ = self.one(version, suite, "-I", name)
                self.assert_negotiated(negotiated, group=group, hello_retry_request=False)
        for stateless in (False, True):
            negotiated, _ = self.one(TLS13, AES128, "-I", "x25519,P384", groups=self.number("secp384r1"),
                                     stateless_retry=stateless)
            self.assert_negotiated(negotiated, group="secp384r1", hello_retry_request=True)
        for version in (0x0301, 0x0302):
            self.one(version, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")
        negotiated, text = self.one(TLS12, GCM12, tls12=session_pb2.Tls12Options(
            extended_master_secret=session_pb2.EXTENDED_MASTER_SECRET_OFF))
        self.assertIn("Extended Master Secret: No", text)
        door = self.open_door()
        client = self.dial(door, version=0x0302)
        self.assertEqual(self.server_session(door, self.server_config()).fail().failure.alert_name, "protocol_version")
        client.wait_for("SSL_ERROR_PROTOCOL_VERSION_ALERT")
        client = self.dial(door, "-K", version=TLS12)
        self.assertEqual(self.server_session(door, self.server_config()).fail().failure.alert_name,
                         "inappropriate_fallback")
        client.wait_for("SSL_ERROR_INAPPROPRIATE_FALLBACK_ALERT")

    def test_resumption(self):
        ids = {"tls12": session_pb2.Tls12Options(session_tickets=False),
               "ticket_storage": session_pb2.TICKET_STORAGE_STORED}
        for version, fields in ((TLS13, {}), (TLS12, {}), (TLS12, ids)):
            config = self.server_config(version, **fields)
            door = self.open_door()
            client = self.dial(door, "-u", "-L", "2", version=version)
            for origin in (session_pb2.PSK_ORIGIN_UNSPECIFIED, session_pb2.PSK_ORIGIN_RESUMPTION):
                peer, negotiated = self.serve_one(door, config)
                self.assert_negotiated(negotiated, version, psk=origin)
                peer.close()
            self.assertIn("1 cache hits", self.ended(client))

    def test_early_data(self):
        config = self.server_config(TLS13, max_early_data_size=1000, ticket_storage=session_pb2.TICKET_STORAGE_STORED)
        door = self.open_door()
        client = self.dial(door, "-u", "-Z", "-L", "2", version=TLS13)
        peer, _ = self.serve_one(door, config)
        peer.close()
        peer = self.server_session(door, config)
        peer.wait_for_record(23)  # its request, for which it does not wait with the rest of the handshake
        answer = peer.call(api.CALL_READ_EARLY_DATA)
        self.assertEqual(answer.data, b"request of the program\r\n\r\n")
        self.assertEqual(peer.call(api.CALL_READ_EARLY_DATA).return_value, 2)
        self.assert_negotiated(peer.shake_hands(), TLS13, early_data=session_pb2.EARLY_DATA_ACCEPTED)
        peer.write(b"reply of the session\n")
        peer.close()
        self.ended(client)

    def test_certificates(self):
        required = session_pb2.CLIENT_AUTHENTICATION_REQUIRE
        for version in (TLS12, TLS13):
            for name, scheme in (("ecdsa", "ecdsa_secp256r1_sha256"), ("rsa", "rsa_pss_rsae_sha256")):
                negotiated, _ = self.one(version, AES128 if version == TLS13 else GCM12, "-n", name,
                                         client_authentication=required)
                self.assertEqual(negotiated.client_signature_scheme.name, scheme)
                self.assertEqual((negotiated.verify_result, negotiated.peer_certificates[0]), (0, self.der(name)))
            config = self.server_config(version, ())
            config.identities.append(self.identity("ecdsa", ocsp_response=self.ocsp_response("ecdsa")))
            door = self.open_door()
            client = self.dial(door, "-T", version=version)
            peer, _ = self.serve_one(door, config)
            peer.close()
            self.assertIn("Received 1 Cert Status items", self.ended(client))

    def test_pre_shared_key(self):  # selfserv 3.87 has the option and prefers its certificate, with tstclnt as well
        negotiated, _ = self.one(TLS13, AES128, "-z", f"0x{PSK.hex()}:{PSK_IDENTITY}", certificates=(),
                                 pre_shared_keys=[self.external_psk()])
        self.assertEqual(negotiated.psk, session_pb2.PSK_ORIGIN_EXTERNAL)

    def test_renegotiation_and_post_handshake_authentication(self):
        door = self.open_door()
        client = self.dial(door, "-r", "1", version=TLS12)
        peer = self.server_session(door, self.server_config(TLS12, tls12=session_pb2.Tls12Options(renegotiation=True)))
        peer.shake_hands()
        data = peer.take_in_until(lambda: peer.messages.count((2, "finished")) == 2)
        if b"request" not in data:
            peer.read_until(b"request of the program\r\n\r\n")
        peer.write(b"reply of the session\n")
        peer.close()
        self.ended(client)
        client = self.dial(door, "-E", "-n", "rsa", version=TLS13)
        peer = self.server_session(door, self.server_config(TLS13))
        peer.shake_hands()
        self.assertEqual(peer.call(api.CALL_VERIFY_CLIENT_POST_HANDSHAKE).return_value, 1)
        data = peer.take_in_until(lambda: peer.negotiated.peer_certificates)
        if b"request" not in data:
            peer.read_until(b"request of the program\r\n\r\n")
        self.assertEqual(peer.negotiated.peer_certificates[0], self.der("rsa"))
        peer.write(b"reply of the session\n")
        peer.close()
        self.ended(client)


class Selfserv(NssTest):
    def serve(self, *arguments, version=None, suite=None):
        """It answers a request with HTTP's header and the request itself."""
        port = free_port()
        server = self.start("selfserv", "-d", self.database, "-p", port, "-n", "rsa", "-e", "ecdsa", "-v", "-V",
                            self.version_option(version), *(["-c", self.suite_option(suite)] if suite else []),
                            *arguments)
        server.wait_for("About to call accept")
        return server, port

    def request(self, peer):
        """Its answer to a request, with which it closes."""
        peer.write(b"GET request of the session\r\n\r\n")
        data = peer.read_to_end()
        self.assertTrue(data.startswith(b"HTTP/1.0 200 OK"), data)
        self.assertIn(b"request of the session", data)

    def one(self, version, suite, *arguments, host="127.0.0.1", **fields):
        server, port = self.serve(*arguments, version=version, suite=suite)
        peer = self.client_session(port, self.client_config(version, cipher_suites=self.number(suite), **fields), host)
        negotiated = peer.shake_hands()
        self.assert_negotiated(negotiated, version, suite)
        self.request(peer)
        server.wait_for("subject DN|Compression: NULL")
        self.says(server.text(), version, suite)
        server.stop()
        return negotiated

    def test_suites_groups_and_versions(self):
        for suite in SUITES13:
            self.one(TLS13, suite)
        for suite in SUITES12:
            negotiated = self.one(TLS12, suite)
            self.assertTrue(negotiated.extended_master_secret and negotiated.secure_renegotiation)
            self.assertEqual(negotiated.verify_result, 0)
        for group, name in GROUPS.items():
            versions = ((TLS13, AES128), (TLS12, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
            for version, suite in versions[:1] if group.startswith("ff") else versions:
                negotiated = self.one(version, suite, "-I", name, groups=self.number(group))
                self.assert_negotiated(negotiated, group=group)
        negotiated = self.one(TLS13, AES128, "-I", "P384", groups=self.number("x25519", "secp384r1"))
        self.assert_negotiated(negotiated, group="secp384r1", hello_retry_request=True)
        for version in (0x0301, 0x0302):
            self.one(version, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")
        _, port = self.serve(version=TLS12)
        answer = self.client_session(port, self.client_config(TLS13)).fail()
        self.assertEqual(answer.failure.alert_name, "protocol_version")

    def test_resumption(self):
        for version, arguments in ((TLS13, ["-u"]), (TLS12, ["-u"]), (TLS12, [])):
            server, port = self.serve("-x", EXPORT, *arguments, version=version)
            config = self.client_config(version)
            peer = self.client_session(port, config)
            self.assert_negotiated(peer.shake_hands(), version, psk=session_pb2.PSK_ORIGIN_UNSPECIFIED)
            exported = peer.export("EXPORTER-of-ours", 40)
            self.request(peer)
            server.wait_for("cache misses")
            self.assertEqual(self.exported_by(server.text()), exported)
            config.pre_shared_keys.add(ticket=peer.tickets[-1])
            peer.close()
            peer = self.client_session(port, config)
            self.assert_negotiated(peer.shake_hands(), version, psk=session_pb2.PSK_ORIGIN_RESUMPTION)
            self.request(peer)
            server.wait_for("1 cache hits")

    def test_certificates(self):
        for version in (TLS12, TLS13):
            server, port = self.serve("-r", "-r", version=version)
            for name, scheme in (("ecdsa", "ecdsa_secp256r1_sha256"), ("rsa", "rsa_pss_rsae_sha256")):
                peer = self.client_session(port, self.client_config(version, name))
                peer.shake_hands()
                self.request(peer)
                self.assertEqual(peer.negotiated.client_signature_scheme.name, scheme)
                server.wait_for(f"selfserv: subject DN: CN={name}$")
            peer = self.client_session(port, self.client_config(version))
            answer = peer.call(api.CALL_DO_HANDSHAKE)
            if version == TLS13:  # a client's handshake is complete before the server has looked
                answer = peer.call(api.CALL_READ)
            self.assertEqual(answer.failure.alert_name,
                             "certificate_required" if version == TLS13 else "bad_certificate")

    def test_renegotiation_and_post_handshake_authentication(self):
        # Three r: selfserv asks for a certificate after the first handshake.
        server, port = self.serve("-r", "-r", "-r", version=TLS12)
        peer = self.client_session(port, self.client_config(
            TLS12, "rsa", tls12=session_pb2.Tls12Options(renegotiation=True)))
        peer.shake_hands()
        self.request(peer)
        self.assertEqual(peer.messages.count((1, "finished")), 2)
        server, port = self.serve("-r", "-r", "-r", "-E", version=TLS13)
        peer = self.client_session(port, self.client_config(TLS13, "rsa", post_handshake_auth=True))
        peer.shake_hands()
        self.request(peer)
        self.assertIn((2, "certificate_verify"), peer.messages)
        server.wait_for("Subject: CN=rsa")
        server.wait_for("Certificate Validated")


if __name__ == "__main__":
    unittest.main()
