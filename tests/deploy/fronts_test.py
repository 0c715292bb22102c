"""Three stepshaked over one redis-server, behind nginx and haproxy as deploy/ sets them up: sessions go on whichever
replica takes a step, also while replicas are killed and rolled; a session that is named stays on one replica."""
import os
import pathlib
import queue
import subprocess
import tempfile
import threading
import unittest

from stepshake.v1 import code_points_pb2 as points
from stepshake.v1 import handshake_service_pb2 as api

import caller
import replicas

HANDSHAKES = 1000
THREADS = 8
HOSTS = ("127.0.1.1", "127.0.1.2", "127.0.1.3")


class OverOneStore(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        (cls.folder / "keys").write_text(replicas.KEYS + "\n")
        (cls.folder / "password").write_text(replicas.PASSWORD)
        redis = replicas.Redis(cls.folder)
        cls.addClassCleanup(redis.stop)
        store = ["--redis", f"127.0.0.1:{redis.port}", "--redis-password-file",
                 str(cls.folder / "password"), "--key-file", str(cls.folder / "keys")]
        port = replicas.free_port(*HOSTS)
        cls.replicas = []
        for host in HOSTS:
            replica = replicas.Replica(cls.folder, host, port, store)
            cls.addClassCleanup(replica.stop)
            cls.replicas.append(replica)
        cls.haproxy = replicas.Haproxy(cls.folder, cls.replicas)
        cls.addClassCleanup(cls.haproxy.stop)

    def setUp(self):
        # An nginx passes over a replica that failed for ten seconds, and then comes back to it: a test that asks who
        # takes a session's steps wants one that remembers nothing of the test before.
        self.nginx = replicas.Nginx(self.folder, self.replicas)
        self.addCleanup(self.nginx.stop)

    def shake_many(self, front, count, chaos):
        """`count` handshakes, each of their calls at any replica, while `chaos` goes on: of (after so many, do)."""
        left = queue.SimpleQueue()
        for number in range(count):
            left.put(number)
        lock = threading.Condition()
        done, failures, repeated = [0], [], [0]

        def work():
            one = caller.Caller(replicas.stub(front.address))
            while True:
                try:
                    left.get_nowait()
                except queue.Empty:
                    break
                try:
                    ends = caller.shake_hands(one)
                    for end in ends:
                        if end.get().step != end.steps:
                            raise AssertionError(f"{end.name}: {end.get().step} steps, not {end.steps}")
                        end.remove()
                except Exception as error:  # whatever it is, the handshake failed
                    failures.append(repr(error))
                with lock:
                    done[0] += 1
                    lock.notify_all()
            with lock:
                repeated[0] += one.repeated

        threads = [threading.Thread(target=work) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        try:
            for after, act in chaos:
                with lock:
                    lock.wait_for(lambda after=after: done[0] >= after)
                act()
        finally:
            if done[0] < chaos[-1][0]:  # something failed: the rest shows nothing more
                while not left.empty():
                    left.get()
            for thread in threads:
                thread.join()
        self.assertEqual(failures, [])
        self.assertEqual(done[0], count)
        return repeated[0]

    def test_a_thousand_handshakes_outlive_that_each_replica_is_killed_and_rolled(self):
        chaos = [each.kill for each in self.replicas] + [each.roll for each in self.replicas]
        every = HANDSHAKES // (len(chaos) + 1)
        repeated = self.shake_many(
            self.nginx, HANDSHAKES, [((i + 1) * every, act) for i, act in enumerate(chaos)])
        print(f"calls made again: {repeated}")
        self.assertGreater(repeated, 0)  # else nothing of it was noticed, and nothing shown

    def test_behind_haproxy_too(self):
        self.shake_many(self.haproxy, HANDSHAKES // 10,
                        [(20, self.replicas[0].kill), (50, self.replicas[1].roll)])

    def test_three_rollouts_rotate_the_sealing_key(self):
        one = caller.Caller(replicas.stub(self.nginx.address))
        sessions = [one.create(points.ROLE_SERVER)]
        old, new = replicas.KEYS, "7e" * 32
        keys = self.folder / "keys"
        # What deploys may say in this order: to know the new key, to use it, to forget the old one.
        for lines in ([old, new], [new, old]):
            keys.write_text("\n".join(lines) + "\n")
            for replica in self.replicas:
                replica.roll()
                for session in sessions:
                    session.step(b"")
            sessions.append(one.create(points.ROLE_SERVER))
        sessions.pop(0).remove()  # as old as the key: its life ends before the third rollout
        sessions.pop(0).remove()
        keys.write_text(new + "\n")
        for replica in self.replicas:
            replica.roll()
            for session in sessions:
                session.step(b"")
        keys.write_text("\n".join([new, old]) + "\n")

    def steps_done(self):
        return [each.steps() for each in self.replicas]

    def wait_until_each_takes_steps(self, front):
        """HAProxy looks the replicas' names up, and whether they are well, in its own time."""
        one = caller.Caller(replicas.stub(front.address))
        session, before = one.create(points.ROLE_SERVER), self.steps_done()

        def each_took_one():
            session.step(b"")
            return all(after > b for b, after in zip(before, self.steps_done()))

        replicas.wait_until(each_took_one, f"{type(front).__name__} passes over a replica")
        session.remove()

    def test_a_named_session_stays_on_one_replica(self):
        for front in (self.nginx, self.haproxy):
            self.wait_until_each_takes_steps(front)
            used = set()
            for _ in range(12):
                one = caller.Caller(replicas.stub(front.address), with_header=True)
                session = one.create(points.ROLE_SERVER)
                before = self.steps_done()
                for _ in range(4):
                    session.step(b"")
                did = [after - b for b, after in zip(before, self.steps_done())]
                self.assertEqual(sorted(did), [0, 0, 4], type(front).__name__)
                used.add(did.index(4))
                session.remove()
            self.assertGreater(len(used), 1, f"{type(front).__name__} spreads nothing")

    def test_the_command_line_names_its_sessions(self):
        def stepshake(*arguments):
            return subprocess.run(
                [os.environ["STEPSHAKE"], *arguments, "--server", self.nginx.address],
                capture_output=True, text=True, timeout=replicas.SECONDS, check=True).stdout.strip()

        for _ in range(3):
            name = stepshake("new", "server")
            before = self.steps_done()
            for _ in range(4):
                stepshake("step", name)
            did = [after - b for b, after in zip(before, self.steps_done())]
            self.assertEqual(sorted(did), [0, 0, 4])
            stepshake("rm", name)

    def test_calls_that_name_no_session_are_spread(self):
        for front in (self.nginx, self.haproxy):
            one = caller.Caller(replicas.stub(front.address))
            session = one.create(points.ROLE_SERVER)
            before = self.steps_done()
            for _ in range(30):
                session.step(b"")
            did = [after - b for b, after in zip(before, self.steps_done())]
            self.assertEqual(sum(did), 30)
            self.assertGreater(len([each for each in did if each]), 1, type(front).__name__)
            session.remove()

    def test_a_stream_carries_more_than_a_front_would_buffer(self):
        for front in (self.nginx, self.haproxy):
            one = caller.Caller(replicas.stub(front.address), with_header=True)
            client, server = caller.shake_hands(one)
            requests = queue.SimpleQueue()
            answers = one.stub.RunSession(iter(requests.get, None), timeout=replicas.SECONDS,
                                          metadata=[(caller.HEADER, client.name)])
            sent = 0
            for _ in range(150):
                data = b"x" * 16384
                requests.put(api.RunSessionRequest(step=api.StepRequest(
                    name=client.name, call=api.CALL_WRITE, data=data)))
                answer = next(answers).step
                self.assertEqual(answer.return_value, len(data))
                self.assertGreater(len(answer.output), len(data))
                sent += len(data)
            requests.put(None)
            self.assertEqual(list(answers), [])
            self.assertGreater(sent, 2_000_000)
            client.remove()
            server.remove()


if __name__ == "__main__":
    unittest.main()
