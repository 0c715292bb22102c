"""Instructions a handshake, client and server apart, by callgrind: bench_handshake marks what to collect and when to dump.

valgrind emulates a CPU without the newest instructions (ADX, AVX-512, SHA): the numbers compare, and are not the
machine's own."""
import glob
import os
import re
import subprocess
import tempfile


def measure(program, arguments=(), batch=4):
    """[{"suite", "contender", "side", "instructions"}], in the order in which the program ran them."""
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "out")
        ran = subprocess.run(
            ["valgrind", "-q", "--tool=callgrind", "--collect-atstart=no", f"--callgrind-out-file={out}",
             "--toggle-collect=*callgrind_collects*", "--dump-after=*callgrind_dumps*",
             program, "--callgrind", "--batch", str(batch), *arguments],
            check=True, stdout=subprocess.PIPE, text=True)
        cells = [line.split() for line in ran.stdout.splitlines()]
        totals = [total_of(f"{out}.{number}") for number in range(1, len(glob.glob(f"{out}.*")) + 1)]
    if len(totals) < len(cells):
        raise RuntimeError(f"callgrind dumped {len(totals)} times, of {len(cells)}")
    return [{"suite": suite, "contender": contender, "side": side, "instructions": total / int(count)}
            for (suite, contender, side, count), total in zip(cells, totals)]


def total_of(dump):
    with open(dump, encoding="utf-8") as lines:
        for line in lines:
            if found := re.match(r"(?:summary|totals): (\d+)", line):
                return int(found[1])
    return 0
