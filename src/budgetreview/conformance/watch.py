"""Watch what code of a package does beside answering: files, network, programs, clock, environment, standard output.

Files, sockets and programs are seen by an audit hook, whoever opens them. Clock and environment have no audit event:
they are seen where code of the package itself calls them, not where a library does it for the package.
What is caught is an accident or a bad habit. A package that wants to hide can: who installs a package trusts it.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import FrameType
from typing import Any, Final

import attrs

from budgetreview.errors import Text

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES: Final = frozenset({
    "os.chmod", "os.chown", "os.link", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.truncate",
    "os.utime", "shutil.move", "shutil.rmtree", "sqlite3.connect", "tempfile.mkdtemp", "tempfile.mkstemp",
})  # fmt: skip
_PROGRAMS: Final = frozenset({
    "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.startfile", "os.system", "subprocess.Popen",
})  # fmt: skip
_CLOCKS: Final = frozenset({
    ("time", "time"), ("time", "time_ns"), ("time", "localtime"), ("time", "gmtime"), ("time", "ctime"),
    ("time", "monotonic"), ("time", "perf_counter"), ("date", "today"), ("datetime", "now"), ("datetime", "utcnow"),
    ("datetime", "today"),
})  # fmt: skip
_IGNORED: Final = frozenset({"/dev/null", os.devnull})


@attrs.define
class Watch:
    """What was seen, by the code of the check it breaks.

    Attributes:
        folders: Where the package's own modules lie.
        seen: Code of a check to what was seen, each once.
    """

    folders: tuple[str, ...]
    seen: dict[str, dict[str, None]] = attrs.field(factory=dict)

    def note(self, code: str, what: str) -> None:
        """Remember something."""
        self.seen.setdefault(code, {})[what] = None

    def breaches(self) -> Iterator[tuple[str, Text]]:
        """What was seen, as sentences."""
        for code, found in self.seen.items():
            for what in found:
                yield code, Text(f"调用了 {what}", f"it calls {what}")

    def own(self, frame: FrameType | None) -> bool:
        """Whether code of the package itself runs in the frame."""
        return frame is not None and frame.f_code.co_filename.startswith(self.folders)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch whatever runs inside on this thread."""
        _install()
        said = io.StringIO()
        before = sys.getprofile()
        _ACTIVE.append(self)
        sys.setprofile(self._profile)
        try:
            with redirect_stdout(said):
                yield
        finally:
            sys.setprofile(before if callable(before) else None)
            _ACTIVE.remove(self)
        if said.getvalue():
            self.note("prints", f"print: {said.getvalue().strip()[:60]!r}")

    def _profile(self, frame: FrameType, event: str, argument: Any) -> None:
        if event == "c_call" and self.own(frame):
            name = argument.__name__
            home = getattr(argument, "__self__", None)
            owner = getattr(home, "__name__", "")
            if (owner, name) in _CLOCKS:
                self.note("reads-clock", f"{owner}.{name}()")
        elif event == "call" and frame.f_code.co_filename == os.__file__ and self.own(frame.f_back):
            if frame.f_code.co_name in {"getenv", "get", "__getitem__", "__contains__", "getenvb"}:
                self.note("reads-environment", "os.environ")
        elif event == "call" and frame.f_code.co_name == "get" and self.own(frame.f_back):
            mapping = frame.f_locals.get("self")  # Mapping.get, which os.environ inherits
            self.note("reads-environment", "os.environ.get()") if mapping is os.environ else None


_ACTIVE: Final[list[Watch]] = []
_INSTALLED: Final[list[bool]] = []


def _install() -> None:
    """Add the audit hook, which cannot be taken away again, once a process; it is idle while nobody watches."""
    if not _INSTALLED:
        _INSTALLED.append(True)
        sys.addaudithook(_audit)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if not _ACTIVE:
        return
    what: tuple[str, str] | None = None
    if event == "open":
        path, mode, flags = arguments
        writes = any(c in mode for c in "wax+") if isinstance(mode, str) else bool(flags & _WRITING)
        if writes and str(path) not in _IGNORED:
            what = "writes-file", f"open({Path(os.fsdecode(path)).name if not isinstance(path, int) else path!r})"
    elif event in _CHANGES:
        what = "writes-file", event
    elif event in _PROGRAMS:
        what = "starts-program", event
    elif event.startswith(("socket.", "urllib.", "http.", "ftplib.", "smtplib.")):
        what = "uses-network", event
    if what is not None:
        for watch in _ACTIVE:
            watch.note(*what)
