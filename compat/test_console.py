"""The console in Chromium, as a new administrator meets it: from the first link on,
through an application, a user, their sign-in in another browser, and a kick.

Each page is judged by axe-core and photographed as in `test_browser_walk.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import requests

import callers
import programs
from callback import Callback
from console import OWNER, PASSWORD, Console, Person
from judged import DESK, PHONE, SCREENSHOTS
from receiver import Receiver
from rollcall_server import AccessKey, Rollcall
from webdriver import ENTER, TAB, WebDriver
from world import Application, World


@pytest.fixture(scope="module")
def axe() -> str:
    programs.node()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return (programs.NODE_FOLDER / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.fixture
def console(binary: Path, tmp_path: Path, axe: str) -> Iterator[Console]:
    """With an owner who has their link, and has not opened it."""
    rollcall = new(binary, tmp_path)
    root, link = rollcall.init_owner(OWNER)
    link = urlsplit(link)
    yield from served(rollcall, root, f"{link.path}?{link.query}", axe)
    assert link.query not in rollcall.log.read_text(errors="replace"), "a link is in the log"


@pytest.fixture
def first_run(binary: Path, tmp_path: Path, axe: str) -> Iterator[Console]:
    """Without anybody."""
    rollcall = new(binary, tmp_path)
    yield from served(rollcall, rollcall.init(), "", axe)


def new(binary: Path, folder: Path) -> Rollcall:
    rollcall = Rollcall(binary, folder / "rollcall")
    rollcall.folder.mkdir()
    return rollcall


def served(rollcall: Rollcall, root: AccessKey, link: str, axe: str) -> Iterator[Console]:
    rollcall.serve()
    chromium = WebDriver(rollcall.folder)
    chromium.show(*DESK)
    try:
        world = World(callers.management(rollcall.url, root), root.pool)
        yield Console(rollcall, link, world, chromium, axe)
    finally:
        chromium.stop()
        rollcall.stop()


@pytest.fixture
def callback() -> Iterator[Callback]:
    made = Callback()
    yield made
    made.stop()


@pytest.fixture
def second(tmp_path: Path) -> Iterator[WebDriver]:
    """Somebody else's browser."""
    folder = tmp_path / "second"
    folder.mkdir()
    chromium = WebDriver(folder)
    yield chromium
    chromium.stop()


def make_application(console: Console, redirect_uri: str) -> Application:
    """From the overview of an empty pool, through the wizard."""
    chromium = console.chromium
    console.open("overview", "overview")
    console.look("overview-empty")
    chromium.click("a.button.primary")
    console.at("new-application")
    chromium.fill("#name", "Harbour Notes")
    chromium.fill("#redirect_uris", redirect_uri)
    console.look("new-application")
    chromium.click("button.primary")
    console.at("application")
    app_id = urlsplit(chromium.url).path.split("/")[-1]
    assert app_id in chromium.text("#snippet-curl")
    console.look("application")
    secret = console.world.root.get("get-application-secret", appId=app_id).data["secret"]
    return Application(app_id, secret, "Harbour Notes")


def make_user(console: Console) -> str:
    chromium = console.chromium
    console.open("users/new", "new-user")
    console.look("new-user")
    chromium.fill("#name", "Mira Castellanos")
    chromium.fill("#username", "mira")
    chromium.fill("#email", "mira@example.com")
    chromium.fill("#password", "her own password")
    chromium.click("button.primary")
    console.at("user")
    return urlsplit(chromium.url).path.split("/")[-1]


def check(console: Console, application: Application, identifier: str, answer: str) -> None:
    console.open("check?" + urlencode({"user": identifier, "app": application.id}), "check")
    console.chromium.wait_for(f'[data-answer="{answer}"]')
    console.look(f"check-{answer}")


def test_from_the_first_link_to_a_kick(console: Console, callback: Callback, second: WebDriver) -> None:
    chromium = console.chromium
    chromium.open(console.rollcall.url + console.link)
    console.at("welcome")
    console.look("welcome")
    console.choose_password()
    console.sign_in()
    console.at("home")
    console.look("home")
    # Nothing is there yet, and the pages say what to do.
    application = make_application(console, callback.redirect_uri)
    console.open(f"online?app={application.id}", "online")
    assert "Nobody is signed in" in chromium.text("#rows")
    console.look("online-empty")
    user_id = make_user(console)

    # She signs in elsewhere, and appears without anybody asking.
    mira = Person(console, application, callback, second)
    console.open(f"online?app={application.id}", "online")
    mira.sign_in("mira", "her own password")
    chromium.wait_for(f'#rows li[data-user="{user_id}"]')
    assert chromium.attribute("#rows time", "title")
    console.look("online")
    assert mira.ask().status_code == 200
    check(console, application, "mira@example.com", "active")
    console.open(f"users/{user_id}", "user")
    console.look("user")

    # Kicked: the effect first, the result after.
    console.open(f"online?app={application.id}", "online")
    chromium.click(f'input[value="{user_id}"]')
    chromium.click("button.danger")
    console.at("kick")
    assert "on every device" in chromium.text("#effects")
    console.look("kick")
    chromium.click("button.danger")
    console.at("kicked")
    console.look("kicked")
    assert mira.ask().status_code == 401
    assert mira.is_refused()
    console.open(f"online?app={application.id}", "online")
    assert not chromium.has("#rows li[data-user]")
    check(console, application, "mira", "inactive")
    assert chromium.text("[data-why]") == "Kicked"
    assert not console.world.root.post("check-session-status", userId=user_id, appId=application.id).data["active"]
    console.open("audit", "audit")
    assert "administrator" in chromium.text('tr[data-action="kick"]')
    console.look("audit")


def test_the_first_owner_by_the_code_that_the_server_prints(first_run: Console) -> None:
    chromium = first_run.chromium
    chromium.open(f"{first_run.rollcall.url}/console")
    first_run.at("first-run")
    first_run.look("first-run")
    code = re.search(r"with this code:\s+([0-9a-f-]+)", first_run.rollcall.log.read_text())[1]
    for name, text in (("code", code), ("email", OWNER), ("password", PASSWORD), ("again", PASSWORD)):
        chromium.fill(f"#{name}", text)
    chromium.click("button.primary")
    first_run.at("sign-in")
    first_run.sign_in()
    first_run.at("home")


def test_what_others_see_live_and_every_other_page(console: Console, receiver: Receiver) -> None:
    chromium = console.chromium
    console.choose_password()
    console.sign_in()
    application = console.world.application(appName="Ledger & Co. Accounting")
    console.world.update_application(application, oidcConfig={"backchannel_logout_uri": receiver.url})
    people = [console.world.user(name=name) for name in ("Mira Castellanos", "Tomás Ó Súilleabháin", "山田 花子")]
    for person in people:
        console.enter(application, person)
    console.open(f"online?app={application.id}", "online")
    chromium.click(f'input[value="{people[1].id}"]')
    # Kicked by somebody else: she vanishes here, and what was chosen stays so.
    console.world.root.post("kick-users", userId=people[0].id, appIds=[application.id])
    chromium.wait_for(f'#rows:not(:has(li[data-user="{people[0].id}"]))')
    assert chromium.script("return document.querySelector('input:checked').value") == people[1].id
    chromium.click("button.danger")
    console.at("kick")
    chromium.click("button.danger")
    console.at("kicked")
    chromium.wait_for('[data-told="confirmed"]')
    console.look("kicked-told")
    for rest, page, name in (
        ("overview", "overview", "overview"),
        ("users", "users", "users"),
        (f"users/{people[1].id}", "user", "user-kicked"),
        (f"users/{people[1].id}/password", "user", "password"),
        (f"users/{people[1].id}/suspend", "user", "suspend"),
        (f"users/{people[1].id}/end", "user", "end"),
        ("applications", "applications", "applications"),
        (f"applications/{application.id}/switch", "application", "switch"),
        (f"applications/{application.id}/rotate", "application", "rotate"),
        ("deliveries", "deliveries", "deliveries"),
        ("keys", "keys", "keys"),
        ("settings", "settings", "settings"),
        ("users/nobody", "trouble", "trouble"),
    ):
        console.open(rest, page)
        console.look(name)
    # What is shown once.
    console.open(f"applications/{application.id}/rotate", "application")
    chromium.click("button.danger")
    chromium.wait_for(".secret")
    console.at("application")
    console.look("secret")


def send_anyway(console: Console) -> None:
    """The form as it is, whatever the browser itself would say of it."""
    console.chromium.script("document.querySelectorAll('form').forEach(form => { form.noValidate = true })")


def test_keys_invitations_exports_and_forms_that_are_refused(console: Console) -> None:
    chromium = console.chromium
    console.choose_password()
    # A link that was used.
    chromium.open(console.rollcall.url + console.link)
    console.at("welcome")
    console.look("welcome-used")
    chromium.open(console.path("keys"))
    chromium.wait_for('body[data-page="sign-in"]')
    console.sign_in()
    console.at("keys")
    # A key: nothing chosen, made, and deleted.
    chromium.click('input[value="check"]')
    # Pages of one name follow each other, so what is new on them is waited for.
    chromium.click("button.primary")
    chromium.wait_for(".secret")
    console.assert_quiet()
    assert chromium.text(".secret")
    console.look("key-secret")
    console.open("keys", "keys")
    chromium.click("li[data-key] a.danger")
    chromium.wait_for("button.danger")
    console.assert_quiet()
    console.look("key-delete")
    chromium.click("button.danger")
    chromium.wait_for('body[data-page="keys"]:not(:has(button.danger)):not(:has(li[data-key] a.danger))')
    console.assert_quiet()
    console.look("keys-after-deletion")
    refused_forms(console)
    invitation(console)
    exported(console)


def refused_forms(console: Console) -> None:
    """What is said of each, and that what was typed is there still."""
    chromium = console.chromium
    console.open("settings", "settings")
    chromium.fill("#idle", "0")
    send_anyway(console)
    chromium.click("button.primary")
    chromium.wait_for("[data-error]")
    assert "Idle timeout, minutes" in chromium.text("[data-error]")
    assert chromium.attribute("#idle", "value") == "0"
    console.look("settings-refused")
    console.open("applications/new", "new-application")
    chromium.fill("#name", "Harbour Notes")
    chromium.fill("#redirect_uris", "javascript:alert(1)")
    chromium.click("button.primary")
    chromium.wait_for("[data-error]")
    console.look("new-application-refused")
    console.open("users/new", "new-user")
    chromium.fill("#name", "Nobody")
    chromium.click("button.primary")
    chromium.wait_for("[data-error]")
    console.look("new-user-refused")
    application, person = console.world.application(appName="Ledger"), console.world.user()
    console.open(f"applications/{application.id}", "application")
    chromium.fill("#idle", "99999999")
    chromium.click("form[action$='{}'] button.primary".format(application.id))
    chromium.wait_for("[data-error]")
    console.look("application-refused")
    console.open(f"users/{person.id}/password", "user")
    for name, text in (("password", "one"), ("again", "another")):
        chromium.fill(f"#{name}", text)
    chromium.click("button.danger")
    chromium.wait_for("[data-error]")
    console.look("password-refused")


def invitation(console: Console) -> None:
    """An administrator is added, and their browser's first page is the link's."""
    chromium = console.chromium
    console.open("settings", "settings")
    chromium.fill("#email", "otto@example.com")
    chromium.click("form[action$='/administrators'] button")
    chromium.wait_for(".secret")
    console.assert_quiet()
    link = chromium.text(".secret")
    console.look("invitation")
    console.open("settings", "settings")
    chromium.wait_for("li[data-administrator]")
    console.look("settings-administrators")
    chromium.open(link)
    console.at("welcome")
    for name in ("password", "again"):
        chromium.fill(f"#{name}", "fourteen chars")
    chromium.click("button.primary")
    chromium.wait_for("[data-error]")
    assert "at least 15 characters" in chromium.text("[data-error]")
    console.look("welcome-refused")


def exported(console: Console) -> None:
    """What the links of the audit log lead to, with the session of the browser."""
    console.open("audit", "audit")
    cookies = {each["name"]: each["value"] for each in console.chromium.cookies()}
    links = console.chromium.script("return [...document.querySelectorAll('a[download]')].map(link => link.href)")
    assert len(links) == 2
    csv, rows = (requests.get(link, cookies=cookies, timeout=30) for link in links)
    assert csv.headers["content-type"] == "text/csv; charset=utf-8"
    assert csv.text.startswith("at,actor_kind,actor,")
    assert len(rows.json()) == csv.text.count("\r\n") - 1 > 0
    # A file, and no page: the browser stays where it was.
    for number in (1, 2):
        console.chromium.click(f"a[download]:nth-of-type({number})")
        console.at("audit")


@pytest.mark.parametrize("language", ["zh-CN", "zh-TW", "ja-JP"])
def test_every_page_fits_a_phone_in_other_languages(console: Console, language: str) -> None:
    console.choose_password()
    console.sign_in()
    application = console.world.application(appName="Ledger")
    person = console.world.user(name="山田 花子")
    console.enter(application, person)
    console.chromium.devtools("Network.enable")
    console.chromium.devtools("Network.setExtraHTTPHeaders", headers={"Accept-Language": language})
    for rest, page in (
        ("overview", "overview"),
        (f"online?app={application.id}", "online"),
        (f"check?app={application.id}&user={person.username}", "check"),
        (f"users/{person.id}", "user"),
        (f"applications/{application.id}", "application"),
        ("audit", "audit"),
        ("settings", "settings"),
    ):
        console.open(rest, page)
        assert console.chromium.attribute("html", "lang") == language
        console.look(f"{page}-{language}", (PHONE,))


def test_a_kick_with_the_keyboard_alone(console: Console) -> None:
    chromium = console.chromium
    console.choose_password()
    chromium.type(OWNER + TAB + PASSWORD + ENTER)
    console.at("home")
    application = console.world.application(appName="Ledger")
    person = console.world.user()
    console.enter(application, person)
    console.open("check", "check")
    # The box has the focus from the start.
    chromium.type(person.username + ENTER)
    chromium.wait_for('[data-answer="active"]')
    console.open(f"kick?app={application.id}&user={person.id}", "kick")
    chromium.script("document.getElementById('main').focus()")
    chromium.type(TAB)
    assert chromium.css(":focus", "outline-style") == "solid"
    chromium.type(ENTER)
    console.at("kicked")
    assert not console.world.check(application, person).data["active"]


def test_the_console_works_without_javascript_and_forgets_after_sign_out(console: Console) -> None:
    chromium = console.chromium
    console.choose_password()
    console.sign_in()
    chromium.disable_scripts()
    application = console.world.application(appName="Ledger")
    person = console.world.user()
    console.enter(application, person)
    console.open(f"online?app={application.id}", "online")
    chromium.click(f'input[value="{person.id}"]')
    chromium.click("button.danger")
    console.at("kick")
    chromium.click("button.danger")
    console.at("kicked")
    assert not console.world.check(application, person).data["active"]
    chromium.click(".bar form button")
    console.at("signed-out")
    chromium.open(console.path("users"))
    chromium.wait_for("body[data-page=sign-in]")
    # axe-core is a script.
    chromium.disable_scripts(False)
    chromium.open(f"{console.rollcall.url}/console/signed-out")
    console.at("signed-out")
    console.look("signed-out")
