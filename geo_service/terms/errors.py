"""One family of errors; each is a name and a sentence in the reader's language.

::

    GeoServiceError
    ├── BadInput      data that cannot be used: says file, line, field and value where it can
    ├── BadUse        a command or an address called the wrong way
    ├── NotFound      no such area, case, crew, week ...
    ├── NotReady      the figure does not exist yet, or only for another date
    ├── NotAllowed    who asks may not do this
    ├── Conflict      it was changed meanwhile, or exists already
    │   └── Refused   a case does not stand so that this can be done; says what can
    └── Busy          another process is writing

The core raises by name. Only ``web/problems.py`` knows status codes, only ``cli`` exit codes.
"""

from __future__ import annotations

from collections.abc import Sequence

from geo_service.terms.phrases import say


class GeoServiceError(Exception):
    """Base of all errors this project raises on purpose.

    Parameters
    ----------
    key
        Key of the sentence in the phrase catalogue, e.g. ``"errors.no_such_area"``.
    **values
        What the sentence names.
    """

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values = values
        super().__init__(say(key, "en", **values))

    def say(self, language: str) -> str:
        """Return the sentence in `language` (``zh`` or ``en``)."""
        return say(self.key, language, **self.values)


class BadInput(GeoServiceError):
    """Data that cannot be used."""


class BadUse(GeoServiceError):
    """A command or an address called the wrong way."""


class NotFound(GeoServiceError):
    """No such thing."""


class NotReady(GeoServiceError):
    """The figure does not exist yet, or only for another date."""


class NotAllowed(GeoServiceError):
    """Who asks may not do this."""


class Conflict(GeoServiceError):
    """It was changed meanwhile, or exists already."""


class Refused(Conflict):
    """A case does not stand so that this can be done.

    Parameters
    ----------
    allowed
        Kinds of events that whoever asked can make instead.
    """

    def __init__(self, key: str, allowed: Sequence[str], **values: object) -> None:
        self.allowed = list(allowed)
        super().__init__(key, **values)


class Busy(GeoServiceError):
    """Another process is writing."""
