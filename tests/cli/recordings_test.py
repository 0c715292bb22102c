"""fork, export, import, list-steps, watch and replay, over the built programs."""
import datetime
import json
import unittest

from cli_support import Background, CliTest, STEPSHAKE, STEPSHAKED

SEED = "5e" * 32


class Recordings(CliTest):
    def new(self, *arguments):
        return self.stepshake("new", *arguments, expect=0).out.strip()

    def step(self, name, *arguments, stdin=b""):
        return self.stepshake("step", name, *arguments, stdin=stdin, expect=0).stdout

    def test_a_session_has_the_time_it_is_given(self):
        session = json.loads(self.stepshake("new", "client", "--ttl", "10m30s", "-o", "json", expect=0).out)
        made, ends = (datetime.datetime.fromisoformat(session[field].replace("Z", "+00:00"))
                      for field in ("create_time", "expire_time"))
        self.assertEqual(ends - made, datetime.timedelta(minutes=10, seconds=30))
        self.remove_all_sessions()

    def test_a_fork_goes_its_own_way(self):
        client = self.new("client", "--test-ca", "--servername", "localhost", "--history", "10")
        server = self.new("server")
        flight = self.step(server, "--in", "-", stdin=self.step(client))
        copy = self.stepshake("fork", client, expect=0).out.strip()
        earlier = self.stepshake("fork", client, "--step", "0", expect=0).out.strip()
        for name in (client, copy):
            self.step(name, "--in", "-", stdin=flight)
            self.assertRegex(self.stepshake("show", name, expect=0).out, "handshake complete +yes")
        self.assertRegex(self.stepshake("show", earlier, expect=0).out, "state +Start")
        self.assert_one_error_line(self.stepshake("fork", client, "--step", "9", expect=2), "step")
        self.assert_one_error_line(self.stepshake("fork", "nobody", expect=2), "nobody")

    def test_the_history_is_listed(self):
        client = self.new("client", "--history", "10")
        hello = self.step(client)
        self.step(client)
        lines = self.stepshake("list-steps", client, expect=0).out.splitlines()
        self.assertEqual(len(lines), 2)
        self.assertRegex(lines[0], r"^\S+Z step 1: do_handshake = -1, SSL_ERROR_WANT_READ")
        first = json.loads(self.stepshake("list-steps", client, "-o", "json", expect=0)
                           .out.splitlines()[0])
        self.assertEqual(bytes.fromhex(first["response"]["output"]), hello)
        self.assertEqual(first["request"]["call"], "CALL_DO_HANDSHAKE")
        self.assertEqual(self.stepshake("list-steps", self.new("client"), expect=0).out, "")

    def test_a_seed_gives_the_same_bytes(self):
        hellos = {self.step(self.new("client", "--seed", SEED, "--clock", "1700000000"))
                  for _ in range(3)}
        self.assertEqual(len(hellos), 1)
        self.assertNotEqual(hellos, {self.step(self.new("client", "--seed", "00" * 32))})
        self.assert_one_error_line(self.stepshake("new", "client", "--seed", "5e", expect=2), "seed")

    def test_a_replay_says_where_it_departs(self):
        client = self.new("client", "--history", "10", "--seed", SEED)
        hello = self.step(client)
        self.assertRegex(self.stepshake("replay", client, expect=0).out, "step 1: every byte")
        golden = self.path("golden")
        self.stepshake("export", client, "--history", "--out", golden, expect=0)
        self.stepshake("replay", "--in", golden, expect=0)
        # A server's signature is another one each time.
        server = self.new("server", "--history", "10")
        self.step(server, "--in", "-", stdin=hello)
        departed = self.stepshake("replay", server, expect=1)
        self.assertRegex(departed.out, r"^step 1 departs in output at byte \d+ ")
        self.assert_one_error_line(self.stepshake("replay", self.new("client"), expect=2), "history")
        self.assert_one_error_line(self.stepshake("replay", expect=2), "--in")

    def test_an_export_is_imported(self):
        client = self.new("client")
        hello = self.step(client, "--keep-output")
        self.assertEqual(hello, b"")
        exported = self.stepshake("export", client, expect=0)
        # This service has no key file.
        self.assert_one_error_line(exported, "key-file")
        copy = self.stepshake("import", "-", stdin=exported.stdout, expect=0).out.strip()
        self.assertNotEqual(copy, client)
        self.assertEqual(self.step(copy, "--call", "none"), self.step(client, "--call", "none"))
        self.assert_one_error_line(
            self.stepshake("import", "-", stdin=exported.stdout[:-1], expect=2), "sealed")
        stranger = Background([STEPSHAKED, "--listen", "127.0.0.1:0"])
        self.addCleanup(stranger.stop)
        address = stranger.wait_for(r"listening on (127\.0\.0\.1:\d+)").group(1)
        self.assert_one_error_line(
            self.stepshake("import", "-", "--server", address, stdin=exported.stdout, expect=2),
            "sealed")

    def test_watching(self):
        client = self.new("client")
        watching = self.start_watch(client)
        self.step(client)
        watching.wait_for("^.* step 1: do_handshake = -1")
        self.stepshake("rm", client, expect=0)
        self.assertEqual(watching.wait(), 0)
        self.assert_one_error_line(self.stepshake("watch", client, expect=2), "sessions/")

    def start_watch(self, name):
        watching = self.start(STEPSHAKE, "watch", name, env=self.environment)
        watching.wait_for("^watching " + name)
        return watching


if __name__ == "__main__":
    unittest.main()
