"""A point that many streets share is no place; a place with many reports is one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo_service.locate import mark_known, on_fallback, settle_fallbacks

ODD = ["Ash", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Gum", "Holly", "Ivy", "Juniper"]
ENDS = ["Street", "Avenue", "Lane"]
STREETS = [f"{odd} {end}" for odd in ODD for end in ENDS]
HALL = (-71.0587, 42.3594)


def city(points=300, lost=30, seed=0):
    """Reports on points of their own, two each, and `lost` ones on the town hall."""
    rng = np.random.default_rng(seed)
    lon, lat = -71.1 + np.arange(points) * 1e-4, np.full(points, 42.3)
    rows = pd.DataFrame(
        {
            "lon": np.repeat(lon, 2),
            "lat": np.repeat(lat, 2),
            "address": [f"{i} {STREETS[i % 30]}" for i in range(points) for _ in range(2)],
        }
    )
    gone = pd.DataFrame(
        {
            "lon": HALL[0],
            "lat": HALL[1],
            "address": [f"{rng.integers(900)} {STREETS[i % 30]}" for i in range(lost)],
        }
    )
    out = pd.concat([rows, gone], ignore_index=True)
    return out.astype({"address": "str"}).assign(precision="point")


def found(rows):
    return on_fallback(rows["lon"].to_numpy(), rows["lat"].to_numpy(), rows["address"])


def test_the_point_of_many_streets_is_found_and_nothing_else():
    rows = city()
    assert found(rows).tolist() == (rows["lon"] == HALL[0]).tolist()


def test_rows_without_words_follow_their_point():
    rows = city()
    rows.loc[rows.index[-3:], "address"] = np.nan
    assert found(rows).sum() == 30


def test_order_does_not_matter():
    rows = city()
    mixed = rows.sample(frac=1, random_state=1)
    assert (found(mixed) == found(rows)[mixed.index]).all()


def test_few_streets_are_a_crossing():
    assert not found(city(lost=15)).any()


def test_many_numbers_of_one_street_are_a_place():
    rows = city()
    hall = rows["lon"] == HALL[0]
    rows.loc[hall, "address"] = [f"{i} Ash Street, stall {i}" for i in range(hall.sum())]
    assert not found(rows).any()


def test_one_name_in_many_words_is_a_place():
    rows = city()
    hall = rows["lon"] == HALL[0]
    rows.loc[hall, "address"] = [
        f"希望大院{c}单元门口" for c in "".join(map(chr, range(0x4E10, 0x4E2E)))
    ]
    assert hall.sum() == 30
    assert not found(rows).any()


def test_coarse_points_everywhere_are_no_fallback():
    rows = city(points=900, lost=0)
    rows["lon"] = -71.1 + (np.arange(len(rows)) % 20) * 1e-2
    rows["address"] = [f"{i} {STREETS[i * 7 % 30]}" for i in range(len(rows))]
    rows["address"] = rows["address"].astype("str")
    assert not found(rows).any()


def test_two_fallbacks_do_not_hide_each_other():
    rows = city()
    second = city(points=0)
    second["lon"] -= 1
    assert found(pd.concat([rows, second], ignore_index=True)).sum() == 60


@pytest.mark.parametrize("rows", [city(points=0), city().iloc[:0], city().assign(lon=np.nan)])
def test_without_other_points_nothing_is_said(rows):
    assert not found(rows).any()


def test_settled_and_given_back():
    rows = city()
    rows.loc[rows.index[-30:-1], "precision"] = "address"
    rows.loc[0, "precision"] = "fallback"
    precision, known = settle_fallbacks(rows, ())
    assert known == ((*HALL, "point"),)
    assert precision.iloc[-30:].tolist() == ["fallback"] * 30
    assert precision.iloc[0] == "fallback"
    assert (precision.iloc[1:-30] == "point").all()

    settled = rows.assign(precision=precision)
    again, same = settle_fallbacks(settled, known)
    assert same == known
    assert again.equals(precision)

    mended = settled.assign(
        address=settled["address"].where(settled["lon"] != HALL[0], "City Hall")
    )
    back, none = settle_fallbacks(mended, known)
    assert none == ()
    assert back.iloc[-30:].tolist() == ["point"] * 30
    assert back.iloc[0] == "fallback"


def test_what_comes_in_on_a_known_point_is_marked():
    rows = city()
    rows.loc[rows.index[-1], "precision"] = "area"
    assert (mark_known(rows, ((*HALL, "point"),)) == "fallback").sum() == 29
    assert mark_known(rows, ()).equals(rows["precision"])
