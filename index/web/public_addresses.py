"""Which network addresses are public: by the registries of IANA, in a table of our own.

What Python's `ipaddress` says of an address differs between its versions.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_network

IpAddress = IPv4Address | IPv6Address

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
