"""What is done on several cores comes out as if done on one."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from budgetreview.intake.abreast import abreast, ahead


@pytest.mark.parametrize("rows", [1, 10_000_000])
def test_columns_come_back_in_their_order(rows: int) -> None:
    assert abreast(lambda n: n * n, range(50), rows) == [n * n for n in range(50)]


def test_a_few_cells_start_no_thread() -> None:
    assert set(abreast(lambda _: threading.current_thread(), range(9), 300)) == {threading.current_thread()}


def test_what_goes_wrong_in_a_column_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        abreast(lambda n: 1 // n, [1, 0, 1], 10_000_000)


def test_pieces_made_ahead_keep_their_order_and_an_error_its_place() -> None:
    def pieces() -> Iterator[int]:
        yield from (1, 0, 2)
        message = "damaged from here on"
        raise ValueError(message)

    seen: list[int] = []
    with pytest.raises(ValueError, match="damaged"):
        seen += ahead(pieces())  # takes them one by one
    assert seen == [1, 0, 2]
    assert list(ahead([])) == []
