"""A small printing press: PDFs of disclosure forms as offices print them, made when a test runs."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from budgetreview_disclosure.document import Document, Row
from budgetreview_disclosure.reading.pdf import read_pdf
from pypdfium2 import PdfDocument
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

Amounts = Callable[[Row], list[int | None]]
Saved = Callable[[bytes], Path]

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))


class Press:
    """Prints pages. Places are in points from the upper left; in a table "<" joins to the left, "^" to above."""

    def __init__(self, size: tuple[float, float] = (595, 842)) -> None:
        self.bytes = io.BytesIO()
        self.size = size
        self.canvas = Canvas(self.bytes, pagesize=size, invariant=True)

    def text(self, x: float, top: float, text: str, size: float = 10, *, right: bool = False) -> None:
        self.canvas.setFont(FONT, size)
        (self.canvas.drawRightString if right else self.canvas.drawString)(x, self.size[1] - top - size, text)

    def centred(self, top: float, text: str, size: float = 16) -> None:
        self.canvas.setFont(FONT, size)
        self.canvas.drawCentredString(self.size[0] / 2, self.size[1] - top - size, text)

    def title(self, top: float, title: str, unit: str | None = "万元", agency: str | None = "某县水利局") -> None:
        self.centred(top, title)
        if agency:
            self.text(50, top + 28, f"部门：{agency}")
        if unit:
            self.text(545, top + 28, f"单位：{unit}", right=True)

    def table(
        self,
        top: float,
        widths: Sequence[float],
        rows: Sequence[Sequence[str]],
        *,
        left: float = 50,
        height: float = 18,
        lines: bool = True,
        inner: bool = True,
        upright: Sequence[str] = (),
    ) -> float:
        """Prints a table and answers where it ends; texts in ``upright`` are printed turned by 90 degrees."""
        edges = [left]
        for w in widths:
            edges.append(edges[-1] + w)
        for i, row in enumerate(rows):
            for j, text in enumerate(row):
                if text in {"<", "^"}:
                    continue
                across = 1
                while j + across < len(row) and row[j + across] == "<":
                    across += 1
                down = 1
                while i + down < len(rows) and rows[i + down][j] == "^":
                    down += 1
                x0, x1 = edges[j], edges[j + across]
                y0, y1 = top + i * height, top + (i + down) * height
                if lines and inner:
                    self.canvas.rect(x0, self.size[1] - y1, x1 - x0, y1 - y0)
                self._cell(text, (x0, y0, x1, y1), turned=text in upright)
        end = top + len(rows) * height
        if lines and not inner:
            self.canvas.rect(left, self.size[1] - end, edges[-1] - left, end - top)
            for x in edges[1:-1]:
                self.canvas.line(x, self.size[1] - end, x, self.size[1] - top)
        return end

    def _cell(self, text: str, box: tuple[float, float, float, float], *, turned: bool) -> None:
        x0, y0, x1, y1 = box
        if turned:
            self.canvas.saveState()
            self.canvas.translate((x0 + x1) / 2 + 4, self.size[1] - y1 + 4)
            self.canvas.rotate(90)
            self.canvas.setFont(FONT, 9)
            self.canvas.drawString(0, 0, text)
            self.canvas.restoreState()
            return
        parts = text.split("\n")
        for k, part in enumerate(parts):
            top = (y0 + y1) / 2 - 5.5 * len(parts) + 11 * k
            number = (part[:1].isdigit() and not part.isdigit()) or part[:1] in {"(", "-"} or "," in part
            self.text(x1 - 3 if number else x0 + 3, top, part, 9, right=number)

    def page(self) -> None:
        self.canvas.showPage()
        self.canvas.setPageSize(self.size)

    def pdf(self) -> bytes:
        self.canvas.save()
        return self.bytes.getvalue()

    def read(self) -> Document:
        return read_pdf(PdfDocument(self.pdf()), "x.pdf", "")


@pytest.fixture
def press() -> Press:
    return Press()


def amounts_of(row: Row) -> list[int | None]:
    return [c.fen for c in row.cells]


@pytest.fixture
def amounts() -> Amounts:
    """The amounts of a row in 分, column by column."""
    return amounts_of


@pytest.fixture
def saved(tmp_path: Path) -> Saved:
    """Writes bytes to a file and answers its path."""

    def save(data: bytes) -> Path:
        path = tmp_path / "x.pdf"
        path.write_bytes(data)
        return path

    return save
