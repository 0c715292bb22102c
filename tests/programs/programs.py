"""What the tests with other people's TLS programs share: a stepshaked, certificates made by openssl, the programs as
children of the test, and sessions that talk to them. All on loopback and free ports; every wait has an end."""
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import unittest

for _folder in ("cli", "server"):
    sys.path.insert(1, str(pathlib.Path(__file__).parents[1] / _folder))

import cli_support  # noqa: E402
import daemon_support  # noqa: E402
from cli_support import free_port  # noqa: E402, F401  also for those who import this module
from sessions import Door, Peer, connect  # noqa: E402
from stepshake.v1 import code_points_pb2 as points  # noqa: E402
from stepshake.v1 import session_pb2  # noqa: E402

# All of TLS 1.3's; openssl and GnuTLS have each.
SUITES13 = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_AES_128_CCM_SHA256", "TLS_AES_128_CCM_8_SHA256")
KEY_TYPES = {"ecdsa": "ec", "rsa": "rsa:2048", "ed25519": "ed25519"}
EXPIRY = "491231235959Z"  # of openssl's index of certificates
PSK_IDENTITY, PSK = "somebody", bytes(range(16, 48))


class Program(cli_support.Background):
    """A program that runs beside the test, with its standard input open."""

    def __init__(self, *arguments, **options):
        options.setdefault("env", dict(os.environ, LC_ALL="C"))
        super().__init__([str(argument) for argument in arguments], stdin=subprocess.PIPE, **options)

    def say(self, text):
        """A line that the program sends on, or takes as a command."""
        self.process.stdin.write(text.encode() + b"\n")
        self.process.stdin.flush()


class ProgramTest(unittest.TestCase):
    """One stepshaked and one set of certificates for each class; what a test starts ends with it."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="stepshake-programs-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.ca = cli_support.make_ca(cls.folder)
        for name, key_type in KEY_TYPES.items():
            cli_support.make_leaf(cls.folder, name, key_type)
        cls.daemon = daemon_support.Daemon()
        cls.addClassCleanup(cls.daemon.close)
        capabilities = cls.daemon.get_capabilities()
        cls.numbers = {each.code_point.name: each.code_point.value
                       for each in (*capabilities.cipher_suites, *capabilities.groups,
                                    *capabilities.signature_schemes) if each.available}

    def path(self, name):
        return os.path.join(self.folder, name)

    def text(self, name):
        return pathlib.Path(self.path(name)).read_text(encoding="utf-8")

    def der(self, name):
        return ssl.PEM_cert_to_DER_cert(self.text(name + ".pem"))

    def number(self, *names):
        return [self.numbers[name] for name in names]

    # --- configurations ---------------------------------------------------------------------------------

    def identity(self, name, **fields):
        return session_pb2.Identity(pem=session_pb2.PemIdentity(
            certificate_chain=self.text(name + ".pem"), private_key=self.text(name + ".key")), **fields)

    def client_config(self, version=0, certificate=None, **fields):
        """Of one version alone where it is given, with a certificate to present where it is named."""
        return self._config(points.ROLE_CLIENT, version, [certificate] if certificate else [],
                            **{"server_name": "localhost", **fields})

    def server_config(self, version=0, certificates=("ecdsa", "rsa"), **fields):
        return self._config(points.ROLE_SERVER, version, certificates, **fields)

    def _config(self, role, version, certificates, **fields):
        config = session_pb2.SessionConfig(
            role=role, min_version=version, max_version=version, trust_anchors=self.text("ca.pem"), **fields)
        config.identities.extend(self.identity(name) for name in certificates)
        return config

    def external_psk(self, psk_hash=session_pb2.PSK_HASH_SHA256, identity=PSK_IDENTITY):
        return session_pb2.PreSharedKey(external=session_pb2.ExternalPsk(
            identity=identity.encode(), key=PSK, hash=psk_hash))

    def ocsp_response(self, name):
        """That the CA says the certificate is good; DER."""
        response = self.path(f"{name}.ocsp")
        if not os.path.exists(response):
            serial = self.run_to_end("openssl", "x509", "-in", self.path(name + ".pem"), "-noout", "-serial")
            index = self.path(f"{name}.index")
            with open(index, "w", encoding="utf-8") as lines:
                lines.write(f"V\t{EXPIRY}\t\t{serial.strip().partition('=')[2]}\tunknown\t/CN={name}\n")
            self.run_to_end("openssl", "ocsp", "-index", index, "-CA", self.ca, "-rsigner", self.ca, "-rkey",
                            self.path("ca.key"), "-issuer", self.ca, "-cert", self.path(name + ".pem"),
                            "-respout", response, "-ndays", "1", "-noverify")
        return pathlib.Path(response).read_bytes()

    # --- programs, and sessions that talk to them -------------------------------------------------------

    def run_to_end(self, *arguments, **options):
        """A command that must succeed; its output."""
        ended = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True,
                               timeout=daemon_support.SECONDS, check=False, **options)
        self.assertEqual(ended.returncode, 0, f"{ended.args}\n{ended.stdout}\n{ended.stderr}")
        return ended.stdout

    def start(self, *arguments, **options):
        program = Program(*arguments, **options)
        self.addCleanup(program.stop)
        return program

    def client_session(self, port, config, host="127.0.0.1"):
        """A session whose server is the program at the port."""
        peer = Peer(self.daemon, config, connect(port, host))
        self.addCleanup(peer.connection.close)
        return peer

    def open_door(self, host="127.0.0.1"):
        door = Door(host)
        self.addCleanup(door.close)
        return door

    def server_session(self, door, config):
        """A session for the next program that comes to the door."""
        peer = Peer(self.daemon, config, door.accept())
        self.addCleanup(peer.connection.close)
        return peer

    def exchange(self, peer, program, line="data"):
        """A line each way, through a program that shows what it gets and sends what it is told."""
        peer.write(f"{line} of the session\n".encode())
        program.wait_for(f"{line} of the session")
        program.say(f"{line} of the program")
        peer.read_until(f"{line} of the program".encode())

    def assert_negotiated(self, negotiated, version=None, suite=None, group=None, **fields):
        if version:
            self.assertEqual(negotiated.version.value, version)
        if suite:
            self.assertEqual(negotiated.cipher_suite.name, suite)
        if group:
            self.assertEqual(negotiated.group.name, group)
        for name, value in fields.items():
            self.assertEqual(getattr(negotiated, name), value, name)
