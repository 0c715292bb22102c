"""botan's tls_client and tls_server as the tests use them, and what they print. A policy is lines of `key = value`."""
from programs import ProgramTest, free_port


class BotanTest(ProgramTest):
    program = ("stdbuf", "-o0", "botan")  # so that it shows at once what it gets

    def policy(self, lines):
        """Its option, with the file written."""
        if not lines:
            return []
        name = self.path(f"policy-{abs(hash(tuple(sorted(lines.items()))))}")
        with open(name, "w", encoding="utf-8") as file:
            file.writelines(f"{key} = {value}\n" for key, value in lines.items())
        return ["--policy=" + name]

    def dial(self, door, policy, *arguments):
        return self.start(*self.program, "tls_client", "localhost", f"--port={door.port}", f"--trusted-cas={self.ca}",
                          "--skip-system-cert-store", *self.policy(policy), *arguments)

    def serve(self, policy, *arguments, key="ecdsa"):
        """It sends back what comes."""
        port = free_port()
        server = self.start(*self.program, "tls_server", self.path(key + ".pem"), self.path(key + ".key"),
                            f"--port={port}", *self.policy(policy), *arguments)
        server.wait_for("Listening for new connections")
        return server, port

    def echo(self, peer, server, line="data"):
        peer.write(f"{line} of the session\n".encode())
        peer.read_until(f"{line} of the session\n".encode())

    def says(self, client, suite):
        """The line of TLS 1.2, after which data goes both ways."""
        client.wait_for(f"Handshake complete, TLS v1.2 using {suite.removeprefix('TLS_')}$")
