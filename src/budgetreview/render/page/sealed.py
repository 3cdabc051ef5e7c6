"""Pages that carry everything with them: our own scripts and styles, named to the browser by their hashes."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any, Final

import jinja2
from markupsafe import Markup, escape

from budgetreview.render.page.packed import clean

_MONEY: Final = re.compile(r"-?\d[\d,]*(?:\.\d+)?[\s\u00a0]?(?:(?:千|百?万|亿)?元|yuan)")
"""As ``amounts`` in report.js."""


def template(name: str, safe: Callable[[str], str] = clean) -> jinja2.Template:
    """A template of the package; every text it is given is made safe and escaped."""

    def shown(value: Any) -> Any:
        return safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=shown
    )
    return environment.from_string(read(name))


def read(name: str) -> str:
    """A file of the page, without the address of a source map, which no reader of a report has."""
    text = (files("budgetreview.render.page") / name).read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    return "".join(x for x in lines if not x.startswith(("//# sourceMappingURL=", "/*# sourceMappingURL=")))


def own(texts: list[str]) -> list[Markup]:
    """Our own files, as they stand."""
    return [Markup(t) for t in texts]  # noqa: S704 - our own files


def hashes(texts: list[str]) -> str:
    """The hashes of scripts or styles, as a security policy names them."""
    return " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(t.encode()).digest()).decode()}'" for t in texts)


def bound(text: str) -> Markup:
    """A text as the page shows it, in which no figure of money is parted from its unit at the end of a line."""
    out = Markup()
    done, said = 0, clean(text)
    for found in _MONEY.finditer(said):
        out += escape(said[done : found.start()]) + Markup('<span class="nb">{}</span>').format(found[0])
        done = found.end()
    return out + escape(said[done:])
