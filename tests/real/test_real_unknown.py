"""Files that are no budget, or that no layout describes, are refused with a reason; none is read as something else."""

from __future__ import annotations

from pathlib import Path

import pytest

import budgetreview as br
from budgetreview.errors import IntakeError

REFUSED = [
    ("tw_taipei_2016/source/歲出機關別預算表__01市議會-表格_1.csv", "no-table"),
    ("us_cook_county/cook_county_budget_raw.csv", "no-table"),
    ("us_data_act_samples/appropNullBytes.csv", "nul-byte"),
    ("us_data_act_samples/appropReadError.csv", "field-count"),
    ("es_madrid_execution/2020_ingresos.csv", "encoding"),
    ("cn_disclosure_templates/department_budget_template.xlsx", "column-twice"),
    ("br_serenata_sample/reimbursements_sample.csv", "no-table"),
]


@pytest.mark.parametrize(("file", "kind"), REFUSED)
def test_a_file_that_cannot_be_understood_is_refused_with_its_name_and_the_reason(
    shared_data: Path, file: str, kind: str
) -> None:
    with pytest.raises(IntakeError) as refused:
        br.read(shared_data / file)
    kinds = {p.kind for p in refused.value.problems}
    assert kind in kinds, kinds
    assert all(p.text.zh and p.text.en and p.name for p in refused.value.problems)
