"""How large an input may be, and the words that say what is wrong with one.

Every limit stands here, with its reason; what is beyond one is a problem and never an attempt.

The kinds of problem that files can have, stable for programs:

======================  ==============================================================================
``not-found``           there is nothing at the path
``no-permission``       the file or folder may not be read
``not-a-file``          neither a file nor a folder (a device, a pipe), or reading it failed
``unknown-ending``      the ending is none that is understood (says which are)
``empty-file``          the file has no bytes, or no text
``nothing-readable``    a folder without a file that could be a table
``folder-loop``         a link leads back to a folder above it
``too-large``           the file is larger than its limit
``not-a-workbook``      the bytes are not those of an .xlsx, .xls or .ods workbook (HTML named .xls, …)
``broken-workbook``     a workbook, but damaged or against its own format
``no-sheet``            a workbook from which no sheet of cells comes (charts alone, or a damaged list of sheets)
``encrypted``           a password protects the file
``zip-bomb``            unpacks to far more than its size
``far-cell``            a cell stands so far out that the sheet as a table would not fit in memory
``formula-no-value``    a formula cell without a stored result (names the cell)
``error-cell``          a cell that holds ``#REF!``, ``#DIV/0!``, … (names the cell)
``not-parquet``         the bytes are not those of a parquet file
``encoding``            neither UTF-8 nor GB18030, or not in the encoding that was named (names the byte)
``nul-byte``            a text file with NUL bytes (names the record)
``field-count``         a record with more or fewer fields than the header (names the record)
``bad-quote``           a quotation mark that is never closed, or closed in mid-field (names the record)
``too-wide``            a text file with more fields in its header than a sheet has columns
``bad-datapackage``     ``datapackage.json`` is not what Frictionless describes, or uses what is not understood
``needs-reader``        a document (.pdf, .docx), and no installed package reads it (says which does)
``unsafe-path``         a path in ``datapackage.json`` that leads out of its folder
======================  ==============================================================================
"""

from __future__ import annotations

from typing import Final

from budgetreview.errors import Problem, Text

MIB: Final = 1024 * 1024

TEXT_BYTES: Final = 2048 * MIB
"""The largest csv, tsv or json file; it is read at once and costs about three times that in memory."""

PARQUET_BYTES: Final = 8192 * MIB
"""The largest parquet file."""

WORKBOOK_BYTES: Final = 300 * MIB
"""The largest workbook; a full sheet of 1,048,576 rows and 40 columns has about this size."""

DOCUMENT_BYTES: Final = 512 * MIB
"""The largest document that is handed to a package's reader; scans of a thousand pages are smaller."""

UNPACKED_BYTES: Final = 4096 * MIB
"""The most that the XML parts of one workbook may unpack to, all together."""

RATIO: Final = 250
"""How many times its packed size a part over :data:`RATIO_FROM` may unpack to (deflate's own limit is 1,032)."""

RATIO_FROM: Final = 64 * MIB
"""A part that unpacks to less than this is harmless, however well it is packed."""

PARTS: Final = 10_000
"""The most parts (zip entries) that a workbook may have."""

BOX_CELLS: Final = 60_000_000
"""The most cells of a sheet's bounding box, counted from A1: readers keep all of them, 32 bytes each."""

BOOK_CELLS: Final = 120_000_000
"""The same for all sheets of a workbook together."""

SPARSE_FROM: Final = 5_000_000
"""From this many cells on a bounding box may not be nearly empty."""

SPARSE: Final = 200
"""How many times more cells the bounding box may have than the sheet has filled ones."""

REPEATS: Final = 1_000_000
"""How often one filled cell of an .ods sheet may be repeated."""

COLUMNS: Final = 16_384
"""The most columns of a sheet or text file (Excel's own limit)."""

ROWS: Final = 1_048_576
"""The most rows of a sheet (Excel's own limit)."""

NAMED: Final = 50
"""How many cells or records of one sheet are named one by one; the rest is counted in one further problem."""


def problem(
    kind: str, zh: str, en: str, *, name: str = "", sheet: str | None = None, cell: str | None = None
) -> Problem:
    """A problem with its sentence in both languages."""
    return Problem(kind, Text(zh, en), name, sheet, cell)


def human(size: int) -> str:
    """A number of bytes for a sentence: ``3.0 GB``, ``12.5 MB``."""
    return f"{size / 1024**3:.1f} GB" if size >= 1024**3 else f"{size / MIB:.1f} MB"


def column_letter(index: int) -> str:
    """The letter of a 0-based column: 0 is ``A``, 26 is ``AA``."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
