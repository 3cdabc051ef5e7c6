"""For pytest: every case file of a rule package is collected, one test a case, with the package's own rules only.

It does nothing unless a project asks for it in its settings::

    [tool.pytest.ini_options]
    budgetreview_pack = "qingshi"            # the name of the entry point
    budgetreview_cases = ["tests/cases"]     # the default

Rules are loaded from the core, the package and what it extends; other installed packages are left out, so that the
tests of one package say the same whatever is installed beside it. Nothing of budgetreview is imported before a case is
collected or a fixture asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from budgetreview.conformance import Result
    from budgetreview.rule import RuleSet
    from budgetreview.testing import Case

_PACK: Final = "budgetreview_pack"
_CASES: Final = "budgetreview_cases"
_LOADED: Final = pytest.StashKey["RuleSet"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The two settings."""
    parser.addini(_PACK, "rule package under test: the name of its entry point", default="")
    parser.addini(_CASES, "folders with case files, relative to the root", type="args", default=["tests/cases"])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take the TOML files under the folders of cases."""
    if file_path.suffix != ".toml" or not parent.config.getini(_PACK):
        return None
    folders = [parent.config.rootpath / f for f in parent.config.getini(_CASES)]
    if not any(file_path.is_relative_to(f) for f in folders):
        return None
    return CaseFile.from_parent(parent, path=file_path)


class CaseFile(pytest.File):
    """A case file."""

    def collect(self) -> Iterable[pytest.Item]:
        """One item a case.

        Raises:
            CollectError: The file is no case file; the message says why.
        """
        from budgetreview import testing

        try:
            found = testing.cases(self.path)
        except (ValueError, KeyError) as error:
            what = f"缺少 {error} / {error} is missing" if isinstance(error, KeyError) else str(error)
            msg = f"{self.path.name}：读不成案例文件 / is no case file: {what}"
            raise self.CollectError(msg) from error
        for case in found:
            yield CaseItem.from_parent(self, name=case.name, case=case)


class CaseItem(pytest.Item):
    """A case."""

    def __init__(self, *, case: Case, **given: Any) -> None:
        super().__init__(**given)
        self.case = case

    def runtest(self) -> None:
        """Run the rule over the case."""
        from budgetreview import testing

        rules = {rule.code: rule for rule in _rules(self.config)}
        rule = rules.get(self.case.rule)
        if rule is None:
            pack = self.config.getini(_PACK)
            own = sorted(code for code, r in rules.items() if r.pack == pack)
            msg = f"没有规则 / no rule {self.case.rule}; {pack}: {', '.join(own)}"
            raise pytest.fail.Exception(msg, pytrace=False)
        testing.run_case(rule, self.case)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: object, **__: object) -> Any:
        """A case that fails is told as a table; anything else as pytest tells it."""
        if isinstance(excinfo.value, AssertionError):
            return f"{excinfo.value}\n{self.path}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the case stands."""
        return self.path, None, f"{self.case.rule}: {self.case.name}"


def _name(config: pytest.Config) -> str:
    name = str(config.getini(_PACK))
    if not name:
        msg = f"这个夹具需要设置 {_PACK} / this fixture needs the setting {_PACK}"
        raise pytest.UsageError(msg)
    return name


def _rules(config: pytest.Config) -> RuleSet:
    """All rules of the core, the package and what it extends, loaded once a run."""
    if _LOADED not in config.stash:
        config.stash[_LOADED] = _loaded(_name(config))
    return config.stash[_LOADED]


def _loaded(name: str, **options: Any) -> RuleSet:
    """The rules of the package; one that does not load is told as its sentence, without a traceback."""
    from budgetreview import testing
    from budgetreview.errors import PackError

    try:
        return testing.rules_of(name, **options)
    except PackError as error:
        msg = f"{error.code}: {error}"
        raise pytest.fail.Exception(msg, pytrace=False) from None


@pytest.fixture(scope="session")
def budgetreview_pack(pytestconfig: pytest.Config) -> str:
    """The name of the package under test."""
    return _name(pytestconfig)


@pytest.fixture(scope="session")
def pack_rules(pytestconfig: pytest.Config) -> RuleSet:
    """Every rule of the core, the package under test and what it extends, also those that are off by default."""
    return _rules(pytestconfig)


@pytest.fixture(scope="session")
def load_pack(pytestconfig: pytest.Config) -> Callable[..., RuleSet]:
    """``load_rules`` with the core, the package under test and what it extends: ``load_pack(select=("Z13",))``."""
    name = _name(pytestconfig)

    def load(**options: Any) -> RuleSet:
        return _loaded(name, **{"select": (), **options})

    return load


@pytest.fixture(scope="session")
def pack_conformance(pytestconfig: pytest.Config) -> tuple[Result, ...]:
    """What ``budgetreview packs check`` says of the package, with the case files of this project."""
    from budgetreview.conformance import check

    folders = [pytestconfig.rootpath / f for f in pytestconfig.getini(_CASES)]
    return check(_name(pytestconfig), cases=[f for f in folders if f.is_dir()])
