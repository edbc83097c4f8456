"""Time grows with the length of a text and no faster, whatever is repeated, opened or nested."""

import gc
import re
import time

import pytest

from index.locations import hide_passwords
from tests.support.growth import grows_faster_than_length
from tests.support.hostile_patterns import FORMATS, derive_texts
from tests.support.hostile_texts import CASES
from tests.support.pattern_attacks import derive_attacks, find_slow_text
from tests.support.patterns import FoundPattern, find_patterns

# Attacks on each pattern, and on each format by the patterns of what reads it; `make attack` tries
# many more.
_ON_PATTERN, _ON_FORMAT = 10, 20


@pytest.fixture(scope="module", autouse=True)
def frozen_memory():
    """What other tests have left in memory is not looked through while time is measured."""
    gc.collect()
    gc.freeze()


@pytest.mark.parametrize("suffix", CASES)
def test_no_text_takes_more_than_its_length(suffix):
    problems = {
        name: problem
        for name, text in CASES[suffix].items()
        if (problem := grows_faster_than_length(suffix, text, 4_000))
    }
    assert problems == {}


@pytest.mark.parametrize("suffix", FORMATS)
def test_no_text_made_of_the_patterns_of_its_loader_takes_more_than_its_length(suffix):
    problems = {
        name: problem
        for name, text in derive_texts(suffix, _ON_FORMAT)
        if (problem := grows_faster_than_length(suffix, text, 4_000))
    }
    assert problems == {}


@pytest.mark.parametrize(
    ("unit", "last"),
    [
        ("http://a:1/", ""),
        ("db://a:1/", ""),
        ("db://ann:secret/", ""),
        ("db://ann:s@h ", ""),
        ("milvus;", ":x"),
        ("postgres;", ":x"),
        ("milvus:1,", ""),
    ],
)
def test_no_message_takes_more_than_its_length_until_its_passwords_are_hidden(unit, last):
    def measure(size):
        started = time.process_time()
        hide_passwords(size // len(unit) * unit + last)
        return time.process_time() - started

    # A busy machine, and what is done once, are not growth.
    assert measure(100_000) <= 0.5 or measure(100_000) <= 1.8 * 4 * max(measure(25_000), 0.02)


@pytest.mark.parametrize("package", ["index", "qa", "tui"])
def test_no_pattern_takes_more_than_the_length_of_a_text(package):
    found = find_patterns(package)
    slow = {each.place: text for each in found if (text := find_slow_text(each, _ON_PATTERN))}
    assert slow == {}
    # They were found: there are dozens of them.
    assert len(found) >= 20


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+$",
        r"(\w+\s?)*$",
        r"a*b",
        r"\s+$",
        r"<!--.*?-->",
        r"x\s*\s*y",
        r"(?P<quoted>\"[^\"]*\"|“[^”]*”)",
        r"^(?:\d+,?)*\Z",
        rb"[ \t]*;",
    ],
)
def test_a_pattern_that_goes_back_is_found(pattern):
    found = FoundPattern("here", "SLOW", re.compile(pattern), frozenset(("match", "search")))
    assert find_slow_text(found)


@pytest.mark.parametrize("pattern", [r"a*+b", r"(?<![a])a*+b", r"\d{1,3}", r"[^\n]*", r"a|b|c", ""])
def test_a_pattern_that_never_goes_back_is_not_found(pattern):
    found = FoundPattern("here", "QUICK", re.compile(pattern), frozenset(("match",)))
    assert find_slow_text(found) is None


def test_an_attack_reaches_each_repeat_and_goes_on_without_end():
    attacks = derive_attacks(re.compile(r"<a\s+(?:b|c)+=[0-9]*;"))
    starts = {(attack.start, attack.unit) for attack in attacks}
    assert {("<a", " "), ("<a ", "b"), ("<a ", "c"), ("<a b=", "0")} <= starts
    assert all(len(attack.write(1_000)) > 900 for attack in attacks[:50])


def test_patterns_are_found_as_globals_in_containers_and_in_calls():
    places = {each.place: each for each in find_patterns("index.loaders")}
    assert places["index.loaders.markup.org._HEAD"]
    assert places["index.loaders.mail.parts._SEPARATOR"].methods == {"split"}
    calls = [each for each in places.values() if each.name.startswith("line ")]
    assert any(each.methods == {"split"} for each in calls)
