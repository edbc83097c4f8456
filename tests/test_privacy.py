"""Nothing leaves the machine: what is indexed, asked and shown opens no way to elsewhere.

The system's calls are traced, those of native code among them: a runtime that reports usage by
itself would be seen.
"""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.support import ROOT

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module", autouse=True)
def tracer():
    """Some containers have strace, and forbid it."""
    tried = ["strace", "-o", os.devnull, "true"]
    if shutil.which("strace") is None or subprocess.run(tried, capture_output=True).returncode:
        pytest.skip("strace is not installed, or forbidden")


# The commands as people give them, and the app without a screen, in one process.
SESSION = """
import asyncio, sys
from pathlib import Path
from index import Index, Retriever
from qa import Assistant
from tui.app.app import QuotebackApp
from tui.cli.main import main
from tui.conversation.turn_view import TurnView
from tui.saved_conversations.conversation_store import ConversationStore

QUESTION = "When was the boiler installed?"
for command in (["index", "notes"], ["ask", QUESTION], ["search", QUESTION], ["check", "draft.md"],
                ["eval", "questions.jsonl"], ["status"], ["verify"]):
    assert main(command) == 0, command

async def ask(index):
    app = QuotebackApp(lambda _: Assistant(Retriever(index)), index=index.path,
                       conversations=ConversationStore(Path("conversations.sqlite")))
    async with app.run_test() as pilot:
        await pilot.press(*QUESTION, "enter")
        while not app.query(TurnView) or app.query(TurnView).last().reply is None:
            await pilot.pause(0.05)
        print("app:", app.query(TurnView).last().reply.answers[0].text)

with Index.open(Path(sys.argv[1])) as index:
    asyncio.run(ask(index))
"""


def trace(folder, code, *arguments):
    """What a process prints, and the kinds of addresses that it and its children name to the system."""
    written = folder / "trace.txt"
    done = subprocess.run(
        [
            "strace",
            "-f",
            "--seccomp-bpf",
            "-qq",
            "-e",
            "trace=network",
            "-o",
            written,
            sys.executable,
            "-c",
            code,
        ]
        + [str(argument) for argument in arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            **{f"XDG_{kind}_HOME": str(folder / kind) for kind in ("DATA", "CONFIG")},
            "QUOTEBACK_INDEX": str(folder / "i"),
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout, set(re.findall(r"\b[AP]F_[A-Z0-9]+\b", written.read_text()))


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.usefixtures("encoder")
def test_indexing_asking_checking_and_the_app_name_no_address_elsewhere(tmp_path):
    (tmp_path / "notes").mkdir()
    text = "The boiler was installed in March 2019 by Hanna Voss of Voss & Sons.\n"
    (tmp_path / "notes" / "boiler.md").write_text(f"# Boiler\n\n{text}")
    (tmp_path / "draft.md").write_text(f'It says: "{text.strip()}"\n')
    (tmp_path / "questions.jsonl").write_text(
        '{"id": "1", "question": "When was the boiler installed?", "answers": ["March 2019"]}\n'
    )
    printed, kinds = trace(tmp_path, SESSION, tmp_path / "i")
    assert "1 verbatim" in printed
    assert "app: March 2019" in printed
    # Processes of this machine talk by these.
    assert kinds <= {"AF_UNIX"}


@pytest.mark.parametrize("kind", ["AF_INET", "AF_INET6"])
def test_a_way_to_elsewhere_would_be_seen(tmp_path, kind):
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', 'import socket; socket.socket(socket.{kind})'])"
    assert trace(tmp_path, code)[1] == {kind}
