"""What the tests of the command line share: a stepshaked of their own, the stepshake program, other people's
TLS programs, certificates made by openssl. Every process is stopped by its pid, every port is a free one on
loopback, every wait has an end."""
import os
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

STEPSHAKE = os.environ["STEPSHAKE"]
STEPSHAKED = os.environ["STEPSHAKED"]
SECONDS = 60  # for anything that ought to take a moment; the machine may be busy


class Background:
    """A program that runs beside the test; its output is collected in a file."""

    def __init__(self, arguments, **options):
        self.output = tempfile.TemporaryFile()
        options.setdefault("stdin", subprocess.DEVNULL)
        self.process = subprocess.Popen(
            arguments, stdout=self.output, stderr=subprocess.STDOUT, **options)

    def text(self):
        return os.pread(self.output.fileno(), 1 << 26, 0).decode(errors="replace")

    def wait_for(self, pattern, seconds=SECONDS):
        """The first match of `pattern` in the output."""
        end = time.monotonic() + seconds
        while True:
            ended = self.process.poll() is not None
            match = re.search(pattern, self.text(), re.MULTILINE)
            if match:
                return match
            if ended or time.monotonic() > end:
                raise AssertionError(
                    f"no {pattern!r} from {self.process.args}:\n{self.text()}")
            time.sleep(0.02)

    def wait(self, seconds=SECONDS):
        """The exit status."""
        return self.process.wait(seconds)

    def stop(self, with_signal=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
            try:
                self.process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
        self.output.close()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def receive_all(connection):
    """What comes until the end of file, and whether the end was a reset."""
    data = b""
    while True:
        try:
            piece = connection.recv(65536)
        except ConnectionResetError:
            return data, True
        if not piece:
            return data, False
        data += piece


class CliTest(unittest.TestCase):
    """One stepshaked for each test class; whatever a test starts or makes goes with it."""

    maxDiff = None
    service_flags = []  # beside --listen

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="stepshake-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.service = Background([STEPSHAKED, "--listen", "127.0.0.1:0", *cls.service_flags])
        cls.addClassCleanup(cls.service.stop)
        cls.server = cls.service.wait_for(r"listening on (127\.0\.0\.1:\d+)").group(1)
        cls.environment = dict(os.environ, STEPSHAKE_SERVER=cls.server, LC_ALL="C")

    def path(self, name):
        return os.path.join(self.folder, name)

    def stepshake(self, *arguments, stdin=b"", expect=None, **options):
        """Runs it to its end. `expect`: the exit status that it must have."""
        options.setdefault("env", self.environment)
        ended = subprocess.run(
            [STEPSHAKE, *arguments], input=stdin, capture_output=True, timeout=60, **options)
        ended.out = ended.stdout.decode(errors="replace")
        ended.err = ended.stderr.decode(errors="replace")
        if expect is not None:
            self.assertEqual(ended.returncode, expect, f"{ended.args}\n{ended.out}\n{ended.err}")
        return ended

    def start(self, *arguments, **options):
        background = Background(list(arguments), **options)
        self.addCleanup(background.stop)
        return background

    def accept(self, *arguments):
        """`stepshake accept 0`, and its port."""
        background = self.start(STEPSHAKE, "accept", "0", *arguments, env=self.environment)
        port = int(background.wait_for(r"listening on 127\.0\.0\.1:(\d+)").group(1))
        return background, port

    def sessions(self):
        return self.stepshake("list", expect=0).out

    def remove_all_sessions(self):
        self.stepshake("rm", "--all", expect=0)

    def assert_no_sessions_left(self):
        end = time.monotonic() + SECONDS
        while self.sessions() and time.monotonic() < end:
            time.sleep(0.05)
        self.assertEqual(self.sessions(), "")

    def assert_one_error_line(self, ended, pattern):
        self.assertRegex(ended.err, r"\Astepshake: [^\n]*\n\Z")
        self.assertRegex(ended.err, pattern)

    def connect_tcp(self, port):
        connection = socket.create_connection(("127.0.0.1", port), SECONDS)
        self.addCleanup(connection.close)
        return connection


def openssl(*arguments, **options):
    return subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60,
                          **options).stdout


def make_ca(folder, name="ca"):
    """folder/NAME.pem and NAME.key."""
    key, cert = os.path.join(folder, name + ".key"), os.path.join(folder, name + ".pem")
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", key, "-out", cert, "-days", "30", "-subj", f"/CN=Test {name}")
    return cert


def make_leaf(folder, name, key_type="ec", ca="ca"):
    """folder/NAME.pem and NAME.key, for localhost and the loopback addresses, signed by the CA."""
    path = lambda suffix: os.path.join(folder, name + suffix)
    parameters = {"ec": ["-pkeyopt", "ec_paramgen_curve:P-256"], "rsa:2048": [], "ed25519": []}
    openssl("req", "-newkey", key_type, *parameters[key_type], "-nodes", "-keyout", path(".key"),
            "-out", path(".csr"), "-subj", f"/CN={name}")
    with open(path(".ext"), "w") as extensions:
        extensions.write("subjectAltName=DNS:localhost,IP:127.0.0.1,IP:::1\n")
    openssl("x509", "-req", "-in", path(".csr"), "-CA", os.path.join(folder, ca + ".pem"),
            "-CAkey", os.path.join(folder, ca + ".key"), "-days", "30", "-extfile", path(".ext"),
            "-out", path(".pem"))
    return path(".pem"), path(".key")
