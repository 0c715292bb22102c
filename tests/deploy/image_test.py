"""The container image, as `./dev image` built it of this commit: what is in it, and how it runs when nothing is allowed
to it. Skipped, with a word why, where there is no such image or containers cannot run."""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tarfile
import tempfile
import unittest

from stepshake.v1 import capability_service_pb2 as capability
from stepshake.v1 import capability_service_pb2_grpc as capability_grpc

import replicas

SOURCE = pathlib.Path(os.environ["SOURCE_DIR"])
SECONDS = 120
MOST_BYTES = 120_000_000
LOCKED_UP = ["--read-only", "--read-only-tmpfs=false", "--cap-drop=all",
             "--security-opt=no-new-privileges", "--memory=256m", "--network=host"]


def version():
    return re.search(r"^project\(.* VERSION ([0-9.]+) ", (SOURCE / "CMakeLists.txt").read_text(),
                     re.MULTILINE)[1]


IMAGE = f"localhost/stepshake:{version()}"


class Image(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if not shutil.which("podman"):
            raise unittest.SkipTest("podman is not installed")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        found = cls.podman("image", "inspect", IMAGE, check=False)
        if found.returncode:
            raise unittest.SkipTest(f"there is no {IMAGE}: ./dev image makes it")
        (cls.inspected,) = json.loads(found.stdout)
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=SOURCE, capture_output=True,
                              text=True, check=False).stdout.strip()
        revision = cls.inspected["Config"]["Labels"].get("org.opencontainers.image.revision")
        if revision != head:
            raise unittest.SkipTest(f"{IMAGE} is of another commit: ./dev image makes it anew")
        trial = cls.podman("run", "--rm", *LOCKED_UP, IMAGE, "--version", check=False)
        if trial.returncode:
            raise unittest.SkipTest(f"containers do not run here: {trial.stderr.strip()}")

    @classmethod
    def podman(cls, *arguments, check=True):
        done = subprocess.run(
            ["podman", *arguments], capture_output=True, text=True, timeout=SECONDS, check=False,
            env={**os.environ, "CONTAINERS_CONF": str(SOURCE / "deploy/containers.conf")})
        if check and done.returncode:
            raise AssertionError(f"podman {arguments}: {done.stderr}")
        return done

    def setUp(self):
        self.containers = []

    def tearDown(self):
        for container in self.containers:
            self.podman("rm", "--force", "--time=0", container)

    def container(self, verb, *arguments):
        made = self.podman(verb, *arguments).stdout.strip().splitlines()[-1]
        self.containers.append(made)
        return made

    def serve(self):
        """A locked-up container that serves; its name, and the ports of the service and of health."""
        port = replicas.free_port("127.0.0.1")
        health = replicas.free_port("127.0.0.1")
        name = self.container("run", "--detach", *LOCKED_UP, IMAGE,
                              "--listen", f"127.0.0.1:{port}", "--health-listen", f"127.0.0.1:{health}")
        replicas.wait_until(lambda: replicas.connects("127.0.0.1", health),
                            f"no answer: {self.podman('logs', name, check=False)}")
        return name, port, health

    def test_says_what_it_is(self):
        settings = self.inspected["Config"]
        self.assertRegex(settings["User"], r"^[1-9]\d*:[1-9]\d*$")
        self.assertEqual(settings["Entrypoint"], ["/usr/bin/stepshaked"])
        labels = settings["Labels"]
        self.assertEqual(labels["org.opencontainers.image.version"], version())
        for label in ("title", "description", "licenses", "revision", "created"):
            self.assertTrue(labels[f"org.opencontainers.image.{label}"])

    def test_holds_the_programs_and_their_libraries_alone(self):
        self.assertLess(self.inspected["Size"], MOST_BYTES)
        container = self.container("create", IMAGE)
        tar = self.folder / "root.tar"
        self.podman("export", "--output", str(tar), container)
        with tarfile.open(tar) as archive:
            members = archive.getmembers()
        programs = {member.name for member in members
                    if member.isfile() and member.mode & 0o111 and "/bin/" in f"/{member.name}"}
        self.assertEqual(programs, {"usr/bin/stepshaked", "usr/bin/stepshake"})
        others = [member.name for member in members if member.isfile()
                  and member.name not in programs and not re.search(r"\.so(\.[\d.]+)?$", member.name)
                  and not member.name.startswith(("etc/", "run/", "dev/", "proc/", "sys/"))]
        self.assertEqual(others, [])
        self.assertEqual([m.name for m in members if m.isfile() and m.mode & 0o6000], [])
        ours = [m for m in members if m.name.startswith("usr/")]
        self.assertEqual([m.name for m in ours if not m.issym() and m.mode & 0o022], [])

    def test_serves_with_nothing_allowed_and_drains_on_sigterm(self):
        name, port, health = self.serve()
        channel = replicas.channel(f"127.0.0.1:{health}")
        check = channel.unary_unary("/grpc.health.v1.Health/Check")
        for service in (b"liveness", b"readiness"):
            answer = check(b"\x0a" + bytes([len(service)]) + service, timeout=SECONDS)
            self.assertEqual(answer, b"\x08\x01", service)  # SERVING
        channel.close()

        pair = self.podman("exec", name, "/usr/bin/stepshake", "pair", "--server", f"127.0.0.1:{port}")
        self.assertIn("handshake complete", pair.stdout)

        (state,) = json.loads(self.podman("container", "inspect", name).stdout)
        process = pathlib.Path(f"/proc/{state['State']['Pid']}")
        if process.exists():  # where podman's processes are this machine's own
            status = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines())
            self.assertEqual(int(status["CapEff"], 16) | int(status["CapBnd"], 16), 0)
            self.assertEqual(status["NoNewPrivs"], "1")
            self.assertNotIn("0", status["Uid"].split())
            root = [line.split() for line in (process / "mounts").read_text().splitlines()
                    if line.split()[1] == "/"]
            self.assertIn("ro", root[0][3].split(","))
        self.assertEqual(state["HostConfig"]["Memory"], 256 << 20)

        self.podman("kill", "--signal", str(int(signal.SIGTERM)), name)
        self.assertEqual(self.podman("wait", name).stdout.strip(), "0")
        log = self.podman("logs", name)
        self.assertIn("draining", log.stderr + log.stdout)

    def test_has_the_post_quantum_groups_of_its_libcrypto(self):
        _, port, _ = self.serve()
        channel = replicas.channel(f"127.0.0.1:{port}")
        told = capability_grpc.CapabilityServiceStub(channel).GetCapabilities(
            capability.GetCapabilitiesRequest(), timeout=SECONDS)
        channel.close()
        self.assertRegex(told.libcrypto_version, r"3\.[5-9]")
        self.assertIn("X25519MLKEM768",
                      [group.code_point.name for group in told.groups if group.available])


if __name__ == "__main__":
    unittest.main()
