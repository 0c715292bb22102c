"""Many sessions over one stream, a pair in one call, and long work, as a caller of the built stepshaked sees them."""

import unittest

import grpc

from daemon_support import SECONDS, client_config, handshake, server_config, serving


class ManySessions(unittest.TestCase):
    def test_a_pair_in_one_call(self):
        with serving("--allow-secrets=false") as daemon:
            request = handshake.RunPairRequest(client=client_config(), server=server_config())
            for groups in ([], [0x0018]):  # secp384r1: long work
                del request.client.groups[:]
                request.client.groups.extend(groups)
                answer = daemon.call("RunPair", request)
                self.assertEqual(answer.outcome, handshake.PAIR_OUTCOME_COMPLETE)
                self.assertTrue(answer.steps[-1].response.tickets)
            self.assertEqual(daemon.names(), [])
            request.server.trace = True
            with self.assertRaises(grpc.RpcError) as raised:
                daemon.call("RunPair", request)
            self.assertEqual(raised.exception.code(), grpc.StatusCode.PERMISSION_DENIED)

    def test_a_streams_steps(self):
        """However few a stream may have unanswered, all are answered, each session's in order."""
        with serving("--max-stream-steps", "7", "--max-stream-bytes", "20000") as daemon:
            names = [daemon.create() for _ in range(3)]
            steps = [handshake.StepRequest(name=name, call=handshake.CALL_DO_HANDSHAKE)
                     for _ in range(30) for name in names]
            requests = iter([handshake.RunSessionsRequest(steps=steps[:50]),
                             handshake.RunSessionsRequest(steps=steps[50:])])
            results = {}
            for response in daemon.handshakes.RunSessions(requests, timeout=SECONDS):
                self.assertLessEqual(len(response.results), 7)
                results.update((result.index, result.response.step) for result in response.results)
            self.assertEqual(results, {i: 1 + i // 3 for i in range(len(steps))})


if __name__ == "__main__":
    unittest.main()
