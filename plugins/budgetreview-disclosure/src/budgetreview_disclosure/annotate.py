"""Notes on a copy of a PDF, each at the words it is about.

The copy is the original, byte for byte, with the notes appended behind it (an incremental update, as the PDF standard
calls it): nothing that was printed is written anew.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from budgetreview import IntakeError, Problem, Text
from budgetreview_disclosure.document import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pypdf import PageObject, PdfWriter

Box = tuple[float, float, float, float]
_SIGN = 18.0
_PAD = 1.5
_AUTHOR = "budgetreview"


def annotate(source: Path, notes: Sequence[tuple[Place, str]], target: Path) -> int:
    """Writes a copy of a PDF with a note at every place.

    Each note is a red frame around the box; its text shows when the frame is pointed at or in the viewer's list of
    notes, in the viewer's own font, so that Chinese is readable everywhere. Notes with the same box become one. A place
    without a box gets a sign at the page's upper left, one without a page at the first page's.

    Args:
        source: The PDF.
        notes: Places as the reader gave them (points from the upper left of the page as displayed), and the text.
        target: Where the copy goes; it appears only when it is complete. It may not be the source.

    Returns:
        How many notes were put on the copy.

    Raises:
        IntakeError: The PDF is encrypted, cannot be opened, or a place names a page that it does not have.
        ValueError: ``target`` is ``source``.
    """
    from pypdf import PdfReader, PdfWriter
    from pypdf.errors import PyPdfError

    if target.exists() and target.samefile(source):
        msg = f"{target}: the notes go on a copy, never on the original; give another name"
        raise ValueError(msg)
    try:
        with source.open("rb") as handle:
            if PdfReader(handle).is_encrypted:
                raise _refused(
                    source, "pdf-encrypted", "PDF 已加密，不能加批注", "The PDF is encrypted and takes no notes"
                )  # fmt: skip
        writer = PdfWriter(source, incremental=True)
        grouped = _grouped(notes)
        _check_pages(source, [place for place, _ in grouped], len(writer.pages))
        signs: dict[int, int] = {}
        for place, text in grouped:
            index = (place.page or 1) - 1
            page = writer.pages[index]
            if place.box is None:
                signs[index] = signs.get(index, 0) + 1
            _put(writer, page, place, text, signs.get(index, 0))
        _write(writer, target)
    except PyPdfError as exc:
        raise _refused(source, "pdf-broken", f"PDF 已损坏，不能加批注：{exc}", f"The PDF is broken: {exc}") from exc
    return len(grouped)


def _refused(source: Path, kind: str, zh: str, en: str) -> IntakeError:
    return IntakeError([Problem(kind, Text(zh, en), source.name)])


def _grouped(notes: Sequence[tuple[Place, str]]) -> list[tuple[Place, str]]:
    """One note per box, its texts in their order, none twice."""
    texts: dict[tuple[int, Box | None], list[str]] = {}
    for place, text in notes:
        kept = texts.setdefault((place.page or 1, place.box), [])
        if text not in kept:
            kept.append(text)
    return [(Place(page=page, box=box), "\n\n".join(kept)) for (page, box), kept in texts.items()]


def _check_pages(source: Path, places: Sequence[Place], count: int) -> None:
    wrong = sorted({place.page for place in places if place.page is not None and not 1 <= place.page <= count})
    if wrong:
        pages = "、".join(str(page) for page in wrong)
        raise _refused(
            source, "pdf-page-missing", f"没有第 {pages} 页：共 {count} 页", f"No page {pages}; there are {count}"
        )  # fmt: skip


def _put(writer: PdfWriter, page: PageObject, place: Place, text: str, sign: int) -> None:
    from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, NumberObject, TextStringObject

    if place.box is None:
        displayed = (6.0, 6.0 + (sign - 1) * (_SIGN + 4), 6.0 + _SIGN, 6.0 + (sign - 1) * (_SIGN + 4) + _SIGN)
    else:
        left, top, right, bottom = place.box
        displayed = (left - _PAD, top - _PAD, right + _PAD, bottom + _PAD)
    rect = in_user_space(page, displayed)
    note = DictionaryObject({
        NameObject("/Type"): NameObject("/Annot"),
        NameObject("/Subtype"): NameObject("/Square"),
        NameObject("/Rect"): ArrayObject([FloatObject(round(edge, 2)) for edge in rect]),
        NameObject("/Contents"): TextStringObject(text),
        NameObject("/T"): TextStringObject(_AUTHOR),
        NameObject("/C"): ArrayObject([FloatObject(0.8), FloatObject(0.1), FloatObject(0.1)]),
        NameObject("/F"): NumberObject(4),
        NameObject("/P"): page.indirect_reference,
        NameObject("/AP"): DictionaryObject({NameObject("/N"): _frame(writer, rect, filled=place.box is None)}),
    })  # fmt: skip
    before = page.get("/Annots")
    kept = list(before.get_object()) if before is not None else []
    page[NameObject("/Annots")] = ArrayObject([*kept, writer._add_object(note)])  # noqa: SLF001 - the library's own way in


def _frame(writer: PdfWriter, rect: Box, *, filled: bool) -> object:
    """What viewers draw for the note: a red frame, so that it looks the same in all of them."""
    from pypdf.generic import ArrayObject, FloatObject, NameObject, StreamObject

    width, height = rect[2] - rect[0], rect[3] - rect[1]
    stream = StreamObject()
    paint = "1 0.85 0.3 rg B" if filled else "S"
    stream.set_data(f"0.8 0.1 0.1 RG 1 w 0.5 0.5 {width - 1:.2f} {height - 1:.2f} re {paint}".encode())
    stream[NameObject("/Type")] = NameObject("/XObject")
    stream[NameObject("/Subtype")] = NameObject("/Form")
    stream[NameObject("/BBox")] = ArrayObject([FloatObject(0), FloatObject(0), FloatObject(width), FloatObject(height)])
    return writer._add_object(stream)  # noqa: SLF001


def in_user_space(page: PageObject, box: Box) -> Box:
    """A box of the page as displayed (points from its upper left) in the PDF's own coordinates."""
    crop = page.cropbox
    left, bottom = float(crop.left), float(crop.bottom)
    width, height = float(crop.width), float(crop.height)
    turned = int(page.rotation or 0) % 360

    def point(x: float, y: float) -> tuple[float, float]:
        across, up = {0: (x, height - y), 90: (y, x), 180: (width - x, y), 270: (width - y, height - x)}[turned]
        return left + across, bottom + up

    ends = [point(box[0], box[1]), point(box[2], box[3])]
    (x0, x1), (y0, y1) = (sorted(side) for side in zip(*ends, strict=True))
    return (x0, y0, x1, y1)


def _write(writer: PdfWriter, target: Path) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            writer.write(out)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
