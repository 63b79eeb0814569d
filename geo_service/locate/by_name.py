"""Rows without a point: placed by the longest name of an area that their address contains."""

import pandas as pd


def place_by_name(
    address: pd.Series, subdistrict: pd.Series, areas: pd.DataFrame, order: pd.Series
) -> pd.Series:
    """Find the area whose name or alias is the longest in each address.

    Parameters
    ----------
    address
        Text to search, missing where there is none.
    subdistrict
        `subdistrict_id` that the row names, missing where none: then every area may match.
    areas
        AREAS that may hold a report, with `subdistrict_id`; `aliases` are parted by ``;`` or ``|``.
    order
        Preference of each area, smallest first: decides between equally long names.

    Returns
    -------
    area_id
        Index of `address`; missing where no name occurs.
    """
    found = pd.Series(None, index=address.index, dtype="str")
    names = _names(areas, order)
    asked = address.dropna().str.casefold()
    if names.empty or asked.empty:
        return found
    inside = subdistrict.reindex(asked.index).fillna("")
    for group, texts in asked.groupby(inside, sort=False):
        candidates = names if group == "" else names[names["subdistrict_id"] == group]
        by_name = dict(
            zip(*candidates.drop_duplicates("name")[["name", "area_id"]].T.to_numpy(), strict=True)
        )
        lengths = sorted({len(name) for name in by_name}, reverse=True)
        # addresses repeat; each distinct one is read once
        answers = {text: _longest_in(text, by_name, lengths) for text in texts.unique()}
        found.loc[texts.index] = texts.map(answers).astype("str")
    return found


def _longest_in(text: str, by_name: dict[str, str], lengths: list[int]) -> str | None:
    for length in lengths:
        hits = {
            text[i : i + length]
            for i in range(len(text) - length + 1)
            if text[i : i + length] in by_name and _stands_alone(text, i, i + length)
        }
        if hits:
            # equally long: the one that the catalogue of names lists first
            return by_name[next(name for name in by_name if name in hits)]
    return None


def _stands_alone(text: str, begin: int, end: int) -> bool:
    """Whether no Latin letter or digit runs on across an end: 144号路 is not in 1144号路."""
    before = begin > 0 and _is_latin(text[begin - 1]) and _is_latin(text[begin])
    after = end < len(text) and _is_latin(text[end]) and _is_latin(text[end - 1])
    return not (before or after)


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _names(areas: pd.DataFrame, order: pd.Series) -> pd.DataFrame:
    """Return one row a name and subdistrict, longest first, then in the order of preference."""
    table = areas[["area_id", "name", "aliases", "subdistrict_id"]].assign(order=order)
    # a grid cell's name is a number nobody writes into an address
    table = table[areas["kind"] != "grid"]
    aliases = table.assign(name=table["aliases"].str.split(r"[;|；]", regex=True)).explode("name")
    names = pd.concat([table, aliases]).dropna(subset=["name"])
    names["name"] = names["name"].str.strip().str.casefold()
    # one character is no name: it would be found in every address
    names = names[names["name"].str.len() >= 2]
    names["length"] = names["name"].str.len()
    names = names.sort_values(["length", "order", "name"], ascending=[False, True, True])
    return names.drop_duplicates(["name", "subdistrict_id"])
