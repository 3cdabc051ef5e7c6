"""Review public budgets: rules with their law, exact money, and four answers instead of two.

    import budgetreview as br

    submission = br.read("county-2026.xlsx", unit="万元")
    report = br.review(submission, br.load_rules(), stage="preliminary", as_of=date(2026, 1, 10))
    br.write(report, "review.html")

Names are loaded on first use, so that importing the package loads no frame library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from budgetreview.authority import Authority
    from budgetreview.codes import CodeTable, Entry, load_tables
    from budgetreview.engine import review
    from budgetreview.errors import (
        BudgetReviewError,
        IntakeError,
        LedgerError,
        OutputError,
        PackError,
        ParameterError,
        Problem,
        RuleError,
        Text,
        UsageError,
    )
    from budgetreview.hookspecs import hookimpl
    from budgetreview.intake import read, read_batch
    from budgetreview.layers import About
    from budgetreview.layout import Layout, parse_layout
    from budgetreview.mechanism import Profile
    from budgetreview.parameters import DatedValue
    from budgetreview.plugins import load_rules
    from budgetreview.readers import Given, Note, Opened, Reader
    from budgetreview.render import write
    from budgetreview.render.annotate import annotate
    from budgetreview.report import Finding, Report
    from budgetreview.rule import Assessment, Context, Override, Rule, RuleSet, Severity
    from budgetreview.rulebook import RuleBook
    from budgetreview.rulefile import RuleFile, rules_from_file
    from budgetreview.rules.readings import PROJECT, is_project
    from budgetreview.submission import Submission
    from budgetreview.table import Groups, Table
    from budgetreview.values import Exact, Keys, Numbers, Ratio, Truth, growth

_PUBLIC = {
    "errors": (
        "BudgetReviewError",
        "IntakeError",
        "LedgerError",
        "OutputError",
        "PackError",
        "ParameterError",
        "Problem",
        "RuleError",
        "Text",
        "UsageError",
    ),
    "hookspecs": ("hookimpl",),
    "intake": ("read", "read_batch"),
    "codes": ("CodeTable", "Entry", "load_tables"),
    "layers": ("About",),
    "layout": ("Layout", "parse_layout"),
    "mechanism": ("Profile",),
    "authority": ("Authority",),
    "parameters": ("DatedValue",),
    "plugins": ("load_rules",),
    "readers": ("Given", "Note", "Opened", "Reader"),
    "render": ("write",),
    "render.annotate": ("annotate",),
    "report": ("Finding", "Report"),
    "engine": ("review",),
    "rule": ("Assessment", "Context", "Override", "Rule", "RuleSet", "Severity"),
    "rulebook": ("RuleBook",),
    "rulefile": ("RuleFile", "rules_from_file"),
    "rules.readings": ("PROJECT", "is_project"),
    "submission": ("Submission",),
    "table": ("Groups", "Table"),
    "values": ("Exact", "Keys", "Numbers", "Ratio", "Truth", "growth"),
}
_HOME = {name: module for module, names in _PUBLIC.items() for name in names}

__all__ = [
    "PROJECT",
    "About",
    "Assessment",
    "Authority",
    "BudgetReviewError",
    "CodeTable",
    "Context",
    "DatedValue",
    "Entry",
    "Exact",
    "Finding",
    "Given",
    "Groups",
    "IntakeError",
    "Keys",
    "Layout",
    "LedgerError",
    "Note",
    "Numbers",
    "Opened",
    "OutputError",
    "Override",
    "PackError",
    "ParameterError",
    "Problem",
    "Profile",
    "Ratio",
    "Reader",
    "Report",
    "Rule",
    "RuleBook",
    "RuleError",
    "RuleFile",
    "RuleSet",
    "Severity",
    "Submission",
    "Table",
    "Text",
    "Truth",
    "UsageError",
    "annotate",
    "growth",
    "hookimpl",
    "is_project",
    "load_rules",
    "load_tables",
    "parse_layout",
    "read",
    "read_batch",
    "review",
    "rules_from_file",
    "write",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
