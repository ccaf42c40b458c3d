"""The policy: rules of the work that differ from place to place (time limits, intervals, required steps).

``policy.toml`` is the shipped one (version 0). An office's own version says only what it changes; every version is
stored in the ledger, and records and snapshots can be traced to the version in force when they were made.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from shuangbaodao_cli.errors import UsageError
from shuangbaodao_cli.model.categories import CATEGORIES
from shuangbaodao_cli.model.orders import SKIPPABLE_STEPS
from shuangbaodao_cli.values.text import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from shuangbaodao_cli.ledger.storage.journal import Entry
    from shuangbaodao_cli.model.record import Record

Rules = dict[str, dict[str, Any]]
CATEGORY_SECTION = "category"
"""The section of categories, each with the words that lead to it; an office may add its own."""
MAX_VALUE = 3650
"""The largest value of a rule: ten years in days."""
_MAX_VALUES = {"month_starts": 28, "same_percent": 100, "round_percent": 100, "sample_percent": 100}
"""The rules with a smaller largest value: days that every month has, and percentages."""

VERSION_SQL = "(SELECT COALESCE(MAX(p.id), 0) FROM policy AS p WHERE p.entry <= {0})"
"""In SQL, to be formatted with an entry id: the version in force when that entry was made (0: as shipped)."""


class Policy(NamedTuple):
    """The rules in force: section → name → value."""

    rules: Rules

    def number(self, section: str, name: str) -> int:
        """The value of a rule that is a number; its unit is in its name (``lookback_days``)."""
        return int(self.rules[section][name])


def default_text() -> str:
    """The shipped rules as TOML with comments; the words of the categories at the end."""
    categories = "\n".join(_toml_lines({name: list(words) for name, words in CATEGORIES.items()}))
    return f"{Path(__file__).with_name('policy.toml').read_text(encoding='utf-8')}{categories}\n"


@cache
def default_rules() -> Rules:
    """The shipped rules."""
    return _parse_toml(default_text())


def current(connection: sqlite3.Connection) -> Policy:
    """The rules in force in a ledger: the shipped ones, overridden by those that the office changed."""
    text = office_text(connection)
    if text is None:
        return Policy(default_rules())
    own = _parse_toml(text)
    return Policy({section: {**rules, **own.get(section, {})} for section, rules in default_rules().items()})


def month_start_day(connection: sqlite3.Connection) -> int:
    """The day of the month on which the office's months begin."""
    # Most ledgers have no rules of their own: the shipped ones need not be parsed for them.
    return 1 if office_text(connection) is None else current(connection).number("report", "month_starts")


def category_words(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Category → the office's own words that lead to it; they go before the shipped ones, and may add categories."""
    text = office_text(connection)
    return {} if text is None else _parse_toml(text).get(CATEGORY_SECTION, {})


def office_text(connection: sqlite3.Connection) -> str | None:
    """The latest version of the office's own rules, as TOML; None where it has none."""
    row = connection.execute("SELECT text FROM policy ORDER BY id DESC LIMIT 1").fetchone()
    return None if row is None else str(row[0])


def version_of(connection: sqlite3.Connection, record: Record, id_: int) -> int:
    """The version of the policy in force when a record was inserted."""
    sql = f"SELECT {VERSION_SQL.format('r.entry')} FROM [{record.name}] AS r WHERE r.id = ?"
    return int(connection.execute(sql, (id_,)).fetchone()[0])


class Version(NamedTuple):
    """One version of the office's rules, with the moment, operator and reason of its entry."""

    number: int
    text: str
    at: str
    operator: str
    reason: str | None


def versions(connection: sqlite3.Connection) -> list[Version]:
    """Every version of the office's rules, oldest first."""
    columns = "p.id, p.text, e.at, e.operator, e.reason"
    sql = f"SELECT {columns} FROM policy AS p JOIN entry AS e ON e.id = p.entry ORDER BY p.id"
    return [Version(*row) for row in connection.execute(sql)]


def insert_version(entry: Entry, text: str) -> int | None:
    """Insert a new version and return its number; None where it equals the latest. UsageError as from ``check``."""
    check(text)
    if text == office_text(entry.connection) or (text == default_text() and office_text(entry.connection) is None):
        return None
    return entry.connection.execute("INSERT INTO policy (text, entry) VALUES (?, ?)", (text, entry.id)).lastrowid


def parse(text: str) -> Rules:
    """The rules in a text. Raises UsageError as ``check`` does."""
    check(text)
    return _parse_toml(text)


def _parse_toml(text: str) -> Rules:
    import tomllib  # two milliseconds, which the shortest commands do without

    return tomllib.loads(text)


def to_toml(rules: Rules) -> str:
    """Rules as TOML; their values are numbers, texts and lists of texts."""
    return "\n".join(line for section, values in rules.items() for line in (f"[{section}]", *_toml_lines(values), ""))


def _toml_lines(values: dict[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        key = name if name.isascii() and name.isidentifier() else _toml_value(name)
        yield f"{key} = {_toml_value(value)}"


def _toml_value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_toml_value, value))}]"
    return str(value) if isinstance(value, int) else '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def check(text: str) -> None:
    """Raise UsageError where a text is no TOML, or has unknown rules or values that a rule cannot have."""
    try:
        rules = _parse_toml(text)
    except ValueError as error:
        raise UsageError(f"办法的写法不对（{error}），请对照 sbd policy show 改。") from None
    if problems := list(_rule_problems(rules)):
        raise UsageError("办法没有改：" + "；".join(problems) + "。")


def _rule_problems(sections: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the rules of an office, a clause each."""
    for section, rules in sections.items():
        known = default_rules().get(section)
        if known is None or not isinstance(rules, dict):
            yield f"没有 [{section}] 这一节，有：{'、'.join(default_rules())}"
            continue
        if section == CATEGORY_SECTION:
            yield from _category_problems(rules)
            continue
        for name, value in rules.items():
            if name not in known:
                yield f"[{section}] 里没有 {name}，有：{'、'.join(known)}"
            elif isinstance(known[name], list):
                if not isinstance(value, list) or not set(map(str, value)) <= set(SKIPPABLE_STEPS):
                    yield f"[{section}] {name} 只能从这几步里选：{'、'.join(SKIPPABLE_STEPS)}"
            elif type(value) is not int or not 1 <= value <= _MAX_VALUES.get(name, MAX_VALUE):
                yield f"[{section}] {name} 应是 1 到 {_MAX_VALUES.get(name, MAX_VALUE)} 的整数"


def _category_problems(words_by_category: dict[str, Any]) -> Iterator[str]:
    for name, words in words_by_category.items():
        if not name.strip() or not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            yield f'[{CATEGORY_SECTION}] {name} 应写成 {name} = ["词", "词"]'
        elif not all(map(fold, words)):
            yield f"[{CATEGORY_SECTION}] {name} 里有空的词"
