"""What makes the pages of the site and of the manual: the modules beside the pages."""

import importlib

import pytest

from tests.support import ROOT

DOCS = ROOT / ".docs"


def import_page_maker(name):
    """A module of `.docs`, which is not a package; it imports the others there by their names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS))
        return importlib.import_module(name)
