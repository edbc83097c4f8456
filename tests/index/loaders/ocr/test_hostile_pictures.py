"""Pictures that are bombs or lie; `tests/attack/pictures.py` tries more."""

import numpy as np
import pytest
from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

from index.loaders import UnreadableFile, parse
from index.loaders.sandbox.parent import Sandbox
from tests.attack.pictures import find_problem
from tests.support.hostile_pictures import CASES, HostilePicture, encode, make_tiff

pytest.importorskip("rapidocr")
images = pytest.importorskip("index.loaders.ocr.images")
recognition = pytest.importorskip("index.loaders.ocr.images")
pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def reader():
    """A sandbox that has imported what reads pictures."""
    with Sandbox() as opened:
        yield opened


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case.cheap])
def test_a_hostile_picture_is_read_or_refused_for_a_reason(reader, name):
    assert find_problem(CASES[name], reader) == ""


def test_pages_beyond_those_that_are_read_are_not_looked_for(monkeypatch):
    asked, seek = [], TiffImageFile.seek
    monkeypatch.setattr(
        TiffImageFile, "seek", lambda image, page: (asked.append(page), seek(image, page))
    )
    images.load(make_tiff(1_000, 50))
    assert max(asked) < 200


def test_a_recogniser_that_is_refused_memory_says_so(monkeypatch):
    def refuse(_):
        raise recognition.ONNXRuntimeError("Traceback …\nFailed to allocate memory")

    monkeypatch.setattr(recognition, "_engines", [refuse])
    with pytest.raises(MemoryError):
        recognition.read_picture(np.zeros((200, 200, 3), np.uint8), 1)


def test_a_truncated_picture_is_refused(reader):
    data = encode(Image.new("RGB", (300, 300)), "PNG")
    with pytest.raises(UnreadableFile, match="damaged image"):
        parse(".png", data[: len(data) // 2], reader)
    assert find_problem(HostilePicture(".png", lambda: data), reader) == ""
