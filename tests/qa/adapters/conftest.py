"""An index of a few notes, by its folder."""

import pytest

from index import Index
from tests.qa.service.conftest import write_notes

QUESTION = "When is the next service of the boiler due?"


@pytest.fixture(scope="package")
def folder(tmp_path_factory, encoder):
    notes = write_notes(tmp_path_factory.mktemp("adapters") / "notes")
    with Index.open(notes.parent / "index", create=True, encoder=encoder) as index:
        index.add([notes])
    return str(notes.parent / "index")


@pytest.fixture(scope="package")
def texts(folder):
    with Index.open(folder) as index:
        return {document.path: index.text(document.path) for document in index.documents()}
