import hashlib
import re
from pathlib import Path

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from geo_service.store.migrations import versions
from geo_service.store.schema import VERSION, for_dialect, metadata


def digest():
    step = Path(versions.__file__).with_name("v0001_first.py").read_text("utf-8")
    told = [re.sub(r'""".*?"""', "", step, flags=re.DOTALL)]
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        for_dialect(dialect.name)
        for table in metadata.sorted_tables:
            indexes = sorted(table.indexes, key=lambda one: one.name)
            ddl = [CreateTable(table), *map(CreateIndex, indexes)]
            told.extend(str(one.compile(dialect=dialect)) for one in ddl)
    return hashlib.blake2b("\n".join(told).encode(), digest_size=6).hexdigest()


def test_a_changed_schema_has_a_changed_version():
    assert digest() == VERSION, f'write VERSION = "{digest()}" into store/schema.py'
