"""The sentences of the 22 published PDFs of Jiangsu: how many are read and tied, and which of them are wrong.

Every finding below was looked at by hand: the figures printed are the ones quoted, and they do not agree.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import attrs
import pytest
from budgetreview_disclosure.checks.narrative import check
from budgetreview_disclosure.document import Document
from budgetreview_disclosure.narrative import read_claims
from budgetreview_disclosure.narrative.ties import tie
from budgetreview_disclosure.reading import read_documents

pytestmark = pytest.mark.slow

SLIPS = {
    ("js_court_2017", "narrative-percent", "79.05%"),
    ("js_court_2018", "narrative-percent", "5.95%"),
    ("js_court_2018", "narrative-growth-from-zero", "增加100%"),
    ("js_npc_2017", "narrative-share", "8.75%"),
    ("js_npc_2017", "narrative-share", "7.22%"),
    ("js_npc_2017", "narrative-share", "16.81%"),
    ("js_npc_2018", "narrative-percent", "1312.56%"),
    ("js_party_2017", "narrative-percent", "1.66%"),
    ("js_proc_2017", "narrative-percent", "129.97%"),
    ("js_proc_2017", "narrative-share", "54.43%"),
    ("js_proc_2017", "narrative-share", "26.72%"),
    ("js_proc_2017", "narrative-table", "12323.46万元"),
    ("js_proc_2018", "narrative-percent", "21.95%"),
    ("js_proc_2018", "narrative-percent", "0.06%"),
    ("js_proc_2018", "narrative-percent", "0.66%"),
    ("js_proc_2019", "narrative-percent", "10.06%"),
    ("js_proc_2019", "narrative-percent", "13.22%"),
    ("js_proc_2019", "narrative-percent", "34.38%"),
}
"""Document, check, what is printed."""
LEFTOVERS = {
    ("js_cppcc_2018", "narrative-placeholder"): 4,
    ("js_cppcc_2019", "narrative-placeholder"): 4,
    ("js_npc_2018", "narrative-placeholder"): 4,
    ("js_npc_2018", "narrative-option"): 1,
    ("js_npc_2019", "narrative-option"): 1,
    ("js_npc_2019", "narrative-blank-amount"): 1,
}
"""Words of the form's instructions, directions not chosen, an amount not filled in."""


@cache
def whole_documents(folder: Path) -> dict[str, Document]:
    """Each document, its text with its tables where they are two files."""
    paths = sorted(folder.glob("*.pdf"))
    read = {path.stem: one for path, one in zip(paths, read_documents(paths, jobs=2), strict=True)}
    found: dict[str, Document] = {}
    for name, document in read.items():
        assert isinstance(document, Document), name
        tables = read.get(name.replace("_text", "_tables"))
        if not name.endswith("_tables"):
            assert isinstance(tables, Document)
            found[name.removesuffix("_text")] = attrs.evolve(document, tables=tables.tables)
    return found


@pytest.fixture(scope="module")
def documents(shared_data: Path) -> dict[str, Document]:
    folder = shared_data / "cn_jiangsu_dept_budgets" / "pdf"
    if not folder.is_dir():
        pytest.skip("the Jiangsu budgets are not among the real data")
    return whole_documents(folder)


def test_most_sentences_are_tied_to_the_table_they_speak_of(documents: dict[str, Document]) -> None:
    """At least 40 claims in every document, four of five tied to a cell."""
    claims = {name: read_claims(document) for name, document in documents.items()}
    tied = {name: {one.claim for one in tie(documents[name], claims[name])} for name in documents}
    assert min(len(one) for one in claims.values()) >= 40
    assert sum(map(len, tied.values())) / sum(map(len, claims.values())) >= 0.75


def test_every_finding_is_a_slip_that_is_printed(documents: dict[str, Document]) -> None:
    """No sentence that is right gets a finding, and none of the slips found by hand is missed."""
    found: set[tuple[str, str, str]] = set()
    left: Counter[tuple[str, str]] = Counter()
    for name, document in documents.items():
        for one in check(document):
            if one.faulty and any(word in one.check for word in ("placeholder", "option", "blank")):
                left[name, one.check] += 1
            elif one.faulty:
                found.add((name, one.check, one.left_name.removeprefix("写作").removeprefix("文字：")))
    assert found == SLIPS
    assert left == LEFTOVERS
