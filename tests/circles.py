"""Fails where modules import each other in a circle, type-only imports counted, and prints it (``make lint``)."""

from __future__ import annotations

import sys
from graphlib import CycleError, TopologicalSorter

import grimp

PACKAGE = "shuangbaodao_cli"


def circle() -> list[str]:
    """The modules of one circle, each importing the next; empty where there is none.

    What a package's ``__init__`` imports counts for it alone; ``__version__`` in the root package is not an import.
    """
    graph = grimp.build_graph(PACKAGE)
    imports = {module: graph.find_modules_directly_imported_by(module) - {PACKAGE} for module in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        modules: list[str] = error.args[1]
        return modules[::-1]
    return []


if __name__ == "__main__":
    if found := circle():
        sys.exit("a circle of imports: " + " → ".join(found))
