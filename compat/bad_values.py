"""Bad values for a field, by what the contract says of the field, and what a
request with each may be answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import contract_schema

# Longer than any text that is taken, for one field (10 KiB) and beyond.
LONG = "a" * 10_240
NUL = "a\0b"
EMOJI = "\N{GRINNING FACE}\N{FAMILY}\N{PERSON IN LOTUS POSITION}"
# Turned around, of no width, of combining marks alone, no character, beyond the
# basic plane, and a letter in its two spellings.
ODD = "\u202ea\u200b\u0301\ufdd0\U0010ffff\u00e9e\u0301"

# A feature that is not built refuses its settings whatever their value.
NOT_BUILT = 501

REFUSED = frozenset({400, NOT_BUILT})
# Whatever is a well-formed text may also name nobody, clash, or be allowed.
WELL_FORMED = frozenset({200, 400, 401, 403, 404, 409, 422, NOT_BUILT})

SESSION_POLICY = {
    "type": "object",
    "properties": {
        "idleTimeout": {"type": "number"},
        "maxLifetime": {"type": "number"},
        "maxSessionsPerUser": {"type": "number"},
        "sessionLimitAction": {"type": "string", "enum": ["refuse", "end_oldest"]},
    },
}
OF_APPLICATIONS = {
    "enabled": {"type": "boolean"},
    "apiSignIn": {"type": "boolean"},
    "sessionPolicy": SESSION_POLICY,
}
PERMISSIONS = {"permissions": {"type": "array", "items": {"type": "string"}}}

# Members of ours in bodies of the contract.
BESIDE = {
    "/api/v3/create-access-key": PERMISSIONS,
    "/api/v3/create-application": OF_APPLICATIONS,
    "/api/v3/update-access-key": PERMISSIONS,
    "/api/v3/update-security-settings": {"sessionPolicy": SESSION_POLICY},
}

# Ours as a whole.
LIST_LOGOUT_DELIVERIES = {
    "type": "object",
    "properties": {
        "userId": {"type": "string"},
        "userIdType": {"type": "string", "enum": ["user_id", "external_id", "phone", "email", "username", "identity"]},
        "options": {"type": "object"},
        "appId": {"type": "string"},
        "status": {"type": "string", "enum": ["waiting", "confirmed", "given_up"]},
        "page": {"type": "number"},
        "limit": {"type": "number"},
    },
}


# Bulk changes take more than the contract's `maxItems`.
BULK = {"resign-user-batch": 1000, "delete-users-batch": 1000}

END_ALL_SESSIONS = {
    "type": "object",
    "required": ["scope"],
    "properties": {
        "scope": {"type": "string", "enum": ["user", "application", "pool"]},
        "userId": {"type": "string"},
        "userIdType": {"type": "string", "enum": ["user_id", "external_id", "phone", "email", "username", "identity"]},
        "options": {"type": "object"},
        "appId": {"type": "string"},
    },
}
CREATE_USER_POOL = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
ROTATE_ACCESS_KEY = {"type": "object", "required": ["accessKeyId"], "properties": {"accessKeyId": {"type": "string"}}}

OURS = {
    "/api/v3/create-user-pool": CREATE_USER_POOL,
    "/api/v3/end-all-sessions": END_ALL_SESSIONS,
    "/api/v3/list-logout-deliveries": LIST_LOGOUT_DELIVERIES,
    "/api/v3/rotate-access-key": ROTATE_ACCESS_KEY,
    "/api/v3/rotate-signing-keys": {"properties": {}},
}


@dataclass(frozen=True)
class Case:
    """A value for a field. `codes` are the statusCodes that the answer may have."""

    name: str
    value: Any
    codes: frozenset[int]


@dataclass(frozen=True)
class Field:
    """A member of a request's body, or of an object in it, or a parameter of its query."""

    path: str
    # Where it is: the names from the body down; a number is a place in a list.
    at: tuple[str | int, ...]
    schema: dict
    required: bool
    in_query: bool = False

    def __str__(self) -> str:
        return f"{self.path.rsplit('/', 1)[1]}-{'.'.join(map(str, self.at))}"

    @property
    def leaf(self) -> str:
        return [name for name in self.at if isinstance(name, str)][-1]

    @property
    def is_text(self) -> bool:
        return self.schema.get("type") == "string" and "enum" not in self.schema


def body_schema(path: str, example: dict[str, Any]) -> dict:
    if path in OURS:
        return OURS[path]
    if path == "/api/v3/update-application":
        created = body_schema("/api/v3/create-application", example)
        properties = {**created["properties"], "appId": {"type": "string"}}
        return {**created, "required": ["appId"], "properties": properties}
    # What is ours and not described here is as its good request shows it.
    schema = contract_schema.request_schema("POST", path) or _like(example)
    return {**schema, "properties": {**schema.get("properties", {}), **BESIDE.get(path, {})}}


def _like(value: Any) -> dict:
    """The schema of which this value is an example."""
    if isinstance(value, dict):
        return {"type": "object", "properties": {name: _like(member) for name, member in value.items()}}
    if isinstance(value, list):
        return {"type": "array", "items": _like(value[0]) if value else {}}
    kinds = {str: "string", bool: "boolean", int: "number", float: "number"}
    return {"type": kinds[type(value)]}


def fields(path: str, anchors: tuple[str, ...], inside: tuple[str, ...], example: dict[str, Any]) -> Iterator[Field]:
    """The fields of a body, with those of the objects that the good request
    (`example`) has, or that are named `inside`, and of the first of a list of
    objects. `anchors` are optional in the schema but carry the meaning of the
    good request."""
    document = "authentication-v3" if path in _authentication_paths() else "management-v3"

    def look(schema: dict, at: tuple[str | int, ...], shown: Any) -> Iterator[Field]:
        for name, member in schema.get("properties", {}).items():
            here = (*at, name)
            known = ".".join(part for part in here if isinstance(part, str))
            resolved = contract_schema.resolve(document, member)
            yield Field(path, here, resolved, name in schema.get("required", []) or known in anchors)
            value = shown.get(name) if isinstance(shown, dict) else None
            if known in inside or isinstance(value, dict):
                yield from look(resolved, here, value)
            if isinstance(value, list) and value and isinstance(value[0], dict):
                items = contract_schema.resolve(document, resolved.get("items", {}))
                yield from look(items, (*here, 0), value[0])

    yield from look(body_schema(path, example), (), example)


def query_fields(path: str, anchors: tuple[str, ...], example: dict[str, Any]) -> Iterator[Field]:
    """The parameters of a GET."""
    found = contract_schema.operations().get(("GET", path))
    if found is None:
        for name, value in example.items():
            yield Field(path, (name,), _like(value), name in anchors, in_query=True)
        return
    document, operation = found
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query":
            schema = contract_schema.resolve(document, parameter["schema"])
            required = parameter.get("required", False) or parameter["name"] in anchors
            yield Field(path, (parameter["name"],), schema, required, in_query=True)


def _authentication_paths() -> set[str]:
    return {path for (_, path), (name, _) in contract_schema.operations().items() if name == "authentication-v3"}


def wrong_types(schema: dict) -> list[Any]:
    """Values that are of no type that the schema allows."""
    samples = {"string": "text", "number": 42, "boolean": True, "array": ["text"], "object": {"a": 1}}
    kind = "number" if schema.get("type") == "integer" else schema.get("type", "object")
    return [value for name, value in samples.items() if name != kind]


def cases(field: Field) -> Iterator[Case]:
    if field.in_query:
        yield from _query_cases(field)
        return
    for index, value in enumerate(wrong_types(field.schema)):
        yield Case(f"wrong type {index}", value, REFUSED)
    # `null` is absent.
    yield Case("null", None, frozenset({400}) if field.required else frozenset({200, NOT_BUILT}))
    kind = field.schema.get("type")
    if "enum" in field.schema:
        for name, value in (("empty", ""), ("unknown", "no-such-value"), ("nul", NUL), ("long", LONG)):
            yield Case(name, value, REFUSED)
    elif field.is_text:
        yield from _text_cases(field)
    elif kind in ("number", "integer"):
        for name, value in (("negative", -1), ("fraction", 0.5), ("vast", 10**18), ("beyond", 1e300)):
            yield Case(name, value, WELL_FORMED)
    elif kind == "array":
        yield from _array_cases(field)


def _text_cases(field: Field) -> Iterator[Case]:
    is_password = field.leaf in ("password", "newPassword", "oldPassword", "accessKeySecret", "client_secret")
    secret = REFUSED | {401}
    yield Case("empty", "", REFUSED if field.required else WELL_FORMED)
    yield Case("long", LONG, secret if is_password else REFUSED)
    yield Case("nul", NUL, WELL_FORMED if is_password else REFUSED | {401, 404})
    yield Case("emoji", EMOJI, WELL_FORMED)
    yield Case("odd", ODD, WELL_FORMED)


def _array_cases(field: Field) -> Iterator[Case]:
    if field.schema.get("items", {}).get("type") != "string":
        yield Case("element of wrong type", [42], REFUSED)
        return
    yield Case("element of wrong type", [{"a": 1}], REFUSED)
    yield Case("element null", [None], REFUSED)
    yield Case("element nul", [NUL], REFUSED | {404})
    yield Case("element long", [LONG], REFUSED | {404})
    yield Case("empty", [], REFUSED if field.required else WELL_FORMED)
    if "maxItems" in field.schema:
        most = BULK.get(field.path.rsplit("/", 1)[1], field.schema["maxItems"])
        yield Case("too many", ["a" * 24] * (most + 1), REFUSED)


def _query_cases(field: Field) -> Iterator[Case]:
    """A query is text: a wrong type is a text that cannot be read as the type.
    An empty parameter is absent."""
    absent = frozenset({400}) if field.required else frozenset({200, NOT_BUILT})
    yield Case("missing", None, absent)
    yield Case("empty", "", absent)
    kind = field.schema.get("type")
    if kind in ("number", "integer"):
        for index, value in enumerate(("text", "1.5.2", "0x10", "1e999", NUL)):
            yield Case(f"wrong type {index}", value, REFUSED)
        for name, value in (("negative", "-1"), ("vast", "9" * 40)):
            yield Case(name, value, WELL_FORMED)
    elif kind == "boolean":
        for index, value in enumerate(("maybe", "2", NUL)):
            yield Case(f"wrong type {index}", value, REFUSED)
    elif "enum" in field.schema:
        for name, value in (("unknown", "no-such-value"), ("nul", NUL), ("long", LONG)):
            yield Case(name, value, REFUSED)
    else:
        yield Case("nul", NUL, REFUSED | {404})
        yield Case("long", LONG, REFUSED | {404})
        yield Case("emoji", EMOJI, WELL_FORMED)
        yield Case("odd", ODD, WELL_FORMED)
        if kind == "array":
            yield Case("too many", ["a" * 24] * (field.schema.get("maxItems", 50) + 1), REFUSED)
        else:
            yield Case("twice", [EMOJI, ODD], WELL_FORMED)
