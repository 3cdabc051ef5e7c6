"""The files of a Parquet dataset, on this machine or in any store that fsspec reaches.

A dataset is one Parquet file, a folder of them, or a folder partitioned by year and entity (``fiscal_year=2026/
entity=430702/…``). It holds budget lines and nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import unquote

import attrs

from budgetreview.errors import IntakeError, OutputError, Problem, Text, UsageError
from budgetreview.intake.files import ENDINGS
from budgetreview.intake.heading import table_named

_YEAR_FOLDER: Final = "year"
_NOWHERE: Final = "__HIVE_DEFAULT_PARTITION__"


@attrs.frozen
class Stored:
    """One Parquet file.

    Attributes:
        url: Where it lies, as fsspec understands it; never to be printed.
        name: As the report names it: relative to the dataset, ``/`` between folders.
        folders: What the folders' names say of its lines: header and value.
    """

    url: str
    name: str
    folders: tuple[tuple[str, str], ...] = ()


def problem(kind: str, zh: str, en: str, name: str = "") -> Problem:
    """Something wrong with a dataset."""
    return Problem(kind, Text(zh, en), name)


def opened(url: str) -> tuple[Any, str]:
    """The file system of a path or URL, and the path in it.

    Raises:
        UsageError: fsspec is not installed, or has nothing for this kind of URL.
    """
    try:
        from fsspec.core import url_to_fs

        return url_to_fs(url)  # type: ignore[no-any-return]
    except ImportError as error:
        raise UsageError(Text(
            f"读写 Parquet 数据集缺少 {error.name or error}；请安装：pip install 'budgetreview[dataset]'，"
            "对象存储还需相应的 fsspec 驱动",
            f"reading and writing a Parquet dataset lacks {error.name or error}; pip install 'budgetreview[dataset]', "
            "and for an object store its own driver of fsspec",
        )) from None  # fmt: skip
    except ValueError as error:
        raise UsageError(Text(f"不认识的存储地址：{error}", f"not an address of a known store: {error}")) from None


def files_of(dataset: str) -> tuple[Stored, ...]:
    """The Parquet files of a dataset in the order of their names, folder by folder.

    Files and folders whose names begin with ``.`` or ``_`` are passed over, as writers of datasets leave marks there.

    Raises:
        IntakeError: There is none, or there is something that is no Parquet file of budget lines.
    """
    fs, root = opened(dataset)
    if fs.isfile(root):
        return (Stored(_url(fs, root), PurePosixPath(root).name),)
    if not fs.isdir(root):
        raise IntakeError([problem("not-found", f"没有找到数据集 {dataset}", f"there is no dataset {dataset}")])
    found: list[Stored] = []
    wrong: list[Problem] = []
    base = root.rstrip("/") + "/"
    for path in sorted(fs.find(root), key=lambda p: p.removeprefix(base).split("/")):
        name = path.removeprefix(base)
        parts = name.split("/")
        if any(p.startswith((".", "_")) for p in parts):
            continue
        kind = ENDINGS.get(PurePosixPath(name).suffix.lower())
        if kind == "parquet":
            other = table_named(PurePosixPath(name).stem)
            if other not in {None, "lines"}:
                wrong.append(problem(
                    "other-table", f"是“{other}”表；数据集只含明细（lines），请移到别处",
                    f"is the table {other}; a dataset holds budget lines only, move it elsewhere", name,
                ))  # fmt: skip
            found.append(Stored(_url(fs, path), name, _folders(parts[:-1], name)))
        elif kind is not None:
            wrong.append(problem(
                "not-parquet", "不是 parquet 文件；数据集只含 parquet 文件，请转换或移到别处",
                "is no parquet file; a dataset holds parquet files only, convert it or move it elsewhere", name,
            ))  # fmt: skip
    if wrong:
        raise IntakeError(wrong)
    if not found:
        raise IntakeError([problem(
            "no-files", f"文件夹 {dataset} 中没有 parquet 文件", f"there is no parquet file in the folder {dataset}"
        )])  # fmt: skip
    keys = {tuple(k for k, _ in f.folders) for f in found}
    if len(keys) > 1:
        said = "; ".join("/".join(k) or "(none)" for k in sorted(keys))
        raise IntakeError([problem(
            "mixed-folders", f"各文件所在的分区文件夹层次不同（{said}）；应当一致",
            f"the files lie in folders of different kinds ({said}); they must be alike",
        )])  # fmt: skip
    return tuple(found)


def _folders(parts: list[str], name: str) -> tuple[tuple[str, str], ...]:
    said: list[tuple[str, str]] = []
    for part in parts:
        key, equals, value = part.partition("=")
        if not equals:
            continue
        if value in {"", _NOWHERE}:
            raise IntakeError([problem(
                "folder-blank", f"分区文件夹 {part} 没有值；请为这些明细补上 {key}",
                f"the folder {part} names no value; give these lines their {key}", name,
            )])  # fmt: skip
        said.append(("fiscal_year" if key == _YEAR_FOLDER else unquote(key), unquote(value)))
    return tuple(said)


def _url(fs: Any, path: str) -> str:
    protocol = fs.protocol if isinstance(fs.protocol, str) else fs.protocol[0]
    return path if protocol == "file" else str(fs.unstrip_protocol(path))


@contextmanager
def reading(url: str) -> Iterator[Any]:
    """A file of the store, open for reading bytes."""
    fs, path = opened(url)
    with fs.open(path, "rb") as file:
        yield file


@contextmanager
def parquet(file: Stored) -> Iterator[Any]:
    """A Parquet file of the dataset, open.

    Raises:
        IntakeError: It cannot be read.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with reading(file.url) as raw, pq.ParquetFile(raw) as whole:
            yield whole
    except (pa.ArrowException, OSError) as error:
        raise IntakeError([unreadable(file.name, error)]) from None


def unreadable(name: str, error: Exception) -> Problem:
    """What is said of a file that cannot be read."""
    reason = (error.strerror if isinstance(error, OSError) else None) or str(error).splitlines()[0]
    return problem(
        "unreadable", f"parquet 文件损坏或不完整，无法读取：{reason}；请重新导出",
        f"the parquet file is damaged or cut off and cannot be read: {reason}; export it again", name,
    )  # fmt: skip


def ready(output: str, dataset: str) -> None:
    """Make the folder of results, and refuse one that holds something.

    Raises:
        UsageError: It is not empty, or lies in the dataset.
        OutputError: It cannot be made or written to.
    """
    fs, path = opened(output)
    home, root = opened(dataset)
    if type(home) is type(fs) and f"{path.rstrip('/')}/".startswith(f"{root.rstrip('/')}/"):
        raise UsageError(Text(
            f"结果文件夹 {output} 在数据集之内；请写到别处",
            f"the folder {output} lies inside the dataset; write elsewhere",
        ))  # fmt: skip
    with writing(output):
        if fs.isfile(path) or (fs.isdir(path) and fs.ls(path)):
            raise UsageError(Text(
                f"{output} 已有内容；请用一个新的或空的文件夹",
                f"there is something in {output} already; name a new or an empty folder",
            ))  # fmt: skip
        fs.makedirs(path, exist_ok=True)


def begun(output: str) -> None:
    """Make the folder of findings, once it is sure that there will be some.

    Raises:
        OutputError: It cannot be made.
    """
    fs, path = opened(f"{output}/findings")
    with writing(output):
        fs.makedirs(path, exist_ok=True)


@contextmanager
def writing(output: str) -> Iterator[None]:
    """Turn what a disk says into one sentence.

    Raises:
        OutputError: The results could not be written.
    """
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        msg = f"结果无法写入 {output}：{why} / the results cannot be written to {output}: {why}"
        raise OutputError(msg) from None


@contextmanager
def made(folder: str, name: str) -> Iterator[Any]:
    """A file of the results, open for writing: there under its name once it is whole, or not at all.

    Raises:
        OutputError: It could not be written.
    """
    fs, path = opened(f"{folder.rstrip('/')}/{name}")
    home, _, own = path.rpartition("/")
    part = f"{home}/.{own}.{os.getpid()}.part"
    with writing(folder):
        try:
            with fs.open(part, "wb") as file:
                yield file
            fs.mv(part, path)
        except BaseException:
            if fs.exists(part):
                fs.rm(part)
            raise


def swept(folder: str) -> None:
    """Take away the halves of files that a worker left when it was killed."""
    fs, path = opened(folder)
    for name in fs.glob(f"{path.rstrip('/')}/.*.part"):
        fs.rm(name)


def removed(folder: str) -> None:
    """Take a folder of temporary files away."""
    fs, path = opened(folder)
    if fs.exists(path):
        fs.rm(path, recursive=True)


