"""Several stepshaked over one redis-server, and the fronts before them: the real nginx and haproxy, with the files of
deploy/. All on loopback and free ports; everything is stopped by its own pid."""
import os
import pathlib
import signal
import socket
import socketserver
import struct
import subprocess
import threading
import time
import urllib.request

import grpc

from stepshake.v1 import handshake_service_pb2_grpc as handshake_grpc

SECONDS = 60  # for what takes a moment, on a busy machine
START_SECONDS = 200  # for a stepshaked, which makes keys first
SOURCE = pathlib.Path(os.environ["SOURCE_DIR"])
KEYS = "5a" * 32
PASSWORD = "word of the test"


def free_port(*hosts):
    """One that is free on each of the addresses."""
    while True:
        sockets = [socket.socket() for _ in hosts]
        try:
            sockets[0].bind((hosts[0], 0))
            port = sockets[0].getsockname()[1]
            for host, each in zip(hosts[1:], sockets[1:]):
                each.bind((host, port))
            return port
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()


def channel(address):
    return grpc.insecure_channel(address, options=[
        ("grpc.enable_http_proxy", 0), ("grpc.use_local_subchannel_pool", 1),
        ("grpc.initial_reconnect_backoff_ms", 50), ("grpc.min_reconnect_backoff_ms", 1000),
        ("grpc.max_reconnect_backoff_ms", 200)])


def wait_until(what, told, seconds=SECONDS):
    end = time.monotonic() + seconds
    while not what():
        if time.monotonic() > end:
            raise AssertionError(told)
        time.sleep(0.02)


def connects(host, port):
    with socket.socket() as probe:
        return probe.connect_ex((host, port)) == 0


class Program:
    """Runs until it is stopped; what it says lies in a file."""

    def __init__(self, folder, name, arguments, environment=None):
        self.log = folder / f"{name}.log"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd=folder,
                env={**os.environ, **(environment or {})})

    def told(self):
        return f"{self.process.args} (status {self.process.poll()}): {self.log.read_text()[-4000:]}"

    def stop(self, with_signal=signal.SIGTERM):
        """The exit status."""
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
        try:
            return self.process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


class Redis(Program):
    def __init__(self, folder, password=PASSWORD):
        self.port = free_port("127.0.0.1")
        settings = folder / "redis.conf"
        settings.write_text(f"bind 127.0.0.1\nport {self.port}\nrequirepass \"{password}\"\nsave \"\"\n"
                            f"dir {folder}\n")
        super().__init__(folder, "redis", ["redis-server", str(settings)])
        wait_until(lambda: connects("127.0.0.1", self.port), self.told())


class Replica:
    """A stepshaked that comes back at the same address."""

    def __init__(self, folder, host, port, more):
        self.folder, self.host, self.port, self.more = folder, host, port, more
        self.metrics_port = free_port(host)
        self.start()

    def start(self):
        self.program = Program(self.folder, f"stepshaked-{self.host}", [
            os.environ["STEPSHAKED"], "--listen", f"{self.host}:{self.port}",
            "--metrics-listen", f"{self.host}:{self.metrics_port}", *self.more])
        wait_until(lambda: connects(self.host, self.port) or self.program.process.poll() is not None,
                   f"{self.host} does not start", START_SECONDS)
        if self.program.process.poll() is not None:
            raise AssertionError(self.program.told())

    def stop(self):
        """For good, whichever process it is by now."""
        return self.program.stop()

    def kill(self):
        assert self.program.stop(signal.SIGKILL) == -signal.SIGKILL
        self.start()

    def roll(self):
        status = self.stop()
        assert status == 0, self.program.told()
        self.start()

    def steps(self):
        """How many it has done, by its metrics."""
        without_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with without_proxy.open(
                f"http://{self.host}:{self.metrics_port}/metrics", timeout=SECONDS) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines
                   if line.startswith("stepshake_steps_total{"))


class Nginx(Program):
    def __init__(self, folder, replicas):
        self.port = free_port("127.0.0.1")
        self.address = f"127.0.0.1:{self.port}"
        text = (SOURCE / "deploy/nginx/stepshake.conf.template").read_text()
        servers = " ".join(f"server {each.host}:{each.port};" for each in replicas)
        for name, value in (("LISTEN", self.address), ("SERVERS", servers)):
            text = text.replace(f"${{STEPSHAKE_{name}}}", value)
        (folder / "stepshake.conf").write_text(text)
        paths = "".join(f"{kind}_temp_path {folder}/nginx-{kind};" for kind in
                        ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        (folder / "nginx.conf").write_text(
            f"daemon off; master_process off; pid {folder}/nginx.pid; error_log stderr warn;\n"
            "events { worker_connections 1024; }\n"
            f"http {{ access_log off; {paths} include {folder}/stepshake.conf; }}\n")
        super().__init__(folder, "nginx", ["/usr/sbin/nginx", "-p", str(folder), "-e", "stderr",
                                           "-c", str(folder / "nginx.conf")])
        wait_until(lambda: connects("127.0.0.1", self.port), self.told())


class NameServer(socketserver.ThreadingUDPServer):
    """Tells the replicas' addresses, as a cluster's DNS does for a headless service."""
    daemon_threads = True

    def __init__(self, hosts):
        self.hosts = hosts
        super().__init__(("127.0.0.1", 0), self.Answer)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    class Answer(socketserver.BaseRequestHandler):
        def handle(self):
            query, to = self.request
            end = query.index(b"\0", 12) + 5  # the name, its type and class
            kind = struct.unpack("!H", query[end - 4:end - 2])[0]
            hosts = self.server.hosts if kind == 1 else []
            header = query[:2] + struct.pack("!5H", 0x8580, 1, len(hosts), 0, 0)
            records = b"".join(b"\xc0\x0c" + struct.pack("!2HIH", 1, 1, 1, 4) + socket.inet_aton(host)
                               for host in hosts)
            to.sendto(header + query[12:end] + records, self.client_address)


class Haproxy(Program):
    def __init__(self, folder, replicas):
        self.names = NameServer([each.host for each in replicas])
        self.port = free_port("127.0.0.1")
        self.address = f"127.0.0.1:{self.port}"
        super().__init__(folder, "haproxy", [
            "/usr/sbin/haproxy", "-db", "-f", str(SOURCE / "deploy/haproxy/haproxy.cfg")], {
                "STEPSHAKE_LISTEN": self.address,
                "STEPSHAKE_REPLICAS": f"stepshaked-pods.test:{replicas[0].port}",
                "STEPSHAKE_RESOLVER": f"127.0.0.1:{self.names.server_address[1]}"})
        wait_until(lambda: connects("127.0.0.1", self.port), self.told())

    def stop(self, with_signal=signal.SIGTERM):
        self.names.shutdown()
        self.names.server_close()
        return super().stop(with_signal)


def stub(address):
    return handshake_grpc.HandshakeServiceStub(channel(address))
