"""Slow work off the screen's thread."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import pytest

from tests.support import ROOT
from tui.common.screens.background import in_background


async def test_the_result_comes_back_from_a_thread_that_does_not_hold_up_quitting():
    thread = await in_background(threading.current_thread)
    assert thread is not threading.current_thread()
    assert thread.daemon


async def test_an_error_is_raised_where_it_is_waited_for():
    def fail() -> None:
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await in_background(fail)


async def test_the_loop_goes_on_meanwhile():
    go = threading.Event()
    waiting = asyncio.ensure_future(in_background(lambda: go.wait(10)))
    await asyncio.sleep(0)
    assert not waiting.done()
    go.set()
    assert await waiting is True


async def test_work_nobody_waits_for_any_more_ends_quietly():
    go = threading.Event()
    waiting = asyncio.ensure_future(in_background(lambda: go.wait(10)))
    await asyncio.sleep(0)
    waiting.cancel()
    go.set()
    await asyncio.sleep(0.05)
    assert waiting.cancelled()


@pytest.mark.e2e
@pytest.mark.parametrize(("busy", "expected"), [(True, 7), (False, 0)])
def test_a_process_is_left_at_once_only_while_work_goes_on(busy, expected):
    code = (
        "import asyncio, time\n"
        "from tui.common.screens.background import in_background, exit_without_waiting\n"
        "async def main():\n"
        f"    task = asyncio.ensure_future(in_background(lambda: time.sleep({60 * busy})))\n"
        "    await asyncio.sleep(0.1)\n"
        "    task.cancel()\n"
        "asyncio.run(main())\n"
        "exit_without_waiting(7)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=30, check=False, cwd=ROOT)
    assert done.returncode == expected
