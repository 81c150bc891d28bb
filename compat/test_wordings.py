"""Messages whose wording the clients' own specifications expect, in the
language that the caller asks for."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Server
from sdks import Sdk
from world import World


@pytest.fixture
def chinese(sdk: Sdk, server: Server) -> Any:
    return sdk.management(server.keys.root, lang="zh-CN")


def test_an_invalid_field_is_named_by_its_leaf(chinese: Any) -> None:
    answer = chinese.list_users(options={"pagination": {"page": "first"}})
    assert (answer["statusCode"], answer["message"]) == (400, "参数 page 格式错误")


def test_several_invalid_fields_are_joined(chinese: Any) -> None:
    answer = chinese.is_user_exists()
    assert answer["statusCode"] == 400
    assert answer["message"] == "参数 username, email, phone, externalId 格式错误"


@pytest.mark.parametrize(
    ("identifier", "kind"),
    [
        ("0123456789abcdef01234567", "user_id"),
        ("not an id", "user_id"),
        ("13800000000", "phone"),
        ("nobody@example.com", "email"),
        ("nobody-of-this-name", "username"),
    ],
)
def test_an_unknown_user(chinese: Any, identifier: str, kind: str) -> None:
    answer = chinese.get_user(user_id=identifier, user_id_type=kind)
    assert (answer["statusCode"], answer["apiCode"], answer["message"]) == (404, 2004, "用户不存在")


@pytest.mark.parametrize(("identifier", "kind"), [("no-at-sign", "email"), ("138x0000000", "phone")])
def test_a_typed_identifier_in_no_such_form(chinese: Any, identifier: str, kind: str) -> None:
    answer = chinese.get_user(user_id=identifier, user_id_type=kind)
    assert (answer["statusCode"], answer["message"]) == (400, "参数 userId 格式错误")


@pytest.mark.parametrize("lang", ["zh-CN", "zh-TW", "ja-JP", "en-US", "", "xx-XX"])
def test_a_user_without_a_name_is_told_so_in_english(sdk: Sdk, server: Server, lang: str) -> None:
    answer = sdk.management(server.keys.root, lang=lang).create_user(nickname="nobody")
    assert answer["message"] == "Must contain one of the following fields: username, phone, email"


def test_english_is_the_default_also_for_empty_and_unknown(world: World) -> None:
    def message(lang: str | None) -> str:
        root = world.root if lang is None else world.root.with_headers(x_genauth_lang=lang)
        return root.get("get-user", userId="0" * 24).message

    assert message("en-US") == message(None) == message("") == message("xx-XX")
    others = [message(lang) for lang in ("en-US", "zh-CN", "zh-TW", "ja-JP")]
    assert len(set(others)) == 4


def test_both_header_families_carry_the_language(world: World) -> None:
    for family in ("genauth", "authing"):
        root = world.root.with_headers(**{f"x_{family}_lang": "zh-CN"})
        assert root.get("get-user", userId="0" * 24).message == "用户不存在"
