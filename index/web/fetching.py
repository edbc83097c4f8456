"""One page from the web, which a person has named; nothing on it is followed.

Whoever answers may mean harm: only public addresses are connected to, the very ones that were
checked; what is sent, how long it takes and how often it leads elsewhere has limits. A proxy that
the environment names (`https_proxy`, `no_proxy`) is believed: it is the one that connects.
"""

from __future__ import annotations

import base64
import http.client
import re
import socket
import ssl
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import PurePosixPath
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from index.concurrency import Deadline
from index.errors import CannotFetch
from index.formats import BY_SUFFIX, find_format, find_suffix
from index.sizes import describe_size
from index.web.kept_pages import WebPage

_MOST_BYTES, _MOST_REDIRECTS = 64 * 2**20, 5
# Seconds for a page, redirects included, and for each answer within them.
_MOST_SECONDS, _ANSWER_SECONDS = 60, 20
_PORTS = {"http": 80, "https": 443}
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_HEADERS = {"User-Agent": "Quoteback", "Accept-Encoding": "identity", "Accept": "*/*"}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:+-]+)", re.IGNORECASE)

# Names of this machine and of its network, which a proxy may know.
_NAME_NEARBY = re.compile(r"[^.:]+\.?|.*\.(?:localhost|local|internal|lan|home\.arpa)\.?")
# What the registries of special-purpose addresses, iana-ipv4-special-registry and
# iana-ipv6-special-registry, set apart where addresses of the internet are given out; multicast is
# in another registry. IANA last changed one of them on 2025-10-09, as of November 2026. The test
# has all of their rows.
_SET_APART = [
    ip_network(each)
    for each in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private use
        "100.64.0.0/10",  # shared
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link local
        "172.16.0.0/12",  # private use
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",  # private use
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # protocol assignments, with Teredo
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
]
# Of these, what can be reached from everywhere all the same.
_GLOBAL = [
    ip_network(each)
    for each in (
        "192.0.0.9/32",  # port control, anycast
        "192.0.0.10/32",  # TURN, anycast
        "2001:1::1/128",  # port control, anycast
        "2001:1::2/128",  # TURN, anycast
        "2001:1::3/128",  # DNS-SD registration, anycast
        "2001:3::/32",  # AMT
        "2001:4:112::/48",  # AS112
        "2001:20::/28",  # ORCHIDv2
        "2001:30::/28",  # drones
    )
]
# All of IPv6 from which addresses of the internet are given out; the rest is kept for later.
_GIVEN_OUT = IPv6Network("2000::/3")
# The last 32 bits of these are the IPv4 address that is meant.
_MAPPED, _TRANSLATED = IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96")

IpAddress = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class _Proxy:
    """Connects in our place; the headers are sent to it to log in."""

    host: str
    port: int
    headers: dict[str, str]


def normalise_address(address: str) -> str:
    """The usual form of an address; raises `CannotFetch` if it is not that of a page."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").encode("idna").decode()
        port = parts.port
    except ValueError:
        raise CannotFetch(f"{address} is not a valid address") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or not host:
        raise CannotFetch(f"{address}: a page has an address such as https://example.org/page")
    if parts.username is not None or parts.password is not None:
        raise CannotFetch(f"{scheme}://…@{host}: a page with a password is not fetched")
    authority = _bracket(host)
    if port not in (None, _PORTS[scheme]):
        authority += f":{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return SplitResult(scheme, authority, path, query, "").geturl()


def fetch_page(address: str) -> WebPage:
    """Fetch a page; raises `CannotFetch` if it is not to be had within the limits."""
    named = here = normalise_address(address)
    with Deadline(_MOST_SECONDS) as deadline:
        for _ in range(_MOST_REDIRECTS + 1):
            try:
                with _ask(here, deadline) as reply:
                    if reply.status in _REDIRECTS and (target := reply.headers.get("Location")):
                        here = _follow(here, target)
                        continue
                    page = _read_page(named, here, reply)
                # Without a length, the end looks like any other.
                if not deadline.has_passed:
                    return page
                raise TimeoutError
            except (CannotFetch, OSError, http.client.HTTPException, ValueError) as error:
                if deadline.has_passed:
                    raise CannotFetch(f"{named}: took longer than {_MOST_SECONDS} s") from error
                if isinstance(error, CannotFetch):
                    raise
                raise CannotFetch(f"{named}: {_explain(error)}") from error
    raise CannotFetch(f"{named}: leads elsewhere more than {_MOST_REDIRECTS} times")


def _follow(here: str, target: str) -> str:
    there = normalise_address(urljoin(here, target))
    if here.startswith("https:") and not there.startswith("https:"):
        raise CannotFetch(
            f"{here}: leads to {there}, which is not encrypted: name that, if it is fine"
        )
    return there


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def _ask(address: str, deadline: Deadline) -> Iterator[http.client.HTTPResponse]:
    """Ask for a page, at a network address that was checked; raises what goes wrong."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    proxy = _find_proxy(parts.scheme, host)
    if proxy is None:
        connected = _connect(host, port)
    else:
        _check_name(host, port)
        connected = _connect_to_proxy(proxy)
    deadline.act = partial(_cut, connected)
    target, headers = SplitResult("", "", parts.path, parts.query, "").geturl(), _HEADERS
    with closing(connected):
        request: http.client.HTTPConnection
        if parts.scheme == "https":
            if proxy is not None:
                _open_tunnel(connected, proxy, f"{_bracket(host)}:{port}")
            context = ssl.create_default_context()
            connected = context.wrap_socket(
                connected, server_hostname=host, do_handshake_on_connect=False
            )
            deadline.act = partial(_cut, connected)
            connected.do_handshake()
            request = http.client.HTTPSConnection(host, port)
        else:
            request = http.client.HTTPConnection(host, port)
            if proxy is not None:
                target, headers = address, _HEADERS | proxy.headers
        with closing(connected), closing(request):
            # It does not look up the name again.
            request.sock = connected
            request.request("GET", target, headers=headers)
            with request.getresponse() as reply:
                yield reply


def _bracket(host: str) -> str:
    """A host as an address has it: in brackets if it is an IPv6 address."""
    return f"[{host}]" if ":" in host else host


def _find_proxy(scheme: str, host: str) -> _Proxy | None:
    """The proxy that the environment names for a host; None if there is none."""
    proxies = urllib.request.getproxies_environment()
    kind = scheme if proxies.get(scheme) else "all"
    named = proxies.get(kind)
    # The stubs of the standard library lack it.
    is_nearby = urllib.request.proxy_bypass_environment  # type: ignore[attr-defined]
    if not named or is_nearby(host, proxies):
        return None
    try:
        parts = urlsplit(named if "://" in named else f"http://{named}")
        proxy, port = parts.hostname, parts.port or 80
    except ValueError:
        proxy, port = None, 0
    if not proxy or parts.scheme != "http":
        raise CannotFetch(
            f"{host}: ${kind}_proxy must look like http://HOST:PORT: change it, or set $no_proxy"
        )
    if parts.username is None:
        return _Proxy(proxy, port, {})
    secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
    return _Proxy(
        proxy, port, {"Proxy-Authorization": f"Basic {base64.b64encode(secret).decode()}"}
    )


def _connect_to_proxy(proxy: _Proxy) -> socket.socket:
    try:
        return socket.create_connection((proxy.host, proxy.port), _ANSWER_SECONDS)
    except OSError as error:
        raise CannotFetch(
            f"the proxy {proxy.host}:{proxy.port} cannot be reached ({error.strerror or error})"
        ) from error


def _open_tunnel(connected: socket.socket, proxy: _Proxy, authority: str) -> None:
    """Have the proxy connect to a server; what is sent from now on goes there."""
    headers = {"Host": authority, **proxy.headers}
    lines = [f"{name}: {value}" for name, value in headers.items()]
    request = [f"CONNECT {authority} HTTP/1.1", *lines, "", ""]
    connected.sendall("\r\n".join(request).encode("ascii"))
    reply = http.client.HTTPResponse(connected, method="CONNECT")
    reply.begin()
    if reply.status != http.client.OK:
        status = f"{reply.status} {reply.reason}"[:200]
        raise CannotFetch(f"{authority}: the proxy {proxy.host}:{proxy.port} says {status}")


def _check_name(host: str, port: int) -> None:
    """Check a host that a proxy connects to: its addresses, as far as they are known here."""
    try:
        addresses = _resolve(host, port)
    except socket.gaierror:
        # Behind a proxy few names are known.
        if _NAME_NEARBY.fullmatch(host):
            raise _not_public(host) from None
        return
    if not all(map(is_public, addresses.values())):
        raise _not_public(host)


def _resolve(host: str, port: int) -> dict[str, IpAddress]:
    """The addresses of a host, as text and as numbers; raises OSError."""
    resolved = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    names = (str(entry[4][0]) for entry in resolved)
    return {name: ip_address(name.split("%")[0]) for name in names}


def _not_public(host: str) -> CannotFetch:
    return CannotFetch(f"{host} is not on the internet, but on this machine or its network")


def _connect(host: str, port: int) -> socket.socket:
    allowed = [name for name, address in _resolve(host, port).items() if is_public(address)]
    if not allowed:
        raise _not_public(host)
    for name in allowed[:-1]:
        with suppress(OSError):
            return socket.create_connection((name, port), _ANSWER_SECONDS)
    return socket.create_connection((allowed[-1], port), _ANSWER_SECONDS)


def _read_page(named: str, here: str, reply: http.client.HTTPResponse) -> WebPage:
    if reply.status != http.client.OK:
        raise CannotFetch(f"{named}: the server says {reply.status} {reply.reason}"[:300])
    if reply.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise CannotFetch(f"{named}: the server sends it packed, though it was asked not to")
    suffix = _find_suffix(named, here, reply.headers)
    data = reply.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise CannotFetch(f"{named}: larger than {describe_size(_MOST_BYTES)}")
    if reply.length:
        raise CannotFetch(f"{named}: the connection was cut")
    form = BY_SUFFIX[suffix]
    says_encoding = form.is_packed or form.says_encoding
    charset = None if says_encoding else _CHARSET.search(reply.headers.get("Content-Type", ""))
    return WebPage(named, data, suffix, time.time_ns(), charset[1] if charset else None)


def _find_suffix(named: str, here: str, headers: http.client.HTTPMessage) -> str:
    kind = headers.get_content_type()
    if "Content-Type" not in headers:
        raise CannotFetch(f"{named}: the server does not say what it is")
    if (suffix := find_suffix(kind)) is not None:
        return suffix
    if kind.startswith("text/"):
        # The source of a text, such as its Markdown, is often called plain text.
        path = urlsplit(here).path
        form = find_format(path)
        if form is None or not form.is_decoded:
            form = BY_SUFFIX[""]
        own = PurePosixPath(path).suffix.lower()
        return own if own in form.suffixes else form.suffixes[0]
    raise CannotFetch(f"{named}: pages of the type {kind[:100]} are not read: save it as a file")


def _explain(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    if isinstance(error, socket.gaierror):
        return "its server is not found: is there a network?"
    if isinstance(error, TimeoutError):
        return "its server does not answer"
    if isinstance(error, OSError):
        return f"its server cannot be reached ({error.strerror or error})"
    return "its server sent an invalid reply"


def is_public(address: IpAddress) -> bool:
    """Whether an address is one of the internet, and not of this machine or of its network.

    Addresses of 6to4 and Teredo lead to an IPv4 address by way of a relay: they are not public.
    """
    if isinstance(address, IPv6Address):
        if address in _MAPPED or address in _TRANSLATED:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GIVEN_OUT:
            return False
    is_set_apart = any(address in network for network in _SET_APART)
    return not is_set_apart or any(address in network for network in _GLOBAL)
