"""What the program says when it ends: one number for each reason, the first that applies."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import click

from budgetreview.cli import language
from budgetreview.errors import IntakeError, LedgerError, OutputError, PackError, ParameterError, Problem, UsageError
from budgetreview.render.visible import one_line, visible
from budgetreview.rule import Severity

if TYPE_CHECKING:
    from budgetreview.report import Report

FINE: Final = 0
FOUND: Final = 1
USAGE: Final = 2
UNREADABLE: Final = 3
INCOMPLETE: Final = 4
_INTERRUPTED: Final = 130
_PIPE_CLOSED: Final = 141
NEVER: Final = "never"
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})
"""Errors of a disk that takes no more."""


def status(report: Report, fail_on: str) -> int:
    """The exit status of a review."""
    if any(i.problems for i in report.inputs):
        return UNREADABLE
    if not report.complete:
        return INCOMPLETE
    gravest = report.gravest()
    if fail_on != NEVER and gravest is not None and gravest.rank <= Severity(fail_on).rank:
        return FOUND
    return FINE


def listed(problems: Iterable[Problem], label: tuple[str, str]) -> None:
    """Print problems or notices, one a line: file, sheet, cell, what was read, what was expected."""
    lang = language.of_messages()
    head = label[0] if lang == "zh" else label[1]
    for p in problems:
        click.echo(one_line(f"{head}{'：' if lang == 'zh' else ': '}{p.line(lang)}"), err=True)


class Commands(click.Group):
    """The commands; what goes wrong on purpose becomes a sentence and an exit status, never a traceback.

    A command's module is loaded when the command is named, so that the light ones start fast.
    """

    homes: Mapping[str, str] = MappingProxyType({})
    """Command to the module that has it under the same name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands in the order of the handbook."""
        return list(self.homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name."""
        if cmd_name not in self.homes:
            return None
        found = getattr(import_module(self.homes[cmd_name]), cmd_name.replace("-", "_"))
        return found if isinstance(found, click.Command) else None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except (UsageError, PackError) as error:
            if isinstance(error, PackError):
                colon = "：" if language.of_messages() == "zh" else ": "
                _fail(f"{error.pack}{colon}{language.say(error.text)} [{error.code}]")
            else:
                _fail(language.say(error.text))
            ctx.exit(INCOMPLETE if isinstance(error, PackError) else USAGE)
        except LedgerError as error:
            _fail(language.say(error.text))
            ctx.exit(UNREADABLE)
        except ParameterError as error:
            _fail(language.say(error.text))
            ctx.exit(USAGE)
        except OutputError as error:
            _fail(language.say(error.text))
            ctx.exit(USAGE)
        except IntakeError as error:
            listed(error.problems, ("问题", "problem"))
            ctx.exit(UNREADABLE)
        except KeyboardInterrupt:
            _fail(language.say_both("已中断", "interrupted"))
            ctx.exit(_INTERRUPTED)
        except BrokenPipeError:
            # The reader (``| head``) has gone: nobody is left to tell, and the interpreter must not try at its end.
            _silence()
            ctx.exit(_PIPE_CLOSED)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            # What is lost must not look like a finding (status 1).
            _silence()
            reason = error.strerror
            _fail(language.say_both(f"输出没有写完：{reason}", f"the output could not be written in full: {reason}"))
            ctx.exit(USAGE)


def _silence() -> None:
    """Nothing more to the standard output, also not when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _fail(sentence: str) -> None:
    click.echo(visible(f"{language.say_both('错误：', 'error: ')}{sentence}"), err=True)
