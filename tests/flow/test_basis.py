"""What a run rests on: where it is another, every figure is computed anew."""

from dataclasses import replace

from geo_service.flow.basis import Basis
from geo_service.flow.locating import epsg_of
from tests.flow.city import fill


def test_the_key_is_that_of_the_areas_the_parameters_and_the_visits_but_of_no_report(
    store, tmp_path
):
    fill(store, tmp_path)
    epsg = epsg_of(store)
    basis = Basis.of(store, "Asia/Shanghai", epsg)
    assert basis.key == Basis.of(store, "Asia/Shanghai", epsg).key
    others = [
        replace(basis, visits=basis.visits + 1),
        replace(basis, timezone="UTC"),
        replace(basis, areas=basis.areas.assign(name="another")),
        replace(basis, rebound_params=replace(basis.rebound_params, window_weeks=51)),
    ]
    assert len({basis.key, *(one.key for one in others)}) == 5
    assert len({basis.rules, *(one.rules for one in others)}) == 2
