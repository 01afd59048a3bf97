"""Every function of the concept modules: what it does with bad input, and that it leaves its input alone.

The tables that a function needs are spoilt one column at a time; the message must name the table, the column
and the repair.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.satisfaction.answers import ANSWERS
from crmlib.tables.dictionary import TABLES
from crmlib.tables.errors import TableError
from tests.satisfaction.concept_frames import CALLS, make_frames

FRAMES = make_frames()  # shared: one test below holds that no call changes them

NEEDED = [
    pytest.param(name, table, column, id=f"{name}-{table}.{column}")
    for name, (_, tables) in CALLS.items()
    for table, columns in tables.items()
    for column in columns
]
NEEDED_TABLES = [
    pytest.param(name, table, id=f"{name}-{table}") for name, (_, tables) in CALLS.items() for table in tables
]


def describe(table: str, column: str):
    """The description of a column, in the dictionary or of the joined answers."""
    return (ANSWERS if table == "answers" else TABLES[table]).columns[column]


def select(kinds: tuple[str, ...], *, nullable: bool | None = None, above: bool = False) -> list:
    """Needed columns of some types; above: only those that may not be negative."""
    chosen = []
    for param in NEEDED:
        column = describe(*param.values[1:])
        fits = column.type in kinds and (nullable is None or column.nullable == nullable)
        if fits and (not above or (column.range.startswith((">", "0", "1")) and not column.key)):
            chosen.append(param)
    return chosen


def spoil(name: str, table: str, frame: pd.DataFrame) -> str:
    """Run the call with one table replaced; return the message of the TableError that follows."""
    with pytest.raises(TableError) as caught:
        CALLS[name][0]({**FRAMES, table: frame})
    return str(caught.value)


@pytest.mark.parametrize(("name", "table", "column"), NEEDED)
def test_a_missing_column_is_named(name, table, column):
    message = spoil(name, table, FRAMES[table].drop(columns=column))
    assert message.startswith(f"{table}: ") and column in message


@pytest.mark.parametrize(("name", "table", "column"), NEEDED)
def test_a_misspelt_column_is_recognised(name, table, column):
    wrong = f"{column}s"
    message = spoil(name, table, FRAMES[table].rename(columns={column: wrong}))
    assert f"{wrong!r} looks like {column!r}" in message


@pytest.mark.parametrize(("name", "table"), NEEDED_TABLES)
def test_an_empty_table_is_refused(name, table):
    message = spoil(name, table, FRAMES[table].head(0))
    assert message.startswith(f"{table}: the table has 0 rows, expected at least ")


@pytest.mark.parametrize(("name", "table", "column"), select(("integer", "number")))
def test_text_in_a_number_is_refused(name, table, column):
    frame = FRAMES[table].astype({column: object})
    frame[column] = ["12 yuan", *frame[column].tolist()[1:]]
    message = spoil(name, table, frame)
    assert message.startswith(f"{table}.{column}: 1 of ") and "'12 yuan'" in message and "Repair:" in message


@pytest.mark.parametrize(("name", "table", "column"), select(("integer", "number")))
def test_an_infinite_number_is_refused(name, table, column):
    frame = FRAMES[table].copy()
    frame[column] = [np.inf, *frame[column].astype(float).tolist()[1:]]
    assert f"{table}.{column}: 1 of " in spoil(name, table, frame)


@pytest.mark.parametrize(("name", "table", "column"), select(("integer", "number"), above=True))
def test_a_negative_number_is_refused(name, table, column):
    frame = FRAMES[table].copy()
    frame[column] = pd.array([-5, *frame[column].tolist()[1:]], dtype=frame[column].dtype)
    message = spoil(name, table, frame)
    assert f"{table}.{column}: 1 of " in message and "-5" in message


@pytest.mark.parametrize(
    ("name", "table", "column"), select(("integer", "number", "date", "datetime"), nullable=False)
)
def test_a_missing_value_is_refused_where_none_may_be(name, table, column):
    frame = FRAMES[table].copy()
    frame[column] = frame[column].where(frame.index != frame.index[0])
    message = spoil(name, table, frame)
    assert message.startswith(f"{table}.{column}: 1 of ") and "missing values" in message


@pytest.mark.parametrize(("name", "table", "column"), select(("date", "datetime")))
def test_a_date_as_text_is_not_guessed(name, table, column):
    frame = FRAMES[table].copy()
    frame[column] = frame[column].dt.strftime("%d/%m/%Y")
    message = spoil(name, table, frame)
    assert message.startswith(f"{table}.{column}: ") and "parse_dates" in message


@pytest.mark.parametrize(("name", "table", "column"), select(("category", "ordered")))
def test_an_unknown_level_is_refused(name, table, column):
    frame = FRAMES[table].astype({column: object})
    frame[column] = ["unheard-of", *frame[column].tolist()[1:]]
    message = spoil(name, table, frame)
    assert message.startswith(f"{table}.{column}: 1 of ") and "unheard-of" in message


@pytest.mark.parametrize(
    ("name", "table", "key"),
    [
        ("compare_respondents_with_all", "surveys", "survey_id"),
        ("complete_surveys", "truth.surveys", "survey_id"),
        ("add_competition", "members", "customer_id"),
        ("add_competition", "stores", "store_id"),
        ("compare_leaving_with_truth", "truth.members", "customer_id"),
        ("book_points", "receipts", "receipt_id"),
        ("book_points", "members", "customer_id"),
        ("book_points", "returns", "return_id"),
        ("join_scores_with_retention", "receipts", "receipt_id"),
        ("count_queue_breaches", "queues", "store_id and observed_at"),
        ("total_by_cohort", "panel", "panel_id and quarter and chain"),
        ("share_of_purchases", "panel", "panel_id and quarter and chain"),
        ("cost_per_customer", "members", "customer_id"),
        ("measure_store_trial", "store_trials", "store_id"),
        ("measure_offer_trial", "contacts", "campaign_id and customer_id"),
        ("measure_true_card_gap", "truth.shoppers", "panel_id"),
    ],
)
def test_a_repeated_row_is_refused(name, table, key):
    frame = FRAMES[table].copy()
    message = spoil(name, table, pd.concat([frame, frame.head(1)], ignore_index=True))
    assert message.startswith(f"{table}.{key}: 2 of ") and "drop_duplicates" in message


@pytest.mark.parametrize("name", CALLS)
def test_something_that_is_no_table_is_refused(name):
    for table in CALLS[name][1]:
        with pytest.raises(TypeError, match=f"{table}: expected a pandas DataFrame, found list"):
            CALLS[name][0]({**FRAMES, table: []})


@pytest.mark.parametrize("name", CALLS)
def test_the_input_is_left_as_it_was(name):
    frames, untouched = make_frames(), make_frames()
    CALLS[name][0](frames)
    for table, frame in frames.items():
        pd.testing.assert_frame_equal(frame, untouched[table])


@pytest.mark.parametrize("name", CALLS)
def test_the_order_of_rows_does_not_matter(name):
    frames = FRAMES
    shuffled = {
        table: frame
        if table == "answers" and name == "add_competition"
        else frame.sample(frac=1, random_state=3)
        for table, frame in frames.items()
    }
    ours, theirs = CALLS[name][0](frames), CALLS[name][0](shuffled)
    for one, other in zip(
        *(result if isinstance(result, list) else [result] for result in (ours, theirs)), strict=True
    ):
        assert_equal(one, other)


def assert_equal(one, other):
    """Equal as tables (rows in any order), arrays, estimates or trials."""
    if isinstance(one, pd.DataFrame):
        rows = [frame.sort_values(list(frame.columns)).reset_index(drop=True) for frame in (one, other)]
        pd.testing.assert_frame_equal(*rows)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one.sort_index(), other.sort_index())
    elif isinstance(one, np.ndarray):
        np.testing.assert_allclose(one, other)
    elif hasattr(one, "repeated"):
        assert (one.name, one.cost_cny, one.counted, one.extra) == (
            other.name,
            other.cost_cny,
            other.counted,
            other.extra,
        )
        np.testing.assert_allclose(one.repeated, other.repeated)
    else:
        np.testing.assert_allclose(
            [one.value, one.low, one.high, one.n], [other.value, other.low, other.high, other.n]
        )
