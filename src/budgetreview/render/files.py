"""Files written whole or not at all: to a temporary file in the same folder first, then moved into place."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Final

from budgetreview.errors import OutputError, Text

_MODE: Final = 0o666


def save(contents: Mapping[Path, Callable[[IO[bytes]], None]]) -> tuple[Path, ...]:
    """Write all files, then move them into place; if one cannot be written, none is replaced.

    Args:
        contents: For each file what writes it.

    Raises:
        OutputError: A file could not be written or moved. Files that stood there before are untouched, except
            those of the same report that had already been moved (said in the message).
    """
    made: list[tuple[Path, Path]] = []
    moved: list[Path] = []
    at = next(iter(contents))
    try:
        for at, fill in contents.items():
            target = _checked(at)
            temporary = _fresh(target)
            made.append((temporary, target))
            with temporary.open("wb") as out:
                fill(out)
                out.flush()
                os.fsync(out.fileno())
            if target.exists():
                shutil.copymode(target, temporary)
        for temporary, target in made:
            at = target
            temporary.replace(target)
            moved.append(target)
    except OSError as error:
        raise _failure(at, error, moved) from error
    finally:
        for temporary, _ in made:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
    return tuple(contents)


def _checked(path: Path) -> Path:
    """The file itself, behind links.

    Raises:
        OutputError: There is something that is no file, or no such folder.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise OutputError(Text(
            f"{path}：不是普通文件，不能写入报告", f"{path}: is not a regular file; a report cannot be written there"
        ))  # fmt: skip
    if not target.parent.is_dir():
        raise OutputError(Text(
            f"{path}：文件夹 {path.parent} 不存在，请先建立",
            f"{path}: the folder {path.parent} does not exist; make it first",
        ))  # fmt: skip
    return target


def _fresh(target: Path) -> Path:
    """A new empty file beside the target, with the rights that a new file gets."""
    path = target.with_name(f".{secrets.token_hex(8)}.part")
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _MODE))
    return path


def _failure(path: Path, error: OSError, moved: list[Path]) -> OutputError:
    why = error.strerror or str(error)
    zh = f"{path}：无法写入（{why}）"
    en = f"{path}: cannot be written ({why})"
    if isinstance(error, PermissionError):
        zh += "；文件是否在其他程序（如 Excel）中打开，或没有写权限"
        en += "; is it open in another program such as Excel, or is writing not allowed"
    if moved:
        names = "、".join(p.name for p in moved)
        zh += f"；{names} 已更新"
        en += f"; {', '.join(p.name for p in moved)} already replaced"
    else:
        zh += "；原有文件未改动"
        en += "; what was there is untouched"
    return OutputError(Text(zh, en))
