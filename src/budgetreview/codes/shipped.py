"""The tables that come with the program."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from budgetreview.codes.table import CodeTable, Complete, Entry, Mark
from budgetreview.codes.text import SYSTEMS, System


@cache
def load_tables() -> Mapping[System, CodeTable]:
    """The tables shipped with the program, read at the first call."""
    complete: dict[str, list[Complete]] = {}
    for row in shipped("complete.csv"):
        scope: Literal["classes", "all"] = "all" if row["scope"] == "all" else "classes"
        part = Complete(scope, _year(row["valid_from"]), _year(row["valid_to"]), _mark(row["mark"]))
        complete.setdefault(row["system"], []).append(part)
    return MappingProxyType({s: CodeTable(s, _entries(f"{s}.csv"), tuple(complete.get(s, ()))) for s in SYSTEMS})


def _entries(name: str) -> tuple[Entry, ...]:
    return tuple(
        Entry(r["code"], r["name"], _year(r["valid_from"]), _year(r["valid_to"]), _mark(r["mark"]), r["note"])
        for r in shipped(name)
    )


def shipped(name: str) -> list[dict[str, str]]:
    """The rows of a data file of this package."""
    text = (files("budgetreview") / "data" / "codes" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def _year(text: str) -> int | None:
    return int(text) if text else None


def _mark(text: str) -> Mark:
    return "S" if text == "S" else "K" if text == "K" else "K?"
