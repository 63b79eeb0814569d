"""Writes down who did what with the house itself, and from where."""

from collections.abc import Mapping
from typing import Any

from flask_login import current_user

from geo_service.web.base import desk
from geo_service.web.base.limits import address

STRANGER = "-"


def note(
    action: str,
    subject: str = "",
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down that who asks did `action`, one of AUDITED."""
    actor = current_user.name if current_user.is_authenticated else STRANGER
    desk.store().audit.add(
        action,
        actor=actor,
        at=desk.now(),
        subject=subject,
        address=address(),
        before=before,
        after=after,
    )
