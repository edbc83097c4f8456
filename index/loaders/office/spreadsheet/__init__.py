"""Spreadsheets (XLSX, XLSM, XLSB, ODS, XLS): a sheet is a heading, a row of a table a passage.

Formulas have the values that the spreadsheet program computed last. Numbers are written as their
cells show them; those of XLS and XLSB files, whose formats are binary, as bare numbers and dates.
Hidden sheets, charts, comments and macros are left out.
"""

from __future__ import annotations

import re
from io import BytesIO

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from index.documents import Content
from index.loaders.office.package_properties import read_office_properties, read_old_properties
from index.loaders.office.spreadsheet.regions import add_sheet
from index.loaders.office.spreadsheet.shown_numbers import ShownTexts, WorkbookFormats
from index.loaders.shared.archive import ENCRYPTED, Archive, refuse_encrypted
from index.loaders.shared.assembly import Assembly
from index.loaders.shared.decoding import UnreadableFile

# Bytes of XML; it is never in memory as a whole.
_LARGEST_BYTES = 2**30
_ZIP = b"PK\x03\x04"
# In an Office file of today that is encrypted, the name of the stream with all of it.
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
# What programs call the only sheet of a file that nobody has named.
_DEFAULT_NAME = re.compile(
    r"(?:sheet|tabelle|feuil|feuille|hoja|foglio|blad|лист|工作表|シート) ?1?", re.IGNORECASE
)


def load(data: bytes) -> Content:
    """The content of a spreadsheet; raises `UnreadableFile`."""
    formats: WorkbookFormats | ShownTexts | None = None
    if data.startswith(_ZIP):
        archive = Archive(data)
        archive.check_sizes(_LARGEST_BYTES)
        refuse_encrypted(archive)
        title, properties = read_office_properties(archive)
        formats = (ShownTexts if "content.xml" in archive else WorkbookFormats)(archive)
    elif _ENCRYPTED_PACKAGE in data:
        raise UnreadableFile(ENCRYPTED)
    else:
        title, properties = read_old_properties(data)
    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(data))
        visible = [sheet for sheet in workbook.sheets_metadata if _is_visible(sheet)]
        assembly = Assembly()
        for sheet in visible:
            if len(visible) > 1 or not _DEFAULT_NAME.fullmatch(sheet.name):
                assembly.add_heading(sheet.name, 1)
            rows = formats.read_rows(sheet.name) if formats else ()
            add_sheet(assembly, workbook.get_sheet_by_name(sheet.name), rows)
    except PasswordError as error:
        raise UnreadableFile(ENCRYPTED) from error
    except (CalamineError, ValueError, OSError) as error:
        raise UnreadableFile("damaged or encrypted, or no spreadsheet") from error
    except BaseException as error:
        # A parser that gives up on a damaged file raises what is not an Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFile("damaged: its sheets cannot be read") from error
    return assembly.content(title, properties)


def _is_visible(sheet: SheetMetadata) -> bool:
    is_table = sheet.typ == SheetTypeEnum.WorkSheet
    return is_table and sheet.visible == SheetVisibleEnum.Visible
