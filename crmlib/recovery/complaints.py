"""Complaints: how they should be handled, how long each step takes, and who never complains (G-16 to G-24).

The course gives three lists of steps that do not agree (X-08) and fourteen taboos. The firm's log gives the
times. The truth gives the problems that nobody reported.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import estimate_share
from crmlib.tables.options import read_choice
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HOURS = 3600.0
TIMES = ("opened_at", "acknowledged_at", "offered_at", "closed_at")
# what is done → number of the step in each list: five steps (G-19), store chain (G-20), sales deck (G-21)
_STEPS = (
    ("stay polite", None, 1, None),
    ("listen", 1, 2, 1),
    ("write down, or repeat to confirm", 2, None, 2),
    ("apologise", None, 3, 3),
    ("acknowledge the feeling", None, 3, 4),
    ("thank", None, 3, 6),
    ("judge whether it is justified", 3, None, None),
    ("ask what the customer wants", None, 4, None),
    ("propose or explain a solution", 4, 5, 5),
    ("agree with the customer, then act", None, 5, None),
    ("hand on if needed, tell the superior", None, 6, None),
    ("follow up", 5, 6, None),
)
_TABOOS = (
    ("dodge the problem", "回避问题"),
    ("turn to the boss all the time", "事事请示上司"),
    ("hurry to pass it on", "急于转交他人"),
    ("walk away before it is settled", "未解决就离开"),
    ("argue on the spot", "当场争辩"),
    ("look for excuses", "寻找借口"),
    ("shift blame to another department", "推卸给其他部门"),
    ("give vague messages", "传递含糊信息"),
    ("wrong facial expression", "表情不当"),
    ("comment on the customer", "议论顾客"),
    ("promise too much", "过度承诺"),
    ("take it personally", "当作个人事情"),
    ("judge by one's own view only", "只凭主观判断"),
    ("forget the promise afterwards", "事后忘记承诺"),
)

REPORTING = describe_result(
    "reporting",
    {
        "level": "string",
        "problems": "integer 0..",
        **dict.fromkeys(["reported_share", "low", "high"], "number 0..1"),
    },
)


def list_complaint_steps() -> pd.DataFrame:
    """Three ways to handle a complaint, side by side: what is done, and as which step in each list (X-08).

    Columns: what, five_steps (G-19), store_chain (G-20), sales_deck (G-21): number of the step, "–" where
    the list does not have it.

    >>> list_complaint_steps().set_index("what").loc["apologise"].tolist()
    ['–', '3', '3']
    """
    rows = [(what, *("–" if step is None else str(step) for step in steps)) for what, *steps in _STEPS]
    return pd.DataFrame(rows, columns=["what", "five_steps", "store_chain", "sales_deck"])


def list_taboos() -> pd.DataFrame:
    """The fourteen taboos of complaint handling, in the order of the course (G-22).

    Columns: number, taboo, taboo_zh (our wording of the course's entries).

    >>> len(list_taboos())
    14
    """
    rows = [(number, en, zh) for number, (en, zh) in enumerate(_TABOOS, start=1)]
    return pd.DataFrame(rows, columns=["number", "taboo", "taboo_zh"])


def _take_times(complaints: pd.DataFrame) -> pd.DataFrame:
    rows = take_columns(complaints, "complaints", ["complaint_id", *TIMES], unique=["complaint_id"])
    for before, after in pairwise(TIMES):
        wrong = rows[after] < rows[before]
        if wrong.any():
            first = ", ".join(map(str, rows.loc[wrong, "complaint_id"].head(5)))
            raise ValueError(
                f"complaints: {int(wrong.sum())} have {after} before {before} "
                f"(complaint_id {first}). Swap them."
            )
    return rows


def measure_step_times(complaints: pd.DataFrame) -> pd.DataFrame:
    """How long complaints wait for each step (G-19): the median, and what one in ten exceeds.

    complaints: complaint_id (each once), opened_at, acknowledged_at, offered_at, closed_at (missing: not
    yet). Columns: step (acknowledged, offered, closed, from start to end),
    reached, open (not reached yet, left out of the times), median_hours, slowest_tenth_hours. Raises
    TableError for wrong columns, ValueError for steps in the wrong order of time.

    >>> opened = pd.to_datetime(pd.Series(["2025-03-01 10:00", "2025-03-01 10:00"]))
    >>> log = pd.DataFrame({"complaint_id": [1, 2], "opened_at": opened})
    >>> for hours, name in [(2, "acknowledged_at"), (26, "offered_at"), (27, "closed_at")]:
    ...     log[name] = opened + pd.Timedelta(hours=hours)
    >>> measure_step_times(log)[["step", "median_hours"]]
                    step  median_hours
    0       acknowledged           2.0
    1            offered          24.0
    2             closed           1.0
    3  from start to end          27.0
    """
    rows = _take_times(complaints)
    pairs = [*pairwise(TIMES), (TIMES[0], TIMES[-1])]
    table = []
    for name, (start, end) in zip(
        ("acknowledged", "offered", "closed", "from start to end"), pairs, strict=True
    ):
        hours = ((rows[end] - rows[start]).dt.total_seconds() / HOURS).dropna()
        middle, slow = (float(hours.quantile(q)) if len(hours) else np.nan for q in (0.5, 0.9))
        table.append((name, len(hours), int(len(rows) - len(hours)), middle, slow))
    return pd.DataFrame(table, columns=["step", "reached", "open", "median_hours", "slowest_tenth_hours"])


def measure_reporting(problems: pd.DataFrame, *, by: str = "severity") -> pd.DataFrame:
    """Of all problems that customers met, how many were ever reported (G-16, G-17)?

    problems: the truth: severity, topic, complaint_id (missing: never reported). by: severity or topic.
    Columns: level, problems, reported_share, low, high (Wilson), problems_per_complaint (missing if none);
    the last row is all problems. Raises TableError for wrong columns or a problem twice, ValueError for
    another by.

    >>> measure_reporting(pd.DataFrame({"severity": ["minor", "minor", "severe"], "topic": "price",
    ...     "complaint_id": [None, None, 7]}))[["level", "problems", "reported_share"]]
        level  problems  reported_share
    0   minor         2        0.000000
    1  severe         1        1.000000
    2     all         3        0.333333
    """
    read_choice(by, "by", ("severity", "topic"))
    names = ["severity", "topic", "complaint_id"]
    rows = take_columns(problems, "truth.problems", names, once="problem_id")
    groups = [(str(name), part) for name, part in rows.groupby(by, observed=True)]
    table = []
    for name, part in [*groups, ("all", rows)]:
        told = int(part["complaint_id"].notna().sum())
        share = estimate_share(told, len(part))
        each = len(part) / told if told else np.nan
        table.append((name, share.n, share.value, share.low, share.high, each))
    names = ["level", "problems", "reported_share", "low", "high", "problems_per_complaint"]
    return pd.DataFrame(table, columns=names)


def plot_reporting(reporting: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """The iceberg: problems that were reported, with intervals, and those that nobody told us about.

    reporting: the table of `measure_reporting`.
    """
    reporting = take_result(reporting, REPORTING)
    ax = new_axes(ax, height=3.2)
    places, share = np.arange(len(reporting)), reporting["reported_share"]
    error = reach(share, reporting["low"], reporting["high"])
    ax.barh(places, share, xerr=error, capsize=3, color=COLOURS["dissatisfied"], edgecolor="black",
            label="reported")  # fmt: skip
    ax.barh(places, 1 - share, left=share, color="white", edgecolor="black", hatch="//", label="kept silent",
            zorder=0)  # fmt: skip
    ax.set_yticks(places, [f"{name} (n = {n:,})" for name, n in
                           zip(reporting["level"], reporting["problems"], strict=True)])  # fmt: skip
    ax.invert_yaxis()
    format_percent(ax.xaxis)
    ax.set(xlabel="share of all problems", ylabel="kind of problem")
    ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, 1.18), ncols=2)
    return ax
