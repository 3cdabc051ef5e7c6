"""The checks: what must hold of every rule package, and what to do where it does not."""

from __future__ import annotations

from typing import Final

import attrs

from budgetreview.errors import Text


@attrs.frozen
class Check:
    """One promise.

    Attributes:
        code: A stable word for programs.
        title: What must hold.
        remedy: What to do where it does not.
    """

    code: str
    title: Text
    remedy: Text


def _check(code: str, zh: str, en: str, do_zh: str, do_en: str) -> Check:
    return Check(code, Text(zh, en), Text(do_zh, do_en))


CHECKS: Final = (
    # what it says of itself
    _check(
        "about-missing",
        "规则包说明自己属于哪一级、哪个地方",
        "the package says for which layer and place it speaks",
        "增加挂钩 budgetreview_about，返回 br.About",
        "add the hook budgetreview_about, which returns br.About",
    ),
    _check(
        "engine-open",
        "写明适用的程序版本范围",
        "it names the range of engines that it fits",
        '在 About 中写 engine，例如 ">=0.1,<0.2"',
        'give About an engine such as ">=0.1,<0.2"',
    ),
    # words
    _check("chinese-missing", "每段文字都有中文", "every text has its Chinese", "补上中文文字", "write the Chinese"),
    _check(
        "english-missing",
        "每段文字都有英文，英文中没有汉字",
        "every text has its English, without Chinese characters",
        "补上英文文字",
        "write the English",
    ),
    _check(
        "page-incomplete",
        "规则页四部分齐全（查什么、为什么、何时正当、不能判断什么）",
        "the page has its four parts: flags, why, fine, cannot",
        "补齐缺少的部分",
        "write the missing parts",
    ),
    _check(
        "places-differ",
        "中英文消息用同样的数字",
        "both languages of a message use the same figures",
        "使两种语言的 {…} 一致",
        "use the same {…} in both languages",
    ),
    _check(
        "not-a-question",
        "每项发现以提问结尾",
        "every finding is put as a question",
        "把 question 写成问句",
        "write the question as a question",
    ),
    _check(
        "guilt-word",
        "标题、消息和提问不用定性的词",
        "titles, messages and questions hold no word of guilt",
        "只写事实和提问，不作定性",
        "state the fact and ask; accuse nobody",
    ),
    # law
    _check(
        "authority-missing",
        "规则和数值都有依据（算术和经验规则除外）",
        "rules and values name their authority, unless arithmetic or experience",
        "写明 authority；没有依据的标为 heuristic",
        "name the authority, or call it heuristic",
    ),
    _check(
        "statutory-unread",
        "只有查阅过原文的条文才称为法定",
        "only an article that was read is called statutory",
        "查阅原文后标 S 并写条号，否则改为 policy 或 local",
        "read the text, mark it S and name the article, or call it policy or local",
    ),
    _check(
        "placeholder-left",
        "默认运行的规则不留“待填”",
        "a rule that runs by default holds no 待填",
        "填好文件名称和数字再启用，或保留 default = false",
        "fill in document and figures before it runs, or keep default = false",
    ),
    # proof
    _check(
        "cases-missing",
        "每条规则都有应报和不应报的案例",
        "every rule has a case that must and one that must not fire",
        "在 tests/cases/规则编号.toml 写案例，并随包发布（见 county-package.md）",
        "write tests/cases/CODE.toml and ship it with the package (see county-package.md)",
    ),
    _check("case-fails", "案例全部成立", "every case holds", "对照表格修正规则或案例", "mend the rule or the case"),
    _check(
        "formula-false",
        "每项发现的公式由自身数值算出为真",
        "the formula of every finding comes out true from its values",
        "使 formula 与判断一致，用到的数都放进 values",
        "make the formula say what the function does; show all it uses in values",
    ),
    # behaviour
    _check(
        "fails-on-empty", "没有数据时不出错", "no data at all is no error", "不要假定至少有一行", "do not assume a row"
    ),
    _check(
        "fails-on-one-line",
        "每表一行时不出错",
        "one row a table is no error",
        "不要假定有多行",
        "do not assume several rows",
    ),
    _check(
        "fails-on-large",
        "金额达十万亿元也不出错",
        "amounts of 10^15 分 are no error",
        "金额运算用 Exact 的方法，不经浮点或 int32",
        "compute money with Exact, not through floats or int32",
    ),
    _check(
        "fails-on-data",
        "随机数据上不出错",
        "no error on data made at random",
        "未知值交给三值逻辑处理，不要假定有值",
        "leave unknowns to three-valued logic",
    ),
    _check(
        "not-deterministic",
        "同样输入给出同样字节",
        "the same input gives the same bytes",
        "不用随机数、时钟、集合的次序",
        "use no chance, no clock, no order of a set",
    ),
    _check("input-changed", "不改动输入", "the input stays untouched", "先复制再修改", "copy before you change"),
    _check(
        "order-matters",
        "行序无关",
        "the order of rows means nothing",
        "不要用行号和前后行",
        "do not look at positions or neighbours",
    ),
    _check(
        "unit-matters",
        "元和万元得出同样结论",
        "元 and 万元 give the same findings",
        "金额一律从 Table.money 取，不自行换算",
        "take money from Table.money; never convert it yourself",
    ),
    _check(
        "blank-clears",
        "抹去单元格不会把标出或无法判断变成未见问题",
        "blanking a cell never clears a flagged or grey unit",
        "空白是未知，不是零也不是否：用 Exact、Truth 运算，不取 .values",
        "a blank is unknown, not zero or no: use Exact and Truth, not .values",
    ),
    _check(
        "too-slow",
        "单条规则不慢于全部核心规则之和",
        "one rule takes no longer than all core rules together",
        "按列计算，不逐行循环",
        "compute by columns, not row by row",
    ),
    # manners
    _check(
        "private-import",
        "只用公开名称",
        "it imports public names only",
        "只用 import budgetreview as br 里的名称；测试用 budgetreview.testing",
        "use what import budgetreview as br offers; in tests budgetreview.testing",
    ),
    _check(
        "writes-file",
        "不写文件",
        "it writes no file",
        "规则只返回判断，不写文件",
        "a rule returns its answer and writes nothing",
    ),
    _check("uses-network", "不联网", "it opens no connection", "把所需数据放进规则包", "put the data into the package"),
    _check("starts-program", "不启动别的程序", "it starts no program", "去掉对外部程序的调用", "call no other program"),
    _check("reads-clock", "不看时钟", "it reads no clock", "用 context.as_of", "use context.as_of"),
    _check(
        "reads-environment",
        "不读环境变量",
        "it reads no environment variable",
        "改为参数（parameters）",
        "make it a parameter",
    ),
    _check("prints", "不打印", "it prints nothing", "去掉 print", "take print away"),
    _check(
        "patches-program",
        "不改动核心程序",
        "it leaves the program as it is",
        "用挂钩和 Override，不替换核心的函数",
        "use hooks and Override, do not replace functions of the core",
    ),
    _check(
        "changes-elsewhere",
        "外地的审查结果不变",
        "other places' reviews stay the same",
        "给规则和修改写上 territory",
        "give rules and changes their territory",
    ),
)
"""Every check, in the order in which it is reported."""
