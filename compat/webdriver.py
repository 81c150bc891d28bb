"""Chromium, driven by Debian's chromedriver over the W3C WebDriver protocol.

Plain HTTP calls: the protocol is small, and the packages around it bring
drivers and browsers of their own.
"""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import requests

import programs
from programs import Program

TIMEOUT_SECONDS = 120
# For a page that a key leads to. A bound, not a measure.
WAIT_MS = 20_000
TAB, ENTER = "\ue004", "\ue007"
# The key under which WebDriver names an element: W3C WebDriver, section 12.1.
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"

# None of a browser's own traffic, and no window. Root needs --no-sandbox.
ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-proxy-server",
)


class WebDriver:
    """One window of a browser with nothing in it yet; `stop` ends it."""

    def __init__(self, folder: Path, *arguments: str, language: str = "en-US") -> None:
        chromium, driver = programs.program("chromium"), programs.program("chromedriver")
        self._http = requests.Session()
        self._http.trust_env = False
        self._program = Program([driver, "--port=0"], folder / "chromedriver.log")
        started = self._program.wait_for("started successfully on port")
        port = re.search(r"port (\d+)", started)[1]
        self._base = f"http://127.0.0.1:{port}"
        options = {
            "binary": chromium,
            "args": [*ARGUMENTS, f"--user-data-dir={folder / 'profile'}", *arguments],
            "prefs": {"intl.accept_languages": language},
        }
        try:
            session = self._call(
                "POST",
                "/session",
                capabilities={
                    "alwaysMatch": {
                        "browserName": "chrome",
                        "goog:chromeOptions": options,
                        "goog:loggingPrefs": {"browser": "ALL"},
                    }
                },
            )
        except BaseException:
            self._program.stop()
            raise
        self._base += f"/session/{session['sessionId']}"

    def _call(self, method: str, path: str, **body: Any) -> Any:
        response = self._http.request(
            method, self._base + path, json=body if method == "POST" else None, timeout=TIMEOUT_SECONDS
        )
        value = response.json()["value"]
        assert response.ok, f"{method} {path}: {value}"
        return value

    def open(self, url: str) -> None:
        """Goes there and returns once the page has loaded."""
        self._call("POST", "/url", url=url)

    @property
    def url(self) -> str:
        return self._call("GET", "/url")

    @property
    def title(self) -> str:
        return self._call("GET", "/title")

    def _find(self, selector: str) -> str:
        found = self._call("POST", "/element", using="css selector", value=selector)
        return f"/element/{found[ELEMENT]}"

    def wait_for(self, selector: str) -> None:
        """Returns once there is such an element, which the driver itself waits for."""
        self._wait("css selector", selector)

    def wait_for_text(self, text: str) -> None:
        """Returns once the page says this: for what a page that posts itself leads to."""
        assert "'" not in text
        self._wait("xpath", f"//body[contains(., '{text}')]")

    def _wait(self, using: str, value: str) -> None:
        self._call("POST", "/timeouts", implicit=WAIT_MS)
        try:
            self._call("POST", "/element", using=using, value=value)
        finally:
            self._call("POST", "/timeouts", implicit=0)

    def has(self, selector: str) -> bool:
        return bool(self._call("POST", "/elements", using="css selector", value=selector))

    def fill(self, selector: str, text: str) -> None:
        """Types into a field, whatever was in it before."""
        element = self._find(selector)
        self._call("POST", f"{element}/clear")
        self._call("POST", f"{element}/value", text=text)

    def press(self, selector: str, keys: str) -> None:
        """Keys as they are, such as `\\ue004`, the tabulator."""
        self._call("POST", f"{self._find(selector)}/value", text=keys)

    def type(self, keys: str) -> None:
        """On the keyboard, to whatever has the focus. Where that leads, `wait_for` says."""
        pressed = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self._call("POST", "/actions", actions=[{"type": "key", "id": "keyboard", "actions": pressed}])

    def click(self, selector: str) -> None:
        """Clicks and, where that leads to another page, returns once it has loaded.

        A page that posts itself, as by `form_post`, counts as that page: for what
        comes after it, `wait_for`.
        """
        self._call("POST", f"{self._find(selector)}/click")

    def text(self, selector: str = "body") -> str:
        """What a person reads there."""
        return self._call("GET", f"{self._find(selector)}/text")

    def attribute(self, selector: str, name: str) -> str | None:
        return self._call("GET", f"{self._find(selector)}/attribute/{name}")

    def css(self, selector: str, name: str) -> str:
        """The computed value of a property."""
        return self._call("GET", f"{self._find(selector)}/css/{name}")

    def script(self, body: str, *arguments: Any) -> Any:
        """The body of a function, run in the page."""
        return self._call("POST", "/execute/sync", script=body, args=list(arguments))

    def focused(self) -> str:
        """The name, or else the tag, of the element that has the focus."""
        return self.script("const at = document.activeElement; return at.name || at.tagName.toLowerCase()")

    def console(self) -> list[str]:
        """What the browser has complained of since it was last asked."""
        return [each["message"] for each in self._call("POST", "/se/log", type="browser")]

    def cookies(self) -> list[dict[str, Any]]:
        return self._call("GET", "/cookie")

    def accessible(self, selector: str) -> tuple[str, str]:
        """The role and the name that assistive technology is told."""
        element = self._find(selector)
        return self._call("GET", f"{element}/computedrole"), self._call("GET", f"{element}/computedlabel")

    def devtools(self, command: str, **parameters: Any) -> Any:
        return self._call("POST", "/goog/cdp/execute", cmd=command, params=parameters)

    def disable_scripts(self, disabled: bool = True) -> None:
        """From the next page on, none of the page's own scripts runs; or they do again."""
        self.devtools("Emulation.setScriptExecutionDisabled", value=disabled)

    def show(self, width: int, height: int, dark: bool = False) -> None:
        """A window of this size in CSS pixels, in light or dark colours, with nothing in motion."""
        self.devtools(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self.devtools("Emulation.setEmulatedMedia", features=[scheme, still])

    def screenshot(self, file: Path, width: int, height: int, dark: bool = False) -> None:
        """The window as a PNG."""
        self.show(width, height, dark)
        file.write_bytes(base64.b64decode(self._call("GET", "/screenshot")))

    def picture(self, file: Path, highest: int) -> None:
        """The whole page as it is shown now, or its first `highest` pixels, as a small WebP."""
        page = self.devtools("Page.getLayoutMetrics")["cssContentSize"]
        # A picture has no scroll bar, so the page is as wide as the window.
        width = self.script("return innerWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": min(page["height"], highest), "scale": 1}
        taken = self.devtools(
            "Page.captureScreenshot", format="webp", quality=40, clip=clip, captureBeyondViewport=True
        )
        file.write_bytes(base64.b64decode(taken["data"]))

    def stop(self) -> None:
        try:
            self._call("DELETE", "")
        finally:
            self._program.stop()
            self._http.close()
