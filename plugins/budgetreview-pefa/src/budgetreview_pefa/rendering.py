"""A scorecard as text, Markdown and JSON; the same card gives the same bytes."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any, Final, Literal

import budgetreview as br
from budgetreview_pefa.bands import DIMENSIONS
from budgetreview_pefa.figures import REST, Figure, Head, Pair
from budgetreview_pefa.scorecard import Scorecard, Scored

Lang = Literal["zh", "en"]
_WAN: Final = 1_000_000
_WORDS: Final = {
    "title": br.Text("PEFA 2016 评分卡", "PEFA 2016 scorecard"),
    "unscored": br.Text("未评分", "not scored"),
    "year": br.Text("年度", "year"),
    "budget": br.Text("年初预算（万元）", "original budget (10 000 yuan)"),
    "actual": br.Text("执行数（万元）", "outturn (10 000 yuan)"),
    "ratio": br.Text("执行数占预算", "outturn of budget"),
    "variance": br.Text("构成偏离", "composition variance"),
    "spent": br.Text("动用占预算", "spent of budget"),
    "band": br.Text("档次", "band"),
    "mean": br.Text("三年平均", "mean of three years"),
    "head": br.Text("科目", "head"),
    "adjusted": br.Text("按总量调整后（万元）", "adjusted (10 000 yuan)"),
    "deviation": br.Text("偏离（万元）", "deviation (10 000 yuan)"),
    "rest": br.Text("其余", "the rest"),
    "note": br.Text(
        "公式、档次的把握见每项；科目怎样归入各项是本程序的读法。未评分不是 D。",
        "How certain formula and bands are stands with each dimension; which codes count is our reading. "
        "Not scored is not D.",
    ),
}  # fmt: skip
_MEASURE: Final = {"PI-1": "ratio", "PI-3.1": "ratio", "PI-2.3": "spent"}


def wan(fen: int | Fraction) -> str:
    """Money in 万元 with two decimals, half away from zero."""
    cents = Fraction(fen) * 100 / _WAN
    whole = int(abs(cents) + Fraction(1, 2))
    return f"{'-' if cents < 0 and whole else ''}{whole // 100:,}.{whole % 100:02d}"


def percent(share: Fraction) -> str:
    """A share with two decimals, half away from zero."""
    parts = int(abs(share) * 10_000 + Fraction(1, 2))
    return f"{'-' if share < 0 and parts else ''}{parts // 100}.{parts % 100:02d}%"


def as_text(card: Scorecard, lang: Lang = "zh") -> str:
    """For people at a terminal: indicators, dimensions, years, and what is missing."""
    out = [f"{_WORDS['title'][lang]}  {card.entity or '-'}  {_span(card)}", ""]
    for indicator in card.indicators:
        out.append(f"{indicator.code} {indicator.title[lang]}  {_letter(indicator.score, lang)}")
        for d in indicator.dimensions:
            if d.code != indicator.code:
                out.append(f"  {d.code} {d.title[lang]}  {_letter(d.score, lang)}")
            out += [f"    {_year_line(d, f, lang)}" for f in d.years]
            if d.mean is not None:
                out.append(f"    {_WORDS['mean'][lang]} {percent(d.mean)}")
            out += [f"    ! {t[lang]}" for t in d.why]
        out.append("")
    return "\n".join([*out, _WORDS["note"][lang], ""])


def as_markdown(card: Scorecard, lang: Lang = "zh") -> str:
    """For a document: one table of scores, one of years a dimension, one of heads a year."""
    out = [f"# {_WORDS['title'][lang]} {card.entity or ''} {_span(card)}".replace("  ", " ").rstrip(), ""]
    out += ["| | | |", "|---|---|---|"]
    for i in card.indicators:
        out.append(f"| **{i.code}** | **{i.title[lang]}** | **{_letter(i.score, lang)}** |")
        out += [f"| {d.code} | {d.title[lang]} | {_letter(d.score, lang)} |" for d in i.dimensions if d.code != i.code]
    out += ["", _WORDS["note"][lang], ""]
    for i in card.indicators:
        for d in i.dimensions:
            out += _dimension(d, lang)
    return "\n".join(out)


def _dimension(d: Scored, lang: Lang) -> list[str]:
    measure = _WORDS[_MEASURE.get(d.code, "variance")][lang]
    out = [f"## {d.code} {d.title[lang]}：{_letter(d.score, lang)}", ""]
    first = " | ".join(_WORDS[w][lang] for w in ("year", "budget", "actual"))
    out += [f"| {first} | {measure} | {_WORDS['band'][lang]} |"]
    out += ["|---|--:|--:|--:|---|"]
    for f in d.years:
        money = [wan(f.total.budget), wan(f.total.actual)] if f.total is not None else ["", ""]
        value = percent(f.value) if f.value is not None else "；".join(t[lang] for t in f.missing)
        out.append(f"| {f.year} | {' | '.join(money)} | {value} | {_band(d, f)} |")
    out += ["", *(f"- {t[lang]}" for t in d.why)]
    if d.mean is not None:
        out.append(f"- {_WORDS['mean'][lang]} {percent(d.mean)}")
    out += [f"- [{d.marks}]{' ' + d.page if d.page else ''}", ""]
    columns = " | ".join(_WORDS[w][lang] for w in ("budget", "adjusted", "actual", "deviation"))
    for f in d.years:
        if f.heads:
            out += [
                f"| {f.year} {_WORDS['head'][lang]} | {columns} |",
                "|---|--:|--:|--:|--:|",
                *(_head(h, lang) for h in f.heads),
                "",
            ]  # fmt: skip
    return out


def _head(head: Head, lang: Lang) -> str:
    money = (wan(m) for m in (head.budget, head.adjusted, head.actual, head.deviation))
    return f"| {_key(head, lang)} | {' | '.join(money)} |"


def as_json(card: Scorecard) -> str:
    """For programs: money as text in 元, shares as numbers, what is not known null."""
    said = {
        "schema": "budgetreview-pefa/1",
        "entity": card.entity,
        "years": list(card.years),
        "reading": {
            "books": list(card.reading.books), "head": card.reading.head, "head_digits": card.reading.head_digits,
            "economic": card.reading.economic, "economic_digits": card.reading.economic_digits,
            "revenue_digits": card.reading.revenue_digits, "contingency": list(card.reading.contingency),
            "no_contingency": card.reading.no_contingency, "interest": list(card.reading.interest),
            "outside": list(card.reading.outside), "not_revenue": list(card.reading.not_revenue),
            "suspense": list(card.reading.suspense), "heads": card.reading.heads, "share": float(card.reading.share),
        },
        "indicators": [
            {
                "code": i.code, "title": _both(i.title), "score": i.score,
                "dimensions": [
                    {
                        "code": d.code, "title": _both(d.title), "score": d.score, "marks": d.marks, "page": d.page,
                        "mean": None if d.mean is None else float(d.mean), "why": [_both(t) for t in d.why],
                        "years": [_year(d, f) for f in d.years],
                    }
                    for d in i.dimensions
                ],
            }
            for i in card.indicators
        ],
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _year(d: Scored, f: Figure) -> dict[str, Any]:
    return {
        "year": f.year, "value": None if f.value is None else float(f.value), "band": _band(d, f) or None,
        "total": _pair(f.total), "missing": [_both(t) for t in f.missing],
        "heads": [
            {"key": None if h.key == REST else h.key, "budget": _yuan(h.budget), "adjusted": float(h.adjusted / 100),
             "actual": _yuan(h.actual), "deviation": float(h.deviation / 100)}
            for h in f.heads
        ],
    }  # fmt: skip


def _pair(pair: Pair | None) -> dict[str, str] | None:
    return None if pair is None else {"budget": _yuan(pair.budget), "actual": _yuan(pair.actual)}


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def _both(text: br.Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}


def _year_line(d: Scored, f: Figure, lang: Lang) -> str:
    if f.value is None:
        return f"{f.year}  {'；'.join(t[lang] for t in f.missing)}"
    parts = [str(f.year), percent(f.value), _band(d, f)]
    if f.total is not None:
        actual, budget = wan(f.total.actual), wan(f.total.budget)
        parts.append(br.Text(f"执行{actual}，预算{budget}（万元）", f"{actual} of {budget} (10 000 yuan)")[lang])
    parts += [f"（{t[lang]}）" if lang == "zh" else f"({t[lang]})" for t in f.missing]
    return "  ".join(p for p in parts if p)


def _band(d: Scored, f: Figure) -> str:
    dimension = DIMENSIONS[d.code]
    return "" if f.value is None or dimension.averaged else dimension.letter(f.value)


def _key(head: Head, lang: Lang) -> str:
    return _WORDS["rest"][lang] if head.key == REST else head.key


def _letter(score: str | None, lang: Lang) -> str:
    return score or _WORDS["unscored"][lang]


def _span(card: Scorecard) -> str:
    return "、".join(map(str, card.years))
