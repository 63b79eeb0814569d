"""What a run rests on: its areas, zones and the parameters of all steps; and the digest of it."""

from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Self

import numpy as np
import pandas as pd

from geo_service import __version__, coverage, forecast, hotspots, link, rebound
from geo_service.casework import Duties
from geo_service.flow.duties import duties_of
from geo_service.flow.effects import Work, campaigns_of
from geo_service.flow.last_run import LastRun
from geo_service.flow.neighbours import AreaNeighbours, neighbours_of_areas
from geo_service.measure import Floats, Ints, Validity
from geo_service.store import GIVEN, Store
from geo_service.terms import HOT_LEVELS

_FORMAT = 16


@dataclass(frozen=True)
class Basis:
    """What turns the figures of a run, and what they are of.

    Parameters
    ----------
    areas, area_ids
        All areas, without shapes, and the ids of those that hold reports, in the arrays' order.
    visits
        The version of the visits: where they change, every week is computed anew.
    around
        Who neighbours whom; None where nobody asks.
    assignments
        Which crew had which area on its list; only rates by crew rest on it, and they are always
        computed.
    duties
        Who answers for what; only rates by unit rest on it.
    campaigns
        Of whose effect a run tells; nothing else rests on them.
    """

    areas: pd.DataFrame
    area_ids: list[str]
    linking: link.Linking
    timezone: str
    epsg: int
    rebound_params: rebound.ReboundParams
    hotspot_params: hotspots.HotspotParams
    visits: int = 0
    coverage_params: coverage.CoverageParams = field(default_factory=coverage.CoverageParams)
    around: AreaNeighbours | None = None
    pattern_params: hotspots.PatternParams = field(default_factory=hotspots.PatternParams)
    word_params: hotspots.WordParams = field(default_factory=hotspots.WordParams)
    assignments: pd.DataFrame | None = None
    duties: Duties | None = None
    ranking_params: forecast.RankingParams = field(default_factory=forecast.RankingParams)
    campaigns: list[Work] = field(default_factory=list)

    @classmethod
    def of(cls, store: Store, timezone: str, epsg: int, earlier: LastRun | None = None) -> Self:
        """Read what is needed of `store`, and was not known to `earlier` already."""
        areas = store.areas.read(geometry=False)
        holds = areas["kind"].isin(store.words.kinds().query("locates")["kind"])
        area_ids = areas.loc[holds, "area_id"].tolist()
        known = None if earlier is None else earlier.around
        return cls(
            areas,
            area_ids,
            link.Linking(store.words.categories(), epsg),
            timezone,
            epsg,
            rebound.ReboundParams(),
            hotspots.HotspotParams(),
            store.visits.version(),
            around=neighbours_of_areas(store, area_ids, epsg, known),
            assignments=store.assignments.of(states=GIVEN),
            duties=duties_of(store),
            ranking_params=forecast.RankingParams(case_weight=store.runs.case_weight),
            campaigns=campaigns_of(store),
        )

    def valid_days(self, edges: Ints) -> Floats | None:
        """Return on how many days of each week there is each area; None where all always are.

        Parameters
        ----------
        edges
            Beginnings of the weeks and the end of the last, microseconds; shape (w + 1,).

        Returns
        -------
        days
            In the arrays' order, shape (areas, w).
        """
        validity = Validity.of(self.areas.set_index("area_id").loc[self.area_ids])
        return validity.days(edges) if len(validity.edges) else None

    @property
    def public(self) -> frozenset[str]:
        """The categories that public channels observe."""
        return coverage.public_categories(self.linking.categories)

    @cached_property
    def grounds(self) -> hotspots.Grounds:
        """What is judged: each area, it with its neighbours, each subdistrict."""
        its = self.areas.set_index("area_id")["subdistrict_id"].reindex(self.area_ids)
        code, names = pd.factorize(its, sort=True)
        near = None if self.around is None else self.around.neighbours.contact
        area, around, subdistrict = HOT_LEVELS
        alone = hotspots.inside(np.arange(len(its)), len(its))
        beside = alone if near is None else near.matrix + alone
        whole = ([*names], hotspots.inside(code.astype(np.int64), len(its)))
        return {area: (self.area_ids, alone), around: (self.area_ids, beside), subdistrict: whole}

    @property
    def subdistricts(self) -> Ints:
        """Number of the subdistrict of each area, −1 in none; in the arrays' order."""
        whole = self.grounds[HOT_LEVELS[-1]][1]
        return np.where(whole.sum(axis=0) > 0, np.arange(whole.shape[0]) @ whole, -1).astype(int)

    @cached_property
    def rules(self) -> str:
        """A digest of what turns the verdict."""
        steps = (self.hotspot_params, self.coverage_params, link.LinkParams())
        said = (_FORMAT, __version__, self.timezone, [asdict(one) for one in steps])
        return blake2b(repr(said).encode(), digest_size=8).hexdigest()

    @cached_property
    def key(self) -> str:
        """A digest of all that figures depend on beside reports; where it differs, all differ."""
        digest = blake2b(digest_size=16)
        steps = (
            self.rebound_params,
            self.hotspot_params,
            self.coverage_params,
            self.pattern_params,
            self.ranking_params,
            self.word_params,
        )
        params = [asdict(one) for one in (link.LinkParams(), *steps)]
        around = None if self.around is None else self.around.key
        said = (_FORMAT, __version__, self.timezone, self.epsg, self.visits, params, around)
        digest.update(repr(said).encode())
        for table in (
            self.areas.drop(columns="geometry", errors="ignore"),
            self.linking.categories,
        ):
            digest.update(pd.util.hash_pandas_object(table.astype("str"), index=False).to_numpy())
        digest.update(repr(self.area_ids).encode())
        return digest.hexdigest()
