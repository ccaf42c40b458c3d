"""The style sheet of a page: for the screen, for a phone, and for A4 landscape."""

from __future__ import annotations

from shuangbaodao_cli.output.html.charts import FIRST_SHADE_WITH_WHITE_TEXT, SHADES

_SHADES = "\n".join(
    f"td.h{at} {{ background: #{colour}{'; color: #fff' if at >= FIRST_SHADE_WITH_WHITE_TEXT else ''} }}"
    for at, colour in enumerate(SHADES, 1)
)

STYLE = f"""
@page {{ size: A4 landscape; margin: 14mm; @bottom-center {{ content: counter(page) " / " counter(pages) }} }}
* {{ -webkit-print-color-adjust: exact; print-color-adjust: exact }}
body {{ font-family: "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC",
  "Hiragino Sans GB", "WenQuanYi Micro Hei", SimHei, SimSun, sans-serif;
  margin: 2em auto; padding: 0 1em; max-width: 72em; color: #222; background: #fff; line-height: 1.5 }}
section {{ margin: 0 0 3em }}
h1, h2 {{ text-align: center; font-weight: 600; margin: 0 0 .2em; break-after: avoid }}
h1 {{ font-size: 1.6em }}
h2 {{ font-size: 1.25em }}
p {{ text-align: center; color: #555; margin: 0 0 .8em; break-after: avoid }}
p.key {{ text-align: left; font-size: .82em; margin: .4em 0 0 }}
.wide {{ overflow-x: auto }}
table {{ border-collapse: collapse; width: 100%; font-size: .92em }}
th, td {{ border: 1px solid #999; padding: .3em .6em }}
colgroup + colgroup {{ border-left: 2px solid #555 }}
thead th {{ background: #e8eef7; font-weight: 600; min-width: 2em; text-wrap: balance }}
tbody th {{ text-align: left; font-weight: 400; min-width: 6.2em; background: #fff }}
thead {{ display: table-header-group }}
tr {{ break-inside: avoid }}
td.n {{ text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }}
.w {{ white-space: nowrap }}
td.b {{ background: linear-gradient(to right, #cfe0f5 var(--p), transparent var(--p)) }}
{_SHADES}
table.dense th, table.dense td {{ padding: .3em .25em }}
tr.total th, tr.total td {{ font-weight: 600; background: #f4f4f4 }}
table.figures {{ margin: 1em 0; table-layout: fixed }}
table.figures th, table.figures td {{ border: 0; background: none; text-align: center; padding: 0 .2em }}
table.figures th {{ font-size: .95em; font-weight: 400; color: #555; vertical-align: bottom }}
table.figures td {{ font-size: clamp(1.1em, 3.4vw, 2.4em); font-weight: 600; color: #1f4e8c; line-height: 1.4 }}
table.figures td[data-unit]::after {{ content: attr(data-unit); font-size: .9rem; font-weight: 400; color: #555;
  margin-left: .15em }}
.pictures {{ display: grid; grid-template-columns: repeat(3, 1fr); gap: .5em 1.2em; margin: 0 0 1em }}
figure {{ margin: 0; break-inside: avoid }}
figcaption {{ text-align: center; font-size: .9em; font-weight: 600 }}
svg {{ display: block; width: 100%; height: auto }}
svg rect {{ fill: #3b6ea5 }}
svg line {{ stroke: #999 }}
svg text {{ font-size: 11px; text-anchor: middle; fill: #333 }}
ul {{ padding-left: 1.4em; margin: .6em 0 0 }}
li {{ color: #555; font-size: .82em; break-inside: avoid }}
@media screen and (max-width: 44em) {{
  body {{ margin: 1em auto; padding: 0 .6em }}
  .pictures {{ grid-template-columns: 1fr }}
  tbody th {{ min-width: 4em }}
  tbody th, thead tr:first-child th[scope=col]:first-child {{ position: sticky; left: 0; box-shadow: 1px 0 #999 }}
}}
@media print {{
  body {{ margin: 0; padding: 0; max-width: none; font-size: 10pt }}
  .wide {{ overflow: visible }}
  section {{ margin-bottom: 1.6em }}
  section.kept {{ break-inside: avoid }}
  table.figures td {{ font-size: 22pt }}
}}
"""
