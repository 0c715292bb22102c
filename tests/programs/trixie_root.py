"""Programs of Debian 13 on this machine, whatever it runs: by the loader and the libraries of a root of their own."""
import os
import pathlib
import subprocess
import sys

FOUND = "STEPSHAKE_TEST_TRIXIE_ROOT"
SECONDS = 280  # a test's time: where the root is not there in it, the network is to blame


def find():
    """The root, made where it is missing. Where that cannot be, the test ends as skipped, and says why."""
    if FOUND not in os.environ:
        script = pathlib.Path(__file__).with_name("trixie_root.sh")
        made = subprocess.run(["bash", script], stdout=subprocess.PIPE, text=True, timeout=SECONDS, check=False)
        if made.returncode == 77:
            print(f"skipped: no Debian 13 root: {made.stdout.strip()}")
            sys.exit(0)
        made.check_returncode()
        os.environ[FOUND] = made.stdout.strip()
    return pathlib.Path(os.environ[FOUND])


def program(name):
    """How to start it."""
    root = find() / "usr"
    (loader,) = (*root.glob("lib64/ld-linux*.so.*"), *root.glob("lib/ld-linux*.so.*"))[:1]
    libraries = ":".join(str(folder) for folder in root.glob("lib/*-linux-gnu"))
    return (loader, "--library-path", libraries, root / "bin" / name)
