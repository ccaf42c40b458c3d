"""Which part of an .xlsx is which sheet, and which comments belong to it."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

LARGEST = 16 << 20
"""Bytes of a part that is looked into as a whole."""


def place(letters: str, number: str) -> tuple[int, int]:
    """Row and column of a cell, counted from 0: ``B``, ``3`` → 2, 1."""
    column = 0
    for one in letters:
        column = column * 26 + ord(one) - 64
    return int(number) - 1, column - 1


def counts_from_1904(parts: zipfile.ZipFile) -> bool:
    """Whether days are counted from 1904, as old programs for the Mac and WPS do."""
    said = (one.get("date1904") for one in elements(parts, "xl/workbook.xml") if one.tag.endswith("}workbookPr"))
    return next(said, None) in {"1", "true"}


def sheet_names(parts: zipfile.ZipFile) -> dict[str, str]:
    """Part, in small letters → the name of its sheet."""
    targets = {id_: target for id_, _, target in _related(parts, "xl/workbook.xml")}
    found = {}
    for one in elements(parts, "xl/workbook.xml"):
        if one.tag.endswith("}sheet"):
            id_ = next((value for name, value in one.attrib.items() if name.endswith("}id")), "")
            found[targets.get(id_, "")] = one.get("name", "")
    return found


def comments_of(parts: zipfile.ZipFile) -> dict[str, dict[tuple[int, int], str]]:
    """Part of a sheet, in small letters → row and column of a cell → what is noted beside it."""
    found = {}
    for name in map(_folded, parts.namelist()):
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            targets = [target for _, kind, target in _related(parts, name) if kind.endswith("/comments")]
            said = dict(one for target in targets for one in _comments(parts, target))
            if said:
                found[name] = said
    return found


def _comments(parts: zipfile.ZipFile, name: str) -> Iterator[tuple[tuple[int, int], str]]:
    for one in elements(parts, name):
        ref = re.fullmatch(r"([A-Z]{1,3})(\d{1,7})", one.get("ref", "")) if one.tag.endswith("}comment") else None
        if ref:
            texts = (text.text or "" for text in one.iter() if text.tag.endswith("}t"))
            yield place(ref[1], ref[2]), "".join(texts).strip()


def _related(parts: zipfile.ZipFile, name: str) -> list[tuple[str, str, str]]:
    """Id, kind and name of each part that another one refers to."""
    folder, file = posixpath.split(name)
    return [
        (
            one.get("Id", ""),
            one.get("Type", ""),
            _folded(posixpath.normpath(posixpath.join("/" + folder, one.get("Target", ""))).lstrip("/")),
        )
        for one in elements(parts, f"{folder}/_rels/{file}.rels")
    ]


def elements(parts: zipfile.ZipFile, name: str, holding: bytes = b"") -> Iterator[Element]:
    """Every element of a part; none of one that is not there or larger than such a part ever is.

    Where ``holding`` is given, none of a part that holds nothing of that pattern.
    """
    part = next((part for part in parts.infolist() if _folded(part.filename) == name), None)
    if part is None or part.file_size > LARGEST or not re.search(holding, content := parts.read(part)):
        return iter(())
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415  # only where there is something to tell

    return iter(fromstring(content).iter())


def _folded(name: str) -> str:
    return name.replace("\\", "/").lower()
