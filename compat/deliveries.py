"""The server's own record of the logouts that it has to tell applications of."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from world import Application, World

RECORDED_WITHIN_SECONDS = 20


def of(world: World, application: Application) -> list[dict[str, Any]]:
    """All deliveries to this application, the newest first."""
    return world.root.post("list-logout-deliveries", appId=application.id).data["list"]


def wait_for(
    world: World, application: Application, wanted: Callable[[dict[str, Any]], bool], count: int = 1
) -> list[dict[str, Any]]:
    """The deliveries to this application, once as many as `count` are as wanted.

    The only loop of the suite that waits: a receiver's signal comes before the
    server has noted its answer, and nothing signals that. It ends by its bound.
    """
    end = time.monotonic() + RECORDED_WITHIN_SECONDS
    while time.monotonic() < end:
        found = of(world, application)
        if sum(1 for each in found if wanted(each)) >= count:
            return found
    raise AssertionError(f"the deliveries of {application.id} are not as wanted: {found}")


def confirmed(delivery: dict[str, Any]) -> bool:
    return delivery["status"] == "confirmed"


def given_up(delivery: dict[str, Any]) -> bool:
    return delivery["status"] == "given_up"
