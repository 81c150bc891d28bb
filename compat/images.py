"""Takes the pictures of the console's pages anew, for docs/images/console: `python images.py` in this folder,
with what `cargo xtask test --only compat` installs. They are of the tests' own walk, so none shows what is not judged.

Each page is taken at the width of a phone and of a desk, in light and in dark colours; other languages are judged
and not kept. docs/console-pages.md is written from what was taken."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
DOCS = HERE.parent / "docs"
IMAGES = DOCS / "images" / "console"
# Of all of them, which come with every clone.
MOST_BYTES = 4_000_000
NAMED = re.compile(r"console-(?P<page>.+)-(?P<width>390|1280)-(?P<scheme>light|dark)\.webp")
OTHER_LANGUAGE = re.compile(r"-(zh|ja)-[A-Z]{2}-")
HEAD = """# The console's pages

Each page as the tests see it, at the width of a desk and of a phone, in light and in dark colours. `python
compat/images.py` takes them anew. What the pages are for is in [console.md](console.md).
"""


def take(folder: Path) -> None:
    """Walks, and keeps a picture of every page that is looked at."""
    command = [sys.executable, "-m", "pytest", "test_console.py"]
    built = {"ROLLCALL_BIN": str(HERE.parent / "target" / "debug" / "rollcall")}
    asked = {"ROLLCALL_IMAGES": str(folder)}
    subprocess.run(command, cwd=HERE, env={**built, **os.environ, **asked}, check=True)


def keep(folder: Path) -> None:
    taken = [file for file in sorted(folder.iterdir()) if not OTHER_LANGUAGE.search(file.name)]
    size = sum(file.stat().st_size for file in taken)
    assert taken and size <= MOST_BYTES, f"{len(taken)} pictures of {size} bytes"
    IMAGES.mkdir(parents=True, exist_ok=True)
    for old in IMAGES.glob("*.webp"):
        old.unlink()
    for file in taken:
        (IMAGES / file.name.removeprefix("console-")).write_bytes(file.read_bytes())
    (DOCS / "console-pages.md").write_text(page([file.name for file in taken]), encoding="utf-8")
    print(f"{len(taken)} pictures, {size / 1e6:.1f} MB")


def page(names: list[str]) -> str:
    """The four of each page side by side."""
    pages = dict.fromkeys(NAMED.fullmatch(name)["page"] for name in names)
    text = [HEAD]
    for each in pages:
        title = each.replace("-", " ").capitalize()
        shown = [
            f'<img src="images/console/{each}-{width}-{scheme}.webp" width="{shown}" alt="{title}, {width} pixels, {scheme}">'
            for width, shown in ((1280, 520), (390, 160))
            for scheme in ("light", "dark")
        ]
        text += [f"## {title}\n", "\n".join(shown) + "\n"]
    return "\n".join(text)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        take(Path(made))
        keep(Path(made))
