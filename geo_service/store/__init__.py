"""The keeper: everything the district knows, in one database.

In: conforming frames. Out: conforming frames, small frozen classes, one run's figures whole.
`open_store` gives a `Store` with one keeper a subject (``store.reports``, ``store.runs`` ...).
The only room that knows SQLAlchemy.
"""

from geo_service.store.backup import Backup, back_up, restore
from geo_service.store.bulk import Outcome
from geo_service.store.chain import Chain, Fault
from geo_service.store.copying import copy_store
from geo_service.store.filters import Day, Filter
from geo_service.store.keepers.accounts import Account
from geo_service.store.keepers.assignments import (
    GIVEN,
    SERVICE_MINUTES,
    STANDING,
    TO_DO,
    Assignment,
)
from geo_service.store.keepers.audit import audit_table
from geo_service.store.keepers.campaigns import Campaign, Trial
from geo_service.store.keepers.district import District
from geo_service.store.keepers.imports import Import
from geo_service.store.keepers.jobs import Job
from geo_service.store.keepers.live import Came, NearCase, NearReport
from geo_service.store.keepers.photos import Photo
from geo_service.store.keepers.seals import Seal
from geo_service.store.keepers.sessions import Session
from geo_service.store.keepers.tokens import Token
from geo_service.store.lock import FileLock, process_name
from geo_service.store.opening import open_store
from geo_service.store.photo_files import PHOTO_SIZES, PhotoFiles, digest_of
from geo_service.store.run_tables import Earlier, RunTables, SomeWeeks
from geo_service.store.runs import Run
from geo_service.store.store import Store
from geo_service.store.week_rows import AREA_WORDS, FORECAST
