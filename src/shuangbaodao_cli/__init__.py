"""sbd: keeps the record of 双报到 work in a community.

The packages from top to bottom, each of which uses only what stands below it: ``commands`` and ``cli`` (the command
line), ``api`` (for Python), ``forms``, ``reports``, ``ledger`` (the only one that opens SQLite), ``intake``,
``output``, ``model``, ``values``. Below all of them: ``files`` (atomic writes), ``problems`` (what is wrong in data)
and ``errors`` (what the person at the keyboard can put right). Each package's docstring says what belongs into it.

For programs there is ``open_ledger``; it is loaded when it is first asked for, so that importing
the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shuangbaodao_cli.api import Ledger, open_ledger

__all__ = ["Ledger", "__version__", "open_ledger"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """The names of the Python API, from their module when they are first used."""
    if name in {"Ledger", "open_ledger"}:
        from shuangbaodao_cli import api  # whoever wants the version alone pays for nothing

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
