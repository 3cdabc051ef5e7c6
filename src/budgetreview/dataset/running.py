"""Who does the work: this process, several processes of this machine, or the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any, Final, Protocol, TypeVar

from budgetreview.dataset.request import Chosen, identity
from budgetreview.errors import BudgetReviewError, IntakeError, PackError, Text, UsageError

A = TypeVar("A")
B = TypeVar("B")
_AGAIN: Final = 3
"""A part whose worker died is given to another one so many times."""


class Workers(Protocol):
    """Applies a function to small records; results come in any order."""

    def each(self, function: Callable[[A], B], items: Sequence[A]) -> Iterator[B]:
        """The result for every item."""
        ...


class Here:
    """This process, one item after the other."""

    def each(self, function: Callable[[A], B], items: Sequence[A]) -> Iterator[B]:
        """The result for every item."""
        yield from map(function, items)


class Processes:
    """Processes of this machine."""

    def __init__(self, jobs: int) -> None:
        """Processes.

        Args:
            jobs: How many.
        """
        self._jobs = jobs

    def each(self, function: Callable[[A], B], items: Sequence[A]) -> Iterator[B]:
        """The result for every item.

        Raises:
            UsageError: A process was ended from outside, most likely for want of memory.
        """
        with ProcessPoolExecutor(min(self._jobs, max(len(items), 1)), mp_context=get_context("spawn")) as pool:
            futures = [pool.submit(_safely, function, item) for item in items]
            try:
                for future in as_completed(futures):
                    yield _opened(future.result())
            except BrokenProcessPool:
                raise UsageError(Text(
                    "一个工作进程被系统终止，多半是内存不足；请减小 --jobs 或 --memory",
                    "a process was ended by the system, most likely for want of memory; use fewer --jobs or less "
                    "--memory",
                )) from None  # fmt: skip
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


class Cluster:
    """The workers of a Dask cluster."""

    def __init__(self, client: Any, chosen: Chosen) -> None:
        """Workers that have been looked at.

        Args:
            client: A ``distributed.Client``.
            chosen: The rules; every worker must have the packages of this process.

        Raises:
            PackError: One has not; it is named.
            UsageError: There is no worker.
        """
        self._client = client
        own = identity(chosen)
        found = client.run(_safely, identity, chosen)
        if not found:
            raise UsageError(Text("集群没有计算节点", "the cluster has no worker"))
        for address, said in sorted(found.items()):
            try:
                theirs = _opened(said)
            except PackError as error:
                raise PackError(error.pack, Text(
                    f"计算节点 {address}：{error.text.zh}", f"the worker {address}: {error.text.en}"
                ), error.code) from None  # fmt: skip
            own.refuse(theirs, address)

    def each(self, function: Callable[[A], B], items: Sequence[A]) -> Iterator[B]:
        """The result for every item; what a dead worker had begun is done again by another one.

        Raises:
            UsageError: An item ended several workers.
        """
        from distributed import KilledWorker
        from distributed import as_completed as completed

        futures = [self._client.submit(_safely, function, item, pure=False, retries=_AGAIN) for item in items]
        try:
            for future in completed(futures):  # type: ignore[no-untyped-call]
                yield _opened(future.result())
                future.release()
        except KilledWorker as error:
            raise UsageError(Text(
                f"同一部分数据连续使多个计算节点退出，多半是内存不足；请减小 --memory（{error}）",
                f"one part ended several workers, most likely for want of memory; use less --memory ({error})",
            )) from None  # fmt: skip
        finally:
            self._client.cancel(futures)



def _safely(function: Callable[..., B], *given: Any) -> tuple[bool, Any]:
    """The result, or what an error of ours is made of: errors with fields of their own do not travel by themselves."""
    try:
        return True, function(*given)
    except IntakeError as error:
        return False, (IntakeError, (error.problems,))
    except PackError as error:
        return False, (PackError, (error.pack, error.text, error.code))
    except UsageError as error:
        return False, (UsageError, (error.text,))
    except BudgetReviewError as error:
        return False, (type(error), error.args)


def _opened(said: tuple[bool, Any]) -> Any:
    well, what = said
    if well:
        return what
    kind, given = what
    raise kind(*given)
