"""Type checkers in their strictest mode accept our public names in somebody else's project."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import budgetreview
from budgetreview.newpack import EXAMPLE, Answers, write

SAMPLE = Path(__file__).with_name("vendor_platform.py")
HOME = Path(budgetreview.__file__).parents[1]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A vendor's module and a county's rule package, in a folder that knows nothing of this repository."""
    shutil.copy(SAMPLE, tmp_path)
    write(Answers.of(**EXAMPLE), tmp_path / "county")
    return tmp_path


def checked(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    # Where the package is installed it is found by itself; in a checkout it is named.
    place = {} if HOME.name == "site-packages" else {"MYPYPATH": str(HOME)}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=project, env=os.environ | place, capture_output=True, text=True, check=False
    )


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(budgetreview.__file__).parent / "py.typed").exists()


def test_mypy_strict_accepts_a_vendors_module_and_a_countys_package(project: Path) -> None:
    # Silent on the imported package itself, which is checked by its own settings; its types are used all the same.
    done = checked(project, "mypy", "--strict", "--follow-imports=silent", "vendor_platform.py", "county/src")
    assert done.returncode == 0, done.stdout + done.stderr


def test_pyright_strict_accepts_them_and_names_a_mistake(project: Path) -> None:
    pytest.importorskip("basedpyright", reason="basedpyright (pyright with its own node) comes with the extra dev")
    said = {"include": ["vendor_platform.py", "county/src"], "typeCheckingMode": "strict", "extraPaths": [str(HOME)]}
    (project / "pyrightconfig.json").write_text(json.dumps(said), encoding="utf-8")
    done = checked(project, "basedpyright", "--pythonpath", sys.executable)
    assert done.returncode == 0, done.stdout
    sample = project / "vendor_platform.py"
    sample.write_text(sample.read_text(encoding="utf-8").replace("finding.amount", "finding.money"), encoding="utf-8")
    done = checked(project, "basedpyright", "--pythonpath", sys.executable)
    assert 'Cannot access attribute "money" for class "Finding"' in done.stdout
