"""Runs the recipes of docs/contract.md as they stand there: each ends with the class of its heading."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from cli_support import STEPSHAKE, CliTest

CONTRACT = pathlib.Path(os.environ["SOURCE_DIR"], "docs", "contract.md").read_text()
# Those that only a BIO of the caller's own process can bring about.
WITHOUT_RECIPE = {"SSL_ERROR_WANT_CONNECT", "SSL_ERROR_WANT_ACCEPT"}
CLASSES = {
    "NONE", "SSL", "WANT_READ", "WANT_WRITE", "WANT_X509_LOOKUP", "SYSCALL", "ZERO_RETURN", "WANT_CONNECT",
    "WANT_ACCEPT", "WANT_ASYNC", "WANT_ASYNC_JOB", "WANT_CLIENT_HELLO_CB", "WANT_RETRY_VERIFY", "WANT_STEP"}


def recipes():
    """Heading -> the texts of its blocks, in order."""
    found = {}
    for section in re.split(r"^### ", CONTRACT, flags=re.MULTILINE)[1:]:
        section = re.split(r"^## ", section, flags=re.MULTILINE)[0]
        blocks = re.findall(r"^```sh[a-z ]*\n(.*?)^```", section, flags=re.MULTILINE | re.DOTALL)
        found[section.split("\n", 1)[0]] = blocks
    return found


def classes_of_steps(stderr):
    return re.findall(r"^sessions/\S+ step \d+: .*?= -?\d+, (SSL_ERROR_\w+)", stderr, flags=re.MULTILINE)


class Recipes(CliTest):
    service_flags = ["--max-signature-waits", "1"]

    def test_there_is_one_for_each_class(self):
        self.assertEqual(set(recipes()), {"SSL_ERROR_" + name for name in CLASSES})

    def test_each_ends_with_its_class(self):
        for heading, blocks in recipes().items():
            with self.subTest(heading):
                if heading in WITHOUT_RECIPE:
                    self.assertEqual(blocks, [])
                    continue
                self.assertNotEqual(blocks, [])
                self.run_recipe(heading, blocks)
            self.remove_all_sessions()  # and with them the waits for signatures

    def run_recipe(self, heading, blocks):
        """One shell runs the blocks one after another; each ends with the class that its last line names."""
        mark = "end of a block"
        script = "set -eo pipefail\n" + "".join(f"{block}echo '{mark}' >&2\n" for block in blocks)
        path = os.path.dirname(STEPSHAKE) + os.pathsep + os.environ["PATH"]
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(
                ["bash", "-c", script], cwd=folder, env=dict(self.environment, PATH=path),
                stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        err = done.stderr.decode(errors="replace")
        self.assertEqual(done.returncode, 0, err)
        for block, printed in zip(blocks, err.split(mark + "\n"), strict=False):
            expected = (re.findall(r"# (SSL_ERROR_\w+)$", block, flags=re.MULTILINE) or [heading])[-1]
            self.assertEqual((classes_of_steps(printed) or [None])[-1], expected, err)
        self.assertEqual(err.count(mark), len(blocks))


if __name__ == "__main__":
    unittest.main()
