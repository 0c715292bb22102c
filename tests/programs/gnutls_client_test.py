"""Sessions as servers of gnutls-cli."""
import unittest

from stepshake.v1 import handshake_service_pb2 as api
from stepshake.v1 import session_pb2

from gnutls_programs import GROUPS12, GROUPS13, PSK_SUITES12, RAW_KEYS, SUITES12, SUITES13, GnutlsTest, priority
from programs import PSK, PSK_IDENTITY
from sessions import TLS12, TLS13

AES128, GCM12 = "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
PSK_ARGUMENTS = ("--pskusername", PSK_IDENTITY, "--pskkey", PSK.hex())


class GnutlsClient(GnutlsTest):
    def answer(self, config, allowed, *arguments):
        """gnutls-cli, and the session that has shaken hands with it."""
        door = self.open_door()
        client = self.dial(door, allowed, *arguments)
        peer = self.server_session(door, config)
        return client, peer, peer.shake_hands()

    def one(self, version, suite, *arguments, groups=None, more="", certificates=("ecdsa", "rsa"), **fields):
        """A full handshake with the suite alone, data both ways, and what both sides say of it."""
        client, peer, negotiated = self.answer(
            self.server_config(version, certificates, cipher_suites=self.number(suite), **fields),
            priority(version, suite, groups, more), *arguments)
        self.assert_negotiated(negotiated, version, suite)
        self.exchange(peer, client)
        text = self.says(client, version, suite, groups and groups[0])
        client.process.stdin.close()
        self.assertEqual(peer.read_to_end(), b"")
        peer.close()
        self.assertEqual(client.wait(), 0, client.text())
        return negotiated, text

    def test_suites(self):
        for suite in SUITES13:
            self.one(TLS13, suite)
        for suite in SUITES12:
            negotiated, text = self.one(TLS12, suite)
            self.assertTrue(negotiated.extended_master_secret and negotiated.secure_renegotiation)
            self.assertEqual((negotiated.encrypt_then_mac, "EtM" in text), ("_CBC_" in suite,) * 2)
            self.assertEqual(negotiated.server_name, "localhost")
            self.assertIn("extended master secret, safe renegotiation,", text)

    def test_groups(self):
        rsa = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
        for version, suite, groups in ((TLS13, AES128, GROUPS13), (TLS12, rsa, GROUPS12)):
            for group in groups:
                negotiated, _ = self.one(version, suite, groups=[group])
                self.assert_negotiated(negotiated, group=group, hello_retry_request=False)
        negotiated, _ = self.one(TLS12, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", groups=["ffdhe3072"])
        self.assert_negotiated(negotiated, group="ffdhe3072")
        for stateless in (False, True):
            client, peer, negotiated = self.answer(
                self.server_config(TLS13, groups=self.number("secp384r1"), stateless_retry=stateless),
                priority(TLS13, groups=["x25519", "secp384r1"]), "--single-key-share")
            self.assert_negotiated(negotiated, group="secp384r1", hello_retry_request=True)
            self.exchange(peer, client)
            self.says(client, TLS13, group="secp384r1")

    def test_pre_shared_keys(self):
        options = session_pb2.Tls12Options(psk_identity_hint=b"hint of the test")
        for suite in PSK_SUITES12:
            if "DHE_" in suite:
                continue  # gnutls-cli 3.7 crashes when it prints of such a handshake, with gnutls-serv as well
            negotiated, _ = self.one(TLS12, suite, *PSK_ARGUMENTS, pre_shared_keys=[self.external_psk()], tls12=options)
            self.assertEqual(negotiated.psk, session_pb2.PSK_ORIGIN_EXTERNAL)
        for exchange, modes, group in (("+ECDHE-PSK", [1], "x25519"), ("+PSK", [0], "")):
            negotiated, _ = self.one(TLS13, AES128, *PSK_ARGUMENTS, more=f":-KX-ALL:{exchange}", certificates=(),
                                     pre_shared_keys=[self.external_psk()], psk_key_exchange_modes=modes)
            self.assertEqual((negotiated.psk, negotiated.group.name), (session_pb2.PSK_ORIGIN_EXTERNAL, group))

    def test_no_extended_master_secret_and_no_encrypt_then_mac(self):
        for more, fields in (
                (":%NO_SESSION_HASH:%NO_ETM", {}),
                ("", {"tls12": session_pb2.Tls12Options(
                    extended_master_secret=session_pb2.EXTENDED_MASTER_SECRET_OFF, encrypt_then_mac=False)})):
            negotiated, text = self.one(TLS12, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", more=more, **fields)
            self.assert_negotiated(negotiated, extended_master_secret=False, encrypt_then_mac=False)
            self.assertNotIn("EtM", text)
            self.assertNotIn("extended master secret", text)

    def test_resumption(self):
        stored = {"ticket_storage": session_pb2.TICKET_STORAGE_STORED}
        for version, arguments, fields in (
                (TLS13, [], {}), (TLS13, [], stored), (TLS12, [], {}),
                (TLS12, ["--noticket"], stored),  # session ids, which want a store
                (TLS12, [], {**stored, "tls12": session_pb2.Tls12Options(session_tickets=False)})):
            suite = AES128 if version == TLS13 else GCM12
            config = self.server_config(version, cipher_suites=self.number(suite), **fields)
            door = self.open_door()
            client = self.dial(door, priority(version), "--resume", "--keymatexport", "EXPORTER-of-ours",
                               "--keymatexportsize", "40", *arguments)
            peer = self.server_session(door, config)
            peer.shake_hands()
            self.assertEqual(bytes.fromhex(client.wait_for("Key material: ([0-9a-f]+)").group(1)),
                             peer.export("EXPORTER-of-ours", 40))
            self.assertEqual(peer.read_to_end(), b"")
            peer.close()
            peer = self.server_session(door, config)
            self.assert_negotiated(peer.shake_hands(), version, suite, psk=session_pb2.PSK_ORIGIN_RESUMPTION)
            self.exchange(peer, client)
            self.says(client, version, suite, resumed=True)
            peer.close()

    def test_early_data(self):
        with open(self.path("early"), "wb") as early:
            early.write(b"early data of the program\n")
        config = self.server_config(TLS13, max_early_data_size=1000, ticket_storage=session_pb2.TICKET_STORAGE_STORED)
        door = self.open_door()
        client = self.dial(door, priority(TLS13), "--resume", "--earlydata", self.path("early"))
        peer = self.server_session(door, config)
        peer.shake_hands()
        peer.read_to_end()
        peer.close()
        peer = self.server_session(door, config)
        self.assertEqual(peer.call(api.CALL_READ_EARLY_DATA).data, b"early data of the program\n")
        self.assertEqual(peer.call(api.CALL_READ_EARLY_DATA).return_value, 2)
        self.assert_negotiated(peer.shake_hands(), TLS13, early_data=session_pb2.EARLY_DATA_ACCEPTED)
        self.exchange(peer, client)
        self.says(client, TLS13, resumed=True)

    def test_client_certificates(self):
        required = session_pb2.CLIENT_AUTHENTICATION_REQUIRE
        for version in (TLS12, TLS13):
            config = self.server_config(version, client_authentication=required)
            for name, scheme in (("ecdsa", "ecdsa_secp256r1_sha256"), ("rsa", "rsa_pss_rsae_sha256"),
                                 ("ed25519", "ed25519")):
                client, peer, negotiated = self.answer(config, priority(version), "--x509certfile", self.path(
                    name + ".pem"), "--x509keyfile", self.path(name + ".key"))
                self.assertEqual(negotiated.client_signature_scheme.name, scheme)
                self.assertEqual((negotiated.verify_result, negotiated.peer_certificates[0]), (0, self.der(name)))
                self.exchange(peer, client)
                self.assertIn("Successfully sent 1 certificate", self.says(client, version))
                peer.close()
            door = self.open_door()
            client = self.dial(door, priority(version))
            peer = self.server_session(door, config)
            alert = "certificate_required" if version == TLS13 else "handshake_failure"
            self.assertEqual(peer.fail().failure.alert_name, alert)
            client.wait_for("fatal alert")

    def test_raw_public_keys(self):
        raw = session_pb2.CERTIFICATE_TYPE_RAW_PUBLIC_KEY
        file, key = self.public_key("rsa")
        for version in (TLS12, TLS13):
            client, peer, negotiated = self.answer(
                self.server_config(version, ("ecdsa",), server_certificate_types=[raw], client_certificate_types=[raw],
                                   client_authentication=session_pb2.CLIENT_AUTHENTICATION_REQUIRE, trusted_keys=[key]),
                priority(version, more=RAW_KEYS), "--rawpkkeyfile", self.path("rsa.key"), "--rawpkfile", file,
                "--insecure")
            self.assert_negotiated(negotiated, version, server_certificate_type=raw, client_certificate_type=raw)
            self.assertEqual(negotiated.peer_certificates[0], key)
            self.exchange(peer, client)
            self.assertIn("Raw Public Key", self.says(client, version))
            peer.close()

    def test_extensions(self):
        for version in (TLS12, TLS13):
            config = self.server_config(version, (), alpn_protocols=[b"h2", b"http/1.1"], srtp_profiles=[7, 1],
                                        record_size_limit=600)
            config.identities.append(self.identity("ecdsa", ocsp_response=self.ocsp_response("ecdsa")))
            client, peer, negotiated = self.answer(
                config, priority(version), "--alpn", "http/1.1", "--alpn", "h2", "--srtp-profiles",
                "SRTP_AES128_CM_HMAC_SHA1_80", "--recordsize", "700", "--ocsp", "--save-ocsp", self.path("saved.der"))
            # TLS 1.3 counts the byte for the type in.
            self.assert_negotiated(negotiated, version, alpn_protocol=b"h2", srtp_profile=1,
                                   record_size_limit=701 if version == TLS13 else 700)
            peer.write(b"x" * 3000 + b"\n")
            client.wait_for("x" * 3000)
            self.exchange(peer, client)
            text = self.says(client, version)
            self.assertIn("Application protocol: h2", text)
            self.assertRegex(text, "SRTP profile: SRTP_AES128_CM_HMAC_SHA1_80")
            with open(self.path("saved.der"), "rb") as saved:
                self.assertEqual(saved.read(), self.ocsp_response("ecdsa"))
            peer.close()

    def test_after_the_handshake(self):
        """Renegotiation, KeyUpdate, post-handshake authentication."""
        client, peer, _ = self.answer(self.server_config(
            TLS12, tls12=session_pb2.Tls12Options(renegotiation=True)), priority(TLS12), "--rehandshake")
        peer.take_in_until(lambda: peer.messages.count((2, "finished")) == 2)
        self.exchange(peer, client)
        client.wait_for("ReHandshake was completed")
        client, peer, _ = self.answer(self.server_config(TLS13), priority(TLS13), "--inline-commands")
        for command in ("^rekey1^", "^rekey^"):
            client.say(command)
            self.exchange(peer, client, f"after {command[1:-1]}")
        for call in (api.CALL_KEY_UPDATE, api.CALL_KEY_UPDATE_REQUESTED):
            self.assertEqual(peer.call(call).return_value, 1)
            self.exchange(peer, client, f"after call {call}")
        updates = [direction for direction, name in peer.messages if name == "key_update"]
        self.assertEqual(updates[-3:], [2, 2, 1])
        client, peer, _ = self.answer(
            self.server_config(TLS13), priority(TLS13), "--post-handshake-auth", "--x509certfile",
            self.path("ecdsa.pem"), "--x509keyfile", self.path("ecdsa.key"))
        self.assertEqual(peer.call(api.CALL_VERIFY_CLIENT_POST_HANDSHAKE).return_value, 1)
        self.exchange(peer, client)
        self.assertEqual(peer.negotiated.peer_certificates[0], self.der("ecdsa"))

    def test_versions(self):
        for version in (0x0301, 0x0302):
            self.one(version, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")
        for offered, taken in ((0x0302, 0), (TLS13, TLS12), (TLS12, TLS13)):  # 0: the defaults, which want TLS 1.2
            door = self.open_door()
            client = self.dial(door, priority(offered))
            answer = self.server_session(door, self.server_config(taken)).fail()
            self.assertEqual(answer.failure.alert_name, "protocol_version")
            client.wait_for("fatal alert")


if __name__ == "__main__":
    unittest.main()
