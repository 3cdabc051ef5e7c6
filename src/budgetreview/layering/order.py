"""Whose package comes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from budgetreview.layering.layered import CORE, refusal
from budgetreview.layers import LAYERS, About


def in_order(packs: Mapping[str, About], left_out: Sequence[str] = ()) -> tuple[str, ...]:
    """The packages in the order in which they are applied: the core, then layer by layer from the top, then by name.

    Within a layer a package comes after those that it extends.

    Raises:
        PackError: One extends a package that is not there, one of a lower layer, or, in a circle, itself.
    """
    for name in sorted(packs):
        for base in packs[name].extends:
            _there(name, base, packs, left_out)
    graph = {name: set(packs[name].extends) for name in packs}
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        circle = [str(n) for n in error.args[1]]
        name = min(circle)
        around = " → ".join(_from(circle[:-1], name))
        raise refusal(
            name, "pack-circular",
            f"规则包互为基础（{around}），无法确定先后；请改正其中一个的 extends",
            f"the packages build on each other in a circle ({around}); correct the extends of one of them",
        ) from None  # fmt: skip
    for name in sorted(packs):
        for base in sorted(packs[name].extends):
            if base != CORE and _rank(packs[base]) > _rank(packs[name]):
                raise refusal(
                    name, "pack-upside-down",
                    f"上层规则包不能建立在下层规则包 {base} 之上（{packs[name].layer} 在 {packs[base].layer} 之上）",
                    f"it is of the layer {packs[name].layer} and cannot build on {base}, which is of the lower layer "
                    f"{packs[base].layer}",
                )  # fmt: skip
    out: list[str] = []
    ready: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=lambda n: (n != CORE, _rank(packs[n]), n))
        first = ready.pop(0)
        out.append(first)
        sorter.done(first)
    return tuple(out)


def _there(name: str, base: str, packs: Mapping[str, About], left_out: Sequence[str]) -> None:
    if base in packs:
        return
    if base in left_out:
        raise refusal(
            name, "pack-extends-missing",
            f"它建立在已用 --without 排除的规则包 {base} 之上；请把 {name} 也排除，或保留 {base}",
            f"it builds on the package {base}, which was left out with --without; leave {name} out too, or keep {base}",
        )  # fmt: skip
    raise refusal(
        name, "pack-extends-missing",
        f"它建立在没有安装的规则包 {base} 之上；请安装 {base}，或用 --without {name} 排除",
        f"it builds on the package {base}, which is not installed; install {base}, or leave it out with "
        f"--without {name}",
    )  # fmt: skip


def _from(circle: list[str], name: str) -> list[str]:
    """The circle as a reader follows it, from ``name`` back to itself."""
    forwards = circle[::-1]  # graphlib lists each package after the one that builds on it
    at = forwards.index(name)
    return [*forwards[at:], *forwards[:at], name]


def _rank(about: About) -> int:
    return LAYERS.index(about.layer)
