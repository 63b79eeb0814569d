"""Logs are put aside when they have grown, whoever writes them."""

import logging
import stat

from geo_service.flow.logs import KEPT, RotatedFile, rotate


def line(text):
    return logging.LogRecord("x", logging.INFO, "", 0, text, None, None)


def test_a_log_that_has_grown_is_put_aside_and_the_oldest_forgotten(tmp_path):
    path = tmp_path / "x.log"
    for number in range(KEPT + 3):
        path.write_text(f"{number}" * 20)
        rotate(path, most_bytes=10)
    assert not path.exists()
    kept = [path.with_name(f"x.log.{n}").read_text()[0] for n in range(1, KEPT + 1)]
    assert kept == ["6", "5", "4", "3"]
    assert not path.with_name(f"x.log.{KEPT + 1}").exists()


def test_a_small_one_and_none_are_left_alone(tmp_path):
    path = tmp_path / "x.log"
    rotate(path)
    path.write_text("short")
    rotate(path)
    assert [one.name for one in tmp_path.iterdir()] == ["x.log"]


def test_two_writers_lose_no_line(tmp_path):
    path = tmp_path / "var" / "x.log"
    one, other = RotatedFile(path, most_bytes=40), RotatedFile(path, most_bytes=40)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for number in range(10):
        one.emit(line(f"one {number}"))
        other.emit(line(f"other {number}"))
    one.close()
    other.close()
    kept = [path, *(path.with_name(f"x.log.{n}") for n in range(1, KEPT + 1))]
    told = [row for file in kept if file.exists() for row in file.read_text().splitlines()]
    assert {"one 9", "other 9", "one 5"} <= set(told)
    assert len(told) == len(set(told))
    assert all(file.stat().st_size < 80 for file in kept if file.exists())
