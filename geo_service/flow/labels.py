"""Labels of weeks that have closed: given once, and beside them why facts say otherwise now."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FACTS, AREAS, RULES = "late facts", "other areas", "other rules"
"""Why a label can differ from the one that was given when its week closed."""

Label = Mapping[str, Any]


@dataclass(frozen=True)
class WeekLabels:
    """What earlier runs called hot.

    Parameters
    ----------
    labels
        By week: ``hot`` (area ids by category), ``said`` (by level, what was expected of each),
        ``as_of``, ``areas``, ``rules``, ``why``.
    freezes
        Whether this run may give labels to weeks that have none: not if it looks at less than an
        earlier one did.
    """

    labels: Mapping[str, Label] = field(default_factory=dict)
    freezes: bool = True

    def joined_by(
        self, hot: Mapping[str, Label], *, as_of: str, areas: str, rules: str
    ) -> dict[str, Label]:
        """Return the labels of all weeks, those of `hot`, what is called so by week, too.

        `as_of` is the first local day that the run does not see; `areas` and `rules` are digests of
        the areas and of what turns the verdict.

        >>> first = {"as_of": "2026-06-29", "areas": "a", "rules": "r"}
        >>> label = WeekLabels().joined_by({"w1": {"hot": {}}}, **first)
        >>> later = {"as_of": "2026-07-01", "areas": "a", "rules": "s"}
        >>> again = WeekLabels(label).joined_by({"w1": {"hot": {}}}, **later)
        >>> again["w1"]["as_of"], again["w1"]["why"]
        ('2026-06-29', 'other rules')
        """
        out: dict[str, Label] = {
            week: {**label, "why": _why(label, areas, rules)} for week, label in self.labels.items()
        }
        if self.freezes:
            told = {"as_of": as_of, "areas": areas, "rules": rules, "why": FACTS}
            out |= {week: {**said, **told} for week, said in hot.items() if week not in out}
        return out


def _why(label: Label, areas: str, rules: str) -> str:
    if label["rules"] != rules:
        return RULES
    return AREAS if label["areas"] != areas else FACTS
