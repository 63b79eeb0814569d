"""A file of reports → table ``reports``, and ``rejects`` for what is none."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_service.intake.dates.times import AHEAD, FIRST, TimeRules, decide_order, parse_times
from geo_service.intake.options import Found, ImportOptions, IntakeWarning, Progress, ReportsIn
from geo_service.intake.presets import Preset, load_preset
from geo_service.intake.readers.files import check_path
from geo_service.intake.readers.raw import RawTable
from geo_service.intake.readers.sources import read_rows
from geo_service.intake.rows.categories import coded
from geo_service.intake.rows.columns import PERSONAL, Fields, find_fields, known_names
from geo_service.intake.rows.identity import name_rows
from geo_service.intake.rows.points import numbers, read_places, reference
from geo_service.intake.rows.refusals import Refusals
from geo_service.intake.rows.status import UNKNOWN, is_like, meanings_of
from geo_service.intake.rows.texts import clean, clean_ids
from geo_service.terms import FRAMES, PRECISIONS, UNSPECIFIED, BadInput, packaged_categories
from geo_service.terms.frames import DTYPES

_CLOSINGS: Final = ("fixed_at", "verified_at", "closed_at")
_PLANS: Final = ("due_at", "dispatched_at")
"""Times that the link rule does not ask; one that cannot be read costs no row."""
_TIMES: Final = ("reported_at", "received_at", *_CLOSINGS, *_PLANS)
_TEXTS: Final = (
    *("source", "category", "address", "area_name", "subdistrict", "community", "description"),
    *("status", "unit", *PERSONAL),
)
_MOST_COUNTED: Final = 10_000
_TOLD: Final = 20
_DAY: Final = timedelta(days=1)
_IMPORT: Final = "import"
_LOCAL: Final = "local"
_TRUE: Final = ("1", "true", "yes", "y", "t", "是", "1.0")


def read_reports(
    path: Path, options: ImportOptions, *, now: datetime, progress: Progress | None = None
) -> ReportsIn:
    """Read a file of reports: csv, csv.gz, xlsx, json or geojson.

    Every row of the file is among its reports, repeated or rejects; those of more than 366 days
    after `now`, which is aware, are rejected. `progress` is called with rows done and rows in all.

    Raises
    ------
    BadInput
        If the file as a whole cannot be read, or an option names what does not exist.
    """
    check_path(path)
    preset = load_preset(options.preset, options.preset_file, options.presets)
    timezone = _timezone(options, preset)
    named_crs = options.crs or (preset.crs if preset else None)
    refer = reference(named_crs)

    known = known_names(options, preset)
    layout = options.layout.or_of(preset.layout) if preset else options.layout
    raw = read_rows(path, known=known, header=options.header, layout=layout)
    if named_crs is None and raw.crs is not None:
        refer = reference(raw.crs)
    n = len(raw.cells)

    def tell(sixth: int) -> None:
        """Say progress in rows, though whole columns are worked at a time."""
        if progress:
            progress(raw.read * sixth // 6, raw.read)

    tell(0)
    projected = refer.metres is not None
    fields = find_fields(path, raw.cells, options, preset, projected=projected)
    warnings = [*raw.warnings, *fields.warnings]
    tell(1)

    refusals = Refusals.none(n)
    rules = _rules(options, preset, timezone)
    out: dict[str, pd.Series] = _times(fields, rules, refusals, warnings, now)
    _check_times(out, fields, refusals, warnings, now)
    meaning, unknown = _status(out, fields, options, preset, warnings)
    tell(2)
    lon, lat = read_places(path, fields, refer, options, raw.lines, refusals, warnings)
    out["lon"], out["lat"] = pd.Series(lon), pd.Series(lat)
    tell(3)

    out.update(
        {name: clean(name, fields.text[name], warnings) for name in _TEXTS if name in fields.text}
    )
    if preset and preset.category_names and "category" in out:
        out["category"] = coded(out["category"], preset.category_names)
    if "category" in out and options.words.get("category"):
        out["category"] = out["category"].replace(dict(options.words["category"]))
    _fill(out, n, options, preset)
    if "reworks" in fields.text:
        out["reworks"] = _counts(fields, "reworks", warnings)
    out["precision"] = _precision(fields, lon, preset, warnings)
    if preset and preset.duplicate and preset.duplicate[0] in out:
        column, words = preset.duplicate
        meaning[is_like(out[column], words)] = "duplicate"
    for name in ("duplicate", "cancelled"):
        # a file that says nothing of it leaves what is known
        if "status" in fields.text or f"is_{name}" in fields.text or (meaning == name).any():
            out[f"is_{name}"] = _flag(fields, f"is_{name}") | (meaning == name)
    out["reopened"] = pd.Series(meaning == "open")
    tell(4)
    ids = fields.text.get("report_id", pd.Series(np.nan, index=range(n), dtype="str"))
    named = clean_ids(ids, warnings)
    rejects = refusals.table(path.name, _without(raw, fields.personal), named)
    points = pd.DataFrame({"line": raw.lines, "lon": lon, "lat": lat})[refusals.refused]
    out["report_id"] = name_rows(raw.cells, named)
    tell(5)

    accepted = ~refusals.refused
    last = ~out["report_id"].where(accepted).duplicated(keep="last").to_numpy() & accepted
    reports = _table(out, n)[last].reset_index(drop=True)
    scheme = preset.scheme if preset else options.source or _LOCAL
    tell(6)
    return ReportsIn(
        reports=reports,
        repeated=int(accepted.sum() - last.sum()),
        rejects=rejects,
        warnings=_joined(warnings),
        read=raw.read,
        categories=_categories(reports, scheme),
        scheme=scheme,
        timezone=timezone,
        unknown=unknown,
        found=Found(raw.layout, raw.sheets, tuple(raw.cells.columns), fields.columns),
        rejected_at=rejects[["line"]].merge(points.drop_duplicates("line"), how="left", on="line"),
    )


def _table(out: dict[str, pd.Series], n: int) -> pd.DataFrame:
    """Return the given columns of table ``reports`` in their types, and `reopened`."""
    frame = FRAMES["reports"]
    # Casting what is missing in every row costs as much as what is there: cast one row of it.
    missing = frame.conform(pd.DataFrame(index=[0]))
    same = np.zeros(n, dtype=np.intp)
    columns = {}
    for column in frame.columns:
        have = out.get(column.name)
        if column.computed or (have is None and column.type == "flag"):
            continue
        series = missing[column.name].iloc[same] if have is None else have
        columns[column.name] = series.set_axis(range(n)).astype(DTYPES[column.type])
    return pd.DataFrame(columns | {"reopened": out["reopened"]}, index=range(n))


def _timezone(options: ImportOptions, preset: Preset | None) -> str:
    name = options.timezone or (preset.timezone if preset else None) or options.timezone_default
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise BadInput("intake.bad_timezone", timezone=name) from error
    return name


def _rules(options: ImportOptions, preset: Preset | None, timezone: str) -> TimeRules:
    told = options.time_format or (preset.time_format if preset else None)
    try:
        pd.to_datetime(pd.Series(["-"], dtype="str"), format=told, errors="coerce")
    except (LookupError, ValueError, re.error) as error:
        raise BadInput("intake.bad_time_format", format=told) from error
    return TimeRules(
        timezone=timezone,
        time_format=told,
        month_first=preset.month_first if preset else None,
        ignore_offset=preset.ignore_offset if preset else False,
    )


def _times(
    fields: Fields,
    rules: TimeRules,
    refusals: Refusals,
    warnings: list[IntakeWarning],
    now: datetime,
) -> dict[str, pd.Series]:
    texts = {name: fields.text[name] for name in _TIMES if name in fields.text}
    file_order = decide_order(texts.values())
    out: dict[str, pd.Series] = {}
    for name, text in texts.items():
        ends = name in (*_CLOSINGS, "due_at")
        read = parse_times(text, rules, closing=ends, file_order=file_order)
        at, again = read.utc.reset_index(drop=True), read.again.reset_index(drop=True)
        warnings.extend(read.warnings)
        if name in _CLOSINGS:
            # of a time that came twice the second is meant where the first lies before the opening
            at = at.mask((at < out["reported_at"]) & (again >= out["reported_at"]), again)
            # a day that is not over yet has not ended later than now
            today = read.date_only & (at - _DAY <= now).to_numpy()
            at = at.mask(today & (at > now).to_numpy(), pd.Timestamp(now).as_unit("us"))
        out[name] = at
        if name == "reported_at":
            refusals.refuse(text.isna().to_numpy(), name, None, "missing_date")
        if name in _PLANS:
            _warn(fields, name, read.bad, "intake.value_dropped", warnings)
        else:
            refusals.refuse(read.bad, name, text, "bad_date")
    return out


def _check_times(
    out: dict[str, pd.Series],
    fields: Fields,
    refusals: Refusals,
    warnings: list[IntakeWarning],
    now: datetime,
) -> None:
    first = pd.Timestamp(FIRST)
    opened, text = out["reported_at"], fields.text["reported_at"]
    refusals.refuse((opened > now + AHEAD).to_numpy(), "reported_at", text, "in_future")
    refusals.refuse((opened < first).to_numpy(), "reported_at", text, "date_out_of_range")
    fine = ~refusals.refused
    if "received_at" in out:
        at = out["received_at"]
        strange = fine & ((at < first) | (at > now + AHEAD)).to_numpy()
        _drop(out, fields, "received_at", strange, "intake.received_dropped", warnings)
    for name in _PLANS:
        if name in out:
            strange = fine & (out[name] < first).to_numpy()
            _drop(out, fields, name, strange, "intake.value_dropped", warnings)
    for name in _CLOSINGS:
        if name in out:
            early = fine & (out[name] < opened).to_numpy()
            _drop(out, fields, name, early, "intake.closing_before_opening", warnings)
            late = fine & (out[name] > now).to_numpy()
            _drop(out, fields, name, late, "intake.closing_in_future", warnings)
    if "fixed_at" in out and "verified_at" in out:
        odd = fine & (out["fixed_at"] > out["verified_at"]).to_numpy()
        _warn(fields, "fixed_at", odd, "intake.fixed_after_verified", warnings)


def _drop(
    out: dict[str, pd.Series],
    fields: Fields,
    name: str,
    where: NDArray[np.bool_],
    key: str,
    warnings: list[IntakeWarning],
) -> None:
    if where.any():
        _warn(fields, name, where, key, warnings)
        out[name] = out[name].mask(where)


def _warn(
    fields: Fields, name: str, where: NDArray[np.bool_], key: str, warnings: list[IntakeWarning]
) -> None:
    if where.any():
        example = f"{name} {fields.text[name].iloc[int(np.argmax(where))]}"
        warnings.append(IntakeWarning(key, int(where.sum()), example))


def _fill(out: dict[str, pd.Series], n: int, options: ImportOptions, preset: Preset | None) -> None:
    nothing = pd.Series(np.nan, index=range(n), dtype="str")
    source = options.source or (preset.name if preset else _IMPORT)
    out["source"] = out.get("source", nothing).fillna(source)
    out["category"] = out.get("category", nothing).fillna(UNSPECIFIED)


def _counts(fields: Fields, name: str, warnings: list[IntakeWarning]) -> pd.Series:
    counts, bad = numbers(fields.text[name])
    bad |= (counts < 0) | (counts % 1 > 0) | (counts > _MOST_COUNTED)
    _warn(fields, name, bad, "intake.value_dropped", warnings)
    return pd.Series(counts).mask(bad)


def _without(raw: RawTable, personal: list[str]) -> RawTable:
    """Return what of a file's rows may be handed back; of torn ones nobody knows what is where."""
    if not personal:
        return raw
    return replace(raw, cells=raw.cells.drop(columns=personal), torn=raw.torn.assign(row="{}"))


def _precision(
    fields: Fields, lon: NDArray[np.float64], preset: Preset | None, warnings: list[IntakeWarning]
) -> pd.Series:
    own = preset.point_precision if preset else "point"
    placed = np.isfinite(lon)
    made = pd.Series(own, index=range(len(lon)), dtype="str").where(placed)
    if "precision" not in fields.text:
        return made
    given = fields.text["precision"].str.lower().reset_index(drop=True)
    strange = (given.notna() & ~given.isin(PRECISIONS)).to_numpy()
    _warn(fields, "precision", strange, "intake.unknown_precision", warnings)
    # Who has no coordinates has no point, whatever the file says.
    void = strange | (given.isin(["point", "address"]).to_numpy() & ~placed)
    return given.where(given.notna() & ~void, made)


def _status(
    out: dict[str, pd.Series],
    fields: Fields,
    options: ImportOptions,
    preset: Preset | None,
    warnings: list[IntakeWarning],
) -> tuple[NDArray[np.object_], dict[str, int]]:
    """Return what status words mean, None without a word, and let closings follow them.

    Beside it the words that nobody says the meaning of, with their counts.
    """
    words = fields.text.get("status", pd.Series(np.nan, index=range(len(out["reported_at"]))))
    words = words.reset_index(drop=True)
    meaning = meanings_of(words, preset.status if preset else {})
    for word, means in options.words.get("status", {}).items():
        meaning[(words == word).to_numpy() & (meaning == UNKNOWN)] = means
    strange = words[meaning == UNKNOWN].value_counts()
    if len(strange):
        told = ", ".join(f"{word} ({count})" for word, count in strange.head(_TOLD).items())
        warnings.append(IntakeWarning("intake.unknown_status", int(strange.sum()), told))
    if "closed_at" in out:
        closed = out["closed_at"]
        if preset:
            closed = closed.where(is_like(words, preset.closed_where))
        only_fixed = (meaning == "fixed") & closed.notna().to_numpy()
        if only_fixed.any():
            fixed = out.get("fixed_at", pd.Series(pd.NaT, index=closed.index, dtype=closed.dtype))
            out["fixed_at"] = fixed.where(~only_fixed | fixed.notna(), closed)
        out["closed_at"] = closed.mask(only_fixed)
    for name in _CLOSINGS:
        if name in out:
            still = (meaning == "open") & out[name].notna().to_numpy()
            _drop(out, fields, name, still, "intake.closing_of_open", warnings)
    return meaning, {str(word): int(count) for word, count in strange.items()}


def _flag(fields: Fields, name: str) -> pd.Series:
    if name not in fields.text:
        return pd.Series(False, index=range(len(fields.text["reported_at"])))
    return fields.text[name].str.lower().isin(_TRUE).reset_index(drop=True)


def _categories(reports: pd.DataFrame, scheme: str) -> pd.DataFrame:
    """Return the categories that no packaged table has: text as it is, untranslated."""
    known = {*packaged_categories()["code"], UNSPECIFIED}
    texts = sorted(text for text in reports["category"].unique() if text not in known)
    table = pd.DataFrame({"code": texts, "name_zh": texts, "name_en": texts, "scheme": scheme})
    return FRAMES["categories"].conform(table)


def _joined(warnings: list[IntakeWarning]) -> list[IntakeWarning]:
    """Return warnings, those of one kind as one."""
    counts: dict[str, tuple[int, str]] = {}
    for warning in warnings:
        count, example = counts.get(warning.key, (0, warning.example))
        counts[warning.key] = (count + warning.count, example)
    return [IntakeWarning(key, count, example) for key, (count, example) in counts.items()]
