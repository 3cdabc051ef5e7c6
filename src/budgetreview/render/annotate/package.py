"""The zip of a workbook: its parts, what leads from one to another, and a copy in which only changed parts differ.

What is not changed is copied as it is, packed bytes and all.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from typing import IO, Final

import attrs

from budgetreview.errors import Text, UsageError
from budgetreview.render.annotate.splice import Edits, Element, attribute, parse

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES: Final = "[Content_Types].xml"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_LOCAL: Final = 30
_DESCRIPTOR: Final = 0x08


@attrs.frozen
class Link:
    """A relationship: from a part to another one."""

    id: str
    kind: str
    part: str


class Package:
    """The parts of a workbook, and those that are to be changed, added or left out."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._infos = {i.filename.lower(): i for i in self._zip.infolist()}
        self._new: dict[str, bytes] = {}
        self._gone: set[str] = set()

    @property
    def names(self) -> list[str]:
        """All parts, in lower case: names of parts differ not in their case alone."""
        return [*self._infos, *(n for n in self._new if n not in self._infos)]

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._new or (part.lower() in self._infos and part.lower() not in self._gone)

    def read(self, part: str) -> bytes:
        """The bytes of a part, as changed so far.

        Raises:
            UsageError: The workbook has no such part.
        """
        key = part.lower()
        if key in self._new:
            return self._new[key]
        if key not in self._infos:
            raise UsageError(Text(
                f"工作簿缺少部件 {part}，不能批注；请用 Excel 或 WPS 打开后另存再试",
                f"the workbook lacks its part {part} and cannot be annotated; save it again in Excel or WPS",
            ))  # fmt: skip
        return self._zip.read(self._infos[key])

    def write(self, part: str, data: bytes) -> None:
        """Change or add a part; one that stays as it is counts as not changed."""
        if part in self and self.read(part) == data:
            return
        if part.lower() not in self and part.lower() not in self._infos:
            self._infos_added(part)
        self._new[part.lower()] = data
        self._gone.discard(part.lower())

    def _infos_added(self, part: str) -> None:
        info = zipfile.ZipInfo(part, _EPOCH)
        info.external_attr = 0o600 << 16
        info.header_offset = -1
        self._infos[part.lower()] = info

    def drop(self, part: str) -> None:
        """Leave a part out."""
        self._gone.add(part.lower())
        self._new.pop(part.lower(), None)

    def free(self, pattern: str) -> str:
        """The first part name of a pattern (``xl/comments{}.xml``) that is not taken."""
        n = 1
        while pattern.format(n).lower() in self._infos:
            n += 1
        return pattern.format(n)

    # --- links

    def links(self, part: str) -> list[Link]:
        """What leads from a part to others; links out of the file are left out."""
        rels = _rels(part)
        if rels not in self:
            return []
        folder = posixpath.dirname(part)
        return [
            Link(r.get("Id"), r.get("Type").rpartition("/")[2], _target(folder, r.get("Target")))
            for r in parse(self.read(rels), rels).all("Relationship")
            if r.get("TargetMode") != "External"
        ]

    def link(self, part: str, kind: str, target: str) -> str:
        """Make a part lead to another one, and give the link's id."""
        rels = _rels(part)
        if rels not in self:
            self.write(rels, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
                             f'<Relationships xmlns="{_PACKAGE}"/>'.encode())  # fmt: skip
        data = self.read(rels)
        root = parse(data, rels)
        taken = {r.get("Id") for r in root.children}
        n = len(taken) + 1
        while f"rId{n}" in taken:
            n += 1
        edits = Edits()
        said = f'<{root.prefix}Relationship Id="rId{n}" Type="{LINKS}/{kind}" Target="/{attribute(target)}"/>'
        edits.append(root, said.encode())
        self.write(rels, edits.apply(data))
        return f"rId{n}"

    def main(self) -> str:
        """The part that names the sheets."""
        return next((link.part for link in self.links("") if link.kind == "officeDocument"), "xl/workbook.xml")

    # --- kinds of content

    def declare(self, part: str, kind: str) -> None:
        """Say of what kind a new part is."""
        data = self.read(_TYPES)
        root = parse(data, _TYPES)
        name = f"/{part}"
        if any(o.get("PartName").lower() == name.lower() for o in root.all("Override")):
            return
        ending = part.rpartition(".")[2]
        default = next((d for d in root.all("Default") if d.get("Extension").lower() == ending), None)
        if default is not None and default.get("ContentType") == kind:
            return
        edits = Edits()
        if ending == "vml" and default is None:
            said = f'<{root.prefix}Default Extension="vml" ContentType="{kind}"/>'
            edits.insert(root.children[0].start if root.children else root.tail, said.encode())
        else:
            edits.append(root, f'<{root.prefix}Override PartName="{name}" ContentType="{kind}"/>'.encode())
        self.write(_TYPES, edits.apply(data))

    # --- the copy

    def save(self, out: IO[bytes]) -> None:
        """Write the workbook; unchanged parts keep their packed bytes."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as copy:
            copy.comment = self._zip.comment
            for key, info in self._infos.items():
                if key in self._gone:
                    continue
                if key in self._new:
                    fresh = zipfile.ZipInfo(info.filename, info.date_time)
                    fresh.external_attr, fresh.create_system = info.external_attr, info.create_system
                    fresh.compress_type = zipfile.ZIP_DEFLATED
                    copy.writestr(fresh, self._new[key])
                else:
                    self._copied(copy, info)
        out.write(buffer.getbuffer())

    def _copied(self, copy: zipfile.ZipFile, info: zipfile.ZipInfo) -> None:
        head = self._data[info.header_offset : info.header_offset + _LOCAL]
        start = info.header_offset + _LOCAL + int.from_bytes(head[26:28], "little")
        start += int.from_bytes(head[28:30], "little")
        fresh = zipfile.ZipInfo(info.filename, info.date_time)
        for name in ("compress_type", "comment", "create_system", "create_version", "extract_version", "external_attr",
                     "internal_attr", "CRC", "compress_size", "file_size"):  # fmt: skip
            setattr(fresh, name, getattr(info, name))
        # sizes stand in the header that is written here, so none follow the data
        fresh.flag_bits = info.flag_bits & ~_DESCRIPTOR
        file = copy.fp
        if file is None:  # pragma: no cover - it was opened by the caller
            raise AssertionError
        file.seek(copy.start_dir)
        fresh.header_offset = file.tell()
        file.write(fresh.FileHeader(zip64=False))
        file.write(self._data[start : start + info.compress_size])
        copy.start_dir = file.tell()
        copy.filelist.append(fresh)
        copy.NameToInfo[fresh.filename] = fresh
        copy._didModify = True  # type: ignore[attr-defined]  # noqa: SLF001 - zipfile has no way to copy packed bytes


def _rels(part: str) -> str:
    folder, name = posixpath.split(part)
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def _target(folder: str, target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def child(parent: Element, name: str) -> Element | None:
    """A child of an element in the same vocabulary."""
    return next((c for c in parent.children if c.tag == parent.prefix + name), None)
