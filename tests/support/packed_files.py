"""One valid file of each format that is packed, made on the spot."""

from __future__ import annotations

import gzip
import lzma
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

import docx
import openpyxl
import xlwt
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.support.outlook_files import outlook_message

LEFT, TOP, SIZE, LEADING = 72.0, 770.0, 10.0, 12.0


class Pdf:
    """A PDF drawn line by line, from the top of each page."""

    def __init__(self, **options: object) -> None:
        self._out = BytesIO()
        self.canvas = Canvas(self._out, pagesize=A4, **options)
        self.height = TOP

    def line(
        self, text: str, left: float = LEFT, size: float = SIZE, font: str = "Helvetica"
    ) -> Pdf:
        self.canvas.setFont(font, size)
        self.canvas.drawString(left, self.height, text)
        self.height -= LEADING * size / SIZE
        return self

    def lines(self, *texts: str, left: float = LEFT, **style: object) -> Pdf:
        for text in texts:
            self.line(text, left, **style)
        return self

    def at(self, height: float, text: str, left: float = LEFT, **style: object) -> Pdf:
        """A line at a height of the page, which moves nothing else."""
        before = self.height
        self.height = height
        self.line(text, left, **style)
        self.height = before
        return self

    def space(self, lines: float = 1) -> Pdf:
        self.height -= lines * LEADING
        return self

    def page(self) -> Pdf:
        self.canvas.showPage()
        self.height = TOP
        return self

    def data(self) -> bytes:
        self.canvas.showPage()
        self.canvas.save()
        return self._out.getvalue()


def wrapped(text: str, width: float, size: float = SIZE) -> list[str]:
    """A paragraph in lines of at most `width` points."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and stringWidth(longer, "Helvetica", size) > width:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line]


def packed(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


CONTAINER = (
    '<?xml version="1.0"?><container xmlns="urn:oasis:names:tc:opendocument:xmlns:container">'
    '<rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
)
XHTML = '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml">{}</html>'


def epub(
    chapters: Mapping[str, str],
    title: str = "A Book of the Sea",
    order: Sequence[str] | None = None,
    more: Mapping[str, str | bytes] | None = None,
    manifest: str = "",
) -> bytes:
    """A book; chapters by file name, each with what stands in its body."""
    items = "".join(
        f'<item id="c{number}" href="{name}" media-type="application/xhtml+xml"/>'
        for number, name in enumerate(chapters)
    )
    numbers = {name: number for number, name in enumerate(chapters)}
    spine = "".join(f'<itemref idref="c{numbers[name]}"/>' for name in order or chapters)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>{title}</dc:title></metadata>"
        f"<manifest>{items}{manifest}</manifest><spine>{spine}</spine></package>"
    )
    pages = {
        f"OPS/{name.replace('%20', ' ')}": XHTML.format(f"<head><title/></head><body>{body}</body>")
        for name, body in chapters.items()
    }
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": CONTAINER,
            "OPS/book.opf": package,
            **pages,
            **(more or {}),
        }
    )


TABLE = "<table><tr><th>Year</th><th>Ships</th></tr><tr><td>1888</td><td>14</td></tr></table>"


def word(fill: object = None) -> bytes:
    """A DOCX file; `fill` is called with the document."""
    document = docx.Document()
    if callable(fill):
        fill(document)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    """An XLSX file; `fill` is called with the workbook, which has one sheet."""
    book = openpyxl.Workbook()
    fill(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def old_workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """An XLS file; the rows of each sheet by its name."""
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(at, column, value)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


_ODF_NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"'
    for name, path in {
        **{name: name for name in ("office", "text", "table", "style", "presentation")},
        **{"draw": "drawing", "fo": "xsl-fo-compatible"},
    }.items()
)


def open_document(kind: str, body: str, styles: str = "", title: str = "") -> bytes:
    """An OpenDocument file of a kind such as "spreadsheet", with what stands in its body."""
    content = (
        f"<office:document-content {_ODF_NAMES}>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body>"
        "</office:document-content>"
    )
    meta = (
        f'<office:document-meta {_ODF_NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<office:meta><dc:title>{title}</dc:title></office:meta></office:document-meta>"
    )
    return packed(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": content,
            "meta.xml": meta,
            "META-INF/manifest.xml": "<manifest/>",
        }
    )


_PPTX_NAMES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
)


def relationships(targets: Mapping[str, tuple[str, str]]) -> str:
    """The relationships of a part of an Office file: kind and target by id."""
    inside = "".join(
        f'<Relationship Id="{name}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    names = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{names}">{inside}</Relationships>'


def shape(*paragraphs: str, role: str = "") -> str:
    """A shape on a slide; a role such as "title" makes it a placeholder."""
    texts = "".join(
        words if words.startswith("<") else f"<a:p><a:r><a:t>{words}</a:t></a:r></a:p>"
        for words in paragraphs
    )
    placeholder = f'<p:ph type="{role}"/>' if role else ""
    return (
        f"<p:sp><p:nvSpPr><p:nvPr>{placeholder}</p:nvPr></p:nvSpPr>"
        f"<p:txBody>{texts}</p:txBody></p:sp>"
    )


def presentation(
    *slides: str,
    notes: Mapping[int, str] | None = None,
    hidden: Sequence[int] = (),
    more: Mapping[str, str] | None = None,
    title: str = "",
) -> bytes:
    """A PPTX file; each slide with the shapes on it, notes by the number of their slide."""
    numbers = range(1, len(slides) + 1)
    parts = {
        "_rels/.rels": relationships({"r1": ("officeDocument", "ppt/presentation.xml")}),
        "ppt/_rels/presentation.xml.rels": relationships(
            {f"r{number}": ("slide", f"slides/slide{number}.xml") for number in numbers}
        ),
        "ppt/presentation.xml": f"<p:presentation {_PPTX_NAMES}><p:sldIdLst>"
        + "".join(f'<p:sldId r:id="r{number}" id="{255 + number}"/>' for number in numbers)
        + "</p:sldIdLst></p:presentation>",
        "docProps/core.xml": f'<core xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></core>',
    }
    for number, shapes in enumerate(slides, 1):
        show = ' show="0"' if number in hidden else ""
        parts[f"ppt/slides/slide{number}.xml"] = (
            f"<p:sld {_PPTX_NAMES}{show}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        )
    for number, shapes in (notes or {}).items():
        parts[f"ppt/slides/_rels/slide{number}.xml.rels"] = relationships(
            {"r1": ("notesSlide", f"../notesSlides/notes{number}.xml")}
        )
        parts[f"ppt/notesSlides/notes{number}.xml"] = (
            f"<p:notes {_PPTX_NAMES}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:notes>"
        )
    return packed({**parts, **(more or {})})


def _pptx() -> bytes:
    slides = (shape("Ships", role="title") + shape("Ann", "Bee", role="body"), shape("End"))
    return presentation(*slides, notes={1: shape("Say hello.", role="body")})


def _odt() -> bytes:
    return open_document(
        "text",
        '<text:h text:outline-level="1">Ships</text:h><text:p>There are two.</text:p><text:list>'
        "<text:list-item><text:p>Ann</text:p></text:list-item></text:list><table:table>"
        "<table:table-row><table:table-cell><text:p>Bee</text:p></table:table-cell>"
        "</table:table-row></table:table>",
    )


def _odp() -> bytes:
    title = '<draw:frame presentation:class="title"><draw:text-box><text:p>Ships</text:p></draw:text-box></draw:frame>'
    return open_document("presentation", f"<draw:page>{title}</draw:page><draw:page/>")


def message(body: str, **headers: str) -> bytes:
    """A message; the underscores in names of headers stand for hyphens."""
    head = {"From": "Ann <ann@example.org>", "Subject": "Ships"} | {
        name.replace("_", "-"): words for name, words in headers.items()
    }
    lines = "".join(f"{name}: {words}\r\n" for name, words in head.items() if words)
    return f"{lines}\r\n{body}".encode()


def multipart(*parts: tuple[str, str], kind: str = "mixed", **headers: str) -> bytes:
    """A message of several parts: the headers and the body of each."""
    inside = "".join(f"--=b\r\n{head}\r\n\r\n{body}\r\n" for head, body in parts)
    kind = f'multipart/{kind}; boundary="=b"'
    return message(f"{inside}--=b--\r\n", Content_Type=kind, **headers)


RTF = rb"""{\rtf1\ansi\ansicpg1252{\info{\title The Harbour\'e9}}\pard Caf\'e9 \b bold\b0\par
Second \u8364? one\par \trowd\cellx1\cellx2 Name\cell Built\cell\row \trowd Ann\cell 1887\cell\row
\trowd Bee\cell 1890\cell\row\pard End.\par{\pict ffd8ff}}"""


def _eml() -> bytes:
    return multipart(
        ("Content-Type: text/plain; charset=utf-8", "Hello Bee,\n\nit blew. 🙂\n\n> Did it?"),
        ("Content-Type: text/html", "<h1>Hello</h1><p>It <b>blew</b>."),
        ('Content-Disposition: attachment; filename="=?utf-8?q?r=C3=A9sum=C3=A9?=.pdf"', "x"),
        Date="Mon, 5 May 2025 10:00:00 +0200",
    )


def _mbox() -> bytes:
    first = message("It blew.\n>From the west.\n")
    return b"".join(b"From ann Mon May  5 10:00:00 2025\n%b\n" % each for each in (first, _eml()))


def _xlsx() -> bytes:
    def fill(book):
        book.active.title = "Ships"
        for row in (["Ships of the line"], ["Name", "Built"], ["Ann", 1887], ["Bee", 1890.5]):
            book.active.append(row)
        book.active.merge_cells("A1:B1")

    return workbook(fill)


def _ods() -> bytes:
    rows = "".join(
        f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>"
        for row in (["Name", "Built"], ["Ann", "1887"])
    )
    return open_document("spreadsheet", f'<table:table table:name="Ships">{rows}</table:table>')


def _ods_cell(text: str) -> str:
    return (
        f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'
    )


def _pdf() -> bytes:
    # Not compressed, so that damage reaches what is drawn.
    pdf = Pdf(pageCompression=0)
    for page in (1, 2, 3):
        pdf.at(800, "The Keeper's Handbook").at(40, str(page), left=300)
        pdf.line(f"Part {page}", size=16).space()
        pdf.lines(*wrapped("The lamp is lit at dusk and put out at dawn. " * 8, 400)).page()
    return pdf.data()


def _docx() -> bytes:
    def fill(document):
        document.add_heading("The Harbour", 1)
        document.add_paragraph("The harbour opened in 1887.")
        document.add_paragraph("Bread", style="List Bullet")
        document.add_table(2, 2).cell(0, 0).text = "A cell"
        table = document.add_table(2, 2)
        for cell, words in zip(table._cells, ("Year", "Ships", "1888", "14"), strict=True):
            cell.text = words

    return word(fill)


def _tar() -> bytes:
    made = BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for name, words in (("notes/räin.txt", b"It rained."), ("b.md", b"# Snow")):
            entry = tarfile.TarInfo(name)
            entry.size = len(words)
            archive.addfile(entry, BytesIO(words))
    return made.getvalue()


def packed_examples() -> dict[str, bytes]:
    """A valid file by suffix."""
    return {
        ".pdf": _pdf(),
        ".docx": _docx(),
        ".epub": epub(
            {"one.xhtml": "<h1>One</h1><p>It was night.</p>", "two.xhtml": f"<p>Day.</p>{TABLE}"}
        ),
        ".pptx": _pptx(),
        ".odt": _odt(),
        ".odp": _odp(),
        ".rtf": RTF,
        ".eml": _eml(),
        ".mbox": _mbox(),
        ".mhtml": multipart(
            ("Content-Type: text/html", "<title>Ships</title><h1>Two</h1><p>It blew."),
            kind="related",
        ),
        ".msg": outlook_message(),
        ".xlsx": _xlsx(),
        ".xls": old_workbook({"Ships": [["Name", "Built"], ["Ann", 1887]]}),
        ".ods": _ods(),
        ".zip": packed({"notes/rain.txt": "It rained.", "b.md": "# Snow", "c.exe": "no"}),
        ".tar": _tar(),
        ".txz": lzma.compress(_tar()),
        ".txt.gz": gzip.compress(b"A paragraph.\n\nAnother one.\n", mtime=0),
    }
