"""Numbers in a tile, and tiles by another reader."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from geo_service.publish.mvt import varints
from tests.publish.vector_tile import packed


@given(st.lists(st.integers(0, 2**40), max_size=40))
def test_numbers_are_read_as_they_were_written(numbers):
    assert packed(varints(np.array(numbers, dtype=np.int64))) == numbers
