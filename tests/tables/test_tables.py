"""Every bad table is refused with a message that names the place, the rows and the repair; good ones pass."""

import csv
import inspect
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib import tables
from crmlib.tables.check import conform
from crmlib.tables.dictionary import DATASETS, TABLES
from crmlib.tables.errors import TableError, TableTypeError
from crmlib.tables.examples import example_rows
from crmlib.tables.firm import CHECKS, check_firm
from crmlib.tables.laws_retail import (
    check_complaints,
    check_contacts,
    check_members,
    check_points,
    check_queues,
    check_receipt_lines,
    check_receipts,
    check_returns,
    check_stores,
    check_surveys,
)
from crmlib.tables.laws_wholesale import check_leads, check_orders, check_visits
from crmlib.tables.repairs import (
    drop_time_zone,
    parse_dates,
    parse_numbers,
    read_table_csv,
    translate_headers,
)

DAY = pd.Timestamp("2024-01-01")


@pytest.fixture
def receipts():
    """Five plain receipts of members 100001 to 100005."""
    return example_rows("receipts", rows=5).assign(customer_id=range(100001, 100006), amount_cny=30.0)


@pytest.fixture
def members():
    return example_rows("members", rows=5)


def message_of(function, *arguments, kind=TableError, **keywords):
    """Return the text of the error that a call raises."""
    with pytest.raises(kind) as caught:
        function(*arguments, **keywords)
    return str(caught.value)


# --- the dictionary ------------------------------------------------------------------------------------


def test_dictionary_describes_every_column_in_both_languages():
    for table in TABLES.values():
        for column in table.columns.values():
            assert column.label_en and column.label_zh and column.meaning_en and column.meaning_zh
            assert re.search("[\u4e00-\u9fff]", column.label_zh), (table.name, column.name)
            assert re.search("[\u4e00-\u9fff]", column.meaning_zh), (table.name, column.name)


def test_labels_of_a_table_are_different_so_that_headers_can_be_translated_back():
    for table in TABLES.values():
        for language in ("label_en", "label_zh"):
            labels = [getattr(column, language) for column in table.columns.values()]
            assert len(labels) == len(set(labels)), (table.name, language)


def test_a_label_is_never_the_name_of_another_column_of_its_table():
    for table in TABLES.values():
        for column in table.columns.values():
            assert column.label_en not in set(table.columns) - {column.name}


def test_every_table_has_a_primary_key_and_references_lead_to_described_columns():
    for table in TABLES.values():
        assert table.primary_key, table.name
        for column, (other, target) in table.foreign_keys.items():
            assert target in TABLES[other].columns, (table.name, column)
            assert TABLES[other].columns[target].type == table.columns[column].type


def test_categories_have_levels_and_other_columns_have_none():
    for table in TABLES.values():
        for column in table.columns.values():
            assert bool(column.levels) == (column.type in ("category", "ordered")), (table.name, column.name)


def test_units_stand_in_the_names_of_money_columns():
    for table in TABLES.values():
        for column in table.columns.values():
            assert (column.unit == "yuan") == (column.name.endswith("_cny") and "per" not in column.unit)


def test_dictionary_is_a_plain_table_without_empty_cells_in_its_names():
    with (DATASETS / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["table"], row["column"]) for row in rows}) == len(rows)
    assert {row["nullable"] for row in rows} == {"yes", "no"}


def test_every_table_of_the_firms_has_its_own_public_check():
    names = {name for name in TABLES if not name.startswith("truth.")}
    assert set(CHECKS) == names
    for name in names:
        check = getattr(tables, f"check_{name}")
        assert check is CHECKS[name]
        assert f"check_{name}" in tables.__all__
        assert set(list(inspect.signature(check).parameters)[1:]) <= names


# --- what passes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_example_rows_pass_the_check_of_their_table(name):
    rows = example_rows(name, rows=2)
    checked = tables.check_truth(rows, name[6:]) if name.startswith("truth.") else CHECKS[name](rows)
    assert checked.dtypes.to_dict() == {c.name: c.dtype for c in TABLES[name].columns.values()}


def test_example_rows_of_all_tables_fit_together():
    names = [name for name in CHECKS if name != "receipt_lines"]
    firm = {name: example_rows(name) for name in names}
    firm["receipts"] = firm["receipts"].assign(customer_id=[100001, 100002], amount_cny=1.0)
    assert set(check_firm(firm)) == set(names)


def test_check_keeps_further_columns_after_the_described_ones(members):
    checked = check_members(members.assign(note="x")[["note", *members.columns]])
    assert checked.columns.tolist() == [*TABLES["members"].columns, "note"]


def test_check_keeps_the_index_of_the_rows(members):
    assert check_members(members.set_axis(list("abcde"))).index.tolist() == list("abcde")


def test_whole_floats_with_gaps_become_nullable_whole_numbers(receipts):
    receipts["customer_id"] = [100001.0, np.nan, 100003.0, np.nan, 100005.0]
    assert str(check_receipts(receipts)["customer_id"].dtype) == "Int64"


def test_python_dates_are_accepted_because_they_are_not_ambiguous(members):
    members["joined_on"] = pd.Series([DAY.date()] * 5, dtype=object)
    assert check_members(members)["joined_on"].tolist() == [DAY] * 5


@given(order=st.permutations(range(5)), amounts=st.lists(st.floats(0, 1e6), min_size=5, max_size=5))
@settings(max_examples=25, deadline=None)
def test_order_of_rows_and_columns_does_not_matter(order, amounts):
    frame = example_rows("receipts", rows=5).assign(amount_cny=amounts)
    shuffled = frame.iloc[list(order), ::-1]
    pd.testing.assert_frame_equal(check_receipts(shuffled).sort_index(), check_receipts(frame))


@given(text=st.text(max_size=8), column=st.sampled_from(list(TABLES["receipts"].columns)))
@settings(max_examples=60, deadline=None)
def test_no_text_in_any_column_passes_unless_it_is_a_level_and_the_input_is_unchanged(text, column):
    frame = example_rows("receipts", rows=3)
    frame[column] = frame[column].astype(object)
    frame.loc[1, column] = text
    before = frame.copy(deep=True)
    if text in TABLES["receipts"].columns[column].levels:
        check_receipts(frame)
    else:
        assert f"receipts.{column}: 1 of 3 rows is wrong" in message_of(check_receipts, frame)
    pd.testing.assert_frame_equal(frame, before)


@given(price=st.decimals(min_value=0, max_value=10**7, places=2), sign=st.sampled_from(["", "¥", "￥ "]))
@settings(max_examples=50, deadline=None)
def test_amounts_survive_being_written_for_a_spreadsheet(price, sign):
    frame = pd.DataFrame({"amount_cny": [f"{sign}{price:,}", f"{price} 元", None]})
    parsed = parse_numbers(frame, "amount_cny")["amount_cny"]
    assert parsed.iloc[0] == parsed.iloc[1] == float(price)
    assert np.isnan(parsed.iloc[2])


# --- headers -------------------------------------------------------------------------------------------


def test_missing_column_is_named_with_what_was_expected(receipts):
    message = message_of(check_receipts, receipts.drop(columns=["store_id", "margin_cny"]))
    assert "receipts: missing columns: store_id, margin_cny." in message
    assert "Expected: receipt_id, customer_id" in message
    assert "Repair: add the missing columns" in message


def test_misspelt_column_is_recognised_and_the_repair_works(receipts):
    wrong = receipts.rename(columns={"amount_cny": "amuont_cny", "store_id": "Store ID"})
    message = message_of(check_receipts, wrong)
    assert "'amuont_cny' looks like 'amount_cny'" in message
    repair = re.search(r"rename\(columns=(\{.*?\})\)", message).group(1)
    assert eval(repair) == {"Store ID": "store_id", "amuont_cny": "amount_cny"}
    check_receipts(wrong.rename(columns=eval(repair)))


def test_doubled_column_is_refused(receipts):
    message = message_of(check_receipts, pd.concat([receipts, receipts[["store_id"]]], axis=1))
    assert "columns ['store_id'] occur more than once" in message


def test_byte_order_mark_is_explained_with_the_way_to_read_the_file(members):
    message = message_of(check_members, members.rename(columns={"customer_id": "\ufeffcustomer_id"}))
    assert "begins with a byte order mark, as in CSV files saved by Excel" in message
    assert 'read_table_csv(path, "members")' in message


def test_byte_order_mark_read_in_the_wrong_encoding_is_recognised_too(members):
    message = message_of(check_members, members.rename(columns={"customer_id": "ï»¿customer_id"}))
    assert "byte order mark" in message


def test_chinese_headers_are_explained_and_can_be_translated(members):
    chinese = members.rename(columns={c.name: c.label_zh for c in TABLES["members"].columns.values()})
    message = message_of(check_members, chinese)
    assert "10 headers are labels, not column names: 客户编号 is customer_id" in message
    assert 'translate_headers(frame, "members")' in message
    pd.testing.assert_frame_equal(check_members(translate_headers(chinese, "members")), members)


def test_something_that_is_no_frame_is_a_type_error():
    assert "receipts: expected a pandas DataFrame, found dict." in message_of(
        check_receipts, {"receipt_id": [1]}, kind=TypeError
    )


def test_empty_table_is_refused(receipts):
    message = message_of(check_receipts, receipts.head(0))
    assert "receipts: the table is empty" in message
    assert "last filter or join" in message


# --- values --------------------------------------------------------------------------------------------


def test_text_in_an_amount_names_table_column_rows_and_repair(receipts):
    receipts["amount_cny"] = ["30", "¥1,250.00", 20.0, "free", 10.0]
    message = message_of(check_receipts, receipts, kind=TableTypeError)
    assert message == (
        "receipts.amount_cny: 3 of 5 rows are wrong.\n"
        "  First rows: receipt_id 1, 2, 4\n"
        "  Expected: numbers in yuan, >=0\n"
        "  Found: text: '30', '¥1,250.00', 'free'\n"
        '  Repair: frame = parse_numbers(frame, "amount_cny") reads currency signs and commas.'
    )


def test_only_the_first_five_of_many_wrong_rows_are_named():
    lines = example_rows("receipts", rows=5)
    many = pd.concat([lines.assign(receipt_id=lines["receipt_id"] + 5 * k) for k in range(4)])
    message = message_of(check_receipts, many.assign(amount_cny=-1.0))
    assert "20 of 20 rows are wrong.\n  First rows: receipt_id 1, 2, 3, 4, 5\n" in message


def test_rows_of_a_table_with_two_keys_are_named_by_both():
    lines = example_rows("receipt_lines").assign(quantity=0)
    assert "First rows: receipt_id 1, product_id 1001; receipt_id 2, product_id 1002" in message_of(
        check_receipt_lines, lines
    )


def test_truth_values_in_an_amount_are_refused(receipts):
    message = message_of(check_receipts, receipts.assign(amount_cny=True), kind=TypeError)
    assert "receipts.amount_cny: 5 of 5 rows are wrong" in message
    assert "Found: truth values: True" in message


def test_negative_amount_is_refused_and_sent_to_the_returns(receipts):
    receipts.loc[2, "amount_cny"] = -5.0
    message = message_of(check_receipts, receipts)
    assert "receipts.amount_cny: 1 of 5 rows is wrong.\n  First rows: receipt_id 3" in message
    assert "Expected: numbers in yuan, >=0\n  Found: -5.0" in message
    assert "returned goods belong in the table returns" in message


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_amount_is_refused(receipts, value):
    receipts.loc[4, "amount_cny"] = value
    message = message_of(check_receipts, receipts)
    assert "First rows: receipt_id 5" in message
    assert "Expected: numbers in yuan, >=0, finite" in message
    assert "division by zero" in message


def test_missing_amount_is_refused(receipts):
    receipts.loc[1, "amount_cny"] = np.nan
    message = message_of(check_receipts, receipts)
    assert "Found: missing values (NaN)" in message
    assert 'frame.dropna(subset="amount_cny")' in message


def test_missing_key_is_named_by_the_index_of_the_row(receipts):
    receipts["receipt_id"] = [1, 2, np.nan, 4, 5]
    assert "First rows: index 2" in message_of(check_receipts, receipts)


def test_unknown_level_lists_the_levels_and_suggests_the_nearest(receipts):
    receipts["channel"] = ["Store", "onlin", "store", "store", "online"]
    message = message_of(check_receipts, receipts)
    assert "receipts.channel: 2 of 5 rows are wrong" in message
    assert "Expected: one of: store, online" in message
    assert "replace({'Store': 'store', 'onlin': 'online'})" in message


def test_fraction_in_an_id_is_refused(receipts):
    message = message_of(check_receipts, receipts.assign(store_id=[1, 2, 3.5, 4, 5]))
    assert "receipts.store_id: 1 of 5 rows is wrong" in message
    assert "fractions: 3.5" in message


def test_score_outside_its_scale_is_refused():
    surveys = example_rows("surveys").assign(
        answered_on=DAY, satisfaction=[5, 6], trust=1, recommend=0, intention=1
    )
    assert "Expected: whole numbers of score, 1..5\n  Found: 6" in message_of(check_surveys, surveys)


def test_customers_of_a_table_of_ones_own_may_have_any_number():
    assert len(check_members(example_rows("members").assign(customer_id=[1, 2]))) == 2


def test_words_for_true_and_false_are_refused():
    lines = example_rows("receipt_lines").assign(on_promotion=["TRUE", "FALSE"])
    message = message_of(check_receipt_lines, lines, kind=TypeError)
    assert "receipt_lines.on_promotion: 2 of 2 rows are wrong" in message
    assert "Expected: True or False" in message


# --- dates ---------------------------------------------------------------------------------------------


def test_date_as_text_without_a_format_is_refused_and_the_repair_works(receipts):
    text = receipts.assign(purchased_at="03/04/2025 10:30", dispatched_on=pd.Timestamp("2025-04-03"))
    message = message_of(check_receipts, text, kind=TypeError)
    assert "receipts.purchased_at: 5 of 5 rows are wrong" in message
    assert "text without a stated format: '03/04/2025 10:30'" in message
    assert "Nothing is guessed." in message
    repaired = check_receipts(parse_dates(text, "purchased_at", format="%d/%m/%Y %H:%M"))
    assert repaired["purchased_at"].tolist() == [pd.Timestamp("2025-04-03 10:30")] * 5


def test_text_that_does_not_fit_the_stated_format_is_named():
    frame = pd.DataFrame({"joined_on": ["2025-02-01", "2025-02-30", "1.3.2025"]})
    message = message_of(parse_dates, frame, "joined_on", format="%Y-%m-%d")
    assert "joined_on: 2 of 3 rows are wrong.\n  First rows: index 1, 2" in message
    assert "text in the format '%Y-%m-%d'" in message


def test_year_at_the_end_of_a_date_is_not_taken_for_a_time_zone():
    frame = pd.DataFrame({"joined_on": ["03-04-2025"]})
    assert parse_dates(frame, "joined_on", format="%d-%m-%Y")["joined_on"][0] == pd.Timestamp("2025-04-03")


def test_numbers_as_dates_are_explained_as_excel_days(members):
    message = message_of(check_members, members.assign(joined_on=45000), kind=TypeError)
    assert "Found: numbers: 45000" in message
    assert 'origin="1899-12-30"' in message


def test_time_of_day_in_a_date_is_refused(members):
    message = message_of(check_members, members.assign(joined_on=DAY + pd.Timedelta(hours=9)))
    assert "dates, without a time of day" in message


def test_one_time_zone_is_refused_and_the_repair_works(receipts):
    zoned = receipts.assign(purchased_at=receipts["purchased_at"].dt.tz_localize("UTC"))
    message = message_of(check_receipts, zoned, kind=TypeError)
    assert "Found: a time zone: UTC" in message
    repaired = drop_time_zone(zoned, "purchased_at", zone="Asia/Shanghai")
    assert check_receipts(repaired.assign(dispatched_on=DAY))["purchased_at"][0] == pd.Timestamp(
        "2024-01-01 08:00"
    )


def test_mixed_time_zones_are_refused_and_the_repair_works(receipts):
    times = [pd.Timestamp("2024-01-01 02:00", tz="UTC"), pd.Timestamp("2024-01-01 10:00", tz="Asia/Shanghai")]
    mixed = receipts.head(2).assign(purchased_at=pd.Series(times, dtype=object))
    message = message_of(check_receipts, mixed, kind=TypeError)
    assert "Found: mixed time zones: Asia/Shanghai, UTC" in message
    assert 'drop_time_zone(frame, "purchased_at", zone="Asia/Shanghai")' in message
    repaired = check_receipts(drop_time_zone(mixed, "purchased_at", zone="Asia/Shanghai"))
    assert repaired["purchased_at"].dt.hour.tolist() == [10, 10]


def test_times_with_and_without_a_zone_are_mixed_as_well(receipts):
    times = [pd.Timestamp("2024-01-01 02:00", tz="UTC"), pd.Timestamp("2024-01-01 10:00")]
    mixed = receipts.head(2).assign(purchased_at=pd.Series(times, dtype=object))
    assert "mixed time zones: UTC, no time zone" in message_of(check_receipts, mixed, kind=TypeError)


def test_text_with_mixed_time_zones_is_refused_and_the_repair_works(receipts):
    text = receipts.head(2).assign(purchased_at=["2024-01-01T02:00Z", "2024-01-01T10:00+08:00"])
    message = message_of(check_receipts, text, kind=TypeError)
    assert "text with mixed time zones" in message
    assert 'format="ISO8601", zone="Asia/Shanghai"' in message
    repaired = parse_dates(text, "purchased_at", format="ISO8601", zone="Asia/Shanghai")
    assert check_receipts(repaired)["purchased_at"].dt.hour.tolist() == [10, 10]


def test_offsets_and_zone_must_go_together():
    with_offset = pd.DataFrame({"opened_at": ["2024-01-01T02:00Z"]})
    assert "or zone= stated" in message_of(parse_dates, with_offset, "opened_at", format="ISO8601")
    without = pd.DataFrame({"opened_at": ["2024-01-01T02:00"]})
    assert "an offset such as +08:00" in message_of(
        parse_dates, without, "opened_at", format="ISO8601", zone="Asia/Shanghai"
    )


def test_purchase_before_joining_is_refused(receipts, members):
    members["joined_on"] = [DAY, DAY, pd.Timestamp("2024-06-01"), DAY, DAY]
    message = message_of(check_receipts, receipts, members=members)
    assert "receipts.purchased_at: 1 of 5 rows is wrong.\n  First rows: receipt_id 3" in message
    assert "no date before the customer's joined_on" in message


def test_purchase_in_the_morning_of_the_day_of_joining_is_fine(receipts, members):
    receipts["purchased_at"] = DAY + pd.Timedelta(hours=9)
    check_receipts(receipts, members=members)


# --- keys and references -------------------------------------------------------------------------------


def test_duplicate_keys_are_counted_and_named(receipts):
    receipts["receipt_id"] = [1, 2, 2, 3, 3]
    message = message_of(check_receipts, receipts)
    assert "receipts.receipt_id: 4 of 5 rows are wrong.\n  First rows: receipt_id 2, 2, 3, 3" in message
    assert "Found: 2 duplicate keys" in message


def test_duplicate_keys_of_two_columns_are_found():
    lines = example_rows("receipt_lines").assign(receipt_id=1, product_id=1001)
    assert "every receipt_id and product_id once" in message_of(check_receipt_lines, lines)


def test_unknown_customers_are_named(receipts, members):
    message = message_of(check_receipts, receipts, members=members.head(3))
    assert "receipts.customer_id: 2 of 5 rows are wrong.\n  First rows: receipt_id 4, 5" in message
    assert (
        "Expected: values that occur in members.customer_id\n  Found: unknown there: 100004, 100005"
        in message
    )


def test_receipts_without_a_card_are_no_unknown_customers(receipts, members):
    receipts["customer_id"] = pd.array([None] * 5, dtype="Int64")
    check_receipts(receipts, members=members)


def test_reference_to_a_table_without_the_column_is_explained(receipts):
    message = message_of(check_receipts, receipts, members=pd.DataFrame({"id": [1]}))
    assert "members: column customer_id is missing, needed to check receipts.customer_id" in message


def test_unknown_table_suggests_the_nearest():
    message = message_of(conform, pd.DataFrame(), "recepts")
    assert "There is no table 'recepts'. Did you mean 'receipts'?" in message


# --- laws between columns and tables -------------------------------------------------------------------

LAWS = [
    (check_stores, "stores", {"rivals": 3}, {}, "stores.competition: 2 of 2", "high with 3 or 4"),
    (
        check_members,
        "members",
        {"activated_on": pd.Timestamp("2023-12-31")},
        {},
        "members.activated_on: 2 of 2",
        "on the day of joined_on or after it",
    ),
    (
        check_members,
        "members",
        {"referred_by": [100001, 100001]},
        {},
        "referred_by: 1 of 2",
        "another member",
    ),
    (check_receipts, "receipts", {"points_redeemed": 20}, {}, "points_redeemed: 2 of 2", "without a card"),
    (
        check_receipts,
        "receipts",
        {"dispatched_on": pd.Timestamp("2023-12-31")},
        {},
        "dispatched_on: 2 of 2",
        "on the day of purchased_at or after it",
    ),
    (
        check_returns,
        "returns",
        {},
        {"receipts"},
        "returns.amount_cny: 2 of 2",
        "at most the amount of the receipt",
    ),
    (check_points, "points", {"kind": "expiry", "points": 5}, {}, "points.points: 2 of 2", "negative points"),
    (
        check_surveys,
        "surveys",
        {"answered_on": DAY},
        {},
        "surveys.satisfaction: 2 of 2",
        "a score if answered_on",
    ),
    (
        check_complaints,
        "complaints",
        {"closed_at": DAY},
        {},
        "complaints.outcome: 2 of 2",
        "an outcome for every",
    ),
    (check_contacts, "contacts", {"contacted_on": DAY}, {}, "contacts.contacted_on: 2 of 2", "no contact"),
    (check_queues, "queues", {"tills_open": 2}, {"stores"}, "queues.tills_open: 2 of 2", "at most the tills"),
    (
        check_orders,
        "orders",
        {"amount_cny": 2.0},
        {},
        "orders.amount_cny: 2 of 2",
        "tonnes × price_cny_per_tonne",
    ),
    (
        check_visits,
        "visits",
        {"lead_id": 1},
        {},
        "visits.lead_id: 2 of 2",
        "either a customer_id or a lead_id",
    ),
    (check_leads, "leads", {"stage": 3}, {}, "leads.stage_2_on: 2 of 2", "a date if stage is 2 or higher"),
    (check_leads, "leads", {"outcome": "won"}, {}, "leads.customer_id: 2 of 2", "filled in for won leads"),
]


@pytest.mark.parametrize(("check", "name", "change", "others", "place", "law"), LAWS)
def test_broken_law_is_named_with_its_place(check, name, change, others, place, law):
    keywords = {other: example_rows(other) for other in others}
    message = message_of(check, example_rows(name).assign(**change), **keywords)
    assert place in message
    assert law in message
    assert "Repair: " in message


def test_wrong_sum_of_a_receipt_is_found_with_the_right_one():
    receipts = example_rows("receipts").assign(amount_cny=20.0, discount_cny=[0.0, 4.0])
    lines = example_rows("receipt_lines").assign(quantity=2, unit_price_cny=[10.0, 12.5])
    message = message_of(check_firm, {"receipts": receipts, "receipt_lines": lines})
    assert "receipts.amount_cny: 1 of 2 rows is wrong.\n  First rows: receipt_id 2" in message
    assert "less discount_cny (21.00 for the first)" in message


def test_wrong_margin_of_a_receipt_is_found():
    products = example_rows("products").assign(unit_cost_cny=[6.0, 7.0])
    lines = example_rows("receipt_lines").assign(quantity=2, unit_price_cny=10.0)
    firm = {
        "receipts": example_rows("receipts").assign(amount_cny=20.0, margin_cny=[8.0, 8.0]),
        "receipt_lines": lines,
        "products": products,
    }
    message = message_of(check_firm, firm)
    assert "receipts.margin_cny: 1 of 2 rows is wrong.\n  First rows: receipt_id 2" in message
    firm["receipts"]["margin_cny"] = [8.0, 6.0]
    check_firm(firm)


def test_member_without_a_receipt_on_the_day_of_joining_is_found(members, receipts):
    late = receipts.assign(purchased_at=DAY + pd.Timedelta(days=1), dispatched_on=DAY + pd.Timedelta(days=1))
    message = message_of(check_firm, {"members": members, "receipts": late})
    assert "members.joined_on: 5 of 5 rows are wrong" in message
    assert "the day of the member's first receipt" in message


def test_referral_by_an_unknown_or_later_member_is_found(members):
    members["referred_by"] = pd.array([None, 100001, 999999, None, None], dtype="Int64")
    assert "members.referred_by: 1 of 5 rows is wrong.\n  First rows: customer_id 100003" in message_of(
        check_firm, {"members": members}
    )


def test_check_firm_suggests_the_nearest_table():
    assert "Did you mean 'members'?" in message_of(check_firm, {"member": example_rows("members")})


# --- conform -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TABLES)
def test_conform_accepts_tables_without_rows_and_changes_nothing_twice(name):
    table = example_rows(name)
    pd.testing.assert_frame_equal(conform(table, name), table)
    assert conform(table.head(0), name).dtypes.equals(table.dtypes)


def test_conform_refuses_undescribed_columns(members):
    assert "members: columns ['age'] are not in its description" in message_of(
        conform, members.assign(age=1), "members"
    )


def test_conform_loses_no_truth_value_that_is_missing():
    lines = example_rows("receipt_lines").assign(on_promotion=[True, None])
    assert "receipt_lines.on_promotion: 1 of 2 rows is wrong" in message_of(conform, lines, "receipt_lines")


# --- reading files -------------------------------------------------------------------------------------


def write_like_excel(path, frame, *, encoding, labels=None):
    """Write a CSV file with labels as headers, as somebody would save it from a spreadsheet."""
    columns = TABLES["surveys"].columns.values()
    if labels:
        frame = frame.rename(columns={column.name: getattr(column, labels) for column in columns})
    frame.to_csv(path, index=False, encoding=encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("labels", [None, "label_zh", "label_en"])
def test_csv_file_is_read_whatever_excel_made_of_it(tmp_path, encoding, labels):
    surveys = example_rows("surveys")
    surveys.loc[0, ["answered_on", "satisfaction", "trust", "recommend", "intention"]] = [DAY, 4, 5, 9, 3]
    write_like_excel(tmp_path / "surveys.csv", surveys, encoding=encoding, labels=labels)
    pd.testing.assert_frame_equal(read_table_csv(tmp_path / "surveys.csv", "surveys"), surveys)


@pytest.mark.parametrize("name", [name for name in TABLES if name != "truth.satisfaction"])
def test_every_table_survives_being_written_to_csv_and_read_again(tmp_path, name):
    table = example_rows(name)
    table.to_csv(tmp_path / "table.csv", index=False)
    pd.testing.assert_frame_equal(read_table_csv(tmp_path / "table.csv", name), table)


def test_dates_in_the_style_of_a_spreadsheet_need_their_format(tmp_path):
    surveys = example_rows("surveys")
    surveys.assign(invited_on="1/1/2024").to_csv(tmp_path / "surveys.csv", index=False)
    message = message_of(read_table_csv, tmp_path / "surveys.csv", "surveys")
    assert "invited_on: 2 of 2 rows are wrong" in message
    assert "text in the format 'ISO8601'" in message
    read = read_table_csv(tmp_path / "surveys.csv", "surveys", date_format="%d/%m/%Y")
    pd.testing.assert_frame_equal(read, surveys)


def test_decimal_comma_is_refused_because_it_could_separate_thousands():
    message = message_of(parse_numbers, pd.DataFrame({"amount_cny": ["12,5", "12,500"]}), "amount_cny")
    assert "amount_cny: 1 of 2 rows is wrong.\n  First rows: index 0" in message


def test_repair_of_a_column_that_does_not_exist_lists_the_columns():
    message = message_of(parse_numbers, pd.DataFrame({"amount": ["1"]}), "amount_cny")
    assert "There is no column 'amount_cny'. Columns: amount." in message


def test_repairs_leave_the_input_as_it_is(receipts):
    text = receipts.assign(purchased_at="2024-01-01", amount_cny="30")
    before = text.copy(deep=True)
    parse_dates(text, "purchased_at", format="%Y-%m-%d")
    parse_numbers(text, "amount_cny")
    drop_time_zone(receipts, "purchased_at", zone="Asia/Shanghai")
    translate_headers(text, "receipts")
    pd.testing.assert_frame_equal(text, before)
