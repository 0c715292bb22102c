"""stepshaked told what each overlay tells it: the rendered arguments, environment, ConfigMap and Secrets, at their
paths below a folder of the test's. It starts, is healthy where the probes look, takes a caller as the overlay means it,
and refuses others."""
import base64
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import grpc

from stepshake.v1 import handshake_service_pb2 as api

import rendering
import replicas
from rendering import containers, named, of_kind, pod_of, render

SUBJECT_NAMES = "subjectAltName=DNS:localhost"


def make_certificates(folder):
    """An authority, and a certificate for both ends: what cert-manager makes."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, capture_output=True, timeout=replicas.SECONDS,
                       check=True)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=authority",
            "-days", "2")
    (folder / "names").write_text(SUBJECT_NAMES)
    openssl("req", *key, "-keyout", "tls.key", "-out", "tls.csr", "-subj", "/CN=alice")
    openssl("x509", "-req", "-in", "tls.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial",
            "-out", "tls.crt", "-extfile", "names", "-days", "2")
    return {name: (folder / name).read_bytes() for name in ("tls.crt", "tls.key", "ca.crt")}


class Pod:
    """One container of the overlay's Deployment, as a process."""

    def __init__(self, folder, overlay, brought, redis):
        objects = render(overlay)
        (deployment,) = of_kind(objects, "Deployment")
        container = containers(deployment)[0]
        volumes = {volume["name"]: volume for volume in pod_of(deployment)["volumes"]}
        for mount in container["volumeMounts"]:
            self.mount(folder, objects, volumes[mount["name"]], mount["mountPath"], brought)
        arguments = [re.sub("=/", f"={folder}/", each) for each in container["args"]]
        environment = {}
        for variable in container.get("env", []):
            reference = variable["valueFrom"]["configMapKeyRef"]
            assert named(objects, "ConfigMap", reference["name"])["data"][reference["key"]]
            environment[variable["name"]] = f"127.0.0.1:{redis.port}"  # the only Redis that there is here
        self.port, self.health_port, self.metrics_port = (
            replicas.free_port("127.0.0.1") for _ in range(3))
        self.program = replicas.Program(folder, "stepshaked", [
            os.environ["STEPSHAKED"], *arguments, "--listen", f"127.0.0.1:{self.port}",
            "--health-listen", f"127.0.0.1:{self.health_port}",
            "--metrics-listen", f"127.0.0.1:{self.metrics_port}"], environment)
        replicas.wait_until(lambda: replicas.connects("127.0.0.1", self.metrics_port) or
                            self.program.process.poll() is not None,
                            f"{overlay} does not start", replicas.START_SECONDS)
        self.probes = [container[each]["grpc"]["service"]
                       for each in ("startupProbe", "readinessProbe", "livenessProbe")]

    @staticmethod
    def mount(folder, objects, volume, path, brought):
        to = folder / path.lstrip("/")
        to.mkdir(parents=True)
        if "configMap" in volume:
            source = volume["configMap"]
            data = {key: text.encode() for key, text in
                    named(objects, "ConfigMap", source["name"])["data"].items()}
        else:
            source = volume["secret"]
            secret = named(objects, "Secret", source["secretName"])
            data = ({key: base64.b64decode(text) for key, text in secret["data"].items()}
                    if secret else brought[source["secretName"]])
        for item in source["items"]:
            (to / item["path"]).write_bytes(data[item["key"]])

    def health(self, service):
        with replicas.channel(f"127.0.0.1:{self.health_port}") as channel:
            check = channel.unary_unary("/grpc.health.v1.Health/Check")
            return check(b"\x0a" + bytes([len(service)]) + service.encode(), timeout=replicas.SECONDS)


class Overlays(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def start(self, overlay, brought=None):
        redis = None
        if overlay != "single":
            password = (brought or {}).get("stepshake-redis", {}).get("password", b"try-out").decode()
            redis = replicas.Redis(self.folder, password)
            self.addCleanup(redis.stop)
        pod = Pod(self.folder, overlay, brought or {}, redis)
        self.addCleanup(pod.program.stop)
        self.assertIsNone(pod.program.process.poll(), pod.program.told())
        for service in pod.probes:
            self.assertEqual(pod.health(service), b"\x08\x01", service)  # SERVING
        return pod

    def list_sessions(self, pod, credentials=None, metadata=()):
        options = [("grpc.enable_http_proxy", 0)]
        target = f"localhost:{pod.port}"
        channel = (grpc.secure_channel(target, credentials, options) if credentials
                   else grpc.insecure_channel(target, options))
        with channel:
            stub = replicas.handshake_grpc.HandshakeServiceStub(channel)
            return stub.ListSessions(api.ListSessionsRequest(), timeout=replicas.SECONDS,
                                     metadata=metadata)

    def assert_refused(self, code, pod, *arguments, **more):
        with self.assertRaises(grpc.RpcError) as refused:
            self.list_sessions(pod, *arguments, **more)
        self.assertEqual(refused.exception.code(), code)

    def test_single_takes_whoever_reaches_it(self):
        self.list_sessions(self.start("single"))

    def test_replicated_takes_the_token_to_try_out(self):
        pod = self.start("replicated")
        self.list_sessions(pod, metadata=[("authorization", "Bearer try-out")])
        self.assert_refused(grpc.StatusCode.UNAUTHENTICATED, pod)

    def test_own_redis_takes_tokens_of_ones_own(self):
        digest = subprocess.run(["openssl", "sha256", "-r"], input=b"a-word", capture_output=True,
                                check=True, timeout=replicas.SECONDS).stdout[:64]
        pod = self.start("own-redis", {
            "stepshake-keys": {"keys": b"7f" * 32 + b"\n"},
            "stepshake-redis": {"password": b"another"},
            "stepshake-tokens": {"tokens": b"alice:" + digest + b"\n"}})
        self.list_sessions(pod, metadata=[("authorization", "Bearer a-word")])
        self.assert_refused(grpc.StatusCode.UNAUTHENTICATED, pod,
                            metadata=[("authorization", "Bearer try-out")])

    def test_mtls_takes_callers_with_certificates(self):
        made = make_certificates(self.folder)
        pod = self.start("mtls", {"stepshake-tls": made})
        self.list_sessions(pod, grpc.ssl_channel_credentials(
            made["ca.crt"], made["tls.key"], made["tls.crt"]))
        self.assert_refused(grpc.StatusCode.UNAVAILABLE, pod, grpc.ssl_channel_credentials(made["ca.crt"]))
        self.assert_refused(grpc.StatusCode.UNAVAILABLE, pod)
        # docs/deployment.md's own words, but for the name.
        page = (rendering.SOURCE / "docs/deployment.md").read_text()
        (command,) = re.findall(r"^\$ stepshake (pair .*--service-ca .*)$", page, re.MULTILINE)
        done = subprocess.run(
            [os.environ["STEPSHAKE"],
             *command.replace("stepshaked.stepshake.svc:50443", f"localhost:{pod.port}").split()],
            cwd=self.folder, capture_output=True, text=True, timeout=replicas.SECONDS, check=False)
        self.assertIn("handshake complete", done.stdout, done.stderr)

    def test_each_overlay_is_run_here(self):
        here = {"single", "replicated", "own-redis", "mtls", "monitoring"}
        self.assertEqual(set(rendering.overlays()), here)
        self.assertEqual(list(of_kind(render("monitoring"), "Deployment")), [])


if __name__ == "__main__":
    unittest.main()
