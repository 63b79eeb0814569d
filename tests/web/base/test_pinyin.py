import pytest

from geo_service.web.base.pinyin import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("乱涂乱贴、野广告", "ltlt、ygg"),
        ("A区 3号", "aq 3h"),
        ("Main Street", "main street"),
        ("", ""),
    ],
)
def test_the_first_letter_of_each_reading(name, letters):
    assert initials(name) == letters
