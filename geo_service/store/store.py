"""The store as one thing: a keeper for each subject, one writer's lock, transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection, Engine

from geo_service.store.changes import Changes
from geo_service.store.emptying import empty
from geo_service.store.engine import Connections
from geo_service.store.fingerprint import fingerprint
from geo_service.store.keepers.accounts import AccountsKeeper
from geo_service.store.keepers.areas import AreasKeeper
from geo_service.store.keepers.assignments import AssignmentsKeeper
from geo_service.store.keepers.audit import AuditKeeper
from geo_service.store.keepers.calendar import CalendarKeeper
from geo_service.store.keepers.campaigns import CampaignsKeeper, TrialsKeeper
from geo_service.store.keepers.cases import CasesKeeper, SitesKeeper
from geo_service.store.keepers.crews import CrewsKeeper, UnitsKeeper
from geo_service.store.keepers.district import DistrictKeeper
from geo_service.store.keepers.events import EventsKeeper
from geo_service.store.keepers.ground import GroundKeeper
from geo_service.store.keepers.import_steps import ImportStepsKeeper
from geo_service.store.keepers.imports import ImportsKeeper
from geo_service.store.keepers.jobs import JobsKeeper
from geo_service.store.keepers.live import LiveKeeper
from geo_service.store.keepers.one_row import OneRowKeeper
from geo_service.store.keepers.pending import PendingKeeper
from geo_service.store.keepers.photos import PhotosKeeper
from geo_service.store.keepers.placements import PlacementsKeeper
from geo_service.store.keepers.rejects import RejectsKeeper
from geo_service.store.keepers.reporters import ReportersKeeper
from geo_service.store.keepers.reports import ReportsKeeper
from geo_service.store.keepers.seals import SealsKeeper
from geo_service.store.keepers.sessions import SessionsKeeper
from geo_service.store.keepers.tokens import TokensKeeper
from geo_service.store.keepers.visits import VisitsKeeper
from geo_service.store.keepers.words import WordsKeeper
from geo_service.store.lock import ProcessLock
from geo_service.store.runs import RunsKeeper
from geo_service.store.sqlite import check_pages


class Store:
    """A district's store; made by `open_store`."""

    def __init__(self, url: str, engine: Engine, writer: ProcessLock, worker: ProcessLock) -> None:
        self.url = url
        self.engine = engine
        self._connections = connections = Connections(engine)
        self._writer = writer
        self._worker = worker
        self.changes = Changes(connections)
        self.district = DistrictKeeper(connections)
        self.words = WordsKeeper(connections)
        self.areas = AreasKeeper(connections)
        self.ground = GroundKeeper(connections)
        self.reports = ReportsKeeper(connections)
        self.reporters = ReportersKeeper(connections)
        self.live = LiveKeeper(connections)
        self.placements = PlacementsKeeper(connections)
        self.events = EventsKeeper(connections)
        self.photos = PhotosKeeper(connections)
        self.pending = PendingKeeper(connections)
        self.rejects = RejectsKeeper(connections)
        self.runs = RunsKeeper(connections)
        self.seals = SealsKeeper(connections)
        self.cases = CasesKeeper(connections)
        self.sites = SitesKeeper(connections)
        self.crews = CrewsKeeper(connections)
        self.units = UnitsKeeper(connections)
        self.calendar = CalendarKeeper(connections)
        self.visits = VisitsKeeper(connections)
        self.assignments = AssignmentsKeeper(connections)
        self.campaigns = CampaignsKeeper(connections)
        self.trials = TrialsKeeper(connections)
        self.accounts = AccountsKeeper(connections)
        self.sessions = SessionsKeeper(connections)
        self.tokens = TokensKeeper(connections)
        self.audit = AuditKeeper(connections)
        self.one_row = OneRowKeeper(connections)
        self.imports = ImportsKeeper(connections)
        self.import_steps = ImportStepsKeeper(connections)
        self.jobs = JobsKeeper(connections)

    @property
    def shown(self) -> str:
        """Its address without a password."""
        url = self.engine.url
        return url.set(drivername=url.get_backend_name()).render_as_string(hide_password=True)

    def empty(self) -> None:
        """Take the district out: everything but people, categories and kinds."""
        with self.transaction() as connection:
            empty(connection)

    @contextmanager
    def writer(self, who: str, wait: float = 0.0) -> Iterator[None]:
        """Be the one process that imports or refreshes, until the block is left.

        Small writes (an assignment, an account) need no more than their transaction. What a killed
        import left is finished first.

        Raises
        ------
        Busy
            If another is, for longer than `wait` seconds.
        """
        with self._writer.held(who, wait):
            self.import_steps.settle()
            yield

    def opening(self, wait: float) -> AbstractContextManager[None]:
        """Be the one process that makes the tables."""
        return self._writer.held("open", wait)

    def worker(self, who: str, wait: float = 0.0) -> AbstractContextManager[None]:
        """Be the one process that works through the jobs, until the block is left."""
        return self._worker.held(who, wait)

    def transaction(self) -> AbstractContextManager[Connection]:
        """Write several things as one: all or nothing; nested calls join."""
        return self._connections.transaction()

    def going_first(self) -> AbstractContextManager[None]:
        """Write several times with something slow between, before an import's next step."""
        return self._connections.going_first()

    def reading(self) -> AbstractContextManager[Connection]:
        """Read several things as they were at one moment."""
        return self._connections.reading()

    def check_pages(self) -> None:
        """Look at every page of the file, or raise NotReady; a server looks after its own."""
        if self.engine.dialect.name == "sqlite":
            with self.reading() as connection:
                check_pages(connection)

    def fingerprint(self) -> str:
        """Return a hash of all contents but accounts, imports, jobs, and when runs were made."""
        with self.reading() as connection:
            return fingerprint(connection)

    def close(self) -> None:
        """Let go of all connections."""
        self.changes.close()
        self._connections.engine.dispose()
