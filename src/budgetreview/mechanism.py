"""The mechanism of a review as data: who reviews what, when, and with which documents.

A profile is a reading of how a place reviews its budget. It decides no finding: rules and their dated values do. It
names the steps; :mod:`budgetreview.matrix` says where in them rules look.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

import attrs

from budgetreview.agenda import PERIODS, Body, Cadence, Duty
from budgetreview.authority import CERTAINTY, Authority, Mark, read_authority
from budgetreview.errors import ParameterError, Text, UsageError
from budgetreview.loop import Loop
from budgetreview.tables import BOOKS, EVENTS, NO_BOOK, TABLES

STAGE_NAMES: Final[Mapping[str, Text]] = {
    "pre": Text("预审", "pre-review"),
    "preliminary": Text("初审", "preliminary review"),
    "plenary": Text("大会审查批准", "approval in session"),
    "execution": Text("执行", "execution"),
    "adjustment": Text("调整", "adjustment"),
    "final": Text("决算", "final accounts"),
    "rectify": Text("整改", "rectification"),
}
SIDE_NAMES: Final[Mapping[str, Text]] = {"revenue": Text("收", "revenue"), "expenditure": Text("支", "expenditure")}
FOCUS_NAMES: Final[Mapping[str, Text]] = {
    "totals": Text("总量与结构", "totals and structure"),
    "key": Text("重点支出与重大投资项目", "key spending and major projects"),
    "departmental": Text("部门预算", "departmental budgets"),
    "transfers": Text("转移支付", "transfers"),
    "debt": Text("政府债务", "government debt"),
    "revenue": Text("预算收入", "revenue estimates"),
    "process": Text("程序", "procedure"),
    "data": Text("数据", "data"),
}
LEVEL_NAMES: Final[Mapping[str, Text]] = {
    "province": Text("省级", "province"),
    "city": Text("市级", "city"),
    "county": Text("县级", "county"),
    "township": Text("乡级", "township"),
}
BOOK_NAMES: Final[Mapping[str, Text]] = {
    b: Text(names[0], b.replace("_", " ")) for b, names in BOOKS.items() if b != NO_BOOK
}
STAGES: Final = tuple(STAGE_NAMES)
SIDES: Final = tuple(SIDE_NAMES)
FOCUSES: Final = tuple(FOCUS_NAMES)
LEVELS: Final = tuple(LEVEL_NAMES)

Status = Literal["reading", "official"]
_STATUSES: Final = ("reading", "official")
STATUS_NAMES: Final[Mapping[str, Text]] = {
    "reading": Text(
        "本程序的解读：该机制的官方文本未公开，以下各“几”所指并非官方定义",
        "our reading: the official text of the mechanism is not public, what the digits stand for is not official",
    ),
    "official": Text("依据官方文本", "after the official text"),
}


@attrs.frozen
class Part:
    """What one digit of a numbered mechanism is taken to mean, and how well that is grounded."""

    digit: int
    title: Text
    ground: Text
    authority: tuple[Authority, ...] = ()


@attrs.frozen
class Deadline:
    """Days before or after an event, at the levels named; ``days`` None: the law sets none."""

    levels: tuple[str, ...]
    days: int | None
    title: Text
    authority: tuple[Authority, ...]


@attrs.frozen
class Link:
    """A kind of supervision that the congress's own is joined with."""

    key: str
    title: Text
    authority: tuple[Authority, ...] = ()


@attrs.frozen
class Page:
    """A page where something of the mechanism may be read, and what it does say."""

    address: str
    title: Text
    mark: Mark


@attrs.frozen
class Review:
    """One step of the mechanism.

    Attributes:
        stage: A word of CONTRACT section 1.
        title: Its name.
        amount: The column of ``lines`` that it looks at.
        bodies: Who reviews, by level.
        deadlines: What must have happened when, by level.
        documents: What has to be there.
    """

    stage: str
    title: Text
    amount: str
    bodies: tuple[Body, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    documents: tuple[Text, ...] = ()


@attrs.frozen
class Profile:
    """A mechanism: its loop, sides, reviews, books and focuses.

    Attributes:
        key: The name for ``--profile``.
        title: The name for people.
        status: ``reading`` where no official text says so, ``official`` where one does.
        notes: What the reader must know.
        parts: What the digits stand for.
        loop: The closed loop: states, roles, moves and deadlines of a case.
        sides: Words of CONTRACT section 1; books and focuses likewise.
        reviews: In order of time.
        cadence: What comes round in the year besides the reviews.
        duties: What the calendar of a year awaits, and which rule's figure gives its last day.
        links: Which other kinds of supervision it is joined with.
        pages: Where to read more.
    """

    key: str
    title: Text
    status: Status
    notes: tuple[Text, ...]
    parts: tuple[Part, ...]
    loop: Loop
    sides: tuple[str, ...]
    reviews: tuple[Review, ...]
    books: tuple[str, ...]
    focuses: tuple[str, ...]
    cadence: tuple[Cadence, ...] = ()
    duties: tuple[Duty, ...] = ()
    links: tuple[Link, ...] = ()
    pages: tuple[Page, ...] = ()

    @classmethod
    def from_toml(cls, text: str, origin: str = "profile") -> Profile:
        """Read a profile.

        A text with ``based_on = "changde-12345"`` only needs what differs: see :meth:`evolved`.

        Args:
            text: The TOML.
            origin: What it was read from, for messages.

        Raises:
            UsageError: The TOML is broken, lacks something, or names a word that does not exist.
        """
        data = _toml(text, origin)
        base = data.get("based_on")
        if base is not None:
            return _profile(data, cls.shipped(str(base)), origin)
        missing = [f.name for f in attrs.fields(cls) if f.name not in {*data, *_MAY_LACK}]
        if missing:
            raise _wrong(origin, f"缺少 {'、'.join(missing)}", f"{', '.join(missing)} missing")
        return _profile(data, None, origin)

    @classmethod
    def shipped(cls, key: str) -> Profile:
        """A profile that comes with the program.

        Raises:
            UsageError: There is none of that name.
        """
        found = {p.key: p for p in shipped_profiles()}
        if key not in found:
            raise _wrong(
                key,
                f"没有随附的机制；可用 {'、'.join(found)}",
                f"no such profile is shipped; known: {', '.join(found)}",
            )
        return found[key]

    def evolved(self, part: str, origin: str = "profile") -> Profile:
        """This profile with what a TOML text changes: whole lists, or single fields of single reviews.

        ``sides``, ``books``, ``focuses``, ``notes``, ``parts``, ``cadence``, ``links``, ``pages`` and each list of
        ``loop`` replace as a whole. ``stages`` says which reviews there are, in which order; a table
        ``[reviews.STAGE]`` or ``[duties.KEY]`` changes only the fields it names, or adds one.

        Raises:
            UsageError: The TOML is broken or names a word that does not exist.
        """
        return _profile(_toml(part, origin), self, origin)

    def review(self, stage: str) -> Review | None:
        """The review of a stage, None if the mechanism has none there."""
        return next((r for r in self.reviews if r.stage == stage), None)


@cache
def shipped_profiles() -> tuple[Profile, ...]:
    """The profiles that come with the program."""
    folder = files("budgetreview") / "data" / "profiles"
    found = sorted((p for p in folder.iterdir() if p.name.endswith(".toml")), key=lambda p: p.name)
    return tuple(Profile.from_toml(p.read_text(encoding="utf-8"), p.name) for p in found)


_MAY_LACK: Final = ("notes", "parts", "cadence", "duties", "links", "pages")
_KEYS: Final = frozenset({*attrs.fields_dict(Profile), "based_on", "stages", "laws"})
_REVIEW_KEYS: Final = frozenset(attrs.fields_dict(Review)) - {"stage"}


def _toml(text: str, origin: str) -> dict[str, Any]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(origin, f"TOML 语法错误：{error}", f"broken TOML: {error}") from None
    unknown = sorted(data.keys() - _KEYS)
    if unknown:
        raise _wrong(
            origin, f"没有这样的键 {unknown}；可用 {sorted(_KEYS)}", f"no keys {unknown}; known: {sorted(_KEYS)}"
        )
    return data


def _wrong(origin: str, zh: str, en: str) -> UsageError:
    return UsageError(Text(f"机制 {origin}：{zh}", f"profile {origin}: {en}"))


def _profile(data: Mapping[str, Any], base: Profile | None, origin: str) -> Profile:
    """A profile of TOML data, what it does not say taken from ``base``."""
    try:
        laws = {k: Authority(**v) for k, v in data.get("laws", {}).items()}
        given = _given(data, base, laws, origin)
    except (KeyError, TypeError, ValueError, ParameterError) as error:
        detail = f"{type(error).__name__}: {error}"
        raise _wrong(origin, f"内容不合规定（{detail}）", f"not as expected ({detail})") from error
    profile = Profile(**given) if base is None else attrs.evolve(base, **given)
    _check(profile, origin)
    return profile


def _given(data: Mapping[str, Any], base: Profile | None, laws: Mapping[str, Authority], origin: str) -> dict[str, Any]:
    given: dict[str, Any] = {k: str(data[k]) for k in ("key", "status") if k in data}
    given |= {k: tuple(data[k]) for k in ("sides", "books", "focuses") if k in data}
    if "title" in data:
        given["title"] = Text(**data["title"])
    if base is None or "notes" in data:
        given["notes"] = tuple(Text(**n) for n in data.get("notes", ()))
    if base is None or "parts" in data:
        given["parts"] = tuple(
            Part(p["digit"], Text(**p["title"]), Text(**p["ground"]), _authority(p, laws))
            for p in data.get("parts", ())
        )
    if "cadence" in data:
        given["cadence"] = tuple(Cadence.of(c, laws) for c in data["cadence"])
    if "duties" in data:
        found = {d.key: d for d in base.duties} if base is not None else {}
        for key, raw in data["duties"].items():
            found[key] = Duty.of(key, raw, laws, found.get(key))
        given["duties"] = tuple(found.values())
    if "links" in data:
        given["links"] = tuple(Link(x["key"], Text(**x["title"]), _authority(x, laws)) for x in data["links"])
    if "pages" in data:
        given["pages"] = tuple(Page(x["address"], Text(**x["title"]), x["mark"]) for x in data["pages"])
    if "loop" in data:
        given["loop"] = Loop.of(data["loop"], laws, base.loop if base is not None else None)
    if "reviews" in data or "stages" in data:
        given["reviews"] = _reviews(data, base, laws, origin)
    return given


def _authority(raw: Mapping[str, Any], laws: Mapping[str, Authority]) -> tuple[Authority, ...]:
    return tuple(read_authority(a, laws) for a in raw.get("authority", ()))


def _reviews(
    data: Mapping[str, Any], base: Profile | None, laws: Mapping[str, Authority], origin: str
) -> tuple[Review, ...]:
    found = {r.stage: r for r in base.reviews} if base is not None else {}
    for stage, raw in data.get("reviews", {}).items():
        unknown = sorted(raw.keys() - _REVIEW_KEYS)
        if unknown:
            raise _wrong(origin, f"reviews.{stage} 没有这样的键 {unknown}", f"reviews.{stage} has no keys {unknown}")
        given: dict[str, Any] = {"amount": raw["amount"]} if "amount" in raw else {}
        if "title" in raw:
            given["title"] = Text(**raw["title"])
        if "bodies" in raw:
            given["bodies"] = tuple(Body.of(b, laws) for b in raw["bodies"])
        if "deadlines" in raw:
            given["deadlines"] = tuple(
                Deadline(tuple(d["levels"]), d.get("days"), Text(**d["title"]), _authority(d, laws))
                for d in raw["deadlines"]
            )
        if "documents" in raw:
            given["documents"] = tuple(Text(**d) for d in raw["documents"])
        found[stage] = attrs.evolve(found[stage], **given) if stage in found else Review(stage, **given)
    order = data.get("stages", list(found))
    absent = [s for s in order if s not in found]
    if absent:
        raise _wrong(origin, f"stages 中的 {absent} 没有 [reviews.…]", f"stages names {absent}, without [reviews.…]")
    return tuple(found[s] for s in order)


_MAY_BE_EMPTY: Final = ("levels", "cadence.period", "duties.stage", "duties.event", "pages.mark")


def _check(profile: Profile, origin: str) -> None:
    """Refuse a profile that names a word that does not exist.

    Raises:
        UsageError: naming the word and those known.
    """
    money = tuple(c.name for c in TABLES["lines"].columns.values() if c.kind == "money")
    bodies = [b for r in profile.reviews for b in r.bodies] + [b for d in profile.duties for b in d.bodies]
    levels = [lv for body in bodies for lv in body.levels]
    levels += [lv for r in profile.reviews for line in r.deadlines for lv in line.levels]
    checks: tuple[tuple[str, Sequence[str], Sequence[str]], ...] = (
        ("status", (profile.status,), _STATUSES),
        ("sides", profile.sides, SIDES),
        ("books", profile.books, tuple(BOOK_NAMES)),
        ("focuses", profile.focuses, FOCUSES),
        ("reviews", [r.stage for r in profile.reviews], STAGES),
        ("amount", [r.amount for r in profile.reviews], money),
        ("levels", levels, LEVELS),
        ("cadence.period", [c.period for c in profile.cadence], tuple(PERIODS)),
        ("duties.stage", [d.stage for d in profile.duties], STAGES),
        ("duties.event", [e for d in profile.duties for e in d.events], tuple(EVENTS)),
        ("pages.mark", [x.mark for x in profile.pages], tuple(CERTAINTY)),
    )
    for what, given, known in checks:
        odd = sorted(set(given) - set(known))
        if odd or (not given and what not in _MAY_BE_EMPTY):
            raise _wrong(origin, f"{what} = {odd or []}；应取自 {'、'.join(known)}",
                         f"{what} = {odd or []}; expected some of {', '.join(known)}")  # fmt: skip
