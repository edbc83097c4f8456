"""The package as others use it: what is in it, and what is given to it in haste."""

from pathlib import Path

import pytest

import index as library
import qa
from index import Retriever


@pytest.mark.parametrize("package", [library, qa])
def test_all_that_is_exported_is_listed_and_there(package):
    listed = dir(package)
    for name in package.__all__:
        assert name in listed
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = package.nothing


def test_one_path_may_be_given_as_it_is(index, folder, write, paragraphs):
    write("a.txt", paragraphs("rain"))
    write("b.md", paragraphs("snow"))
    for given in (str(folder), Path(folder), [str(folder)]):
        report = index.add(given)
        assert report.added + report.unchanged == 2
    assert index.add(folder, exclude="*.md").removed == 1
    assert index.update(str(folder)).unchanged == 1
    assert index.remove(str(folder / "a.txt")) == 1


def test_a_retriever_wants_an_open_index(index):
    for path in (str(index.path), index.path):
        with pytest.raises(TypeError, match=r"Retriever\(Index\.open\("):
            Retriever(path)


def test_objects_say_what_they_are(index):
    assert repr(index) == f"Index.open({str(index.path)!r})"
    assert repr(Retriever(index)) == f"Retriever({index!r})"
