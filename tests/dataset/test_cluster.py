"""A Dask cluster of several processes gives the same results, also when one of them dies."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.dataset.test_dataset import DAY, lines, same, written

from budgetreview import PackError
from budgetreview.dataset import plan, review_dataset

distributed = pytest.importorskip("distributed")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two processes."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as made, distributed.Client(made) as client:
        yield client


def test_a_worker_that_is_killed_in_the_middle_costs_nothing_but_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: Any
) -> None:
    monkeypatch.setattr(plan, "MOST_LINES", 200)
    path = tmp_path / "lines.parquet"
    lines().write_parquet(path, row_group_size=150)
    before = cluster.run(os.getpid)
    killed: list[int] = []

    def kill() -> None:
        # One that has something to do, once a first part is written: in the middle of the work.
        while not list((tmp_path / "out" / "findings").glob("part-*.parquet")):
            time.sleep(0.01)
        busy = [address for address, tasks in cluster.processing().items() if tasks]
        address = busy[0] if busy else next(iter(before))
        os.kill(before[address], signal.SIGKILL)
        killed.append(before[address])

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    done = review_dataset(str(path), str(tmp_path / "out"), as_of=DAY, client=cluster)
    thread.join()
    assert done.parts == 6
    assert killed[0] not in cluster.run(os.getpid).values()
    same(tmp_path / "out", path)
    assert len(list((tmp_path / "out" / "findings").iterdir())) == 6
    review_dataset(str(path), str(tmp_path / "here"), as_of=DAY)
    assert written(tmp_path / "here")[0].equals(written(tmp_path / "out")[0])


def test_a_worker_with_another_library_is_refused_before_anything_is_read(tmp_path: Path, cluster: Any) -> None:
    def older() -> None:
        from importlib import metadata

        real = metadata.version
        metadata.version = lambda name: "0.1" if name == "numpy" else real(name)

    worker = next(iter(cluster.run(os.getpid)))
    cluster.run(older, workers=[worker])
    lines().write_parquet(tmp_path / "lines.parquet")
    with pytest.raises(PackError, match=f"numpy.*{worker}"):
        review_dataset(str(tmp_path / "lines.parquet"), str(tmp_path / "out"), as_of=DAY, client=cluster)
