"""What the README shows of the library runs as it stands there."""

import re
from pathlib import Path

import pytest

from index import Index

README = Path(__file__).parents[1] / "README.md"


def snippets(section):
    text = README.read_text(encoding="utf-8").split(f"\n## {section}\n")[1].split("\n## ")[0]
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.usefixtures("encoder")
def test_the_library_does_what_is_shown_of_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("notes").mkdir()
    Path("notes/museum.md").write_text("# Museum\n\nThe museum opened on 4 May 1998 in a mill.\n")
    Path("notes/other.txt").write_text("The museum opened in a mill, it is said.\n")
    shown: dict[str, object] = {}
    code = snippets("As a library")
    assert len(code) == 5
    for snippet in code:
        exec(snippet, shown)
    assert "1998" in shown["best"].text
    assert {Path(hit.document.path).name for hit in shown["hits"]} == {"museum.md"}
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
    code = snippets("From other programs")
    assert len(code) == 3
    for snippet in code:
        exec(snippet, shown)
    assert "4 May 1998" in shown["evidence"][0].page_content
    assert "4 May 1998" in shown["nodes"][0].text
    assert "1998" in shown["answers"][0].data
