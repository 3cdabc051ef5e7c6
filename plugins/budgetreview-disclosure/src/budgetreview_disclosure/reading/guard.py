"""Reads a PDF in a process of its own, with limits of memory and time, so that no file can hang or fell the caller.

A published PDF comes from anywhere. The child may use :data:`Limits.memory` bytes and :data:`Limits.seconds`; when it
passes them, or the PDF library falls over, the caller gets one clear sentence in Chinese and English, and nothing else.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from budgetreview import IntakeError, Problem, Text
from budgetreview_disclosure import document

if TYPE_CHECKING:
    from budgetreview_disclosure.document import Document

_TAIL: Final = 300


@attrs.frozen
class Limits:
    """What one PDF may cost.

    Attributes:
        seconds: Of time, whatever the file; pages add ``seconds_per_page`` each.
        seconds_per_page: Added for each page.
        memory: Bytes of address space of the reading process (where the system can limit it).
        pages: Most pages.
        bytes: Largest file.
    """

    seconds: float = 60.0
    seconds_per_page: float = 0.1
    memory: int = 1 << 30
    pages: int = 3000
    bytes: int = 300 << 20


_PROBLEMS: Final[dict[str, Text]] = {
    "pdf-too-large": Text(
        "文件有 {have} 兆字节，超过 {limit} 兆字节的上限，没有读。请拆分或压缩后再交。",
        "The file has {have} MB, more than the limit of {limit} MB; it was not read. Split or compress it.",
    ),
    "pdf-too-many-pages": Text(
        "文件有 {have} 页，超过 {limit} 页的上限，没有读。请按部门拆分后再交。",
        "The file has {have} pages, more than the limit of {limit}; it was not read. Split it by department.",
    ),
    "pdf-encrypted": Text(
        "文件加了打开密码，读不到内容。请用密码打开后另存为不加密的 PDF。",
        "The file needs a password to be opened. Open it and save it without one.",
    ),
    "pdf-broken": Text(
        "文件损坏、不完整或不是 PDF，打不开（{detail}）。请重新下载或重新导出。",
        "The file is damaged, cut off, or no PDF, and cannot be opened ({detail}). Download or export it again.",
    ),
    "pdf-scanned": Text(
        "文件各页都没有文字（多为扫描的图片），读不到内容。请交由原文件导出的 PDF，或先作文字识别。",
        "No page holds text (usually a scan). Export the PDF from the original file, or recognise its text first.",
    ),
    "pdf-too-slow": Text(
        "读取超过 {limit} 秒，已停止，没有结果。文件内容异常，请重新导出。",
        "Reading took more than {limit} seconds and was stopped. The file is unusual; export it again.",
    ),
    "pdf-too-heavy": Text(
        "读取所需内存超过 {limit} 兆字节，或读取程序因文件中断，已停止，没有结果（{detail}）。"
        "文件内容异常，请重新导出。",
        "Reading needed more than {limit} MB of memory, or the file made the reader stop ({detail}). Export it again.",
    ),
    "pdf-reader-failed": Text(
        "读取程序出错，没有结果（{detail}）。这不是文件的问题，请把文件和这句话报告给本程序包的维护者。",
        "The reader failed ({detail}). This is no fault of the file; report the file and this line to the maintainers.",
    ),
}


def refusal(word: str, name: str, **data: object) -> IntakeError:
    """The one clear answer for a PDF that cannot be read."""
    text = _PROBLEMS[word]
    said = Text(text.zh.format(**data), text.en.format(**data))
    return IntakeError([Problem(word, said, name)])


class _Documents(pickle.Unpickler):
    """Takes nothing but the frozen classes of ``document.py`` from the child."""

    def find_class(self, module: str, name: str) -> object:
        if module == document.__name__ and name in _ALLOWED:
            return getattr(document, name)
        msg = f"{module}.{name}"
        raise pickle.UnpicklingError(msg)


_ALLOWED: Final = frozenset(
    {"Document", "PrintedTable", "Panel", "Row", "Column", "Cell", "Place", "Paragraph", "Unread"}
)


def read_guarded(path: Path, name: str, limits: Limits) -> Document:
    """Reads a PDF in a child process.

    Args:
        path: The file.
        name: As the reader of a message knows it.
        limits: What it may cost.

    Raises:
        IntakeError: One problem; its kind is one of ``pdf-too-large``, ``pdf-too-many-pages``, ``pdf-encrypted``,
            ``pdf-broken``, ``pdf-scanned``, ``pdf-too-slow``, ``pdf-too-heavy``, ``pdf-reader-failed``.
    """
    size = path.stat().st_size
    if size > limits.bytes:
        error = refusal("pdf-too-large", name, have=size >> 20, limit=limits.bytes >> 20)
        raise error
    order = json.dumps([str(path), name, limits.pages, limits.memory, limits.seconds_per_page])
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    allowed = limits.seconds + limits.seconds_per_page * limits.pages * min(1.0, size / (20 << 20) + 0.05)
    command = [sys.executable, "-P", str(Path(__file__).with_name("child.py"))]
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and module
            command, input=order.encode(), capture_output=True, env=environment, timeout=allowed, check=False
        )
    except subprocess.TimeoutExpired:
        error = refusal("pdf-too-slow", name, limit=round(allowed))
        raise error from None
    out, err = child.stdout, child.stderr
    if child.returncode or not out:
        detail = _last_line(err) or f"{child.returncode}"
        if child.returncode == 1 and b"Traceback" in err and not detail.startswith("MemoryError"):
            error = refusal("pdf-reader-failed", name, detail=detail)
            raise error
        error = refusal("pdf-too-heavy", name, limit=limits.memory >> 20, detail=detail)
        raise error
    return _answer(out, name, limits)


def _last_line(err: bytes) -> str:
    lines = err.decode(errors="replace").strip().splitlines()
    return lines[-1][-_TAIL:] if lines else ""


def _answer(out: bytes, name: str, limits: Limits) -> Document:
    kind, _, rest = out.partition(b"\n")
    word = kind.decode(errors="replace")
    if word == "document":
        read = _Documents(io.BytesIO(rest)).load()
        if isinstance(read, document.Document):
            return read
    if word == "pdf-too-many-pages":
        error = refusal(word, name, have=int(rest), limit=limits.pages)
        raise error
    if word in _PROBLEMS:
        error = refusal(word, name, detail=rest.decode(errors="replace"), limit=limits.memory >> 20)
        raise error
    error = refusal("pdf-too-heavy", name, limit=limits.memory >> 20, detail=word[:_TAIL])
    raise error
