"""The mechanism that the page on the ledger shows is one; the page itself is played in test_how_to_pages."""

from __future__ import annotations

from tests.docs.player import DOCS, blocks

from budgetreview.mechanism import Profile


def test_the_profile_of_the_page_is_one() -> None:
    (text,) = (b.content for b in blocks((DOCS / "zh" / "how-to" / "ledger.md").read_text("utf-8")) if b.kind == "toml")
    loop = Profile.from_toml(text).loop
    assert [(t.after, t.days) for t in loop.deadlines] == [("move", 60)]
    assert loop.moves == Profile.shipped("changde-12345").loop.moves
