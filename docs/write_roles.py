"""Write `docs/roles.md` from the program's own table of roles; a test compares."""

from __future__ import annotations

from pathlib import Path

from geo_service.people import ACTIONS
from geo_service.terms import ROLES, say

PAGE = Path(__file__).with_name("roles.md")
HEAD = """# Roles

Who may do what, from the program's own table (`geo_service/people/roles.py`); which page asks
for what: [addresses](addresses.md). 各角色的权限，由程序中的权限表生成。

"""


def both(key: str, between: str) -> str:
    """Return a phrase in English and Chinese."""
    return between.join(say(key, language) for language in ("en", "zh"))


def roles() -> str:
    """Return the page: what each role may, in both languages."""
    lines = [["May · 可以", *(both(f"auth.role_{role}", " ") for role in ROLES)]]
    lines.append(["---"] * len(lines[0]))
    for action, who in ACTIONS.items():
        marks = ["✓" if role in who else "" for role in ROLES]
        lines.append([both(f"auth.may_{action}", " · "), *marks])
    return HEAD + "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


if __name__ == "__main__":
    PAGE.write_text(roles(), "utf-8")
