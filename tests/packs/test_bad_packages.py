"""Every bad package is refused under its own code, with a sentence that says what to do, in both languages."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

import budgetreview as br
from budgetreview import intact
from budgetreview.conformance import CHECKS, laws, results
from budgetreview.newpack import Answers, made
from budgetreview.plugins import CORE, installed

from .bad_packages import Bad, listed, refusal

BAD = listed()
WORDS = {c.code for c in CHECKS[: [c.code for c in CHECKS].index("cases-missing")]} | {"private-import"}
"""Checks of what a package says; they need no data."""


@pytest.fixture(autouse=True)
def nothing_is_written_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # one of them writes


@pytest.mark.parametrize("bad", BAD, ids=lambda b: b.name)
def test_a_bad_package_is_refused_under_its_own_code(bad: Bad, tmp_path: Path) -> None:
    found = refusal(bad, tmp_path / "site", data=bad.code not in WORDS)
    assert bad.code in found, f"{bad.name}: {found}"
    if bad.also is not None:
        assert set(found) == {bad.code, *bad.also}, found
    for text in found[bad.code]:
        assert text.zh
        assert text.en


def test_the_package_that_they_are_made_from_is_sound(tmp_path: Path) -> None:
    sound = Bad("sound", {}, "")
    assert refusal(sound, tmp_path / "site") == {}


@pytest.mark.parametrize("name", ["patches", "patches-later"])
def test_looking_at_a_package_that_patches_the_program_leaves_the_program_whole(name: str, tmp_path: Path) -> None:
    whole = intact.parts()
    refusal(next(b for b in BAD if b.name == name), tmp_path / "site")
    assert intact.replaced(whole) == ()


def test_every_check_has_a_package_that_breaks_it() -> None:
    # Loading refuses whatever reaches outside a territory, so no package gets as far as that check; it is tried below.
    assert {c.code for c in CHECKS} - {b.code for b in BAD} == {"changes-elsewhere"}


def test_another_answer_in_another_place_is_noticed() -> None:
    core = br.load_rules(select=("all",), without=[p.name for p in installed() if p.name != CORE])
    fewer = attrs.evolve(core, rules=tuple(attrs.evolve(r, territory="430798") if r.code == "Z13" else r for r in core))
    assert not list(laws.elsewhere(core, core, "430798"))
    assert [code for code, _ in laws.elsewhere(core, fewer, "430798")] == ["changes-elsewhere"]


def test_no_two_bad_packages_are_the_same() -> None:
    texts = [tuple(b.files().values()) for b in BAD]
    assert len(set(texts)) == len(BAD)
    assert tuple(made(Answers.of("bad", territory="430798", title="坏包", prefix="BD")).values()) not in texts


def test_what_did_not_break_is_said_to_have_passed() -> None:
    said = results({"prints": [br.Text("打印", "it prints")]})
    assert [r.code for r in said if not r.passed] == ["prints"]
    assert len(said) == len(CHECKS)
