"""The notebook for analysts is run again in both languages: it prints what is stored, draws as many pictures, and names no machine."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import nbformat
import pytest
from nbclient import NotebookClient
from tests.docs.player import DOCS


@pytest.fixture(scope="module")
def notebooks() -> ModuleType:
    """The script that makes them."""
    spec = importlib.util.spec_from_file_location("notebooks", DOCS / "notebooks.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def stored(lang: str) -> nbformat.NotebookNode:
    return nbformat.read(DOCS / lang / "tutorials" / "analysts.ipynb", as_version=4)


def told(book: nbformat.NotebookNode) -> list[tuple[str, int]]:
    """What each cell prints, and how many pictures it draws; a font that this machine lacks is no difference."""
    cells = [c for c in book.cells if c.cell_type == "code"]
    return [
        (
            "".join(o.text for o in c.outputs if o.output_type == "stream" and o.name == "stdout"),
            sum("image/png" in o.get("data", {}) for o in c.outputs),
        )
        for c in cells
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_stored_notebook_is_the_one_that_the_script_makes(lang: str, notebooks: ModuleType) -> None:
    assert [c.source for c in stored(lang).cells] == [c.source for c in notebooks.made(lang).cells]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_notebook_runs_and_says_what_is_stored(lang: str, tmp_path: Path) -> None:
    book = stored(lang)
    before = told(book)
    assert sum(pictures for _, pictures in before) == 4
    NotebookClient(book, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert told(book) == before


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_stored_has_no_error_and_names_no_machine(lang: str) -> None:
    book = stored(lang)
    outputs = [o for c in book.cells if c.cell_type == "code" for o in c.outputs]
    assert {o.output_type for o in outputs} <= {"stream", "display_data"}
    assert [o.text for o in outputs if o.output_type == "stream" and o.name == "stderr"] == []
    text = "".join(c.source for c in book.cells) + "".join(o.get("text", "") for o in outputs)
    assert not any(part in text for part in ("/home/", "/tmp/", "/root/", "C:\\\\"))  # noqa: S108 - looked for, not used


def test_not_assessed_has_a_look_that_is_not_that_of_clear(notebooks: ModuleType) -> None:
    [code] = [code for _, _, code in notebooks.CELLS if "LOOKS = {" in code]
    looks: dict[str, tuple[str, str, str]] = {}
    exec(code[code.index("LOOKS = {") : code.index("families =")], {}, spaces := {})  # noqa: S102 - our own cell
    looks = spaces["LOOKS"]
    assert len({look[:2] for look in looks.values()}) == len(looks)
    assert looks["not judged"][0] != looks["clear"][0]
