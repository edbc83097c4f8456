"""Names in a question set find the documents that are meant."""

from pathlib import Path

from qa.evaluation.question_sets.labels import make_resolver

PATHS = ["/a/notes/manual.md", "/a/old/manual.md", "/a/notes/list.txt", "Title/3"]


def test_a_name_is_the_whole_path_or_the_end_of_one_only():
    resolve = make_resolver(PATHS, None)
    assert resolve("/a/notes/manual.md") == "/a/notes/manual.md"
    assert resolve("notes/manual.md") == "/a/notes/manual.md"
    assert resolve("list.txt") == "/a/notes/list.txt"
    assert resolve("Title/3") == "Title/3"


def test_a_name_that_may_be_several_documents_is_none():
    assert make_resolver(PATHS, None)("manual.md") is None


def test_the_end_of_a_path_is_whole_names():
    assert make_resolver(PATHS, None)("ist.txt") is None
    assert make_resolver(PATHS, None)("") is None


def test_a_name_is_relative_to_the_question_set_first():
    resolve = make_resolver(PATHS, Path("/a/old"))
    assert resolve("manual.md") == "/a/old/manual.md"
    assert resolve("../notes/manual.md") == "/a/notes/manual.md"
