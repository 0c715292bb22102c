"""The servers that are measured from outside: stepshaked and the bare echoes, each on a free port."""
import contextlib
import os
import subprocess

SESSIONS = 300_000  # as many as any measurement has at once, and more


def on(cpus):
    """For a new process: the CPUs that it may run on; nothing: all."""
    return (lambda: os.sched_setaffinity(0, cpus)) if cpus else None


@contextlib.contextmanager
def running(command, cpus=None):
    """Its address and process, as bench_service takes them."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                               preexec_fn=on(cpus))
    try:
        line = process.stdout.readline()
        if not line.startswith("listening on "):
            raise RuntimeError(f"{command[0]} does not serve: {line!r}")
        yield f"{line.split()[-1]}@{process.pid}"
    finally:
        process.terminate()
        process.communicate()


@contextlib.contextmanager
def all_running(programs, cpus=None):
    """stepshaked, the echo in gRPC's callback API and the one on a completion queue."""
    stepshaked = [os.path.join(programs, "stepshaked"), "--listen", "127.0.0.1:0",
                  "--max-sessions", str(SESSIONS)]
    echo = os.path.join(programs, "bench_echo")
    with running(stepshaked, cpus) as service, running([echo, "callback"], cpus) as callback, \
            running([echo, "queue"], cpus) as queue:
        yield [service, callback, queue]
