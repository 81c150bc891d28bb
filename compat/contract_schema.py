"""The published contract, as a judge of answers.

Successes are held against the path's own schema, failures against
CommonResponseDto, and both against the envelope that every V3 answer has.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

FOLDER = Path(__file__).parent / "contract"
DOCUMENTS = ("management-v3", "authentication-v3")

# The one statusCode that each of these apiCodes comes with.
API_CODES = {
    **dict.fromkeys([*range(1300, 1307), 2006, 2020, 2333, 6001], 401),
    **dict.fromkeys([2005, 2031, 2058, 1635, 1636], 403),
    **dict.fromkeys([2004, 2011, 2224], 404),
}
STATUS_CODES = {200, 400, 401, 403, 404, 409, 413, 422, 429, 499, 500, 501, 503, 601, 602}
# HTTP statuses other than 200 that a V3 answer may have, with their statusCode.
HTTP_STATUSES = {404: 404, 405: 405}

_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time")
def _is_v3_time(value: object) -> bool:
    """Times are ISO 8601 in UTC with milliseconds."""
    pattern = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z"
    return not isinstance(value, str) or re.fullmatch(pattern, value) is not None


@cache
def _document(name: str) -> dict:
    document = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    # An event of ours, which a webhook can ask for and is then answered with.
    webhook = document["components"]["schemas"].get("WebhookDto", {"properties": {}})
    if "events" in webhook["properties"]:
        webhook["properties"]["events"]["items"]["enum"].append("login:ended")
    return document


@cache
def _registry() -> Registry:
    resources = [(f"urn:{name}", Resource(contents=_document(name), specification=DRAFT202012)) for name in DOCUMENTS]
    return Registry().with_resources(resources)


@cache
def operations() -> dict[tuple[str, str], tuple[str, dict]]:
    """(method, path) → (document, operation)."""
    found = {}
    for name in DOCUMENTS:
        for path, methods in _document(name)["paths"].items():
            for method, operation in methods.items():
                found[method.upper(), path] = (name, operation)
    return found


def _operation(method: str, path: str) -> tuple[str, dict] | None:
    exact = operations().get((method, path))
    if exact:
        return exact
    for (other, template), found in operations().items():
        pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
        if other == method and re.fullmatch(pattern, path):
            return found
    return None


def request_schema(method: str, path: str) -> dict | None:
    """The schema of a JSON body, its own reference resolved."""
    found = _operation(method, path)
    if found is None or "requestBody" not in found[1]:
        return None
    name, operation = found
    content = operation["requestBody"]["content"]
    return resolve(name, content["application/json"]["schema"]) if "application/json" in content else None


def resolve(name: str, schema: dict) -> dict:
    """Follows `$ref` and a lone `allOf` until the schema itself."""
    while True:
        if "$ref" in schema:
            schema = _document(name)["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        elif len(schema.get("allOf", [])) == 1:
            schema = schema["allOf"][0]
        else:
            return schema


def document_of(method: str, path: str) -> str:
    return operations()[method, path][0]


@cache
def _validator(name: str, pointer: str) -> Draft202012Validator:
    schema = {"$ref": f"urn:{name}#{pointer}"}
    return Draft202012Validator(schema, registry=_registry(), format_checker=_FORMATS)


def _complaints(validator: Draft202012Validator, body: object) -> list[str]:
    errors = sorted(validator.iter_errors(body), key=lambda error: list(map(str, error.path)))
    return [f"{'/'.join(map(str, error.path)) or 'body'}: {error.message}" for error in errors]


def check_answer(method: str, path: str, http_status: int, headers: dict, body: object) -> None:
    """Fails unless this is an answer as the contract describes it."""
    where = f"{method} {path}: {json.dumps(body, ensure_ascii=False)[:2000]}"
    assert headers.get("content-type", "").startswith("application/json"), where
    assert isinstance(body, dict), where
    assert isinstance(body.get("requestId"), str) and body["requestId"], f"requestId: {where}"
    assert isinstance(body.get("message"), str) and body["message"], f"message: {where}"
    code = body.get("statusCode")
    if http_status in HTTP_STATUSES:
        assert code == HTTP_STATUSES[http_status], where
        assert http_status != 405 or headers.get("allow"), f"no Allow: {where}"
    else:
        assert http_status == 200, f"HTTP {http_status}: {where}"
        assert code in STATUS_CODES, where
    if code == 200:
        check_success(method, path, body)
        assert "apiCode" not in body, where
        return
    complaints = _complaints(_validator("management-v3", "/components/schemas/CommonResponseDto"), body)
    assert not complaints, f"{complaints}: {where}"
    assert "data" not in body, f"a failure has no data: {where}"
    api_code = body.get("apiCode")
    assert api_code not in API_CODES or API_CODES[api_code] == code, f"apiCode: {where}"
    assert code not in (429, 503) or headers.get("retry-after"), f"no Retry-After: {where}"


def success_members(method: str, path: str) -> set[str]:
    """The members of a success; one of a path of our own has `data`."""
    found = _operation(method, path)
    envelope = {"statusCode", "message", "requestId"}
    if found is None:
        return envelope | {"data"}
    name, operation = found
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    # A code says what failed.
    return envelope | set(resolve(name, schema)["properties"]) - {"apiCode"}


def check_success(method: str, path: str, body: dict) -> None:
    """Holds a success against the path's schema; a path of our own has none."""
    found = _operation(method, path)
    if found is None:
        return
    name, operation = found
    content = operation["responses"]["200"].get("content", {})
    if "application/json" in content:
        pointer = content["application/json"]["schema"]["$ref"].removeprefix("#")
        complaints = _complaints(_validator(name, pointer), body)
        assert not complaints, f"{method} {path}: {complaints}"
