"""Categories written by name: the packaged code instead, where the name is one."""

import pandas as pd

from geo_service.terms import packaged_categories


def coded(texts: pd.Series, scheme: str) -> pd.Series:
    """Return the codes of texts that are names of packaged categories of `scheme`.

    >>> coded(pd.Series(["暴露垃圾", "Exposed rubbish", "蚊虫"], dtype="str"), "szcg").tolist()
    ['0102', '0102', '蚊虫']
    """
    packaged = packaged_categories()
    packaged = packaged[packaged["scheme"] == scheme]
    codes: dict[str, str] = {}
    for column in ("name_zh", "name_en"):
        for name, code in zip(_plain(packaged[column]), packaged["code"], strict=True):
            codes.setdefault(name, code)
    # Few names stand in many rows: look each up once.
    names = pd.Series(texts.unique(), dtype="str").dropna()
    known = dict(zip(names, _plain(names).map(codes).fillna(names), strict=True))
    return texts.map(known).astype("str")


def _plain(names: pd.Series) -> pd.Series:
    return names.str.normalize("NFKC").str.replace(r"\s+", "", regex=True).str.casefold()
