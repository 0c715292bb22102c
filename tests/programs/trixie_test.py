"""Sessions with the programs of Debian 13: openssl 3.5, gnutls 3.8, botan 3. They offer and prefer ML-KEM, which this
machine's libcrypto may have or not: without it, both sides settle for x25519, and nobody fails."""
import unittest

import loopback
import trixie_root

trixie_root.find()  # while there is a network
loopback.alone()  # for gnutls-serv and tls_server, which bind every address

from stepshake.v1 import session_pb2  # noqa: E402

from botan_programs import BotanTest  # noqa: E402
from gnutls_programs import GnutlsTest, priority  # noqa: E402
from openssl_programs import EXPORT_OPTIONS, OpensslTest  # noqa: E402
from programs import PSK, PSK_IDENTITY  # noqa: E402
from sessions import TLS12, TLS13  # noqa: E402

HYBRID = "X25519MLKEM768"
REQUIRED = session_pb2.CLIENT_AUTHENTICATION_REQUIRE
BOTH = (session_pb2.PSK_ORIGIN_UNSPECIFIED, session_pb2.PSK_ORIGIN_RESUMPTION)


class Openssl35(OpensslTest):
    program = trixie_root.program("openssl")

    def best_group(self):
        return HYBRID if HYBRID in self.numbers else "x25519"

    def test_client(self):
        for version in (0, TLS12, TLS13):
            config = self.server_config(version, client_authentication=REQUIRED)
            for origin, session in zip(BOTH, ("-sess_out", "-sess_in")):
                door = self.open_door()
                client = self.dial(door, session, self.path("saved"), "-cert", self.path("rsa.pem"), "-key",
                                   self.path("rsa.key"), *EXPORT_OPTIONS)
                peer = self.server_session(door, config)
                negotiated = peer.shake_hands()
                self.assert_negotiated(negotiated, version or TLS13, psk=origin, hello_retry_request=False,
                                       verify_result=0)
                if version != TLS12:
                    self.assert_negotiated(negotiated, group=self.best_group())
                self.exchange(peer, client)
                self.client_says(client, version or TLS13, negotiated.cipher_suite.name,
                                 reused=origin == session_pb2.PSK_ORIGIN_RESUMPTION)
                self.assertEqual(self.exported_by(client), peer.export("EXPORTER-of-ours", 40))
                client.say("Q")
                self.assertEqual(client.wait(), 0)
                peer.close()

    def test_server(self):
        for version in (0, TLS12, TLS13):
            server, port = self.serve("-Verify", "1", "-verify_return_error", "-CAfile", self.ca)
            config = self.client_config(version, "ecdsa")
            for origin in BOTH:
                peer = self.client_session(port, config)
                negotiated = peer.shake_hands()
                self.assert_negotiated(negotiated, version or TLS13, psk=origin)
                if version != TLS12:
                    self.assert_negotiated(negotiated, group=self.best_group())
                self.exchange(peer, server, f"data {origin}")
                self.server_says(server, version or TLS13, negotiated.cipher_suite.name,
                                 reused=origin == session_pb2.PSK_ORIGIN_RESUMPTION)
                config.pre_shared_keys.add(ticket=peer.tickets[-1])
                peer.close()
            server.stop()

    def test_ml_kem(self):
        """Offered alone, and with a share for it alone."""
        for groups, alone in ((HYBRID, True), (f"*{HYBRID}:X25519", False)):
            door = self.open_door()
            client = self.dial(door, "-groups", groups)
            peer = self.server_session(door, self.server_config())
            if alone and HYBRID not in self.numbers:
                self.assertEqual(peer.fail().failure.alert_name, "handshake_failure")
                client.wait_for("alert handshake failure")
            else:
                self.assert_negotiated(peer.shake_hands(), TLS13, group=self.best_group(),
                                       hello_retry_request=HYBRID not in self.numbers)
                self.exchange(peer, client)
        server, port = self.serve("-groups", HYBRID)
        peer = self.client_session(port, self.client_config())
        if HYBRID in self.numbers:
            self.assert_negotiated(peer.shake_hands(), TLS13, group=HYBRID)
            self.exchange(peer, server)
        else:
            self.assertEqual(peer.fail().failure.alert_name, "handshake_failure")


class Gnutls38(GnutlsTest):
    def program(self, name):
        return trixie_root.program(name)

    def test_client(self):
        for version in (0, TLS12, TLS13):
            config = self.server_config(version, client_authentication=REQUIRED)
            door = self.open_door()
            client = self.dial(door, priority(version), "--resume", "--x509certfile", self.path("rsa.pem"),
                               "--x509keyfile", self.path("rsa.key"))
            peer = self.server_session(door, config)
            self.assert_negotiated(peer.shake_hands(), version or TLS13, psk=BOTH[0], verify_result=0)
            self.assertEqual(peer.read_to_end(), b"")
            peer.close()
            peer = self.server_session(door, config)
            self.assert_negotiated(peer.shake_hands(), version or TLS13, psk=BOTH[1])
            self.exchange(peer, client)
            self.says(client, version or TLS13, peer.negotiated.cipher_suite.name, resumed=True)

    def test_server(self):
        for version in (0, TLS12, TLS13):
            server, port = self.serve(priority(version), "--require-client-cert", "--verify-client-cert",
                                      "--x509cafile", self.ca)
            config = self.client_config(version, "ecdsa")
            for origin in BOTH:
                peer = self.client_session(port, config)
                negotiated = peer.shake_hands()
                self.assert_negotiated(negotiated, version or TLS13, psk=origin)
                self.echo(peer, server, f"data {origin}")
                self.says(server, version or TLS13, negotiated.cipher_suite.name, resumed=origin == BOTH[1])
                config.pre_shared_keys.add(ticket=peer.tickets[-1])
                peer.close()


class Botan3(BotanTest):
    program = trixie_root.program("botan")

    def says(self, client, negotiated):
        """Botan 3 has other lines than Botan 2."""
        suite = negotiated.cipher_suite.name.removeprefix("TLS_")
        client.wait_for("Handshake complete, TLS v1.2$" if negotiated.version.value == TLS12 else
                        "Handshake complete, TLS v1.3$")
        client.wait_for(f"Negotiated ciphersuite {suite}$")

    def test_client(self):
        for version in (0, TLS12, TLS13):
            config = self.server_config(version, client_authentication=REQUIRED)
            database = self.path(f"sessions-{version}")
            door = self.open_door()  # the same for both: a session is of a host and a port
            for origin in BOTH:
                client = self.dial(door, {}, f"--session-db={database}", "--session-db-pass=word",
                                   f"--client-cert={self.path('ecdsa.pem')}",
                                   f"--client-cert-key={self.path('ecdsa.key')}")
                peer = self.server_session(door, config)
                negotiated = peer.shake_hands()
                self.assert_negotiated(negotiated, version or TLS13, psk=origin, verify_result=0)
                self.exchange(peer, client)
                self.says(client, negotiated)
                client.process.stdin.close()
                self.assertEqual(peer.read_to_end(), b"")
                peer.close()

    def test_server(self):
        for version in (0, TLS12, TLS13):
            server, port = self.serve({})
            config = self.client_config(version)
            for origin in BOTH:
                peer = self.client_session(port, config)
                self.assert_negotiated(peer.shake_hands(), version or TLS13, psk=origin, verify_result=0)
                self.echo(peer, server)
                config.pre_shared_keys.add(ticket=peer.tickets[-1])
                peer.close()
            server.stop()

    def test_pre_shared_keys(self):
        arguments = (f"--psk={PSK.hex()}", f"--psk-identity={PSK_IDENTITY}")
        suites = self.number("TLS_AES_128_GCM_SHA256")  # with the key's hash
        config = self.server_config(TLS13, cipher_suites=suites, pre_shared_keys=[self.external_psk()])
        door = self.open_door()
        client = self.dial(door, {}, *arguments)
        peer = self.server_session(door, config)
        self.assert_negotiated(peer.shake_hands(), TLS13, psk=session_pb2.PSK_ORIGIN_EXTERNAL)
        self.exchange(peer, client)
        server, port = self.serve({}, *arguments)
        peer = self.client_session(port, self.client_config(
            TLS13, cipher_suites=suites, pre_shared_keys=[self.external_psk()]))
        self.assert_negotiated(peer.shake_hands(), TLS13, psk=session_pb2.PSK_ORIGIN_EXTERNAL)
        self.echo(peer, server)


if __name__ == "__main__":
    unittest.main()
