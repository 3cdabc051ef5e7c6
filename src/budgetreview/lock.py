"""A lock: the engine, the packages and the files of a review, each with a hash of its content.

A hash is taken over the files of a package's own import folder, their relative names and their bytes in order of name,
so an installed wheel and the same sources installed for editing have the same one, on any machine.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from importlib import util
from pathlib import Path
from typing import Final

import attrs

from budgetreview.errors import PackError, Text, UsageError
from budgetreview.layers import Pack
from budgetreview.report import ENGINE

_VERSION: Final = 1
_ENGINE: Final = "budgetreview"
_SHORT: Final = 12
_DERIVED: Final = frozenset({".pyc", ".pyo"})


@attrs.frozen
class Locked:
    """One package: its version, the hash of its content, and short hashes of its files, to name what differs."""

    version: str
    content: str
    files: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class Lock:
    """What a review was pinned to.

    Attributes:
        engine: Version of budgetreview.
        packs: Each package by name.
        files: Profiles, layouts and tables of codes by file name, with their SHA-256.
    """

    engine: str
    packs: Mapping[str, Locked]
    files: Mapping[str, str] = attrs.field(factory=dict)

    @classmethod
    def of(cls, packs: Iterable[Pack], files: Iterable[Path] = ()) -> Lock:
        """Take the lock of packages, and of files that were given beside them.

        Args:
            packs: The packages of the review; a rule file is one of them.
            files: Other files that shape the review: profile, layout, tables of codes.

        Raises:
            PackError: A package's files cannot be found.
            UsageError: A file cannot be read, or two have one name.
        """
        return cls(ENGINE, {p.name: locked(p) for p in packs}, _hashed(files))

    @classmethod
    def read(cls, path: Path) -> Lock:
        """Read a lock file.

        Raises:
            UsageError: It is none.
        """
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
            if data["lock"] != _VERSION:
                zh = f"{path.name}：格式版本为 {data['lock']}，应为 {_VERSION}；请用 budgetreview lock 重新生成"
                en = f"{path.name}: the format is {data['lock']}, expected {_VERSION}; make it again with lock"
                raise UsageError(Text(zh, en))
            packs = {
                n: Locked(str(p["version"]), str(p["sha256"]), {k: str(v) for k, v in p.get("files", {}).items()})
                for n, p in data["packs"].items()
            }
            return cls(str(data["engine"]), packs, {n: str(v) for n, v in data.get("files", {}).items()})
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as error:
            detail = (error.strerror or type(error).__name__) if isinstance(error, OSError) else repr(error)
            raise UsageError(Text(
                f"锁定文件 {path.name} 无法读取（{detail}）；请用 budgetreview lock 重新生成",
                f"the lock {path.name} cannot be read ({detail}); make it again with budgetreview lock",
            )) from None  # fmt: skip

    def toml(self) -> str:
        """The lock as TOML, the same bytes for the same content."""
        out = [f"lock = {_VERSION}", f"engine = {_quoted(self.engine)}"]
        for name, pack in sorted(self.packs.items()):
            key = f"packs.{_quoted(name)}"
            out += ["", f"[{key}]", f"version = {_quoted(pack.version)}", f"sha256 = {_quoted(pack.content)}"]
            out += ["", f"[{key}.files]", *(f"{_quoted(n)} = {_quoted(h)}" for n, h in sorted(pack.files.items()))]
        if self.files:
            out += ["", "[files]", *(f"{_quoted(n)} = {_quoted(h)}" for n, h in sorted(self.files.items()))]
        return "\n".join(out) + "\n"

    def check(self, now: Lock, left_out: Iterable[str] = ()) -> None:
        """Refuse what differs from the lock.

        Args:
            now: The lock of what is there.
            left_out: Packages left out on request.

        Raises:
            PackError: naming the package, or the file, and the difference.
        """
        if now.engine != self.engine:
            raise _differs(_ENGINE, "lock-engine", f"锁定的版本为 {self.engine}，现为 {now.engine}",
                           f"the lock has version {self.engine}, this is {now.engine}")  # fmt: skip
        for name in sorted({*self.packs, *now.packs}):
            was, here = self.packs.get(name), now.packs.get(name)
            if here is None:
                by_choice = name in set(left_out)
                raise _differs(
                    name, "lock-missing",
                    "锁定文件中有它，" + ("却被 --without 排除" if by_choice else "现在没有安装"),
                    "it is in the lock and " + ("was left out with --without" if by_choice else "is not installed"),
                )  # fmt: skip
            if was is None:
                raise _differs(
                    name, "lock-added", f"锁定文件中没有它，现在却已安装；可用 --without {name} 排除",
                    f"it is not in the lock and is installed now; leave it out with --without {name}",
                )  # fmt: skip
            _same(name, was, here)
        for name in sorted({*self.files, *now.files}):
            before, after = self.files.get(name), now.files.get(name)
            if before != after:
                zh, en = _of_file(before, after)
                raise _differs(name, "lock-file", zh, en)


def _of_file(before: str | None, after: str | None) -> tuple[str, str]:
    if before is None:
        return "锁定时没有这个文件", "it was not locked"
    if after is None:
        return "锁定时有这个文件，现在没有给出", "it was locked and is not given now"
    return "文件内容与锁定时不同", "its content is not what was locked"


def _differs(name: str, code: str, zh: str, en: str) -> PackError:
    return PackError(name, Text(
        f"与锁定文件不符：{zh}。请恢复原状，或确认后用 budgetreview lock 重新锁定",
        f"differs from the lock: {en}; put it back, or, if it is meant, make a new lock with budgetreview lock",
    ), code)  # fmt: skip


def _same(name: str, was: Locked, here: Locked) -> None:
    if was.version != here.version:
        raise _differs(name, "lock-version", f"锁定的版本为 {was.version}，现为 {here.version}",
                       f"the lock has version {was.version}, this is {here.version}")  # fmt: skip
    if was.content == here.content:
        return
    first = next((f for f in sorted({*was.files, *here.files}) if was.files.get(f) != here.files.get(f)), None)
    if first is None:
        raise _differs(name, "lock-content", "内容有变", "its content has changed")
    zh, en = (
        ("新增", "added") if first not in was.files else ("删除", "removed") if first not in here.files else
        ("改动", "changed")
    )  # fmt: skip
    raise _differs(name, "lock-content", f"{zh}了文件 {first}", f"the file {first} was {en}")


def _quoted(text: str) -> str:
    """A TOML basic string; JSON's escapes are among TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _hashed(files: Iterable[Path]) -> dict[str, str]:
    out: dict[str, str] = {}
    for path in sorted(set(files)):
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise UsageError(Text(f"{path} 无法读取：{why}", f"{path} cannot be read: {why}")) from None
        if out.setdefault(path.name, digest) != digest:
            raise UsageError(Text(
                f"两个文件同名：{path.name}；锁定文件按文件名记录，请改名",
                f"two files are called {path.name}; a lock goes by the name, rename one",
            ))  # fmt: skip
    return out


def locked(pack: Pack) -> Locked:
    """A package's version and content.

    Raises:
        PackError: Its files cannot be found.
    """
    files = dict(_files(pack))
    whole = hashlib.sha256()
    short: dict[str, str] = {}
    for name, data in sorted(files.items()):
        digest = hashlib.sha256(data)
        whole.update(f"{len(name.encode())}:{name}".encode() + digest.digest())
        short[name] = digest.hexdigest()[:_SHORT]
    return Locked(pack.version, whole.hexdigest(), short)


def _files(pack: Pack) -> Iterable[tuple[str, bytes]]:
    """The files of a package's own import folder, by relative name, without hidden, derived and case files."""
    if pack.file is not None:
        return [(pack.file.name, pack.file.read_bytes())]
    home = _home(pack)
    if home.is_file():
        return [(home.name, home.read_bytes())]
    return [
        (path.relative_to(home).as_posix(), path.read_bytes())
        for path in home.rglob("*")
        if path.is_file() and path.suffix not in _DERIVED and not _aside(path.relative_to(home))
    ]


def _aside(path: Path) -> bool:
    """Hidden and derived files; and the case files of tests, which a wheel carries along and an editable folder not."""
    derived = any(part.startswith(".") or part == "__pycache__" for part in path.parts)
    return derived or (path.parts[0] == "cases" and path.suffix == ".toml")


def _home(pack: Pack) -> Path:
    """The folder of the package's import package, or the file of its single module.

    Raises:
        PackError: It is nowhere on this machine.
    """
    name = pack.module or str(getattr(pack.plugin, "__name__", ""))
    if name:
        for candidate in dict.fromkeys((name.partition(".")[0], name)):  # a namespace has no file of its own
            try:
                spec = util.find_spec(candidate)
            except (ImportError, ValueError):
                spec = None
            if spec is not None and spec.origin is not None and Path(spec.origin).is_file():
                origin = Path(spec.origin)
                return origin.parent if spec.submodule_search_locations else origin
    lost = Text("找不到它的文件，无法锁定", "its files cannot be found, so it cannot be locked")
    raise PackError(pack.name, lost, "lock-no-files")
