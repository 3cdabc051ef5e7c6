"""Does a rule package keep what the core promises? One check a promise, each with a code of its own.

``budgetreview packs check NAME`` and the fixture ``pack_conformance`` call :func:`check`. Everything that runs code of
the package runs in processes of its own, so that a package that hangs, exits or prints cannot disturb who asks, and so
that a second process with another hash seed and time zone must say the same, byte for byte.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import attrs

from budgetreview.conformance.catalogue import CHECKS, Check
from budgetreview.errors import Text

MOST: Final = 5
"""How many findings of one check are told."""
_PATIENCE: Final = 600.0
_ELSEWHERE: Final = (
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai"},
    {"PYTHONHASHSEED": "4711", "TZ": "America/New_York"},
)


@attrs.frozen
class Result:
    """What one check found.

    Attributes:
        code: The check's stable word, such as ``blank-clears``; for a package that does not load that of the error.
        title: What must hold.
        passed: Whether it holds.
        found: What does not hold, at most five sentences.
        remedy: What to do.
    """

    code: str
    title: Text
    passed: bool
    found: tuple[Text, ...] = ()
    remedy: Text | None = None


def check(name: str, *, cases: Sequence[Path] = (), patience: float = _PATIENCE) -> tuple[Result, ...]:
    """Check an installed package.

    Args:
        name: Its entry point's name.
        cases: Folders with case files besides those that the package ships.
        patience: Seconds after which the package is taken to hang.

    Returns:
        A result for every check, in the order of the catalogue; one only, with the code of the error, for a package
        that does not load.
    """
    with ThreadPoolExecutor(len(_ELSEWHERE)) as pool:
        whole = pool.submit(_asked, name, "checks", cases, patience, _ELSEWHERE[0])
        again = pool.submit(_asked, name, "digests", cases, patience, _ELSEWHERE[1])
    said = [whole.result(), again.result()]
    broken = next((s for s in said if "error" in s), None)
    if broken is not None:
        return (_refused(broken["error"]),)
    breaches = {code: [Text(*t) for t in texts] for code, texts in said[0]["breaches"].items()}
    if said[0]["digests"] != said[1]["digests"]:
        # Hash seed and time zone are all that differ between the two.
        breaches.setdefault("not-deterministic", []).append(Text(
            "换一个进程（散列种子、时区不同）运行，报告不同",
            "another process, with another hash seed and time zone, writes another report",
        ))  # fmt: skip
    return results(breaches)


def results(breaches: Mapping[str, Sequence[Text]]) -> tuple[Result, ...]:
    """A result for every check of the catalogue, from what broke."""
    return tuple(
        Result(c.code, c.title, not breaches.get(c.code), tuple(breaches.get(c.code, ()))[:MOST], c.remedy)
        for c in CHECKS
    )


def _refused(error: Mapping[str, Any]) -> Result:
    return Result(
        error["code"],
        Text("可以装载", "it loads"),
        passed=False,
        found=(Text(*error["text"]),),
        remedy=Text("按上面的说明修正后重新检查", "mend what is said above and check again"),
    )


def _asked(name: str, what: str, cases: Sequence[Path], patience: float, more: Mapping[str, str]) -> dict[str, Any]:
    """What a process of its own says of the package."""
    with tempfile.TemporaryDirectory(prefix="budgetreview-") as folder:
        answer = Path(folder) / "answer.json"
        command = [sys.executable, "-m", "budgetreview.conformance.worker", what, name, str(answer), *map(str, cases)]
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1", **more}
        try:
            done = subprocess.run(command, env=environment, capture_output=True, timeout=patience, check=False)  # noqa: S603 - this program itself
        except subprocess.TimeoutExpired:
            return {"error": {"code": "too-slow", "text": [
                f"{patience:.0f} 秒内没有结束", f"it did not end within {patience:.0f} seconds",
            ]}}  # fmt: skip
        if not answer.is_file():
            last = (done.stderr.decode("utf-8", "replace").strip().splitlines() or [f"exit {done.returncode}"])[-1]
            return {"error": {"code": "pack-broken", "text": [
                f"检查进程中途结束：{last}", f"the process of the check ended early: {last}",
            ]}}  # fmt: skip
        found: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        return found


__all__ = ["CHECKS", "Check", "Result", "check", "results"]
