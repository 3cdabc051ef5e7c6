"""The whole report of the demonstration, held to the byte; a change of it is a change of outcome to be reviewed."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path

import pytest

from budgetreview.engine import review
from budgetreview.example import AS_OF, write
from budgetreview.intake import read
from budgetreview.plugins import load_rules
from budgetreview.render.records.json import json_document

_GOLDEN = Path(__file__).parent / "golden" / "demo.json"


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("demo") / "budgetreview-demo.xlsx"
    write(path)
    out = io.BytesIO()
    core = load_rules(packs=_core_only())
    json_document(review(read(path), core, stage="preliminary", as_of=AS_OF), out)
    return out.getvalue()


def _core_only():
    from budgetreview.plugins import installed

    return [p for p in installed() if p.name == "core"]


def _shown(whole: bytes) -> dict[str, object]:
    """What a reader can review: every finding in a line, every rule's counts; and the hash of the whole report."""
    report = json.loads(whole)
    for given in report["inputs"]:
        given["sha256"] = None  # the bytes of a workbook change with the version of its writer
    text = json.dumps(report, ensure_ascii=False, sort_keys=True)
    counts = ("flagged", "clear", "not_assessed", "not_applicable")
    return {
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "complete": report["complete"],
        "findings": [
            " | ".join(
                [
                    f["rule"],
                    f["severity"],
                    f["line_id"] or "/".join(str(v) for v in f["subject"].values()),
                    f"{f['source']['sheet']}!{f['source']['cell']}",
                    f["message"]["zh"],
                ]
            )
            for f in report["findings"]
        ],
        "rules": {r["code"]: f"{r['outcome']} {' '.join(str(r[c]) for c in counts)}" for r in report["rules"]},
    }


def test_the_report_of_the_demonstration_is_the_golden_one(whole, request):
    shown = _shown(whole)
    if request.config.getoption("--update-golden"):
        _GOLDEN.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    golden = json.loads(_GOLDEN.read_text(encoding="utf-8"))
    again = "if that is meant: pytest tests/example --update-golden, and review the difference"
    assert shown["findings"] == golden["findings"], f"the demonstration has other findings; {again}"
    assert shown["rules"] == golden["rules"], f"a rule came, went or counts otherwise in the demonstration; {again}"
    assert shown == golden, f"a text, number or parameter of the report changed; {again}"


def test_a_second_review_gives_the_same_bytes(whole, tmp_path):
    path = tmp_path / "budgetreview-demo.xlsx"
    write(path)
    out = io.BytesIO()
    json_document(review(read(path), load_rules(packs=_core_only()), stage="preliminary", as_of=AS_OF, jobs=4), out)
    assert out.getvalue() == whole
