"""The tutorials are played as printed, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.player import DOCS, KINDS, blocks, play

PAGES = ["first-review", "county-rules", "overnight", "platform"]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_the_page_does_what_it_says(name: str, lang: str, tmp_path: Path) -> None:
    play(DOCS / lang / "tutorials" / f"{name}.md", tmp_path)


@pytest.mark.parametrize("name", PAGES)
def test_both_languages_have_the_same_commands_and_files(name: str) -> None:
    zh, en = (
        [(b.kind, b.word, b.content.replace(" --lang en", "")) for b in blocks((DOCS / lang / "tutorials" / f"{name}.md").read_text("utf-8")) if b.kind != "text"]
        for lang in ("zh", "en")
    )  # fmt: skip
    assert zh == en
    assert {kind for kind, *_ in zh} <= KINDS
