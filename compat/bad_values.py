"""Bad values for a field, by what the contract says of the field, and what a
request with each may be answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import contract_schema

LONG = "a" * 5000
NUL = "a\0b"
EMOJI = "\N{GRINNING FACE}\N{FAMILY}\N{PERSON IN LOTUS POSITION}"

# A feature that is not built refuses its settings whatever their value.
NOT_BUILT = 501

# `update-application` is ours: its members beside those of create-application.
UPDATE_APPLICATION = {
    "type": "object",
    "required": ["appId"],
    "properties": {
        "appId": {"type": "string"},
        "enabled": {"type": "boolean"},
        "sessionPolicy": {"type": "object"},
    },
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


@dataclass(frozen=True)
class Case:
    """A value for a field. `codes` are the statusCodes that the answer may have."""

    name: str
    value: Any
    codes: frozenset[int]


@dataclass(frozen=True)
class Field:
    """A member of a request's body, or of an object in it."""

    path: str
    # Where it is: the names from the body down.
    at: tuple[str, ...]
    schema: dict
    required: bool

    def __str__(self) -> str:
        return f"{self.path.rsplit('/', 1)[1]}-{'.'.join(self.at)}"

    @property
    def leaf(self) -> str:
        return self.at[-1]

    @property
    def is_text(self) -> bool:
        return self.schema.get("type") == "string" and "enum" not in self.schema


def body_schema(path: str) -> dict:
    if path == "/api/v3/rotate-signing-keys":
        # Ours, without parameters.
        return {"properties": {}}
    if path == "/api/v3/list-logout-deliveries":
        return LIST_LOGOUT_DELIVERIES
    if path != "/api/v3/update-application":
        return contract_schema.request_schema("POST", path)
    created = contract_schema.request_schema("POST", "/api/v3/create-application")
    properties = {**created["properties"], **UPDATE_APPLICATION["properties"]}
    return {**UPDATE_APPLICATION, "properties": properties}


def fields(path: str, anchors: tuple[str, ...], inside: tuple[str, ...]) -> Iterator[Field]:
    """The fields of a body. `anchors` are optional in the schema but carry the
    meaning of the good request; `inside` are objects to look into."""
    schema = body_schema(path)
    document = "authentication-v3" if path in _authentication_paths() else "management-v3"
    for name, member in schema["properties"].items():
        member = contract_schema.resolve(document, member)
        required = name in schema.get("required", []) or name in anchors
        yield Field(path, (name,), member, required)
        if name in inside:
            for inner, inner_schema in member["properties"].items():
                resolved = contract_schema.resolve(document, inner_schema)
                inner_required = inner in member.get("required", []) or f"{name}.{inner}" in anchors
                yield Field(path, (name, inner), resolved, inner_required)


def _authentication_paths() -> set[str]:
    return {path for (_, path), (name, _) in contract_schema.operations().items() if name == "authentication-v3"}


def wrong_types(schema: dict) -> list[Any]:
    """Values that are of no type that the schema allows."""
    samples = {"string": "text", "number": 42, "boolean": True, "array": ["text"], "object": {"a": 1}}
    kind = "number" if schema.get("type") == "integer" else schema.get("type", "object")
    return [value for name, value in samples.items() if name != kind]


def cases(field: Field) -> Iterator[Case]:
    refused = frozenset({400, NOT_BUILT})
    # Whatever is a well-formed text may also name nobody, clash, or be allowed.
    well_formed = frozenset({200, 400, 401, 404, 409, 422, NOT_BUILT})
    for index, value in enumerate(wrong_types(field.schema)):
        yield Case(f"wrong type {index}", value, refused)
    # `null` is absent.
    yield Case("null", None, frozenset({400}) if field.required else frozenset({200}))
    if "enum" in field.schema:
        for name, value in (("empty", ""), ("unknown", "no-such-value"), ("nul", NUL), ("long", LONG)):
            yield Case(name, value, refused)
    elif field.is_text:
        is_password = field.leaf in ("password", "newPassword", "oldPassword", "accessKeySecret", "client_secret")
        secret = refused | {401}
        yield Case("empty", "", refused if field.required else well_formed)
        yield Case("long", LONG, secret if is_password else refused)
        yield Case("nul", NUL, well_formed if is_password else refused | {401, 404})
        yield Case("emoji", EMOJI, well_formed)
    elif field.schema.get("type") == "array":
        yield from _array_cases(field, refused, well_formed)


def _array_cases(field: Field, refused: frozenset[int], well_formed: frozenset[int]) -> Iterator[Case]:
    if field.schema.get("items", {}).get("type") != "string":
        yield Case("element of wrong type", [42], refused)
        return
    yield Case("element of wrong type", [{"a": 1}], refused)
    yield Case("element null", [None], refused)
    yield Case("element nul", [NUL], refused | {404})
    yield Case("element long", [LONG], refused | {404})
    yield Case("empty", [], refused if field.required else well_formed)
    if "maxItems" in field.schema:
        most = BULK.get(field.path.rsplit("/", 1)[1], field.schema["maxItems"])
        yield Case("too many", ["a" * 24] * (most + 1), refused)
