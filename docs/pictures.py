"""Make the pictures of the how-to pages: sheets of the rule book as LibreOffice shows them.

Run it by hand after the template changes: ``python docs/pictures.py``. It needs ``soffice``, ``pdftoppm`` and
ImageMagick's ``convert`` on the path, a font with Chinese characters, and openpyxl.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import openpyxl
from openpyxl.styles import Font

from budgetreview.rulefile.template import write_rules_template

HERE: Final = Path(__file__).parent / "pictures" / "how-to"
FONT: Final = "Noto Sans CJK SC"
SHEETS: Final = {
    "zh": (
        ("规则", "A1:J3", "rules-sheet.png"),
        ("规则", "P1:Z3", "rules-words.png"),
        ("样例", "A1:H9", "examples-sheet.png"),
        ("调整", "A1:T3", "changes-sheet.png"),
    ),
    "en": (
        ("rules", "A1:J3", "rules-sheet-en.png"),
        ("rules", "P1:Z3", "rules-words-en.png"),
        ("examples", "A1:H9", "examples-sheet-en.png"),
        ("changes", "A1:T3", "changes-sheet-en.png"),
    ),
}
"""By language: sheet, cells shown, and the picture's name."""
CHANGE: Final = {
    "编号": "Z17", "参数": "threshold", "取值": "300万元", "施行日期": "2026-01-01",
    "依据文件": "（示例）本县预算编制通知", "条款": "7",
    "code": "Z17", "parameter": "threshold", "value": "300万元", "from": "2026-01-01",
    "document": "（示例）本县预算编制通知", "article": "7",
}  # fmt: skip


def main() -> int:
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as folder:
        for lang, sheets in SHEETS.items():
            book = Path(folder) / f"rules-{lang}.xlsx"
            write_rules_template(book, lang)
            for sheet, area, name in sheets:
                picture(book, sheet, area, HERE / name)
                sys.stdout.write(f"{name}: {(HERE / name).stat().st_size // 1024} kB\n")
    return 0


def picture(book: Path, sheet: str, area: str, target: Path) -> None:
    """One area of one sheet as a picture."""
    made = openpyxl.load_workbook(book)
    shown = made[sheet]
    for other in made.worksheets:
        if other.title != sheet:
            made.remove(other)
    if sheet in {"调整", "changes"}:
        places = {str(c.value).rstrip("*"): c.column for c in shown[1]}
        for header in places.keys() & CHANGE.keys():
            shown.cell(2, places[header]).value = CHANGE[header]
    for row in shown.iter_rows(max_row=20):
        for cell in row:
            cell.font = Font(name=FONT, size=10, bold=cell.font.bold)
    shown.print_area = area
    shown.page_setup.orientation = "landscape"
    shown.page_setup.paperSize = 8  # A3
    shown.sheet_properties.pageSetUpPr.fitToPage = True
    shown.page_setup.fitToWidth, shown.page_setup.fitToHeight = 1, 0
    shown.print_options.gridLines = shown.print_options.headings = True
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        made.save(path)
        run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(path))
        run("pdftoppm", "-r", "110", "-f", "1", "-l", "1", "-png", str(path.with_suffix(".pdf")), f"{folder}/page")
        page = next(iter(sorted(Path(folder).glob("page*.png"))))
        target.parent.mkdir(parents=True, exist_ok=True)
        smaller = ("-trim", "-bordercolor", "white", "-border", "8", "-colors", "32", "-strip")
        run("convert", str(page), *smaller, str(target))


def run(*command: str) -> None:
    """A command that must work."""
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - fixed commands of this script


if __name__ == "__main__":
    sys.exit(main())
