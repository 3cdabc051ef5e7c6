"""A file that cannot be read gets one clear answer, in bounded time and memory."""

from __future__ import annotations

import io
import time
import zlib
from typing import TYPE_CHECKING

import pytest
from budgetreview_disclosure.reading import Limits, read_document, read_documents
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader

from budgetreview.errors import IntakeError

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Press, Saved

TIGHT = Limits(seconds=20, memory=700 << 20)


def refused(path: Path, limits: Limits = TIGHT) -> str:
    with pytest.raises(IntakeError) as caught:
        read_document(path, limits=limits)
    (problem,) = caught.value.problems
    assert problem.text.zh
    assert problem.text.en
    return problem.kind


def raw_pdf(stream: bytes, *, filters: bytes = b"/FlateDecode", pages: int = 1) -> bytes:
    """A PDF whose pages all print one content stream."""
    kids = b" ".join(b"%d 0 R" % (3 + i) for i in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        *[
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 "
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>" % (3 + pages)
        ]
        * pages,
        b"<< /Length %d /Filter %s >>\nstream\n%s\nendstream" % (len(stream), filters, stream),
    ]
    out, offsets = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % o for o in offsets)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        size, table, size, len(out),
    )  # fmt: skip


def packed(chunk: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(chunk) for _ in range(times)), packer.flush()])


def test_a_scan_without_text_is_refused_as_a_scan(press: Press, saved: Saved) -> None:
    picture = io.BytesIO()
    picture.write(b"P6 40 40 255\n" + bytes(40 * 40 * 3))
    picture.seek(0)
    for _ in range(2):
        press.canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
        press.page()
    assert refused(saved(press.pdf())) == "pdf-scanned"


def test_a_file_that_needs_a_password_is_refused_as_encrypted(press: Press, saved: Saved) -> None:
    press.text(50, 50, "文字")
    writer = PdfWriter()
    writer.add_page(PdfReader(io.BytesIO(press.pdf())).pages[0])
    writer.encrypt("secret")
    out = io.BytesIO()
    writer.write(out)
    assert refused(saved(out.getvalue())) == "pdf-encrypted"


def test_a_file_only_protected_from_changes_is_read(press: Press, saved: Saved) -> None:
    press.text(50, 50, "某县水利局2022年度部门决算")
    writer = PdfWriter()
    writer.add_page(PdfReader(io.BytesIO(press.pdf())).pages[0])
    writer.encrypt("", "owner")
    out = io.BytesIO()
    writer.write(out)
    assert read_document(saved(out.getvalue())).year == 2022


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"<html>404</html>", b"%PDF-1.4\n" + bytes(range(256)) * 40])
def test_what_is_no_pdf_or_a_broken_one_is_refused_as_broken(saved: Saved, data: bytes) -> None:
    assert refused(saved(data)) == "pdf-broken"


def test_a_file_cut_off_in_the_middle_is_refused_as_broken(press: Press, saved: Saved) -> None:
    for _ in range(20):
        press.text(50, 50, "支出决算情况说明")
        press.page()
    whole = press.pdf()
    assert refused(saved(whole[: len(whole) // 2])) == "pdf-broken"


def test_two_thousand_pages_are_read_and_more_than_the_limit_refused(saved: Saved) -> None:
    page = zlib.compress(b"BT /F1 12 Tf 72 700 Td (123.45) Tj ET")
    path = saved(raw_pdf(page, pages=2000))
    started = time.monotonic()
    assert read_document(path).pages == 2000
    assert time.monotonic() - started < 60
    assert refused(path, Limits(pages=1999)) == "pdf-too-many-pages"


def test_a_stream_that_unpacks_to_gigabytes_is_stopped_by_the_memory_limit(saved: Saved) -> None:
    once = packed(b" " * (1 << 20), 1500)
    bomb = raw_pdf(zlib.compress(once, 9), filters=b"[/FlateDecode /FlateDecode]")
    assert len(bomb) < 100_000
    assert refused(saved(bomb)) == "pdf-too-heavy"


def test_a_page_with_more_lines_than_any_page_can_hold_is_unread_and_said(saved: Saved) -> None:
    stream = packed(b"0 0 m 100 100 l S " * 1000, 200)
    document = read_document(saved(raw_pdf(stream)))
    assert [(u.what, u.place.page) for u in document.unread] == [("第1页", 1)]


def test_reading_stops_when_its_time_is_over(press: Press, saved: Saved) -> None:
    press.text(50, 50, "文字")
    assert refused(saved(press.pdf()), Limits(seconds=0.01, seconds_per_page=0)) == "pdf-too-slow"


def test_a_file_above_the_size_limit_is_not_even_opened(press: Press, saved: Saved) -> None:
    press.text(50, 50, "文字")
    assert refused(saved(press.pdf()), Limits(bytes=100)) == "pdf-too-large"


def test_a_missing_file_and_an_unknown_format_are_said(tmp_path: Path) -> None:
    assert refused(tmp_path / "absent.pdf") == "file-unreadable"
    other = tmp_path / "x.txt"
    other.write_text("文字", encoding="utf-8")
    assert refused(other) == "format-unknown"


def test_several_documents_come_back_in_order_each_with_its_answer(press: Press, saved: Saved, tmp_path: Path) -> None:
    press.text(50, 50, "某县水利局2022年度部门决算")
    good = saved(press.pdf())
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(b"no")
    first, second, third = read_documents([good, bad, good], jobs=2)
    assert first == third
    assert first.year == 2022
    assert isinstance(second, IntakeError)
