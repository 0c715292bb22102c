"""What the tests of the built stepshaked share: running one on free ports, calling it, and reading its errors and metrics."""

import contextlib
import hashlib
import os
import re
import signal
import subprocess
import tempfile
import time
import urllib.request

import grpc

from google.rpc import error_details_pb2, status_pb2
from stepshake.v1 import capability_service_pb2 as capability
from stepshake.v1 import capability_service_pb2_grpc as capability_grpc
from stepshake.v1 import code_points_pb2 as points
from stepshake.v1 import handshake_service_pb2 as handshake
from stepshake.v1 import handshake_service_pb2_grpc as handshake_grpc
from stepshake.v1 import session_pb2

SECONDS = 50  # for what ends at once unless something is broken, or the machine very busy


def run(*arguments, environment=None):
    """stepshaked to its end: for what must not serve."""
    return subprocess.run([os.environ["STEPSHAKED"], *arguments], capture_output=True, text=True,
                          timeout=SECONDS, check=False, env=dict(os.environ, **(environment or {})))


class Client:
    """Calls over a channel of its own; `token` goes with each."""

    def __init__(self, address, credentials=None, token=None, options=()):
        options = [("grpc.enable_http_proxy", 0), ("grpc.use_local_subchannel_pool", 1), *options]
        if credentials is None:
            self.channel = grpc.insecure_channel(address, options=options)
        else:
            self.channel = grpc.secure_channel(address, credentials, options=options)
        self.handshakes = handshake_grpc.HandshakeServiceStub(self.channel)
        self.capabilities = capability_grpc.CapabilityServiceStub(self.channel)
        self.metadata = [("authorization", f"Bearer {token}")] if token else []

    def call(self, method, request):
        return getattr(self.handshakes, method)(request, timeout=SECONDS, metadata=self.metadata)

    def get_capabilities(self):
        return self.capabilities.GetCapabilities(capability.GetCapabilitiesRequest(),
                                                 timeout=SECONDS, metadata=self.metadata)

    def create(self, config=None, **fields):
        """The new session's name."""
        request = handshake.CreateSessionRequest(config=config or client_config(), **fields)
        return self.call("CreateSession", request).session.name

    def get(self, name):
        return self.call("GetSession", handshake.GetSessionRequest(name=name)).session

    def names(self):
        response = self.call("ListSessions", handshake.ListSessionsRequest())
        return [session.name for session in response.sessions]

    def delete(self, name):
        return self.call("DeleteSession", handshake.DeleteSessionRequest(name=name))

    def step(self, name, call=handshake.CALL_DO_HANDSHAKE, **fields):
        return self.call("Step", handshake.StepRequest(name=name, call=call, **fields))

    def export(self, name):
        return self.call("ExportKeyingMaterial", handshake.ExportKeyingMaterialRequest(
            name=name, label="label", length=32))

    def stream(self, name, ended):
        """RunSession, open until `ended` holds something; the first answer is there already."""
        first = handshake.RunSessionRequest(step=handshake.StepRequest(name=name))
        stream = self.handshakes.RunSession(never_ending([first], ended), timeout=SECONDS,
                                            metadata=self.metadata)
        assert next(stream).step.name == name
        return stream

    def shake_hands(self, client, server):
        """Until neither has anything to say; the last answers of both."""
        to_server = to_client = b""
        for turn in range(10):
            of_client = self.step(client, input=to_client)
            of_server = self.step(server, input=of_client.output)
            to_client = of_server.output
            if not to_client and turn > 0:
                break
        return of_client, of_server

    def health(self, service):
        """grpc.health.v1's ServingStatus: 1 SERVING, 2 NOT_SERVING."""
        check = self.channel.unary_unary("/grpc.health.v1.Health/Check")
        return serving_status(check(health_request(service), timeout=SECONDS))

    def close(self):
        self.channel.close()


class Daemon(Client):
    """A running stepshaked on a free port, and a client of it. Its log goes to a file, so that it never waits for a
    reader."""

    def __init__(self, *arguments, credentials=None, token=None, environment=None):
        self.log_file = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [os.environ["STEPSHAKED"], "--listen", "127.0.0.1:0", *arguments],
            stdout=subprocess.PIPE, stderr=self.log_file, text=True,
            env=dict(os.environ, **(environment or {})))
        self.addresses = {}
        for what in ["listening", *(["health"] if "--health-listen" in arguments else []),
                     *(["metrics"] if "--metrics-listen" in arguments else [])]:
            line = self.process.stdout.readline()
            assert line.startswith(f"{what} on 127.0.0.1:"), (line, self.log())
            self.addresses[what] = line.split()[-1]
        self.address = self.addresses["listening"]
        super().__init__(self.address, credentials, token)

    def log(self):
        return os.pread(self.log_file.fileno(), 1 << 26, 0).decode()

    def wait_for_log(self, text):
        end = time.monotonic() + SECONDS
        while text not in self.log():
            assert time.monotonic() < end, f"no {text!r} in\n{self.log()}"
            time.sleep(0.02)

    def stop(self, with_signal=signal.SIGTERM):
        self.process.send_signal(with_signal)
        out, _ = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, out, self.log()

    def close(self):
        super().close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate(timeout=SECONDS)
        self.log_file.close()


def client_config(**fields):
    return session_pb2.SessionConfig(role=points.ROLE_CLIENT, server_name="localhost",
                                     trust_test_ca=True, **fields)


def server_config(**fields):
    return session_pb2.SessionConfig(
        role=points.ROLE_SERVER, identities=[session_pb2.Identity(test_identity="ecdsa")], **fields)


def never_ending(requests, ended):
    yield from requests
    while not ended:
        time.sleep(0.01)


def health_request(service):
    name = service.encode()
    return b"\x0a" + bytes([len(name)]) + name if name else b""


def serving_status(response):
    return response[1] if response else 0


def info_of(error):
    """The ErrorInfo of a gRPC error; an empty one where there is none."""
    info = error_details_pb2.ErrorInfo()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status_pb2.Status.FromString(value).details[0].Unpack(info)
    return info


def reason_of(error):
    return info_of(error).reason


def scrape(daemon):
    """{name: {labels as written: value}} and the families' names."""
    url = f"http://{daemon.addresses['metrics']}/metrics"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=SECONDS) as answer:
        text = answer.read().decode()
    values, families = {}, set()
    for line in text.splitlines():
        family = re.fullmatch(r"# TYPE (\S+) \S+", line)
        if family:
            families.add(family[1])
        elif not line.startswith("#"):
            name, labels, value = re.fullmatch(r"(\w+)(\{.*\})? (\S+)", line).groups()
            values.setdefault(name, {})[labels or ""] = float(value)
    return values, families


def token_line(name, token):
    """Of a token file."""
    return f"{name}:{hashlib.sha256(token.encode()).hexdigest()}\n"


def replace_file(path, text):
    """As one who cares does it: never half a file."""
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.rename(path + ".new", path)


def openssl(*arguments, cwd):
    subprocess.run(["openssl", *arguments], cwd=cwd, check=True, capture_output=True, timeout=SECONDS)


def make_authority(folder, name):
    """NAME.pem and NAME.key."""
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", f"{name}.key", "-out", f"{name}.pem", "-subj", f"/CN={name}", "-days", "2",
            cwd=folder)


def make_certificate(folder, authority, name, subject="/CN=stepshaked", names="IP:127.0.0.1"):
    """NAME.pem and NAME.key, by the authority. `names`: its subjectAltName, or empty."""
    with open(os.path.join(folder, f"{name}.ext"), "w", encoding="utf-8") as extensions:
        extensions.write(f"subjectAltName={names}\n" if names else "basicConstraints=CA:FALSE\n")
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", f"{name}.key", "-out", f"{name}.csr", "-subj", subject, cwd=folder)
    openssl("x509", "-req", "-in", f"{name}.csr", "-CA", f"{authority}.pem", "-CAkey",
            f"{authority}.key", "-CAcreateserial", "-out", f"{name}.pem", "-days", "2", "-extfile",
            f"{name}.ext", cwd=folder)


@contextlib.contextmanager
def serving(*arguments, **options):
    daemon = Daemon(*arguments, **options)
    try:
        yield daemon
    finally:
        daemon.close()


@contextlib.contextmanager
def calling(*arguments, **options):
    client = Client(*arguments, **options)
    try:
        yield client
    finally:
        client.close()
