"""The site's two languages have one structure, and its sources hold before Sphinx is asked (.ci/run builds it strictly)."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from tests.docs.player import blocks

DOCS = Path(__file__).resolve().parents[2] / "docs"
LANGUAGES = ("zh", "en")
FENCE = re.compile(r"^(`{3,}).*?^\1\s*$", re.DOTALL | re.MULTILINE)


def module(name: str) -> ModuleType:
    sys.path.insert(0, str(DOCS))
    try:
        spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        made = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(made)
    finally:
        sys.path.remove(str(DOCS))
    return made


@pytest.fixture(scope="module")
def site() -> ModuleType:
    return module("build_site")


def written(lang: str) -> dict[str, str]:
    root = DOCS / lang
    return {p.relative_to(root).as_posix(): p.read_text(encoding="utf-8") for p in sorted(root.rglob("*.md"))}


def headings(text: str) -> list[int]:
    return [len(m[1]) for m in re.finditer(r"^(#+) ", FENCE.sub("", text), re.MULTILINE)]


def test_every_page_has_its_twin() -> None:
    assert set(written("zh")) == set(written("en"))


def structure(text: str, name: str) -> tuple[list[int], list[tuple[str, str]]]:
    """Levels of headings and kinds of blocks; a tutorial's and a generated page's blocks have tests of their own."""
    own = name.startswith(("tutorials/", "reference/"))
    return headings(text), [] if own else [(b.kind, b.word) for b in blocks(text)]


@pytest.mark.parametrize("name", sorted(written("zh")))
def test_twins_have_the_same_headings_and_kinds_of_blocks_in_the_same_order(name: str) -> None:
    zh, en = (structure(written(lang)[name], name) for lang in LANGUAGES)
    assert zh == en


def test_no_english_page_written_by_hand_has_a_chinese_heading() -> None:
    for name, text in written("en").items():
        if "made by docs/generate.py" in text[:80]:
            continue
        for line in FENCE.sub("", text).splitlines():
            if line.startswith("#") and "`" not in line and "《" not in line:
                assert not re.search(r"[\u3400-\u9fff]", line), (name, line)


def test_no_public_name_or_member_is_without_a_docstring_or_off_the_page() -> None:
    assert module("program_pages").undocumented() == []


def test_every_way_an_input_can_be_refused_has_its_sentence_in_both_languages() -> None:
    pages = module("program_pages")
    for folders in pages.PROBLEMS:
        said = pages.problems(*folders)
        assert len(said) > 3
        for code, sentences in said.items():
            for zh, en in sentences:
                assert re.search(r"[\u3400-\u9fff]", zh), code
                assert re.search(r"[A-Za-z]", en), code


_TOLD_BY_OTHERS = {
    "not-a-report",  # the sentences are those of what was wrong in the report
    "refused",  # the sentence is that of the ledger, which refused the step
}


def test_every_code_of_a_problem_is_on_the_page_of_errors() -> None:
    """Whatever stands as the code of a problem or a notice somewhere in the program is explained there."""
    pages = module("program_pages")
    told = set().union(*(pages.problems(*folders) for folders in pages.PROBLEMS))
    made: dict[str, str] = {}
    for path in sorted(pages.SOURCE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant):
                name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                if name in {"problem", "Problem", "Notice"}:
                    made[str(call.args[0].value)] = path.name
    assert {"encrypted", "encoding", "no-header"} <= set(made) | told
    assert {code: file for code, file in made.items() if code not in told}.keys() == _TOLD_BY_OTHERS


@pytest.mark.parametrize("lang", LANGUAGES)
def test_links_in_the_site_lead_to_pages_of_the_same_language(site: ModuleType, lang: str, tmp_path: Path) -> None:
    site.assemble(lang, tmp_path)
    broken = []
    for page in sorted(tmp_path.rglob("*.md")):
        links = [m[3] for m in site._LINK.finditer(FENCE.sub("", page.read_text(encoding="utf-8")))]
        broken += [(page.name, to) for to in links if to and ":" not in to and not (page.parent / to).is_file()]
    assert not broken


def test_a_link_to_nothing_is_left_for_the_strict_build_to_refuse(site: ModuleType) -> None:
    page = DOCS / "zh" / "how-to" / "x.md"
    names = {DOCS / "zh" / "reference" / "columns.md": "reference/columns.md"}
    given = "[列](../../en/reference/columns.md#lines) [无](gone.md) [程序](../../conf.py)"
    assert (
        site.moved(given, page, "how-to/x.md", names, "zh") == "[列](../reference/columns.md#lines) [无](gone.md) 程序"
    )


def test_chinese_is_found_by_pairs_of_characters_and_latin_by_words() -> None:
    pytest.importorskip("sphinx", reason="the extra docs is not installed")
    pairs = module("chinese_search").ChinesePairs({})
    assert pairs.split("零基预算 Z08 无") == ["零基", "基预", "预算", "Z08", "无"]
