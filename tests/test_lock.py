"""A lock holds what a review rests on; whatever differs later is refused and named."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

from budgetreview.errors import PackError, UsageError
from budgetreview.layers import Pack
from budgetreview.lock import Lock, Locked
from budgetreview.plugins import CORE, installed, load_rules
from budgetreview.rules import core

THE_CORE = Pack(CORE, "0.1.0", core, module="budgetreview")
NAME = "sample_county_rules"
SOURCE = """
from budgetreview.hookspecs import hookimpl

@hookimpl
def budgetreview_rules():
    return []
"""


@pytest.fixture
def county(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pack]:
    """A package of two files in a folder of its own."""
    folder = tmp_path / "site" / NAME
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(SOURCE, encoding="utf-8")
    (folder / "figures.toml").write_text("a = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder.parent))
    importlib.invalidate_caches()
    yield Pack("county", "1.0", importlib.import_module(NAME), module=NAME)
    sys.modules.pop(NAME, None)


def home(county: Pack) -> Path:
    return Path(county.plugin.__file__).parent


def refused(lock: Lock, *packs: Pack, **options: object) -> PackError:
    with pytest.raises(PackError) as caught:
        load_rules(packs=(THE_CORE, *packs), lock=lock, **options)  # type: ignore[arg-type]
    return caught.value


def test_what_was_locked_loads_again_and_the_file_says_the_same_as_the_lock(county: Pack, tmp_path: Path) -> None:
    lock = Lock.of((THE_CORE, county))
    file = tmp_path / "budgetreview.lock"
    file.write_text(lock.toml(), encoding="utf-8")
    assert Lock.read(file) == lock
    assert Lock.read(file).toml() == lock.toml()
    assert "county" in load_rules(packs=(THE_CORE, county), lock=file).packs


def test_a_file_of_a_package_that_changed_is_named(county: Pack) -> None:
    lock = Lock.of((THE_CORE, county))
    (home(county) / "figures.toml").write_text("a = 2\n", encoding="utf-8")
    error = refused(lock, county)
    assert (error.pack, error.code) == ("county", "lock-content")
    assert "figures.toml was changed" in error.text.en
    assert "改动了文件 figures.toml" in error.text.zh


def test_a_file_that_came_or_went_is_named(county: Pack) -> None:
    lock = Lock.of((THE_CORE, county))
    extra = home(county) / "more.toml"
    extra.write_text("", encoding="utf-8")
    assert "more.toml was added" in refused(lock, county).text.en
    extra.unlink()
    (home(county) / "figures.toml").unlink()
    assert "figures.toml was removed" in refused(lock, county).text.en


def test_the_hash_is_of_the_sources_alone_wherever_they_lie(county: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Lock.of((county,))
    (home(county) / "__pycache__").mkdir(exist_ok=True)
    (home(county) / "__pycache__" / "x.cpython-311.pyc").write_bytes(b"1")
    (home(county) / ".cache").write_text("1", encoding="utf-8")
    (home(county) / "cases").mkdir()
    (home(county) / "cases" / "CD1.toml").write_text("", encoding="utf-8")
    assert Lock.of((county,)) == before
    copy = tmp_path / "elsewhere"
    shutil.copytree(home(county).parent, copy)
    shutil.rmtree(home(county).parent)
    monkeypatch.syspath_prepend(str(copy))
    sys.modules.pop(NAME)
    importlib.invalidate_caches()
    moved = Pack("county", "1.0", importlib.import_module(NAME), module=NAME)
    assert Lock.of((moved,)) == before


def test_another_version_a_new_and_a_missing_package_are_named(county: Pack) -> None:
    both, alone = Lock.of((THE_CORE, county)), Lock.of((THE_CORE,))
    assert refused(both, attrs.evolve(county, version="2.0")).code == "lock-version"
    assert refused(alone, county).code == "lock-added"
    assert refused(both).code == "lock-missing"
    left_out = refused(both, county, without=("county",))
    assert (left_out.code, "--without" in left_out.text.zh) == ("lock-missing", True)
    assert load_rules(packs=(THE_CORE, county), lock=alone, without=("county",)).without == ("county",)


def test_another_engine_is_refused() -> None:
    assert refused(attrs.evolve(Lock.of((THE_CORE,)), engine="0.0.1")).code == "lock-engine"


def test_a_profile_beside_the_packages_is_locked_by_its_name_and_content(tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text("a = 1\n", encoding="utf-8")
    lock = Lock.of((THE_CORE,), (profile,))
    assert str(tmp_path) not in lock.toml()
    assert load_rules(packs=(THE_CORE,), lock=lock, beside=(profile,))
    assert "not given" in refused(lock).text.en
    profile.write_text("a = 2\n", encoding="utf-8")
    assert "content" in refused(lock, beside=(profile,)).text.en
    assert "not locked" in refused(Lock.of((THE_CORE,)), beside=(profile,)).text.en


@pytest.mark.parametrize("text", ["", "lock = 1", "lock = 9\nengine='x'\n[packs]", "lock = 1\nengine='x'\npacks=3", "\x00"])
def test_what_is_no_lock_is_a_wrong_option(tmp_path: Path, text: str) -> None:
    file = tmp_path / "x.lock"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="budgetreview lock"):
        Lock.read(file)


def test_odd_names_survive_the_file(tmp_path: Path) -> None:
    lock = Lock("0.1.0", {'a "b"': Locked("1", "00", {"文件\t\\.toml": "ab"})}, {"机制.toml": "cd"})
    (tmp_path / "x.lock").write_text(lock.toml(), encoding="utf-8")
    assert Lock.read(tmp_path / "x.lock") == lock


def test_every_installed_package_can_be_locked() -> None:
    lock = Lock.of(installed())
    assert "rules/zero_base.toml" in lock.packs[CORE].files
    assert not [f for f in lock.packs[CORE].files if f.startswith("/") or "pycache" in f]
