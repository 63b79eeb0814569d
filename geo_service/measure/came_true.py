"""When the weeks after a label bore it out."""

from geo_service.measure.array_types import Flags, Floats

TIMES, MORE = 1.5, 1.0


def came_true(came: Floats, expected: Floats) -> Flags:
    """Tell of each label whether so many cases came that it is called true.

    Parameters
    ----------
    came, expected
        Cases of the four weeks after the label, and those expected of four weeks when it was
        given; shape (n,).

    Returns
    -------
    true
        At least 1.5 times as many, and more than one beyond; shape (n,).

    >>> import numpy as np
    >>> came_true(np.array([3.0, 1.0, 1.0]), np.array([1.2, 0.1, 0.7])).tolist()
    [True, False, False]
    """
    return (came >= TIMES * expected) & (came > expected + MORE)
