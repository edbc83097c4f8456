"""Connections over which nobody has shown that they may ask."""

import asyncio

from qa.service.connections import Strangers


async def test_one_that_says_nothing_is_cut_off_after_its_time():
    strangers, cut = Strangers(10, 0.02), []
    strangers.watch("a", lambda: cut.append("a"))
    strangers.watch("b", lambda: cut.append("b"))
    strangers.release("b")
    await asyncio.sleep(0.1)
    assert cut == ["a"]
    assert "a" not in strangers
    assert "b" not in strangers


async def test_the_oldest_is_cut_off_where_there_are_too_many():
    strangers, cut = Strangers(3, 60), []
    for number in range(10):
        strangers.watch(number, lambda number=number: cut.append(number))
        # Who may ask says so at once, and stays.
        if number == 2:
            strangers.release(number)
    await asyncio.sleep(0)
    assert cut == [0, 1, 3, 4, 5, 6]


async def test_one_that_goes_on_gets_its_time_again():
    strangers, cut = Strangers(2, 60), []
    for name in ("a", "b"):
        strangers.watch(name, lambda name=name: cut.append(name))
    strangers.watch("a", lambda: cut.append("a"))
    strangers.watch("c", lambda: cut.append("c"))
    await asyncio.sleep(0)
    assert cut == ["b"]
