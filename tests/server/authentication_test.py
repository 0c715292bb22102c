"""Who may call the built stepshaked, and whose sessions they are: tokens, client certificates, policies."""

import os
import tempfile
import time
import unittest

import grpc
from google.protobuf import timestamp_pb2

from daemon_support import (SECONDS, calling, client_config, handshake, info_of, make_authority, make_certificate,
                            reason_of, replace_file, run, server_config, serving, session_pb2, token_line)


class WithFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        replace_file(self.path(name), text)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def refused(self, code, reason, call, *arguments):
        with self.assertRaises(grpc.RpcError) as raised:
            call(*arguments)
        self.assertEqual(raised.exception.code(), code, raised.exception.details())
        self.assertEqual(reason_of(raised.exception), reason)
        return raised.exception

    def until(self, what, condition):
        end = time.monotonic() + SECONDS
        while not condition():
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.05)


def works(call, *arguments):
    try:
        call(*arguments)
    except grpc.RpcError:
        return False
    return True


class BearerTokens(WithFolder):
    def tokens(self, *names):
        lines = "".join(token_line(name, f"{name}'s token") for name in names)
        return self.write("tokens", "# who\n\n" + lines)

    def test_only_those_in_the_file_may_call(self):
        with serving("--token-file", self.tokens("alice"), token="alice's token") as daemon:
            name = daemon.create()
            unauthenticated = grpc.StatusCode.UNAUTHENTICATED
            for token, reason in ((None, "NO_CREDENTIALS"), ("bob's token", "BAD_TOKEN"),
                                  ("alice's toke", "BAD_TOKEN"), ("x" * 5000, "BAD_TOKEN")):
                with calling(daemon.address, token=token) as other:
                    for call in (other.get_capabilities, other.create, other.names,
                                 lambda: other.get(name), lambda: other.step(name),
                                 lambda: other.delete(name), lambda: other.export(name),
                                 lambda: other.stream(name, [True])):
                        self.refused(unauthenticated, reason, call)
                    self.assertEqual(other.health(""), 1)  # probes have no token
            with calling(daemon.address) as other:
                other.metadata = [("authorization", "Basic YWxpY2U6eA==")]
                self.refused(unauthenticated, "BAD_TOKEN", other.names)
                other.metadata = [("authorization", "bearer alice's token")]
                self.assertEqual(other.names(), [name])

    def test_a_file_that_changes_is_in_force(self):
        with serving("--token-file", self.tokens("alice"), token="alice's token") as daemon:
            name = daemon.create()
            with calling(daemon.address, token="bob's token") as bob:
                self.refused(grpc.StatusCode.UNAUTHENTICATED, "BAD_TOKEN", bob.names)
                self.tokens("bob")
                self.until("bob's token", lambda: works(bob.names))
                self.refused(grpc.StatusCode.UNAUTHENTICATED, "BAD_TOKEN", daemon.names)
                # What cannot be read changes nothing.
                self.write("tokens", "bob\n")
                self.until("a look at the file",
                           lambda: bob.names() == [] and "cannot reload" in daemon.log())
                self.assertIn(f"{self.path('tokens')}:1", daemon.log())
                self.assertEqual(bob.names(), [])
                # A new token for an old name: its sessions are there still.
                self.write("tokens", token_line("alice", "new") + token_line("bob", "bob's token"))
                with calling(daemon.address, token="new") as alice:
                    self.until("alice's new token", lambda: works(alice.names))
                    self.assertEqual(alice.names(), [name])

    def test_a_wrong_file_is_refused_with_its_line_and_without_the_token(self):
        for text, line in (("alice:abc\n", 1), ("# x\n\nsecret\n", 3), (":" + "0" * 64 + "\n", 1),
                           ("al ice:" + "0" * 64 + "\n", 1), ("alice:" + "g" * 64 + "\n", 1)):
            done = run("--listen", "127.0.0.1:0", "--token-file", self.write("tokens", text))
            self.assertEqual(done.returncode, 1, text)
            self.assertIn(f"{self.path('tokens')}:{line}: ", done.stderr)
            self.assertNotIn("secret", done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1)
        done = run("--listen", "127.0.0.1:0", "--token-file", self.path("none"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("No such file", done.stderr)

    def test_a_caller_has_its_own_sessions_and_no_others(self):
        with serving("--token-file", self.tokens("alice", "bob"), token="alice's token") as alice, \
                calling(alice.address, token="bob's token") as bob:
            hers, his = alice.create(), bob.create()
            self.assertEqual((alice.names(), bob.names()), ([hers], [his]))
            for call in (lambda: bob.get(hers), lambda: bob.step(hers), lambda: bob.delete(hers),
                         lambda: bob.export(hers), lambda: bob.stream(hers, [True])):
                error = self.refused(grpc.StatusCode.NOT_FOUND, "SESSION_NOT_FOUND", call)
                # Word for word as for one that never was.
                never = "sessions/" + "0" * 32
                other = self.refused(grpc.StatusCode.NOT_FOUND, "SESSION_NOT_FOUND", bob.get, never)
                self.assertEqual(error.details().replace(hers, never), other.details())
            self.assertEqual(alice.get(hers).step, 0)
            alice.delete(hers)
            self.assertEqual(bob.names(), [his])

    def test_limits_for_each_caller(self):
        with serving("--token-file", self.tokens("alice", "bob"), "--max-sessions-per-caller", "2",
                     "--max-streams-per-caller", "1", token="alice's token") as alice, \
                calling(alice.address, token="bob's token") as bob:
            first, _ = alice.create(), alice.create()
            error = self.refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_SESSIONS", alice.create)
            self.assertEqual(dict(info_of(error).metadata),
                             {"flag": "--max-sessions-per-caller", "limit": "2"})
            his = bob.create()
            ended = []
            stream = alice.stream(first, ended)
            error = self.refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_STREAMS",
                                 alice.stream, first, ended)
            self.assertEqual(info_of(error).metadata["flag"], "--max-streams-per-caller")
            bob.stream(his, ended).cancel()
            stream.cancel()
            ended.append(True)
            self.until("the stream's end", lambda: works(lambda: alice.stream(first, [True])))
            alice.delete(first)
            alice.create()


class Tls(WithFolder):
    def setUp(self):
        super().setUp()
        make_authority(self.folder, "ca")
        make_certificate(self.folder, "ca", "server")
        self.flags = ["--tls-cert", self.path("server.pem"), "--tls-key", self.path("server.key")]

    def credentials(self, client=None, authority="ca"):
        return grpc.ssl_channel_credentials(
            self.read(f"{authority}.pem"),
            *((self.read(f"{client}.key"), self.read(f"{client}.pem")) if client else (None, None)))

    def test_tls_alone(self):
        with serving(*self.flags, credentials=self.credentials()) as daemon:
            daemon.create()
            with calling(daemon.address) as plain:
                self.assertFalse(works(plain.names))

    def test_a_certificate_that_changes_is_in_force_and_open_connections_stay(self):
        with serving(*self.flags, credentials=self.credentials()) as daemon:
            name = daemon.create()
            make_authority(self.folder, "new-ca")
            make_certificate(self.folder, "new-ca", "new")
            # Half of the pair alone is no certificate: what was there stays.
            self.write("server.pem", self.read("new.pem").decode())
            with calling(daemon.address, credentials=self.credentials()) as old:
                self.assertEqual(old.names(), [name])
            daemon.wait_for_log("cannot reload")
            self.write("server.key", self.read("new.key").decode())
            with calling(daemon.address, credentials=self.credentials(authority="new-ca")) as new:
                self.until("the new certificate", lambda: works(new.names))
            with calling(daemon.address, credentials=self.credentials()) as old:
                self.assertFalse(works(old.names))
            self.assertEqual(daemon.names(), [name])

    def test_client_certificates(self):
        for name, subject, names in (("alice", "/CN=alice", ""), ("bob", "/CN=b", "DNS:bob.test"),
                                     ("carol", "/CN=c", "URI:spiffe://test/carol,DNS:bob.test")):
            make_certificate(self.folder, "ca", name, subject, names)
        make_authority(self.folder, "other-ca")
        make_certificate(self.folder, "other-ca", "mallory", "/CN=alice", "")
        with serving(*self.flags, "--tls-client-ca", self.path("ca.pem"),
                     credentials=self.credentials("alice")) as daemon:
            hers = daemon.create()
            for client, others in (("bob", "carol"), ("carol", "bob")):
                with calling(daemon.address, credentials=self.credentials(client)) as caller:
                    self.assertEqual(caller.names(), [])
                    own = caller.create()
                    self.refused(grpc.StatusCode.NOT_FOUND, "SESSION_NOT_FOUND", caller.get, hers)
                with calling(daemon.address, credentials=self.credentials(others)) as other:
                    self.refused(grpc.StatusCode.NOT_FOUND, "SESSION_NOT_FOUND", other.get, own)
            self.assertEqual(daemon.names(), [hers])
            for client in (None, "mallory"):
                with calling(daemon.address, credentials=self.credentials(client)) as stranger:
                    self.assertFalse(works(stranger.names), client)
            for name in (hers,):
                daemon.delete(name)
            daemon.wait_for_log("caller=cn:alice")

    def test_a_token_or_a_client_certificate(self):
        make_certificate(self.folder, "ca", "bob", "/CN=bob", "")
        tokens = self.write("tokens", token_line("alice", "secret"))
        with serving(*self.flags, "--tls-client-ca", self.path("ca.pem"), "--token-file", tokens,
                     credentials=self.credentials("bob")) as daemon:
            his = daemon.create()
            with calling(daemon.address, credentials=self.credentials()) as nobody:
                self.refused(grpc.StatusCode.UNAUTHENTICATED, "NO_CREDENTIALS", nobody.names)
                self.assertEqual(nobody.health("readiness"), 1)
            with calling(daemon.address, credentials=self.credentials(), token="secret") as alice:
                self.assertEqual(alice.names(), [])
            # A token goes before a certificate, and a wrong one is no certificate either.
            with calling(daemon.address, credentials=self.credentials("bob"), token="no") as bob:
                self.refused(grpc.StatusCode.UNAUTHENTICATED, "BAD_TOKEN", bob.names)
            self.assertEqual(daemon.names(), [his])

    def test_files_that_do_not_fit_are_refused(self):
        make_certificate(self.folder, "ca", "other")
        self.write("empty.pem", "")
        for flags, blamed in ((["--tls-cert", "server.pem", "--tls-key", "other.key"], "other.key"),
                              (["--tls-cert", "empty.pem", "--tls-key", "server.key"], "empty.pem"),
                              (["--tls-cert", "server.pem", "--tls-key", "server.pem"], "server.pem"),
                              (["--tls-cert", "none.pem", "--tls-key", "server.key"], "none.pem"),
                              (["--tls-cert", "server.pem", "--tls-key", "server.key",
                                "--tls-client-ca", "empty.pem"], "empty.pem")):
            flags = [flag if flag.startswith("--") else self.path(flag) for flag in flags]
            done = run("--listen", "127.0.0.1:0", *flags)
            self.assertEqual(done.returncode, 1, flags)
            self.assertIn(self.path(blamed), done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)


class Policies(WithFolder):
    def denied(self, flag, call, *arguments):
        error = self.refused(grpc.StatusCode.PERMISSION_DENIED, "DENIED_BY_POLICY", call, *arguments)
        self.assertEqual(info_of(error).metadata["flag"], flag)
        self.assertIn(flag, error.details())

    def asked_for(self, daemon):
        """What each policy flag is about."""
        client, server = daemon.create(client_config()), daemon.create(server_config())
        daemon.shake_hands(client, server)
        return (("--allow-key-log", lambda: daemon.create(client_config(key_log=True))),
                ("--allow-secrets", lambda: daemon.create(client_config(trace=True))),
                ("--allow-secrets", lambda: daemon.export(client)),
                ("--allow-deterministic", lambda: daemon.create(client_config(
                    deterministic=session_pb2.Deterministic(
                        seed=bytes(32), time=timestamp_pb2.Timestamp(seconds=1_700_000_000))))),
                ("--allow-early-data-replay",
                 lambda: daemon.create(server_config(max_early_data_size=1000))))

    def test_on_loopback_all_is_allowed(self):
        with serving() as daemon:
            for _, call in self.asked_for(daemon):
                call()

    def test_each_can_be_taken_back(self):
        with serving("--allow-key-log=false", "--allow-secrets=false", "--allow-deterministic=false",
                     "--allow-early-data-replay=false") as daemon:
            for flag, call in self.asked_for(daemon):
                self.denied(flag, call)
            # A stored ticket works once, and its 0-RTT data with it.
            daemon.create(server_config(max_early_data_size=1000, ticket_storage=2))

    def test_elsewhere_each_must_be_given(self):
        elsewhere = ["--listen", "0.0.0.0:0", "--insecure"]  # beside the loopback address
        with serving(*elsewhere) as daemon:
            for flag, call in self.asked_for(daemon):
                self.denied(flag, call)
        with serving(*elsewhere, "--allow-key-log", "--allow-secrets", "--allow-deterministic",
                     "--allow-early-data-replay") as daemon:
            for _, call in self.asked_for(daemon):
                call()


if __name__ == "__main__":
    unittest.main()
