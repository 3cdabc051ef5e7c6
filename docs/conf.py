"""Settings of the documentation site; the language is given by ``docs/build_site.py``, which builds it twice."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_HOUSE = Path(os.environ.get("BUDGETREVIEW_DOCS", Path(__file__).parent)).resolve()
sys.path.insert(0, str(_HOUSE.parent / "src"))
sys.path.insert(0, str(_HOUSE))

from budgetreview.report import ENGINE  # noqa: E402 - the path comes first

language = "zh_CN" if os.environ.get("BUDGETREVIEW_DOCS_LANG", "zh") == "zh" else "en"
project = "budgetreview"
author = "budgetreview"
project_copyright = "budgetreview, MIT"
version = release = ENGINE
html_title = "budgetreview 预算审查监督规则库" if language == "zh_CN" else "budgetreview"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "chinese_search"]
root_doc = "index"
exclude_patterns: list[str] = []
# Plain tables and outputs have no grammar to be coloured by.
suppress_warnings = ["misc.highlighting_failure"]

# Notebooks are stored with their outputs (docs/notebooks.py), which a test compares; the site does not run them again.
nb_execution_mode = "off"
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_class_signature = "mixed"
python_use_unqualified_type_names = True

# Options such as --fail-on keep their two hyphens, and Chinese its own quotation marks.
smartquotes = False

html_theme = "furo"
html_static_path = [str(_HOUSE / "_theme")]
html_css_files = ["site.css"]
templates_path = [str(_HOUSE / "_theme")]
html_copy_source = False
html_show_sphinx = False
html_context = {"twin": "en" if language == "zh_CN" else "zh"}
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "twin.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
_FONTS = (
    "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Source Han Sans SC', sans-serif"
    if language == "zh_CN"
    else "system-ui, 'Segoe UI', 'Helvetica Neue', 'Noto Sans', 'Noto Sans CJK SC', sans-serif"
)
_THEME = {"font-stack": _FONTS, "font-stack--monospace": "ui-monospace, Consolas, 'Noto Sans Mono CJK SC', monospace"}
html_theme_options = {"light_css_variables": _THEME, "dark_css_variables": _THEME}
