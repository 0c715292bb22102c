"""./dev bench's programs, each once with as little as they can do: every row is there, every handshake was completed, and
figures are figures. What they are is not looked at. The service's bench is not built for this."""
import json
import os
import subprocess
import tempfile

SOURCE = os.environ["SOURCE_DIR"]
CONTENDERS = {"libssl", "engine", "engine-seen", "floor", "floor+symmetric", "lean", "seen"}
HOLDERS = {"engine", "service", "libssl", "libssl-release-buffers", "service-idle", "engine-copies",
           "service-idle-copies"}
STATES = {"server-waiting", "client-hello", "server-flight", "client-done", "server-done"}
NOTHING = {"1.2/p-256/ticket", "1.2/p-256/session-id"}  # where the asymmetric floor has nothing to do


def run_bench(folder):
    out = os.path.join(folder, "bench.json")
    ran = subprocess.run(
        ["/usr/bin/python3", os.path.join(SOURCE, "bench", "run.py"), "--try", "--only", "handshakes,memory,snapshots",
         "--programs", os.path.join(os.environ["BUILD_DIR"], "bin"), "--json", out],
        check=True, stdout=subprocess.PIPE, text=True, timeout=280)
    with open(out, encoding="utf-8") as file:
        return json.load(file), ran.stdout


def check_positive(row, *names):
    for name in names:
        assert row[name] > 0, (name, row)


def check_handshakes(rows, text):
    suites = [row["suite"] for row in rows]
    assert len(suites) == len(set(suites)), suites
    for cipher in ("aes-128-gcm", "aes-256-gcm", "chacha20-poly1305"):
        for start in ("1.3/x25519/ecdsa-p256", "1.3/x25519/rsa-2048", "1.3/p-256/ecdsa-p256", "1.3/x25519/ed25519"):
            for middle in ("chain1", "chain2", "chain1/mutual", "chain2/mutual"):
                assert f"{start}/{middle}/{cipher}" in suites, (start, middle, cipher)
        for suite in ("1.3/x25519/psk", "1.2/p-256/ecdsa-p256/chain1", "1.2/p-256/rsa-2048/chain1", "1.2/p-256/ticket",
                      "1.2/p-256/session-id"):
            assert f"{suite}/{cipher}" in suites, (suite, cipher)
    for row in rows:
        assert set(row["contenders"]) == CONTENDERS, row
        assert row["suite"] in text, row["suite"]
        for name, cell in row["contenders"].items():
            assert cell["handshakes"] == 1, row  # completed, or the program would have ended
            if name == "floor" and any(row["suite"].startswith(start) for start in NOTHING):
                continue
            check_positive(cell, "client_us", "server_us", "total_us", "of_libssl")


def check_memory(rows):
    assert {(row["holder"], row["state"]) for row in rows} == \
        {(holder, state) for holder in HOLDERS for state in STATES}
    for row in rows:
        assert row["sessions"] == row["wanted"], row
        check_positive(row, "malloc_bytes")


def check_snapshots(rows):
    assert {row["state"] for row in rows} == STATES
    for row in rows:
        check_positive(row, "snapshot_bytes", "fork_us", "snapshot_us", "restore_us")


def main():
    with tempfile.TemporaryDirectory() as folder:
        result, text = run_bench(folder)
    check_handshakes(result["handshakes"]["rows"], text)
    check_memory(result["memory"])
    check_snapshots(result["snapshots"])


if __name__ == "__main__":
    main()
