"""A finished file put in its place so that it stays there: on the disk before its name is."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def settle(beside: Path, target: Path) -> None:
    """Put a complete file in the place of an older one; power may fail at any point and leaves one of them.

    Raises OSError; then the older one is as it was.
    """
    with beside.open("rb+") as file:
        os.fsync(file.fileno())
    beside.replace(target)
    if os.name == "nt":
        return  # a folder cannot be opened there
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
