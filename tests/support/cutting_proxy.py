"""A proxy before a server that cuts the connection at a chosen request, before it or its reply."""

import socket
import threading
from contextlib import suppress


class CuttingProxy:
    """Passes on what clients and a server say to each other, on the loopback interface.

    Attributes:
        requests: how many pieces clients have sent.
        cut_at: the number of the piece at which the connection is cut; None: never.
        after: whether the server still gets that piece, and only its reply is lost.
    """

    def __init__(self, port):
        self.requests = 0
        self.cut_at = None
        self.after = False
        self._server = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()

    def arm(self, cut_at, *, after):
        """Cut once, at a piece counted from now on."""
        self.requests, self.cut_at, self.after = 0, cut_at, after

    def _accept(self):
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server))
                for target, pair in (
                    (self._ask, (client, server)),
                    (self._reply, (server, client)),
                ):
                    threading.Thread(target=target, args=pair, daemon=True).start()

    def _ask(self, client, server):
        with suppress(OSError):
            while data := client.recv(2**20):
                self.requests += 1
                if self.requests == self.cut_at:
                    self.cut_at = None
                    # Nothing of a reply gets back.
                    _close(client)
                    if self.after:
                        server.sendall(data)
                        # The server does what it was asked, and then sees that nobody is there.
                        server.shutdown(socket.SHUT_WR)
                    else:
                        _close(server)
                    return
                server.sendall(data)
            _close(server)

    def _reply(self, server, client):
        with suppress(OSError):
            while data := server.recv(2**20):
                with suppress(OSError):
                    client.sendall(data)
        _close(client)
        client.close()
        server.close()


def _close(connection):
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
