"""Run by test_faults: writers that are killed at random moments, and what is there afterwards.

A writer says on its pipe what was acknowledged, and nothing before that. Run as a script of its own, so that it may fork.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from datetime import date
from pathlib import Path

import xlsxwriter

from budgetreview import ledger
from budgetreview.ledger import workbook
from tests.ledger.reports import finding, report

DAY = date(2026, 1, 1)


def filled(path: Path, cases: list[dict], to: str) -> None:
    """A workbook as the office hands it in, with one decision for all."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet(workbook.SHEET.zh)
    for c, (key, title) in enumerate(workbook.COLUMNS.items()):
        sheet.write_string(0, c, title.zh)
        for r, case in enumerate(cases, start=1):
            value = {"to": to, "reason": "批量处置"}.get(key, case.get(key))
            if value is not None and key not in {"due_new", "department_new", "person", "document"}:
                sheet.write(r, c, value)
    book.close()


def write(address: str, folder: Path, out: int, number: int) -> None:
    """Add reports and import workbooks for ever, and say so after each."""
    book = ledger.open(address)
    turn = 0
    while True:
        turn += 1
        names = [f"{number}-{turn}-{i}" for i in range(15)]
        added = book.add(report("2026-01-10", *map(finding, names), rules=[]), by="主任")
        os.write(out, f"add {added.review} {book.head()}\n".encode())
        cases = [c for c in book.cases(state="found") if c["fingerprint"] in set(names)]
        file = folder / f"{os.getpid()}.xlsx"
        filled(file, cases, "认定正常")
        done = workbook.read(book, file, by="主任", on=date(2026, 1, 12))
        os.write(out, f"import {done.moved} {book.head()}\n".encode())


def round_(address: str, folder: Path, number: int, rng: random.Random) -> int:
    """Start a writer, kill it, and look; how many acknowledgements there were.

    Raises:
        AssertionError: Something acknowledged is lost, half done, or the past does not verify.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            write(address, folder, writing, number)
        finally:
            os._exit(1)
    os.close(writing)
    time.sleep(rng.uniform(0.0, 0.25))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    said = b""
    while part := os.read(reading, 65536):
        said += part
    os.close(reading)
    lines = [line.split() for line in said.decode().splitlines() if line.count(" ") == 2]
    book = ledger.open(address)
    found = book.verify(lines[-1][2] if lines else None)  # the heads acknowledged before it lead up to it
    assert not found.problems, (lines[-1:], found.problems)
    made: dict[int, int] = {}
    for c in book.cases():
        made[c["review"]] = made.get(c["review"], 0) + 1
    assert made == {r["no"]: 15 for r in book.reviews()}  # a review and all its cases, or nothing of it
    with book.reading() as r:
        moves: dict[int, int] = {}
        for e in r.events():
            if e.kind == "move":
                workbook_ = ((e.case_no or 1) - 1) // 15
                moves[workbook_] = moves.get(workbook_, 0) + 1
    assert set(moves.values()) <= {15}, moves  # a workbook as a whole, or nothing of it
    return len(lines)


def main(address: str, folder: str, times: int) -> None:
    """As many rounds; a new ledger every twenty, so that looking stays cheap."""
    rng = random.Random(12345)
    told = 0
    for n in range(times):
        here = address if address.startswith("postgresql") else f"{address}-{n // 20}"
        if n % 20 == 0 and not here.startswith("postgresql"):
            ledger.create(here, name="示例县", by="主任", on=DAY)
        told += round_(here, Path(folder), n, rng)
    sys.stdout.write(f"{told}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
