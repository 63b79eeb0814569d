"""A file's preset is found by the names of its columns."""

import pytest

from geo_service.intake import Layout, look


@pytest.mark.parametrize(
    ("head", "preset"),
    [
        ("任务号,问题来源,小类名称,上报时间,X坐标,Y坐标", "szcg"),
        ("台账\n任务号,小类名称,上报时间,X坐标,Y坐标", "szcg"),
        ("service_request_id,service_code,requested_datetime,lat,long", "open311"),
        ("report_id,category,reported_at,lon,lat", None),
        ("任务号,别的", None),
        ("a,b,c", None),
    ],
)
def test_the_preset_is_the_one_that_knows_most_headers(tmp_path, head, preset):
    path = tmp_path / "a.csv"
    path.write_text(head + "\n" + ",".join("123456"[: head.count(",") + 1]) + "\n", "gb18030")
    found, guessed, _ = look(path)
    assert guessed == preset
    assert found.columns == tuple(head.splitlines()[-1].split(","))
    assert found.layout.header_row == len(head.splitlines())


def test_how_it_lies_is_as_told(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("甲,乙\n丙,丁\n1,2\n", "gb18030")
    found, _, _ = look(path, Layout("gb18030", None, 2))
    assert (found.columns, found.layout) == (("丙", "丁"), Layout("gb18030", None, 2))
