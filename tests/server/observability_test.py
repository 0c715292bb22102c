"""What the built stepshaked tells: metrics over HTTP, the log as text and JSON, and docs/operating.md about all of it."""

import json
import os
import re
import subprocess
import tempfile
import unittest

import grpc

from daemon_support import (SECONDS, calling, client_config, handshake, make_authority, make_certificate, replace_file,
                            run, scrape, server_config, serving, token_line)


def documentation():
    with open(os.path.join(os.environ["SOURCE_DIR"], "docs/operating.md"), encoding="utf-8") as page:
        return page.read()


def with_labels(samples, **labels):
    """The sum of those that have all these labels."""
    wanted = [f'{key}="{value}"' for key, value in labels.items()]
    return sum(value for key, value in samples.items() if all(one in key for one in wanted))


class Metrics(unittest.TestCase):
    def test_what_happened_is_counted(self):
        with serving("--metrics-listen", "127.0.0.1:0") as daemon:
            client, server = daemon.create(client_config()), daemon.create(server_config())
            daemon.shake_hands(client, server)
            failing = daemon.create(server_config())
            daemon.step(failing, input=b"\x15\x03\x03\x00\x02\x02\xc8")  # an alert that nobody knows
            daemon.delete(client)
            for _ in range(2):
                with self.assertRaises(grpc.RpcError):
                    daemon.get(client)
            values, _ = scrape(daemon)
            self.assertEqual(values["stepshake_sessions"][""], 2)
            self.assertEqual(values["stepshake_sessions_created_total"][""], 3)
            self.assertEqual(with_labels(values["stepshake_sessions_ended_total"], reason="deleted"), 1)
            self.assertEqual(with_labels(values["stepshake_handshakes_total"], result="complete",
                                         version="TLS 1.3", role="client", alert=""), 1)
            self.assertEqual(with_labels(values["stepshake_handshakes_total"], result="failed",
                                         role="server"), 1)
            steps = with_labels(values["stepshake_steps_total"])
            self.assertEqual(values["stepshake_step_seconds_count"][""], steps)
            self.assertGreaterEqual(with_labels(values["stepshake_steps_total"], call="do_handshake",
                                                **{"class": "SSL_ERROR_WANT_READ"}), 2)
            self.assertEqual(with_labels(values["stepshake_calls_total"], method="GetSession",
                                         code="NOT_FOUND"), 2)
            self.assertEqual(with_labels(values["stepshake_calls_total"], method="Step"), steps)
            self.assertEqual(with_labels(values["stepshake_refusals_total"],
                                         reason="SESSION_NOT_FOUND"), 2)
            self.assertGreater(with_labels(values["stepshake_bytes_total"], direction="in"), 1000)
            self.assertEqual(list(values["stepshake_build_info"].values()), [1])
            (labels,) = values["stepshake_build_info"]
            self.assertIn(daemon.get_capabilities().libcrypto_version, labels)

    def test_streams_are_counted_as_long_as_they_are_open(self):
        with serving("--metrics-listen", "127.0.0.1:0") as daemon:
            ended = []
            stream = daemon.stream(daemon.create(), ended)
            self.assertEqual(scrape(daemon)[0]["stepshake_streams"][""], 1)
            stream.cancel()
            ended.append(True)
            self.assertEqual(daemon.stop()[0], 0)

    def test_labels_are_bounded(self):
        """Whatever callers and peers make up, there are no more series of it."""
        with serving("--metrics-listen", "127.0.0.1:0") as daemon:
            def series():
                values, _ = scrape(daemon)
                return sum(len(values.get(f"stepshake_{name}_total", ())) for name in
                           ("handshakes", "calls", "refusals", "steps"))

            def nonsense(number):
                name = daemon.create(server_config())
                daemon.step(name, input=b"\x15\x03\x03\x00\x02\x02" + bytes([200 + number]))
                for call in (lambda: daemon.get(f"sessions/{number}"), lambda: daemon.get(f"x{number}"),
                             lambda: daemon.create(client_config(groups=[40000 + number]))):
                    with self.assertRaises(grpc.RpcError):
                        call()
            nonsense(0)
            before = series()
            for number in range(1, 10):
                nonsense(number)
            self.assertEqual(series(), before)

    def test_an_address_that_is_taken_is_one_line(self):
        with serving("--metrics-listen", "127.0.0.1:0") as daemon:
            address = daemon.addresses["metrics"]
            done = run("--listen", "127.0.0.1:0", "--metrics-listen", address)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, f"stepshaked: cannot serve metrics on {address}: "
                                      "Address already in use\n")


class Documentation(unittest.TestCase):
    def test_every_flag_stands_there_and_no_other(self):
        flags = set(re.findall(r"^ +(?:-\w,)?(--[a-z-]+)", run("--help").stdout, re.MULTILINE))
        self.assertGreater(len(flags), 25)
        page = documentation()
        rows = set(re.findall(r"^\| `(--[a-z-]+)`", page, re.MULTILINE))
        self.assertEqual(flags - {"--help", "--version"}, rows)

    def test_every_metric_stands_there_and_no_other(self):
        documented = set(re.findall(r"^\| `(stepshake_\w+)`", documentation(), re.MULTILINE))
        with tempfile.TemporaryDirectory() as folder:
            tokens = os.path.join(folder, "tokens")
            replace_file(tokens, token_line("alice", "secret"))
            with serving("--metrics-listen", "127.0.0.1:0", "--token-file", tokens,
                         token="secret") as daemon:
                client, server = daemon.create(client_config()), daemon.create(server_config())
                daemon.shake_hands(client, server)
                daemon.delete(client)
                with self.assertRaises(grpc.RpcError):
                    daemon.get(client)
                replace_file(tokens, token_line("alice", "secret") + "# more\n")
                while "reloaded" not in daemon.log():
                    daemon.names()
                _, shown = scrape(daemon)
        self.assertEqual({name for name in shown if name.startswith("stepshake_")}, documented)


class Log(unittest.TestCase):
    def logged(self, log, message):
        return [line for line in log if line["message"] == message]

    def test_json_has_ids_and_no_secret(self):
        rows = dict(re.findall(r"^\| `([^`]+)` \| (?:info|warning|debug) \| (.*)\|$",
                               documentation(), re.MULTILINE))
        with tempfile.TemporaryDirectory() as folder:
            make_authority(folder, "ca")
            make_certificate(folder, "ca", "server")
            with open(os.path.join(folder, "server.key"), encoding="utf-8") as file:
                key = file.read()
            with open(os.path.join(folder, "server.pem"), encoding="utf-8") as file:
                chain = file.read()
            tokens = os.path.join(folder, "tokens")
            replace_file(tokens, token_line("alice", "the-bearer-token"))
            with serving("--log-format", "json", "--log-level", "trace", "--token-file", tokens,
                         token="the-bearer-token") as daemon:
                secrets = ["the-bearer-token", "guessed-token", key.splitlines()[1]]
                daemon.metadata.append(("x-request-id", "my-request/1"))
                server = server_config(key_log=True)
                server.identities[0].pem.certificate_chain = chain
                server.identities[0].pem.private_key = key
                server = daemon.create(server)
                client = daemon.create(client_config(verification=3))
                key_log = []
                to_server = to_client = b""
                for _ in range(3):
                    of_client = daemon.step(client, input=to_client)
                    of_server = daemon.step(server, input=of_client.output)
                    to_client = of_server.output
                    key_log += [line.split()[2] for line in of_server.key_log]
                self.assertGreaterEqual(len(key_log), 4)
                secrets += key_log
                secrets.append(daemon.export(client).keying_material.hex())
                daemon.step(server, handshake.CALL_WRITE, data=b"the application's data")
                secrets.append("the application's data")
                failing = daemon.create(client_config())
                daemon.step(failing, input=b"\"quoted\\\n\xff")
                daemon.metadata[-1] = ("x-request-id", "not \"good\"")
                with self.assertRaises(grpc.RpcError):
                    daemon.get("sessions/none")
                with calling(daemon.address, token="guessed-token") as stranger:
                    with self.assertRaises(grpc.RpcError):
                        stranger.names()
                daemon.metadata.pop()
                daemon.delete(client)
                status, _, text = daemon.stop()
                self.assertEqual(status, 0)
        log = [json.loads(line) for line in text.splitlines()]
        for secret in secrets:
            self.assertNotIn(secret.lower(), text.lower())
        for line in log:
            documented = set(re.findall(r"`(\w+)`", rows[line["message"]]))
            self.assertLessEqual(set(line) - {"time", "level", "message"}, documented, line)
            self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        created = self.logged(log, "session created")
        self.assertEqual([line["session"] for line in created], [server, client, failing])
        self.assertEqual({line["request"] for line in created}, {"my-request/1"})
        self.assertEqual({line["caller"] for line in created}, {"token:alice"})
        ended = {line["session"]: line for line in self.logged(log, "session ended")}
        self.assertEqual(ended[client]["reason"], "deleted")
        self.assertRegex(ended[client]["request"], r"^[0-9a-f]{12}-\d+$")
        self.assertEqual(ended[server]["reason"], "shutdown")
        self.assertEqual((ended[server]["outcome"], ended[server]["version"]), ("complete", "TLS 1.3"))
        self.assertEqual(ended[failing]["outcome"], "failed")
        refused = self.logged(log, "call refused")
        self.assertEqual([line["reason"] for line in refused], ["SESSION_NOT_FOUND", "BAD_TOKEN"])
        self.assertNotIn("not", refused[0]["request"])
        steps = self.logged(log, "step")
        self.assertIn({"session": server, "request": "my-request/1", "class": "SSL_ERROR_NONE"},
                      [{key: line[key] for key in ("session", "request", "class")} for line in steps])

    def test_the_request_id_comes_back(self):
        with serving() as daemon:
            request = handshake.ListSessionsRequest()
            for sent, expected in (("abc-1.2_3:4/5", r"abc-1\.2_3:4/5"), (None, r"[0-9a-f]{12}-\d+"),
                                   ("two words", r"[0-9a-f]{12}-\d+"), ("x" * 129, r"[0-9a-f]{12}-\d+")):
                metadata = [("x-request-id", sent)] if sent else []
                _, call = daemon.handshakes.ListSessions.with_call(
                    request, metadata=metadata, timeout=SECONDS)
                back = dict(call.initial_metadata())["x-request-id"]
                self.assertRegex(back, f"^{expected}$")

    def test_as_text_an_event_is_a_line(self):
        with serving() as daemon:
            name = daemon.create()
            daemon.step(name, input=b"line\nbreak session=forged")
            _, _, log = daemon.stop()
        (line,) = [line for line in log.splitlines() if "session ended" in line]
        self.assertRegex(line, rf"^\S+Z info session ended session={name} reason=shutdown role=client "
                               r"steps=1 outcome=failed ")


class ReadOnly(unittest.TestCase):
    def test_it_opens_nothing_for_writing(self):
        """As in a container with a read-only root and no /tmp: here with a root that nobody can write to."""
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o555)
            with serving("--metrics-listen", "127.0.0.1:0", "--health-listen", "127.0.0.1:0",
                         environment={"TMPDIR": "/nonexistent", "HOME": "/nonexistent"}) as daemon:
                client, server = daemon.create(client_config()), daemon.create(server_config())
                self.assertTrue(daemon.shake_hands(client, server)[1].handshake_complete)
                writable = []
                for number in os.listdir(f"/proc/{daemon.process.pid}/fd"):
                    link = os.readlink(f"/proc/{daemon.process.pid}/fd/{number}")
                    with open(f"/proc/{daemon.process.pid}/fdinfo/{number}", encoding="ascii") as info:
                        flags = int(re.search(r"flags:\s+(\d+)", info.read())[1], 8)
                    if link.startswith("/") and flags & 3 and int(number) > 2:
                        writable.append(link)
                self.assertEqual([link for link in writable if not link.startswith("/dev/")], [])
                self.assertEqual(daemon.stop()[0], 0)


if __name__ == "__main__":
    unittest.main()
