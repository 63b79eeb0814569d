"""An error is a sentence in the reader's language, with what was wrong."""

import pytest

from geo_service.terms import BadInput, Busy, GeoServiceError, NotFound


@pytest.mark.parametrize("kind", [BadInput, NotFound, Busy])
def test_an_error_speaks_both_languages_and_keeps_its_values(kind):
    error = kind("errors.no_such_area", area_id="A9")
    assert isinstance(error, GeoServiceError)
    assert str(error) == error.say("en") == "There is no area A9."
    assert "A9" in error.say("zh") != error.say("en")
    assert error.values == {"area_id": "A9"}


def test_a_sentence_that_is_not_there_is_a_mistake_of_the_program():
    with pytest.raises(KeyError):
        NotFound("errors.nobody_wrote_this")
