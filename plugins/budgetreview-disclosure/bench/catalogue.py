"""Writes docs/catalogue.md from rules.toml: run it after a change to the rules."""

from __future__ import annotations

import tomllib
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
SEVERITY = {"red": "红 red", "orange": "橙 orange", "yellow": "黄 yellow", "blue": "蓝 blue"}
STATUS = {
    "policy": "政策 policy",
    "arithmetic": "算术 arithmetic",
    "heuristic": "经验 heuristic",
}


def page() -> str:
    """The catalogue."""
    entries = tomllib.loads(
        (HERE / "src" / "budgetreview_disclosure" / "rules.toml").read_text(encoding="utf-8")
    )
    laws = entries.pop("laws")
    out = [
        "<!-- 由 bench/catalogue.py 生成，请勿手改 / made by bench/catalogue.py, not by hand -->\n\n",
        f"# 核对目录：{len(entries)} 项 / Catalogue: {len(entries)} checks\n\n",
        "算术核对只依据印在文件上的数；“政策”一类的依据未再核对原文（K）。没有一项称作法定。\n",
        "Arithmetic rests on the figures printed alone; what is called policy is general knowledge (K). ",
        "Nothing here is called statutory.\n\n",
        "| 编号 | 核对 | check | 严重程度 | 性质 | 依据 |\n|---|---|---|---|---|---|\n",
    ]
    for code, e in entries.items():
        named = [laws[a["law"]] for a in e.get("authority", ())]
        cited = "、".join(f"《{n['document']}》（{n['mark']}）" for n in named) or "—"
        words = f"{e['title']['zh']} / {e['title']['en']}"
        kind = f"{SEVERITY[e['severity']]} | {STATUS[e['status']]}"
        out.append(f"| {code} | {words} | `{e['name']}` | {kind} | {cited} |\n")
    for code, e in entries.items():
        out.append(
            f"\n## {code} {e['title']['zh']}\n\n{e['flags']['zh']}\n\n不在此列：{e['fine']['zh']}\n\n"
        )
        out.append(f"{e['flags']['en']} Fine: {e['fine']['en']}\n")
    return "".join(out)


if __name__ == "__main__":
    (HERE / "docs" / "catalogue.md").write_text(page(), encoding="utf-8")
