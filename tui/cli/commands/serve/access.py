"""Who may use an app that is served: whoever opens the address that stands in the terminal.

Other users of this machine can reach its ports, too. So the address that is printed holds a
token that is good for one browser, which gets a cookie for it. The app lies under a path that
cannot be guessed: the cookie is sent to that path alone, and so to no other server, though
browsers send cookies to every port of a machine.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

_COOKIE = "quoteback"


class Access:
    """Tokens and cookies of one server.

    Attributes:
        path: where the app lies; begins and ends with a slash.
    """

    def __init__(self, address: str, announce: Callable[[str], None]) -> None:
        """Nobody has access yet.

        Args:
            address: of the server, such as "http://127.0.0.1:8000".
            announce: called with an address to open, for the person at the terminal.
        """
        self.path = f"/{secrets.token_urlsafe(16)}/"
        self._address = address
        self._announce = announce
        self._token: str | None = None
        self._used_tokens: set[str] = set()
        self._cookies: set[str] = set()

    def offer(self) -> None:
        """Announce an address that one browser can open, unless one waits to be opened."""
        if self._token is None:
            self._token = secrets.token_urlsafe(32)
            self._announce(f"{self._address}/?token={self._token}")

    def redeem(self, token: str) -> str | None:
        """A new cookie for the token that was announced, which is then used up; else None."""
        if self._token is None or not _equal(token, self._token):
            return None
        self._used_tokens.add(self._token)
        self._token = None
        cookie = secrets.token_urlsafe(32)
        self._cookies.add(cookie)
        return f"{_COOKIE}={cookie}; Path={self.path}; HttpOnly; SameSite=Strict"

    def was_used(self, token: str) -> bool:
        """Whether a token was announced once, and has been redeemed."""
        return any(_equal(token, used) for used in self._used_tokens)

    def admits(self, cookies: dict[str, str]) -> bool:
        """Whether a browser with these cookies has redeemed a token."""
        given = cookies.get(_COOKIE, "")
        return any(_equal(given, cookie) for cookie in self._cookies)


def _equal(given: str, secret: str) -> bool:
    # In a time that tells nothing of the secret.
    return secrets.compare_digest(given.encode(errors="replace"), secret.encode())
