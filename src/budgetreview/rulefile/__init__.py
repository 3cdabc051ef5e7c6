"""Rules without Python: a sheet that somebody who knows Excel filled in, or a TOML file.

    rules = br.rules_from_file("我们的规则.xlsx")
    rules.rules, rules.changes, rules.outcomes

Every problem of the file is named at once, with its sheet and cell; a rule whose own examples fail is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import attrs

from budgetreview.errors import IntakeError, PackError, Problem, Text
from budgetreview.expressions.columns import plain
from budgetreview.rule import Override, Rule
from budgetreview.rulefile.build import rule_of
from budgetreview.rulefile.changes import change_of
from budgetreview.rulefile.document import read_document
from budgetreview.rulefile.examples import Outcome, tried
from budgetreview.rulefile.fields import CHANGE, RULE
from budgetreview.rulefile.form import Form
from budgetreview.rulefile.sheet import digest_of, read_sheets
from budgetreview.rulefile.written import Written, problem

__all__ = ["Outcome", "RuleFile", "RuleFileError", "rules_from_file"]

LARGEST: Final = 20 * 1024 * 1024
"""Bytes of a rule file; no rule book comes near it."""
_ENDINGS: Final = (".toml", ".xlsx", ".xlsm", ".xls", ".ods")


class RuleFileError(PackError, IntakeError):
    """A rule file is refused; ``problems`` lists everything that is wrong with it, each with its place."""

    def __init__(self, pack: str, problems: Sequence[Problem]) -> None:
        IntakeError.__init__(self, problems)
        self.pack = pack
        n = len(self.problems)
        listed_zh = "".join(f"\n  {' '.join(p.line('zh').split())}" for p in self.problems)
        listed_en = "".join(f"\n  {' '.join(p.line('en').split())}" for p in self.problems)
        self.text = Text(
            f"规则文件有{n}处问题，未采用：{listed_zh}", f"the rule file is refused for {n} problems:{listed_en}"
        )
        self.code = "rule-file"


@attrs.frozen(eq=False)
class RuleFile:
    """The rules of one file.

    Attributes:
        pack: The package that the rules belong to.
        version: A short hash of the file's content, as the report names it.
        rules: Its rules.
        changes: Its changes to rules of others.
        outcomes: Every example with what came of it.
        notices: What the reader should know, e.g. a column that was not read.
    """

    pack: str
    version: str
    rules: tuple[Rule, ...]
    changes: tuple[Override, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    notices: tuple[Problem, ...] = ()


def rules_from_file(path: str | Path | Traversable, *, pack: str | None = None) -> RuleFile:
    """Read rules that were written without Python.

    Args:
        path: A workbook (``.xlsx``, ``.xls``, ``.ods``) with the sheets 规则, 样例 and 调整, or a TOML file; also a
            resource of a package, ``files(__name__) / "rules.xlsx"``.
        pack: The package that the rules belong to; its texts must then be in two languages. None: the file's own
            ``pack``, or its name without ending.

    Returns:
        The rules, changes and outcomes of the examples.

    Raises:
        RuleFileError: Something is wrong with the file; it lists all of it.
    """
    source = Path(path) if isinstance(path, str) else path
    name = source.name
    stem, dot, ending = name.rpartition(".")
    own = pack or stem or name
    try:
        data = source.read_bytes()
    except OSError as error:
        zh = "找不到这个文件" if isinstance(error, FileNotFoundError) else f"无法读取（{error.strerror}）"
        en = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read ({error.strerror})"
        raise RuleFileError(own, [problem("unreadable", zh, en, name, (None, None))]) from None
    if f"{dot}{ending.lower()}" not in _ENDINGS:
        raise RuleFileError(
            own,
            [
                problem(
                    "unknown-ending",
                    f"应以 {'、'.join(_ENDINGS)} 结尾",
                    f"expected one of {', '.join(_ENDINGS)}",
                    name,
                    (None, None),
                )
            ],
        )
    if len(data) > LARGEST:
        raise RuleFileError(
            own,
            [problem("too-large", "文件超过20 MB，不像规则文件", "the file is larger than 20 MB", name, (None, None))],
        )
    reader = read_document if ending.lower() == "toml" else read_sheets
    return built(reader(data, name, digest_of(data)), pack)


def built(written: Written, pack: str | None) -> RuleFile:
    """Rules and changes from what was written.

    Raises:
        RuleFileError: Something is wrong with it.
    """
    own = pack or written.pack or written.name.rpartition(".")[0] or written.name
    problems = list(written.problems)
    rules: list[Rule] = []
    outcomes: list[Outcome] = []
    seen: dict[str, str] = {}
    for entry in written.rules:
        form = Form(entry, RULE, written.name, own, english=pack is not None)
        code = plain(entry.get("code"))
        if code and code in seen:
            form.wrong(
                "code",
                "code-twice",
                f"编号“{entry.get('code')}”已在 {seen[code]} 用过；请另取编号",
                f"the code {entry.get('code')!r} was used at {seen[code]}; take another one",
            )
        elif code:
            seen[code] = "!".join(p for p in entry.where("code") if p)
        rule = rule_of(form)
        problems += form.problems
        if rule is not None and not form.problems:
            got, wrong = tried(rule, written.samples, written.name)
            outcomes += got
            sheet, cell = entry.where("code")
            problems += [attrs.evolve(p, sheet=sheet, cell=cell) if p.kind == "example-missing" else p for p in wrong]
            rules.append(rule)
    if not any(
        p.kind in {"code-twice", "bad-code"} or (p.kind == "field-missing" and "编号" in p.text.zh) for p in problems
    ):
        problems += _strays(written, set(seen))
    changes = []
    for entry in written.changes:
        form = Form(entry, CHANGE, written.name, own, english=False)
        changed = change_of(form)
        problems += form.problems
        if changed is not None:
            changes.append(changed)
    if problems:
        raise RuleFileError(own, tuple(dict.fromkeys(problems)))
    return RuleFile(own, written.version, tuple(rules), tuple(changes), tuple(outcomes), written.notices)


def _strays(written: Written, codes: set[str]) -> list[Problem]:
    """Examples of rules that the file does not have, each code once."""
    found: dict[str, Problem] = {}
    for sample in (s for listed in written.samples for s in listed.rows):
        code = plain(sample.code.text)
        if code and code not in codes and code not in found:
            zh = f"样例的规则编号“{sample.code.text}”不在“规则”里"
            en = f"an example of {sample.code.text!r}, which is no rule of this file"
            found[code] = problem("no-such-rule", zh, en, written.name, sample.code.place)
    return list(found.values())
