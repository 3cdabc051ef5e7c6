"""Search in Chinese without a dictionary: every two characters that stand together are a term.

Sphinx's own splitter wants jieba (no release since 2020); pairs find every word of two characters and more, also
terms of public finance that no dictionary has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar

from sphinx.search import SearchLanguage, languages

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_RUN = re.compile(r"[\u3400-\u9fff]+|[A-Za-z0-9_]+")


class ChinesePairs(SearchLanguage):
    """Latin words as they are, Chinese in overlapping pairs; the browser cuts the question in the same way."""

    lang = "zh"
    language_name = "Chinese"
    js_splitter_code = """
function splitQuery(query) {
    const found = [];
    for (const run of query.match(/[\\u3400-\\u9fff]+|[A-Za-z0-9_]+/g) || []) {
        if (!/[\\u3400-\\u9fff]/.test(run) || run.length < 3) { found.push(run); continue; }
        for (let i = 0; i + 1 < run.length; i++) { found.push(run.slice(i, i + 2)); }
    }
    return found;
}
"""
    js_stemmer_code = "class Stemmer { stemWord(word) { return word; } }"
    stopwords: ClassVar[frozenset[str]] = frozenset()

    def split(self, input: str) -> list[str]:  # noqa: A002 - the name is Sphinx's
        """The terms of a text."""
        terms: list[str] = []
        for run in _RUN.findall(input):
            if run[0].isascii() or len(run) == 1:
                terms.append(run)
            else:
                terms += [run[i : i + 2] for i in range(len(run) - 1)]
        return terms

    def word_filter(self, word: str) -> bool:
        """Single letters say nothing; a single Chinese character may."""
        return len(word) > 1 or not word.isascii()

    def stem(self, word: str) -> str:
        """Chinese has no endings; the browser lowers the question, so the index is low too."""
        return word.lower()


def setup(_: Sphinx) -> dict[str, Any]:
    """Take the place of Sphinx's own Chinese."""
    languages["zh"] = ChinesePairs
    languages["zh_CN"] = ChinesePairs
    return {"parallel_read_safe": True, "parallel_write_safe": True}
