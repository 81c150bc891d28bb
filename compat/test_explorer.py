"""The explorer at `/docs` in Chromium, as a developer uses it: get a token from an
access key, find a call, make it, read the answer. Nothing comes from elsewhere,
and the browser knows of no breach of the page's own policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from conftest import Server
from judged import SCREENSHOTS
from rollcall_server import Rollcall
from webdriver import WebDriver

TAG = "#operations-tag-Sessions"
CALL = "#operations-Sessions-checkSessionStatus"


@pytest.fixture
def chromium(tmp_path: Path) -> Iterator[WebDriver]:
    made = WebDriver(tmp_path)
    yield made
    made.stop()


def look(chromium: WebDriver, name: str, selector: str) -> None:
    """Takes the pictures that are looked at, on a desk and on a phone, where nothing scrolls sideways."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for width, height in ((1280, 900), (390, 844)):
        chromium.show(width, height)
        chromium.script(f"document.querySelector({selector!r}).scrollIntoView()")
        chromium.screenshot(SCREENSHOTS / f"explorer-{name}-{width}.png", width, height)
        at = chromium.script("const at = document.documentElement; return [at.scrollWidth, at.clientWidth]")
        assert at[0] <= at[1], f"{name} is {at[0]} pixels wide of {at[1]}"


def test_a_developer_gets_a_token_and_makes_a_call(server: Server, chromium: WebDriver) -> None:
    root = server.keys.root
    chromium.show(1280, 900)
    chromium.open(f"{server.url}/docs")
    chromium.wait_for(TAG)
    # A wrong secret is told of in the server's own words.
    chromium.fill("#access-key-id", root.id)
    chromium.fill("#access-key-secret", "wrong")
    chromium.click("#key button")
    chromium.wait_for_text("No token")
    chromium.fill("#access-key-secret", root.secret)
    chromium.click("#key button")
    chromium.wait_for_text("Calls are made with this key for the next 120 minutes")
    # The secret does not stay in the page.
    assert chromium.script("return document.getElementById('access-key-secret').value") == ""
    chromium.click(TAG)
    chromium.wait_for(CALL)
    chromium.click(f"{CALL} .opblock-summary-control")
    chromium.wait_for(f"{CALL} .try-out__btn")
    chromium.click(f"{CALL} .try-out__btn")
    chromium.wait_for(f"{CALL} textarea.body-param__text")
    chromium.fill(f"{CALL} textarea.body-param__text", '{"appId":"0123456789abcdef01234567","userId":"nobody"}')
    chromium.click(f"{CALL} .execute")
    chromium.wait_for(f"{CALL} .live-responses-table .response")
    answer = chromium.text(f"{CALL} .live-responses-table")
    # Authenticated and allowed; there is no such application.
    assert '"statusCode": 404' in answer and '"apiCode": 2011' in answer, answer
    look(chromium, "answer", f"{CALL} .live-responses-table")
    look(chromium, "key", "#key")
    # The refused token is no HTTP failure: V3 answers 200.
    assert chromium.console() == []
    fetched = chromium.script("return performance.getEntriesByType('resource').map((each) => each.name)")
    assert fetched and all(each.startswith((f"{server.url}/", "data:")) for each in fetched), fetched


def test_no_script_and_no_style_is_from_elsewhere(server: Server) -> None:
    page = requests.get(f"{server.url}/docs", timeout=60)
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy and "http" not in policy and "nonce" not in policy
    for kind in ("javascript", "css"):
        assert not re.search(rf"<(script|style)[^>]*>[^<]*{kind}", page.text)


def test_it_can_be_switched_off_and_the_document_stays(binary: Path, tmp_path: Path) -> None:
    rollcall = Rollcall(binary, tmp_path)
    try:
        rollcall.init()
        rollcall.serve("--explorer=false")
        for path in ("/docs", "/docs/explorer.js", "/docs/swagger-ui.css"):
            answer = requests.get(rollcall.url + path, timeout=60)
            assert (answer.status_code, answer.json()["statusCode"]) == (404, 404), path
        assert requests.get(f"{rollcall.url}/openapi.json", timeout=60).json()["openapi"] == "3.1.0"
    finally:
        rollcall.stop()
