"""Find the files of a submission: which file is what, under which name the report knows it.

A path is a workbook, a text or parquet file, a folder of such files (folders inside it too), or a
``datapackage.json``; a folder that has one is read by it alone. Whatever is wrong with a path becomes a problem of
what was found, never an exception. Hidden files, Office's lock files (``~$…``) and files of other kinds (``README.md``)
inside a folder are passed over; a spreadsheet of a kind that is not understood (``.et``, ``.xlsb``) is a problem
there too, as leaving it out in silence could leave out a table.

The limits and the kinds of problem are in :mod:`budgetreview.intake.limits`.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

import attrs

from budgetreview.errors import IntakeError
from budgetreview.intake import limits
from budgetreview.intake.datapackage import FILE_NAME, read_datapackage
from budgetreview.intake.delimited import empty, read_delimited, too_large
from budgetreview.intake.limits import problem
from budgetreview.intake.workbook import read_workbook, unreadable
from budgetreview.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from budgetreview.errors import Problem
    from budgetreview.intake.grid import Grid

FileKind = Literal["workbook", "delimited", "parquet", "document"]

ENDINGS: Final[Mapping[str, FileKind]] = MappingProxyType(
    {
        ".xlsx": "workbook",
        ".xlsm": "workbook",
        ".xls": "workbook",
        ".ods": "workbook",
        ".csv": "delimited",
        ".tsv": "delimited",
        ".tab": "delimited",
        ".parquet": "parquet",
        ".pdf": "document",
        ".docx": "document",
    }
)
"""The endings understood, in lower case."""

_OTHER_SPREADSHEETS: Final = frozenset(
    {".xlsb", ".xlt", ".xltx", ".xltm", ".et", ".ett", ".numbers", ".fods", ".sxc", ".dbf"}
)
_LIMIT: Final[Mapping[FileKind, int]] = MappingProxyType(
    {"workbook": limits.WORKBOOK_BYTES, "delimited": limits.TEXT_BYTES, "parquet": limits.PARQUET_BYTES,
     "document": limits.DOCUMENT_BYTES}
)
_TABLE_NAMES: Final = {n.casefold(): t.name for t in TABLES.values() for n in (t.name, *t.zh)}


def _fixed(options: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(options))


@attrs.frozen
class Found:
    """A file that belongs to the submission, or a path that should have been one.

    Attributes:
        name: As the report names it: relative to the path given, ``/`` between folders; the second of one name is
            ``name#2``.
        path: Where it lies; never to be printed.
        kind: How it is read.
        table: The canonical table that its name states, or None.
        sha256: Of its bytes; empty when it could not be read.
        problems: Why it cannot be read; then it must not be.
        options: ``encoding`` and ``delimiter`` as a data package states them.
    """

    name: str
    path: Path
    kind: FileKind
    table: str | None = None
    sha256: str = ""
    problems: tuple[Problem, ...] = ()
    options: Mapping[str, str] = attrs.field(factory=dict, converter=_fixed)


def find(paths: Sequence[Path | str]) -> list[Found]:
    """Everything that the given paths hold, in the order given, inside folders by name.

    Args:
        paths: Files, folders, data packages.

    Returns:
        What was found. A path that cannot be read is there too, with its problem.
    """
    found: list[Found] = []
    for path in paths:
        found += _find_one(Path(path))
    seen: Counter[str] = Counter()
    taken = {f.name for f in found}
    unique: list[Found] = []
    for one in found:
        f, name = one, one.name
        seen[name] += 1
        if seen[f.name] > 1:
            number = seen[f.name]
            while (name := f"{f.name}#{number}") in taken:
                number += 1
            taken.add(name)
            f = attrs.evolve(f, name=name, problems=tuple(attrs.evolve(p, name=name) for p in f.problems))
        unique.append(f)
    return unique


def grids(found: Found, *, encoding: str | None = None, delimiter: str | None = None) -> list[Grid]:
    """The cells of a workbook (a grid a sheet) or of a text file (one grid).

    Args:
        found: What :func:`find` returned; not a parquet file, which has no cells.
        encoding: Of a text file, when a layout states it; what a data package states comes after it.
        delimiter: Likewise.

    Raises:
        IntakeError: If the file as a whole cannot be read. Single bad cells and records are in ``Grid.problems``.
    """
    if found.problems:
        raise IntakeError(found.problems)
    if found.kind == "workbook":
        return read_workbook(found.path, found.name, found.sha256)
    if found.kind == "delimited":
        return [
            read_delimited(
                found.path,
                found.name,
                found.sha256,
                encoding=encoding or found.options.get("encoding"),
                delimiter=delimiter or found.options.get("delimiter"),
            )
        ]
    message = "a parquet file is read as a frame, not as a grid"
    raise ValueError(message)


def table_of(title: str) -> str | None:
    """The table that a file, sheet or resource name states in either language, or None.

    A counter or year before or after the name is let go: ``01_预算明细``, ``lines-2026``.
    """
    plain = title.strip().casefold()
    return _TABLE_NAMES.get(plain) or _TABLE_NAMES.get(plain.strip("0123456789年度 ._-—()（）、")) or None


# ---------------------------------------------------------------- one path


def _find_one(path: Path) -> list[Found]:
    name = path.name or path.absolute().name or "."
    try:
        if path.is_symlink() and not path.exists():
            path.stat()
        if path.is_dir():
            return _folder(path, name)
        if path.name == FILE_NAME:
            return _package(path, name, "")
        path.stat()
        return [_file(path, name)]
    except (OSError, RuntimeError, ValueError) as error:
        return [_lost(path, name, error)]


def _lost(path: Path, name: str, error: Exception) -> Found:
    if isinstance(error, OSError) and error.errno not in (40, 62):
        return _wrong(path, name, unreadable(name, error))
    if isinstance(error, ValueError):
        return _wrong(
            path,
            name,
            problem(
                "not-found",
                "路径中含有无效字符；请检查路径。",
                "the path has characters no path has; check it.",
                name=name,
            ),
        )
    return _wrong(path, name, _loop(name))


def _loop(name: str) -> Problem:
    return problem(
        "folder-loop",
        "链接指回上级文件夹或自身，未继续读取；请删除该链接。",
        "a link leads back to a folder above it or to itself and was not followed; remove it.",
        name=name,
    )


def _wrong(path: Path, name: str, *problems: Problem) -> Found:
    return Found(name, path, ENDINGS.get(path.suffix.lower(), "delimited"), problems=problems)


def _folder(folder: Path, name: str) -> list[Found]:
    package = folder / FILE_NAME
    if package.is_file():
        return _package(package, FILE_NAME, "")
    everything = list(_walk(folder, "", (os.path.realpath(folder),)))
    # documents beside tables are their papers; a folder of documents alone is meant to be read
    found = [f for f in everything if f.kind != "document"] or everything
    if not found:
        return [
            _wrong(
                folder,
                name,
                problem(
                    "nothing-readable",
                    f"文件夹中没有可读的文件；应有 {' '.join(ENDINGS)} 或 {FILE_NAME}。",
                    f"the folder has no file that can be read; expected {' '.join(ENDINGS)} or {FILE_NAME}.",
                    name=name,
                ),
            )
        ]
    return found


def _walk(folder: Path, prefix: str, above: tuple[str, ...]) -> Iterator[Found]:
    try:
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda e: e.name)
    except OSError as error:
        name = prefix.rstrip("/") or folder.name or "."
        yield _wrong(folder, name, unreadable(name, error))
        return
    for entry in entries:
        path, name = Path(entry.path), prefix + entry.name
        if entry.name.startswith((".", "~$")):
            continue
        try:
            is_folder = entry.is_dir()
        except OSError as error:
            yield _lost(path, name, error)
            continue
        if is_folder:
            real = os.path.realpath(path)
            if real in above:
                yield _wrong(path, name, _loop(name))
            elif (path / FILE_NAME).is_file():
                yield from _package(path / FILE_NAME, f"{name}/{FILE_NAME}", f"{name}/")
            else:
                yield from _walk(path, f"{name}/", (*above, real))
        elif path.suffix.lower() in ENDINGS or path.suffix.lower() in _OTHER_SPREADSHEETS:
            yield _file(path, name)


def _package(path: Path, name: str, prefix: str) -> list[Found]:
    try:
        resources, problems = read_datapackage(path, name)
    except OSError as error:
        return [_wrong(path, name, unreadable(name, error))]
    found = [_wrong(path, name, *problems)] if problems else []
    for resource in resources:
        if resource.file is None or resource.problems:
            found.append(_wrong(path, prefix + resource.path if resource.path else name, *resource.problems))
            continue
        try:
            resource.file.stat()
        except OSError as error:
            found.append(_lost(resource.file, prefix + resource.path, error))
            continue
        found.append(_file(resource.file, prefix + resource.path, title=resource.title, options=resource.options))
    return found


def _file(path: Path, name: str, *, title: str = "", options: Mapping[str, str] = MappingProxyType({})) -> Found:
    kind = ENDINGS.get(path.suffix.lower())
    if kind is None:
        return _wrong(path, name, _unknown_ending(path, name))
    try:
        unfit = _unfit(path, name, _LIMIT[kind])
        if unfit is not None:
            return _wrong(path, name, unfit)
        sha256, first, last = _digest(path)
    except OSError as error:
        return _lost(path, name, error)
    problems = _not_parquet(first, last, name) if kind == "parquet" else ()
    return Found(name, path, kind, table_of(title) or table_of(path.stem), sha256, problems, options)


def _unknown_ending(path: Path, name: str) -> Problem:
    ending = path.suffix or "（无）"
    return problem(
        "unknown-ending",
        f"不认识的文件类型 {ending}；应为 {' '.join(ENDINGS)}，请另存为其中一种。",
        f"an ending that is not understood: {path.suffix or '(none)'}; "
        f"expected {' '.join(ENDINGS)}: save it as one of them.",
        name=name,
    )


def _unfit(path: Path, name: str, limit: int) -> Problem | None:
    """Why a file is not even opened: no ordinary file, too large, empty."""
    size = path.stat().st_size
    if not path.is_file():
        return problem(
            "not-a-file",
            "不是普通文件；应为文件或文件夹。",
            "it is no ordinary file; expected a file or a folder.",
            name=name,
        )
    if size > limit:
        return too_large(name, size, limit)
    return empty(name) if size == 0 else None


def _not_parquet(first: bytes, last: bytes, name: str) -> tuple[Problem, ...]:
    """What is wrong with the first and last four bytes of a parquet file."""
    if first == last == b"PAR1":
        return ()
    if b"PARE" in (first, last):
        return (
            problem(
                "encrypted",
                "parquet 文件已加密；请提供未加密的文件。",
                "the parquet file is encrypted; hand over one that is not.",
                name=name,
            ),
        )
    return (
        problem(
            "not-parquet",
            "不是 parquet 文件或不完整（首尾应为 PAR1）；请重新导出。",
            "not a parquet file, or not whole (it should begin and end with PAR1); export it again.",
            name=name,
        ),
    )


def _digest(path: Path) -> tuple[str, bytes, bytes]:
    digest = hashlib.sha256()
    first = last = b""
    with path.open("rb") as file:
        while piece := file.read(4 * limits.MIB):
            digest.update(piece)
            first = first or piece[:4]
            last = (last + piece[-4:])[-4:]
    return digest.hexdigest(), first, last
