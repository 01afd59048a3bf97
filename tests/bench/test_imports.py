"""A large export: what is written for the measurement, and the page of the figures."""

import json

import pandas as pd

from bench import imports


def test_lines_of_a_receipt_share_its_time_and_card(tmp_path):
    path = tmp_path / "export.csv"
    imports.write_export(path, 60, by_time=True)
    lines = pd.read_csv(path)
    assert lines["下单时间"].is_monotonic_increasing
    receipts = lines.groupby("订单编号", sort=False)
    assert receipts.size().tolist() == [1, 2, 3] * 10
    assert receipts["下单时间"].nunique().eq(1).all() and receipts["会员卡号"].nunique().le(1).all()


def test_lines_in_no_order_fall_on_other_days(tmp_path):
    path = tmp_path / "export.csv"
    imports.write_export(path, 60, by_time=False)
    assert not pd.read_csv(path)["下单时间"].is_monotonic_increasing


def test_the_page_has_a_row_for_each_run():
    figures = [
        {
            "lines": 2_000_000,
            "by_time": True,
            "bytes": 9.1e7,
            "receipts": 10**6,
            "seconds": 40.0,
            "peak": 5e8,
        },
        {"lines": 2_000_000, "by_time": False, "bytes": 9e7, "receipts": 10**6, "seconds": 50.0, "peak": 6e8},
    ]
    page = imports.write_page({"cores": 2, "load": 0.3, "figures": figures})
    rows = [line for line in page.splitlines() if line.startswith("| 2 ")]
    assert rows == [
        "| 2 | by time | 0.09 | 1.0 | 40 | 50 | 0.50 |",
        "| 2 | in no order | 0.09 | 1.0 | 50 | 40 | 0.60 |",
    ]
    assert "2 cores at a load of 0.3 at most" in page


def test_the_page_shows_the_figures_that_are_kept():
    kept = json.loads(imports.FIGURES.read_text(encoding="utf-8"))
    assert imports.PAGE.read_text(encoding="utf-8") == imports.write_page(kept)
