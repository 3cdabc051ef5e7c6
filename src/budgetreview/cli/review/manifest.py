"""What a review was asked for, as its JSON report keeps it: enough to run it again, without any place on a machine.

Files go by their names and hashes; a folder by the names and hashes of what was read in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import attrs

from budgetreview.cli.options.inputs import Asked
from budgetreview.errors import Text, UsageError
from budgetreview.intake.files import find

Record = Mapping[str, Any]


@attrs.frozen
class Request:
    """Everything that decides what a review says.

    Attributes:
        asked: What the command line says about inputs and rules.
        stage: A word of CONTRACT section 1.
        values: Parameter values set by the user.
        level: The level of all entities, None: each its own.
        levels: Levels by code.
        waivers: The file of recorded exceptions.
        ledger: The address of the closed loop's ledger.
    """

    asked: Asked
    stage: str
    values: Mapping[str, str]
    level: str | None
    levels: Mapping[str, str]
    waivers: Path | None
    ledger: str | None

    def record(self) -> dict[str, Any]:
        """The object ``asked`` of a report: no path, only names and hashes, and nothing that stands elsewhere in it."""
        asked = self.asked
        return {
            "inputs": [_input(p) for p in asked.paths],
            "prior": None if asked.prior is None else _input(asked.prior),
            "profile": _said(asked.profile),
            "layout": _said(asked.layout),
            "codes": None if asked.codes is None else _file(asked.codes),
            "rules": [_file(p) for p in asked.rule_files],
            "waivers": None if self.waivers is None else _file(self.waivers),
            "ledger": self.ledger is not None,
            "entity": asked.entity,
            "year": asked.year,
            "unit": asked.unit,
            "round": asked.round_,
            "level": self.level,
            "levels": dict(sorted(self.levels.items())),
            "select": list(asked.select),
            "ignore": list(asked.ignore),
            "require": list(asked.require),
            "set": dict(sorted(self.values.items())),
        }


def _said(key_or_file: str | None) -> str | dict[str, str] | None:
    return _file(Path(key_or_file)) if key_or_file is not None and key_or_file.endswith(".toml") else key_or_file


def _input(path: Path) -> dict[str, Any]:
    whole = path.is_dir()
    return {"name": None if whole else path.name, "files": {f.name: f.sha256 for f in find([path])}}


def _file(path: Path) -> dict[str, str]:
    return {"name": path.name, "sha256": _digest(path)}


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def request_of(report: Record, root: Path, ledger: str | None) -> Request:
    """What the report says was asked for, with every file found again below a folder.

    Raises:
        UsageError: The report does not say how it was made, or a file is not there or has changed.
    """
    try:
        return _request(report, root, ledger)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        detail = f"{type(error).__name__}: {error}"
        raise UsageError(Text(
            f"报告中记录的审查选项不完整或被改动（{detail}），无法重放",
            f"what the report says was asked for is incomplete or was changed ({detail}), so it cannot be replayed",
        )) from None  # fmt: skip


def _request(report: Record, root: Path, ledger: str | None) -> Request:
    said = report.get("asked")
    if not isinstance(said, Mapping):
        raise UsageError(Text(
            "报告没有记录审查的选项（不是由 check 写的 JSON，或由旧版本所写），无法重放",
            "the report does not say how the review was asked for (not written by check as JSON, or by an older "
            "version), so it cannot be replayed",
        ))  # fmt: skip
    if said["ledger"] and ledger is None:
        text = Text("这次审查用了台账，请用 --ledger 指明", "this review read a ledger; name it with --ledger")
        raise UsageError(text)
    prior, codes, waivers = said["prior"], said["codes"], said["waivers"]
    asked = Asked(
        paths=tuple(_found_input(one, root) for one in said["inputs"]),
        as_of=date.fromisoformat(report["as_of"]),
        entity=said["entity"],
        year=said["year"],
        prior=None if prior is None else _found_input(prior, root),
        profile=_key_or_file(said["profile"], root) or "",
        level=(),
        layout=_key_or_file(said["layout"], root),
        unit=said["unit"],
        round_=said["round"],
        codes=None if codes is None else _found_file(codes, root),
        rule_files=tuple(_found_file(one, root) for one in said["rules"]),
        lock=None,
        require=tuple(said["require"]),
        without=tuple(report["without"]),
        select=tuple(said["select"]),
        ignore=tuple(said["ignore"]),
    )
    return Request(
        asked, report["stage"], said["set"], said["level"], said["levels"],
        None if waivers is None else _found_file(waivers, root), ledger if said["ledger"] else None,
    )  # fmt: skip


def _key_or_file(said: str | Record | None, root: Path) -> str | None:
    return said if said is None or isinstance(said, str) else str(_found_file(said, root))


def _found_file(said: Record, root: Path) -> Path:
    there = list(_named(root, said["name"]))
    for path in there:
        if _digest(path) == said["sha256"]:
            return path
    raise _lost(said["name"], root, changed=bool(there))


def _found_input(said: Record, root: Path) -> Path:
    wanted = dict(said["files"])
    name = said["name"]
    if name is not None:
        there = list(_named(root, name))
        for path in there:
            if {f.name: f.sha256 for f in find([path])} == wanted:
                return path
        raise _lost(name, root, changed=bool(there))
    changed = False
    for folder in (root, *sorted(p for p in root.rglob("*") if p.is_dir())):
        found = {f.name: f.sha256 for f in find([folder])}
        if found == wanted:
            return folder
        changed = changed or set(found) == set(wanted)
    raise _lost("、".join(sorted(wanted)) or "-", root, changed=changed)


def _named(root: Path, name: str) -> Iterator[Path]:
    """Files of that name: in the folder itself first, then below it."""
    first = root / name
    if first.is_file():
        yield first
    for path in sorted(p for p in root.rglob("*") if p.name == name and p.is_file()):
        if path != first:
            yield path


def _lost(name: str, root: Path, *, changed: bool) -> UsageError:
    if changed:
        return UsageError(Text(
            f"{name} 与审查时的内容不同（SHA-256 不符），不能重放",
            f"{name} is not what was reviewed (another SHA-256), so nothing is replayed",
        ))  # fmt: skip
    where = root.name or str(root)
    return UsageError(Text(
        f"在 {where} 中找不到 {name}；用 --root 指明输入所在的文件夹",
        f"{name} is not in {where}; name the folder of the inputs with --root",
    ))  # fmt: skip
