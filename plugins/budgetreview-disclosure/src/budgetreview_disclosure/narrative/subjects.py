"""What a stretch of words in front of a number speaks of: the item, which of its figures, of which year."""

from __future__ import annotations

import re

import attrs

from budgetreview_disclosure.narrative.claim import Base, Role

YEAR = re.compile(r"(?<!\d)(20\d\d)年(?:度)?")
_PRIOR = r"(?:上一?年|去年|前一年)(?:度)?"
_STEM = r"(?:安排)?(?:支出|收入|金额|总额|总计|合计|数额|数|额|资金)?"
_TAIL = r"(?:分别|共计|合计|各|均|总共|共|约|为|是|：)*$"
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("opening", re.compile(rf"(?:年初|期初)(?:部门|一般公共|财政拨款)?预算{_STEM}{_TAIL}")),
    ("adjusted", re.compile(rf"(?:(?:全年|调整后?的?)预算{_STEM}|预算调整数){_TAIL}")),
    ("outturn", re.compile(rf"(?:支出|收入)?决算{_STEM}{_TAIL}")),
    ("budget", re.compile(rf"(?<!公共)(?<!基金)(?<!经营)(?:支出|收入)?预算{_STEM}{_TAIL}")),
)
_WORDS = re.compile(rf"(?:实际)?(?:{_STEM}){_TAIL}")
_LEAD = re.compile(
    r"^(?:其中|包括|具体(?:情况)?(?:如下|为)?|此外|另外|同时|以及|主要包括|主要是|、|：)+[，：、]*"
)
_FRONT = re.compile(r"^(?:年度|度|20\d\d年(?:度)?|截至[^，]*日|全年|当年)+[，的]?(?:度)?")
_OTHERS = re.compile(rf"^(?:与|比|较|同)(?={_PRIOR}|20\d\d年|年初|期初|预算|全年|调整)")
_LEVEL = re.compile(
    r"(?P<name>[^，；：。）、（]*(?:、[^，；：。）、（]+)*(?:（(?!类|款|项)[^）]*）[^，；：。）（]*)*)"
    r"（(?P<level>类|款|项)）"
)
_QUOTES = str.maketrans("", "", "“”\"'‘’《》")
_COMPARE = re.compile(
    rf"(?:与|比|较|同|和)(?P<what>(?:{_PRIOR}|20\d\d年(?:度)?|年初|期初|全年|调整后?)?(?:的)?(?:部门|本)?"
    r"(?:年初预算|预算|决算|执行|安排|支出|收入|实际)*(?:数|额|情况)?)(?:相比较|相比|比较|比|持平|一致|相同|相等)?"
    rf"|(?:大于|小于|等于|高于|低于|超过)(?P<level>(?:{_PRIOR})?(?:年初|期初|全年|调整后?的?)?(?:部门)?(?:预算|决算)(?:数|额)?)|同比"
)


@attrs.frozen
class Subject:
    """The item of a stretch of words.

    Attributes:
        name: Without number, quotation marks, year and the words that only say which figure; empty: none said.
        role: Which figure.
        year: The year named.
        path: Names with 类 款 项.
        side: 收入 or 支出 (with 总计 …) where that is all the name there is.
    """

    name: str
    role: Role
    year: int | None
    path: tuple[tuple[str, str], ...]
    side: str = ""


def read_subject(piece: str) -> Subject:
    """Read the words in front of an amount."""
    text = piece.translate(_QUOTES)
    year = YEAR.search(text)
    path = levels(text)
    role: Role = "now"
    if re.match(rf"{_PRIOR}(?!结转|结余)", text):
        role = "prior"
        text = re.sub(rf"^{_PRIOR}", "", text)
    for named, pattern in _ROLES:
        hit = pattern.search(text)
        if hit is not None:
            role = named if role == "now" else role
            kept = _kept(hit.group())
            text = text[: hit.start()]
            text += "" if text.endswith(kept) else kept
            break
    else:
        text = re.sub(_TAIL.replace("共计|合计|", ""), "", text)
    side = re.fullmatch(r"(?:收入|支出)(?:总计|合计|总额)?", _FRONT.sub("", YEAR.sub("", _LEAD.sub("", text))))
    return Subject(_bare(text, path), role, int(year[1]) if year else None, path, side.group() if side else "")


def _kept(words: str) -> str:
    """What a role's words leave of the name: which side, and whether it is a total."""
    said = re.search(r"支出|收入", words), re.search(r"总计|合计|总额|小计", words)
    return "".join(one.group() for one in said if one)


def levels(text: str) -> tuple[tuple[str, str], ...]:
    """The names that carry （类） （款） （项）, in their order."""
    found = []
    for hit in _LEVEL.finditer(text.translate(_QUOTES)):
        name = _FRONT.sub("", _LEAD.sub("", hit["name"])).lstrip("0123456789.、．")
        name = re.sub(r"^(?:支出|安排|用于)", "", name) if len(name) > 4 else name  # noqa: PLR2004 - a name alone
        if name:
            found.append((name, hit["level"]))
    return tuple(found)


def _bare(text: str, path: tuple[tuple[str, str], ...]) -> str:
    if path:
        return path[-1][0]
    text = _LEAD.sub("", text)
    text = YEAR.sub("", text)
    text = _FRONT.sub("", text)
    text = text.strip("，：、的")
    return "" if re.fullmatch(r"(?:实际)?(?:安排)?(?:支出|收入|金额|数额|资金)?(?:数|额)?", text) else text


_COMPARED = re.compile(
    rf"(?:与|比|较|同|和)(?:{_PRIOR}|20\d\d年|年初|期初|全年|调整|本年|预算)"
    r"(?:度|的|年初|预算|决算|执行|安排|后|支出(?=数|相比)|数|额|情况)*(?:相比较|相比)?|同比"
)


def without_comparison(piece: str) -> str:
    """The words without those that only say what is compared."""
    return _COMPARED.sub("", piece)


def compared_with(piece: str) -> Subject | None:
    """Whose an amount behind 比, 较 or 与 is: 比2022年三公经费年初预算15万元; None without such a word."""
    bare = _LEAD.sub("", piece)
    if _OTHERS.match(bare) is None:
        return None
    said = read_subject(bare[1:])
    base, _ = base_of(bare)
    role: Role = "prior"
    if "opening" in {base, said.role}:
        role = "opening"
    elif said.role == "adjusted" or (base == "budget" and said.year is None):
        role = said.role
    name = "" if is_comparison(bare) else said.name
    return Subject(name, role, said.year, said.path)


def is_comparison(piece: str) -> bool:
    """Whether a stretch only says what is compared: 与上年相比, 比2016年."""
    if piece in {"相比", "相比较", "对比"}:
        return True
    return _COMPARE.fullmatch(_LEAD.sub("", piece)) is not None


def base_of(words: str) -> tuple[Base | None, int | None]:
    """What a stretch of words compares with, and the year printed for it."""
    hits = [hit for hit in _COMPARE.finditer(words) if hit["what"] or hit["level"]]
    if not hits:
        return ("prior" if "同比" in words else None), None
    what = hits[-1]["what"] or hits[-1]["level"]
    year = YEAR.search(what)
    number = int(year[1]) if year else None
    if re.search(r"年初|期初", what) and "预算" in what:
        return "opening", number
    if re.search(r"全年|调整", what):
        return "adjusted", number
    prior = year is not None or re.search(_PRIOR, what) is not None
    if "预算" in what:
        return ("prior_budget" if prior else "budget"), number
    if "决算" in what:
        return "prior_outturn", number
    return ("prior" if prior else None), number
