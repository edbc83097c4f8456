"""Which addresses are public: by IANA's registries, whatever the version of Python."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.web.fetching import is_public

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
BLOCKS = [
    (ip_network(network.strip()), is_global.strip() == "yes")
    for network, _, _, is_global in (row.split("|") for row in filter(None, _ROWS.splitlines()))
]


@pytest.mark.parametrize(
    "address",
    """93.184.216.34 2606:4700::1111 1.1.1.1 223.255.255.255 ::ffff:1.1.1.1 64:ff9b::101:101
    192.0.0.9 192.0.0.10 192.31.196.1 192.175.48.1 2001:1::1 2001:4:112::1 2620:4f:8000::1
    2001:200::1 3fff:1000::1""".split(),
)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    """10.0.0.1 172.16.0.1 192.168.1.1 127.0.0.1 0.0.0.0 169.254.169.254 100.64.0.1 224.0.0.1
    255.255.255.255 192.0.0.1 192.0.0.8 192.0.0.170 192.0.0.192 192.88.99.1 198.19.255.255
    ::1 :: fe80::1 fd00::1 fec0::1 ff02::1 ff0e::1 100::1 100:0:0:1::1 2001:db8::1 3fff::1 5f00::1
    4000::1 8000::1 1::1 64:ff9b:1::7f00:1 64:ff9b:1::101:101 64:ff9b:2::1""".split(),
)
def test_an_address_with_another_purpose_is_not(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("inner", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "192.0.0.192"])
@pytest.mark.parametrize(
    "form",
    [
        *("::ffff:{}", "::{}", "::ffff:0:{}", "64:ff9b::{}", "64:ff9b:1::{}"),
        *("2002:{hex}::1", "2001:0:{hex}::1", "2001:0:4136:e378:8000:63bf:{flipped}"),
    ],
)
def test_no_form_hides_an_address_that_is_not_public(form, inner):
    number = int(IPv4Address(inner))
    names = {
        name: f"{value >> 16:x}:{value & 0xFFFF:x}"
        for name, value in {"hex": number, "flipped": number ^ 0xFFFFFFFF}.items()
    }
    assert not is_public(ip_address(form.format(inner, **names)))


def test_an_address_within_an_address_decides():
    for number in range(0, 2**32, 2**32 // 5000):
        inner = IPv4Address(number)
        for network in ("::ffff:0:0", "64:ff9b::"):
            assert is_public(IPv6Address(int(IPv6Address(network)) + number)) is is_public(inner)


@pytest.mark.parametrize(("block", "is_global"), BLOCKS, ids=lambda each: str(each))
def test_every_row_of_the_registries_holds_from_its_first_address_to_its_last(block, is_global):
    smaller = [
        each
        for each, _ in BLOCKS
        if each.version == block.version and each != block and each.subnet_of(block)
    ]
    edges = [block[0], block[-1]]
    # An IPv4 address stands in the last 32 bits: its own row decides.
    if str(block) in ("64:ff9b::/96", "::ffff:0:0/96"):
        assert [is_public(edge) for edge in edges] == [False, False]
        return
    for edge in edges:
        if not any(edge in network for network in smaller):
            assert is_public(edge) is is_global


@pytest.mark.parametrize(
    ("first", "last"),
    [
        *[("10.0.0.0", "10.255.255.255"), ("100.64.0.0", "100.127.255.255")],
        *[("169.254.0.0", "169.254.255.255"), ("172.16.0.0", "172.31.255.255")],
        *[("192.0.0.0", "192.0.0.8"), ("192.0.0.11", "192.0.0.255"), ("192.0.2.0", "192.0.2.255")],
        *[("192.88.99.0", "192.88.99.255"), ("192.168.0.0", "192.168.255.255")],
        *[("198.18.0.0", "198.19.255.255"), ("198.51.100.0", "198.51.100.255")],
        *[("203.0.113.0", "203.0.113.255"), ("127.0.0.0", "127.255.255.255")],
        *[("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff")],
        *[("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff")],
        *[("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff")],
    ],
)
def test_what_lies_beside_a_block_is_public(first, last):
    beside = ip_address(first) - 1, ip_address(last) + 1
    assert [is_public(edge) for edge in beside] == [True, True]
    assert not is_public(ip_address(first))
    assert not is_public(ip_address(last))


def _is_given_out(address):
    """Whether it is in 2000::/3, or stands for an IPv4 address."""
    number = int(address)
    return number >> 125 == 1 or number >> 32 in (0xFFFF, 0x64FF9B << 64)


@given(st.ip_addresses(v=6).filter(lambda address: not _is_given_out(address)))
def test_nothing_of_ipv6_is_public_that_is_not_given_out(address):
    assert not is_public(address)
