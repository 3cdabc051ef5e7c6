"""Which findings of a review are which cases of the ledger, and what a review says of each.

A finding is known by its fingerprint, whatever line, sheet or file it stood in. Of several alike (``#2``, ``#3``) those
with the same figures belong together first, so that deleting the first of them does not make the others look changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal

import attrs

from budgetreview.ledger.fold import Row, fen_of
from budgetreview.ledger.reports import Reading
from budgetreview.loop import Loop
from budgetreview.tables import AMOUNT_BY_STAGE

Word = Literal["new", "persisting", "changed", "reopened", "resolved", "not_judged"]
OUTCOMES: Final = ("new", "persisting", "changed", "reopened", "resolved", "not_judged")


@attrs.frozen
class Outcome:
    """What a review says of one case.

    Attributes:
        word: New, persisting, changed, reopened, resolved, or not judged this time.
        case: The case's row, None for a new one.
        finding: As the report has it, None where it found nothing.
        to: The state that the loop moves it to because of this, or None.
        why: Why it was not judged.
    """

    word: Word
    case: Row | None
    finding: Mapping[str, Any] | None
    to: str | None = None
    why: str | None = None


def base(fingerprint: str) -> str:
    """The fingerprint without the number that tells equal ones apart."""
    return fingerprint.partition("#")[0]


def match(
    reading: Reading, cases: Iterable[Row], loop: Loop, measures: Mapping[int, Mapping[str, str]]
) -> list[Outcome]:
    """What a review says of every case that it could speak of.

    Args:
        reading: The report.
        cases: All cases of its entities and years.
        loop: Where a review takes a case.
        measures: For each earlier review by what version and parameters its rules judged.

    Returns:
        First the findings in the report's order, then the cases that it did not find, by number.
    """
    waiting: dict[str, list[Row]] = {}
    for case in sorted(cases, key=lambda c: int(c["no"])):
        waiting.setdefault(case["base"], []).append(case)
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for f in reading.findings:
        groups.setdefault(base(f["fingerprint"]), []).append(f)
    partner: dict[str, Row | None] = {}
    for key, found in groups.items():
        _pair(found, waiting.get(key, []), partner)
    out: list[Outcome] = []
    for f in reading.findings:
        known = partner[f["fingerprint"]]
        out.append(Outcome("new", None, f) if known is None else _again(reading, known, f, loop))
    rest = sorted((c for left in waiting.values() for c in left), key=lambda c: int(c["no"]))
    out += [_not_found(reading, case, loop, measures) for case in rest if case["present"]]
    return out


def _pair(found: list[Mapping[str, Any]], known: list[Row], partner: dict[str, Row | None]) -> None:
    """Give each finding its case and take that out of ``known``: same figures first, present before absent ones."""
    known.sort(key=lambda c: (not c["present"], c["no"]))
    left: list[Mapping[str, Any]] = []
    for f in found:
        same = next((c for c in known if c["facts"] == f["facts"]), None)
        if same is None:
            left.append(f)
        else:
            known.remove(same)
            partner[f["fingerprint"]] = same
    for f in left:
        partner[f["fingerprint"]] = known.pop(0) if known else None


def _again(reading: Reading, case: Row, finding: Mapping[str, Any], loop: Loop) -> Outcome:
    step = loop.step(case["state"])
    changed = case["facts"] != finding["facts"]
    # Facts are what a rule looked at (CONTRACT section 5); what was settled was settled on the money, too.
    other = AMOUNT_BY_STAGE[case["stage"]] == AMOUNT_BY_STAGE[reading.stage] and _other_money(case, finding)
    # What was settled after the review's day was settled in knowledge of it; only a later look can contradict it.
    later = reading.as_of.isoformat() > case["since"]
    to = step.changed if changed or other else step.again if later else None
    if to is not None:
        return Outcome("reopened", case, finding, to)
    if not case["present"] and not step.ends:
        return Outcome("reopened", case, finding)  # what was settled on the same figures stays settled
    return Outcome("changed" if changed else "persisting", case, finding)


def differs(case: Row, finding: Mapping[str, Any]) -> bool:
    """Whether facts, money or severity are no longer those of the case."""
    return case["facts"] != finding["facts"] or case["severity"] != finding["severity"] or _other_money(case, finding)


def _other_money(case: Row, finding: Mapping[str, Any]) -> bool:
    return bool(fen_of(finding["amount"]) != case["amount"])


def _not_found(reading: Reading, case: Row, loop: Loop, measures: Mapping[int, Mapping[str, str]]) -> Outcome:
    why = _unjudged(reading, case, measures)
    if why is not None:
        return Outcome("not_judged", case, None, why=why)
    return Outcome("resolved", case, None, loop.step(case["state"]).gone)


def _unjudged(reading: Reading, case: Row, measures: Mapping[int, Mapping[str, str]]) -> str | None:
    """Why the review says nothing of a case that it did not find; None: it does."""
    rule = reading.rules.get(case["rule"])
    if rule is None:
        return "off"
    if not rule.ran:
        return "not_run"
    if AMOUNT_BY_STAGE[case["stage"]] != AMOUNT_BY_STAGE[reading.stage]:
        return "stage"
    if (case["entity"], case["fiscal_year"]) in rule.gaps or case["base"] in rule.greys:
        return "grey"
    if measures.get(case["review"], {}).get(case["rule"]) != rule.measure:
        return "measure"
    return None
