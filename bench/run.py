"""Measures the engine and the service, beside libssl, libcrypto's floor and bare gRPC; prints tables and writes JSON.

Only ratios within one run compare: times drift with the machine."""
import argparse
import concurrent.futures
import json
import os
import platform
import subprocess
import sys
import time

import instructions
import servers
import tables

HERE = os.path.dirname(os.path.abspath(__file__))
STATES = ["server-waiting", "client-hello", "server-flight", "client-done", "server-done"]


class Bench:
    """`pace`: "full" (minutes), "quick" (one), or "try", whose figures mean nothing."""

    def __init__(self, programs, pace, million=False):
        self.programs = programs
        self.pace = pace
        self.million = million

    def paced(self, full, quick, trial):
        return {"full": full, "quick": quick, "try": trial}[self.pace]

    def program(self, name):
        return os.path.join(self.programs, f"bench_{name}")

    def run(self, name, *arguments, cpus=None):
        ran = subprocess.run([self.program(name), *map(str, arguments)], check=True, text=True,
                             stdout=subprocess.PIPE, preexec_fn=servers.on(cpus))
        return json.loads(ran.stdout)

    def handshakes(self):
        if self.pace == "try":
            return self.run("handshake", "--rounds", 1, "--batch", 1)
        if self.pace == "quick":
            return self.run("handshake", "--headlines", "--rounds", 9)
        result = self.run("handshake", "--headlines", "--rounds", 41)
        rest = self.run("handshake", "--rounds", 9, "--batch", 8)
        shown = {row["suite"] for row in result["rows"]}
        result["rows"] += [row for row in rest["rows"] if row["suite"] not in shown]
        return result

    def instructions(self):
        if self.pace != "full":
            return None  # a minute's work
        return instructions.measure(self.program("handshake"), ["--headlines"])

    def memory(self):
        many = self.paced(10_000, 1_000, 50)
        wanted = [(holder, state, many) for state in STATES
                  for holder in ("engine", "service", "service-idle", "libssl", "libssl-release-buffers")]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            rows = list(pool.map(lambda each: self.run("memory", *each), wanted))
        copies = self.paced(1_000_000, 100_000, 50)
        stored = copies if self.million or self.pace == "try" else copies // 10
        # One at a time: each takes as much memory as there is, if it must.
        for state in STATES:
            rows.append(self.run("memory", "engine-copies", state, copies))
            rows.append(self.run("memory", "service-idle-copies", state, stored))
        return rows

    def snapshots(self):
        return self.run("snapshots", self.paced(400, 100, 2))["rows"]

    def service(self):
        """Server and load on a CPU each, where there are two; what shows how work is shared out has them all."""
        cpus = sorted(os.sched_getaffinity(0))
        apart = ({cpus[0]}, {cpus[1]}) if len(cpus) > 1 else (None, None)
        with servers.all_running(self.programs, apart[0]) as running:
            result = self.run("service", self.pace, *running, "steps", "handshakes", "live-sessions",
                              cpus=apart[1])
        with servers.all_running(self.programs) as running:
            return result | self.run("service", self.pace, *running, "slow-lane")


PARTS = ("handshakes", "instructions", "memory", "snapshots", "service")


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        models = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    commit = subprocess.run(["git", "-C", HERE, "rev-parse", "--short", "HEAD"], text=True, check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout.strip()
    return {"processor": models[0] if models else platform.machine(), "cpus": os.cpu_count(),
            "kernel": platform.release(), "commit": commit, "load": os.getloadavg()[0]}


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--quick", action="store_const", const="quick", default="full", dest="pace",
                        help="a minute instead of minutes: fewer rows and rounds, no instructions")
    parser.add_argument("--try", action="store_const", const="try", dest="pace",
                        help="each once: shows that it works, and nothing else")
    parser.add_argument("--only", default=",".join(PARTS), metavar="PART,...", help=", ".join(PARTS))
    parser.add_argument("--million", action="store_true",
                        help="a million sessions in the service's store, too: minutes more")
    parser.add_argument("--json", default=None, metavar="FILE", help="default: build/bench.json")
    parser.add_argument("--programs", default=os.path.join(HERE, "..", "build", "bin"), metavar="FOLDER",
                        help="where the built programs are; default: build/bin")
    told = parser.parse_args()
    told.only = told.only.split(",")
    if unknown := set(told.only) - set(PARTS):
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    return told


def main():
    told = arguments()
    bench = Bench(told.programs, told.pace, told.million)
    result = {"machine": machine(), "pace": told.pace}
    for part in PARTS:
        if part not in told.only:
            continue
        start = time.monotonic()
        result[part] = getattr(bench, part)()
        print(f"bench: {part}: {time.monotonic() - start:.0f} s", file=sys.stderr)
    out = told.json or os.path.join(told.programs, "..", "bench.json")
    with open(out, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    print(tables.of(result))
    print(f"bench: all of it is in {os.path.relpath(out)}", file=sys.stderr)


if __name__ == "__main__":
    main()
