"""bench.json as the tables that the README and docs/performance.md show. Ratios first.

  tables.py build/bench.json
"""
import json
import sys

STATES = {"server-waiting": "server, waiting for a ClientHello", "client-hello": "client, after its ClientHello",
          "server-flight": "server, after its flight", "client-done": "client, after the handshake",
          "server-done": "server, after the handshake"}


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def thousands(number):
    return f"{number:,.0f}"


def handshakes(result):
    contenders = list(result["rows"][0]["contenders"])
    others = [name for name in contenders if name != "libssl"]

    def times(cell):
        return f"{cell['client_us']:.0f} + {cell['server_us']:.0f}"

    def ratio(cell):  # where the floor has nothing to do, there is none
        return f"{cell['of_libssl']:.2f}" if cell["of_libssl"] > 0.005 else ""

    rows = [[row["suite"], *(ratio(row["contenders"][name]) for name in others),
             *(times(row["contenders"][name]) for name in contenders)] for row in result["rows"]]
    head = ["handshake", *(f"{name} / libssl" for name in others), *(f"{name}, µs" for name in contenders)]
    return ("### Handshakes\n\nCPU of client + server, of libssl's; then µs, client + server. "
            f"{result['libcrypto']}.\n\n" + table(head, rows))


def instructions(cells):
    counted = {(cell["suite"], cell["contender"], cell["side"]): cell["instructions"] for cell in cells}
    suites = list(dict.fromkeys(cell["suite"] for cell in cells))
    contenders = list(dict.fromkeys(cell["contender"] for cell in cells))

    def millions(suite, contender):
        return " + ".join(f"{counted[suite, contender, side] / 1e6:.2f}" for side in ("client", "server"))

    def total(suite, contender):
        return counted[suite, contender, "client"] + counted[suite, contender, "server"]

    rows = [[suite, f"{total(suite, 'engine') / total(suite, 'libssl'):.2f}",
             *(millions(suite, contender) for contender in contenders)] for suite in suites]
    return ("### Instructions\n\nMillions a handshake, client + server, by callgrind.\n\n"
            + table(["handshake", "engine / libssl", *contenders], rows))


def memory(rows):
    by_kind = {(row["holder"], row["state"]): row for row in rows}

    def cells(state, holder):
        row = by_kind[holder, state]
        return [f"{thousands(row['malloc_bytes'])} ({thousands(row['resident_bytes'])})"]

    def counts(holder):
        found = sorted({row["sessions"] for row in rows if row["holder"] == holder})
        return " to ".join(thousands(count) for count in (found if len(found) < 3 else found[::len(found) - 1]))

    holders = list(dict.fromkeys(row["holder"] for row in rows))
    body = [[name, *(cell for holder in holders for cell in cells(state, holder))]
            for state, name in STATES.items()]
    return ("### Memory\n\nBytes a session: malloc's count, and the resident set's growth in brackets; copies were "
            "forked from one session.\n\n"
            + table(["session", *(f"{holder}, {counts(holder)}" for holder in holders)], body))


def snapshots(rows):
    body = [[STATES[row["state"]], row["snapshot_bytes"], f"{row['fork_us']:.2f}", f"{row['snapshot_us']:.2f}",
             f"{row['restore_us']:.2f}"] for row in rows]
    return "### Snapshots\n\nCPU µs.\n\n" + table(["session", "bytes", "fork", "snapshot", "restore"], body)


def steps(result):
    body = []
    for row in result["steps"]:
        of = row["servers"]
        body.append([row["shape"], row["callers"], f"{row['of_echo']:.2f}", f"{row['without_engine_of_echo']:.2f}",
                     f"{row['queue_of_callback_echo']:.2f}",
                     *(f"{of[name]['cpu_us']:.1f}" for name in of),
                     thousands(of["stepshaked"]["per_cpu_second"]),
                     *(f"{of[name]['p50_us']:.0f} / {of[name]['p99_us']:.0f}" for name in of)])
    names = list(result["steps"][0]["servers"])
    return ("### A step through the service\n\nServer CPU of SSL_write of 300 bytes, of which the engine takes "
            f"{result['engine_step_us']:.1f} µs; beside a bare echo of messages of the same size.\n\n"
            + table(["steps by", "at once", "/ echo", "without engine / echo", "queue echo / echo",
                     *(f"{name}, µs" for name in names), "steps a CPU second",
                     *(f"{name}, p50 / p99 µs" for name in names)], body))


def service_handshakes(result):
    libssl = result["libssl_us"]
    body = [["libssl, in process", "1.00", f"{libssl:.0f}", thousands(1e6 / libssl), ""],
            ["our engine, in process", f"{result['engine_times_libssl']:.2f}", f"{result['engine_us']:.0f}",
             thousands(1e6 / result["engine_us"]), ""]]
    for key, name in (("unary", "stepshaked, unary steps"), ("one_stream", "stepshaked, one stream")):
        row = result[key]
        body.append([name, f"{row['times_libssl']:.2f}", f"{row['cpu_us']:.0f}", thousands(row["per_cpu_second"]),
                     f"{row['with_session_us']:.0f} ({row['with_session_times_libssl']:.2f})"])
    return (f"### Server handshakes, {result['suite']}\n\n"
            + table(["server", "handshakes a CPU second, of libssl's", "CPU µs", "a CPU second",
                     "with CreateSession and DeleteSession, µs (of libssl's)"], body))


def live_sessions(rows):
    body = [[thousands(row["sessions"]), f"{row['of_one']:.2f}", f"{row['of_echo']:.2f}",
             f"{row['step_us']:.1f}", f"{row['p99_us']:.0f}"] for row in rows]
    return ("### Live sessions\n\nServer CPU of the same step over one stream, 16 at once, on any of the sessions; beside it, in\n"
            "turns, on one of them, and a bare echo.\n\n"
            + table(["sessions", "/ one session", "/ echo", "µs", "p99 µs"], body))


def slow_lane(result):
    names = {"alone": "ClientHello answered with ECDSA, nothing beside it",
             "beside_rsa_4096": "the same beside handshakes with RSA-4096",
             "rsa_4096": "those"}
    body = [[name, *(f"{result[key][place]:.0f}" for place in ("p50_us", "p99_us", "most_us"))]
            for key, name in names.items()]
    return "### Beside long work\n\n" + table(["step", "p50 µs", "p99 µs", "most µs"], body)


def of(result):
    texts = []
    for part, text in (("handshakes", handshakes), ("instructions", instructions), ("memory", memory),
                       ("snapshots", snapshots)):
        if result.get(part):
            texts.append(text(result[part]))
    if service := result.get("service"):
        texts += [steps(service), service_handshakes(service["handshakes"]),
                  live_sessions(service["live_sessions"]), slow_lane(service["slow_lane"])]
    return "\n\n".join(texts)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        print(of(json.load(file)))
