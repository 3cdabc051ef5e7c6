"""Build the documentation site, once in each language: ``python docs/build_site.py [OUT]`` (needs ``.[docs]``).

Strict: a broken link, picture or anchor, or a page in no table of contents fails the build.
Pages are those of ``docs/zh`` or ``docs/en``; a page that still speaks both languages at once stands in ``docs/<kind>``
and is in both sites until it is split. The readmes of the packages, the changes and CONTRIBUTING are pages too.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

DOCS: Final = Path(__file__).resolve().parent
ROOT: Final = DOCS.parent
KINDS: Final = ("tutorials", "how-to", "reference", "explanation")
LANGUAGES: Final = ("zh", "en")
SOURCES: Final = (".md", ".ipynb")
_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^()\s#]*)(#[^()\s]*)?\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.DOTALL | re.MULTILINE)


def pages(lang: str) -> dict[Path, str]:
    """Every page of one language's site: where it is written, and its name in the site."""
    found = {p: p.relative_to(DOCS / lang).as_posix() for p in sorted((DOCS / lang).rglob("*")) if p.suffix in SOURCES}
    taken = set(found.values())
    for kind in KINDS:
        for path in sorted((DOCS / kind).glob("*.md")):
            name = f"{kind}/{path.name}"
            if name not in taken:
                found[path] = name
    for readme in sorted((ROOT / "plugins").glob("*/README.md")):
        found[readme] = f"packages/{readme.parent.name}.md"
    for path in sorted((ROOT / "plugins").glob("*/docs/*.md")):
        found[path] = f"packages/{path.parents[1].name}-{path.name}"
    return found | {ROOT / "CONTRIBUTING.md": "project/contributing.md", ROOT / "CHANGELOG.md": "project/changes.md"}


def moved(text: str, source: Path, name: str, names: dict[Path, str], lang: str) -> str:
    """A page's text with its links as they must be in the site.

    A link to a page that was split goes to this language's half. Files that are in the repository but not in the site,
    such as modules, are named and not linked. A link to nothing stays, and fails the build.
    """
    here = Path(name).parent

    def place(match: re.Match[str]) -> str:
        bang, label, target, anchor = match[1], match[2], match[3], match[4] or ""
        if not target or ":" in target:
            return match[0]
        path = (source.parent / target).resolve()
        if bang:
            return f"![{label}]({path.as_posix()})" if path.is_file() else match[0]
        split = path.relative_to(DOCS).parts if path.is_relative_to(DOCS) else ()
        if split and split[0] in LANGUAGES:
            path = DOCS / lang / Path(*split[1:])
        if path in names:
            return f"[{label}]({Path(os.path.relpath(names[path], here)).as_posix()}{anchor})"
        return label if path.exists() else match[0]

    out, end = [], 0
    for fence in _FENCE.finditer(text):
        out += [_LINK.sub(place, text[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*out, _LINK.sub(place, text[end:])])


def assemble(lang: str, folder: Path) -> None:
    """Lay the pages of one language out as Sphinx wants them."""
    names = pages(lang)
    for source, name in names.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(moved(source.read_text(encoding="utf-8"), source, name, names, lang), encoding="utf-8")
        # Pictures are found from the folder of sources, so they are laid down beside the pages.
    for name in names.values():
        page = folder / name
        text = page.read_text(encoding="utf-8")
        for match in _LINK.finditer(text):
            if match[1] and Path(match[3]).is_absolute():
                picture = folder / "pictures" / Path(match[3]).name
                picture.parent.mkdir(exist_ok=True)
                shutil.copy(match[3], picture)
                text = text.replace(match[3], Path(os.path.relpath(picture, page.parent)).as_posix())
        page.write_text(text, encoding="utf-8")


def build(lang: str, out: Path) -> int:
    """Build one language strictly; the exit status is Sphinx's own."""
    with tempfile.TemporaryDirectory() as folder:
        sources = Path(folder) / lang
        sources.mkdir()
        assemble(lang, sources)
        settings = os.environ | {"BUDGETREVIEW_DOCS": str(DOCS), "BUDGETREVIEW_DOCS_LANG": lang, "PYTHONHASHSEED": "0"}
        strict = ["-W", "--keep-going", "-q", "-E", "-b", "html"]
        command = [sys.executable, "-m", "sphinx", *strict, "-d", str(Path(folder) / "kept"), "-c", str(DOCS)]
        return subprocess.run([*command, str(sources), str(out / lang)], env=settings, check=False).returncode  # noqa: S603 - our own words


def main() -> None:
    """Build both languages; fail where one fails."""
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site"
    status = [build(lang, out) for lang in LANGUAGES]
    # The notebook's pictures on their way into each site, left by myst-nb beside them.
    shutil.rmtree(out / "jupyter_execute", ignore_errors=True)
    (out / "index.html").write_text(
        '<!doctype html><html lang="zh"><meta charset="utf-8"><title>budgetreview</title>'
        '<meta http-equiv="refresh" content="0; url=zh/index.html">'
        '<p><a href="zh/index.html">中文</a> · <a href="en/index.html">English</a></p></html>\n',
        encoding="utf-8",
    )
    sys.exit(max(status))


if __name__ == "__main__":
    main()
