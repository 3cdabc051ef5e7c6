"""What changed between two reports, for people and programs: text, JSON, and a page that opens offline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from rich.cells import cell_len

from budgetreview.diff import STATES, Difference, Match, State
from budgetreview.mechanism import STAGE_NAMES
from budgetreview.render import words
from budgetreview.render.page import sealed
from budgetreview.render.terminal import broken
from budgetreview.render.visible import one_line, shortened, visible
from budgetreview.render.words.entity import named
from budgetreview.render.words.names import Pair
from budgetreview.wording import word

SCHEMA: Final = "budgetreview-diff/1"
FEW: Final = 10
LONGEST: Final = 300
STATE: Final[dict[State, Pair]] = {
    "new": ("新增", "new"),
    "changed": ("数字有变", "changed"),
    "not_judged": ("本次未能判断", "not judged now"),
    "resolved": ("已消除", "resolved"),
    "persisting": ("仍存在", "persisting"),
}
MEANS: Final[dict[State, Pair]] = {
    "new": ("后一份报告才有", "only in the later report"),
    "changed": ("两份都有，数值、界限或严重程度不同", "in both, with other figures, limit or severity"),
    "not_judged": (
        "后一份没有列出，但也没有（或不能确认）重新判断，不能算已消除",
        "not in the later report, which did not (or may not have) judged it again: not called resolved",
    ),
    "resolved": ("规则以同样条件重新判断，不再列出", "the rule judged again on the same terms and raises it no more"),
    "persisting": ("两份相同", "the same in both"),
}


def head(d: Difference, lang: str) -> str:
    """``初审 2026-01-10 → 初审 2026-01-20``."""
    sides = [
        f"{STAGE_NAMES[r['stage']][lang] if r['stage'] in STAGE_NAMES else r['stage']} {r['as_of']}"
        for r in (d.before, d.after)
    ]
    return one_line(" → ".join(sides))


def place(match: Match, lang: str) -> str:
    """What the finding is about and where it stands, from its record."""
    f = match.finding
    subject = f.get("subject") or {}
    about = " · ".join(
        f"{words.name(k, lang)} {(named if k == 'entity' else word)(str(v), lang)}" for k, v in subject.items()
    )
    entity = [named(str(f["entity"]), lang)] if f.get("entity") and "entity" not in subject else []
    source = f.get("source") or {}
    spot = "!".join(str(p) for p in (source.get("sheet"), source.get("cell") or source.get("column")) if p)
    where = f"{source.get('name') or ''} {spot}".strip()
    said = " · ".join([*entity, *([about] if about else [])])
    return one_line(f"{said}  [{where}]" if where else said)


def figures(match: Match, lang: str) -> str:
    """For a changed finding the figures that are other now: ``预算数 1200.00 → 1100.00``."""
    if match.state != "changed" or match.before is None or match.after is None:
        return ""
    said = []
    if match.before["severity"] != match.after["severity"]:
        a, b = (words.say(words.SEVERITY, m["severity"], lang) for m in (match.before, match.after))
        said.append(f"{a} → {b}")
    was, now = match.before.get("values") or {}, match.after.get("values") or {}
    said += [
        f"{words.name(name, lang)} {_one(was.get(name))} → {_one(now.get(name))}"
        for name in sorted({*was, *now})
        if was.get(name) != now.get(name)
    ]
    if match.before.get("limit") != match.after.get("limit"):
        said.append(
            f"{words.pick(words.REPORT['limit'], lang)} {_one(match.before.get('limit'))} → "
            f"{_one(match.after.get('limit'))}"
        )
    return _short("；".join(said) if lang == "zh" else "; ".join(said))


def _one(value: object) -> str:
    return "—" if value is None else str(value)


def _short(text: str) -> str:
    return shortened(one_line(text), LONGEST)


def text(d: Difference, lang: str, width: int, *, verbose: bool) -> str:
    """The difference for a terminal: short, and honest about what is left out."""
    return "\n".join(_text(d, lang, max(width, 40), verbose=verbose)) + "\n"


def _text(d: Difference, lang: str, width: int, *, verbose: bool) -> Iterator[str]:
    zh = lang == "zh"
    yield head(d, lang)
    yield "  ".join(f"{words.pick(STATE[s], lang)} {n}" for s, n in d.counts.items())
    for term in d.terms:
        yield from _wrapped(f"! {term[lang]}", width, 0, 2)
    for state in STATES:
        mine = d.of(state)
        most = len(mine) if verbose else (0 if state == "persisting" else FEW)
        if not mine or (state == "persisting" and not verbose):
            continue
        yield ""
        title = f"── {words.pick(STATE[state], lang)} {len(mine)} · {words.pick(MEANS[state], lang)} "
        yield title + "─" * max(0, width - cell_len(title))
        for m in mine[:most]:
            f = m.finding
            waived = ("[已豁免] " if zh else "[waived] ") if f.get("waived") is not None else ""
            front = f"{words.say(words.SEVERITY, f['severity'], lang)} {f['rule']} {waived}"
            yield from _wrapped(f"{front}{_short(f['message'][lang])}", width, 0, 2)
            yield from _wrapped(_short(place(m, lang)), width, 2, 2)
            changed = figures(m, lang)
            if changed:
                yield from _wrapped(changed, width, 2, 4)
            if m.why is not None:
                yield from _wrapped(_short(m.why[lang]), width, 2, 4)
        if len(mine) > most:
            yield (
                f"  … 另有 {len(mine) - most} 项，--verbose 查看"
                if zh
                else f"  … {len(mine) - most} more; --verbose shows all"
            )
    if d.rules:
        yield ""
        yield f"── {'规则的变化' if zh else 'rules that changed'} {len(d.rules)} "
        most = len(d.rules) if verbose else FEW
        for r in d.rules[:most]:
            yield from _wrapped(_short(f"{r.code} {r.title[lang]}{'：' if zh else ': '}{r.what[lang]}"), width, 0, 2)
        if len(d.rules) > most:
            yield (
                f"  … 另有 {len(d.rules) - most} 条，--verbose 查看"
                if zh
                else f"  … {len(d.rules) - most} more; --verbose shows all"
            )


def _wrapped(said: str, width: int, indent: int, hanging: int) -> Iterator[str]:
    pad = indent
    for line in broken(said, width - max(indent, hanging)):
        yield (" " * pad + line).rstrip()
        pad = hanging


def document(d: Difference) -> dict[str, Any]:
    """The difference for programs: every finding with its state, both records where they differ."""
    return {
        "schema": SCHEMA,
        "before": _side(d.before),
        "after": _side(d.after),
        "counts": d.counts,
        "terms": [{"zh": t.zh, "en": t.en} for t in d.terms],
        "rules": [
            {"code": r.code, "title": {"zh": r.title.zh, "en": r.title.en}, "what": {"zh": r.what.zh, "en": r.what.en}}
            for r in d.rules
        ],
        "findings": [
            {
                "fingerprint": m.finding["fingerprint"],
                "rule": m.finding["rule"],
                "state": m.state,
                "severity": m.finding["severity"],
                "why": None if m.why is None else {"zh": m.why.zh, "en": m.why.en},
                "before": m.before,
                "after": m.after if m.state != "persisting" else None,
            }
            for m in d.matches
        ],
    }


def _side(report: Any) -> dict[str, Any]:
    return {k: report[k] for k in ("engine", "packs", "profile", "stage", "as_of", "complete")}


def as_json(d: Difference) -> str:
    """The document as text."""
    return json.dumps(document(d), ensure_ascii=False, allow_nan=False, indent=2) + "\n"



def as_html(d: Difference, lang: str) -> str:
    """One page that opens offline; every text is escaped."""
    zh = lang == "zh"
    colon = "：" if zh else ": "
    parts = [
        {
            "title": words.pick(STATE[s], lang),
            "means": words.pick(MEANS[s], lang),
            "open": s not in {"persisting", "resolved"},
            "found": [_item(m, lang) for m in d.of(s)],
        }
        for s in STATES
        if d.of(s)
    ]
    return sealed.template("diff.html.jinja", visible).render(
        lang="zh-CN" if zh else "en",
        title=("两次审查的变化：" if zh else "What changed: ") + head(d, lang),
        counts=[(words.pick(STATE[s], lang), n) for s, n in d.counts.items()],
        terms=[t[lang] for t in d.terms],
        parts=parts,
        rules_title="规则的变化" if zh else "rules that changed",
        rules=[_short(f"{r.code} {r.title[lang]}{colon}{r.what[lang]}") for r in d.rules],
    )


def _item(m: Match, lang: str) -> dict[str, str]:
    f = m.finding
    return {
        "severity": m.severity.value,
        "color": words.say(words.SEVERITY, m.severity.value, lang),
        "rule": f["rule"],
        "waived": ("[已豁免] " if lang == "zh" else "[waived] ") if f.get("waived") is not None else "",
        "message": _short(f["message"][lang]),
        "place": _short(place(m, lang)),
        "figures": figures(m, lang),
        "why": "" if m.why is None else _short(m.why[lang]),
    }
