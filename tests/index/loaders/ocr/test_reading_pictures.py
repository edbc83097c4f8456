"""Text in pictures: images, and PDF pages that were scanned."""

import base64
from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader

from index import formats
from index.loaders import UnreadableFile, find_missing_part, is_supported, parse
from index.loaders.sandbox.parent import Sandbox
from tests.support.packed_files import Pdf, multipart

pytest.importorskip("rapidocr")
pytestmark = pytest.mark.model

LINES = ("The harbour lamp burns oil", "from dusk until dawn.")


def picture(*lines, size=(620, 150)):
    image = Image.new("RGB", size, "white")
    for number, line in enumerate(lines):
        place = (30, 30 + 36 * number)
        ImageDraw.Draw(image).text(place, line, fill="black", font=ImageFont.load_default(26))
    return image


def encode(image, kind, **more):
    out = BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


@pytest.fixture(scope="module")
def reader():
    """A sandbox that has imported what reads pictures."""
    with Sandbox() as opened:
        yield opened


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_lines_of_an_image_are_a_paragraph(reader, kind):
    content = parse(f".{kind.lower()}", encode(picture(*LINES), kind), reader)
    assert content.text == " ".join(LINES)
    assert content.page_starts == (0,)


def test_what_is_hard_to_read_is_kept_and_marked(reader):
    image = picture(*LINES)
    faint = np.asarray(image.crop((0, 60, 620, 110)).filter(ImageFilter.GaussianBlur(2)))
    grain = np.random.default_rng(1).normal(0, 60, (*faint.shape[:2], 1))
    image.paste(Image.fromarray(np.clip(faint + grain, 0, 255).astype(np.uint8)), (0, 60))
    content = parse(".png", encode(image, "PNG"), reader)
    assert content.text.startswith(LINES[0])
    [(start, end)] = content.properties.doubtful
    assert 0 < len(LINES[0]) <= start < end == len(content.text)


def test_each_picture_of_a_file_is_a_page(reader):
    data = encode(picture(LINES[0]), "TIFF", save_all=True, append_images=[picture("Calm at noon")])
    content = parse(".tiff", data, reader)
    pages = [content.text[start:].splitlines()[0] for start in content.page_starts]
    assert pages == [LINES[0], "Calm at noon"]


def test_each_page_that_is_read_from_a_picture_is_told():
    pdf = Pdf().line("Typed on the first page.").page()
    pdf.canvas.drawImage(ImageReader(picture(*LINES)), 60, 500, 400, 97)
    told = []
    with Sandbox(on_page=lambda *page: told.append(page)) as opened:
        parse(".pdf", pdf.data(), opened)
    assert told == [(2, 2)]


@pytest.mark.parametrize("image", [picture(), picture("Oil", size=(90, 90))])
def test_an_image_without_text_is_empty_and_so_is_an_icon(reader, image):
    assert parse(".png", encode(image, "PNG"), reader).text == ""


def test_scanned_pages_stand_between_those_with_text(reader):
    pdf = Pdf().line("Typed on the first page.").page()
    pdf.canvas.drawImage(ImageReader(picture(*LINES)), 60, 500, 400, 97)
    content = parse(".pdf", pdf.page().line("Typed on the last page.").data(), reader)
    pages = [content.text[start:].splitlines()[0] for start in content.page_starts]
    assert pages == ["Typed on the first page.", " ".join(LINES), "Typed on the last page."]


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n" + bytes(99), b"words"])
def test_what_is_no_image_is_refused(reader, data):
    with pytest.raises(UnreadableFile, match="damaged image"):
        parse(".png", data, reader)


def test_a_damaged_image_is_read_or_refused(reader):
    data = encode(picture(*LINES, size=(320, 90)), "PNG")
    for size in range(0, len(data), len(data) // 6):
        try:
            parse(".png", data[:size], reader)
        except UnreadableFile as error:
            assert "damaged image" in str(error)


def test_a_huge_image_is_refused(reader):
    data = encode(Image.new("1", (20_000, 20_000)), "PNG")
    with pytest.raises(UnreadableFile, match="more than 100,000,000 pixels"):
        parse(".png", data, reader)


def test_without_the_part_it_is_said_which_one_is_missing(monkeypatch, tmp_path):
    monkeypatch.setattr("index.formats.is_importable", lambda _: False)
    assert not is_supported(tmp_path / "a.png")
    assert find_missing_part(tmp_path / "a.png") == "ocr"
    with pytest.raises(UnreadableFile, match="read with the part ocr, which is not installed"):
        parse(".png", b"x")


def test_scans_that_were_refused_are_read_once_the_part_is_there(index, folder, write, monkeypatch):
    pdf = Pdf()
    pdf.canvas.drawImage(ImageReader(picture(*LINES)), 60, 500, 400, 97)
    scan = pdf.data()
    head = "Content-Disposition: attachment; filename=b.pdf\nContent-Transfer-Encoding: base64"
    paths = [
        write("a.pdf", scan),
        write("a.eml", multipart((head, base64.b64encode(scan).decode()))) + "/b.pdf",
    ]
    is_importable = formats.is_importable
    with monkeypatch.context() as patch:
        patch.setattr(
            formats, "is_importable", lambda name: name != "rapidocr" and is_importable(name)
        )
        for _ in range(2):
            failed = index.add([folder]).failed
            assert {each.path for each in failed} == {*paths}
            assert all("install the part ocr" in each.reason for each in failed)
    assert index.update().failed == []
    assert [index.text(path) for path in paths] == [" ".join(LINES)] * 2
    assert index.update().unchanged == 2
