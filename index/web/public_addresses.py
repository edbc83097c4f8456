"""Which network addresses are public: by the registries of IANA, in a table of our own.

What Python's `ipaddress` says of an address differs between its versions.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

IpAddress = IPv4Address | IPv6Address

# IANA last changed a registry of special-purpose addresses on 2025-10-09, as of November 2026.


@dataclass(frozen=True, slots=True)
class SpecialBlock:
    """Addresses that have a special purpose.

    Attributes:
        network: the addresses.
        name: what IANA calls them.
        source: the RFC that sets them apart.
        is_global: whether they can be reached from everywhere; false if that is left open.
    """

    network: IPv4Network | IPv6Network
    name: str
    source: str
    is_global: bool


# A row each of iana-ipv4-special-registry and iana-ipv6-special-registry: the smallest block that
# holds an address decides. The last rows of each are in other registries of IANA.
_ROWS = """
0.0.0.0/8           | This network                        | RFC 791  | no
0.0.0.0/32          | This host on this network           | RFC 1122 | no
10.0.0.0/8          | Private-Use                         | RFC 1918 | no
100.64.0.0/10       | Shared Address Space                | RFC 6598 | no
127.0.0.0/8         | Loopback                            | RFC 1122 | no
169.254.0.0/16      | Link Local                          | RFC 3927 | no
172.16.0.0/12       | Private-Use                         | RFC 1918 | no
192.0.0.0/24        | IETF Protocol Assignments           | RFC 6890 | no
192.0.0.0/29        | IPv4 Service Continuity Prefix      | RFC 7335 | no
192.0.0.8/32        | IPv4 dummy address                  | RFC 7600 | no
192.0.0.9/32        | Port Control Protocol Anycast       | RFC 7723 | yes
192.0.0.10/32       | Traversal Using Relays around NAT   | RFC 8155 | yes
192.0.0.170/32      | NAT64/DNS64 Discovery               | RFC 8880 | no
192.0.0.171/32      | NAT64/DNS64 Discovery               | RFC 8880 | no
192.0.2.0/24        | Documentation (TEST-NET-1)          | RFC 5737 | no
192.31.196.0/24     | AS112-v4                            | RFC 7535 | yes
192.52.193.0/24     | AMT                                 | RFC 7450 | yes
192.88.99.0/24      | Deprecated (6to4 Relay Anycast)     | RFC 7526 | open
192.88.99.2/32      | 6a44 Relay Anycast                  | RFC 6751 | no
192.168.0.0/16      | Private-Use                         | RFC 1918 | no
192.175.48.0/24     | Direct Delegation AS112 Service     | RFC 7534 | yes
198.18.0.0/15       | Benchmarking                        | RFC 2544 | no
198.51.100.0/24     | Documentation (TEST-NET-2)          | RFC 5737 | no
203.0.113.0/24      | Documentation (TEST-NET-3)          | RFC 5737 | no
240.0.0.0/4         | Reserved                            | RFC 1112 | no
255.255.255.255/32  | Limited Broadcast                   | RFC 8190 | no
224.0.0.0/4         | Multicast                           | RFC 5771 | no

::1/128             | Loopback Address                    | RFC 4291 | no
::/128              | Unspecified Address                 | RFC 4291 | no
::ffff:0:0/96       | IPv4-mapped Address                 | RFC 4291 | no
64:ff9b::/96        | IPv4-IPv6 Translation               | RFC 6052 | yes
64:ff9b:1::/48      | IPv4-IPv6 Translation               | RFC 8215 | no
100::/64            | Discard-Only Address Block          | RFC 6666 | no
100:0:0:1::/64      | Dummy IPv6 Prefix                   | RFC 9780 | no
2001::/23           | IETF Protocol Assignments           | RFC 2928 | no
2001::/32           | Teredo                              | RFC 4380 | open
2001:1::1/128       | Port Control Protocol Anycast       | RFC 7723 | yes
2001:1::2/128       | Traversal Using Relays around NAT   | RFC 8155 | yes
2001:1::3/128       | DNS-SD Service Registration Anycast | RFC 9665 | yes
2001:2::/48         | Benchmarking                        | RFC 5180 | no
2001:3::/32         | AMT                                 | RFC 7450 | yes
2001:4:112::/48     | AS112-v6                            | RFC 7535 | yes
2001:10::/28        | Deprecated (ORCHID)                 | RFC 4843 | open
2001:20::/28        | ORCHIDv2                            | RFC 7343 | yes
2001:30::/28        | Drone Remote ID                     | RFC 9374 | yes
2001:db8::/32       | Documentation                       | RFC 3849 | no
2002::/16           | 6to4                                | RFC 3056 | open
2620:4f:8000::/48   | Direct Delegation AS112 Service     | RFC 7534 | yes
3fff::/20           | Documentation                       | RFC 9637 | no
5f00::/16           | Segment Routing (SRv6) SIDs         | RFC 9602 | no
fc00::/7            | Unique-Local                        | RFC 4193 | no
fe80::/10           | Link-Local Unicast                  | RFC 4291 | no
::/96               | IPv4-compatible Address             | RFC 4291 | no
::ffff:0:0:0/96     | IPv4-translated Address             | RFC 2765 | no
fec0::/10           | Site-Local Unicast                  | RFC 3879 | no
ff00::/8            | Multicast                           | RFC 4291 | no
"""


def _read_row(row: str) -> SpecialBlock:
    network, name, source, is_global = (cell.strip() for cell in row.split("|"))
    return SpecialBlock(ip_network(network), name, source, is_global == "yes")


SPECIAL_BLOCKS = tuple(map(_read_row, filter(None, _ROWS.splitlines())))
# The smallest first: the first that holds an address decides.
_BY_SIZE = sorted(SPECIAL_BLOCKS, key=lambda block: block.network.prefixlen, reverse=True)
# All of IPv6 from which addresses of the internet are given out; the rest is kept for later.
_GIVEN_OUT = IPv6Network("2000::/3")
# The last 32 bits of these are the IPv4 address that is meant.
_MAPPED, _TRANSLATED = IPv6Network("::ffff:0:0/96"), IPv6Network("64:ff9b::/96")


def is_public(address: IpAddress) -> bool:
    """Whether an address is one of the internet, and not of this machine or of its network.

    Addresses of 6to4 and Teredo lead to an IPv4 address by way of a relay: they are not public.
    """
    if isinstance(address, IPv6Address):
        if address in _MAPPED or address in _TRANSLATED:
            return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in _GIVEN_OUT:
            return False
    block = next((block for block in _BY_SIZE if address in block.network), None)
    return block is None or block.is_global
