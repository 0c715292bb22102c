"""docs/api.md is what docs/make_api.py makes of the protos, and tells of every RPC its errors and its idempotency."""
import os
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(os.environ.get("SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))


class ApiMd(unittest.TestCase):
    maxDiff = None

    def test_is_up_to_date(self):
        made = subprocess.run([sys.executable, ROOT / "docs" / "make_api.py"], check=True, text=True,
                              capture_output=True, timeout=60).stdout
        self.assertEqual((ROOT / "docs" / "api.md").read_text(), made,
                         "run docs/make_api.py --write")

    def test_each_rpc_says_whether_it_is_idempotent(self):
        text = (ROOT / "docs" / "api.md").read_text()
        rpcs = re.findall(r"^### (\w+)\n\n[^\n]*→[^\n]*\n\n(.*?)(?=\n\n#)", text, re.M | re.S)
        self.assertGreater(len(rpcs), 10)
        for name, comment in rpcs:
            self.assertRegex(comment, r"[Ii]dempotent", name)


if __name__ == "__main__":
    unittest.main()
