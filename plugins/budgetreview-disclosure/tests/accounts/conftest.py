"""A final account in the nine national forms, made up so that everything agrees, printed to PDF when a test runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import attrs
import pytest

Rows = list[list[str]]
CLASSES = re.split(
    r"\s+",
    """一般公共服务支出 外交支出 国防支出 公共安全支出 教育支出 科学技术支出
文化旅游体育与传媒支出 社会保障和就业支出 卫生健康支出 节能环保支出 城乡社区支出 农林水支出 交通运输支出
资源勘探工业信息等支出 商业服务业等支出 金融支出 援助其他地区支出 自然资源海洋气象等支出 住房保障支出""",
)
NUMBERS = [*"一二三四五六七八九十", *(f"十{n}" for n in "一二三四五六七八九")]
ITEMS = (
    ("208", "社会保障和就业支出", 12050, 12050), ("20805", "行政事业单位养老支出", 12050, 12050),
    ("2080505", "机关事业单位基本养老保险缴费支出", 12050, 12050), ("210", "卫生健康支出", 6025, 6025),
    ("21011", "行政事业单位医疗", 6025, 6025), ("2101101", "行政单位医疗", 4000, 4000),
    ("2101102", "事业单位医疗", 2025, 2025), ("212", "城乡社区支出", 5000, 0),
    ("21208", "国有土地使用权出让收入安排的支出", 5000, 0),
    ("2120899", "其他国有土地使用权出让收入安排的支出", 5000, 0),
    ("213", "农林水支出", 150000, 70000), ("21303", "水利", 150000, 70000), ("2130301", "行政运行", 70000, 70000),
    ("2130311", "水资源节约管理与保护", 80000, 0), ("221", "住房保障支出", 9075, 9075),
    ("22102", "住房改革支出", 9075, 9075), ("2210201", "住房公积金", 9075, 9075),
)  # fmt: skip
"""Code, name, whole and basic expenditure in hundredths of 万元; 社保 to 住房 with 城乡社区 make 182,150."""


def n(hundredths: int) -> str:
    """An amount as printed; zero is left blank."""
    return f"{hundredths / 100:,.2f}" if hundredths else ""


def balance() -> Rows:
    income = [("一、一般公共预算财政拨款收入", 170000), ("二、政府性基金预算财政拨款收入", 5000),
              ("三、国有资本经营预算财政拨款收入", 0),
              ("四、上级补助收入", 0), ("五、事业收入", 3000), ("六、经营收入", 0),
              ("七、附属单位上缴收入", 0), ("八、其他收入", 1150)]  # fmt: skip
    spent = {name: whole for code, name, whole, _ in ITEMS if len(code) == len("208")}
    rows = [
        ["收入", "<", "<", "支出", "<", "<"],
        ["项目", "行次", "决算数", "项目", "行次", "决算数"],
    ]
    for i, name in enumerate(CLASSES):
        label, amount = income[i] if i < len(income) else ("", 0)
        rows.append(
            [
                label,
                str(i + 1),
                n(amount),
                f"{NUMBERS[i]}、{name}",
                str(32 + i),
                n(spent.get(name, 0)),
            ]
        )
    return [
        *rows,
        ["本年收入合计", "27", n(179150), "本年支出合计", "58", n(182150)],
        ["使用非财政拨款结余", "28", n(500), "结余分配", "59", ""],
        ["年初结转和结余", "29", n(8000), "年末结转和结余", "60", n(5500)],
        ["总计", "31", n(187650), "总计", "62", n(187650)],
    ]


def revenue() -> Rows:
    rows = [
        [
            "项目",
            "<",
            "本年收入合计",
            "财政拨款收入",
            "上级补助收入",
            "事业收入",
            "经营收入",
            "附属单位上缴收入",
            "其他收入",
        ],
        ["功能分类科目编码", "科目名称", "^", "^", "^", "^", "^", "^", "^"],
        ["合计", "<", n(179150), n(175000), "", n(3000), "", "", n(1150)],
    ]
    for code, name, whole, _ in ITEMS:
        less = 3000 if code in {"213", "21303", "2130311"} else 0
        own = 4150 if less else 0
        rows.append(
            [
                code,
                name,
                n(whole - less),
                n(whole - less - own),
                "",
                n(3000 if own else 0),
                "",
                "",
                n(1150 if own else 0),
            ]
        )
    return rows


def expenditure() -> Rows:
    rows = [
        [
            "项目",
            "<",
            "本年支出合计",
            "基本支出",
            "项目支出",
            "上缴上级支出",
            "经营支出",
            "对附属单位补助支出",
        ],
        ["功能分类科目编码", "科目名称", "^", "^", "^", "^", "^", "^"],
        ["合计", "<", n(182150), n(97150), n(85000), "", "", ""],
    ]
    return rows + [
        [code, name, n(whole), n(basic), n(whole - basic), "", "", ""]
        for code, name, whole, basic in ITEMS
    ]


def grants() -> Rows:
    general = {
        "社会保障和就业支出": 12050,
        "卫生健康支出": 6025,
        "农林水支出": 145500,
        "住房保障支出": 9075,
    }
    income = [
        "一、一般公共预算财政拨款",
        "二、政府性基金预算财政拨款",
        "三、国有资本经营预算财政拨款",
    ]
    rows = [
        ["收入", "<", "<", "支出", "<", "<", "<", "<", "<"],
        [
            "项目",
            "行次",
            "金额",
            "项目",
            "行次",
            "合计",
            "一般公共预算财政拨款",
            "政府性基金预算财政拨款",
            "国有资本经营预算财政拨款",
        ],
    ]
    for i, name in enumerate(CLASSES):
        g, f = general.get(name, 0), 5000 if name == "城乡社区支出" else 0
        left = (
            [income[i], str(i + 1), n((170000, 5000, 0)[i])]
            if i < len(income)
            else ["", str(i + 1), ""]
        )
        rows.append([*left, f"{NUMBERS[i]}、{name}", str(33 + i), n(g + f), n(g), n(f), ""])
    return [
        *rows,
        [
            "本年收入合计",
            "27",
            n(175000),
            "本年支出合计",
            "59",
            n(177650),
            n(172650),
            n(5000),
            "",
        ],
        [
            "年初财政拨款结转和结余",
            "28",
            n(6000),
            "年末财政拨款结转和结余",
            "60",
            n(3350),
            n(3350),
            "",
            "",
        ],
        ["一般公共预算财政拨款", "29", n(6000), "", "61", "", "", "", ""],
        ["政府性基金预算财政拨款", "30", "", "", "62", "", "", "", ""],
        ["总计", "32", n(181000), "总计", "64", n(181000), n(176000), n(5000), ""],
    ]


def general() -> Rows:
    rows = [["项目", "<", "本年支出", "<", "<"], ["功能分类科目编码", "科目名称", "小计", "基本支出", "项目支出"],
            ["合计", "<", n(172650), n(97150), n(75500)]]  # fmt: skip
    for code, name, whole, basic in ITEMS:
        if not code.startswith("212"):
            less = 4500 if code in {"213", "21303", "2130311"} else 0
            rows.append([code, name, n(whole - less), n(basic), n(whole - less - basic)])
    return rows


def basic() -> Rows:
    staff = [("301", "工资福利支出", 80000), ("30101", "基本工资", 30000),
    ("30102", "津贴补贴", 25000), ("30103", "奖金", 5925),
             ("30113", "住房公积金", 9075), ("30199", "其他工资福利支出", 10000), ("303", "对个人和家庭的补助", 2050),
             ("30302", "退休费", 2050)]  # fmt: skip
    goods = [("302", "商品和服务支出", 14500),
    ("30201", "办公费", 5000), ("30211", "差旅费", 6000), ("30217", "公务接待费", 500),
             ("30231", "公务用车运行维护费", 3000)]  # fmt: skip
    capital = [("310", "资本性支出", 600), ("31002", "办公设备购置", 600)]
    rows = [
        ["人员经费", "<", "<", "公用经费", "<", "<", "<", "<", "<"],
        ["科目编码", "科目名称", "决算数"] * 3,
    ]
    for i in range(len(staff)):
        row: list[str] = []
        for panel in (staff, goods, capital):
            row += (
                [panel[i][0], panel[i][1], n(panel[i][2])] if i < len(panel) else ["", "", ""]
            )
        rows.append(row)
    return [
        *rows,
        ["人员经费合计", "<", n(82050), "公用经费合计", "<", "<", "<", "<", n(15100)],
    ]


def official() -> Rows:
    half = ["合计", "因公出国（境）费", "公务用车购置及运行维护费", "<", "<", "公务接待费"]
    parts = ["^", "^", "小计", "公务用车购置费", "公务用车运行维护费", "^"]
    figures = [n(x) for x in (6000, 1000, 4000, 0, 4000, 1000, 4300, 0, 3500, 0, 3500, 800)]
    return [
        ["预算数", "<", "<", "<", "<", "<", "决算数", "<", "<", "<", "<", "<"],
        half * 2,
        parts * 2,
        figures,
    ]


def fund() -> Rows:
    rows = [["项目", "<", "年初结转和结余", "本年收入", "本年支出", "<", "<", "年末结转和结余"],
            ["功能分类科目编码", "科目名称", "^", "^", "小计", "基本支出", "项目支出", "^"],
            ["合计", "<", "", n(5000), n(5000), "", n(5000), ""]]  # fmt: skip
    own = [(code, name) for code, name, *_ in ITEMS if code.startswith("212")]
    return rows + [[code, name, "", n(5000), n(5000), "", n(5000), ""] for code, name in own]


def capital() -> Rows:
    return [["项目", "<", "本年支出", "<", "<"], ["功能分类科目编码", "科目名称", "合计", "基本支出", "项目支出"],
            ["合计", "<", "", "", ""]]  # fmt: skip


FORMS: Mapping[str, tuple[str, Callable[[], Rows], Sequence[int]]] = {
    "balance": ("收入支出决算总表", balance, (150, 30, 70, 150, 30, 70)),
    "revenue": ("收入决算表", revenue, (60, 130, 50, 50, 45, 45, 40, 45, 40)),
    "expenditure": ("支出决算表", expenditure, (60, 140, 60, 60, 60, 50, 40, 40)),
    "grants": ("财政拨款收入支出决算总表", grants, (110, 25, 55, 110, 25, 50, 50, 50, 45)),
    "general": ("一般公共预算财政拨款支出决算表", general, (80, 180, 80, 80, 80)),
    "basic": (
        "一般公共预算财政拨款基本支出决算表",
        basic,
        (40, 90, 45, 40, 90, 45, 40, 80, 45),
    ),
    "official": ("一般公共预算财政拨款“三公”经费支出决算表", official, (41,) * 12),
    "fund": ("政府性基金预算财政拨款收入支出决算表", fund, (60, 150, 50, 50, 50, 50, 50, 50)),
    "capital": ("国有资本经营预算财政拨款支出决算表", capital, (80, 180, 80, 80, 80)),
}


@attrs.frozen
class Paper:
    """The final account, with changes.

    Attributes:
        path: Where it is printed.
        changes: Form to the amounts printed wrong: row's code or label (its beginning), what is printed, what instead.
        without: Forms left out.
        titles: Form to another title.
        units: Form to another unit.
        sentence: What its narrative says of the totals.
    """

    path: Path
    changes: Mapping[str, tuple[str, str, str]] = attrs.field(factory=dict)
    without: tuple[str, ...] = ()
    titles: Mapping[str, str] = attrs.field(factory=dict)
    units: Mapping[str, str] = attrs.field(factory=dict)
    sentence: str = "2023年度收入总计1,876.50万元，支出总计1,876.50万元。"

    def rows(self, form: str) -> Rows:
        """The form's rows with its change made once."""
        rows = FORMS[form][1]()
        if form in self.changes:
            start, printed, instead = self.changes[form]
            row = next(r for r in rows if any(c.startswith(start) for c in r) and printed in r)
            row[row.index(printed)] = instead
        return rows

    def print(self) -> Path:
        """Print it."""
        from reportlab.lib import colors
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.cidfonts import UnicodeCIDFont
        from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

        pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

        def said(text: str, size: int = 8, align: int = 0) -> object:
            style = ParagraphStyle(
                "s",
                fontName="STSong-Light",
                fontSize=size,
                leading=size * 1.25,
                alignment=align,
                wordWrap="CJK",
            )
            return Paragraph(text, style)

        flow: list[object] = [
            Spacer(1, 200),
            said("某市水利局2023年度部门决算", 22, 1),
            PageBreak(),
        ]
        flow += [
            said("第一部分 部门概况", 14),
            said("一、主要职责：负责全市水资源管理和防汛抗旱工作。", 10),
            PageBreak(),
        ]
        for form, (title, _, widths) in FORMS.items():
            if form in self.without:
                continue
            flow += [said(self.titles.get(form, title), 15, 1), Spacer(1, 10)]
            unit = self.units.get(form, "万元")
            flow.append(
                Table(
                    [[said("部门：某市水利局", 9), said(f"单位：{unit}", 9, 2)]],
                    colWidths=[260, 260],
                )
            )
            flow.append(self._grid(self.rows(form), widths, said, Table, colors.black))
            if form == "capital":
                flow.append(said("说明：本部门没有国有资本经营预算财政拨款支出，本表为空。", 9))
            flow.append(PageBreak())
        flow += [
            said("第三部分 2023年度部门决算情况说明", 14),
            said("一、收入支出决算总体情况说明", 12),
            said(self.sentence, 10),
        ]
        SimpleDocTemplate(
            str(self.path), pagesize=(595, 842), leftMargin=35, rightMargin=35, invariant=True
        ).build(flow)
        return self.path

    @staticmethod
    def _grid(
        rows: Rows,
        widths: Sequence[int],
        said: Callable[..., object],
        table: Callable[..., object],
        black: object,
    ) -> object:
        style: list[tuple[object, ...]] = [
            ("GRID", (0, 0), (-1, -1), 0.5, black),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ]
        style += [
            (f"{side}PADDING", (0, 0), (-1, -1), 2)
            for side in ("LEFT", "RIGHT", "TOP", "BOTTOM")
        ]
        printed: list[list[object]] = []
        for i, row in enumerate(rows):
            out: list[object] = []
            for j, text in enumerate(row):
                if text in {"<", "^"}:
                    out.append("")
                    continue
                across = next(
                    (k for k in range(1, len(row) - j) if row[j + k] != "<"), len(row) - j
                )
                down = next(
                    (k for k in range(1, len(rows) - i) if rows[i + k][j] != "^"), len(rows) - i
                )
                if across > 1 or down > 1:
                    style.append(("SPAN", (j, i), (j + across - 1, i + down - 1)))
                out.append(said(text, 8, 2 if re.fullmatch(r"-?[\d,]+\.\d\d", text) else 0))
            printed.append(out)
        whole = sum(widths)
        return table(printed, colWidths=[w * 525 / whole for w in widths], style=style)


@pytest.fixture
def paper(tmp_path: Path) -> Callable[..., Path]:
    """Prints the final account with changes."""
    pytest.importorskip("reportlab", reason="the forms are printed with reportlab")

    def print_(**changes: object) -> Path:
        return Paper(tmp_path / "2023年度部门决算.pdf", **changes).print()  # type: ignore[arg-type]

    return print_
