"""A TOML document to entries: ``[[rule]]`` with its ``example``s, and ``[[change]]``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from budgetreview.errors import Problem
from budgetreview.rulefile.fields import CHANGE, EXAMPLE, RULE, Field, field_named
from budgetreview.rulefile.written import Entry, Said, Sample, Samples, Written, problem

_TOP: Final = ("pack", "rule", "change")
_BILINGUAL: Final = ("title", "message", "question", "why", "fine", "flags", "cannot", "retired")


def read_document(data: bytes, name: str, digest: str) -> Written:
    """Read a TOML document of rules."""
    try:
        given = tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        found = problem(
            "encoding",
            f"不是 UTF-8（第{error.start + 1}个字节）",
            f"not UTF-8 (byte {error.start + 1})",
            name,
            (None, None),
        )
        return Written(name, None, digest, problems=(found,))
    except tomllib.TOMLDecodeError as error:
        found = problem("broken-toml", f"TOML 语法错误：{error}", f"broken TOML: {error}", name, (None, None))
        return Written(name, None, digest, problems=(found,))
    known = ", ".join(_TOP)
    problems: list[Problem] = [
        problem("unknown-key", f"没有这个键；可用：{known}", f"no such key; known: {known}", name, (None, key))
        for key in sorted(given.keys() - set(_TOP))
    ]
    if not given.get("rule") and not given.get("change"):
        problems.append(
            problem(
                "no-rules",
                "没有 [[rule]]，也没有 [[change]]",
                "there is neither a [[rule]] nor a [[change]]",
                name,
                (None, None),
            )
        )
    rules, samples = [], []
    for i, raw in enumerate(_tables(given, "rule", name, problems)):
        path = f"rule[{i}]"
        entry = _entry({k: v for k, v in raw.items() if k != "example"}, RULE, path, name, problems)
        rules.append(entry)
        samples.append(_samples(raw.get("example", []), entry, path, name, problems))
    changes = [
        _entry(raw, CHANGE, f"change[{i}]", name, problems)
        for i, raw in enumerate(_tables(given, "change", name, problems))
    ]
    pack = given.get("pack")
    return Written(
        name,
        str(pack) if pack is not None else None,
        digest,
        tuple(rules),
        tuple(changes),
        tuple(s for s in samples if s is not None),
        tuple(problems),
    )


def _tables(given: Mapping[str, Any], key: str, name: str, problems: list[Problem]) -> list[Mapping[str, Any]]:
    listed = given.get(key, [])
    if not isinstance(listed, list) or not all(isinstance(t, dict) for t in listed):
        problems.append(problem("bad-key", f"应写作 [[{key}]]", f"write [[{key}]]", name, (None, key)))
        return []
    return listed


def text_of(value: Any) -> str | None:
    """A value of TOML as the text of a cell; None where a cell cannot hold such a thing."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | date):
        return str(value).strip()
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Sequence) and all(isinstance(v, str) for v in value):
        return "\n".join(value) if any("=" in v for v in value) else "、".join(value)
    return None


def _entry(raw: Mapping[str, Any], fields: Sequence[Field], path: str, name: str, problems: list[Problem]) -> Entry:
    flat: dict[str, tuple[Any, str]] = {}
    for key, value in raw.items():
        if key in _BILINGUAL:
            pair = value if isinstance(value, dict) else {"zh": value}
            for lang, text in pair.items():
                flat["retired" if (key, lang) == ("retired", "zh") else f"{key}_{lang}"] = (
                    text,
                    f"{path}.{key}.{lang}",
                )
        else:
            flat[key] = (value, f"{path}.{key}")
    said: dict[str, Said] = {}
    for key, (value, place) in flat.items():
        field = field_named(fields, key)
        text = text_of(value)
        if field is None:
            known = ", ".join(dict.fromkeys(f.key.removesuffix("_zh").removesuffix("_en") for f in fields))
            problems.append(
                problem(
                    "unknown-key",
                    f"没有这个键；可用：{known}, example",
                    f"no such key; known: {known}, example",
                    name,
                    (None, place),
                )
            )
        elif text is None:
            problems.append(
                problem(
                    "bad-value",
                    "应为文字、数、日期或文字的列表",
                    "expected a text, a number, a date or a list of texts",
                    name,
                    (None, place),
                )
            )
        elif text:
            said[field.key] = Said(text, (None, place))
    return Entry(said, (None, path))


def _samples(listed: Any, entry: Entry, path: str, name: str, problems: list[Problem]) -> Samples | None:
    if not isinstance(listed, list) or not all(isinstance(x, dict) for x in listed):
        problems.append(
            problem("bad-key", "应写作 [[rule.example]]", "write [[rule.example]]", name, (None, f"{path}.example"))
        )
        return None
    headers: dict[str, int] = {}
    rows: list[Sample] = []
    places: dict[int, str] = {}
    own = {f.key for f in EXAMPLE}
    for i, raw in enumerate(listed):
        here = f"{path}.example[{i}]"
        several = raw.get("rows", [{k: v for k, v in raw.items() if k not in own}])
        if not isinstance(several, list) or not all(isinstance(row, dict) for row in several):
            problems.append(
                problem(
                    "bad-value", "应为 [{列 = 值}, …]", "expected [{column = value}, …]", name, (None, f"{here}.rows")
                )
            )
            continue
        for j, row in enumerate(several):
            at = f"{here}.rows[{j}]" if "rows" in raw else here
            cells: dict[int, str] = {}
            for key, value in row.items():
                text = text_of(value)
                column = headers.setdefault(key, len(headers))
                if text:
                    cells[column] = text
            expected = raw.get("expected") if j == 0 else None
            number = len(rows) + 2
            places[number] = at
            rows.append(
                Sample(
                    Said(entry.get("code"), (None, at)),
                    Said(str(expected), (None, f"{here}.expected")) if expected else None,
                    str(raw.get("case", f"#{i}" if "rows" in raw else "")),
                    number,
                    cells,
                )
            )
    names = {c: h for h, c in headers.items()}
    return Samples(names, tuple(rows), lambda r, c: (None, f"{places.get(r, path)}.{names.get(c, '?')}"))
