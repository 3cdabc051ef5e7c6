"""A dataset reviewed part by part gives what one review of everything gives, whatever the parts."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from budgetreview import IntakeError, PackError, UsageError, load_rules, read, review
from budgetreview.dataset import Chosen, memory_of, plan, review_dataset
from budgetreview.dataset.request import identity
from budgetreview.errors import OutputError
from budgetreview.render.records import frames

pytest.importorskip("pyarrow")
pytest.importorskip("fsspec")
DAY = date(2026, 1, 10)
PLACES = ("430702", "430703", "430721", "430722", "430723", "430724")
KEY = ("rule", "fingerprint")


def lines(n: int = 900, seed: int = 1, years: tuple[int, ...] = (2025, 2026)) -> pl.DataFrame:
    """Budget lines of six counties in the order of an export; many lack this or that, many repeat."""
    r = random.Random(seed)
    rows = []
    for i in range(n):
        amount = r.choice([r.randrange(1, 900) * 100, r.randrange(1, 90) * 10_000, 120_000])
        rows.append(
            {
                "line_id": f"A-{i}",
                "entity": PLACES[i * len(PLACES) // n],
                "fiscal_year": r.choice(years),
                "book": r.choice(["general", "government_fund", None]),
                "agency": r.choice(["101", "102", "103"]),
                "project": f"P{r.randrange(n // 3)}",
                "project_name": r.choice(["道路养护", "会议费", "信息系统运维", "校舍维修", None]),
                "project_kind": r.choice(["targeted", "operating", "personnel", None]),
                "function_code": r.choice(["2010101", "2050201", "2130305", "20101", None]),
                "dept_economic_code": r.choice(["30101", "30215", "31002", "30299"]),
                "proposed": amount,
                "requested": r.choice([amount, amount + 5000, None]),
                "prior_approved": r.choice([amount, amount * 2, 0, None]),
                "basis": r.choice(["三定方案", None]),
                "life": r.choice(["one_off", "recurrent", None]),
                "quantity": r.choice([3, None]),
                "unit_price": r.choice([1500, 1200, None]),
                "standard_value": r.choice([1200, None]),
                "targets": r.choice([0, 3, None]),
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def single(path: Path, stage: str = "preliminary") -> tuple[pl.DataFrame, pl.DataFrame]:
    """Findings and coverage of one review of everything."""
    report = review(read(path), load_rules(), stage=stage, as_of=DAY)
    return report.findings.to_polars().sort(KEY), frames.rules(report)


def written(output: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Findings and coverage as ``review_dataset`` wrote them."""
    found = pl.concat([pl.read_parquet(p) for p in sorted((output / "findings").glob("*.parquet"))])
    return found.sort(KEY), pl.read_parquet(output / "coverage.parquet")


def same(output: Path, path: Path, stage: str = "preliminary", *, but: tuple[str, ...] = ()) -> None:
    """Every finding with every field, and every count."""
    found, coverage = written(output)
    expected, counts = single(path, stage)
    assert len(expected) > 100
    assert found.drop(but).equals(expected.drop(but))
    assert coverage.equals(counts)


@pytest.fixture(autouse=True)
def _as_installed_now() -> None:
    """The program's own files may have been edited since an earlier test of this process took its hashes."""
    identity.cache_clear()


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of at most 200 lines."""
    monkeypatch.setattr(plan, "MOST_LINES", 200)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("stage", ["preliminary", "pre"])
def test_many_parts_give_every_count_and_every_finding_of_one_review(
    tmp_path: Path, small_parts: None, seed: int, stage: str
) -> None:
    path = tmp_path / "lines.parquet"
    lines(seed=seed).write_parquet(path, row_group_size=150)
    done = review_dataset(str(path), str(tmp_path / "out"), as_of=DAY, stage=stage)
    assert (done.lines, done.parts) == (900, 6)
    same(tmp_path / "out", path, stage)


def test_lines_in_no_order_are_divided_first_and_nothing_is_left_behind(tmp_path: Path, small_parts: None) -> None:
    path = tmp_path / "lines.parquet"
    lines().sample(fraction=1, shuffle=True, seed=5).write_parquet(path, row_group_size=300)
    review_dataset(str(path), str(tmp_path / "out"), as_of=DAY)
    same(tmp_path / "out", path)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["coverage.json", "coverage.parquet", "findings"]


def test_the_half_of_a_file_that_a_killed_worker_left_is_taken_away(tmp_path: Path, small_parts: None) -> None:
    lines().write_parquet(tmp_path / "lines.parquet")
    half = tmp_path / "out" / "findings" / ".part-00001.parquet.4711.part"
    review_dataset(
        str(tmp_path / "lines.parquet"), str(tmp_path / "out"), as_of=DAY,
        progress=lambda _, __: half.touch(),
    )  # fmt: skip
    assert sorted(f.name[:5] for f in half.parent.iterdir()) == ["part-"] * 6


def test_a_folder_of_files_is_what_reading_the_folder_gives(tmp_path: Path, small_parts: None) -> None:
    """Each file chooses its amount for itself, as `check` does; the second one has no 草案安排数."""
    folder = tmp_path / "data"
    folder.mkdir()
    whole = lines()
    whole.head(500).write_parquet(folder / "a.parquet")
    whole.tail(400).with_columns(proposed=pl.lit(None, pl.Int64)).write_parquet(folder / "b.parquet")
    done = review_dataset(str(folder), str(tmp_path / "out"), as_of=DAY)
    assert [i.amount_column for i in done.report.inputs] == ["proposed", "requested"]
    same(tmp_path / "out", folder)
    told = json.loads((tmp_path / "out" / "coverage.json").read_text(encoding="utf-8"))
    assert [i["rows"] for i in told["inputs"]] == [500, 400]
    assert all(i["sha256"] for i in told["inputs"])


def test_a_partitioned_folder_is_one_table_whose_amount_is_chosen_over_all_of_it(
    tmp_path: Path, small_parts: None
) -> None:
    """A county that proposes nothing does not fall back to what was asked for: its amounts are not known."""
    whole = lines().with_columns(
        proposed=pl.when(pl.col("entity") == PLACES[0]).then(None).otherwise("proposed")
    ).sort("fiscal_year", "entity", maintain_order=True)
    one = tmp_path / "lines.parquet"
    whole.write_parquet(one)
    folder = tmp_path / "data"
    for (year, entity), own in whole.partition_by("fiscal_year", "entity", as_dict=True).items():
        home = folder / f"fiscal_year={year}" / f"entity={entity}"
        home.mkdir(parents=True)
        own.drop("fiscal_year", "entity").write_parquet(home / "0.parquet")
    done = review_dataset(str(folder), str(tmp_path / "out"), as_of=DAY)
    assert {i.amount_column for i in done.report.inputs} == {"proposed"}
    same(tmp_path / "out", one, but=("source",))


def test_the_presentation_unit_is_that_of_the_whole_file(tmp_path: Path, small_parts: None) -> None:
    path = tmp_path / "lines.parquet"
    lines().with_columns(
        proposed=pl.col("proposed").cast(pl.Float64) + pl.when(pl.col("entity") == PLACES[2]).then(0.25).otherwise(0)
    ).write_parquet(path, row_group_size=150)
    review_dataset(str(path), str(tmp_path / "out"), as_of=DAY)
    same(tmp_path / "out", path)


def test_made_up_ids_are_those_of_the_whole_file(tmp_path: Path, small_parts: None) -> None:
    path = tmp_path / "lines.parquet"
    lines().drop("line_id").write_parquet(path, row_group_size=150)
    review_dataset(str(path), str(tmp_path / "out"), as_of=DAY)
    same(tmp_path / "out", path)


def test_large_clean_parts_are_read_straight_and_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "lines.parquet"
    lines(n=24_000, years=(2026,)).write_parquet(path, row_group_size=4_000)
    monkey = pytest.MonkeyPatch()
    monkey.setattr(plan, "MOST_LINES", 12_000)
    try:
        done = review_dataset(str(path), str(tmp_path / "out"), as_of=DAY, chosen=Chosen(select=("Z01", "Z12", "K")))
    finally:
        monkey.undo()
    assert done.parts == 2
    report = review(read(path), load_rules(select=("Z01", "Z12", "K")), as_of=DAY)
    found, coverage = written(tmp_path / "out")
    assert found.equals(report.findings.to_polars().sort(KEY))
    assert coverage.equals(frames.rules(report))


def test_several_processes_write_the_same_bytes(tmp_path: Path, small_parts: None) -> None:
    path = tmp_path / "lines.parquet"
    lines().write_parquet(path, row_group_size=150)
    review_dataset(str(path), str(tmp_path / "one"), as_of=DAY)
    review_dataset(str(path), str(tmp_path / "two"), as_of=DAY, jobs=2)
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*") if p.is_file())
    assert len(files) == 8
    assert all((tmp_path / "one" / f).read_bytes() == (tmp_path / "two" / f).read_bytes() for f in files)


def test_an_entity_larger_than_the_memory_is_named_with_the_memory_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "lines.parquet"
    lines().write_parquet(path)
    with pytest.raises(UsageError, match=r"430702 \(150 lines\).*--memory 401MiB or more"):
        review_dataset(str(path), str(tmp_path / "out"), as_of=DAY, memory=plan.BASE + 50_000)
    assert review_dataset(str(path), str(tmp_path / "out"), as_of=DAY).parts == 1  # the same folder will do


@pytest.mark.parametrize(("said", "size"), [("2GiB", 2 << 30), ("500 MB", 500 << 20), ("4096", 4096), (7, 7)])
def test_memory_is_named_as_people_name_it(said: str | int, size: int) -> None:
    assert memory_of(said) == size


def test_a_word_is_no_memory() -> None:
    with pytest.raises(UsageError, match="2GiB"):
        memory_of("viel")


# What cannot be read is said in one sentence


def refused(tmp_path: Path, dataset: Path) -> str:
    with pytest.raises(IntakeError) as error:
        review_dataset(str(dataset), str(tmp_path / "out"), as_of=DAY)
    return str(error.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert "没有 parquet 文件" in refused(tmp_path, tmp_path / "data")


def test_a_dataset_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "没有找到数据集" in refused(tmp_path, tmp_path / "nothing")


def test_lines_without_an_entity_are_refused(tmp_path: Path) -> None:
    lines().drop("entity").write_parquet(tmp_path / "a.parquet")
    assert "没有财政区划列" in refused(tmp_path, tmp_path / "a.parquet")


def test_some_lines_without_an_entity_are_counted(tmp_path: Path) -> None:
    lines().with_columns(entity=pl.when(pl.col("line_id") == "A-3").then(None).otherwise("entity")).write_parquet(
        tmp_path / "a.parquet"
    )
    assert "有1行没有写明财政区划" in refused(tmp_path, tmp_path / "a.parquet")


def test_a_file_cut_off_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    lines().write_parquet(folder / "a.parquet")
    (folder / "b.parquet").write_bytes((folder / "a.parquet").read_bytes()[:5000])
    assert "b.parquet: parquet 文件损坏或不完整" in refused(tmp_path, folder)


def test_files_with_other_columns_or_kinds_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    lines().write_parquet(folder / "a.parquet")
    lines().drop("basis").with_columns(quantity=pl.lit("三")).write_parquet(folder / "b.parquet")
    said = refused(tmp_path, folder)
    assert "列“basis”只在 a.parquet 中有，b.parquet 中没有" in said
    assert "列“quantity”在此是 text，在 a.parquet 中是 integer" in said


def test_another_table_in_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    lines().write_parquet(folder / "lines.parquet")
    lines().write_parquet(folder / "totals.parquet")
    assert "totals.parquet: 是“totals”表" in refused(tmp_path, folder)


def test_a_part_with_a_bad_cell_is_told_by_row_and_the_others_are_reviewed(tmp_path: Path, small_parts: None) -> None:
    path = tmp_path / "lines.parquet"
    bad = lines().with_columns(
        proposed=pl.when(pl.col("line_id") == "A-899").then(pl.lit("十万")).otherwise(pl.col("proposed").cast(pl.String))
    )
    bad.write_parquet(path, row_group_size=150)
    done = review_dataset(str(path), str(tmp_path / "out"), as_of=DAY)
    (problem,) = done.report.inputs[0].problems
    assert "900" in (problem.cell or "") + problem.text.zh
    assert "十万" in problem.text.zh
    assert not done.report.complete
    assert {p.entity for p in done.report.periods} == set(PLACES[:5])
    assert len(written(tmp_path / "out")[0]) > 100


def test_results_are_not_written_over(tmp_path: Path) -> None:
    lines().write_parquet(tmp_path / "a.parquet")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").touch()
    with pytest.raises(UsageError, match="已有内容"):
        review_dataset(str(tmp_path / "a.parquet"), str(tmp_path / "out"), as_of=DAY)


def test_a_disk_that_takes_nothing_is_an_error_with_its_reason(tmp_path: Path) -> None:
    lines().write_parquet(tmp_path / "a.parquet")
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="结果无法写入"):
        review_dataset(str(tmp_path / "a.parquet"), str(tmp_path / "file" / "out"), as_of=DAY)


def test_a_full_disk_ends_the_review_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fsspec.implementations.local import LocalFileSystem

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(LocalFileSystem, "mv", full)
    lines().write_parquet(tmp_path / "a.parquet")
    with pytest.raises(OutputError, match="No space left on device"):
        review_dataset(str(tmp_path / "a.parquet"), str(tmp_path / "out"), as_of=DAY)
    assert not list((tmp_path / "out").rglob("*.parquet"))


def test_the_command_says_what_it_did_and_ends_with_the_status_of_check(tmp_path: Path) -> None:
    lines().write_parquet(tmp_path / "a.parquet")
    said = subprocess.run(
        [sys.executable, "-m", "budgetreview", "batch", str(tmp_path / "a.parquet"), "--output", str(tmp_path / "out"),
         "--as-of", "2026-01-10", "--fail-on", "never", "--lang", "zh"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "900行明细分1部分审查" in said.stderr


def test_a_worker_with_other_packages_is_refused_by_name() -> None:
    import attrs

    from budgetreview.lock import Lock

    own = identity(Chosen())
    core = own.lock.packs["core"]
    other = attrs.evolve(own, lock=Lock(own.lock.engine, {**own.lock.packs, "core": attrs.evolve(core, content="0")}))
    with pytest.raises(PackError, match=r"core.*tcp://10\.0\.0\.7:4040"):
        own.refuse(other, "tcp://10.0.0.7:4040")
    older = attrs.evolve(own, versions=(("python", "3.11"), ("numpy", "1.0"), *own.versions[2:]))
    with pytest.raises(PackError, match=r"numpy.*tcp://10\.0\.0\.7:4040"):
        own.refuse(older, "tcp://10.0.0.7:4040")
