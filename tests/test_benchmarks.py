"""The checks that others wrote by hand give what the library gives, or their times would mean nothing."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from benchmarks import ours
from benchmarks.answers import LINE_RULES, YARDSTICK
from benchmarks.export import Export, written


@pytest.fixture(scope="module", params=[(1, 11), (12, 12)], ids=["one county", "twelve counties"])
def export(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    entities, seed = request.param
    return written(tmp_path_factory.mktemp("export"), Export(24_000, entities=entities, seed=seed, blanks=40))


@pytest.mark.parametrize(
    ("peer", "way", "rules"),
    [
        ("with_polars", "eager", YARDSTICK),
        ("with_polars", "lazy", YARDSTICK),
        ("with_pandas", "all_rules", YARDSTICK),
        ("with_duckdb", "all_rules", YARDSTICK),
        ("with_pandera", "only_lines", LINE_RULES),
    ],
)
def test_a_hand_written_peer_flags_and_counts_the_same(
    peer: str, way: str, rules: tuple[str, ...], export: Path
) -> None:
    if peer == "with_duckdb":
        pytest.importorskip("duckdb", reason="DuckDB comes with the extra bench")
    theirs = getattr(import_module(f"benchmarks.peers.{peer}"), way)(export)
    mine = ours.findings(export)
    for code in rules:
        assert theirs[code].told() == mine[code].told(), code
