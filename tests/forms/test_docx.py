"""Somebody's own form in Word, filled: the figures of the reports, and all else of the document as it was."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from data.sheets.documents import cells, document, drawn, paragraph
from forms.test_fill import FORMS, Blank, office
from forms.test_traps import TRAPS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from conftest import Sbd

__all__ = ["office"]
JULY = ("--month", "2026-07")
PUT = re.compile(r'<w:r>(?:<w:rPr>(?:(?!</w:rPr>).)*</w:rPr>)?<w:t xml:space="preserve">[^<]*</w:t></w:r>')
"""What we put in; nothing in the forms below is written so."""


def form(path: Path, blank: Blank, above: Sequence[str] = ()) -> Path:
    """A document with some lines around a table."""
    before, after = "".join(map(paragraph, above)), paragraph("社区党委书记签字：　　　　")
    return document(path, before + drawn(blank.rows, blank.merges) + after)


def shown(value: Any) -> str:
    """A number as it stands in a document."""
    return f"{value:g}" if isinstance(value, float) else str(value)


def bare(path: Path) -> str:
    """The XML of a document without what was put into its cells, and without the results of its formulas."""
    return PUT.sub("", xml(path)).replace("<w:p></w:p>", "<w:p/>").replace(' w:dirty="true"', "").replace(">0<", "><")


def other_parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist() if name != "word/document.xml"}


@pytest.mark.parametrize("name", FORMS)
def test_a_table_is_filled_and_nothing_else_of_the_document_changes(office: Sbd, tmp_path: Path, name: str) -> None:
    blank, out = form(tmp_path / "空表.docx", FORMS[name]), tmp_path / "填好.docx"
    said = office("fill", blank, *JULY, *FORMS[name].words, "-o", out)
    assert said.code == 0, said.err
    filled = {at: shown(value) for at, value in FORMS[name].filled.items()}
    assert {at: text for at, text in cells(out).items() if text != "0" or at in filled} == {
        at: text for at, text in cells(blank).items() if text != "0"
    } | filled
    assert bare(blank) == bare(out)
    assert len(PUT.findall(xml(out))) == len(filled)
    assert other_parts(blank) == other_parts(out)


@pytest.mark.parametrize("name", TRAPS)
def test_only_what_is_certain_is_filled(office: Sbd, tmp_path: Path, name: str) -> None:
    trap, out = TRAPS[name], tmp_path / "填好.docx"
    blank = form(tmp_path / "空表.docx", Blank(trap.rows, {}, trap.merges))
    said = office("fill", blank, *trap.words, "-o", out)
    assert said.code == 0, said.err
    assert cells(out) == cells(blank) | {at: shown(value) for at, value in trap.filled.items()}


EMPTY = "<w:tc><w:p/></w:tc>"


def cell(text: str = "", inner: str = "", properties: str = "") -> str:
    run = f"<w:r><w:t>{text}</w:t></w:r>" if text else ""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr><w:p>{run}{inner}</w:p></w:tc>"


def row(*inner: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(inner)}</w:tr>"


def table(*rows: str, widths: Sequence[int] = ()) -> str:
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths or [2000] * rows[0].count("<w:tc>"))
    return f"<w:tbl><w:tblPr/><w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"


FIELD = '<w:fldChar w:fldCharType="{}"/>'.format
HEADS = row(cell("社区"), cell("服务次数"), cell("服务人次"))


def written(path: Path, *body: str, parts: dict[str, str] | None = None) -> Path:
    """A document of which the XML is written by hand."""
    return document(path, "".join(body), parts)


def xml(path: Path) -> str:
    with zipfile.ZipFile(path) as file:
        return file.read("word/document.xml").decode()


BODIES = {
    "a cell that holds a picture": ("<w:drawing/>", "里面有图"),
    "a content control": (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:r><w:t>单击此处</w:t></w:r></w:sdtContent></w:sdt>",
        "在内容控件里",
    ),
    "a deletion that nobody has accepted": ("<w:del><w:r><w:delText>9</w:delText></w:r></w:del>", "有没接受的修订"),
    "an insertion that nobody has accepted": ("<w:ins><w:r><w:t> </w:t></w:r></w:ins>", "有没接受的修订"),
    "a field to be typed into": (
        f"<w:r>{FIELD('begin')}<w:instrText>FORMTEXT</w:instrText>{FIELD('end')}</w:r>",
        "是域",
    ),
    "words": ("<w:r><w:t>另</w:t></w:r><w:r><w:t>报</w:t></w:r>", "已有内容"),
    "words in a control of old": (
        "<w:smartTag><w:r><w:t>另报</w:t></w:r></w:smartTag>",
        "已有内容",
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_cell_that_is_for_people_is_left_and_named(office: Sbd, tmp_path: Path, name: str) -> None:
    inner, why = BODIES[name]
    blank = written(tmp_path / "空表.docx", table(HEADS, row(cell("塔沟社区"), cell("", inner), EMPTY)))
    said = office("fill", blank, *JULY, "-o", tmp_path / "填好.docx", "--format", "json")
    assert said.code == 0, said.err
    told = {line["heading"]: (line["cells"], line["left"]) for line in said.json()}
    assert told["服务次数"] == (0, f"第2行第2列 {why}")
    assert told["服务人次"] == (1, None)
    assert xml(blank).replace(EMPTY, "<w:tc><w:p>30</w:p></w:tc>") == re.sub(
        r'<w:r><w:t xml:space="preserve">(\d+)</w:t></w:r>', r"\1", xml(tmp_path / "填好.docx")
    )


def test_the_name_of_a_row_is_read_whatever_it_stands_in(office: Sbd, tmp_path: Path) -> None:
    control = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>".format
    rows = [
        row(cell("塔", "<w:bookmarkStart w:id='1' w:name='x'/><w:r><w:t>沟社区</w:t></w:r>"), EMPTY, EMPTY),
        control(row(control(cell("文庙", control("<w:r><w:t>社区</w:t></w:r>"))), EMPTY, EMPTY)),
        row(cell("河东社区"), EMPTY, EMPTY, properties="<w:del w:id='2'/>"),
    ]
    blank = written(tmp_path / "空表.docx", control(table(HEADS, *rows)))
    said = office("fill", blank, *JULY, "-o", tmp_path / "填好.docx", "--format", "json")
    assert said.code == 0, said.err
    assert re.findall(r"preserve\">(\d+)<", xml(tmp_path / "填好.docx")) == ["1", "30", "1", "12"]


def test_a_formula_loses_its_result_and_is_reckoned_anew(office: Sbd, tmp_path: Path) -> None:
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> =SUM(ABOVE) </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>77</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    rows = [row(cell("塔沟社区"), EMPTY, EMPTY), row(cell("文庙社区"), EMPTY, EMPTY)]
    blank = written(tmp_path / "空表.docx", table(HEADS, *rows, row(cell("合计"), cell("", field), EMPTY)))
    said = office("fill", blank, *JULY, "-o", tmp_path / "填好.docx", "--format", "json")
    assert "F9" in next(line["left"] for line in said.json() if line["heading"] == "服务次数")
    now = xml(tmp_path / "填好.docx")
    assert '<w:fldChar w:dirty="true" w:fldCharType="begin"/>' in now
    assert "77" not in now
    assert cells(tmp_path / "填好.docx")["C4"] == "42"


def test_new_text_looks_like_what_is_there(office: Sbd, tmp_path: Path) -> None:
    mark = "<w:pPr><w:jc w:val='right'/><w:rPr><w:sz w:val='44'/></w:rPr></w:pPr>"
    name = "<w:tc><w:p><w:r><w:rPr><w:b/></w:rPr><w:t>塔沟社区</w:t></w:r></w:p></w:tc>"
    change = "<w:rPrChange w:id='1'><w:rPr/></w:rPrChange>"
    run = f"<w:tc><w:p><w:r><w:rPr><w:i/>{change}</w:rPr><w:t>　</w:t></w:r></w:p></w:tc>"
    heads = row(cell("社区"), cell("服务次数"), cell("服务人次"), cell("参与人数"), cell("服务时长"), cell("走访次数"))
    others = ["<w:tc/>", "<w:tc><w:tcPr/></w:tc>"]
    blank = written(
        tmp_path / "空表.docx", table(heads, row(name, f"<w:tc><w:p>{mark}</w:p></w:tc>", run, EMPTY, *others))
    )
    said = office("fill", blank, *JULY, "-o", tmp_path / "填好.docx")
    assert said.code == 0, said.err
    now = xml(tmp_path / "填好.docx")
    text = '<w:t xml:space="preserve">{}</w:t></w:r></w:p></w:tc>'.format
    assert f"{mark}<w:r><w:rPr><w:sz w:val='44'/></w:rPr>{text(1)}" in now
    assert f"<w:t></w:t></w:r><w:r><w:rPr><w:i/></w:rPr>{text(30)}" in now
    for figure in (2, 3, 0):  # as the words beside them
        assert f"<w:p><w:r><w:rPr><w:b/></w:rPr>{text(figure)}" in now


def test_edges_that_do_not_quite_meet_are_one(office: Sbd, tmp_path: Path) -> None:
    def wide(text: str, span: int) -> str:
        return cell(text, properties=f'<w:gridSpan w:val="{span}"/>')

    heads = row(wide("社区", 1), wide("服务次数", 2), wide("服务人次", 2), wide("走访次数", 1))
    line = row(wide("塔沟社区", 2), wide("", 1), wide("", 2), wide("", 1))  # its edges are a hair off those above
    lines = table(heads, line, widths=[1500, 60, 1500, 1440, 60, 1500])
    blank = written(tmp_path / "空表.docx", lines)
    said = office("fill", blank, *JULY, "-o", tmp_path / "填好.docx")
    assert said.code == 0, said.err
    assert re.findall(r"preserve\">(\d+)<", xml(tmp_path / "填好.docx")) == ["1", "30", "0"]


def test_a_row_with_too_few_cells_is_left_where_it_has_none(office: Sbd, tmp_path: Path) -> None:
    after = '<w:gridAfter w:val="1"/>'
    rows = [row(cell("塔沟社区"), EMPTY, properties=after), row(cell("文庙社区"), EMPTY, EMPTY, EMPTY)]
    blank = written(tmp_path / "空表.docx", table(HEADS, *rows))
    said = office("fill", blank, *JULY, "-o", tmp_path / "填好.docx", "--format", "json")
    told = {line["heading"]: (line["cells"], line["left"]) for line in said.json()}
    assert told["服务人次"] == (1, "第2行第3列 这一行没有这一格")
    assert re.findall(r"preserve\">(\d+)<", xml(tmp_path / "填好.docx")) == ["1", "1", "12"]


def test_of_several_tables_the_first_that_is_known_is_filled_and_the_others_are_named(
    office: Sbd, tmp_path: Path
) -> None:
    one = table(HEADS, row(cell("塔沟社区"), EMPTY, EMPTY))
    other = table(HEADS, row(cell("文庙社区"), EMPTY, EMPTY))
    stranger = table(row(cell("品名"), cell("单价")), row(cell("米"), cell("3")))
    nested = table(row(f"<w:tc><w:p/>{other}<w:p/></w:tc>", cell("说明")))
    floating = f"<w:p><w:r><w:pict><w:txbxContent>{one}</w:txbxContent></w:pict></w:r></w:p>"
    blank = written(tmp_path / "空表.docx", floating, stranger, one, nested)
    out = tmp_path / "填好.docx"
    said = office("fill", blank, *JULY, "-o", out, "--format", "json")
    assert said.code == 0, said.err
    assert {"heading": "表4", "left": "也认得出，没有填；要填请加 --sheet 表4"}.items() <= said.json()[-1].items()
    assert re.findall(r"preserve\">(\d+)<", xml(out)) == ["1", "30"]
    assert office("fill", out, *JULY, "--sheet", "表4", "-o", tmp_path / "都好.docx").code == 0
    assert re.findall(r"preserve\">(\d+)<", xml(tmp_path / "都好.docx")) == ["1", "30", "1", "12"]
    assert office("fill", blank, *JULY, "--sheet", "表9", "-o", out).code == 6


def test_what_xml_forbids_in_a_name_is_written_visibly(office: Sbd, tmp_path: Path, own_ledger: Path) -> None:
    import sqlite3  # the ledger takes no such name; one from elsewhere may hold it

    with sqlite3.connect(own_ledger) as ledger:
        ledger.execute("UPDATE activity SET title = ? WHERE title = '理发'", ("理<&>]]>\x07发",))
    ledger.close()
    heads = row(cell("活动名称"), cell("活动日期"))
    blank = written(tmp_path / "空表.docx", table(heads, row(EMPTY, EMPTY), row(EMPTY, EMPTY)))
    said = office("fill", blank, *JULY, "-o", tmp_path / "填好.docx")
    assert said.code == 0, said.err
    assert cells(tmp_path / "填好.docx")["A3"] == "理<&>]]>␛发"


def test_a_form_with_too_few_rows_is_refused(office: Sbd, tmp_path: Path) -> None:
    out = tmp_path / "填好.docx"
    out.write_bytes(b"old")
    for rows in ([row(EMPTY, EMPTY, EMPTY)], []):
        said = office("fill", written(tmp_path / "空表.docx", table(HEADS, *rows)), *JULY, "-o", out)
        assert (said.code, "请在 WPS 或 Word 里插入空行" in said.err) == (5, True)
    heads = row(cell("服务次数"), cell("服务人次"))
    assert office("fill", written(tmp_path / "空表.docx", table(heads)), *JULY, "-o", out).code == 5
    assert out.read_bytes() == b"old"


def test_what_was_said_of_a_heading_holds_for_sheet_and_document(office: Sbd, tmp_path: Path) -> None:
    heads = row(cell("社区"), cell("服务次数"), cell("惠及群众"))
    blank = written(tmp_path / "空表.docx", table(heads, row(cell("塔沟社区"), EMPTY, EMPTY)))
    for words in (("--map", "served=惠及群众"), ()):
        assert office("fill", blank, *JULY, *words, "-o", tmp_path / "填好.docx").code == 0
        assert re.findall(r"preserve\">(\d+)<", xml(tmp_path / "填好.docx")) == ["1", "30"]
    moved = row(cell("社区"), cell("惠及群众"), cell("服务次数"))
    blank = written(tmp_path / "新表.docx", table(moved, row(cell("塔沟社区"), EMPTY, EMPTY)))
    assert office("fill", blank, *JULY, "-o", tmp_path / "新.docx").code == 5


class TestWhatIsNoForm:
    """Documents that are told, and never half written."""

    LINES = table(HEADS, row(cell("塔沟社区"), EMPTY, EMPTY))

    @pytest.fixture
    def refused(self, office: Sbd, tmp_path: Path) -> Any:
        def fill(path: Path, code: int, said: str, name: str = "填好.docx") -> None:
            out = tmp_path / name
            out.write_bytes(b"old")
            told = office("fill", path, *JULY, "-o", out)
            assert (told.code, said in told.err, out.read_bytes()) == (code, True, b"old"), told.err

        return fill

    def test_one_that_is_protected(self, refused: Any, tmp_path: Path) -> None:
        guard = '<w:zoom →<w:documentProtection w:edit="readOnly" w:enforcement="1"/><w:zoom '
        refused(written(tmp_path / "a.docx", self.LINES, parts={"settings.xml": guard}), 5, "停止保护")

    def test_one_without_a_table_or_a_known_header(self, refused: Any, tmp_path: Path) -> None:
        refused(written(tmp_path / "a.docx", "<w:p/>"), 6, "没有认得的表头")
        refused(written(tmp_path / "a.docx", table(row(cell("品名"), cell("单价")))), 6, "没有认得的表头")

    def test_old_ones_and_those_with_a_password(self, refused: Any, tmp_path: Path) -> None:
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
        for name, content, said in (
            ("a.doc", ole + "WordDocument".encode("utf-16-le"), "另存为 .docx"),
            ("b.doc", b"{\\rtf1 x}", "另存为 .docx"),
            ("c.docx", ole + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
            ("d.doc", b"<html><table><tr><td>x</td></tr></table></html>", "另存为 .docx"),
            ("e.docx", b"", "另存为 .docx"),
        ):
            (tmp_path / name).write_bytes(content)
            refused(tmp_path / name, 6, said)

    def test_templates_and_what_other_programs_write(self, refused: Any, tmp_path: Path) -> None:
        types = {"[Content_Types].xml": "document.main+xml→template.main+xml"}
        refused(written(tmp_path / "a.docx", self.LINES, parts=types), 6, "是模板")
        with zipfile.ZipFile(tmp_path / "b.odt", "w") as file:
            file.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        refused(tmp_path / "b.odt", 6, ".odt")
        with zipfile.ZipFile(tmp_path / "c.docx", "w") as file:
            file.writestr("word/x.xml", "")
        refused(tmp_path / "c.docx", 6, "已损坏")

    def test_damaged_ones(self, refused: Any, tmp_path: Path) -> None:
        whole = written(tmp_path / "a.docx", self.LINES).read_bytes()
        (tmp_path / "b.docx").write_bytes(whole[: len(whole) // 2])
        refused(tmp_path / "b.docx", 6, "已损坏")
        for body in ("<w:tbl><w:tr>", "<!DOCTYPE x>", "<w:p>" * 300 + "</w:p>" * 300):
            refused(written(tmp_path / "c.docx", body), 6, "已损坏")
        wide = table(row(*[cell("社区", properties='<w:gridSpan w:val="60"/>')] * 6))
        refused(written(tmp_path / "d.docx", wide), 6, "没有认得的表头")

    def test_one_that_is_to_be_called_something_else(self, refused: Any, tmp_path: Path) -> None:
        blank = written(tmp_path / "a.docx", self.LINES)
        refused(blank, 2, "以 .docx 结尾", "填好.xlsx")
        refused(blank, 2, "没有宏", "填好.docm")
        refused(blank, 2, "只能是", "填好.pdf")


def test_documents_of_other_makers_are_read_by_what_their_names_mean(office: Sbd, tmp_path: Path) -> None:
    """Strict OOXML with other prefixes, a byte order mark, a main part of another name."""
    body = table(HEADS, row(cell("塔沟社区"), EMPTY, EMPTY)).replace("w:", "z:")
    uri = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    kind = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"
    blank = tmp_path / "空表.docx"
    with zipfile.ZipFile(blank, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        relation = f"<Relationship Id='a' Type='{kind}' Target='/word/d2.xml'/>"
        file.writestr("_rels/.rels", f"<Relationships>{relation}</Relationships>")
        main = f"\ufeff<?xml version='1.0'?><!-- 表 --><z:document xmlns:z='{uri}'><z:body>{body}</z:body></z:document>"
        file.writestr("word/d2.xml", main)
    said = office("fill", blank, *JULY, "-o", tmp_path / "填好.docx")
    assert said.code == 0, said.err
    with zipfile.ZipFile(tmp_path / "填好.docx") as file:
        now = file.read("word/d2.xml").decode()
    run = '<z:p><z:r><z:t xml:space="preserve">{}</z:t></z:r></z:p>'.format
    assert now == main.replace("<z:p/>", run(1), 1).replace("<z:p/>", run(30), 1)


def test_what_is_hidden_or_struck_out_beside_does_not_hide_the_figures(office: Sbd, tmp_path: Path) -> None:
    mark = "<w:pPr><w:rPr><w:vanish/><w:b/></w:rPr></w:pPr>"
    line = row(cell("塔沟社区"), f"<w:tc><w:p>{mark}</w:p></w:tc>", EMPTY)
    blank = written(tmp_path / "空表.docx", table(HEADS, line))
    assert office("fill", blank, *JULY, "-o", tmp_path / "填好.docx").code == 0
    assert f"{mark}<w:r><w:rPr><w:b/></w:rPr><w:t " in xml(tmp_path / "填好.docx")


def test_empty_cells_that_were_made_small_do_not_make_the_figures_small(office: Sbd, tmp_path: Path) -> None:
    small = "<w:tc><w:p><w:pPr><w:rPr><w:sz w:val='4'/></w:rPr></w:pPr></w:p></w:tc>"
    name = "<w:tc><w:p><w:r><w:rPr><w:sz w:val='24'/></w:rPr><w:t>塔沟社区</w:t></w:r></w:p></w:tc>"
    blank = written(tmp_path / "空表.docx", table(HEADS, row(name, small, small)))
    assert office("fill", blank, *JULY, "-o", tmp_path / "填好.docx").code == 0
    assert xml(tmp_path / "填好.docx").count("<w:r><w:rPr><w:sz w:val='24'/></w:rPr><w:t ") == 2


def test_cells_merged_down_and_across_are_one_each(office: Sbd, tmp_path: Path) -> None:
    """Headings of three rows; cells of very old documents that go on beside; a row drawn in from the left."""

    def down(text: str = "") -> str:
        return cell(text, properties='<w:vMerge w:val="restart"/>' if text else "<w:vMerge/>")

    across = '<w:gridSpan w:val="2"/>'
    old = cell("志愿服务", properties='<w:hMerge w:val="restart"/>') + cell(
        "", properties='<w:hMerge w:val="continue"/>'
    )
    rows = [
        row(down("社区"), cell("本月", properties=across), cell("累计", properties=across)),
        row(down(), old, cell("志愿服务", properties=across)),
        row(down(), cell("次数"), cell("人次"), cell("次数"), cell("人次")),
        row(cell("塔沟社区"), EMPTY, EMPTY, EMPTY, EMPTY),
        row(EMPTY * 3, properties='<w:gridBefore w:val="2"/>'),
    ]
    blank = written(tmp_path / "空表.docx", table(*rows, widths=[2000] * 5))
    said = office("fill", blank, *JULY, "-o", tmp_path / "填好.docx")
    assert said.code == 0, said.err
    assert re.findall(r"preserve\">(\d+)<", xml(tmp_path / "填好.docx")) == ["1", "30", "2", "38"]
