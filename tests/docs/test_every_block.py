"""No command and no code of the handbook stands there unplayed, unless this page says why.

A page that is played as a whole needs no entry. Any other has one line below: how many blocks it has, and which test holds them true
or what keeps them from being played; whoever adds a block to such a page must look at its line again.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from tests.docs import test_a_year, test_counties_pages, test_how_to_pages, test_tutorials
from tests.docs.player import DOCS, blocks

ROOT = DOCS.parent
CODE = frozenset({"python", "sh", "bash", "console", "toml", "csv", "json", "yaml"})
LANGUAGES = ("zh", "en")

WHOLE = {
    *(f"docs/{lang}/tutorials/{name}.md" for lang in LANGUAGES for name in test_tutorials.PAGES),
    *(f"docs/{lang}/how-to/{name}.md" for lang in LANGUAGES for name in test_how_to_pages.PREPARED),
    *(f"docs/{lang}/how-to/{name}.md" for lang in LANGUAGES for name in test_counties_pages.PREPARED),
    *(f"docs/{lang}/how-to/{name}.md" for lang in LANGUAGES for name in ("ledger-summary", "rules-without-python")),
    *(f"docs/{lang}/{test_a_year.NAME}" for lang in LANGUAGES),
}

INSTALLED = "its package must be installed from the index first; what it calls has tests in the package, its command lines do not"

HELD: dict[str, tuple[int, str]] = {
    "README.md": (3, "test_readme: check and Python are run; the virtual environments are what .ci/run does"),
    "README.en.md": (3, "test_readme: check and Python are run; the virtual environments are what .ci/run does"),
    "CONTRIBUTING.md": (1, "a clone and a virtual environment, made by .ci/run"),
    "docs/zh/explanation/real-data.md": (1, "tests/real: the published files are not in the repository"),
    "docs/en/explanation/real-data.md": (1, "tests/real: the published files are not in the repository"),
    "docs/zh/explanation/mechanism.md": (1, "test_explaining_pages_run"),
    "docs/en/explanation/mechanism.md": (1, "test_explaining_pages_run"),
    "docs/zh/explanation/versions.md": (1, "test_explaining_pages_run"),
    "docs/en/explanation/versions.md": (1, "test_explaining_pages_run"),
    "docs/zh/how-to/layouts.md": (14, "tests/real/test_real_howto: quotations stand in shipped layouts, the own one is reviewed with"),
    "docs/en/how-to/layouts.md": (14, "test_both_languages_show_the_same_toml: the blocks of the Chinese page"),
    "docs/zh/how-to/write-a-rule.md": (5, "test_what_a_rule_is_made_of: excerpts with …, read by their own parsers"),
    "docs/en/how-to/write-a-rule.md": (5, "test_what_a_rule_is_made_of: excerpts with …, read by their own parsers"),
    "docs/zh/how-to/county-package.md": (5, "test_counties_pages: the TOML; tests/newpack: makes, installs, checks and uses such a package"),
    "docs/en/how-to/county-package.md": (5, "test_counties_pages: the TOML; tests/newpack: makes, installs, checks and uses such a package"),
    "docs/zh/how-to/service.md": (1, "test_service"),
    "docs/en/how-to/service.md": (1, "test_service"),
    "plugins/budgetreview-changde/README.md": (2, INSTALLED),
    "plugins/budgetreview-disclosure/README.md": (2, INSTALLED),
    "plugins/budgetreview-example/README.md": (1, INSTALLED),
    "plugins/budgetreview-local-law/README.md": (1, INSTALLED),
    "plugins/budgetreview-pefa/README.md": (2, INSTALLED),
}  # fmt: skip


def pages() -> list[Path]:
    """Every page that a reader may copy from."""
    found = [p for lang in LANGUAGES for p in sorted((DOCS / lang).rglob("*.md"))]
    found += [*sorted(ROOT.glob("README*.md")), ROOT / "CONTRIBUTING.md"]
    return [*found, *sorted((ROOT / "plugins").glob("*/README.md")), *sorted((ROOT / "plugins").glob("*/docs/*.md"))]


def code(page: Path) -> list[str]:
    """The blocks of a page that are there to be copied."""
    return [b.content for b in blocks(page.read_text(encoding="utf-8")) if b.kind in CODE]


def test_every_block_is_played_or_spoken_for() -> None:
    counted = {p.relative_to(ROOT).as_posix(): len(code(p)) for p in pages()}
    assert set(counted) >= WHOLE
    rest = {name: n for name, n in counted.items() if n and name not in WHOLE}
    assert rest == {name: n for name, (n, _) in HELD.items()}


def test_a_block_left_out_of_a_played_page_says_why() -> None:
    left = [
        b for name in sorted(WHOLE) for b in blocks((ROOT / name).read_text(encoding="utf-8")) if b.word == "unplayed"
    ]
    assert left
    assert all(b.unplayed for b in left)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["mechanism", "versions"])
def test_explaining_pages_run(name: str, lang: str, tmp_path: Path) -> None:
    test_how_to_pages.play(DOCS / lang / "explanation" / f"{name}.md", tmp_path)


@pytest.mark.parametrize("name", ["layouts", "calendar", "ledger"])
def test_both_languages_show_the_same_toml(name: str) -> None:
    zh, en = ([tomllib.loads(b.content) for b in blocks((DOCS / lang / "how-to" / f"{name}.md").read_text("utf-8")) if b.kind == "toml"] for lang in LANGUAGES)  # fmt: skip
    assert zh
    assert zh == en


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_rule_is_made_of(lang: str) -> None:
    made = [
        (b.kind, b.content) for b in blocks((DOCS / lang / "how-to" / "write-a-rule.md").read_text("utf-8")) if b.kind
    ]
    texts = [tomllib.loads(text) for kind, text in made if kind == "toml"]
    assert [set(t) for t in texts] == [{"Z13"}, {"rule", "case"}]
    for text in (text for kind, text in made if kind == "python"):
        compile(
            "def function():\n" + "".join(f"    {line}\n" for line in text.replace(", …)", ")").splitlines()),
            "page",
            "exec",
        )
