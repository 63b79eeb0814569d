from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from geo_service.demo.pictures import SIZE, draw_photo


def pixels(data):
    image = Image.open(BytesIO(data))
    assert (image.format, image.size) == ("JPEG", SIZE)
    return np.asarray(image.convert("L"), dtype=np.int64)


@pytest.mark.parametrize("category", ["D01", "D03", "D05", "D10"])
def test_before_and_after_show_one_place_with_and_without_what_is_wrong(category):
    before, after = (pixels(draw_photo(3, category, mended=done)) for done in (False, True))
    away = np.abs(before - after) > 40
    assert away[280:640].mean() > 0.01
    # walls, sky and label are the same, but for the bar in the label
    assert away[:180].mean() == 0
    assert away[650:, 30:].mean() == 0


def test_a_label_in_the_picture_says_that_it_is_drawn():
    label = pixels(draw_photo(1, "D02", mended=False))[660:710, 36:140]
    assert 0.15 < (label < 90).mean() < 0.6


def test_places_differ_and_a_place_is_drawn_the_same_again():
    once = draw_photo(1, "D02", mended=True)
    draw_photo.cache_clear()
    assert draw_photo(1, "D02", mended=True) == once
    assert draw_photo(2, "D02", mended=True) != once
