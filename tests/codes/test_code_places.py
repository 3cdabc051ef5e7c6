"""The level of an entity follows from the form of its code (CONTRACT, section 1, level)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.codes import entity_code, entity_level, entity_named, known_place, place_name
from budgetreview.codes.places import _STANDS_FOR_NONE, _full_name, _places
from budgetreview.errors import UsageError
from budgetreview.intake import read


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("430000", "province"),
        ("430700", "city"),
        ("430702", "county"),
        ("110101", "county"),
        ("430702001", "township"),
        ("430702000", "county"),
        ("430700000", "city"),
        ("430000000", "province"),
        ("４３０７０２", "county"),
        ("430702.0", "county"),
        ("430771", "county"),
        ("43", None),
        ("4307020010", None),
        ("常德市", None),
        ("", None),
    ],
)
def test_the_form_of_the_code_gives_the_level(code: str, level: str | None) -> None:
    """xx0000 province, xxxx00 city, other six digits county, nine digits township unless they end in 000."""
    assert entity_level(code) == level


def test_an_override_wins() -> None:
    """--level CODE=LEVEL wins over --level LEVEL, and that over the form."""
    assert entity_level("430771", {"430771": "city"}) == "city"
    assert entity_level("430771000", {"430771": "city"}) == "city"
    assert entity_level("430771", {"430771": "city", "*": "county"}) == "city"
    assert entity_level("常德市", {"*": "city"}) == "city"
    assert entity_level("430702", {"430771": "city"}) == "county"


@given(st.from_regex(r"[1-6][0-9]{5}", fullmatch=True))
def test_six_digits_and_nine_are_one_entity(code: str) -> None:
    """Three zeros at the end of nine digits change nothing."""
    assert entity_code(code + "000") == code
    assert entity_level(code + "000") == entity_level(code)
    assert place_name(code + "000") == place_name(code)


def test_places_have_names() -> None:
    """Province, city and county are named; a township is known through its county."""
    assert [place_name(c) for c in ("430000", "430700", "430702")] == ["湖南省", "常德市", "武陵区"]
    assert known_place("430702001")
    assert place_name("430702001") is None


def test_a_development_zone_is_not_known_but_has_a_level() -> None:
    """A code outside the table gets the level of its form; the caller adds a notice."""
    assert not known_place("430799")
    assert entity_level("430799") == "county"


def test_importing_reads_no_data_file() -> None:
    """The tables are read at the first question, and no frame library is loaded."""
    script = (
        "import sys, budgetreview.codes as c, budgetreview.fiscal\n"
        "from budgetreview.codes import crosswalk, places, shipped\n"
        "assert not places._places.cache_info().currsize and not shipped.load_tables.cache_info().currsize\n"
        "assert not crosswalk._cofog.cache_info().currsize\n"
        "assert not {'polars', 'pandas', 'pandera'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("北京", "110000"),
        ("青岛市", "370200"),
        ("常德", "430700"),
        ("湖南省常德市武陵区", "430702"),
        ("南京鼓楼", "320106"),
        ("湘西", "433100"),
        ("嘉峪关市", "620200"),
        ("430702000", "430702"),
        ("oakland", "oakland"),
    ],
)
def test_a_place_may_be_named_instead_of_its_code(said: str, code: str) -> None:
    """A name with or without 省 and 市, alone or after its province and city; anything else is a code as it is."""
    assert entity_named(said) == code


@pytest.mark.parametrize(
    ("said", "listed"), [("鼓楼区", "320106 江苏省南京市鼓楼区"), ("长沙", "430121 湖南省长沙市长沙县")]
)
def test_a_name_of_several_places_is_refused_with_all_of_them(said: str, listed: str) -> None:
    """Nobody guesses which 鼓楼区 is meant."""
    with pytest.raises(UsageError, match=listed):
        entity_named(said)


def test_a_name_that_no_place_has_is_refused_with_those_near_it() -> None:
    """A slip of the pen must not become an entity of its own."""
    with pytest.raises(UsageError, match="430700 湖南省常德市"):
        entity_named("常德县级市")


def test_every_place_of_the_table_is_found_by_its_full_name() -> None:
    """The table's own names are understood, all of them."""
    odd = [c for c, n in _places().items() if n not in _STANDS_FOR_NONE and entity_named(_full_name(c)) != c]
    assert odd == []


def test_reading_takes_the_name_of_a_place(tmp_path: Path) -> None:
    """``--entity 青岛市`` chooses Qingdao's rules as its code does."""
    (tmp_path / "lines.csv").write_text("明细编号,预算数（元）\nA-1,1\n", encoding="utf-8")
    submission = read(tmp_path / "lines.csv", entity="青岛市", year=2026)
    assert submission.periods[0].entity == "370200"
