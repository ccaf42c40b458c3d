"""Which files are meant by the paths that were given: a folder means all the tables below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_TABLES = {".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods", ".csv", ".tsv", ".txt", ".xml", ".htm", ".html", ""}
"""Endings of what a folder is searched for; what a file really is its content says."""
_LOCKS = ("~$", ".~", ".")


def files_in(paths: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """The files in the order given, those of a folder by name; and what in a folder is no table.

    A file that stands there by itself is taken whatever it is called. The files that WPS and Excel
    keep while a workbook is open (``~$名册.xlsx``) are no tables.
    """
    files: list[Path] = []
    left: list[Path] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        for one in sorted(below for below in path.rglob("*") if below.is_file()):
            if not one.name.startswith(_LOCKS):
                (files if one.suffix.lower() in _TABLES else left).append(one)
    return files, left
