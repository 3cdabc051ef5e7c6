"""Bad packages, made from the description in ``bad.toml``: what new-pack makes, with one thing gone wrong."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import attrs

import budgetreview as br
from budgetreview.newpack import Answers, made

NAME: Final = "bad"
_FILES: Final = {
    "module": "src/budgetreview_bad/__init__.py", "rules.toml": "src/budgetreview_bad/rules.toml",
    "no_python.toml": "src/budgetreview_bad/no_python.toml", "cases": "tests/cases/BD01.toml",
}  # fmt: skip
_IMPORTS: Final = (
    "import os\nimport random\nimport socket\nimport subprocess\nfrom datetime import date\nfrom pathlib import Path\n"
)
_FIRST: Final = "    agency = lines.by("


@attrs.frozen
class Bad:
    """One bad package."""

    name: str
    what: dict[str, str]
    code: str
    also: tuple[str, ...] | None = ()
    edits: tuple[dict[str, str], ...] = ()
    append: dict[str, str] = attrs.field(factory=dict)
    body: str = ""

    def files(self) -> dict[str, str]:
        """Its files; an edit that finds nothing to change is an error of the description."""
        texts = made(Answers.of(NAME, territory="430798", title="坏包", prefix="BD"))
        for edit in self.edits:
            place = _FILES[edit["file"]]
            assert edit["old"] in texts[place], f"{self.name}: {edit['old']!r} is not in {place}"
            texts[place] = texts[place].replace(edit["old"], edit["new"])
        module = _FILES["module"]
        if self.body:
            texts[module] = texts[module].replace(_FIRST, f"    {self.body}\n{_FIRST}")
        for file, more in self.append.items():
            texts[_FILES[file]] += "\n\n" + more
        if re.search(r"\bnp\.", texts[module]):
            texts[module] = texts[module].replace("import attrs\n", "import attrs\nimport numpy as np\n")
        if self.body:
            texts[module] = texts[module].replace("import attrs\n", f"{_IMPORTS}import attrs\n", 1)
        return texts


def listed() -> list[Bad]:
    """Every bad package."""
    found = tomllib.loads((Path(__file__).parent / "bad.toml").read_text(encoding="utf-8"))["bad"]
    return [
        Bad(
            **{
                **b,
                "also": None if b.get("also") == "any" else tuple(b.get("also", ())),
                "edits": tuple(b.get("edits", ())),
            }
        )
        for b in found
    ]


@contextmanager
def installed(files: dict[str, str], folder: Path, name: str = NAME) -> Iterator[Path]:
    """The package as an installed distribution on the path, for as long as the block runs."""
    module = f"budgetreview_{name}"
    for place, text in files.items():
        target = (
            folder / place.removeprefix("src/")
            if place.startswith("src/")
            else folder / module / place.removeprefix("tests/")
        )
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    about = folder / f"{module}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: budgetreview-{name}\nVersion: 1.0\n", encoding="utf-8"
    )
    (about / "entry_points.txt").write_text(f"[budgetreview]\n{name} = {module}\n", encoding="utf-8")
    before, written = dict(sys.modules), sys.dont_write_bytecode
    patched = br.Text.__getitem__  # what two of them replace; whoever looks at them here must not keep that
    sys.path.insert(0, str(folder))
    sys.dont_write_bytecode = True
    try:
        yield folder
    finally:
        br.Text.__getitem__ = patched
        sys.path.remove(str(folder))
        sys.dont_write_bytecode = written
        for gone in [m for m in sys.modules if m not in before and m.split(".")[0] == module]:
            del sys.modules[gone]


def refusal(bad: Bad, folder: Path, *, data: bool = True) -> dict[str, list[Any]]:
    """What is wrong with a bad package: code to sentences, as ``packs check`` finds it in this process."""
    from budgetreview.conformance.examine import examine, loader
    from budgetreview.errors import PackError

    with installed(bad.files(), folder):
        load, home = loader(NAME)
        try:
            return {c: list(t) for c, t in examine(load, NAME, folder=home, data=data).breaches.items()}
        except PackError as error:
            return {error.code: [error.text]}
