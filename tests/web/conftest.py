"""A small district in a store of its own: six areas, two categories, three weeks."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from jinja2 import FileSystemBytecodeCache

from geo_service.people import passwords
from geo_service.settings import Settings
from geo_service.store import RunTables, SomeWeeks, open_store
from geo_service.terms import FRAMES, ROLES
from geo_service.web import create_app
from tests.store.samples import week_columns

WEEKS = ["2026-W24", "2026-W25", "2026-W26"]
AREAS = ["A1", "A2", "A3", "A4", "M1", "M2"]
CATEGORIES = ["*", "D01", "D02"]
NASTY = "<script>alert(1)</script>"
FORMULA = "=cmd()"
PASSWORD = "correct horse"
AS_OF = datetime(2026, 6, 28, 16, tzinfo=UTC)


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self):
        self.at = datetime(2026, 6, 28, 4, tzinfo=UTC)

    def __call__(self):
        return self.at

    def pass_by(self, **time):
        self.at += timedelta(**time)


def areas():
    squares = [shapely.box(x, 36.0, x + 0.004, 36.004) for x in 103.70 + 0.01 * np.arange(6)]
    wholes = [
        shapely.box(103.69, 35.99, 103.729, 36.01),
        shapely.box(103.729, 35.99, 103.77, 36.01),
    ]
    return gpd.GeoDataFrame(
        {
            "area_id": [*AREAS, "S1", "S2"],
            "name": [
                "西湖后街",
                NASTY,
                FORMULA,
                "144号路",
                "敦煌路市场",
                "晏家坪市场",
                "西园",
                "西湖",
            ],
            "kind": ["alley"] * 4 + ["market"] * 2 + ["subdistrict"] * 2,
            "subdistrict_id": ["S1", "S1", "S1", "S2", "S2", "S2", None, None],
            "community": ["兰工坪社区", "西湖社区"] + [None] * 6,
            "accountable_unit": [None, "城管队"] + [None] * 6,
        },
        geometry=[*squares, *wholes],
        crs="EPSG:4326",
    )


def reports():
    return FRAMES["reports"].conform(
        pd.DataFrame(
            {
                "report_id": ["1", "2", "3"],
                "category": ["D01", "D01", "D02"],
                "reported_at": ["2026-06-10T01:00Z", "2026-06-26T01:00Z", "2026-06-20T01:00Z"],
                "lon": [103.702, 103.702, 103.712],
                "lat": [36.002, 36.002, 36.002],
                "precision": "point",
                "description": [NASTY, FORMULA, None],
                "source": "hotline",
                "community": ["西湖社区", None, None],
            }
        )
    )


def cases():
    return FRAMES["cases"].conform(
        pd.DataFrame(
            {
                "case_id": ["1", "2", "3"],
                "site_id": ["1", "1", "3"],
                "category": ["D01", "D01", "D02"],
                "area_id": ["A1", "A1", "A2"],
                "lon": [103.702, 103.702, 103.712],
                "lat": [36.002, 36.002, 36.002],
                "opened_at": ["2026-06-10T01:00Z", "2026-06-26T01:00Z", "2026-06-20T01:00Z"],
                "fixed_at": ["2026-06-11T01:00Z", None, None],
                "verified_at": ["2026-06-12T01:00Z", None, None],
                "state": ["verified", "open", "open"],
                "episode": [1, 2, 1],
                "parent_case_id": [None, "1", None],
                "link": ["new", "rebound", "new"],
                "gap_days": [None, 14.0, None],
                "reports": 1,
                "reworks": 0,
                "unit_id": ["U1", "U1", "城管队"],
            }
        )
    )


def week_rows(week):
    rows = pd.DataFrame(
        [(area, category) for area in AREAS for category in CATEGORIES],
        columns=["area_id", "category"],
    )
    known = areas().set_index("area_id")
    number = rows["area_id"].map({area: n for n, area in enumerate(AREAS)})
    return FRAMES["hotspots"].conform(
        rows.assign(
            name=rows["area_id"].map(known["name"]),
            kind=rows["area_id"].map(known["kind"]),
            subdistrict=rows["area_id"].map(known["subdistrict_id"]),
            week=week,
            reports=number + 1,
            cases=6 - number,
            closures=2,
            closures_unverified=0,
            rebounds=number % 2,
            rebound_spells=10,
            rebound_events_30=6 - number,
            p_rebound_30=(6 - number) / 10,
            enough_data=number < 5,
            hot=(number == 0) & (rows["category"] == "*"),
            expected=1.5,
            zone=np.where(
                number.isin([0, 2]) & (week == WEEKS[-1]) & (rows["category"] != "D02"), "A1", None
            ),
            hot_subdistrict=(number > 2) & (week == WEEKS[-1]) & (rows["category"] == "D02"),
            windows=np.where((number == 0) & (rows["category"] == "*"), "1;2", None),
            q_value=np.where(rows["category"] == "D02", np.nan, 0.5),
            rank=number + 1,
            observed="unknown",
        )
    )


def run_tables():
    values, series = {}, {}
    for category in CATEGORIES:
        for week in WEEKS:
            values["rebound", category, week] = np.array(
                [600, 500, 400, 300, 200, 65535], dtype=np.uint16
            )
            values["hotspots", category, week] = np.array([1, 0, 0, 0, 0, 0], dtype=np.uint16)
            values["cases", category, week] = np.arange(6, 0, -1, dtype=np.uint16)
            hot = week == WEEKS[-1]
            values["gi", category, week] = np.array(
                [[301 if hot else -50, -32768, 7, 0, 0, 0], [hot, 0, 0, 0, 0, 0]], dtype=np.int16
            )
            values["density", category, week] = np.array([[3833, 39883, 7]], dtype=np.int32)
            values["heat_cases", category, week] = np.array([[3831, 39850, 70]], dtype=np.int32)
            values["rebound_7", category, week] = np.array(
                [60, 50, 40, 30, 20, 65535], dtype=np.uint16
            )
            values["rebound_7_class", category, week] = np.array(
                [2, 2, 1, 0, 0, 65535], dtype=np.uint16
            )
            values["rebound_class", category, week] = np.array(
                [3, 2, 1, 0, 0, 65535], dtype=np.uint16
            )
        for name in ("cases", "closures", "rebounds"):
            series[name, category] = np.arange(18, dtype=np.int32).reshape(6, 3)
        back, at_risk = np.arange(20, 220, 20), np.arange(40, 0, -10)
        of_area = np.concatenate([back, at_risk])
        series["curve", category] = np.vstack(
            [*[of_area] * 6, np.concatenate([back // 2, at_risk * 10])]
        ).astype(np.int32)
    rates = pd.DataFrame(
        {
            "level": ["district", "category", "category", "area"],
            "key": [None, "D01", "D02", "A1"],
            "category": ["*", "D01", "D02", "D01"],
            "closures": [100, 60, 40, 30],
            "rebounds_7": [4, 3, 1, 2],
            "rebounds_30": [9, 6, 3, 5],
            "rebounds_90": [20, 12, 8, 9],
            "p_rebound_30": [0.09, 0.1, 0.075, 0.15],
            "p_rebound_30_low": [0.05, 0.05, 0.05, 0.1],
            "p_rebound_30_high": [0.2, 0.2, 0.2, 0.3],
        }
    )
    return RunTables(
        as_of=AS_OF,
        cases=cases(),
        sites=FRAMES["sites"].conform(
            pd.DataFrame({"site_id": ["1", "3"], "category": ["D01", "D02"]})
        ),
        spells=FRAMES["spells"].conform(pd.DataFrame({"case_id": ["1"], "site_id": ["1"]})),
        links=pd.DataFrame(
            {
                "report_id": ["1", "2", "3"],
                "case_id": ["1", "2", "3"],
                "link": ["new", "rebound", "new"],
            }
        ),
        rates=FRAMES["rates"].conform(rates),
        weeks=WEEKS,
        weekly=[
            SomeWeeks(
                [(week, week_columns(week_rows(week), AREAS)) for week in WEEKS], values.items()
            )
        ],
        areas=week_rows(WEEKS[0]).drop_duplicates("area_id"),
        series=[(*key, array) for key, array in series.items()],
        record=lambda _: {"area": {"*": [9, 3]}, "around": {"D01": [7, 4]}},
        summary={"open": 412, "overdue": None, "returned_7": 58, "unlocated": 5},
    )


def cheaply_hashed(password):
    """Return what is kept of a password at a thousandth of the work: hundreds of tests sign in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_COST", 5)
        return passwords.hash_password(password, "")


def fill(store, *, demo):
    store.district.set(
        name_zh="七里河区",
        name_en="Qilihe",
        demo=demo,
        utm_epsg=32648,
        today=datetime(2026, 6, 28, 4, tzinfo=UTC) if demo else None,
    )
    store.areas.upsert(areas())
    store.ground.replace(
        gpd.GeoDataFrame(
            {"name": ["黄河"], "kind": ["river"]},
            geometry=[shapely.box(103.6, 36.02, 103.9, 36.03)],
            crs="EPSG:4326",
        )
    )
    store.reports.upsert(reports())
    store.crews.upsert(
        FRAMES["crews"].conform(
            pd.DataFrame(
                {
                    "crew_id": ["C1", "C2", "C3"],
                    "name": ["一班", "二班", "三班"],
                    "skills": ["wash", "wash haul", "wash haul"],
                    "weekdays": ["1-5", "1-7", "1-7"],
                    "depot_lon": [103.70, 103.70, 103.76],
                    "depot_lat": [36.0, 36.0, 36.0],
                }
            )
        )
    )
    store.units.upsert(pd.DataFrame({"unit_id": ["U1", "U2"], "name": ["环卫站", "西湖社区"]}))
    store.runs.save(run_tables())
    hashed = cheaply_hashed(PASSWORD)
    for role in ROLES:
        crew = "C1" if role == "crew-leader" else None
        unit = "U1" if role == "unit" else None
        store.accounts.add(role, role, hashed, crew, AS_OF, unit_id=unit, demo=demo)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """Return the files of two stores, made once: a district's own and the demo's."""

    def make(name, demo):
        path = tmp_path_factory.mktemp(name) / "geo.sqlite"
        opened = open_store(f"sqlite:///{path}")
        fill(opened, demo=demo)
        opened.close()
        return path

    return {demo: make("demo" if demo else "own", demo) for demo in (False, True)}


@pytest.fixture(scope="session")
def compiled(tmp_path_factory):
    """Return where templates are kept compiled: each test makes an application anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def settings(tmp_path):
    return Settings(
        database_url=f"sqlite:///{tmp_path / 'geo.sqlite'}",
        var=tmp_path,
        secret_file=tmp_path / "secret_key",
        chain_key_file=tmp_path / "chain_key",
    )


@pytest.fixture
def store(settings, filled, tmp_path):
    shutil.copy(filled[False], tmp_path / "geo.sqlite")
    opened = open_store(settings.database_url, create=False)
    yield opened
    opened.close()


@pytest.fixture
def demo_client(settings, filled, tmp_path, clock, compiled):
    """Return a client of the demo that has not signed in."""
    shutil.copy(filled[True], tmp_path / "geo.sqlite")
    opened = open_store(settings.database_url, create=False)
    made = create_app(settings, opened, clock)
    made.jinja_env.bytecode_cache = compiled
    yield made.test_client()
    opened.close()


@pytest.fixture
def app(settings, store, clock, compiled):
    made = create_app(settings, store, clock)
    made.jinja_env.bytecode_cache = compiled
    made.testing = True
    return made


@pytest.fixture
def client(app):
    return app.test_client()


def token(client, path="/sign-in"):
    page = client.get(path).get_data(as_text=True)
    return re.search(r'name="csrf-token" content="([^"]+)"', page).group(1)


def sign_in(client, name, password=PASSWORD, **form):
    return client.post(
        "/sign-in",
        data={"name": name, "password": password, "csrf_token": token(client), **form},
        headers={"Accept": "text/html"},
    )


@pytest.fixture
def as_role(app):
    """Return a client that is signed in with a role."""

    def make(role):
        client = app.test_client()
        assert sign_in(client, role).status_code == 303
        return client

    return make


@pytest.fixture
def dispatched(as_role, clock):
    """Return what dispatches a case to a crew or unit."""

    def send(case_id, **to):
        clock.pass_by(minutes=1)
        client = as_role("supervisor")
        headers = {"X-CSRFToken": token(client, "/me")}
        body = {"kind": "dispatched", **to}
        answer = client.post(f"/api/cases/{case_id}/events", json=body, headers=headers)
        assert answer.status_code == 201, answer.text

    return send


@pytest.fixture
def viewer(as_role):
    return as_role("viewer")


LOOKED = [28, 0, 3, 0, 8, 1]
"""Days of four weeks in the last week; A2 and A4 were not looked at."""


_DAY = 20_632
"""2026-06-28, the last day seen, counted from 1970-01-01."""


def looked_at():
    tables = run_tables()
    (weeks,) = tables.weekly
    values = dict(weeks.values)
    for week in WEEKS[:-1]:
        values["coverage", "*", week] = np.full(6, 65535, dtype=np.uint16)
    values["coverage", "*", WEEKS[-1]] = np.array(LOOKED, dtype=np.uint16)
    for layer in ("hotspots", "cases"):
        for category in CATEGORIES:
            values[layer, category, WEEKS[-1]] = np.where(
                np.array(LOOKED) == 0, 65535, values[layer, category, WEEKS[-1]]
            ).astype(np.uint16)
    watched = np.full((6, 3), -1, dtype=np.int32)
    watched[:, -1] = [7, 0, 2, 0, 2, 0]
    state = np.zeros((6, 3), dtype=np.int8)
    state[:, -1] = [3, 1, 3, 1, 3, 2]
    last = np.array([_DAY, -1, _DAY - 2, -1, _DAY - 6, _DAY - 20], dtype=np.int32)
    looked = [
        ("watched", "*", watched),
        ("observed", "*", state),
        ("last_watched", "*", last[:, None]),
    ]
    rates = pd.DataFrame(
        {
            "level": "area",
            "key": ["A1"],
            "area_id": ["A1"],
            "category": ["*"],
            "closures": [40],
            "rebounds_30": [10],
            "p_rebound_30": [0.25],
            "observed_days": [900.0],
            "observed_rebounds_30": [8],
            "blind_rebounds": [3],
            "p_observed_30": [0.31],
            "p_observed_30_low": [0.2],
            "p_observed_30_high": [0.45],
        }
    )
    return replace(
        tables,
        rates=FRAMES["rates"].conform(pd.concat([tables.rates, rates])),
        weekly=[weeks._replace(values=values.items())],
        series=[*tables.series, *looked],
        coverage_known=True,
        summary=tables.summary | {"unseen": 2},
    )


@pytest.fixture
def logged(store, viewer):
    store.runs.save(looked_at())
    return viewer
