"""Sessions as clients of gnutls-serv, which binds every address of the machine: hence a network namespace."""
import unittest

import loopback

loopback.alone()

from stepshake.v1 import handshake_service_pb2 as api  # noqa: E402
from stepshake.v1 import session_pb2  # noqa: E402

from gnutls_programs import (GROUPS12, GROUPS13, PSK_SUITES12, RAW_KEYS, SUITES12, SUITES13, GnutlsTest,  # noqa: E402
                             priority)
from sessions import TLS12, TLS13  # noqa: E402

AES128, GCM12 = "TLS_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"


class GnutlsServer(GnutlsTest):
    def shake(self, port, config, host="127.0.0.1"):
        peer = self.client_session(port, config, host)
        return peer, peer.shake_hands()

    def one(self, version, suite, *arguments, key="ecdsa", groups=None, offered=None, more="", host="127.0.0.1",
            **fields):
        """A full handshake with the suite alone, data both ways, and what both sides say of it."""
        if groups:
            fields["groups"] = self.number(*(offered or groups))
        server, port = self.serve(priority(version, suite, groups, more), *arguments, key=key)
        peer, negotiated = self.shake(
            port, self.client_config(version, cipher_suites=self.number(suite), **fields), host)
        self.assert_negotiated(negotiated, version, suite)
        self.echo(peer, server)
        text = self.says(server, version, suite, groups and groups[0])
        peer.close()
        server.stop()
        return negotiated, text

    def test_suites(self):
        for suite in SUITES13:
            self.one(TLS13, suite, "--disable-client-cert")
        for suite in SUITES12:
            negotiated, text = self.one(TLS12, suite, "--disable-client-cert", host="::1",
                                        key="ecdsa" if "ECDSA" in suite else "rsa")
            self.assertTrue(negotiated.extended_master_secret and negotiated.secure_renegotiation)
            self.assertEqual((negotiated.encrypt_then_mac, "EtM" in text), ("_CBC_" in suite,) * 2)
            self.assertEqual(negotiated.verify_result, 0)
            self.assertIn("Given server name[1]: localhost", text)

    def test_groups(self):
        rsa = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
        for version, suite, groups in ((TLS13, AES128, GROUPS13), (TLS12, rsa, GROUPS12)):
            for group in groups:
                negotiated, _ = self.one(version, suite, key="rsa", groups=[group])
                self.assert_negotiated(negotiated, group=group, hello_retry_request=False)
        negotiated, _ = self.one(TLS12, "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", key="rsa", groups=["ffdhe3072"])
        self.assert_negotiated(negotiated, group="ffdhe3072")
        negotiated, _ = self.one(TLS13, AES128, groups=["secp384r1"], offered=["x25519", "secp384r1"])
        self.assert_negotiated(negotiated, group="secp384r1", hello_retry_request=True)

    def test_pre_shared_keys(self):
        for suite in PSK_SUITES12:
            negotiated, text = self.one(TLS12, suite, "--pskpasswd", self.psk_file(), "--pskhint", "hint", key="rsa",
                                        pre_shared_keys=[self.external_psk()])
            self.assertEqual(negotiated.psk, session_pb2.PSK_ORIGIN_EXTERNAL)
            self.assertIn("PSK authentication. Connected as 'somebody'", text)
        for exchange, modes, group in (("+ECDHE-PSK", [1], "x25519"), ("+PSK", [0], "")):
            negotiated, _ = self.one(TLS13, AES128, "--pskpasswd", self.psk_file(), key=None,
                                     more=f":-KX-ALL:{exchange}", pre_shared_keys=[self.external_psk()],
                                     psk_key_exchange_modes=modes)
            self.assertEqual((negotiated.psk, negotiated.group.name), (session_pb2.PSK_ORIGIN_EXTERNAL, group))

    def test_no_extended_master_secret_and_no_encrypt_then_mac(self):
        off = {"tls12": session_pb2.Tls12Options(
            extended_master_secret=session_pb2.EXTENDED_MASTER_SECRET_OFF, encrypt_then_mac=False)}
        for more, fields in ((":%NO_SESSION_HASH:%NO_ETM", {}), ("", off)):
            negotiated, text = self.one(TLS12, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", more=more, **fields)
            self.assert_negotiated(negotiated, extended_master_secret=False, encrypt_then_mac=False)
            self.assertNotIn("EtM", text)
        # RFC 5746 4.1: a server that does not know it is taken where that is allowed.
        server, port = self.serve(priority(TLS12, more=":%DISABLE_SAFE_RENEGOTIATION"))
        answer = self.client_session(port, self.client_config(TLS12)).fail()
        self.assertEqual(answer.failure.alert_name, "handshake_failure")
        peer, negotiated = self.shake(port, self.client_config(
            TLS12, tls12=session_pb2.Tls12Options(legacy_servers=True)))
        self.assert_negotiated(negotiated, secure_renegotiation=False)
        self.echo(peer, server)

    def test_resumption(self):
        for version, arguments in ((TLS13, []), (TLS12, []), (TLS12, ["--noticket"])):
            suite = AES128 if version == TLS13 else GCM12
            server, port = self.serve(priority(version, suite), "--keymatexport", "EXPORTER-of-ours",
                                      "--keymatexportsize", "40", *arguments)
            config = self.client_config(version)
            peer, _ = self.shake(port, config)
            self.echo(peer, server, "first")
            self.assertEqual(bytes.fromhex(server.wait_for("Key material: ([0-9a-f]+)").group(1)),
                             peer.export("EXPORTER-of-ours", 40))
            config.pre_shared_keys.add(ticket=peer.tickets[-1])
            peer.close()
            peer, negotiated = self.shake(port, config)
            self.assert_negotiated(negotiated, version, suite, psk=session_pb2.PSK_ORIGIN_RESUMPTION)
            self.echo(peer, server, "second")
            self.says(server, version, suite, resumed=True)

    def test_early_data(self):
        server, port = self.serve(priority(TLS13), "--earlydata", "--maxearlydata", "1000")
        config = self.client_config(TLS13)
        peer, _ = self.shake(port, config)
        self.echo(peer, server, "first")
        self.assertEqual(peer.last.tickets[-1].max_early_data_size, 1000)
        config.pre_shared_keys.add(ticket=peer.tickets[-1])
        peer.close()
        peer = self.client_session(port, config)
        peer.call(api.CALL_WRITE_EARLY_DATA, data=b"early data of the session\n")
        self.assert_negotiated(peer.shake_hands(), TLS13, early_data=session_pb2.EARLY_DATA_ACCEPTED)
        self.echo(peer, server, "second")  # gnutls-serv takes the early data, and does nothing with it

    def test_client_certificates(self):
        for version in (TLS12, TLS13):
            server, port = self.serve(priority(version), "--require-client-cert", "--verify-client-cert",
                                      "--x509cafile", self.ca)
            for name, scheme in (("ecdsa", "ecdsa_secp256r1_sha256"), ("rsa", "rsa_pss_rsae_sha256"),
                                 ("ed25519", "ed25519")):
                peer, _ = self.shake(port, self.client_config(version, name))
                self.echo(peer, server, name)
                self.assertEqual(peer.negotiated.client_signature_scheme.name, scheme)
                server.wait_for(f"Subject: CN={name}$")
            server.wait_for("The certificate is trusted")
            peer = self.client_session(port, self.client_config(version))
            answer = peer.call(api.CALL_DO_HANDSHAKE)
            if version == TLS13:  # a client's handshake is complete before the server has looked
                answer = peer.call(api.CALL_READ)
            # In TLS 1.2 RFC 5246 7.4.6 has handshake_failure for it.
            self.assertEqual(answer.failure.alert_name, "certificate_required" if version == TLS13 else "decode_error")

    def test_raw_public_keys(self):
        raw = session_pb2.CERTIFICATE_TYPE_RAW_PUBLIC_KEY
        file, key = self.public_key("rsa")
        for version in (TLS12, TLS13):
            server, port = self.serve(priority(version, more=RAW_KEYS), "--rawpkkeyfile", self.path("rsa.key"),
                                      "--rawpkfile", file, "--require-client-cert", key=None)
            config = self.client_config(version, "ecdsa", server_certificate_types=[raw],
                                        client_certificate_types=[raw], trusted_keys=[key])
            peer, negotiated = self.shake(port, config)
            self.assert_negotiated(negotiated, version, server_certificate_type=raw, client_certificate_type=raw)
            self.assertEqual(negotiated.peer_certificates[0], key)
            self.echo(peer, server)
            self.assertIn("Raw Public Key", self.says(server, version))
            config.trusted_keys[0] = self.public_key("ecdsa")[1]
            self.assertTrue(self.client_session(port, config).fail().failure.alert_name)

    def test_extensions(self):
        self.ocsp_response("ecdsa")
        for version in (TLS12, TLS13):
            server, port = self.serve(
                priority(version), "--alpn", "h2", "--srtp-profiles", "SRTP_AES128_CM_HMAC_SHA1_80", "--recordsize",
                "700", "--ocsp-response", self.path("ecdsa.ocsp"), "--disable-client-cert")
            peer, negotiated = self.shake(port, self.client_config(
                version, alpn_protocols=[b"http/1.1", b"h2"], srtp_profiles=[7, 1], record_size_limit=600,
                request_ocsp=True))
            self.assert_negotiated(negotiated, version, alpn_protocol=b"h2", srtp_profile=1,
                                   ocsp_response=self.ocsp_response("ecdsa"))
            self.assertGreaterEqual(negotiated.record_size_limit, 700)
            self.echo(peer, server, "x" * 1500)
            text = self.says(server, version)
            self.assertIn("Application protocol: h2", text)
            self.assertIn("SRTP profile: SRTP_AES128_CM_HMAC_SHA1_80", text)

    def test_after_the_handshake(self):
        """Renegotiation, for which gnutls-serv has a command among the data, and KeyUpdate."""
        server, port = self.serve(priority(TLS12))
        peer, _ = self.shake(port, self.client_config(TLS12, tls12=session_pb2.Tls12Options(renegotiation=True)))
        peer.write(b"**REHANDSHAKE**\n")
        peer.take_in_until(lambda: peer.messages.count((1, "finished")) == 2)
        self.echo(peer, server)
        peer, _ = self.shake(port, self.client_config(TLS12))
        peer.write(b"**REHANDSHAKE**\n")
        peer.take_in_until(lambda: (2, "no_renegotiation") in peer.alerts)
        server, port = self.serve(priority(TLS13))
        peer, _ = self.shake(port, self.client_config(TLS13))
        for call in (api.CALL_KEY_UPDATE, api.CALL_KEY_UPDATE_REQUESTED):
            self.assertEqual(peer.call(call).return_value, 1)
            self.echo(peer, server, f"after call {call}")
        self.assertEqual([direction for direction, name in peer.messages if name == "key_update"], [2, 2, 1])

    def test_versions(self):
        for version in (0x0301, 0x0302):
            self.one(version, "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")
        for offered, taken, alert in ((0x0302, TLS12, "protocol_version"), (TLS13, TLS12, "handshake_failure"),
                                      (TLS12, TLS13, "handshake_failure")):
            _, port = self.serve(priority(taken))
            answer = self.client_session(port, self.client_config(offered)).fail()
            self.assertEqual(answer.failure.alert_name, alert)


if __name__ == "__main__":
    unittest.main()
