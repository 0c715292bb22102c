"""How the command line shows itself to a service that wants TLS, certificates or tokens; its misuse; each verb's help."""
import hashlib
import os
import shutil
import tempfile
import unittest

from cli_support import CliTest, make_ca, make_leaf

VERBS = ("pair", "connect", "accept", "new", "step", "show", "list", "rm")
OPTIONS = ("--server", "--service-ca", "--service-cert", "--service-key", "--service-hostname", "--token-file")


class WithFiles(CliTest):
    @classmethod
    def make_files(cls, folder):
        make_ca(folder)
        make_ca(folder, "another-ca")
        for name in ("service", "alice"):
            make_leaf(folder, name)
        make_leaf(folder, "stranger", ca="another-ca")
        with open(os.path.join(folder, "token"), "w", encoding="ascii") as file:
            file.write("bob's-token\n")
        with open(os.path.join(folder, "tokens"), "w", encoding="ascii") as file:
            file.write("bob:" + hashlib.sha256(b"bob's-token").hexdigest() + "\n")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tls = ["--service-ca", os.path.join(cls.folder, "ca.pem")]
        cls.certificate = ["--service-cert", os.path.join(cls.folder, "alice.pem"),
                           "--service-key", os.path.join(cls.folder, "alice.key")]

    def with_token(self, token="bob's-token"):
        return dict(self.environment, STEPSHAKE_TOKEN=token)

    def misuse(self, *arguments, about, **options):
        ended = self.stepshake(*arguments, expect=2, **options)
        self.assert_one_error_line(ended, about)
        self.assertEqual(ended.out, "")


class Secured(WithFiles):
    """TLS, and a token or a client certificate."""

    @classmethod
    def setUpClass(cls):
        # The files are there before the service, in a folder of their own.
        files = tempfile.mkdtemp(prefix="stepshake-test-")
        cls.addClassCleanup(shutil.rmtree, files)
        cls.make_files(files)
        cls.service_flags = [
            "--tls-cert", os.path.join(files, "service.pem"), "--tls-key", os.path.join(files, "service.key"),
            "--tls-client-ca", os.path.join(files, "ca.pem"), "--token-file", os.path.join(files, "tokens")]
        super().setUpClass()
        for name in os.listdir(files):
            shutil.copy(os.path.join(files, name), cls.folder)

    def test_every_verb_works_with_a_token_and_with_a_certificate(self):
        for access, environment in ((self.tls + ["--token-file", self.path("token")], self.environment),
                                    (self.tls, self.with_token()),
                                    (self.tls + self.certificate, self.environment)):
            run = lambda *arguments: self.stepshake(*arguments, *access, env=environment, expect=0).out
            self.assertIn("handshake complete", run("pair"))
            name = run("new", "client").strip()
            self.assertTrue(run("step", name, "-o", "json"))
            self.assertIn(name, run("show", name))
            self.assertIn(name.split("/")[1], run("list"))
            run("rm", name)
            self.assertEqual(run("list"), "")

    def test_from_the_environment_alone(self):
        environment = dict(self.with_token(), STEPSHAKE_SERVICE_CA=self.path("ca.pem"))
        self.stepshake("list", env=environment, expect=0)
        environment = dict(self.environment, STEPSHAKE_SERVICE_CA=self.path("ca.pem"),
                           STEPSHAKE_SERVICE_CERT=self.path("alice.pem"),
                           STEPSHAKE_SERVICE_KEY=self.path("alice.key"))
        self.stepshake("list", env=environment, expect=0)

    def test_one_sees_ones_own_sessions(self):
        name = self.stepshake("new", "client", *self.tls, env=self.with_token(), expect=0).out.strip()
        self.assertEqual(self.stepshake("list", *self.tls, *self.certificate, expect=0).out, "")
        self.misuse("show", name, *self.tls, *self.certificate, about="there is no " + name)
        self.stepshake("rm", name, *self.tls, env=self.with_token(), expect=0)

    def test_without_credentials_it_says_which_options_bring_them(self):
        for verb in (["list"], ["pair"], ["new", "client"], ["show", "x"]):
            self.misuse(*verb, *self.tls, about="--token-file.*STEPSHAKE_TOKEN.*--service-cert")
        self.misuse("list", *self.tls, env=self.with_token("wrong"), about="no bearer token that")

    def test_where_there_is_no_talking(self):
        ended = self.stepshake("list", expect=3)  # plaintext
        self.assert_one_error_line(ended, "if it talks TLS, say --service-ca")
        for access in (["--service-ca", self.path("another-ca.pem")],
                       [*self.tls, "--service-cert", self.path("stranger.pem"), "--service-key",
                        self.path("stranger.key")],
                       [*self.tls, "--service-hostname", "elsewhere.test"]):
            self.assert_one_error_line(self.stepshake("list", *access, expect=3), "no answer from")
        self.stepshake("list", *self.tls, "--service-hostname", "localhost", env=self.with_token(),
                       expect=0)


class Misuse(WithFiles):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_files(cls.folder)
        for name, text in (("empty", ""), ("two", "two words"), ("bell", "a\x07b")):
            with open(os.path.join(cls.folder, name), "w", encoding="ascii") as file:
                file.write(text)

    def test_options_that_do_not_go_together(self):
        for verb in (["list"], ["pair"], ["new"], ["show", "x"], ["rm", "x"], ["step", "x"]):
            self.misuse(*verb, *self.certificate, about="--service-cert.*need --service-ca")
            self.misuse(*verb, *self.tls, *self.certificate[:2], about="need each other")
            self.misuse(*verb, *self.tls, *self.certificate[2:], about="need each other")
            self.misuse(*verb, "--service-hostname", "x", about="--service-hostname needs --service-ca")

    def test_files(self):
        for option, file in (("--service-ca", "none"), ("--service-ca", "empty"), ("--service-ca", "token"),
                             ("--token-file", "none"), ("--token-file", "empty"),
                             ("--token-file", "two"), ("--token-file", "bell")):
            self.misuse("list", option, self.path(file), about=option)
        self.misuse("list", *self.tls, "--service-cert", self.path("alice.key"), "--service-key",
                    self.path("alice.key"), about="--service-cert.*no PEM certificate")
        self.misuse("list", *self.tls, "--service-cert", self.path("alice.pem"), "--service-key",
                    self.path("alice.pem"), about="--service-key.*no PEM private key")
        self.misuse("list", env=self.with_token("two words"), about="STEPSHAKE_TOKEN")
        self.stepshake("list", env=self.with_token(""), expect=0)  # none

    def test_a_service_that_wants_no_credentials_takes_them(self):
        self.stepshake("list", env=self.with_token(), expect=0)
        self.stepshake("list", "--token-file", "-", stdin=b"a-token\n", expect=0)

    def test_every_help_tells_them(self):
        for arguments in ([], *([verb] for verb in VERBS)):
            text = self.stepshake(*arguments, "--help", expect=0).out
            for option in OPTIONS:
                self.assertRegex(text, rf"(?m)^  (-s, )?{option} ")
            self.assertLessEqual(max(map(len, text.splitlines())), 80)


if __name__ == "__main__":
    unittest.main()
