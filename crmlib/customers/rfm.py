"""RFM: what a customer's receipts say at a glance: when last, how often, how much (F-05, F-06).

`summarise_purchases` makes one row a customer; `score_rfm` ranks the customers on the three letters, and
`tabulate_pair` reads two of them together, as the course does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.style import new_axes
from crmlib.customers.summary import LETTERS, take_summary
from crmlib.tables.options import read_flag, read_number, read_numbers, read_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEW = 10  # cells with fewer customers are not drawn


def score_rfm(summary: pd.DataFrame, *, bins: int = 5) -> pd.DataFrame:
    """Where each customer ranks on recency, frequency and money: scores from 1 to bins, the best (F-05).

    summary: one row a customer, as from `summarise_purchases`: recency_days, purchases, amount_cny. The
    latest buyer, the most frequent one and the one with the largest total get the highest score.

    Rule: with r the rank from the worst (1) to the best (n), score = ⌈bins · r / n⌉. Customers with the
    same value share the mean of their ranks and so the same score: nobody is preferred because of a place
    in the table. Where many share a value (one purchase only), the groups are therefore not equally
    large, and a score may stay empty.

    Returns index customer_id and recency_score, frequency_score, monetary_score (whole numbers) and rfm
    (text, the three digits; joined by hyphens from 10 bins on). Raises TableError for a missing column,
    wrong or missing values or a customer twice, ValueError for bins that are no whole number from 2 to
    100.

    >>> summary = pd.DataFrame({"recency_days": [3, 40, 90, 200, 400], "purchases": [9, 4, 4, 1, 1],
    ...                         "amount_cny": [500.0, 900.0, 80.0, 60.0, 20.0]}, index=[11, 12, 13, 14, 15])
    >>> score_rfm(summary)
                 recency_score  frequency_score  monetary_score  rfm
    customer_id
    11                       5                5               4  554
    12                       4                4               5  445
    13                       3                4               3  343
    14                       2                2               2  222
    15                       1                2               1  121
    """
    words = "a whole number from 2 to 100, usually 5"
    bins = int(read_number(bins, "score_rfm: bins", words, limits="2..100", whole=True))
    taken = take_summary(summary, ["recency_days", "purchases", "amount_cny"])
    columns = {
        "recency_score": _score(-taken["recency_days"], bins),
        "frequency_score": _score(taken["purchases"], bins),
        "monetary_score": _score(taken["amount_cny"].round(2), bins),
    }
    scores = pd.DataFrame(columns, index=taken.index)
    return scores.assign(rfm=_write_digits(list(columns.values()), bins))


def _score(values: pd.Series, bins: int) -> NDArray[np.int64]:
    """⌈bins · mean rank / n⌉, in whole numbers so that no rounding decides; by the least value of each score.

    The value at place ⌊n · k / bins⌋ has score k + 1 if the mean rank of its ties is high enough; otherwise
    the next larger value is the first one that has. So nothing needs to be sorted to the end.
    """
    numbers = values.to_numpy(dtype=np.float64)
    places = len(numbers) * np.arange(1, bins) // bins
    candidates = np.partition(numbers, places)[places]
    scores = np.ones(len(numbers), dtype=np.int64)
    for step, candidate in enumerate(candidates.tolist(), start=1):
        twice_rank = np.count_nonzero(numbers < candidate) + 1 + np.count_nonzero(numbers <= candidate)
        enough = bins * twice_rank > 2 * len(numbers) * step
        scores += numbers >= candidate if enough else numbers > candidate
    return scores


def _write_digits(scores: list[NDArray[np.int64]], bins: int) -> pd.Index:
    """The scores side by side as text; each combination is written once and then looked up."""
    hyphen, base = "" if bins < 10 else "-", bins + 1
    places, found = pd.factorize((scores[0] * base + scores[1]) * base + scores[2])
    rows = ((number // base**2, number // base % base, number % base) for number in found.tolist())
    return pd.Index([hyphen.join(map(str, row)) for row in rows]).take(places)


def tabulate_pair(scores: pd.DataFrame, outcome: pd.Series, *, pair: str) -> pd.DataFrame:
    """What two RFM letters say together: the mean of an outcome in each cell of a two-way table (F-06).

    scores: as from `score_rfm`. outcome: one number a customer (index customer_id): days until the next
    purchase, margin in the following year, or True and False for a share. pair: two different letters,
    such as "RF": the first one gives the rows, the second one the columns; the best score comes first.
    Customers without an outcome are left out.

    Returns the means (rows and columns named after the scores; a cell without customers is <NA>); the
    number of customers behind each cell is in `attrs["customers"]`, row by row. Raises TableError or
    ValueError for an unknown pair, wrong scores, an outcome that is no number, or no customer in common.

    >>> scores = pd.DataFrame({"recency_score": [2, 2, 1], "frequency_score": [2, 1, 1]}, index=[11, 12, 13])
    >>> came_back = pd.Series([True, True, False], index=[11, 12, 13])
    >>> tabulate_pair(scores, came_back, pair="RF")
    frequency_score    2    1
    recency_score
    2                1.0  1.0
    1               <NA>  0.0
    """
    rows, columns = _read_pair(pair)
    taken = take_summary(scores, [rows, columns])
    values = _read_outcome(outcome)
    both = taken.join(values, how="inner")
    if both.empty:
        raise ValueError(
            "tabulate_pair: no customer has both scores and an outcome. Repair: give the outcome the index "
            "customer_id of the same firm."
        )
    cells = both.groupby([rows, columns])["outcome"]
    means, sizes = _spread(cells.mean()).astype("Float64"), _spread(cells.size()).fillna(0).astype(int)
    means.attrs["customers"] = sizes.to_numpy().tolist()
    return means


def _spread(cells: pd.Series) -> pd.DataFrame:
    """A two-way table with the best scores first."""
    return cells.unstack().sort_index(ascending=False).sort_index(axis=1, ascending=False)


def _read_pair(pair: str) -> tuple[str, str]:
    letters = list(pair) if isinstance(pair, str) else []
    if len(letters) != 2 or letters[0] == letters[1] or not set(letters) <= set(LETTERS):
        raise ValueError(
            f"tabulate_pair: pair is {pair!r}, expected two different letters of R, F, M, such as 'RF'."
        )
    return LETTERS[letters[0]], LETTERS[letters[1]]


def _read_outcome(outcome: pd.Series) -> pd.Series:
    if not isinstance(outcome, pd.Series):
        raise TypeError(
            "outcome: expected a column of numbers (Series) with index customer_id, found "
            f"{type(outcome).__name__}."
        )
    known = outcome.dropna()
    words = "a finite number for each customer who has an outcome"
    numbers = read_numbers(known, "outcome", words) if len(known) else np.array([])
    values = pd.Series(numbers, index=known.index, name="outcome").rename_axis("customer_id")
    if values.index.has_duplicates:
        twice = ", ".join(map(str, values.index[values.index.duplicated()].unique()[:5]))
        raise ValueError(f"outcome: customers occur twice (first: {twice}). Give one value a customer.")
    return values


def _read_cells(table: pd.DataFrame) -> NDArray[np.float64]:
    """The numbers of a two-way table, missing where fewer than 10 customers stand behind them."""
    frame = isinstance(table, pd.DataFrame)
    if not frame or not all(getattr(kind, "kind", "O") in "iuf" for kind in table.dtypes):
        found = "words in it" if frame else type(table).__name__
        raise TypeError(f"plot_pair: expected the numbers of tabulate_pair, found {found}.")
    values = np.asarray(table.to_numpy(dtype=float, na_value=np.nan), dtype=np.float64)
    sizes = np.array(table.attrs.get("customers", np.full(table.shape, FEW)))
    if sizes.shape != values.shape or not (np.isfinite(values) & (sizes >= FEW)).any():
        raise ValueError(
            f"plot_pair: no cell in {len(values)} rows holds {FEW} customers and a finite number. Use fewer "
            "bins, or give the direct result of tabulate_pair."
        )
    return np.where(sizes >= FEW, values, np.nan)


def plot_pair(table: pd.DataFrame, *, label: str, share: bool = False, ax: Axes | None = None) -> Axes:
    """Two letters at a glance: the mean outcome in each cell, darker for more, with its number (F-06).

    table: as from `tabulate_pair`. label: what the numbers are, with the unit. share: True if they are
    shares, which are then written as per cent. Cells with fewer than 10 customers are left empty.
    """
    values, title, share = _read_cells(table), read_text(label, "label"), read_flag(share, "share")
    ax = new_axes(ax, height=3.8)
    ax.imshow(values, cmap="Blues", vmin=0, vmax=1.15 * np.nanmax(values), aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            colour = "white" if value > 0.6 * np.nanmax(values) else "black"
            text = f"{100 * value:.0f} %" if share else f"{value:,.0f}"
            ax.text(column, row, text, ha="center", va="center", color=colour)
    ax.set_xticks(range(len(table.columns)), list(map(str, table.columns)))
    ax.set_yticks(range(len(table.index)), list(map(str, table.index)))
    ax.grid(False)
    rows, columns = (str(name).replace("_", " ") for name in (table.index.name, table.columns.name))
    ax.set(xlabel=f"{columns} (best first)", ylabel=f"{rows} (best on top)", title=title)
    return ax
