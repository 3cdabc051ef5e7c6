"""Chinese or English: as asked with ``--lang``, else messages by the locale and reports in Chinese."""

from __future__ import annotations

import locale
import os
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from budgetreview.errors import Text
from budgetreview.render.visible import visible

LANGUAGES: Final = ("zh", "en")
_META: Final = "budgetreview.lang"
F = TypeVar("F", bound=Callable[..., Any])


def of_locale() -> str:
    """``zh`` where the locale is Chinese, else ``en``; the first of LC_ALL, LC_MESSAGES, LANG that is set decides."""
    said = next((v for n in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(n))), None)
    if said is None:
        said = locale.getlocale()[0] or ""
    return "zh" if said.lower().startswith(("zh", "chinese")) else "en"


def asked() -> str | None:
    """The language asked for, None if nobody asked."""
    context = click.get_current_context(silent=True)
    found = context.meta.get(_META) if context is not None else None
    return str(found) if found is not None else None


def of_messages() -> str:
    """The language of what is said on the way."""
    return asked() or of_locale()


def of_reports() -> str:
    """The language of a report."""
    return asked() or "zh"


def say(text: Text) -> str:
    """A sentence in the language of messages."""
    return text[of_messages()]


def say_both(zh: str, en: str) -> str:
    """Whichever of the two is in the language of messages."""
    return zh if of_messages() == "zh" else en


def tell(zh: str, en: str) -> None:
    """Say something on the way; what was read from files cannot move the cursor or colour the terminal."""
    click.echo(visible(say_both(zh, en)), err=True)


def _remember(context: click.Context, _: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        context.meta[_META] = value
    return value


def option(command: F) -> F:
    """The option ``--lang``."""
    return click.option(
        "--lang", type=click.Choice(LANGUAGES), is_eager=True, expose_value=False, callback=_remember,
        help="消息与报告的语言 / language of messages and reports",
    )(command)  # fmt: skip
