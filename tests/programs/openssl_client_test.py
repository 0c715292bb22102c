"""Sessions as servers of openssl s_client: each way to agree on keys, each cipher, resumption, and what comes after the
handshake."""
import unittest

from stepshake.v1 import handshake_service_pb2 as api
from stepshake.v1 import session_pb2

from openssl_programs import (EXPORT_OPTIONS, GROUP_NAME, GROUPS12, GROUPS13, PSK_OPTIONS, PSK_SUITES12, SUITES12,
                              SUITES13, VERSION_FLAG, OpensslTest)
from sessions import TLS12, TLS13

AES128, GCM12 = "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
TEMP_KEY = {"x25519": "X25519, 253", "secp256r1": "ECDH, prime256v1, 256", "x448": "X448, 448",
            "secp384r1": "ECDH, secp384r1, 384", "secp521r1": "ECDH, secp521r1, 521", "ffdhe2048": "DH, 2048",
            "ffdhe3072": "DH, 3072"}


class OpensslClient(OpensslTest):
    def answer(self, config, *arguments, version=None, host="127.0.0.1"):
        """s_client, and the session that has shaken hands with it."""
        door = self.open_door(host)
        client = self.dial(door, *arguments, version=version, host=host)
        peer = self.server_session(door, config)
        negotiated = peer.shake_hands()
        door.close()
        return client, peer, negotiated

    def one(self, version, suite, *arguments, host="127.0.0.1", certificates=("ecdsa", "rsa"), reused=False, **fields):
        """A full handshake with the suite alone, data both ways, and what both sides say of it."""
        client, peer, negotiated = self.answer(
            self.server_config(version, certificates, cipher_suites=self.number(suite), **fields),
            *self.suite_options(suite), *arguments, version=version, host=host)
        self.assert_negotiated(negotiated, version, suite, server_name="localhost")
        self.exchange(peer, client)
        self.client_says(client, version, suite, reused, verified=certificates and "PSK" not in suite)
        client.say("Q")
        self.assertEqual(peer.read_to_end(), b"")
        peer.close()
        self.assertEqual(client.wait(), 0, client.text())
        return negotiated, client.text()

    def test_suites(self):
        for suite in SUITES13:
            self.one(TLS13, suite)
        for suite in SUITES12:
            negotiated, _ = self.one(TLS12, suite, host="::1")
            self.assertTrue(negotiated.extended_master_secret and negotiated.secure_renegotiation)
            self.assertEqual(negotiated.encrypt_then_mac, "_CBC_" in suite)

    def test_pre_shared_keys(self):
        options = session_pb2.Tls12Options(psk_identity_hint=b"hint of the test")
        for suite in PSK_SUITES12:
            negotiated, text = self.one(TLS12, suite, *PSK_OPTIONS, pre_shared_keys=[self.external_psk()],
                                        tls12=options)
            self.assertEqual(negotiated.psk, session_pb2.PSK_ORIGIN_EXTERNAL)
            self.assertIn("PSK identity hint: hint of the test", text)
        for modes, group in (([1], "x25519"), ([0], "")):
            negotiated, _ = self.one(TLS13, AES128, *PSK_OPTIONS, "-allow_no_dhe_kex", reused=True, certificates=(),
                                     pre_shared_keys=[self.external_psk()], psk_key_exchange_modes=modes)
            self.assertEqual((negotiated.psk, negotiated.group.name), (session_pb2.PSK_ORIGIN_EXTERNAL, group))

    def test_groups(self):
        rsa = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
        for version, suite, groups in ((TLS13, AES128, GROUPS13), (TLS12, rsa, GROUPS12)):
            for group in groups:
                negotiated, text = self.one(version, suite, "-groups", GROUP_NAME[group])
                self.assert_negotiated(negotiated, group=group, hello_retry_request=False)
                self.assertRegex(text, f"Server Temp Key: {TEMP_KEY[group]} bits")
        for stateless in (False, True):
            negotiated, text = self.one(TLS13, AES128, "-groups", "X25519:P-384", groups=self.number("secp384r1"),
                                        stateless_retry=stateless)
            self.assert_negotiated(negotiated, group="secp384r1", hello_retry_request=True)
            self.assertRegex(text, "Server Temp Key: ECDH, secp384r1, 384 bits")
        for suite, parameters, name, bits in (
                ("TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "", "ffdhe2048", 2048),
                ("TLS_DHE_RSA_WITH_AES_256_CBC_SHA", self.prime(), "", 3072)):
            negotiated, text = self.one(TLS12, suite, "-groups", "X25519",
                                        tls12=session_pb2.Tls12Options(dhe_parameters=parameters))
            self.assertEqual(negotiated.group.name, name)
            self.assertRegex(text, f"Server Temp Key: DH, {bits} bits")

    def prime(self):
        """DH parameters of a safe prime that is none of RFC 7919's: RFC 3526's, of 3072 bits."""
        self.run_to_end("openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:modp_3072", "-out",
                        self.path("modp.pem"))
        return self.text("modp.pem")

    def test_no_extended_master_secret_and_no_encrypt_then_mac(self):
        suite = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"
        negotiated, text = self.one(TLS12, suite, tls12=session_pb2.Tls12Options(
            extended_master_secret=session_pb2.EXTENDED_MASTER_SECRET_OFF, encrypt_then_mac=False))
        self.assert_negotiated(negotiated, extended_master_secret=False, encrypt_then_mac=False)
        self.assertIn("Extended master secret: no", text)
        negotiated, text = self.one(TLS12, suite, "-no_etm")
        self.assert_negotiated(negotiated, extended_master_secret=True, encrypt_then_mac=False)
        self.assertIn("Extended master secret: yes", text)

    def test_resumption(self):
        stored = session_pb2.TICKET_STORAGE_STORED
        for version, suite, arguments, fields in (
                (TLS13, AES128, [], {}), (TLS13, AES128, [], {"ticket_storage": stored}),
                (TLS12, GCM12, [], {}), (TLS12, GCM12, [], {"ticket_storage": stored}),
                (TLS12, GCM12, ["-no_ticket"], {"ticket_storage": stored}),  # session ids, which want a store
                (TLS12, GCM12, [], {"ticket_storage": stored, "tls12": session_pb2.Tls12Options(
                    session_tickets=False)})):
            config = self.server_config(version, cipher_suites=self.number(suite), **fields)
            saved = self.path("saved")
            client, peer, negotiated = self.answer(config, "-sess_out", saved, *arguments, *EXPORT_OPTIONS,
                                                   version=version)
            self.assert_negotiated(negotiated, version, suite, psk=session_pb2.PSK_ORIGIN_UNSPECIFIED)
            self.exchange(peer, client, "first")
            self.client_says(client, version, suite)
            self.assertEqual(self.exported_by(client), peer.export("EXPORTER-of-ours", 40))
            client.say("Q")
            self.assertEqual(client.wait(), 0)
            peer.close()
            client, peer, negotiated = self.answer(config, "-sess_in", saved, *arguments, version=version)
            self.assert_negotiated(negotiated, version, suite, psk=session_pb2.PSK_ORIGIN_RESUMPTION)
            self.assertNotIn("certificate", [name for _, name in peer.messages])
            self.exchange(peer, client, "second")
            self.client_says(client, version, suite, reused=True)
            peer.close()

    def test_early_data(self):
        with open(self.path("early"), "wb") as early:
            early.write(b"early data of the program\n")
        fields = {"max_early_data_size": 1000, "ticket_storage": session_pb2.TICKET_STORAGE_STORED}
        config = self.server_config(TLS13, **fields)
        for taken in (True, False):
            client, peer, _ = self.answer(config, "-sess_out", self.path("saved"), version=TLS13)
            self.exchange(peer, client, "first")
            client.say("Q")
            self.assertEqual(client.wait(), 0)
            self.assertIn("Max Early Data: 1000", client.text())
            peer.close()
            door = self.open_door()
            client = self.dial(door, "-sess_in", self.path("saved"), "-early_data", self.path("early"), version=TLS13)
            peer = self.server_session(door, config if taken else self.server_config(
                TLS13, ticket_storage=session_pb2.TICKET_STORAGE_STORED))
            if taken:
                answer = peer.call(api.CALL_READ_EARLY_DATA)
                self.assertEqual((answer.return_value, answer.data), (1, b"early data of the program\n"))
                self.assertEqual(peer.call(api.CALL_READ_EARLY_DATA).return_value, 2)
            self.assert_negotiated(
                peer.shake_hands(), TLS13, psk=session_pb2.PSK_ORIGIN_RESUMPTION,
                early_data=session_pb2.EARLY_DATA_ACCEPTED if taken else session_pb2.EARLY_DATA_REJECTED)
            self.exchange(peer, client, "second")
            client.wait_for("Early data was accepted" if taken else "Early data was rejected")
            peer.close()

    def test_client_certificates(self):
        required = session_pb2.CLIENT_AUTHENTICATION_REQUIRE
        for version in (TLS12, TLS13):
            config = self.server_config(version, client_authentication=required)
            for name, scheme in (("ecdsa", "ecdsa_secp256r1_sha256"), ("rsa", "rsa_pss_rsae_sha256"),
                                 ("ed25519", "ed25519")):
                client, peer, negotiated = self.answer(
                    config, "-cert", self.path(name + ".pem"), "-key", self.path(name + ".key"), version=version)
                self.assertEqual(negotiated.client_signature_scheme.name, scheme)
                self.assertEqual((negotiated.verify_result, negotiated.peer_certificates[0]), (0, self.der(name)))
                self.exchange(peer, client)
                peer.close()
            for requested in (required, session_pb2.CLIENT_AUTHENTICATION_REQUEST):
                door = self.open_door()
                client = self.dial(door, version=version)
                peer = self.server_session(door, self.server_config(version, client_authentication=requested))
                if requested == required:
                    alert = "certificate_required" if version == TLS13 else "handshake_failure"
                    self.assertEqual(peer.fail().failure.alert_name, alert)
                    client.wait_for(f"alert {alert.replace('_', ' ')}|certificate required|handshake failure")
                else:
                    self.assertFalse(peer.shake_hands().peer_certificates)
                    self.exchange(peer, client)
                peer.close()

    def test_extensions(self):
        for version in (TLS12, TLS13):
            config = self.server_config(version, (), alpn_protocols=[b"h2", b"http/1.1"])
            config.identities.append(self.identity("ecdsa", ocsp_response=self.ocsp_response("ecdsa")))
            client, peer, negotiated = self.answer(config, "-alpn", "http/1.1,h2", "-status", version=version)
            self.assert_negotiated(negotiated, version, alpn_protocol=b"h2", server_name="localhost")
            self.exchange(peer, client)
            client.wait_for("ALPN protocol: h2")
            client.wait_for(r"OCSP Response Status: successful \(0x0\)")
            client.wait_for("Cert Status: good")
            peer.close()
            for length in (512, 2048):
                client, peer, negotiated = self.answer(config, "-maxfraglen", length, version=version)
                self.assert_negotiated(negotiated, version, max_fragment_length=length)
                self.exchange(peer, client, "x" * 9000)
                peer.close()
        door = self.open_door()
        client = self.dial(door, "-alpn", "h3")
        self.assertEqual(self.server_session(door, self.server_config(
            alpn_protocols=[b"h2"])).fail().failure.alert_name, "no_application_protocol")
        client.wait_for("no application protocol")

    def test_key_updates(self):
        client, peer, _ = self.answer(self.server_config(TLS13), version=TLS13)
        self.exchange(peer, client, "before")
        for command in ("k", "K"):  # K wants one back
            client.say(command)
            self.exchange(peer, client, f"after {command}")
        for call in (api.CALL_KEY_UPDATE, api.CALL_KEY_UPDATE_REQUESTED):
            self.assertEqual(peer.call(call).return_value, 1)
            self.exchange(peer, client, f"after call {call}")
        self.assertEqual([direction for direction, name in peer.messages if name == "key_update"],
                         [1, 1, 2, 2, 2, 1])

    def test_post_handshake_authentication(self):
        config = self.server_config(TLS13)
        client, peer, negotiated = self.answer(
            config, "-enable_pha", "-cert", self.path("ecdsa.pem"), "-key", self.path("ecdsa.key"), version=TLS13)
        self.assertFalse(negotiated.peer_certificates)
        self.exchange(peer, client, "before")
        self.assertEqual(peer.call(api.CALL_VERIFY_CLIENT_POST_HANDSHAKE).return_value, 1)
        self.exchange(peer, client, "after")
        self.assertEqual(peer.negotiated.peer_certificates[0], self.der("ecdsa"))

    def test_renegotiation(self):
        client, peer, _ = self.answer(self.server_config(
            TLS12, tls12=session_pb2.Tls12Options(renegotiation=True)), version=TLS12)
        self.exchange(peer, client, "before")
        client.say("R")
        peer.take_in_until(lambda: peer.messages.count((2, "finished")) == 2)
        self.exchange(peer, client, "after")
        client.wait_for("RENEGOTIATING")
        peer.close()
        client, peer, _ = self.answer(self.server_config(TLS12), version=TLS12)
        client.say("R")
        peer.take_in_until(lambda: (2, "no_renegotiation") in peer.alerts)
        client.wait_for("no renegotiation")  # and then libssl gives up

    def test_versions(self):
        """The highest that both have, and protocol_version where there is none."""
        suite = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
        for version in (0x0301, 0x0302):
            self.one(version, suite)
        for arguments, fields, version in (
                ([], {}, TLS13), (["-no_tls1_3"], {}, TLS12), ([], {"max_version": TLS12}, TLS12)):
            config = self.server_config()
            config.max_version = fields.get("max_version", 0)
            client, peer, negotiated = self.answer(config, *arguments)
            self.assert_negotiated(negotiated, version)
            self.exchange(peer, client)
            peer.close()
        for offered, arguments, taken in (
                (TLS12, [], TLS13), (TLS13, [], TLS12),
                (0x0301, ["-cipher", "ALL:@SECLEVEL=0"], 0)):  # 0: the defaults, which want TLS 1.2
            door = self.open_door()
            client = self.dial(door, VERSION_FLAG[offered], *arguments)
            answer = self.server_session(door, self.server_config(taken)).fail()
            self.assertEqual(answer.failure.alert_name, "protocol_version")
            client.wait_for("alert protocol version")
        door = self.open_door()
        client = self.dial(door, "-fallback_scsv", version=TLS12)
        answer = self.server_session(door, self.server_config()).fail()
        self.assertEqual(answer.failure.alert_name, "inappropriate_fallback")
        client.wait_for("alert inappropriate fallback")


if __name__ == "__main__":
    unittest.main()
