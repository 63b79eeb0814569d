"""A point that many streets or categories share is no place; a busy place is one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo_service.locate import judge, on_points

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
    return out.astype({"address": "str"}).assign(precision="point", category="D01")


def found(rows):
    places = judge(rows)
    gone = places[places["state"] == "fallback"]
    return on_points(rows["lon"].to_numpy(), rows["lat"].to_numpy(), gone)


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


def desk(here=400, elsewhere=200, kinds="abcde", weights=None, busiest=1, seed=0):
    """Reports on a hot line's desk, without addresses, and others at random, `busiest` on one."""
    rng = np.random.default_rng(seed)
    lon = np.r_[np.full(here, HALL[0]), -71.1 + rng.random(elsewhere) / 10]
    lon[here : here + busiest] = lon[-1]
    mix = rng.choice(list(kinds), here, p=weights)
    return pd.DataFrame(
        {
            "lon": lon,
            "lat": np.r_[np.full(here, HALL[1]), np.full(elsewhere, 42.3)],
            "address": pd.Series(np.nan, index=range(here + elsewhere), dtype="str"),
            "category": [*mix, *rng.choice(list("abcde"), elsewhere)],
        }
    )


def states(rows, decided=()):
    return judge(rows, decided)[["rows", "reason", "state"]].to_numpy().tolist()


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        (desk(), "fallback"),
        (desk(5_000, 100), "fallback"),
        (desk(weights=[0.5, 0.3, 0.1, 0.05, 0.05]), "fallback"),
        (desk(400, 4_000), "fallback"),  # a tenth, of the whole store's mix
        (desk(400, 4_000, "vwxyz"), "suspect"),  # the same of a mix of its own
        (desk(kinds="a"), "suspect"),  # two thirds of all: not of one category either
        (desk(400, 4_000, "ab"), None),  # a market
        (desk(400, 4_000, busiest=41), None),  # busy, but others are nearly so
        (desk(40, 200), None),  # too few to tell
        (desk(400, 15), None),
    ],
)
def test_a_desk_without_addresses_is_told_by_its_share_and_mix(rows, state):
    n = int((rows["lon"] == HALL[0]).sum())
    assert states(rows) == ([[n, "share", state]] if state else [])
    mixed = rows.sample(frac=1, random_state=1)
    assert states(mixed) == states(rows)


def test_two_desks_do_not_hide_each_other_and_a_market_beside_them_stays():
    other, market = desk(300, 0), desk(350, 0, "ab", seed=1)
    other["lon"], market["lon"] = -71.2, -71.3
    rows = pd.concat([desk(400, 500), other, market], ignore_index=True)
    assert states(rows) == [[400, "share", "fallback"], [300, "share", "fallback"]]


def test_where_addresses_name_one_place_a_crowd_is_only_suspect():
    rows = desk(400, 900)
    here = rows["lon"] == HALL[0]
    rows["address"] = [f"{i} Elm St" if one else f"{i} Oak St" for i, one in enumerate(here)]
    rows.loc[here, "address"] = "Central Market"
    assert states(rows) == [[400, "share", "suspect"]]
    rows.loc[here, "address"] = [STREETS[i % 10] for i in range(400)]
    assert states(rows) == [[400, "share", "fallback"]]


def test_a_desk_with_its_own_address_is_none_where_half_of_all_lies_there():
    rows = desk().assign(address="Hot line 12345")
    assert states(rows) == [[400, "share", "fallback"]]
    rows.loc[rows["lon"] == HALL[0], "category"] = list("vwxyz") * 80
    assert states(rows) == [[400, "share", "suspect"]]


def test_many_house_numbers_of_one_street_are_suspect():
    rows = city()
    hall = rows["lon"] == HALL[0]
    rows.loc[hall, "address"] = [f"西津路{3 * i + 1}号" for i in range(hall.sum())]
    assert states(rows) == [[30, "numbers", "suspect"]]
    rows.loc[hall, "address"] = [f"敦煌路市场{i}号摊位" for i in range(hall.sum())]
    assert states(rows) == []


def test_what_a_person_says_goes_before_the_judgement():
    rows = desk()
    other = (float(rows["lon"].iloc[-1]), 42.3)
    said = ((*HALL, "real", "anna", "2026-06-01"), (*other, "fallback", None, "2026-06-02"))
    found = judge(rows, said)
    assert found["state"].tolist() == ["real", "fallback"]
    assert found["decided_by"].fillna("").tolist() == ["anna", ""]
    assert found["reason"].tolist() == ["share", ""]
    assert found.loc[0, "share"] == pytest.approx(2 / 3)
    assert judge(rows, ((1.0, 2.0, "real", None, ""),))["state"].tolist() == ["fallback"]
