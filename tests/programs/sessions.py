"""A session of a running stepshaked, and the TCP connection over which it talks to somebody else's program."""
import socket
import time

from stepshake.v1 import code_points_pb2 as points
from stepshake.v1 import handshake_service_pb2 as api

SECONDS = 60  # for what takes a moment, on a busy machine

TLS12, TLS13 = 0x0303, 0x0304


class Peer:
    """What the program talks to: bytes go from the connection into steps, and from steps into the connection."""

    def __init__(self, daemon, config, connection):
        self.daemon, self.connection = daemon, connection
        self.name = daemon.create(config)
        self.incoming, self.ended = b"", False
        self.last = None
        self.alerts = []  # (direction, name) of all
        self.messages = []  # (direction, name) of each handshake message
        connection.settimeout(SECONDS)

    def call(self, call, **fields):
        """Steps until the call wants no more bytes; its answer."""
        while True:
            answer = self.daemon.step(self.name, call, input=self.incoming, **fields)
            self.incoming = b""
            self._note(answer)
            if answer.ssl_error != points.SSL_ERROR_WANT_READ or self.ended:
                return answer
            self.incoming = self._receive()
            if not self.incoming:
                self.ended = fields["end_of_input"] = True

    def shake_hands(self):
        """Through to its end; what was negotiated."""
        answer = self.call(api.CALL_DO_HANDSHAKE)
        assert answer.return_value == 1 and answer.handshake_complete, f"{answer}\n{self.alerts}"
        return answer.negotiated

    def fail(self):
        """A handshake that must not succeed; its answer."""
        answer = self.call(api.CALL_DO_HANDSHAKE)
        assert answer.return_value <= 0 and answer.failure.reason, answer
        return answer

    def write(self, data):
        answer = self.call(api.CALL_WRITE, data=data)
        assert answer.return_value == len(data), answer

    def read_until(self, text):
        """Application data up to where `text` is among it."""
        data = b""
        while text not in data:
            answer = self.call(api.CALL_READ)
            assert answer.return_value > 0, f"{answer}\nafter {data}"
            data += answer.data
        return data

    def read_to_end(self):
        """All application data until the program's close_notify."""
        data = b""
        while True:
            answer = self.call(api.CALL_READ)
            data += answer.data
            if answer.return_value <= 0:
                assert answer.ssl_error == points.SSL_ERROR_ZERO_RETURN, answer
                return data

    def wait_for_record(self, content_type):
        """Takes in, and answers nothing, until a record of this type has begun: a program that is answered at once may
        leave out what it would have said before."""
        while content_type not in self._record_types():
            more = self._receive()
            assert more, f"the connection has ended after {self.incoming}"
            self.incoming += more

    def _record_types(self):
        types, rest = [], self.incoming
        while len(rest) >= 5:
            types.append(rest[0])
            rest = rest[5 + int.from_bytes(rest[3:5], "big"):]
        return types

    def take_in_until(self, happened):
        """READs until `happened()`: for messages after the handshake. The application data between them."""
        data = b""
        while not happened():
            self.incoming += self._receive()
            assert self.incoming, f"the connection has ended\n{self.last}"
            data += self._note(self.daemon.step(self.name, api.CALL_READ, input=self._taken())).data
        return data

    def close(self):
        """close_notify, and the end of the connection."""
        if not self.ended:
            self._note(self.daemon.step(self.name, api.CALL_SHUTDOWN, input=self._taken()))
        self.connection.close()

    def export(self, label, length):
        return self.daemon.call("ExportKeyingMaterial", api.ExportKeyingMaterialRequest(
            name=self.name, label=label, length=length, no_context=True)).keying_material

    @property
    def negotiated(self):
        """As it is now: after a renegotiation, of the handshake that was last."""
        return self.daemon.get(self.name).negotiated

    @property
    def tickets(self):
        return [ticket.value for ticket in self.last.tickets]

    def _note(self, answer):
        self.last = answer
        self.alerts += [(alert.direction, alert.description.name) for alert in answer.alerts]
        self.messages += [(message.direction, message.handshake_type.name) for message in answer.messages
                          if message.handshake_type.name]
        if answer.output:
            try:
                self.connection.sendall(answer.output)
            except (BrokenPipeError, ConnectionResetError):
                pass  # the program has gone; what it said before is still to be read
        return answer

    def _taken(self):
        taken, self.incoming = self.incoming, b""
        return taken

    def _receive(self):
        try:
            return self.connection.recv(65536)
        except ConnectionResetError:
            return b""


def connect(port, host="127.0.0.1"):
    """To a program that may say that it listens a moment before it does (botan)."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return socket.create_connection((host, port), SECONDS)
        except ConnectionRefusedError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


class Door:
    """A listening socket on a free port of loopback, for programs that are clients."""

    def __init__(self, host="127.0.0.1"):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.listener = socket.socket(family)
        self.listener.bind((host, 0))
        self.listener.listen()
        self.listener.settimeout(SECONDS)
        self.port = self.listener.getsockname()[1]

    def accept(self):
        return self.listener.accept()[0]

    def close(self):
        self.listener.close()
