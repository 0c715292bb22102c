"""Sessions with the programs of Botan 2.19, which knows TLS 1.2 at most. Its tls_server binds every address of the
machine: hence a network namespace, where loopback is all there is. A policy file says what the programs allow; neither
of them has a client certificate."""
import unittest

import loopback

loopback.alone()

from stepshake.v1 import session_pb2  # noqa: E402

from botan_programs import BotanTest  # noqa: E402
from sessions import TLS12, TLS13  # noqa: E402

# What is allowed, and which suite comes of it.
CHOICES = (
    ({"ciphers": "AES-256/GCM", "signature_methods": "ECDSA"}, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"),
    ({"ciphers": "ChaCha20Poly1305", "signature_methods": "ECDSA"}, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"),
    ({"ciphers": "AES-128/CCM(8)", "signature_methods": "ECDSA"}, "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8"),
    ({"ciphers": "AES-128", "macs": "SHA-256", "signature_methods": "ECDSA"},
     "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"),
    ({"ciphers": "AES-256", "macs": "SHA-1", "signature_methods": "RSA", "key_exchange_methods": "ECDH"},
     "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"),
    ({"ciphers": "AES-128/GCM", "signature_methods": "RSA", "key_exchange_methods": "ECDH"},
     "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
    ({"ciphers": "AES-256/GCM", "signature_methods": "RSA", "key_exchange_methods": "DH"},
     "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"),
    ({"ciphers": "AES-128/GCM", "signature_methods": "IMPLICIT", "key_exchange_methods": "RSA"},
     "TLS_RSA_WITH_AES_128_GCM_SHA256"),
)
GROUPS = ("x25519", "secp256r1", "secp384r1", "secp521r1")


class BotanClient(BotanTest):
    def one(self, policy, *arguments, door=None, **fields):
        door = door or self.open_door()
        client = self.dial(door, policy, *arguments)
        peer = self.server_session(door, self.server_config(**fields))
        negotiated = peer.shake_hands()
        self.assert_negotiated(negotiated, TLS12, server_name="localhost")
        self.exchange(peer, client)
        self.says(client, negotiated.cipher_suite.name)
        client.process.stdin.close()
        self.assertEqual(peer.read_to_end(), b"")
        peer.close()
        self.assertEqual(client.wait(), 0, client.text())
        return negotiated, client.text()

    def test_suites_and_groups(self):
        for policy, suite in CHOICES:
            negotiated, text = self.one(policy, cipher_suites=self.number(suite))
            self.assert_negotiated(negotiated, suite=suite, encrypt_then_mac="_CBC_" in suite,
                                   extended_master_secret=True, secure_renegotiation=True)
            self.assertIn("Certificate validation status: Verified", text)
        for group in GROUPS:
            negotiated, _ = self.one({"key_exchange_groups": group, "ciphers": "AES-256/GCM"})
            self.assert_negotiated(negotiated, group=group)
        negotiated, _ = self.one({"ciphers": "AES-256/GCM", "negotiate_encrypt_then_mac": "false"},
                                 "--next-protocols=h2", alpn_protocols=[b"h3", b"h2"])
        self.assert_negotiated(negotiated, alpn_protocol=b"h2")

    def test_resumption(self):
        for tickets in (True, False):
            database = self.path(f"sessions-{tickets}")
            door = self.open_door()  # the same for both: a session is of a host and a port
            for origin in (session_pb2.PSK_ORIGIN_UNSPECIFIED, session_pb2.PSK_ORIGIN_RESUMPTION):
                negotiated, text = self.one(
                    {}, f"--session-db={database}", "--session-db-pass=word", door=door,
                    ticket_storage=session_pb2.TICKET_STORAGE_STORED,  # which session ids want
                    tls12=session_pb2.Tls12Options(session_tickets=tickets))
                self.assert_negotiated(negotiated, psk=origin)
                self.assertEqual("Session ticket" in text, tickets)

    def test_a_server_of_another_version(self):
        door = self.open_door()
        client = self.dial(door, {})
        answer = self.server_session(door, self.server_config(TLS13)).fail()
        self.assertEqual(answer.failure.alert_name, "protocol_version")
        client.wait_for("(?i)protocol.version")


class BotanServer(BotanTest):
    def test_suites_and_groups(self):
        for policy, suite in CHOICES:
            server, port = self.serve(policy, key="ecdsa" if "ECDSA" in suite else "rsa")
            peer = self.client_session(port, self.client_config(cipher_suites=self.number(suite)))
            negotiated = peer.shake_hands()
            self.assert_negotiated(negotiated, TLS12, suite, extended_master_secret=True, secure_renegotiation=True,
                                   verify_result=0, encrypt_then_mac="_CBC_" in suite)
            self.echo(peer, server, suite)
            peer.close()
            server.stop()
        for group in GROUPS:
            server, port = self.serve({"key_exchange_groups": group}, key="rsa")
            peer = self.client_session(port, self.client_config())
            self.assert_negotiated(peer.shake_hands(), TLS12, group=group)
            self.echo(peer, server)
            peer.close()
            server.stop()

    def test_resumption(self):
        for tickets in (True, False):
            server, port = self.serve({})
            config = self.client_config(tls12=session_pb2.Tls12Options(session_tickets=tickets))
            for origin in (session_pb2.PSK_ORIGIN_UNSPECIFIED, session_pb2.PSK_ORIGIN_RESUMPTION):
                peer = self.client_session(port, config)
                self.assert_negotiated(peer.shake_hands(), TLS12, psk=origin)
                self.echo(peer, server)
                config.pre_shared_keys.add(ticket=peer.tickets[-1])
                peer.close()
            server.stop()

    def test_a_client_of_another_version(self):
        _, port = self.serve({})
        answer = self.client_session(port, self.client_config(TLS13)).fail()
        self.assertIn(answer.failure.alert_name, ("protocol_version", "handshake_failure"))


if __name__ == "__main__":
    unittest.main()
