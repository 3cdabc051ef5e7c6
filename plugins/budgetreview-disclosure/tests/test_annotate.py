"""Notes on a copy of a PDF: at the right place on turned and cropped pages, the original untouched."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from budgetreview_disclosure.annotate import annotate
from budgetreview_disclosure.document import Place
from pypdf import PdfReader, PdfWriter
from pypdf.generic import RectangleObject
from reportlab.pdfgen.canvas import Canvas

from budgetreview.errors import IntakeError


def pages(path: Path, count: int = 2, turned: int = 0, crop: tuple[float, float, float, float] | None = None) -> Path:
    """A PDF of A4 pages."""
    raw = io.BytesIO()
    canvas = Canvas(raw, pagesize=(595, 842), invariant=True)
    for number in range(count):
        canvas.drawString(100, 700, f"page {number + 1}")
        canvas.showPage()
    canvas.save()
    writer = PdfWriter(io.BytesIO(raw.getvalue()))
    for page in writer.pages:
        page.rotate(turned)
        if crop:
            page.cropbox = RectangleObject(crop)
    writer.write(path)
    return path


def notes_of(path: Path, page: int) -> list[tuple[tuple[float, ...], str]]:
    found = PdfReader(path).pages[page - 1].get("/Annots") or []
    return [(tuple(float(n) for n in one.get_object()["/Rect"]), one.get_object()["/Contents"]) for one in found]


def test_a_note_stands_at_its_box_with_its_chinese_text(tmp_path: Path) -> None:
    """The box counts from the upper left, the PDF from the lower left; the frame is a little wider."""
    source = pages(tmp_path / "a.pdf")
    note = (Place(page=2, box=(100, 130, 200, 150)), "写作13.22%；按金额计算为22.21%")
    assert annotate(source, [note], tmp_path / "b.pdf") == 1
    assert notes_of(tmp_path / "b.pdf", 1) == []
    assert notes_of(tmp_path / "b.pdf", 2) == [((98.5, 690.5, 201.5, 713.5), "写作13.22%；按金额计算为22.21%")]


@pytest.mark.parametrize(
    ("turned", "rect"),
    [(90, (130, 100, 150, 200)), (180, (395, 130, 495, 150)), (270, (445, 642, 465, 742))],
)
def test_a_turned_page_takes_the_note_where_it_is_seen(tmp_path: Path, turned: int, rect: tuple[float, ...]) -> None:
    """The box is that of the page as displayed."""
    source = pages(tmp_path / "a.pdf", turned=turned)
    annotate(source, [(Place(page=1, box=(100, 130, 200, 150)), "x")], tmp_path / "b.pdf")
    ((found, _),) = notes_of(tmp_path / "b.pdf", 1)
    assert found == (rect[0] - 1.5, rect[1] - 1.5, rect[2] + 1.5, rect[3] + 1.5)


def test_a_cropped_page_takes_the_note_where_it_is_seen(tmp_path: Path) -> None:
    """Places count from the corner of what is displayed."""
    source = pages(tmp_path / "a.pdf", crop=(50, 100, 545, 742))
    annotate(source, [(Place(page=1, box=(100, 130, 200, 150)), "x")], tmp_path / "b.pdf")
    ((found, _),) = notes_of(tmp_path / "b.pdf", 1)
    assert found == (148.5, 590.5, 251.5, 613.5)


def test_the_original_stays_byte_for_byte(tmp_path: Path) -> None:
    """The copy begins with the whole original; the original is not touched; the same notes give the same bytes."""
    source = pages(tmp_path / "a.pdf")
    before = source.read_bytes()
    place = Place(page=1, box=(10, 10, 50, 20))
    for name in ("b.pdf", "c.pdf"):
        annotate(source, [(place, "一")], tmp_path / name)
    assert source.read_bytes() == before
    assert (tmp_path / "b.pdf").read_bytes().startswith(before)
    assert (tmp_path / "b.pdf").read_bytes() == (tmp_path / "c.pdf").read_bytes()
    assert PdfReader(tmp_path / "b.pdf").pages[0].extract_text() == PdfReader(source).pages[0].extract_text()


def test_notes_that_a_pdf_has_already_are_kept(tmp_path: Path) -> None:
    """A copy of a copy has both notes."""
    source = pages(tmp_path / "a.pdf")
    annotate(source, [(Place(page=1, box=(10, 10, 50, 20)), "一")], tmp_path / "b.pdf")
    annotate(tmp_path / "b.pdf", [(Place(page=1, box=(10, 40, 50, 50)), "二")], tmp_path / "c.pdf")
    assert [text for _, text in notes_of(tmp_path / "c.pdf", 1)] == ["一", "二"]


def test_notes_at_one_box_become_one_and_places_without_a_box_get_signs(tmp_path: Path) -> None:
    """Two texts in one frame; two signs beneath one another at the page's upper left; no page is the first."""
    source = pages(tmp_path / "a.pdf")
    box = Place(page=1, box=(10, 10, 50, 20))
    notes = [(box, "一"), (box, "二"), (box, "一"), (Place(page=2), "三"), (Place(), "四")]
    assert annotate(source, notes, tmp_path / "b.pdf") == 3
    assert [text for _, text in notes_of(tmp_path / "b.pdf", 1)] == ["一\n\n二", "四"]
    assert [text for _, text in notes_of(tmp_path / "b.pdf", 2)] == ["三"]


def test_an_encrypted_pdf_and_a_page_that_is_not_there_are_refused(tmp_path: Path) -> None:
    """Nothing is written, not even half."""
    locked = tmp_path / "locked.pdf"
    writer = PdfWriter(pages(tmp_path / "a.pdf"))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(locked)
    with pytest.raises(IntakeError, match="encrypted"):
        annotate(locked, [(Place(page=1), "x")], tmp_path / "b.pdf")
    with pytest.raises(IntakeError, match="No page 9"):
        annotate(tmp_path / "a.pdf", [(Place(page=9), "x")], tmp_path / "b.pdf")
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing else")
    with pytest.raises(IntakeError, match="broken"):
        annotate(broken, [(Place(page=1), "x")], tmp_path / "b.pdf")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.pdf", "broken.pdf", "locked.pdf"]


def test_the_original_is_never_the_target(tmp_path: Path) -> None:
    """Notes go on a copy."""
    source = pages(tmp_path / "a.pdf")
    with pytest.raises(ValueError, match="copy"):
        annotate(source, [(Place(page=1), "x")], source)
