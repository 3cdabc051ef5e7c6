"""Reviews larger than memory, and beyond one machine: a Parquet dataset reviewed part by part.

A part is whole entities. What is chosen once for an input (its amount column, its presentation unit) is settled over
all files first (``survey``) and handed down; ``plan`` makes parts that fit the memory allowed, ``dividing`` sorts out
lines that lie about, ``part`` reviews one, ``running`` says who does it, ``together`` adds up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import attrs

from budgetreview.dataset import together
from budgetreview.dataset.dividing import divided
from budgetreview.dataset.part import Done, Task, review_part
from budgetreview.dataset.plan import MEMORY, planned
from budgetreview.dataset.request import Chosen, Request, identity, rules_of
from budgetreview.dataset.running import Cluster, Here, Processes, Workers
from budgetreview.dataset.store import begun, files_of, ready, removed, swept
from budgetreview.dataset.survey import Asked, survey
from budgetreview.engine import review, with_settings
from budgetreview.errors import IntakeError, Text, UsageError
from budgetreview.mechanism import Profile
from budgetreview.report import Report
from budgetreview.rule import Severity
from budgetreview.submission import Submission

__all__ = ["Chosen", "Reviewed", "memory_of", "review_dataset"]

_SIZES: Final = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SIZE: Final = re.compile(r"(?i)\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?\s*")
_SCRATCH: Final = ".parts"


@attrs.frozen
class Reviewed:
    """What came of a dataset.

    Attributes:
        report: Everything but the findings, which are in files.
        output: The folder of the results.
        lines: Lines of the dataset.
        parts: In how many parts they were reviewed.
        found: Findings by severity.
    """

    report: Report
    output: str
    lines: int
    parts: int
    found: Mapping[Severity, int]


def memory_of(said: str | int) -> int:
    """Bytes of ``2GiB``, ``500MB`` (both in powers of 1024) or a number of bytes.

    Raises:
        UsageError: It is none.
    """
    match = _SIZE.fullmatch(str(said))
    if match is None:
        raise UsageError(Text(f"内存“{said}”应写作 2GiB、500MiB 等", f"memory {said!r}: expected e.g. 2GiB, 500MiB"))
    return int(float(match[1]) * _SIZES[match[2].upper()])


def review_dataset(
    dataset: str,
    output: str,
    *,
    as_of: date,
    stage: str = "preliminary",
    chosen: Chosen | None = None,
    profile: str | Profile = "changde-12345",
    level: str | Mapping[str, str] | None = None,
    settings: Mapping[str, str] | None = None,
    unit: str | None = None,
    year: int | None = None,
    memory: str | int = MEMORY,
    jobs: int = 1,
    client: Any = None,
    progress: Callable[[int, int], None] | None = None,
) -> Reviewed:
    """Review a Parquet dataset of budget lines part by part.

    Args:
        dataset: A Parquet file, a folder of them, or one partitioned by entity and year; a path or any URL of fsspec.
        output: A new or empty folder for the results, likewise: ``findings/part-….parquet``, ``coverage.parquet`` and
            ``coverage.json``, which is written last. Workers of a cluster must reach both under the same names.
        as_of: The as-of date.
        stage: A word of CONTRACT section 1.
        chosen: Which rules run; those that are on by default.
        profile: The mechanism: a key, or the profile itself.
        level: Level of government, for all entities or by code.
        settings: Parameter values set by the user.
        unit: Unit of money where the headers name none; 元 by default.
        year: Fiscal year of lines that name none.
        memory: What one process may use, ``2GiB`` or bytes; ``jobs`` processes use so many times that.
        jobs: Processes of this machine.
        client: A ``distributed.Client``: its workers do the work, and ``jobs`` says nothing.
        progress: Called with parts done and parts in all.

    Returns:
        The coverage, the same as that of one review of everything, whatever the parts and whoever did them.

    Raises:
        UsageError: An option is wrong, an entity is larger than the memory, or a rule compares entities.
        IntakeError: The files are not one table of budget lines.
        PackError: A package is missing or broken, or a worker has other ones.
        ParameterError: A setting names no parameter or lies outside its limits.
        OutputError: The results cannot be written.
    """
    bytes_ = memory_of(memory)
    chosen = chosen or Chosen()
    rules = rules_of(chosen)
    together.refuse_across(rules, stage)
    levels = tuple(sorted(level.items())) if isinstance(level, Mapping) else level
    request = Request(
        chosen, stage, as_of, levels, tuple(sorted((settings or {}).items())), unit, year, str(output).rstrip("/")
    )
    # Tried on nothing first: a mistyped option must not cost the reading of a large dataset.
    review(Submission.of({}, ()), rules, stage=stage, as_of=as_of, level=level, settings=settings)
    mechanism = profile if isinstance(profile, Profile) else rules.profiles.get(profile)
    if not isinstance(mechanism, Profile):
        raise UsageError(Text(f"没有机制 {profile}", f"no profile {profile}"))
    found = files_of(str(dataset))
    ready(request.output, str(dataset))
    workers: Workers = Cluster(client, chosen) if client is not None else Processes(jobs) if jobs > 1 else Here()
    looked = list(workers.each(_survey, [Asked(f, stage, unit) for f in found]))
    wrong = [p for x in looked if isinstance(x, tuple) for p in x]
    if wrong:
        raise IntakeError(sorted(wrong, key=lambda p: p.name))
    place = {f.name: i for i, f in enumerate(found)}
    files = sorted((x for x in looked if not isinstance(x, tuple)), key=lambda x: place[x.file.name])
    division = planned(files, stage, bytes_)
    begun(request.output)
    scratch = f"{request.output}/{_SCRATCH}"
    try:
        parts = divided(division, files, scratch, bytes_) if division.scattered else division.parts
        done: list[Done] = []
        for one in workers.each(review_part, _tasks(parts, request)):
            done.append(one)
            if progress is not None:
                progress(len(done), len(parts))
    finally:
        removed(scratch)
        swept(f"{request.output}/findings")
    ordered = sorted(with_settings(rules.rules, settings or {}), key=lambda r: r.code)
    amounts = {o.name: o.amount for p in parts for o in p.origins}
    report, counts = together.together(done, files, ordered, rules, request, amounts, mechanism)
    together.write(report, request.output, len(parts))
    return Reviewed(report, request.output, sum(f.lines for f in files), len(parts), counts)


def _survey(asked: Asked) -> Any:
    """What a file told, or its problems: those of all files are listed at once."""
    try:
        return survey(asked)
    except IntakeError as error:
        return tuple(error.problems)


def _tasks(parts: Sequence[Any], request: Request) -> list[Task]:
    """One task a part; a part is told the levels of its own entities only."""
    own = identity(request.chosen)
    tasks = []
    for part in parts:
        asked = request
        if isinstance(request.level, tuple):
            mine = set(part.entities)
            asked = attrs.evolve(request, level=tuple((e, lv) for e, lv in request.level if e in mine))
        tasks.append(Task(part, asked, own))
    return tasks
