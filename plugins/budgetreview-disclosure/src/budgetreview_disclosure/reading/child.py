"""The process that reads one PDF for :mod:`guard`: an order on stdin, a kind and its data on stdout."""

from __future__ import annotations

import contextlib
import hashlib
import json
import pickle
import sys
from pathlib import Path
from types import ModuleType
from typing import BinaryIO


def main(source: BinaryIO, answer: BinaryIO) -> None:
    """Reads the order, answers ``document`` and the pickled document, or the kind of the problem and its detail."""
    path, name, pages, memory, _ = json.loads(source.read())
    _limit(memory)
    from pypdfium2 import PdfDocument, PdfiumError

    from budgetreview_disclosure.reading.pdf import ScannedError, read_pdf

    data = Path(path).read_bytes()
    try:
        pdf = PdfDocument(data)
        count = len(pdf)
    except PdfiumError as exc:
        word = "pdf-encrypted" if "password" in str(exc).lower() or "security" in str(exc).lower() else "pdf-broken"
        _say(answer, word, str(exc).encode())
        return
    if count == 0:
        _say(answer, "pdf-broken", "0 页 / 0 pages".encode())
    elif count > pages:
        _say(answer, "pdf-too-many-pages", str(count).encode())
    else:
        try:
            read = read_pdf(pdf, name, hashlib.sha256(data).hexdigest())
        except ScannedError:
            _say(answer, "pdf-scanned", b"")
        except MemoryError:
            _say(answer, "pdf-too-heavy", b"MemoryError")
        else:
            _say(answer, "document", pickle.dumps(read, protocol=5))


def _say(answer: BinaryIO, word: str, data: bytes) -> None:
    answer.write(word.encode() + b"\n" + data)
    answer.flush()


def _limit(memory: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has none: there only the time is limited
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _alone() -> None:
    """Stands in for the package itself: loading its rules takes longer than reading most files, and reads nothing."""
    package = ModuleType("budgetreview_disclosure")
    package.__path__ = [str(Path(__file__).resolve().parents[1])]
    sys.modules[package.__name__] = package


if __name__ == "__main__":
    _alone()
    main(sys.stdin.buffer, sys.stdout.buffer)
