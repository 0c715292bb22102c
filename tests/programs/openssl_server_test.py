"""Sessions as clients of openssl s_server: each way to agree on keys, each cipher, resumption, and what comes after the
handshake."""
import unittest

from stepshake.v1 import handshake_service_pb2 as api
from stepshake.v1 import session_pb2

from openssl_programs import (EXPORT_OPTIONS, GROUP_NAME, GROUPS12, GROUPS13, PSK_OPTIONS, PSK_SUITES12, SUITES12,
                              SUITES13, OpensslTest)
from sessions import TLS12, TLS13

AES128, GCM12 = "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"


class OpensslServer(OpensslTest):
    def shake(self, port, config, host="127.0.0.1"):
        peer = self.client_session(port, config, host)
        return peer, peer.shake_hands()

    def one(self, version, suite, *arguments, key="ecdsa", host="127.0.0.1", reused=False, **fields):
        """A full handshake with the suite alone, data both ways, and what both sides say of it."""
        server, port = self.serve(*self.suite_options(suite), *arguments, key=key, version=version, host=host)
        peer, negotiated = self.shake(
            port, self.client_config(version, cipher_suites=self.number(suite), **fields), host)
        self.assert_negotiated(negotiated, version, suite)
        self.exchange(peer, server)
        self.server_says(server, version, suite, reused)
        peer.close()
        server.wait_for("^DONE$")
        server.stop()
        return negotiated

    def test_suites(self):
        for suite in SUITES13:
            self.one(TLS13, suite)
        for suite in SUITES12:
            key = "ecdsa" if "ECDSA" in suite else "rsa"
            negotiated = self.one(TLS12, suite, key=key, host="::1")
            self.assertTrue(negotiated.extended_master_secret and negotiated.secure_renegotiation)
            self.assertEqual(negotiated.encrypt_then_mac, "_CBC_" in suite)
            self.assertEqual(negotiated.verify_result, 0)

    def test_pre_shared_keys(self):
        for suite in PSK_SUITES12:
            negotiated = self.one(TLS12, suite, *PSK_OPTIONS, "-psk_hint", "hint", key="rsa",
                                  pre_shared_keys=[self.external_psk()])
            self.assertEqual(negotiated.psk, session_pb2.PSK_ORIGIN_EXTERNAL)
        for modes, group in (([1], "x25519"), ([0], "")):
            negotiated = self.one(TLS13, AES128, *PSK_OPTIONS, "-allow_no_dhe_kex", key=None, reused=True,
                                  pre_shared_keys=[self.external_psk()], psk_key_exchange_modes=modes)
            self.assert_negotiated(negotiated, psk=session_pb2.PSK_ORIGIN_EXTERNAL)
            self.assertEqual(negotiated.group.name, group)

    def test_groups(self):
        rsa = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"  # a certificate on a curve would want its curve among the groups
        for version, suite, groups in ((TLS13, AES128, GROUPS13), (TLS12, rsa, GROUPS12)):
            for group in groups:
                negotiated = self.one(version, suite, "-groups", GROUP_NAME[group], key="rsa",
                                      groups=self.number(group))
                self.assert_negotiated(negotiated, group=group, hello_retry_request=False)
        negotiated = self.one(TLS13, AES128, "-groups", "P-384", groups=self.number("x25519", "secp384r1"))
        self.assert_negotiated(negotiated, group="secp384r1", hello_retry_request=True)
        # TLS 1.2's DHE: openssl 3.0 takes a prime of its own, which has no name, or that of its file.
        self.run_to_end("openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048", "-out",
                        self.path("dh.pem"))
        for arguments, group in (((), ""), (("-dhparam", self.path("dh.pem")), "ffdhe2048")):
            negotiated = self.one(TLS12, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", *arguments, key="rsa",
                                  groups=self.number("x25519", "ffdhe2048"))
            self.assertEqual(negotiated.group.name, group)

    def test_no_extended_master_secret_and_no_encrypt_then_mac(self):
        options = session_pb2.Tls12Options(
            extended_master_secret=session_pb2.EXTENDED_MASTER_SECRET_OFF, encrypt_then_mac=False)
        for suite in ("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"):
            negotiated = self.one(TLS12, suite, tls12=options)
            self.assert_negotiated(negotiated, extended_master_secret=False, encrypt_then_mac=False)

    def test_resumption(self):
        for version, suite, arguments in (
                (TLS13, AES128, []), (TLS13, AES128, ["-no_ticket"]), (TLS12, GCM12, []),
                (TLS12, GCM12, ["-no_ticket"])):
            server, port = self.serve(*self.suite_options(suite), *arguments, *EXPORT_OPTIONS, version=version)
            config = self.client_config(version, cipher_suites=self.number(suite))
            peer, negotiated = self.shake(port, config)
            self.assert_negotiated(negotiated, version, suite, psk=session_pb2.PSK_ORIGIN_UNSPECIFIED)
            self.exchange(peer, server, "first")
            self.assertEqual(self.exported_by(server), peer.export("EXPORTER-of-ours", 40))
            self.server_says(server, version, suite)
            config.pre_shared_keys.add(ticket=peer.tickets[-1])
            peer.close()
            server.wait_for("^DONE$")

            peer, negotiated = self.shake(port, config)
            self.assert_negotiated(negotiated, version, suite, psk=session_pb2.PSK_ORIGIN_RESUMPTION)
            self.assertNotIn("certificate", [name for _, name in peer.messages])
            self.exchange(peer, server, "second")
            self.server_says(server, version, suite, reused=True)
            peer.close()
            server.stop()

    def test_early_data(self):
        server, port = self.serve("-early_data", "-no_anti_replay", version=TLS13)
        config = self.client_config(TLS13)
        peer, _ = self.shake(port, config)
        self.exchange(peer, server, "first")
        config.pre_shared_keys.add(ticket=peer.tickets[-1])
        peer.close()
        server.wait_for("^DONE$")

        peer = self.client_session(port, config)
        peer.call(api.CALL_WRITE_EARLY_DATA, data=b"early data of the session\n")
        self.assert_negotiated(peer.shake_hands(), TLS13, psk=session_pb2.PSK_ORIGIN_RESUMPTION,
                               early_data=session_pb2.EARLY_DATA_ACCEPTED)
        server.wait_for("early data of the session")
        server.wait_for("End of early data")
        self.exchange(peer, server, "second")
        peer.close()

        # A server that has other keys for its tickets takes neither the ticket nor the data.
        other, port = self.serve("-early_data", version=TLS13)
        peer = self.client_session(port, config)
        peer.call(api.CALL_WRITE_EARLY_DATA, data=b"early data of the session\n")
        self.assert_negotiated(peer.shake_hands(), TLS13, psk=session_pb2.PSK_ORIGIN_UNSPECIFIED,
                               early_data=session_pb2.EARLY_DATA_REJECTED)
        self.exchange(peer, other)
        self.assertNotIn("early data of the session", other.text())

    def test_client_certificates(self):
        for version in (TLS12, TLS13):
            for name, kind, scheme in (("ecdsa", "ECDSA", "ecdsa_secp256r1_sha256"),
                                       ("rsa", "RSA-PSS", "rsa_pss_rsae_sha256"), ("ed25519", "ed25519", "ed25519")):
                server, port = self.serve("-Verify", "2", "-verify_return_error", "-CAfile", self.ca, version=version)
                peer, _ = self.shake(port, self.client_config(version, name))
                self.exchange(peer, server)
                self.assertEqual(peer.negotiated.client_signature_scheme.name, scheme)
                text = server.text()
                self.assertRegex(text, rf"subject=CN = {name}\n")
                self.assertRegex(text, rf"Peer signature type: {kind}\n")
                peer.close()
                server.stop()
            _, port = self.serve("-Verify", "2", "-verify_return_error", "-CAfile", self.ca, version=version)
            peer = self.client_session(port, self.client_config(version))
            answer = peer.call(api.CALL_DO_HANDSHAKE)
            if version == TLS13:  # a client's handshake is complete before the server has looked
                self.assertEqual(answer.return_value, 1)
                answer = peer.call(api.CALL_READ)
            self.assertEqual(answer.failure.alert_name,
                             "certificate_required" if version == TLS13 else "handshake_failure")

    def test_extensions(self):
        with open(self.path("ocsp.der"), "wb") as response:
            response.write(self.ocsp_response("ecdsa"))
        for version in (TLS12, TLS13):
            server, port = self.serve("-alpn", "h2,http/1.1", "-status_file", self.path("ocsp.der"), version=version)
            peer, negotiated = self.shake(port, self.client_config(
                version, alpn_protocols=[b"http/1.1"], request_ocsp=True))
            self.exchange(peer, server)
            self.assert_negotiated(negotiated, version, alpn_protocol=b"http/1.1",
                                   ocsp_response=self.ocsp_response("ecdsa"))
            self.assertRegex(server.text(), "ALPN protocols selected: http/1.1")
            peer.close()
            server.stop()
            for name, scheme in (("localhost", "rsa_pss_rsae_sha256"), ("other.test", "ecdsa_secp256r1_sha256")):
                server, port = self.serve("-servername", "localhost", "-cert2", self.path("rsa.pem"), "-key2",
                                          self.path("rsa.key"), version=version)
                peer, negotiated = self.shake(port, self.client_config(
                    version, server_name=name, verification=session_pb2.VERIFICATION_RECORDED))
                self.exchange(peer, server)
                self.assertEqual(negotiated.server_signature_scheme.name, scheme)
                self.assertEqual(negotiated.verify_message == "ok", name == "localhost", negotiated.verify_message)
                server.wait_for(f"Hostname in TLS extension: \"{name}\"")
                peer.close()
                server.stop()
        _, port = self.serve("-alpn", "h2")
        answer = self.client_session(port, self.client_config(alpn_protocols=[b"h3"])).fail()
        self.assertEqual(answer.failure.alert_name, "no_application_protocol")
        # RFC 5764 is for DTLS, and libssl takes use_srtp in TLS for an error.
        _, port = self.serve("-use_srtp", "SRTP_AEAD_AES_128_GCM")
        answer = self.client_session(port, self.client_config(srtp_profiles=[7])).fail()
        self.assertEqual(answer.failure.alert_name, "illegal_parameter")

    def test_fragments(self):
        data = "x" * 9000
        for version in (TLS12, TLS13):
            for length in (512, 4096):
                server, port = self.serve(version=version)
                peer, negotiated = self.shake(port, self.client_config(
                    version, max_fragment_length=length, trace=True))
                self.assert_negotiated(negotiated, version, max_fragment_length=length)
                self.exchange(peer, server, data)
                peer.close()
                server.stop()

    def test_key_updates(self):
        server, port = self.serve(version=TLS13)
        peer, _ = self.shake(port, self.client_config(TLS13))
        self.exchange(peer, server, "before")
        for command in ("k", "K"):  # K wants one back
            server.say(command)
            self.exchange(peer, server, f"after {command}")
        for call in (api.CALL_KEY_UPDATE, api.CALL_KEY_UPDATE_REQUESTED):
            self.assertEqual(peer.call(call).return_value, 1)
            self.exchange(peer, server, f"after call {call}")
        updates = [direction for direction, name in peer.messages if name == "key_update"]
        self.assertEqual(updates, [1, 1, 2, 2, 2, 1])

    def test_post_handshake_authentication(self):
        server, port = self.serve("-verify", "2", "-CAfile", self.ca, version=TLS13)
        peer, _ = self.shake(port, self.client_config(TLS13, "ecdsa", post_handshake_auth=True))
        self.exchange(peer, server, "first")
        server.say("c")
        self.exchange(peer, server, "second")
        self.assertIn((2, "certificate_verify"), peer.messages)
        server.wait_for("verify return:1")

    def test_renegotiation(self):
        for command, arguments in (("r", []), ("R", ["-CAfile", self.ca])):  # R asks for a certificate as well
            server, port = self.serve(*arguments, version=TLS12)
            peer, _ = self.shake(port, self.client_config(
                TLS12, "ecdsa", tls12=session_pb2.Tls12Options(renegotiation=True)))
            self.exchange(peer, server, "before")
            server.say(command)
            peer.take_in_until(lambda: peer.messages.count((1, "finished")) == 2)
            self.exchange(peer, server, "after")
            self.assertTrue(peer.negotiated.secure_renegotiation)
            self.assertEqual(peer.messages.count((2, "certificate_verify")), 1 if command == "R" else 0)
            peer.close()
            server.stop()
        server, port = self.serve(version=TLS12)
        peer, _ = self.shake(port, self.client_config(TLS12))
        server.say("r")
        peer.take_in_until(lambda: (2, "no_renegotiation") in peer.alerts)
        server.wait_for("no renegotiation")  # and then libssl gives up

    def test_versions(self):
        """The highest that both have, and protocol_version where there is none."""
        suite = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"
        for version in (0x0301, 0x0302):
            negotiated = self.one(version, suite)
            self.assert_negotiated(negotiated, version, suite)
        for arguments, version in (([], TLS13), (["-no_tls1_3"], TLS12)):
            server, port = self.serve(*arguments)
            peer, negotiated = self.shake(port, self.client_config())
            self.assert_negotiated(negotiated, version)
            self.exchange(peer, server)
            peer.close()
            server.stop()
        for offered, taken in ((TLS12, TLS13), (TLS13, TLS12)):
            _, port = self.serve(version=taken)
            answer = self.client_session(port, self.client_config(offered)).fail()
            self.assertEqual(answer.failure.alert_name, "protocol_version")
        _, port = self.serve()  # which knows a higher version than the second attempt says
        answer = self.client_session(port, self.client_config(
            TLS12, tls12=session_pb2.Tls12Options(fallback_scsv=True))).fail()
        self.assertEqual(answer.failure.alert_name, "inappropriate_fallback")


if __name__ == "__main__":
    unittest.main()
