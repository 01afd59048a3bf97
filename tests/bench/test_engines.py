"""The benchmark of the engines compares like with like, and its page is computed from the figures."""

import json

import pytest

from bench import engines


def entry(tool, **changes):
    return {"tool": tool, "rows": 10**8, "seconds": 50.0, "gigabytes": 1.5, "customers": 9, "purchases": 20,
            "amount_cny": 7.0, **changes}  # fmt: skip


def test_tools_that_disagree_are_not_compared():
    engines.require_agreement([entry("pandas"), entry("duckdb")])
    with pytest.raises(RuntimeError, match="disagree about purchases"):
        engines.require_agreement([entry("pandas"), entry("duckdb", purchases=21)])


def test_every_engine_counts_the_same_parts(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "PART", 6_000)
    engines.write_receipts(15_000, tmp_path)
    assert len(list(tmp_path.glob("*.parquet"))) == 3
    found = [engines.measure(tool, tmp_path) for tool in ("pandas", "polars", "duckdb")]
    engines.require_agreement(found)
    assert found[0]["customers"] > 900


def test_a_billion_is_computed_from_the_largest_run():
    # 100 million in 50 s on 2 cores: 1 million a second and core, so 1,000 s of core for a billion
    page = engines.write_page(
        {"cores": 2, "load": 0.5, "figures": [entry("duckdb", rows=10**7), entry("duckdb")]}
    )
    assert "| 1,000 | 0.28 | 2.1 | 0.22 |" in page


@pytest.mark.parametrize("tool", ["duckdb", "pyspark"])
def test_the_page_speaks_of_spark_only_where_spark_was_run(tool):
    page = engines.write_page({"cores": 2, "load": 0.5, "figures": [entry("pandas"), entry(tool)]})
    assert ("Spark" in page) == (tool == "pyspark")
    assert "the figures are then upper limits" in page


def test_the_page_is_the_one_that_the_kept_figures_give():
    kept = json.loads(engines.FIGURES.read_text(encoding="utf-8"))
    assert engines.PAGE.read_text(encoding="utf-8") == engines.write_page(kept)
