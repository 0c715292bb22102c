"""openssl s_server and s_client as the tests use them, and what they print."""
import re

from programs import PSK, PSK_IDENTITY, SUITES13, ProgramTest, free_port
from sessions import TLS12, TLS13

VERSION_FLAG = {0x0301: "-tls1", 0x0302: "-tls1_1", TLS12: "-tls1_2", TLS13: "-tls1_3"}
VERSION_TEXT = {0x0301: "TLSv1", 0x0302: "TLSv1.1", TLS12: "TLSv1.2", TLS13: "TLSv1.3"}
PSK_OPTIONS = ("-psk_identity", PSK_IDENTITY, "-psk", PSK.hex())
EXPORT_OPTIONS = ("-keymatexport", "EXPORTER-of-ours", "-keymatexportlen", "40")
SESSION_PEM = r"-----BEGIN SSL SESSION PARAMETERS-----[^-]*-----END SSL SESSION PARAMETERS-----\n"

# Of each kind of key exchange and cipher one: the registry's names. Debian's openssl takes the NULL suites at security
# level 0 alone, and the CCM_8 suites at level 0 too.
SUITES12 = (
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CCM", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_NULL_SHA", "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
    "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_RSA_WITH_AES_128_CCM", "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_NULL_SHA256")
PSK_SUITES12 = (
    "TLS_PSK_WITH_AES_128_GCM_SHA256", "TLS_PSK_WITH_AES_256_CBC_SHA384", "TLS_PSK_WITH_AES_128_CCM_8",
    "TLS_DHE_PSK_WITH_AES_256_GCM_SHA384", "TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384", "TLS_RSA_PSK_WITH_AES_128_CBC_SHA")
GROUPS13 = ("x25519", "secp256r1", "x448", "secp384r1", "secp521r1", "ffdhe2048", "ffdhe3072")
GROUPS12 = GROUPS13[:5]
GROUP_NAME = {"x25519": "X25519", "secp256r1": "P-256", "x448": "X448", "secp384r1": "P-384",
              "secp521r1": "P-521", "ffdhe2048": "ffdhe2048", "ffdhe3072": "ffdhe3072"}


class OpensslTest(ProgramTest):
    program = ("openssl",)  # and what stands before its subcommand

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        listed = ProgramTest().run_to_end(*cls.program, "ciphers", "-stdname", "-ciphersuites", ":".join(SUITES13), "ALL:NULL:PSK:@SECLEVEL=0")
        cls.openssl_names = {line.split()[0]: line.split()[2] for line in listed.splitlines()}

    def suite_options(self, *suites):
        """That allow these suites, registry's names of one version, and no others."""
        names = ":".join(self.openssl_names[suite] for suite in suites)
        return ("-ciphersuites", names) if names.startswith("TLS_") else ("-cipher", names + ":@SECLEVEL=0")

    def serve(self, *arguments, key="ecdsa", version=None, host="127.0.0.1"):
        """s_server, and its port."""
        port = free_port()
        address = f"[{host}]" if ":" in host else host
        certificate = ["-cert", self.path(key + ".pem"), "-key", self.path(key + ".key")] if key else ["-nocert"]
        server = self.start(*self.program, "s_server", "-accept", f"{address}:{port}", *certificate,
                            *([VERSION_FLAG[version]] if version else []), *arguments)
        server.wait_for(r"^ACCEPT")
        return server, port

    def dial(self, door, *arguments, version=None, host="127.0.0.1"):
        """s_client on its way to the door."""
        address = f"[{host}]" if ":" in host else host
        return self.start(
            *self.program, "s_client", "-connect", f"{address}:{door.port}", "-servername", "localhost", "-CAfile",
            self.ca, "-verify_return_error", *([VERSION_FLAG[version]] if version else []), *arguments)

    def exported_by(self, program):
        return bytes.fromhex(program.wait_for(r"Keying material: ([0-9A-F]+)").group(1))

    def server_says(self, server, version, suite, reused=False):
        """What s_server prints when a handshake is complete: its session, the suite, and whether it is an old one."""
        cipher = self.openssl_names[suite]
        server.wait_for(f"CIPHER is {re.escape(cipher)}$")
        server.wait_for("Secure Renegotiation IS|TLS version forbids renegotiation")  # the last line
        text = server.text()
        self.assertEqual("Reused session-id" in text, reused, text)
        session = self.run_to_end("openssl", "sess_id", "-noout", "-text", input=re.search(SESSION_PEM, text).group())
        self.assertRegex(session, rf"Protocol  : {VERSION_TEXT[version]}\n")
        self.assertRegex(session, rf"Cipher    : {re.escape(cipher)}\n")
        return text

    def client_says(self, client, version, suite, reused=False, verified=True):
        """What s_client prints when a handshake is complete."""
        how = "Reused" if reused else "New"
        client.wait_for(rf"^{how}, \S+, Cipher is {re.escape(self.openssl_names[suite])}$")
        if verified:
            client.wait_for(r"Verify return code: 0 \(ok\)")
        if version != TLS13:  # the line above has the version in which the suite came up
            client.wait_for(rf"^    Protocol  : {VERSION_TEXT[version]}$")
        return client.text()
