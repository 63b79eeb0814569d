"""The whole schematic district on one page."""

from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo_service.demo.ground import draw_ground
from geo_service.demo.mix import DAYS
from geo_service.demo.patrols import PatrolParams, Patrols, draw_patrols, reported, visit_table
from geo_service.demo.people import draw_crews, draw_people, draw_units
from geo_service.demo.plant import PlantParams, draw_plan
from geo_service.demo.process import draw_sites, simulate
from geo_service.demo.reports import as_table, as_worked, draw_reports

END = date(2026, 6, 29)
"""The Monday after the last day of the district as it is kept in ``data/``."""


@dataclass(frozen=True)
class Demo:
    """A schematic district.

    Parameters
    ----------
    areas
        FRAMES["areas"], WGS 84; subdistricts are rows of kind ``subdistrict``.
    ground
        ``name kind geometry``: river, railway, bridges, for a pale background.
    reports
        The given columns of FRAMES["reports"].
    visits
        FRAMES["visits"]: the patrols' log of the last weeks.
    crews
        FRAMES["crews"]; `leader` is an account name.
    units
        FRAMES["units"].
    people
        ``name role crew_id unit_id``: account names to open.
    truth
        What was planted, and how strongly.
    first, end
        First day shown, and the Monday after the last.
    worked
        ``case_id mended_at checked_at``: of the last two weeks, what is worked off here.
    """

    areas: gpd.GeoDataFrame
    ground: gpd.GeoDataFrame
    reports: pd.DataFrame
    visits: pd.DataFrame
    crews: pd.DataFrame
    units: pd.DataFrame
    people: pd.DataFrame
    truth: dict[str, Any]
    first: date
    end: date
    worked: pd.DataFrame = field(default_factory=pd.DataFrame)


def demo_district(seed: int = 1, end: date = END) -> Demo:
    """Build the schematic district of `seed`; its last day is the last Sunday before `end`."""
    monday = end - timedelta(days=end.weekday())
    first = monday - timedelta(days=DAYS)
    ground = draw_ground(seed)
    plant, looking = PlantParams(), PatrolParams()
    plan, spots = draw_plan(ground, plant, seed)
    sites = draw_sites(plan, spots, seed)
    cases = simulate(plan, sites, END - timedelta(days=DAYS), plant, seed)
    rows = draw_reports(ground, plan, sites, cases, seed)
    patrols = draw_patrols(ground, plan, looking, seed)
    rows = rows[reported(rows, sites, plan, patrols, looking, seed)].reset_index(drop=True)
    crews, units = draw_crews(ground.areas), draw_units(ground.areas)
    return Demo(
        areas=ground.areas,
        ground=ground.background,
        reports=as_table(rows, first),
        visits=visit_table(patrols, ground.areas, first),
        crews=crews,
        units=units,
        people=draw_people(crews),
        truth=_truth(ground.areas, plan, sites, cases, plant, seed, monday)
        | _unseen(ground.areas, plan, sites, cases, rows, patrols)
        | {"campaign": patrols.truth(ground.areas, first), "patrol_params": asdict(looking)},
        first=first,
        end=monday,
        worked=as_worked(rows, first),
    )


def _truth(
    areas: gpd.GeoDataFrame,
    plan: pd.DataFrame,
    sites: pd.DataFrame,
    cases: pd.DataFrame,
    params: PlantParams,
    seed: int,
    end: date,
) -> dict[str, Any]:
    unit = sites["unit"].to_numpy()
    opened = pd.Series(unit[cases["site"].to_numpy()]).value_counts()
    table = plan.assign(
        area_id=areas["area_id"].to_numpy()[plan["area"].to_numpy()],
        name=areas["name"].to_numpy()[plan["area"].to_numpy()],
        opened=opened.reindex(range(len(plan)), fill_value=0),
    )

    def listed(role: str) -> list[dict[str, Any]]:
        rows = table.loc[table["role"] == role, ["area_id", "name", "category", "opened"]]
        return rows.rename(columns={"opened": "cases"}).to_dict("records")

    return {
        "schematic": True,
        "seed": seed,
        "end": end.isoformat(),
        **{role: listed(role) for role in ("rebounding", "emerging", "fading", "busy")},
        "params": asdict(params),
    }


def _unseen(
    areas: gpd.GeoDataFrame,
    plan: pd.DataFrame,
    sites: pd.DataFrame,
    cases: pd.DataFrame,
    rows: pd.DataFrame,
    patrols: Patrols,
) -> dict[str, Any]:
    """Return the areas that nobody visits: true cases, and how many reports came in."""
    area = plan["area"].to_numpy()[sites["unit"].to_numpy()]
    true, came = (
        np.bincount(area[table["site"].to_numpy()], minlength=len(areas)) for table in (cases, rows)
    )
    table = pd.DataFrame(areas[["area_id", "name"]]).assign(cases=true, reports=came)
    return {"unvisited": table.iloc[patrols.unvisited].to_dict("records")}
