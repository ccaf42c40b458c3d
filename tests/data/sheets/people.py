"""Persons who do not exist: serials of ids from 900 up, phones that begin with 1990000."""

from __future__ import annotations

from typing import NamedTuple


class Person(NamedTuple):
    """Someone made up; the id has the check digit of GB 11643."""

    name: str
    sex: str
    id_no: str
    phone: str

    @property
    def born(self) -> str:
        """The day of birth that the id says, as ISO."""
        return f"{self.id_no[6:10]}-{self.id_no[10:12]}-{self.id_no[12:14]}"


PEOPLE = [
    Person("张三", "男", "13080219600323931X", "19900005026"),
    Person("李四", "女", "13080219891011902X", "19900007219"),
    Person("王五", "男", "13080219800903973X", "19900003926"),
    Person("赵六", "女", "13080220021111908X", "19900004043"),
    Person("孙七", "男", "13080219830731957X", "19900002815"),
    Person("周八", "男", "13082519860529925X", "19900004746"),
    Person("吴九", "女", "130802195907109900", "19900002164"),
    Person("郑十", "男", "130802200006029376", "19900002343"),
    Person("冯一", "女", "130824197412249108", "19900003109"),
    Person("陈二", "男", "130825199006109519", "19900002979"),
    Person("褚彦", "男", "130821196512269735", "19900005806"),
    Person("卫东明", "男", "130802196512279491", "19900009839"),
    Person("蒋文秀", "女", "130802196410049243", "19900008244"),
    Person("沈玉兰", "女", "130803198412169864", "19900004875"),
    Person("韩立涛", "男", "130802198204299158", "19900008087"),
    Person("杨春梅", "女", "130802197707219768", "19900007411"),
    Person("朱海燕", "女", "130821200204169520", "19900003738"),
    Person("秦淑芳", "女", "130802200212029289", "19900009503"),
]
"""The ids of the first six end in X."""
CODES = ["11130802XX4442113T", "12130802XX56701266", "53130802XX026038XN", "91130802XX73007515"]
"""Codes of units (统一社会信用代码) with the check of GB 32100."""
