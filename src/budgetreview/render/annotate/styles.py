"""``styles.xml`` with more cell formats at its end: those that are there keep their numbers and meaning."""

from __future__ import annotations

import re
from typing import Final

from budgetreview.errors import Text, UsageError
from budgetreview.render.annotate.colours import COLOURS
from budgetreview.render.annotate.package import MAIN, Package, child
from budgetreview.render.annotate.splice import Edits, Element, parse, with_attribute

_KIND: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_HEAD: Final = "FFE5E9EE"
_MOST: Final = 65_000
"""Cell formats that a workbook can hold (Excel's limit is 65,490)."""
_BEFORE: Final = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
_EMPTY: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
).encode()


class Styles:
    """The formats of a workbook, and those to be added."""

    def __init__(self, package: Package) -> None:
        main = package.main()
        known = next((link.part for link in package.links(main) if link.kind == "styles"), None)
        self._package = package
        usual = "xl/styles.xml" if "xl/styles.xml" not in package else package.free("xl/styles{}.xml")
        self.part = known if known is not None else usual
        if known is None:
            package.write(self.part, _EMPTY)
            package.declare(self.part, _KIND)
            package.link(main, "styles", self.part)
        self._data = package.read(self.part)
        self._read()
        self._coloured: dict[tuple[int, str], int] = {}
        self._filled: dict[tuple[str, bytes], int] = {}
        self._added: dict[str, list[bytes]] = {name: [] for name in _BEFORE}

    def _read(self) -> None:
        self._root = parse(self._data, self.part)
        self._lists: dict[str, Element | None] = {name: child(self._root, name) for name in _BEFORE}
        xfs = self._lists["cellXfs"]
        if xfs is None or not xfs.children or self._lists["fills"] is None or self._lists["fonts"] is None:
            raise UsageError(Text(
                f"工作簿的样式（{self.part}）不完整，不能批注；请用 Excel 或 WPS 打开后另存再试",
                f"the workbook's formats ({self.part}) are not whole; save it again in Excel or WPS",
            ))  # fmt: skip
        self._xfs = xfs.children
        fills = self._lists["fills"]
        self._fills = fills.children if fills is not None else []

    def strip(self) -> None:
        """Give every format that has a colour of ours the fill back that it had before."""
        edits = Edits()
        for fill in self._fills:
            pattern = fill.first("patternFill")
            front, back = (pattern.first(n) if pattern is not None else None for n in ("fgColor", "bgColor"))
            if pattern is None or front is None or front.get("rgb").upper() not in COLOURS.values():
                continue
            p = fill.prefix
            kept = self._slice(back) if back is not None else b""
            if back is None or "indexed" in back.attributes or back.get("rgb").upper() in COLOURS.values():
                new = f'<{p}patternFill patternType="none"/>'.encode()
            else:
                new = f'<{p}patternFill patternType="solid">'.encode()
                new += kept.replace(b"bgColor", b"fgColor") + f'<{p}bgColor indexed="64"/></{p}patternFill>'.encode()
            edits.replace(pattern.start, pattern.end, new)
        if edits:
            self._data = edits.apply(self._data)
            self._read()

    def coloured(self, style: int, colour: str) -> int:
        """The format of a cell with a colour: a copy of its own, all kept but the fill."""
        key = (style, colour)
        if key not in self._coloured:
            xf = self._xfs[style] if style < len(self._xfs) else self._xfs[0]
            at = int(xf.get("fillId", "0"))
            before = self._behind(self._fills[at]) if at < len(self._fills) else b""
            head = with_attribute(self._data[xf.start : xf.head], "fillId", str(self._fill(colour, before, xf.prefix)))
            head = with_attribute(head, "applyFill", "1")
            self._coloured[key] = self._add("cellXfs", head + self._data[xf.head : xf.end])
        return self._coloured[key]

    def _behind(self, fill: Element) -> bytes:
        """What is kept of a cell's own colour: a solid fill does not show its second colour, so it can stand there."""
        pattern = fill.first("patternFill")
        front = pattern.first("fgColor") if pattern is not None and pattern.get("patternType") == "solid" else None
        if front is None or "indexed" in front.attributes:
            return b""
        return re.sub(rb"fgColor", b"bgColor", self._slice(front))

    def _fill(self, colour: str, behind: bytes, p: str) -> int:
        key = (colour, behind)
        if key not in self._filled:
            back = behind.decode() or f'<{p}bgColor indexed="64"/>'
            front = f'<{p}fgColor rgb="{COLOURS.get(colour, _HEAD)}"/>'
            self._filled[key] = self._add("fills", (
                f'<{p}fill><{p}patternFill patternType="solid">{front}{back}</{p}patternFill></{p}fill>'
            ).encode())  # fmt: skip
        return self._filled[key]

    # --- formats of the new sheet

    def own(self, *, bold: bool = False, size: float = 0, link: bool = False, wrap: bool = False, fill: str = "",
            line: bool = False, money: bool = False, centre: bool = False) -> int:  # fmt: skip
        """A format of the new sheet, on the workbook's own default font."""
        p = self._root.prefix
        xf = self._xfs[0]
        font = int(xf.get("fontId", "0"))
        if bold or size or link:
            font = self._font(font, bold=bold, size=size, link=link)
        fill_id = self._fill(fill, b"", p) if fill else 0
        border = 0
        if line:
            edge = "".join(
                f'<{p}{side} style="thin"><{p}color rgb="FFBFC5CC"/></{p}{side}>'
                for side in ("left", "right", "top", "bottom")
            )
            border = self._once("borders", f"<{p}border>{edge}<{p}diagonal/></{p}border>".encode())
        number = self._money() if money else 0
        middle, folded = ' horizontal="center"' if centre else "", ' wrapText="1"' if wrap else ""
        aligned = f'<{p}alignment vertical="top"{middle}{folded}/>'
        return self._once("cellXfs", (
            f'<{p}xf numFmtId="{number}" fontId="{font}" fillId="{fill_id}" borderId="{border}" xfId="0" '
            f'applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">{aligned}</{p}xf>'
        ).encode())  # fmt: skip

    def _font(self, base: int, *, bold: bool, size: float, link: bool) -> int:
        """The default font with what is asked for; its children come in the order that the schema gives them."""
        fonts = self._lists["fonts"]
        p = self._root.prefix
        children = fonts.children[base].children if fonts is not None and base < len(fonts.children) else []
        kept = [c for c in children if c.name not in {"b", "i", "strike", "u", "color", "sz"}]
        own_size = next((c.get("val") for c in children if c.name == "sz"), "11")
        said = f"<{p}b/>" if bold else ""
        after = f'<{p}sz val="{size or own_size:g}"/>' if size else f'<{p}sz val="{own_size}"/>'
        colour = f'<{p}u/>{after}<{p}color rgb="FF0B4F8A"/>' if link else after
        rest = b"".join(self._slice(c) for c in kept)
        return self._once("fonts", f"<{p}font>{said}{colour}".encode() + rest + f"</{p}font>".encode())

    def _money(self) -> int:
        """The number format of amounts: two decimals at least, none lost."""
        code = "#,##0.00####"
        formats = self._lists["numFmts"]
        known = formats.children if formats is not None else []
        same = next((f for f in known if f.get("formatCode") == code), None)
        if same is not None:
            return int(same.get("numFmtId"))
        number = max([163, *(int(f.get("numFmtId", "0")) for f in known)]) + 1
        self._once("numFmts", f'<{self._root.prefix}numFmt numFmtId="{number}" formatCode="{code}"/>'.encode())
        return number

    # --- adding

    def _slice(self, element: Element) -> bytes:
        return self._data[element.start : element.end]

    def _add(self, name: str, new: bytes) -> int:
        there = self._lists[name]
        self._added[name].append(new)
        number = (len(there.children) if there is not None else 0) + len(self._added[name]) - 1
        if name == "cellXfs" and number >= _MOST:
            raise UsageError(Text(
                f"工作簿的单元格格式已近上限（{_MOST} 种），不能再加颜色；请清理样式后再试",
                f"the workbook has nearly as many cell formats as it can hold ({_MOST}); clean up its styles",
            ))  # fmt: skip
        return number

    def _once(self, name: str, new: bytes) -> int:
        there = self._lists[name]
        before = len(there.children) if there is not None else 0
        return before + self._added[name].index(new) if new in self._added[name] else self._add(name, new)

    def save(self) -> None:
        """Put the formats into the package."""
        edits = Edits()
        for name, new in self._added.items():
            there = self._lists[name]
            if not new:
                continue
            if there is not None:
                edits.append(there, b"".join(new))
                edits.count(self._data, there, len(new))
                continue
            p = self._root.prefix
            earlier = [c.end for c in self._root.children if c.name in _BEFORE[: _BEFORE.index(name)]]
            whole = f'<{p}{name} count="{len(new)}">'.encode() + b"".join(new) + f"</{p}{name}>".encode()
            edits.insert(max(earlier, default=self._root.head), whole)
        if edits or self._package.read(self.part) != self._data:
            self._package.write(self.part, edits.apply(self._data))
