"""The service against the library: how much a question costs over the socket, HTTP and MCP.

python tests/benchmarks/service.py [--index DIR] [--rounds 7] [--questions 50] [--requests 5000]

Without an index, the sample documents are asked. What is compared is measured by turns, with the
same questions. The ideal of a queue is the time that the library needs for as many questions as
there are callers, with all cores. Some six minutes on two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from index import Index, Retriever
from qa import Assistant, sample_folder, sample_questions
from tests.support import ROOT

# Callers at a time, and different questions that they ask.
CALLERS, QUESTIONS = 20, 12
# What the installed command does.
COMMAND = "import sys; from tui.__main__ import main; sys.exit(main())"
# For the use of memory: callers at a time, and which of their requests are questions.
SEARCHERS, QUESTION_EVERY = 4, 25


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--index")
    parser.add_argument("--rounds", type=int, default=7, help="processes of each kind")
    parser.add_argument("--questions", type=int, default=50, help="of each of the callers")
    parser.add_argument("--requests", type=int, default=5_000, help="for the use of memory")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "run").mkdir(mode=0o700)
        os.environ |= {
            "XDG_DATA_HOME": scratch,
            "XDG_CONFIG_HOME": scratch,
            "XDG_RUNTIME_DIR": f"{scratch}/run",
            "PYTHONPATH": str(ROOT),
        }
        # Without compiled modules every process would compile them again.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        folder = options.index or f"{scratch}/index"
        if options.index is None:
            with Index.open(folder, create=True) as index:
                index.add([sample_folder()])
        samples = [sample for sample in sample_questions() if not sample.history]
        questions = [sample.question for sample in samples[:QUESTIONS]]
        with Index.open(folder) as index:
            library = Assistant(Retriever(index))
            library.ask(questions[0])
            with start_api(folder) as (address, token, process):
                compare_socket(folder, questions, library, options.rounds)
                rate = measure_rate(library, questions)
                asyncio.run(compare_http(address, token, questions, rate, options.questions))
                asyncio.run(measure_memory(address, token, questions, process, options.requests))
            asyncio.run(compare_mcp(folder, questions, library))


def compare_socket(folder: str, questions: list[str], library: Assistant, rounds: int) -> None:
    """The library, and fresh processes: warm, cold, and Python that does nothing."""
    times: dict[str, list[float]] = {"library": [], "--verbose": [], "--cold": [], "bare": []}
    for number in range(rounds):
        question = questions[number % len(questions)]
        times["library"].append(seconds(library.ask, question))
        for option in ("--verbose", "--cold"):
            command = [sys.executable, "-c", COMMAND, "ask", question, "--index", folder, option]
            started = time.perf_counter()
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            times[option].append(time.perf_counter() - started)
            assert option == "--cold" or "answered by the service" in done.stderr
        times["bare"].append(seconds(subprocess.run, [sys.executable, "-c", ""]))
    own, warm, cold, bare = (statistics.median(spent) for spent in times.values())
    over = median_difference(times["--verbose"], times["library"])
    print(
        f"ask: library {own:.3f} s, warm {warm:.3f} s, cold {cold:.3f} s, Python alone {bare:.3f} s"
    )
    print(
        f"     warm is {warm / cold:.2f} of cold (at most .25; the library alone {own / cold:.2f})"
    )
    print(f"     warm is {1000 * over:.0f} ms over the library (at most 60)")


def measure_rate(library: Assistant, questions: list[str]) -> float:
    """Questions a second with all cores."""
    started = time.perf_counter()
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        list(pool.map(library.ask, questions * 2))
    return 2 * len(questions) / (time.perf_counter() - started)


async def compare_http(
    address: str, token: str, questions: list[str], rate: float, each: int
) -> None:
    """Callers that ask one question after the other."""
    times: list[float] = []
    errors = 0
    ideal = CALLERS / rate

    async def call(client: httpx2.AsyncClient, number: int) -> None:
        nonlocal errors
        for step in range(each):
            body = {"question": questions[(number + step) % len(questions)]}
            started = time.perf_counter()
            response = await client.post("/v1/ask", json=body)
            times.append(time.perf_counter() - started)
            errors += response.status_code != 200

    async with connect(address, token) as client:
        await asyncio.gather(*(call(client, number) for number in range(CALLERS)))
    p95 = statistics.quantiles(times, n=20)[-1]
    print(
        f"HTTP: {CALLERS} callers × {each} questions, {errors} errors, p50 "
        f"{statistics.median(times):.2f} s, p95 {p95:.2f} s: {p95 / ideal:.2f} of the ideal "
        "(at most 1.5)"
    )


async def measure_memory(
    address: str, token: str, questions: list[str], process: subprocess.Popen[str], count: int
) -> None:
    """Memory of the service in the course of many requests: mostly searches, some questions."""
    sizes = [resident_megabytes(process.pid)]
    numbers = iter(range(count))

    async def call(client: httpx2.AsyncClient) -> None:
        for number in numbers:
            body = {"question": questions[number % len(questions)]}
            if number % QUESTION_EVERY:
                response = await client.post("/v1/search", json=body | {"mode": "hybrid"})
            else:
                response = await client.post("/v1/ask", json=body)
            response.raise_for_status()
            if number % max(1, count // 5) == count // 10:
                sizes.append(resident_megabytes(process.pid))

    async with connect(address, token) as client:
        await asyncio.gather(*(call(client) for _ in range(SEARCHERS)))
    sizes.append(resident_megabytes(process.pid))
    print(f"memory over {count:,} requests: {', '.join(f'{size:.0f}' for size in sizes)} MB")


async def compare_mcp(folder: str, questions: list[str], library: Assistant) -> None:
    """Calls over standard input and output."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "tui", "mcp", "--index", folder],
        env=dict(os.environ),
    )
    times, own = [], []
    async with Client(stdio_client(server)) as client:
        await client.call_tool("ask", {"question": questions[0]})
        for question in questions:
            own.append(seconds(library.ask, question))
            started = time.perf_counter()
            result = await client.call_tool("ask", {"question": question})
            times.append(time.perf_counter() - started)
            assert not result.is_error
    over = 1000 * median_difference(times, own)
    print(
        f"MCP: {1000 * statistics.median(times):.0f} ms a question, {over:.0f} ms over the "
        "library (at most 30)"
    )


@contextmanager
def start_api(folder: str) -> Iterator[tuple[str, str, subprocess.Popen[str]]]:
    """A service in a process of its own: its address, its token and the process."""
    command = [sys.executable, "-m", "tui", "api", "--index", folder, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = next(word for word in process.stdout.readline().split() if "://" in word)
        token = Path(process.stdout.readline().removeprefix("Token: ").strip()).read_text().strip()
        try:
            yield address, token, process
        finally:
            process.send_signal(signal.SIGTERM)


def connect(address: str, token: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=120
    )


def seconds(work: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - started


def median_difference(times: list[float], others: list[float]) -> float:
    """How much longer one takes than the other, question by question."""
    return statistics.median(a - b for a, b in zip(times, others, strict=True))


def resident_megabytes(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 10**6


if __name__ == "__main__":
    main()
