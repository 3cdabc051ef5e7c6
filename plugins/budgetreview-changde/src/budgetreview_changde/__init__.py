"""The city of Changde (4307): its cadence, linkage and loop as data, and two rules on money for deputies' work.

What the city says in public is in ``profile.toml`` and ``rules.toml``, with a mark of certainty each; nothing is law.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from typing import Final

import attrs
import numpy as np

import budgetreview as br

PACK: Final = "changde"
HOME: Final = "4307"
"""The division codes of the city, its districts and counties start with it."""

_FOLDER: Final = files(__name__)
_CODES: Final = ("2010107", "2010108")
_NAMES: Final = ("代表", "联络站", "票决")
_TIERS: Final = ("first", "second", "third")

book: Final = br.RuleBook.from_toml(_FOLDER / "rules.toml", pack=PACK)


@attrs.frozen
class Floor:
    """Amount in 分, what it is counted by and how many, for each tier; None where nobody has set it."""

    first_amount: int | None
    first_per: tuple[str, ...] | None
    first_count: int | None
    second_amount: int | None
    second_per: tuple[str, ...] | None
    second_count: int | None
    third_amount: int | None
    third_per: tuple[str, ...] | None
    third_count: int | None


def for_deputies(lines: br.Table) -> br.Truth:
    """Lines for deputies' work, liaison stations or the vote on livelihood projects, by code or by name."""
    return lines.key("function_code").startswith(*_CODES) | lines.key("project_name").containing(*_NAMES)


@book.rule("G01", reads=("function_code", "amount"), uses=("project_name",), per="entity", parameters=Floor)
def below_the_citys_floor(lines: br.Table, p: Floor) -> br.Assessment:
    """A county's money for deputies' work adds up to less than the floor that it set itself."""
    entity, mine, amount = lines.by(), for_deputies(lines), lines.money("amount")
    planned = entity.sum(amount, mine)
    parts = attrs.asdict(p)
    unset = {f"parameter:{name}": np.full(len(entity), value is None) for name, value in parts.items()}
    known = not any(mask.any() for mask in unset.values())
    total = sum((parts[f"{t}_amount"] or 0) * (parts[f"{t}_count"] or 0) for t in _TIERS)
    floor = br.Exact.of(np.full(len(entity), total), np.full(len(entity), known))
    return br.Assessment.of(
        entity,
        applies=entity.size() > 0,
        condition=planned < floor,
        measure=planned,
        limit=floor,
        values={"planned": planned, "floor": floor},
        members=mine,
        amount=planned,
        about="amount",
        lacks=unset,
    )


@book.rule("G02", reads=("function_code", "amount"), uses=("project_name",), per="entity")
def no_money_for_deputies_work(lines: br.Table) -> br.Assessment:
    """A county's lines hold nothing for deputies' work, liaison stations or the vote on livelihood projects."""
    entity = lines.by()
    funded = entity.count(for_deputies(lines) & (lines.money("amount") > 0))
    return br.Assessment.of(
        entity,
        applies=entity.size() > 0,
        condition=funded.equals(0),
        measure=funded,
        values={"funded_lines": funded},
        about="amount",
    )


@br.hookimpl
def budgetreview_about() -> br.About:
    """The city of Changde."""
    return br.About(
        title=br.Text("常德市", "the city of Changde"),
        layer="city",
        territory=HOME,
        engine=">=0.1",
        summary=br.Text(
            "常德市预算审查监督的周期、六贯通和闭环期限（数据），以及“五百、五千、五万”标准的两条规则。",
            "Cadence, linkage and deadlines of the loop as data, and two rules on the city's floor for deputies' work.",
        ),
    )


@br.hookimpl
def budgetreview_rules() -> Iterable[br.Rule]:
    """The two rules on money for deputies' work."""
    return book.rules


@br.hookimpl
def budgetreview_profiles() -> Iterable[br.Profile]:
    """The shipped reading of the mechanism under its own name, with what the city adds."""
    added = (_FOLDER / "profile.toml").read_text(encoding="utf-8")
    return [br.Profile.shipped("changde-12345").evolved(added, "profile.toml")]
