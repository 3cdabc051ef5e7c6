"""The page on services is true: its example runs, and what it says of errors holds."""

from __future__ import annotations

import json
import re
import threading
import urllib.error
import urllib.request
from pathlib import Path
from types import ModuleType

import pytest
from tests.docs.player import DOCS

import budgetreview as br
from budgetreview import example

PAGES = {lang: DOCS / lang / "how-to" / "service.md" for lang in ("zh", "en")}


@pytest.fixture(scope="module", params=["zh", "en"])
def service(request: pytest.FixtureRequest) -> ModuleType:
    """The example of the page as a module."""
    page = PAGES[request.param]
    (code,) = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    module = ModuleType("service")
    exec(compile(code, str(page), "exec"), module.__dict__)  # noqa: S102 - our own page
    return module


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("service") / "county.xlsx"
    example.write(path)
    return path.read_bytes()


def test_the_service_answers_over_http(service: ModuleType, workbook: bytes) -> None:
    """Two reviews at once give the same bytes; a file that is none gives its problems."""
    server = service.serve(port=0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}/review"
        answers: list[bytes] = []

        def post() -> None:
            with urllib.request.urlopen(urllib.request.Request(url, data=workbook)) as reply:
                answers.append(reply.read())

        threads = [threading.Thread(target=post) for _ in range(2)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert len(answers) == 2
        assert answers[0] == answers[1]
        report = json.loads(answers[0])
        assert (report["schema"], report["complete"]) == ("budgetreview/1", True)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(url, data=b"no workbook"))
        assert refused.value.code == 422
        assert json.loads(refused.value.read())["problems"][0]["zh"]
        refused.value.close()
    finally:
        server.shutdown()
        server.server_close()


def test_a_wrong_option_is_the_callers_fault(service: ModuleType, workbook: bytes) -> None:
    """An unknown stage is 400."""
    from datetime import date

    status, body = service.answer(workbook, stage="tomorrow", as_of=date(2026, 1, 10), unit=None)
    assert status == 400
    assert "tomorrow" in json.loads(body)["error"]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_every_error_of_the_package_is_on_the_page(page: Path) -> None:
    """The table names every exception that the package raises on purpose."""
    text = page.read_text(encoding="utf-8")
    named = [n for n in br.__all__ if n.endswith("Error")]
    assert len(named) > 5
    assert [n for n in named if f"`{n}`" not in text] == []


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("name", ["service.md", "compare.md", "what-if.md"])
def test_links_lead_somewhere(name: str, page: Path) -> None:
    """Relative links of the pages name files that are there."""
    text = (page.parent / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert (page.parent / target).exists(), target
