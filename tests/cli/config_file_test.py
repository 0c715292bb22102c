"""--config: what has no option of its own, from a file in JSON; and --psk."""
import json
import unittest

from cli_support import CliTest


class ConfigFile(CliTest):
    def write(self, name, config):
        path = self.path(name)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(config, file)
        return path

    def pair(self, *arguments):
        """What the client and the server have agreed on."""
        end = json.loads(self.stepshake("pair", "-o", "json", *arguments, expect=0).out.splitlines()[-1])
        return end["client"]["negotiated"], end["server"]["negotiated"]

    def test_holds_for_both_sides_or_for_one(self):
        both = self.write("both.json", {"maxVersion": 0x0303, "max_fragment_length": 512,
                                        "tls12": {"extendedMasterSecret": "EXTENDED_MASTER_SECRET_OFF"}})
        for agreed in self.pair("--config", both):
            self.assertEqual(agreed["version"]["value"], 0x0303)
            self.assertEqual(agreed["max_fragment_length"], 512)
            self.assertFalse(agreed["extended_master_secret"])
        server = self.write("server.json", {"role": "ROLE_SERVER", "max_version": 0x0303})
        for agreed in self.pair("--server-config", server):
            self.assertEqual(agreed["version"]["value"], 0x0303)
            self.assertTrue(agreed["extended_master_secret"])

    def test_options_override_it(self):
        path = self.write("old.json", {"maxVersion": 0x0303, "cipherSuites": [0xC02B], "alpnProtocols": ["aDI="],
                                       "serverName": "localhost"})
        agreed = self.pair("--client-config", path, "--max-version", "1.3", "--ciphersuites",
                           "TLS_CHACHA20_POLY1305_SHA256", "--alpn", "http/1.1")[0]
        self.assertEqual(agreed["version"]["value"], 0x0304)
        self.assertEqual(agreed["cipher_suite"]["name"], "TLS_CHACHA20_POLY1305_SHA256")
        self.assertEqual(agreed["alpn_protocol"], "http/1.1")
        self.assertEqual(agreed["server_name"], "localhost")

    def test_nonsense(self):
        for config in ({"no_such_field": 1}, {"maxVersion": "old"}, {"role": "ROLE_CLIENT"}, [1]):
            path = self.write("wrong.json", config)
            done = self.stepshake("accept", "127.0.0.1:0", "--config", path, expect=2)
            self.assertEqual(done.out, "")
            self.assertEqual(len(done.err.splitlines()), 1, done.err)
            self.assertIn("--config: ", done.err)
        self.assertIn("--config: ", self.stepshake("new", "client", "--config", self.path("none"), expect=2).err)

    def test_a_pre_shared_key(self):
        for version, suite in (("1.3", "TLS_AES_128_GCM_SHA256"), ("1.2", "TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256"),
                               ("1.2", "TLS_PSK_WITH_AES_128_GCM_SHA256")):
            for agreed in self.pair("--psk", "00ff" * 8, "--psk-identity", "us", "--max-version", version,
                                    "--ciphersuites", suite):
                self.assertEqual(agreed["psk"], "PSK_ORIGIN_EXTERNAL")
                self.assertEqual(agreed["cipher_suite"]["name"], suite)
        other = self.stepshake("pair", "--max-version", "1.2", "--ciphersuites", "TLS_PSK_WITH_AES_128_GCM_SHA256",
                               "--client-psk", "00", "--server-psk", "01", expect=1)
        self.assertIn("bad_record_mac", other.out + other.err)
        self.assertIn("--psk: ", self.stepshake("new", "client", "--psk", "0", expect=2).err)


if __name__ == "__main__":
    unittest.main()
