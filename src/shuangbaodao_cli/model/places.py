"""Places: the tree from the city down to the building."""

from __future__ import annotations

from shuangbaodao_cli.model.record import Field, Record
from shuangbaodao_cli.values.types import NAME, TEXT, choice

LEVELS: dict[str, tuple[str, ...]] = {
    "city": ("市", "地级市"),
    "district": ("区县", "区", "县", "县级市", "旗"),
    "street": ("街道（镇）", "街道", "镇", "乡", "街道办", "办事处"),
    "community": ("社区", "居委会"),
    "village": ("村", "行政村", "村委会"),
    "grid": ("网格", "小区"),
    "building": ("楼栋", "楼", "单元"),
}
_LEVEL_BY_ENDING: tuple[tuple[str, str], ...] = (
    ("网格", "grid"),
    ("社区", "community"),
    ("居委会", "community"),
    ("街道", "street"),
    ("镇", "street"),
    ("乡", "street"),
    ("村", "village"),
    ("区", "district"),
    ("县", "district"),
    ("市", "city"),
    ("小区", "grid"),
    ("楼", "building"),
)


def place_level_from_name(name: str) -> str:
    """The level that the name of a place implies; ``community`` where it implies none."""
    if name.endswith("小区"):
        return "grid"
    return next((level for ending, level in _LEVEL_BY_ENDING if name.endswith(ending)), "community")


PLACE = Record(
    name="place",
    label="地点",
    about="市、区县、街道乡镇、社区、村、网格、楼栋，一级套一级。统计一个地点时，它下面的都算在内。",
    fields=(
        Field(
            "name",
            "名称",
            NAME,
            ("社区名称", "村名", "社区（村）名称", "社区", "社区（村）", "地点名称", "网格名称", "小区名称"),
            required=True,
            example="文庙社区",
        ),
        Field(
            "level",
            "级别",
            choice("level", "级别", LEVELS),
            ("层级", "类型"),
            default="community",
            example="社区",
        ),
        Field(
            "parent",
            "上级",
            NAME,
            ("上级名称", "所属街道", "所属街道（镇）", "所属乡镇", "所属街镇", "街道", "街道（镇）", "所属社区"),
            to="place",
            example="头道牌楼街道",
        ),
        Field("code", "区划代码", TEXT, ("代码", "行政区划代码", "统计用区划代码"), example="130802002001"),
        Field("kind", "类别", TEXT, ("地点类别", "网格类别", "网格类型", "网格种类"), example="全科网格"),
        Field("note", "备注", TEXT, ("备注说明", "说明")),
    ),
    keys=(("code",), ("name", "parent"), ("name",)),
    described_by=("parent", "level"),
    priority=50,
    shown_apart=True,
)
