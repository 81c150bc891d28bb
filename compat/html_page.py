"""What a page says and asks for, read from its HTML as a browser without JavaScript does."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

# Elements whose text nobody sees.
UNSEEN = ("script", "style", "title", "head", "template")
# Elements without an end tag.
VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")


@dataclass
class Form:
    action: str
    method: str
    # What is sent without anybody typing: hidden and prefilled fields.
    fields: dict[str, str] = field(default_factory=dict)
    # The names of all fields, also of those that are empty.
    names: list[str] = field(default_factory=list)
    # The (name, value) of each button that has a name.
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def takes(self, name: str, value: str) -> bool:
        """Whether this can be filled in, or chosen by a button."""
        return name in self.names or (name, value) in self.buttons


class HtmlPage(HTMLParser):
    """The parts of a page that tests ask for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.title = ""
        self.language = ""
        # The page's own hooks for tests.
        self.kind = ""
        self.error = ""
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.images: list[str] = []
        self._words: list[str] = []
        self._open: list[str] = []
        self._form: Form | None = None
        self.feed(text)
        self.close()
        self.words = " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append(tag)
        self.error = given.get("data-error", self.error)
        if tag == "html":
            self.language = given.get("lang", "")
        elif tag == "body":
            self.kind = given.get("data-page", "")
        elif tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "img":
            self.images.append(given.get("src", ""))
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").upper())
            self.forms.append(self._form)
        elif tag in ("input", "button") and self._form is not None:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "submit" if tag == "button" else "text")
        if not name or "disabled" in given:
            return
        if kind in ("submit", "image"):
            self._form.buttons.append((name, given.get("value", "")))
            return
        self._form.names.append(name)
        if kind in ("checkbox", "radio") and "checked" not in given:
            return
        assert name not in self._form.fields, f"the form to {self._form.action} has two fields called {name}"
        self._form.fields[name] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if "title" in self._open:
            self.title += data
        elif not any(tag in UNSEEN for tag in self._open):
            self._words.append(data)
