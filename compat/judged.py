"""What people judge of a page in Chromium, judged by the suite: its console, its width, and what axe-core finds."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from webdriver import WebDriver

SCREENSHOTS = Path(__file__).parent / ".tools" / "screenshots"
# Where `images.py` keeps what the documentation shows; else nothing is kept.
KEPT = Path(os.environ["ROLLCALL_IMAGES"]) if "ROLLCALL_IMAGES" in os.environ else None
# Of a page in the documentation, in pixels.
HIGHEST = 2000
PHONE, DESK = (390, 844), (1280, 800)
SIZES = (PHONE, DESK)


class Judged:
    """Somebody's Chromium."""

    chromium: WebDriver
    # The source of axe-core.
    axe: str

    def assert_quiet(self) -> None:
        """The console knows of no breach of our own policy, and of no error but the status of a page. That it has
        cleared what a sign-out asks it to clear it says at times, and is what we want."""
        expected = ("the server responded with a status of", "/console/sign-out': Cleared data types:")
        complaints = [line for line in self.chromium.console() if not any(text in line for text in expected)]
        assert complaints == [], "\n".join(complaints)

    def look(self, name: str, sizes: Sequence[tuple[int, int]] = SIZES) -> None:
        """Photographs the page and has it judged, at these widths and in both schemes."""
        for width, height in sizes:
            for dark in (False, True):
                file = SCREENSHOTS / f"{name}-{width}-{'dark' if dark else 'light'}.png"
                self.chromium.screenshot(file, width, height, dark)
                if KEPT is not None:
                    self.chromium.picture(KEPT / file.with_suffix(".webp").name, HIGHEST)
                assert self.is_place_in_view(), f"{name} at {width} does not show where it is"
                assert self.overflow() == 0, f"{name} is wider than {width}"
                assert self.violations() == [], f"{name} at {width}, dark: {dark}"

    def is_place_in_view(self) -> bool:
        """Whether the navigation shows which of its places this is, where the page has one."""
        return self.chromium.script(
            "const place = document.querySelector('nav [aria-current]'); if (!place) return true;"
            "const at = place.getBoundingClientRect(); return at.left >= 0 && at.right <= innerWidth"
        )

    def overflow(self) -> int:
        return self.chromium.script("const at = document.documentElement; return at.scrollWidth - at.clientWidth")

    def violations(self) -> list[Any]:
        """What axe-core finds: rule, and what breaks it."""
        if not self.chromium.script("return 'axe' in window"):
            self.chromium.script(self.axe)
        return self.chromium.script(
            "return axe.run().then(found => found.violations.map("
            "each => [each.id, each.help, each.nodes.map(node => node.html.slice(0, 200))]))"
        )
