"""gnutls-serv and gnutls-cli as the tests use them, and what they print. A priority string says what they allow."""
import re

from programs import PSK, PSK_IDENTITY, SUITES13, ProgramTest, free_port  # noqa: F401  SUITES13 for those who import this
from sessions import TLS12, TLS13

VERSION = {0x0301: "TLS1.0", 0x0302: "TLS1.1", TLS12: "TLS1.2", TLS13: "TLS1.3"}
GROUPS13 = ("x25519", "secp256r1", "x448", "secp384r1", "secp521r1", "ffdhe2048", "ffdhe3072")
GROUPS12 = GROUPS13[:5]
SUITES12 = (
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CCM", "TLS_ECDHE_ECDSA_WITH_AES_256_CCM_8",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_DHE_RSA_WITH_AES_128_CCM", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_CCM_8", "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_NULL_SHA256")
PSK_SUITES12 = (
    "TLS_PSK_WITH_AES_128_GCM_SHA256", "TLS_PSK_WITH_AES_128_CBC_SHA256", "TLS_PSK_WITH_AES_256_CCM",
    "TLS_DHE_PSK_WITH_AES_256_GCM_SHA384", "TLS_DHE_PSK_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA",
    "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384", "TLS_RSA_PSK_WITH_AES_128_CBC_SHA256")
RAW_KEYS = ":-CTYPE-ALL:+CTYPE-CLI-RAWPK:+CTYPE-SRV-RAWPK"


def parts(suite):
    """Key exchange (none in TLS 1.3), cipher and MAC of a suite, as gnutls writes them."""
    exchange, _, rest = suite.removeprefix("TLS_").rpartition("_WITH_")
    aead = re.match("(AES_[0-9]+_GCM|AES_[0-9]+_CCM(_8)?|CHACHA20_POLY1305)", rest)
    cipher = (aead.group() if aead else rest.rpartition("_")[0]).replace("_", "-")
    mac = "AEAD" if aead else rest.rpartition("_")[2].replace("SHA", "SHA1") if rest.endswith("_SHA") else \
        rest.rpartition("_")[2]
    return exchange.replace("_", "-"), cipher, mac


def priority(version=None, suite=None, groups=None, more=""):
    """That allows a version, a suite and groups alone; what is not given stays as it is by default."""
    text = "NORMAL"
    if version:
        text += f":-VERS-ALL:+VERS-{VERSION[version]}"
    if suite:
        exchange, cipher, mac = parts(suite)
        text += f":-CIPHER-ALL:+{cipher}:-MAC-ALL:+{mac}" + (f":-KX-ALL:+{exchange}" if exchange else "")
    if groups:
        text += ":-GROUP-ALL" + "".join(f":+GROUP-{group.upper()}" for group in groups)
    return text + more


class GnutlsTest(ProgramTest):
    def program(self, name):
        """How to start it."""
        return [name]

    def serve(self, allowed, *arguments, key="ecdsa"):
        """gnutls-serv, which sends back each line, and its port."""
        port = free_port()
        certificate = ["--x509certfile", self.path(key + ".pem"), "--x509keyfile", self.path(key + ".key")] if key else []
        server = self.start(*self.program("gnutls-serv"), "--port", port, "--priority", allowed, "--echo", *certificate,
                            *arguments)
        server.wait_for("listening on IPv4.*done")
        return server, port

    def dial(self, door, allowed, *arguments):
        return self.start(*self.program("gnutls-cli"), "--port", door.port, "--x509cafile", self.ca, "--priority",
                          allowed, *arguments, "localhost")

    def echo(self, peer, server, line="data"):
        """A line to gnutls-serv and back."""
        peer.write(f"{line} of the session\n".encode())
        peer.read_until(f"{line} of the session\n".encode())
        server.wait_for(f"received cmd: {line} of the session" if len(line) < 50 else "received cmd: ")

    def psk_file(self):
        with open(self.path("psk"), "w", encoding="utf-8") as file:
            file.write(f"{PSK_IDENTITY}:{PSK.hex()}\n")
        return self.path("psk")

    def public_key(self, name):
        """Its file, PEM, and its bytes, DER."""
        file = self.path(name + ".pub")
        self.run_to_end("openssl", "pkey", "-in", self.path(name + ".key"), "-pubout", "-out", file)
        self.run_to_end("openssl", "pkey", "-in", self.path(name + ".key"), "-pubout", "-outform", "DER", "-out",
                        file + ".der")
        with open(file + ".der", "rb") as der:
            return file, der.read()

    def says(self, program, version, suite=None, group=None, resumed=False):
        """What both programs print of a handshake."""
        found = program.wait_for(r"- Description: (\(.*\))$").group(1)
        if resumed:
            program.wait_for("This is a resumed session")
            found = re.findall(r"- Description: (\(.*\))$", program.text(), re.MULTILINE)[-1]
        self.assertIn(f"({VERSION[version]}", found)
        if suite:
            exchange, cipher, mac = parts(suite)
            self.assertIn(f"({cipher})", found)
            self.assertEqual(f"({mac})" in found, mac != "AEAD", found)
            if exchange and not resumed:
                self.assertIn(exchange.split("-")[0], found)
        if group:
            self.assertIn(group.upper(), found)
        return program.text()
