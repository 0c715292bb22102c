"""For servers that bind every address of the machine: a network namespace of the test's own, where loopback is all
there is. Nothing but the standard library, since a test runs this before all else."""
import fcntl
import os
import socket
import struct
import subprocess
import sys

INSIDE = "STEPSHAKE_TEST_IN_NAMESPACE"
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1


def alone():
    """Comes back in a new network namespace with loopback up, in which the test was started again. Where namespaces
    are not to be had, the test ends as skipped, and says so."""
    if INSIDE not in os.environ:
        _enter_namespace()
    _bring_loopback_up()


def _enter_namespace():
    for unshare in (["unshare", "--net"], ["unshare", "--user", "--map-root-user", "--net"]):
        if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode == 0:
            os.environ[INSIDE] = "1"
            sys.stdout.flush()
            os.execvp(unshare[0], [*unshare, sys.executable, *sys.argv])
    print("skipped: no network namespace is to be had here")
    sys.exit(0)


def _bring_loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(any_socket, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | IFF_UP))
