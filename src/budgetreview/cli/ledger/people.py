"""The people who act: enrolled, listed."""

from __future__ import annotations

from datetime import date

import click

from budgetreview.cli import language
from budgetreview.cli.ledger import register
from budgetreview.cli.output.columns import table
from budgetreview.render.visible import visible


@click.group()
def people() -> None:
    """办理人员 / people."""


@people.command("add")
@click.argument("name")
@click.argument("role")
@click.option("--department", help="所属单位 / of which unit")
@click.option("--inactive", is_flag=True, help="停用 / no longer acts")
@register.acting
def people_add(
    address: str | None, name: str, role: str, department: str | None, inactive: bool, by: str, on: date | None  # noqa: FBT001 - click's flag
) -> None:  # fmt: skip
    """登记人员，或改变其角色、单位、停用 / enrol a person, or change role, unit or standing."""
    book = register.opened(address)
    book.enrol(name, role, by=by, on=register.day(on), department=department, active=not inactive)
    language.tell(f"已登记 {name}", f"enrolled {name}")


@people.command("list")
@register.at
def people_list(address: str | None) -> None:
    """人员清单 / everybody enrolled."""
    book = register.opened(address)
    lang, loop = language.of_messages(), book.loop
    roles = {r.key: r.title[lang] for r in loop.roles}
    header = ("姓名", "角色", "单位", "状态") if lang == "zh" else ("name", "role", "department", "standing")
    standing = ("停用", "在任") if lang == "zh" else ("inactive", "active")
    rows = [
        (str(p["name"]), roles.get(p["role"], str(p["role"])), str(p["department"] or "-"), standing[bool(p["active"])])
        for p in book.people()
    ]
    click.echo(visible(table(header, rows)))
