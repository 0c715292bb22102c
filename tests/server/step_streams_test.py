"""Callers that give up at any moment, as a running stepshaked takes it: nothing is left of their streams and calls, no
session's step is lost or done twice, and who stays gets every answer once."""

import os
import random
import threading
import time
import unittest

import grpc

from daemon_support import SECONDS, client_config, handshake, scrape, serving

SEED = os.environ.get("STEPSHAKE_SEED", "1")
NONE = "sessions/none"
P384, FFDHE8192 = 0x0018, 0x0104  # long work: milliseconds, tens of them


class Caller:
    """Steps sessions of its own over one stream after the other, some of which it leaves."""

    def __init__(self, daemon, seed):
        self.daemon = daemon
        self.random = random.Random(seed)
        short = [daemon.create() for _ in range(2)]
        self.names = short + [daemon.create(client_config(groups=[P384])), daemon.create()]
        self.answered = dict.fromkeys(self.names, 0)  # the last one's number
        self.sent = dict.fromkeys(self.names, 0)

    def run(self, streams):
        for _ in range(streams):
            self.open_one()

    def open_one(self):
        leaves = self.random.random() < 0.7
        names, requests = [], []
        for _ in range(self.random.randrange(12)):
            some = self.random.choices([*self.names, NONE], k=self.random.choice([0, 1, 3, 80]))
            steps = [handshake.StepRequest(name=name, call=handshake.CALL_DO_HANDSHAKE) for name in some]
            requests.append(handshake.RunSessionsRequest(steps=steps))
            names += some
        for name in self.names:
            self.sent[name] += names.count(name)
        stream = self.daemon.handshakes.RunSessions(iter(requests), timeout=SECONDS)
        if leaves and self.random.random() < 0.5:
            leaving = threading.Timer(self.random.random() * 0.01, stream.cancel)
            leaving.start()
        most = self.random.randrange(len(names) + 1) if leaves else len(names) + 1
        self.check(names, self.read(stream, most), leaves)

    def read(self, stream, most):
        results = {}
        try:
            for response in stream:
                for result in response.results:
                    assert result.index not in results, result.index
                    results[result.index] = result
                if len(results) >= most:
                    stream.cancel()
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.CANCELLED, error
        return results

    def check(self, names, results, leaves):
        assert leaves or sorted(results) == list(range(len(names))), len(results)
        for index in sorted(results):
            name = names[index]
            if name == NONE:
                assert results[index].error.code == grpc.StatusCode.NOT_FOUND.value[0], results[index]
                continue
            # Those of a stream that was left may come between.
            step = results[index].response.step
            assert self.answered[name] < step <= self.sent[name], (name, step)
            self.answered[name] = step

    def check_sessions(self):
        for name in self.names:
            step = self.daemon.get(name).step
            assert self.answered[name] <= step <= self.sent[name], (name, step)


class StepStreams(unittest.TestCase):
    def assert_ends(self, daemon):
        """At SIGTERM, with nothing left."""
        status, _, log = daemon.stop()
        self.assertEqual(status, 0, log)
        self.assertNotIn("calls were cut off", log)

    def test_streams_that_are_left(self):
        print("STEPSHAKE_SEED", SEED)
        failures = []

        def call(caller):
            try:
                caller.run(60)
            except Exception as failure:  # pylint: disable=broad-except
                failures.append(repr(failure))

        with serving("--metrics-listen", "127.0.0.1:0", "--max-stream-steps", "50") as daemon:
            callers = [Caller(daemon, f"{SEED} {number}") for number in range(4)]
            threads = [threading.Thread(target=call, args=[caller]) for caller in callers]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual(failures, [])
            end = time.monotonic() + SECONDS
            while scrape(daemon)[0]["stepshake_streams"][""] > 0:
                self.assertLess(time.monotonic(), end, "streams are left open")
                time.sleep(0.01)
            for caller in callers:
                caller.check_sessions()
            self.assert_ends(daemon)

    def test_blocking_calls_that_are_given_up(self):
        """While they are at their first step, and while they wait."""
        with serving() as daemon:
            for groups in ([FFDHE8192], []):
                for milliseconds in (3, 6, 12, 25, 50):
                    name = daemon.create(client_config(blocking=True, groups=groups))
                    with self.assertRaises(grpc.RpcError) as raised:
                        daemon.handshakes.Step(handshake.StepRequest(name=name, call=handshake.CALL_DO_HANDSHAKE),
                                               timeout=milliseconds / 1000)
                    self.assertEqual(raised.exception.code(), grpc.StatusCode.DEADLINE_EXCEEDED)
            self.assert_ends(daemon)


if __name__ == "__main__":
    unittest.main()
