"""Writes the five example workbooks: places, units, teams, volunteers and activities of 双桥区.

What they are made of stands in story.txt and follows the news story; the totals are its totals.
Every personal name, id, code and telephone is made up (made_up.py). The same seed gives the same
bytes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from made_up import Strangers, between, id_number, strangers, uscc
from office_sheet import Value, write_sheet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SEED = 130802
SERVED, SOLVED, VOLUNTEERS, MEMBERS = 12000, 296, 600, 100
PER_MONTH = {1: 140, 2: 150, 3: 175, 4: 190, 5: 205, 6: 220, 7: 250}  # 1330 activities
FIRST, LAST = date(2026, 1, 5), date(2026, 7, 30)
UNITS_CAME = date(2026, 1, 4)
NEW_YEAR = {date(2026, 2, day) for day in range(15, 24)}
HOME, STREET = "塔沟社区", "双桥区石洞子沟街道"
SOLVING = {"矛盾调解": 6, "基层治理": 5, "便民服务": 4, "法律服务": 3, "济困帮扶": 3, "助老": 2}

PLACES = "社区名称 级别 上级 区划代码 备注"
ORGS = "序号 单位名称 统一社会信用代码 单位类别 党组织名称 党员人数 负责人 联络员 联系电话 包联社区 报到时间 备注"
TEAMS = "序号 队伍名称 所属社区 队长 队伍类别 备注"
PERSONS = "序号 姓名 性别 出生日期 身份证号 联系电话 政治面貌 工作单位 居住社区 居住地址 特长 志愿服务队 报到日期 备注"
ACTIVITIES = (
    "序号 活动名称 活动日期 社区（村） 组织单位 服务队 活动负责人 服务类别 服务内容 服务时长(小时)"
    " 参加人员 参加人数 服务群众人次 解决问题数 成效 备注"
)
SUMS = "服务时长(小时) 参加人数 服务群众人次 解决问题数"


class Org(NamedTuple):
    """A unit that has checked in, in the order of its sheet's columns."""

    name: str
    uscc: str
    kind: str
    branch: str
    members: int
    leader: str
    contact: str
    phone: str
    places: str
    since: date = UNITS_CAME
    note: str | None = None


class Person(NamedTuple):
    """A registered volunteer, in the order of the roster's columns."""

    name: str
    sex: str
    born: date
    id_no: str
    phone: str
    political: str
    org: str | None
    community: str
    address: str
    skill: str
    team: str
    since: date | None
    note: str | None = None


class Event(NamedTuple):
    """An activity before people are put to it; its first four facts tell it from all others."""

    day: date
    place: str
    title: str
    org: str
    category: str
    size: int
    content: str
    outcome: str | None = None


def table(name: str) -> list[list[str]]:
    """The lines of one section of story.txt, cut at the bars."""
    text = Path(__file__).with_name("story.txt").read_text(encoding="utf-8")
    section = text.split(f"[{name}]\n")[1].split("\n[")[0]
    return [line.split("|") for line in section.splitlines() if line and line[0] != "#"]


def share(total: int, weights: Sequence[float]) -> list[int]:
    """A total parted by weight into whole numbers, each at least 2."""
    exact = [(total - 2 * len(weights)) * weight / sum(weights) for weight in weights]
    parts = [2 + int(part) for part in exact]
    for i in sorted(range(len(parts)), key=lambda i: -(exact[i] % 1))[: total - sum(parts)]:
        parts[i] += 1
    return parts


def numbered(records: Iterable[Sequence[Value]]) -> list[list[Value]]:
    """The records as rows that begin with 序号."""
    return [[number, *record] for number, record in enumerate(records, 1)]


def team_name(kind: str) -> str:
    """The full name of a team of the home community."""
    return f"{HOME}{kind}志愿服务队"


def make_orgs(rng: Random, people: Strangers) -> list[Org]:
    """The units, each with a leader and a contact."""
    orgs = []
    for name, prefix, area, kind, branch, members, places in table("orgs"):
        (leader, *_), (contact, _, phone) = next(people), next(people)
        code = uscc(rng, prefix, area)
        whole = name + branch
        orgs.append(Org(name, code, kind, whole, int(members), leader, contact, phone, places))
    return orgs


def make_volunteers(rng: Random, orgs: Sequence[Org], people: Strangers) -> Iterator[Person]:
    """The volunteers of the home community; some are Party members in service who checked in."""
    employers = [org.name for org in orgs if org.name != org.branch]
    teams, members = table("teams"), set(rng.sample(range(VOLUNTEERS), MEMBERS))
    for number in range(VOLUNTEERS):
        name, sex, phone = next(people)
        kind, _, skills = teams[number % len(teams)]
        member = number in members
        youngest, oldest = (2002, 1968) if member else (2009, 1948)
        born = between(rng, date(oldest, 1, 1), date(youngest, 12, 31))
        employed = member or (1968 <= born.year <= 2002 and rng.random() < 0.4)
        other = "共青团员" if born.year >= 1999 and rng.random() < 0.6 else "群众"
        house, stair, floor, door = (rng.randint(1, last) for last in (28, 4, 6, 3))
        yield Person(
            name, sex, born, id_number(rng, sex, born), phone,
            political="中共党员" if member else other,
            org=rng.choice(employers) if employed else None,
            community=HOME,
            address=f"{HOME}{house}号楼{stair}单元{floor}0{door}室",
            skill=rng.choice(skills.split("、")),
            team=team_name(kind),
            since=between(rng, FIRST, date(2026, 3, 31)) if member else None,
        )  # fmt: skip


def find_leaders(volunteers: Sequence[Person]) -> dict[str, str]:
    """Team → the Party member of it who stands first in the roster."""
    return {person.team: person.name for person in reversed(volunteers) if person.since}


def stories(rng: Random) -> Iterator[Event]:
    """The dated stories, each spread evenly over its time; its last activity has the outcome."""
    for title, category, org, place, first, last, times, size, content, outcome in table("stories"):
        begin, end = (date.fromisoformat(f"2026-{day}") for day in (first, last))
        step = ((end - begin).days + 1) / int(times)
        for left in range(int(times)):
            day = end - timedelta(int(step * (left + rng.random() / 2)))
            ending = outcome if outcome and not left else None
            if day not in NEW_YEAR:
                yield Event(day, place, title, org, category, int(size), content, ending)


def make_events(rng: Random, orgs: Sequence[Org]) -> list[Event]:
    """The stories, and the round of the year until each month has its number."""
    places = {org.name: org.places.split("、") for org in orgs}
    events = {event[:4]: event for event in stories(rng)}
    held = Counter(day.month for day, *_ in events)
    year = [FIRST + timedelta(i) for i in range((LAST - FIRST).days + 1)]
    for month, wanted in PER_MONTH.items():
        days = [day for day in year if day.month == month and day not in NEW_YEAR]
        works = [work for work in table("round") if str(month) in work[3]]
        while held[month] < wanted:
            title, category, units, _, size, content = rng.choice(works)
            org = rng.choice(units.split("、"))
            place = rng.choices(places[org], [2.2 if p == HOME else 1 for p in places[org]])[0]
            event = Event(rng.choice(days), place, title, org, category, int(size), content)
            held[month] += event[:4] not in events
            events.setdefault(event[:4], event)
    return sorted(events.values(), key=lambda event: event[:4])


class Attendance:
    """Who can come to an activity of the home community: checked in, 8 hours a day at most."""

    def __init__(self, rng: Random, volunteers: Sequence[Person]) -> None:
        self.rng, self.volunteers = rng, volunteers
        self.worked: defaultdict[tuple[str, date], float] = defaultdict(float)

    def come(self, event: Event, team: str | None, hours: float, most: int) -> list[str]:
        """Two names or more, of the team where one is named."""
        free = [
            person.name
            for person in self.volunteers
            if team in (None, person.team)
            and (person.since or FIRST) <= event.day
            and self.worked[person.name, event.day] + hours <= 8
        ]
        names = self.rng.sample(free, self.rng.randint(2, most))
        for name in names:
            self.worked[name, event.day] += hours
        return names


def activity_rows(
    rng: Random, events: Sequence[Event], orgs: Sequence[Org], volunteers: Sequence[Person]
) -> Iterator[list[Value]]:
    """The activities: who came, for how long, how many were served, what was solved."""
    served = share(SERVED, [event.size * rng.uniform(0.6, 1.4) for event in events])
    solving = [SOLVING.get(event.category, 1) for event in events]
    solved = Counter(rng.choices(range(len(events)), solving, k=SOLVED))
    contacts, leaders = {org.name: org.contact for org in orgs}, find_leaders(volunteers)
    teams = {word: team_name(kind) for kind, work, _ in table("teams") for word in work.split("、")}
    attendance = Attendance(rng, volunteers)
    for i, event in enumerate(events):
        home = event.place == HOME
        team = teams.get(event.category) if home and rng.random() < 0.62 else None
        hours = rng.choice((1, 1.5, 2, 2, 2, 2.5, 3, 4))
        named = home and rng.random() < (0.9 if team else 0.5)
        names = attendance.come(event, team, hours, min(8, served[i])) if named else []
        present = len(names) or rng.randint(2, min(12, served[i]))
        leader = names[0] if names else leaders[team] if team else contacts[event.org]
        yield [
            i + 1, event.title, event.day, event.place, event.org, team, leader, event.category,
            event.content, hours, "、".join(names) or None, present, served[i], solved[i],
            event.outcome, None,
        ]  # fmt: skip


def write(folder: Path) -> None:
    """Writes the five workbooks into a folder."""
    rng = Random(SEED)
    people = strangers(rng)
    orgs = make_orgs(rng, people)
    volunteers = list(make_volunteers(rng, orgs, people))
    activities = list(activity_rows(rng, make_events(rng, orgs), orgs, volunteers))
    leaders = find_leaders(volunteers)
    kinds = [kind for kind, *_ in table("teams")]
    teams = [[team_name(kind), HOME, leaders[team_name(kind)], kind, None] for kind in kinds]
    places = [[cell or None for cell in place] for place in table("places")]
    home, ledger = STREET + HOME, "双桥区“双报到”志愿服务活动台账（2026年1—7月）"
    for file, name, title, columns, rows, sums in (
        ("1-places", "社区名册", "双桥区社区（村）名册", PLACES, places, ""),
        ("2-orgs", "单位名册", "双桥区“双报到”单位名册", ORGS, numbered(orgs), "党员人数"),
        ("3-teams", "队伍名册", f"{home}志愿服务队名册", TEAMS, numbered(teams), ""),
        ("4-persons", "花名册", f"{home}注册志愿者花名册", PERSONS, numbered(volunteers), ""),
        ("5-activities", "活动台账", ledger, ACTIVITIES, activities, SUMS),
    ):
        filler = f"{HOME}党委" if HOME in title else "双桥区委组织部"
        head = (title, f"填报单位（盖章）：{filler}　　填报日期：2026年7月31日")
        write_sheet(folder / f"{file}.xlsx", name, head, columns.split(), rows, sums.split())


if __name__ == "__main__":
    write(Path(__file__).parent)
