"""The command `formats`: what can be read."""

import json

from index import Content, explain_installation, list_formats, register_loader
from index.formats import BY_SUFFIX
from index.loaders.registry import _registered
from tests.support.command_line import run_command


def test_every_format_has_a_name_and_its_library():
    formats = {each.name: each for each in list_formats()}
    assert formats["spreadsheets"].library.name == "python-calamine"
    assert ".xlsx" in formats["spreadsheets"].suffixes
    assert all(
        each.is_installed for each in formats.values() if not (each.library and each.library.part)
    )
    assert {suffix for each in formats.values() for suffix in each.suffixes} == {*BY_SUFFIX}


def test_formats_are_listed_for_people_and_for_programs(capsys):
    code, out, _ = run_command(capsys, "formats")
    assert code == 0
    assert "PDF                   .pdf (by pypdfium2)\n" in out
    assert all(len(line) <= 96 for line in out.splitlines())
    assert "\nas .xlsx              .sxc .numbers\n" in out
    _, out, _ = run_command(capsys, "formats", "--json")
    pdf = {"name": "PDF", "suffixes": [".pdf"], "library": "pypdfium2", "is_installed": True}
    pdf["part"] = ""
    assert pdf in json.loads(out)["formats"]


def test_a_missing_library_is_said(capsys, monkeypatch):
    monkeypatch.setattr("index.formats.is_importable", lambda _: False)
    _, out, _ = run_command(capsys, "formats")
    assert "(by pypdfium2, not installed: install Quoteback again)" in out
    words = " ".join(out.split())
    assert f"(by rapidocr, not installed: {explain_installation('ocr')})" in words


def test_a_registered_loader_is_listed_in_place_of_the_one_before(monkeypatch):
    monkeypatch.setitem(_registered, ".org", (None, False))
    register_loader((".org",), read_org)
    last = list_formats()[-1]
    assert (last.name, last.suffixes) == (f"registered by {__name__}", (".org",))
    assert not any(each.name == "Org" for each in list_formats())


def read_org(data):
    return Content(data.decode())
