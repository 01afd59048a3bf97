"""Whether a table belongs to another engine, and what is said where the words for it are missing."""

import sys

import pandas as pd
import polars as pl
import pytest

from crmlib.tables.engines import count_lazily, is_engine


def test_pandas_tables_and_things_that_are_no_tables_belong_to_no_engine():
    assert not any(map(is_engine, (pd.DataFrame(), pd.Series([1]), None, [1], "polars")))
    assert is_engine(pl.DataFrame()) and is_engine(pl.LazyFrame())


def test_without_narwhals_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "narwhals", None)
    with pytest.raises(ImportError, match=r'pip install "crmlib\[engines\]"'):
        count_lazily(pl.DataFrame({"customer_id": [1]}), "members", ["customer_id"])
