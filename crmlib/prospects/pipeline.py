"""The five-stage pipeline: conversion, time and drop-out by stage, and where a yuan helps (D-15, D-16).

A fixed process lets each stage be judged by itself. The weakest stage is not always the one to mend: what a
better stage brings depends on how many leads still reach it, and on how many of those it passes on are won
in the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Choice, Slider, explore
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import Estimate, estimate_share
from crmlib.tables.options import read_number, read_seed
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = ("targets", "samples and information", "value assessment", "relationship", "cooperation")
_DAYS = [f"stage_{number}_on" for number in range(1, 6)]
_COUNTS = ("entered", "passed", "lost", "open")
STAGES = describe_result(
    "stages",
    {
        "stage": "integer 1..5",
        "name": "string",
        **dict.fromkeys(_COUNTS, "integer 0.."),
        "pass_share": "number 0..1",
    },
)


def measure_stages(leads: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """How many leads each stage passes on, how long that takes, and why the others stop there (D-16).

    leads: lead_id, stage (reached), stage_1_on to stage_5_on, outcome, drop_reason, customer_id. accounts:
    customer_id, since_on, the day of winning, on which stage 5 is passed. Columns: stage (1 to 5), name,
    entered, passed, lost, open (still in the stage; entered = passed + lost + open), pass_share = passed /
    (passed + lost), low, high (Wilson), median_days (from entering to passing, of those that passed),
    reason (most frequent of the losses, the first by name of equal ones; missing if none). Where many leads
    are open, pass_share leans to what happens fast. Raises TableError for wrong columns, ValueError for a
    stage at which no lead is decided.

    >>> leads = pd.DataFrame({"lead_id": [1, 2], "stage": [5, 5], "outcome": ["won", "lost"],
    ...     "drop_reason": [None, "price"], "customer_id": pd.array([701, None], dtype="Int64"),
    ...     **{f"stage_{k}_on": pd.to_datetime([f"2025-01-{10 + k}"] * 2) for k in range(1, 6)}})
    >>> accounts = pd.DataFrame({"customer_id": [701], "since_on": pd.to_datetime(["2025-01-18"])})
    >>> measure_stages(leads, accounts).loc[3:, ["stage", "passed", "lost", "pass_share", "median_days"]]
       stage  passed  lost  pass_share  median_days
    3      4       2     0         1.0          1.0
    4      5       1     1         0.5          3.0
    """
    columns = ["lead_id", "stage", *_DAYS, "outcome", "drop_reason", "customer_id"]
    rows = take_columns(leads, "leads", columns, unique=["lead_id"])
    known = take_columns(accounts, "accounts", ["customer_id", "since_on"], unique=["customer_id"])
    won_on = rows["customer_id"].map(known.set_index("customer_id")["since_on"])
    days = [*(rows[name] for name in _DAYS), won_on]
    won = rows["outcome"] == "won"
    table = []
    for number, name in enumerate(NAMES, start=1):
        entered, here = rows["stage"] >= number, (rows["stage"] == number) & ~won
        lost, passed = here & (rows["outcome"] == "lost"), entered & ~here
        share = _share_passed(int(passed.sum()), int(lost.sum()), number)
        wait = (days[number] - days[number - 1])[passed].dt.days.median()
        reasons = rows.loc[lost, "drop_reason"].dropna().astype(str).value_counts().sort_index()
        reason = reasons.idxmax() if len(reasons) else None
        counts = [int(each.sum()) for each in (entered, passed, lost, here & ~lost)]
        table.append((number, name, *counts, share.value, share.low, share.high, wait, reason))
    names = ["stage", "name", *_COUNTS, "pass_share", "low", "high", "median_days", "reason"]
    return pd.DataFrame(table, columns=names)


def _share_passed(passed: int, lost: int, number: int) -> Estimate:
    if passed + lost == 0:
        raise ValueError(f"leads: no lead has passed stage {number} or was lost in it; there is no share.")
    return estimate_share(passed, passed + lost)


def compare_improvements(
    stages: pd.DataFrame, *, value_cny: float, saved_share: float = 0.1, draws: int = 1_000, seed: int = 1
) -> pd.DataFrame:
    """Where does one more yuan help: if a tenth of a stage's losses were saved, what would that bring (D-16)?

    The pass share p of one stage becomes p + saved_share × (1 − p); the leads saved go on like the others.
    stages: stage, name, passed, lost, pass_share and the counts (of `measure_stages`). value_cny: what a
    won account brings. Columns: stage, name, treated (leads that reach the stage, of 100 new ones),
    extra_wins (of 100 new leads), low, high, worth_cny (what the measure may cost for each lead treated:
    extra wins × value / treated), worth_low, worth_high. Intervals: 95 % of draws of all pass shares from
    Beta(passed + ½, lost + ½). Raises TableError for wrong columns, ValueError for shares outside 0 to 1.

    >>> stages = pd.DataFrame({"stage": [1, 2], "name": ["a", "b"], "entered": [100, 50], "passed": [50, 10],
    ...                        "lost": [50, 40], "open": 0, "pass_share": [0.5, 0.2]})
    >>> compare_improvements(stages, value_cny=1000)[["stage", "treated", "extra_wins", "worth_cny"]].round(1)
       stage  treated  extra_wins  worth_cny
    0      1    100.0         1.0       10.0
    1      2     50.0         4.0       80.0
    """
    value = read_number(value_cny, "value_cny", "0 yuan or more", limits="0..")
    saved = read_number(saved_share, "saved_share", "a share between 0 and 1", limits="0..1")
    count = int(read_number(draws, "draws", "a whole number of at least 2", limits="2..", whole=True))
    rows = take_result(stages, STAGES).sort_values("stage", ignore_index=True)
    passed, lost = rows["passed"].to_numpy(float), rows["lost"].to_numpy(float)
    drawn = read_seed(seed).beta(passed + 0.5, lost + 0.5, (count, len(rows)))
    treated, gain = _improve(rows["pass_share"].to_numpy(float)[None, :], saved)
    drawn_treated, drawn_gain = _improve(drawn, saved)
    extra_low, extra_high = np.quantile(drawn_treated * drawn_gain, [0.025, 0.975], axis=0)
    worth_low, worth_high = np.quantile(value * drawn_gain, [0.025, 0.975], axis=0)
    return pd.DataFrame(
        {
            "stage": rows["stage"],
            "name": rows["name"],
            "treated": 100 * treated[0],
            "extra_wins": 100 * treated[0] * gain[0],
            "low": 100 * extra_low,
            "high": 100 * extra_high,
            "worth_cny": value * gain[0],
            "worth_low": worth_low,
            "worth_high": worth_high,
        }
    )


def _improve(shares: np.ndarray, saved: float) -> tuple[np.ndarray, np.ndarray]:
    """For each new lead those that reach each stage; for each of these the wins more if losses are saved."""
    ones = np.ones((len(shares), 1))
    treated = np.concatenate([ones, np.cumprod(shares, axis=1)[:, :-1]], axis=1)
    later = np.cumprod(shares[:, ::-1], axis=1)[:, ::-1]
    later = np.concatenate([later[:, 1:], ones], axis=1)
    return treated, saved * (1 - shares) * later


def plot_stages(stages: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """The pipeline as bars: leads that entered each stage, split into passed on, still open and lost.

    stages: as from `measure_stages`.
    """
    rows = take_result(stages, STAGES).sort_values("stage", ignore_index=True)
    ax = new_axes(ax, width=7.0)
    start = np.zeros(len(rows))
    for part, colour, hatch in (("passed", "gain", ""), ("open", "no_card", ".."), ("lost", "loss", "//")):
        ax.barh(rows["stage"], rows[part], left=start, color=COLOURS[colour], hatch=hatch, edgecolor="white",
                label={"passed": "passed on"}.get(part, part))  # fmt: skip
        start = start + rows[part].to_numpy(float)
    for row in rows.to_dict("records"):
        words = f"{100 * row['pass_share']:.0f} % pass"
        place = (row["entered"], row["stage"])
        ax.annotate(words, place, (4, 0), textcoords="offset points", va="center", fontsize=9)
    ax.set_yticks(
        rows["stage"], [f"{number} {name}" for number, name in zip(rows["stage"], rows["name"], strict=True)]
    )
    ax.invert_yaxis()
    ax.set_xlim(0, 1.2 * max(1, int(rows["entered"].max())))
    ax.set(xlabel="leads (number)", ylabel="stage of the pipeline")
    ax.legend(frameon=False, loc="lower right", fontsize=9)
    return ax


def explore_pipeline(stages: pd.DataFrame, *, value_cny: float) -> None:
    """Choose a stage and drag the share of its losses that is saved: what does it bring (D-16)?

    stages, value_cny: as for `compare_improvements`.
    """
    rows = take_result(stages, STAGES).sort_values("stage", ignore_index=True)
    read_number(value_cny, "value_cny", "0 yuan or more", limits="0..")
    options = tuple(str(number) for number in rows["stage"])

    def draw(ax: Axes, stage: str, saved: int) -> None:
        """Leads of 100 that reach each stage and are won, as now and with one stage improved."""
        shares = rows["pass_share"].to_numpy(float)
        better = shares.copy()
        place = options.index(stage)
        better[place] += saved / 100 * (1 - shares[place])
        now, then = (100 * np.append(1.0, np.cumprod(each)) for each in (shares, better))
        places = np.arange(len(now))
        ax.bar(places - 0.2, now, 0.38, color=COLOURS["no_card"], label="as it is")
        ax.bar(places + 0.2, then, 0.38, color=COLOURS["gain"], label=f"stage {stage} improved")
        worth = (then[-1] - now[-1]) * value_cny / now[place] if now[place] else 0.0
        more = f"{then[-1] - now[-1]:.1f} more wins of 100 leads"
        ax.set_title(f"{more}; worth up to {worth:,.0f} yuan for each lead treated", fontsize=10)
        ax.set_xticks(places, [*(f"stage {number}" for number in options), "won"])
        ax.set(xlabel="reached", ylabel="leads of 100 (number)")
        ax.legend(frameon=False, fontsize=9)

    explore(
        draw,
        controls={
            "stage": Choice("stage to improve", options, options[-1]),
            "saved": Slider("losses saved there (%)", 0, 50, 10, 5),
        },
        alt="Bars of how many of 100 leads reach each stage and are won, as it is and with one stage "
        "improved; improving the last stage moves only the last bar.",
    )
