"""Damaged files: content or a reason, nothing else; tests/attack/mutated_files.py tries more.

Files that are text are damaged in test_contract.py.
"""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.loaders import UnreadableFile, list_kinds, open_container
from tests.support import damage
from tests.support.binary_workbook import binary_workbook


def check(suffix, data, sandbox):
    try:
        found = open_container(suffix, data, KINDS, sandbox)
        damage.check_content(found.content)
        assert all(not each.name.startswith(("/", ".")) for each in found.members)
    except UnreadableFile as error:
        damage.check_reason(str(error))


KINDS = list_kinds(archives=True)
SUFFIXES = tuple(
    ".pdf .docx .epub .pptx .odt .odp .xlsx .xlsb .xls .ods .eml .mbox .mhtml .msg .rtf .txt.gz .zip "
    ".tar .txz".split()
)
BEGINNINGS = {
    ".pdf": b"%PDF-1.7\n",
    ".txt.gz": b"\x1f\x8b\x08",
    ".txz": b"\xfd7zXZ\x00",
    ".xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    ".msg": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
}


@pytest.fixture(scope="session")
def valid(examples):
    """A valid file by suffix."""
    return {**examples.packed_examples(), ".xlsb": binary_workbook([["a"], [1]], ["0%"])}


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_a_damaged_file_is_content_or_a_reason(valid, sandbox, suffix, seed):
    check(suffix, damage.damaged(valid[suffix], random.Random(seed)), sandbox)


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(data=st.binary(max_size=400))
@settings(max_examples=10, deadline=None)
def test_any_bytes_are_content_or_a_reason(sandbox, suffix, data):
    check(suffix, data, sandbox)
    check(suffix, BEGINNINGS.get(suffix, b"PK\x03\x04") + data, sandbox)
