"""What the README and the pages show runs as it stands there, and their links lead somewhere."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from index import Index
from qa.evaluation import QuestionSet
from qa.service.mcp.tools import TOOLS
from tests.support import ROOT
from tests.support.command_line import run_command
from tui.cli.main import build_parser

DOCS = ROOT / ".docs"
README = ROOT / "README.md"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
# Pages that others are reached from, whose links are looked at, too.
LINKED = [*PAGES, ROOT / "CHANGELOG.md", *sorted((ROOT / ".github").glob("*.md"))]
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
# Programs of others that the pages call, which are not run here.
OTHERS = {"uv", "pipx", "git", "createdb", "export", "TOKEN=$(cat", "curl", "strace", "grep"}


def snippets(page, language="python"):
    return [
        code for kind, code in _BLOCK.findall(page.read_text(encoding="utf-8")) if kind == language
    ]


def list_lines(page):
    """The command lines of a page; what a line begins with a backslash goes on."""
    for block in snippets(page, "sh"):
        yield from block.replace("\\\n", " ").splitlines()


def find_percentage(text):
    """The first one, in a text or a picture."""
    return int(re.search(r"(\d+)%", text)[1])


def name(page):
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_that_is_shown_is_one_that_can_be_given(page, capsys):
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for line in list_lines(page):
        words = shlex.split(line, comments=True)
        if not words:
            continue
        if words[0] == "quoteback":
            build_parser(whole=True).parse_args(words[1:])
        elif words[0] == "make":
            assert words[1] in targets, line
        else:
            assert words[0] in OTHERS or words[0].startswith(".venv/"), line
    assert not capsys.readouterr().err


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_is_of_a_kind_that_is_tested(page):
    kinds = {kind for kind, _ in _BLOCK.findall(page.read_text(encoding="utf-8"))}
    assert kinds <= {"sh", "python", "toml", "json", "yaml", "sql", "text", "vim", "elisp", ""}


@pytest.mark.parametrize("page", LINKED, ids=name)
def test_every_link_leads_to_a_page_and_a_heading(page):
    for target in _LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"https?:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path) if path else page
        assert linked.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", linked.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {
                re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings
            }
            assert anchor in slugs, target


def test_the_readme_is_short_and_leads_to_every_page():
    text = README.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    assert {each.name for each in DOCS.glob("*.md")} == set(
        re.findall(r"\.docs/([\w-]+\.md)", text)
    )


@pytest.mark.model
@pytest.mark.usefixtures("encoder")
def test_the_answer_is_printed_as_the_readme_shows_it(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    question = "When did the museum open its doors for the first time?"
    assert f'quoteback ask "{question}"' in list(list_lines(README))
    with Index.open(tmp_path / "i", create=True) as index:
        index.add([ROOT / "seeds" / "rain-museum.html"])
    _, out, _ = run_command(capsys, "ask", question, "--index", tmp_path / "i")
    [shown] = snippets(README, "")
    words, evidence, place = shown.splitlines()
    assert out.splitlines()[:2] == [words, evidence]
    assert place.rpartition(",")[0].removeprefix("  seeds/") in out.splitlines()[2]
    printed = find_percentage(out)
    picture = (ROOT / ".github" / "readme" / "app.svg").read_text(encoding="utf-8")
    answer = picture[picture.index("sure</text>") :]
    # Processors differ a little.
    assert abs(find_percentage(place) - printed) <= 3
    assert abs(find_percentage(answer) - printed) <= 3, "run .github/readme/screenshot.py"


@pytest.mark.parametrize("page", [README, DOCS / "evaluation.md"], ids=name)
def test_the_questions_that_are_shown_are_a_question_set(page, tmp_path):
    [shown] = [block for block in snippets(page, "json") if '"answers"' in block]
    path = tmp_path / "questions.jsonl"
    path.write_text(shown, encoding="utf-8")
    assert len(QuestionSet.load(path).questions) == 2


def test_the_steps_of_continuous_integration_are_yaml_with_commands_that_can_be_given():
    [shown] = snippets(DOCS / "evaluation.md", "yaml")
    for step in yaml.safe_load(shown):
        program, *words = shlex.split(step["run"])
        assert program == "quoteback"
        build_parser(whole=True).parse_args(words)


# How each editor runs its recipe, goes to the first answer, and prints the line that it is at.
EDITORS = {
    "vim": "vim -u vim.txt -es -c 'Ask when?' -c cfirst -c 'call writefile([getline(\".\")], \"o\")' -c qa!",
    "nvim": "nvim -u vim.txt -es -c 'Ask when?' -c cfirst -c 'call writefile([getline(\".\")], \"o\")' -c qa!",
    "emacs": 'emacs -Q --batch -l grep -l elisp.txt --eval \'(progn (quoteback-ask "when?") '
    '(while (get-buffer-process "*grep*") (accept-process-output nil 0.1)) (next-error) '
    '(with-current-buffer "a.md" (append-to-file (line-beginning-position) (line-end-position) '
    '"o")))\'',
}


@pytest.mark.e2e
@pytest.mark.parametrize("editor", EDITORS)
def test_the_recipes_of_editors_lead_to_the_answer(editor, tmp_path):
    if shutil.which(editor) is None:
        pytest.skip(f"{editor} is not installed")
    if (
        editor == "vim"
        and b"+eval" not in subprocess.run(["vim", "--version"], capture_output=True).stdout
    ):
        pytest.skip("this Vim has no commands of one's own")
    (tmp_path / "a.md").write_text("# A\n\nIt opened in 1998.\n")
    answers = tmp_path / "quoteback"
    answers.write_text(f"#!/bin/sh\necho '{tmp_path}/a.md:3:14:It opened in 1998.'\n")
    answers.chmod(0o700)
    for kind in ("vim", "elisp"):
        [recipe] = snippets(DOCS / "editors.md", kind)
        (tmp_path / f"{kind}.txt").write_text(recipe)
    path = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path)}
    subprocess.run(
        EDITORS[editor], shell=True, cwd=tmp_path, env={**os.environ, **path}, timeout=60
    )
    assert (tmp_path / "o").read_text().strip() == "It opened in 1998."


def test_the_skill_names_the_tools_that_there_are():
    text = (DOCS / "skill" / "SKILL.md").read_text(encoding="utf-8")
    _, head, body = text.split("---\n", 2)
    assert set(yaml.safe_load(head)) == {"name", "description"}
    assert set(re.findall(r"^\| `(\w+)`", body, re.MULTILINE)) == {tool.name for tool in TOOLS}


@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize("page", [README, DOCS / "library.md"], ids=name)
def test_the_library_does_what_is_shown_of_it(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("notes").mkdir()
    Path("notes/museum.md").write_text("# Museum\n\nThe museum opened on 4 May 1998 in a mill.\n")
    Path("notes/other.txt").write_text("The museum opened in a mill, it is said.\n")
    shown: dict[str, object] = {}
    code = snippets(page)
    assert len(code) == (1 if page == README else 6)
    for snippet in code:
        exec(snippet, shown)
    assert "1998" in shown["best"].text
    if page == README:
        return
    assert {Path(hit.document.path).name for hit in shown["hits"]} == {"museum.md"}
    assert shown["checked"].status == "altered"
    assert shown["own"].add("notes").added == 2
    [first, *_] = shown["Retriever"](shown["own"]).search("museums that open in May", mode="dense")
    assert first.document.path.endswith("museum.md")
    assert shown["assistant"].ask("when did the museum open?").answers[0].text == "1998"


@pytest.mark.usefixtures("encoder")
def test_components_for_frameworks_do_what_is_shown_of_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("museum.md").write_text("# Museum\n\nThe museum opened on 4 May 1998 in a mill.\n")
    with Index.open("notes.index", create=True) as index:
        index.add(["museum.md"])
    shown: dict[str, object] = {}
    code = snippets(DOCS / "programs.md")
    assert len(code) == 3
    for snippet in code:
        exec(snippet, shown)
    assert "4 May 1998" in shown["evidence"][0].page_content
    assert "4 May 1998" in shown["nodes"][0].text
    assert "1998" in shown["answers"][0].data
