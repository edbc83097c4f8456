"""Which addresses are public: by IANA's registries, whatever the version of Python."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.web.public_addresses import SPECIAL_BLOCKS, is_public


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


@pytest.mark.parametrize("block", SPECIAL_BLOCKS, ids=lambda block: str(block.network))
def test_every_row_of_the_registries_holds_from_its_first_address_to_its_last(block):
    smaller = [
        each.network
        for each in SPECIAL_BLOCKS
        if each.network.version == block.network.version
        and each.network != block.network
        and each.network.subnet_of(block.network)
    ]
    edges = [block.network[0], block.network[-1]]
    # An IPv4 address stands in the last 32 bits: its own row decides.
    if str(block.network) in ("64:ff9b::/96", "::ffff:0:0/96"):
        assert [is_public(edge) for edge in edges] == [False, False]
        return
    for edge in edges:
        if not any(edge in network for network in smaller):
            assert is_public(edge) is block.is_global


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
