"""What an overdue case comes to: whom it is to be told, and how; shown, never done by itself."""

from geo_service.terms import STEPS, ladder


def told_to(text: object, hours: float) -> str | None:
    """Return whom a case is to be told that is overdue for some hours, None: nobody yet.

    >>> told_to("24:中队长;72:局领导", 30), told_to("24:中队长", 2)
    ('中队长', None)
    """
    reached = [name for after, name in ladder(text) or () if hours >= after]
    return reached[-1] if reached else None


def step_of(episode: int) -> str:
    """Return how an overdue case is told, by the how-manieth of its site it is.

    >>> step_of(1), step_of(2), step_of(7)
    ('reminder', 'notice', 'talk')
    """
    return STEPS[min(max(episode, 1), len(STEPS)) - 1]
