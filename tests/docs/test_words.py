"""One word for one thing: what the program says and what is written about it keep to the glossary's words.

``docs/vocabulary.toml`` has the words, those given up for them, and where such a word is right all the same.
"""

from __future__ import annotations

import ast
import itertools
import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final

import attrs
import click
import pytest
from tests.docs.player import DOCS

import budgetreview
from budgetreview.cli import program
from budgetreview.render import words
from budgetreview.render.words import labels, names
from budgetreview.rules.core import budgetreview_rules
from budgetreview.tables import TABLES

ROOT: Final = DOCS.parent
VOCABULARY: Final = tomllib.loads((DOCS / "vocabulary.toml").read_text(encoding="utf-8"))
ENTRIES: Final[list[dict[str, Any]]] = [*VOCABULARY["word"], *VOCABULARY["budget"]]
WORDS: Final = {entry["code"]: (entry["zh"], entry["en"]) for entry in ENTRIES}
CLASSES: Final = {
    node.name
    for path in sorted((ROOT / "src").rglob("*.py"))
    for node in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
}
PROGRAM: Final = (ROOT / "src", *sorted((ROOT / "plugins").glob("*/src")))
FOREIGN: Final = {"codes", "layouts"}
"""Folders of other people's words: classification tables, and headings of the files that a layout reads."""

Said = tuple[str, str]
"""Where something is said, and what."""
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_CODE: Final = re.compile(r"^(`{3,}).*?^\1[^\n]*$|`[^`\n]*`|\]\([^)]*\)|<!--.*?-->", re.DOTALL | re.MULTILINE)
_CAMEL: Final = re.compile(r"[A-Z][a-z]+|[A-Z]+(?![a-z])")


def _given_up(entry: dict[str, Any], lang: str) -> re.Pattern[str] | None:
    listed = entry.get(f"not_{lang}", ())
    if not listed:
        return None
    if lang == "zh":
        return re.compile("|".join(map(re.escape, listed)))
    parts = (re.sub(r"[- ]", "[- ]", word) for word in listed)
    return re.compile(rf"\b(?:{'|'.join(parts)})s?\b", re.IGNORECASE)


def wrong(said: Iterator[Said] | list[Said], lang: str) -> list[str]:
    """Every given-up word in what is said, with its place and the word to write instead."""
    told = []
    looked = [(entry, _given_up(entry, lang), [re.compile(u) for u in entry.get("unless", ())]) for entry in ENTRIES]
    for where, text in said:
        for entry, pattern, unless in looked:
            if where.startswith(tuple(entry.get("elsewhere", ()))):
                continue
            for found in pattern.finditer(text) if pattern else ():
                if not any(u.start() <= found.start() < u.end() for e in unless for u in e.finditer(text)):
                    around = text[max(0, found.start() - 12) : found.end() + 12].replace("\n", " ")
                    told.append(f"{where}: …{around}… write {entry[lang]} for {found[0]}")
    return told


def _pages(lang: str) -> Iterator[Said]:
    files = sorted((DOCS / lang).rglob("*.md"))
    files += [ROOT / ("README.md" if lang == "zh" else "README.en.md")]
    for path in files:
        if path.name != "glossary.md":
            text = path.read_text(encoding="utf-8")
            yield path.relative_to(ROOT).as_posix(), _CODE.sub(lambda m: "\n" * m[0].count("\n"), text)


def _strings(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a TOML file, with the key nearest above it."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for k, v in value.items():
            yield from _strings(v, str(k))
    elif isinstance(value, list):
        for v in value:
            yield from _strings(v, key)


def _data(lang: str) -> Iterator[Said]:
    """What TOML files say: rules, profiles and notes; of layouts only their titles."""
    for folder in PROGRAM:
        for path in sorted(folder.rglob("*.toml")):
            where = path.relative_to(ROOT).as_posix()
            foreign = FOREIGN & set(path.parts)
            for key, text in _strings(tomllib.loads(path.read_text(encoding="utf-8"))):
                if key == lang and not foreign:
                    yield where, text


def _pairs() -> Iterator[tuple[str, str, str]]:
    """What modules say in both languages: a Chinese string with an English one behind it."""
    for folder in PROGRAM:
        for path in sorted(folder.rglob("*.py")):
            if FOREIGN & set(path.parts):
                continue
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    args = node.args
                elif isinstance(node, ast.Tuple):
                    args = node.elts
                elif isinstance(node, ast.IfExp):
                    args = [node.body, node.orelse]
                else:
                    continue
                texts = [_text(a) for a in args]
                for zh, en in itertools.pairwise(texts):
                    if zh and en and _HAN.search(zh) and not _HAN.search(en):
                        yield f"{path.relative_to(ROOT).as_posix()}:{node.lineno}", zh, en


def _text(node: ast.expr) -> str:
    """A string as written, ``{}`` where a value is put in; empty for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else "{}" for v in node.values)
    return ""


def _commands(command: click.Command, path: str) -> Iterator[Said]:
    yield path, command.help or ""
    context = click.Context(command)
    for option in command.params:
        yield f"{path} {'/'.join(option.opts)}", getattr(option, "help", None) or ""
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            assert child is not None
            yield from _commands(child, f"{path} {name}")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_pages_use_the_word_of_the_glossary(lang: str) -> None:
    assert wrong(_pages(lang), lang) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rules_and_profiles_use_the_word_of_the_glossary(lang: str) -> None:
    assert wrong(_data(lang), lang) == []


def test_messages_and_labels_use_the_word_of_the_glossary() -> None:
    pairs = list(_pairs())
    assert len(pairs) > 500
    assert wrong([(where, zh) for where, zh, _ in pairs], "zh") == []
    assert wrong([(where, en) for where, _, en in pairs], "en") == []


def test_commands_and_options_use_the_word_of_the_glossary() -> None:
    said = list(_commands(program, "budgetreview"))
    assert len(said) > 100
    for lang in ("zh", "en"):
        assert wrong(said, lang) == []
    assert wrong([(where, re.sub(r"[-/]", " ", where)) for where, _ in said], "en") == []


def test_columns_and_tables_use_the_word_of_the_glossary() -> None:
    for table in TABLES.values():
        for column in table.columns.values():
            assert wrong([(f"{table.name}.{column.name}", column.name.replace("_", " "))], "en") == []
            assert wrong([(f"{table.name}.{column.name}", h) for h in column.zh[:1]], "zh") == []


def test_public_classes_use_the_word_of_the_glossary() -> None:
    public = [(name, " ".join(_CAMEL.findall(name))) for name in sorted(CLASSES)]
    assert {"Finding", "RuleBook", "Submission"} <= CLASSES
    assert wrong(public, "en") == []


def test_rules_shown_are_the_rules_read() -> None:
    """The messages of rules are looked at where they are written; here as a reader gets them."""
    for lang in ("zh", "en"):
        said = [(rule.code, t[lang]) for rule in budgetreview_rules() for t in (rule.title, rule.message, rule.question)]
        assert wrong(said, lang) == []


LABELS: Final = {
    "Finding": [labels.PAGE["finding"], words.REPORT["findings"]],
    "Rule": [words.REPORT["rule"]],
    "packs": [words.REPORT["packs"]],
    "Profile": [words.REPORT["profile"]],
    "as_of": [words.REPORT["as_of"]],
    "Severity": [words.REPORT["severity"]],
    "limit": [words.NAME["limit"]],
    "Parameter": [words.REPORT["parameters"]],
    "Authority": [words.REPORT["authority"]],
    "not_assessed": [words.ANSWER["not_assessed"]],
    "agency": [words.NAME["agency"], words.PER["agency"]],
    "department": [words.PER["department"]],
    "project": [words.NAME["project"], words.PER["project"]],
    "lines": [words.PER["line"]],
    "transfers": [words.PER["transfer"]],
    "standards": [words.PER["standard"]],
    "waivers": [labels.PAGE["waived_list"]],
}


@pytest.mark.parametrize("code", sorted(LABELS))
def test_a_report_calls_a_thing_by_its_word(code: str) -> None:
    zh, en = WORDS[code]
    for label_zh, label_en in LABELS[code]:
        assert zh in label_zh
        assert label_en.casefold().split()[0][:4] in en.casefold() or en.casefold() in label_en.casefold()


@pytest.mark.parametrize("code", sorted(WORDS))
def test_the_name_in_code_is_in_the_code(code: str) -> None:
    said = [where.rpartition(" ")[2].split("/") for where, _ in _commands(program, "budgetreview")]
    options = {option.lstrip("-").replace("-", "_") for listed in said for option in listed}
    known = {
        *CLASSES, *budgetreview.__all__, *TABLES, *(c for t in TABLES.values() for c in t.columns), *options,
        *words.REPORT, *words.NAME, *words.PER, *words.ANSWER, *names.FIGURES,
    }  # fmt: skip
    assert code in known | {field.name for field in attrs.fields(budgetreview.Finding)}


def test_a_word_is_given_up_for_one_thing_only_and_is_no_other_thing_s_word() -> None:
    for lang in ("zh", "en"):
        gone = [word for entry in ENTRIES for word in entry.get(f"not_{lang}", ())]
        assert len(gone) == len(set(gone))
        assert not set(gone) & {entry[lang] for entry in ENTRIES}


def test_a_given_up_word_is_found_and_a_lawful_one_is_not() -> None:
    assert wrong([("x", "共有三条疑问")], "zh") == ["x: …共有三条疑问… write 发现 for 疑问"]
    assert wrong([("x", "读表有疑问的，不作判断")], "zh") == []
    assert wrong([("x", "Two red-flags were raised")], "en") != []
    assert wrong([("x", "a false alarm")], "en") == []
