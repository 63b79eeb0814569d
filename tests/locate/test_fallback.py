"""Fallback points are marked, given back, and known when rows come in."""

from __future__ import annotations

from geo_service.locate import judge, mark_known, settle_fallbacks
from tests.locate.test_judged import HALL, city


def test_settled_and_given_back():
    rows = city()
    rows.loc[rows.index[-30:-1], "precision"] = "address"
    rows.loc[0, "precision"] = "fallback"
    precision, known = settle_fallbacks(rows, (), judge(rows))
    assert known == ((*HALL, "point"),)
    assert precision.iloc[-30:].tolist() == ["fallback"] * 30
    assert precision.iloc[0] == "fallback"
    assert (precision.iloc[1:-30] == "point").all()

    settled = rows.assign(precision=precision)
    again, same = settle_fallbacks(settled, known, judge(settled))
    assert same == known
    assert again.equals(precision)

    mended = settled.assign(
        address=settled["address"].where(settled["lon"] != HALL[0], "City Hall")
    )
    back, none = settle_fallbacks(mended, known, judge(mended))
    assert none == ()
    assert back.iloc[-30:].tolist() == ["point"] * 30
    assert back.iloc[0] == "fallback"


def test_what_comes_in_on_a_known_point_is_marked():
    rows = city()
    rows.loc[rows.index[-1], "precision"] = "area"
    assert (mark_known(rows, ((*HALL, "point"),)) == "fallback").sum() == 29
    assert mark_known(rows, ()).equals(rows["precision"])


def test_a_person_gives_a_point_back_or_takes_it():
    rows = city()
    real = ((*HALL, "real", None, "2026-06-01"),)
    kept, none = settle_fallbacks(rows, (), judge(rows, real))
    assert none == ()
    assert (kept == "point").all()
    precision, known = settle_fallbacks(rows, (), judge(rows))
    back, none = settle_fallbacks(rows.assign(precision=precision), known, judge(rows, real))
    assert none == ()
    assert (back == "point").all()
    first = (float(rows["lon"][0]), 42.3)
    said = (*real, (*first, "fallback", None, "2026-06-01"))
    taken, known = settle_fallbacks(rows, (), judge(rows, said))
    assert known == ((*first, "point"),)
    assert taken.tolist().count("fallback") == 2
