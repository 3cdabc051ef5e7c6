"""All checks on one package, in this process: its words, its imports, its manners, its rules on data."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlparse
from urllib.request import url2pathname

import attrs

from budgetreview import intact, testing
from budgetreview.conformance import imports, laws, words
from budgetreview.conformance.watch import Watch
from budgetreview.errors import PackError, Text
from budgetreview.hookspecs import GROUP
from budgetreview.layers import About
from budgetreview.plugins import CORE, Pack, load_rules
from budgetreview.rule import Override, Rule

Breach = tuple[str, Text]
_ROOT: Final = "budgetreview"


@attrs.frozen
class Examined:
    """What was found.

    Attributes:
        breaches: Code of a check to what broke, each sentence once.
        digests: A short form of every report that was made, to be compared between processes.
    """

    breaches: Mapping[str, tuple[Text, ...]]
    digests: tuple[str, ...]


def examine(
    load: Callable[[], Sequence[Pack]],
    name: str,
    *,
    folder: Path | None,
    cases: Sequence[Path] = (),
    only_digests: bool = False,
    data: bool = True,
) -> Examined:
    """Run every check.

    Args:
        load: Gives the packages: the core, what the package extends, and the package itself; called while watched.
        name: The package.
        folder: Where its modules lie.
        cases: Folders with its case files.
        only_digests: Make the reports and check nothing.
        data: Try the rules on data; else only what the package says and imports is checked.

    Raises:
        PackError: The package does not load.
    """
    watch = Watch((str(folder),) if folder else ("<none>",))
    before = intact.parts()
    with watch.watching():
        packs = list(load())
        everything = load_rules(packs=packs, select=("all",), require=(name,))
    pack = next(p for p in packs if p.name == name)
    rules = tuple(r for r in everything if r.pack == name)
    about, changes = _said(pack)
    core = load_rules(packs=[p for p in packs if p.name == CORE], select=("all",))
    given = laws.cases_in([*cases, *shipped(folder)])
    trial = laws.Trial(rules, laws.home(_territory(about, rules)), core, laws.words_of(rules, given))
    if only_digests:
        return Examined({}, tuple(_digests(trial)))
    found: list[Breach] = list(_patched(before))
    found += words.about(about)
    for rule in rules:
        found += words.rule(rule)
    for change in changes:
        found += words.change(change)
    found += _private(folder)
    if not data:
        return Examined(_sorted([*found, *watch.breaches()]), ())
    digests = _watched(trial, watch)
    if digests != _digests(trial):
        found.append(("not-deterministic", Text("两次运行的报告不同", "two runs write different reports")))
    found += watch.breaches()
    for checks in (laws.on_data(trial), laws.of_rules(trial), laws.of_cases(trial, given), laws.speed(trial)):
        found += checks
    if about is not None and about.territory:
        others = load_rules(packs=[p for p in packs if p.name != name], select=("all",))
        found += laws.elsewhere(others, everything, about.territory)
    found += (b for b in _patched(before) if b not in found)
    if any(code == "input-changed" for code, _ in found):
        laws.data.cache_clear()  # what one package has changed must not be what the next one is tried on
    return Examined(_sorted(found), tuple(digests))


def _sorted(found: Iterable[Breach]) -> dict[str, tuple[Text, ...]]:
    out: dict[str, dict[Text, None]] = {}
    for code, text in found:
        out.setdefault(code, {})[text] = None
    return {code: tuple(texts) for code, texts in out.items()}


def _watched(trial: laws.Trial, watch: Watch) -> list[str]:
    _ = trial.tried, trial.example  # made before anybody watches: reading frames is the program's own work
    with watch.watching():
        made = list(trial.reports())
    return [laws.digest(r) for r in made]


def _digests(trial: laws.Trial) -> list[str]:
    return [laws.digest(r) for r in trial.reports()]


def _said(pack: Pack) -> tuple[About | None, tuple[Override, ...]]:
    """What a package that loads says of itself, and its changes to rules of others."""
    about = getattr(pack.plugin, "budgetreview_about", None)
    changes = getattr(pack.plugin, "budgetreview_parameters", None)
    return (about() if about else None), tuple(changes() if changes else ())


def _territory(about: About | None, rules: Sequence[Rule]) -> str | None:
    if about is not None and about.territory:
        return about.territory
    return next((r.territory for r in rules if r.territory), None)


def _private(folder: Path | None) -> Iterator[Breach]:
    if folder is not None and folder.name != _ROOT and not (folder / "recompute.py").is_file():
        yield from imports.private(tuple(sorted(folder.rglob("*.py")) if folder.is_dir() else (folder,)))


def shipped(folder: Path | None) -> list[Path]:
    """The folder of case files that a package ships beside its modules."""
    inside = folder / "cases" if folder is not None and folder.is_dir() else None
    return [inside] if inside is not None and inside.is_dir() else []


def project_cases(name: str) -> list[Path]:
    """The case files in the source folder of a package that is installed in editable mode."""
    for point in metadata.entry_points(group=GROUP, name=name):
        said = point.dist.read_text("direct_url.json") if point.dist is not None else None
        if said:
            url = json.loads(said)
            if url.get("dir_info", {}).get("editable"):
                inside = Path(url2pathname(urlparse(url["url"]).path)) / "tests" / "cases"
                return [inside] if inside.is_dir() else []
    return []


def _patched(before: intact.Parts) -> Iterator[Breach]:
    for name in intact.replaced(before):
        yield "patches-program", Text(f"替换了 {name}", f"it replaces {name}")


def loader(name: str) -> tuple[Callable[[], Sequence[Pack]], Path | None]:
    """How an installed package is loaded, and where its modules lie, found without importing it."""
    from importlib.util import find_spec

    points = list(metadata.entry_points(group=GROUP, name=name))
    folder: Path | None = None
    if points:
        try:
            spec = find_spec(points[0].module.split(".")[0])
        except (ImportError, ValueError):
            spec = None
        if spec is not None and spec.origin:
            origin = Path(spec.origin)
            folder = origin.parent if origin.name == "__init__.py" else origin
    return (lambda: testing.packs_of(name)), folder


def record(examined: Examined) -> dict[str, Any]:
    """As one process tells another."""
    return {
        "breaches": {c: [[t.zh, t.en] for t in texts] for c, texts in examined.breaches.items()},
        "digests": list(examined.digests),
    }


def refused(error: PackError) -> dict[str, Any]:
    """A package that does not load, as one process tells another."""
    return {"error": {"code": error.code, "text": [error.text.zh, error.text.en]}}


__all__ = ["Examined", "examine", "loader", "project_cases", "record", "refused"]
