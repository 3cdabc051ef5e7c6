"""A bar on the terminal when the work is long; nothing at all in a pipe, and nothing for what is done in a second."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

PATIENCE: Final = 1.0
"""Seconds of work before a bar appears."""


class Bar:
    """Shows one step at a time; it appears by itself when the work has taken a second.

    Use it as ``with Bar() as bar: bar.step("reading"); …; bar.step("reviewing", done, total)``.
    """

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self._lock = threading.Lock()
        self._label, self._done, self._total = "", 0, 0
        self._shown: Progress | None = None
        self._task: TaskID | None = None
        self._timer = threading.Timer(patience, self._appear) if sys.stderr.isatty() else None

    def __enter__(self) -> Self:
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is not None:
            self._timer.cancel()
        with self._lock:
            self._timer = None
            if self._shown is not None:
                self._shown.stop()
                self._shown = None

    def step(self, label: str, done: int = 0, total: int = 0) -> None:
        """What is being done, and how much of it; ``total`` 0: nobody knows."""
        with self._lock:
            self._label, self._done, self._total = label, done, total
            self._refresh()

    def _appear(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._timer is None:
                return
            self._shown = Progress(
                TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
                console=Console(stderr=True), transient=True,
            )  # fmt: skip
            self._task = self._shown.add_task(self._label, total=None)
            self._shown.start()
            self._refresh()

    def _refresh(self) -> None:
        if self._shown is not None and self._task is not None:
            self._shown.update(self._task, description=self._label, completed=self._done, total=self._total or None)
