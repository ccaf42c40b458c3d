"""Services of places in rows and of months or categories in columns, the sums at the right and below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shuangbaodao_cli.ledger import finding, tree
from shuangbaodao_cli.output.table import Column
from shuangbaodao_cli.reports.catalogue import PARTS, question
from shuangbaodao_cli.reports.measures import column, definitions
from shuangbaodao_cli.reports.scope import UNSAID, Body, Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

OF_CATEGORY = "category:"
"""How the names of columns begin that count a category: so that no category is taken for another column."""


def monthly(scope: Scope) -> Body:
    """Services of each place in each month."""
    months = scope.period.months()
    wide = _wide(scope, "monthly", "month").reindex(columns=months, fill_value=0)
    one_year = scope.period.start.year == scope.period.last.year
    labels = [f"{int(month[5:])}月" if one_year else month for month in months]
    return _laid(scope, wide, [Column(month, label, "count") for month, label in zip(months, labels, strict=True)])


def matrix(scope: Scope) -> Body:
    """Services of each place in each category; communities without any stand there too, what is unsaid stands last."""
    wide = _wide(scope, "matrix", "category")
    idle = [place for place in tree.communities(scope.connection, scope.place) if place not in wide.index]
    wide = wide.reindex(index=[*wide.index, *idle], fill_value=0)
    sums = wide.sum(axis=0)
    kinds = sorted(wide.columns, key=lambda kind: (kind == "", -sums[kind], kind))
    heads = [Column(f"{OF_CATEGORY}{kind}", kind or UNSAID, "count") for kind in kinds]
    return _laid(scope, wide.reindex(columns=kinds), heads, unsaid_last=True)


def _wide(scope: Scope, name: str, across: str) -> pd.DataFrame:
    """The answer of a .sql file turned round: a row for each place, a column for each of what stands across."""
    import pandas as pd  # noqa: PLC0415  # only these tables are turned round

    long = pd.DataFrame(scope.ask(question(name).sql).fetchall(), columns=["place", across, "services"])
    return long.pivot_table(index="place", columns=across, values="services", aggfunc="sum", fill_value=0)


def _laid(scope: Scope, wide: pd.DataFrame, across: Sequence[Column], *, unsaid_last: bool = False) -> Body:
    """Such a table under its headings, the place with most services first; the sums are the services."""
    names = finding.all_names(scope.connection, "place")
    counted = [
        (int(place), [int(count) for count in counts])
        for place, counts in zip(wide.index, wide.to_numpy(), strict=True)
    ]
    counted.sort(key=lambda one: (unsaid_last and one[0] == 0, -sum(one[1])))
    rows = [(names.get(place, UNSAID), place or None, *counts, sum(counts)) for place, counts in counted]
    head = [Column("place", PARTS["place"].label), Column("place_id", "编号", hidden=True)]
    below = [sum(counts[at] for _, counts in counted) for at in range(len(across))]
    below.append(sum(below))
    return Body([*head, *across, column("services")], rows, ["合计", None, *below], definitions(["services"]))
