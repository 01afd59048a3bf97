"""The stage rule against the truth: whom it calls lost, and who really has gone (E-02, I-04).

No real firm can do this. In the simulated firm we know the day on which each member left, so we can count
both errors of a rule: living customers called lost (false alarms), and lost ones called living (misses).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, new_axes
from crmlib.customers.truth import STATED, STATES, find_true_state
from crmlib.estimates.estimate import Estimate, estimate_share
from crmlib.lifecycle.silence import expect_still_customer
from crmlib.lifecycle.stages import COUNTS, STAGES, StageRule, label_stages, take_stages
from crmlib.tables.results import describe_result, take_result, take_values
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LOST = ("decline", "termination")  # the stages by which the rule says "lost or about to be"
FIXED_LIMITS = (91, 182, 365)
CONFUSION = describe_result("confusion", dict.fromkeys(STATES, "integer 0.."))


def compare_with_truth(stages: pd.DataFrame, states: pd.Series) -> pd.DataFrame:
    """The confusion matrix: customers by the stage that the rule assigned (rows) and true state (columns).

    stages: as from `assign_stages`. states: as from `find_true_state`, for the same day. Raises
    TableError for wrong columns, ValueError if a customer with a stage has no true state.

    >>> stages = pd.DataFrame({"stage": ["growth", "decline"]}, index=[1, 2])
    >>> compare_with_truth(stages, pd.Series(["customer", "customer"], index=[1, 2])).loc["decline"].tolist()
    [1, 0, 0]
    """
    staged = take_stages(stages, ["stage"])
    counts = pd.crosstab(staged["stage"].astype(str), _match(staged, states).astype(str))
    counts = counts.reindex(index=list(STAGES), columns=list(STATES), fill_value=0)
    return counts.rename_axis(index="stage by the rule", columns="true state")


def score_rule(stages: pd.DataFrame, states: pd.Series) -> dict[str, Estimate]:
    """How often the rule is wrong about who has gone, and in which of the two ways.

    Decline and termination are read as "lost", the other stages as "customer". Returns: wrong (of all),
    missed (of those who have gone, called customers), false_alarm (of those called lost, still
    customers), each with its Wilson interval. An entry is left out where nobody has gone or nobody is
    called lost. Errors as `compare_with_truth`.
    """
    stages = take_stages(stages, ["stage"])
    gone = (_match(stages, states) == "gone").to_numpy()
    return _score(stages["stage"].isin(LOST).to_numpy(), gone)


def _score(called_lost: np.ndarray, gone: np.ndarray) -> dict[str, Estimate]:
    cases = {
        "wrong": (called_lost != gone, np.ones(len(gone), dtype=bool)),
        "missed": (~called_lost & gone, gone),
        "false_alarm": (called_lost & ~gone, called_lost),
    }
    return {
        name: estimate_share(int(wrong.sum()), int(of.sum()))
        for name, (wrong, of) in cases.items()
        if of.any()
    }


def compare_stage_rules(
    stages: pd.DataFrame,
    truth_members: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    leaving_share_per_month: float,
) -> pd.DataFrame:
    """How far patience, or even knowledge of each member's true habits, would take a rule.

    stages: as from `assign_stages`. truth_members: as for `find_true_state`, and visits_per_month. Rules:
    nobody has gone; one limit of silence for all (91, 182, 365 days); the rule of `assign_stages`; the
    same with more patience (4.5 gaps, at least 120 days, no look at falling purchases); and a rule that
    no firm can have: it knows each member's true buying rate and calls lost who is more likely gone than
    not (`expect_still_customer`, with the given share of customers leaving a month). It is no lower limit:
    the formula does not know those who leave at once, and another share may do better. Columns: rule, wrong,
    missed, false_alarm (shares), called_lost, n.
    """
    stages = take_stages(stages, ["stage", *COUNTS])
    states = find_true_state(truth_members, as_of=as_of)
    gone = (_match(stages, states) == "gone").to_numpy()
    rates = take_columns(truth_members, "truth.members", ["customer_id", "visits_per_month"])
    rate = rates.set_index("customer_id")["visits_per_month"].reindex(stages.index)
    silence = stages["recency_days"].to_numpy()
    patient = label_stages(stages, rule=StageRule(silent_gaps=4.5, least_silence_days=120, falling_share=0.0))
    alive = expect_still_customer(
        silence, purchases_per_month=rate.to_numpy(), leaving_share_per_month=leaving_share_per_month
    )
    rules = {
        "nobody has gone": np.zeros(len(gone), dtype=bool),
        **{f"silent for more than {limit} days": silence > limit for limit in FIXED_LIMITS},
        "our rule: 3 of the customer's own gaps": stages["stage"].isin(LOST).to_numpy(),
        "patient rule: 4.5 of the own gaps": patient.isin(LOST).to_numpy(),
        "true buying rate known": alive < 0.5,
    }
    rows = []
    for name, lost in rules.items():
        found = _score(lost, gone)
        shares = {
            key: found[key].value if key in found else np.nan for key in ("wrong", "missed", "false_alarm")
        }
        rows.append({"rule": name, **shares, "called_lost": int(lost.sum()), "n": len(gone)})
    return pd.DataFrame(rows)


def _match(stages: pd.DataFrame, states: pd.Series) -> pd.Series:
    """The true state of each customer in the table of stages, in its order."""
    states = take_values(states, STATED)
    unknown = stages.index.difference(states.index)
    if len(unknown):
        first = ", ".join(map(str, unknown[:5]))
        raise ValueError(
            f"stages: {len(unknown)} of {len(stages)} customers have no true state (customer_id {first}). "
            "Take receipts and truth from the same variant of the firm."
        )
    return states.reindex(stages.index)


def plot_stages_against_truth(confusion: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Who is really behind each stage: customers, those about to leave, and those who have gone.

    confusion: the table of `compare_with_truth`.
    """
    confusion = take_result(confusion, CONFUSION)
    ax = new_axes(ax)
    colours = {"customer": COLOURS["stayed"], "leaving soon": "#FFFFFF", "gone": COLOURS["left"]}
    left = np.zeros(len(confusion))
    for state, colour in colours.items():
        counts = confusion[state].to_numpy()
        ax.barh(
            confusion.index, counts, left=left, color=colour, edgecolor="black", linewidth=0.6, label=state
        )
        left = left + counts
    for row, (total, gone) in enumerate(zip(left, confusion["gone"], strict=True)):
        share = f"{100 * gone / total:.0f} % gone" if total else "nobody"
        ax.annotate(share, (total, row), (4, 0), textcoords="offset points", va="center")
    ax.invert_yaxis()
    ax.margins(x=0.18)
    ax.set(xlabel="members", ylabel="stage by the rule")
    ax.legend(frameon=False, title="in truth", ncols=3, loc="upper center", bbox_to_anchor=(0.45, -0.16))
    return ax


def explore_stage_rule(stages: pd.DataFrame, states: pd.Series) -> None:
    """Move the thresholds of the rule and see who is really behind each stage, and how often it is wrong.

    stages: as from `assign_stages`. states: as from `find_true_state`, for the same day.
    """
    stages = take_stages(stages, list(COUNTS))
    known = _match(stages, states)

    def draw(ax: Axes, silent_gaps: float, least_silence_days: int, falling_share: float) -> None:
        rule = StageRule(
            silent_gaps=silent_gaps, least_silence_days=least_silence_days, falling_share=falling_share
        )
        labelled = pd.DataFrame({"stage": label_stages(stages, rule=rule)})
        plot_stages_against_truth(compare_with_truth(labelled, known), ax=ax)
        errors = {name: f"{100 * one.value:.0f} %" for name, one in score_rule(labelled, known).items()}
        ax.set_title(
            f"wrong: {errors['wrong']} of all; missed: {errors.get('missed', '–')} of the gone;\n"
            f"false alarm: {errors.get('false_alarm', '–')} of those called lost", fontsize="medium",
        )  # fmt: skip

    explore(
        draw,
        controls={
            "silent_gaps": Slider("silence, in own gaps", 1.0, 10.0, 3.0, 0.5),
            "least_silence_days": Slider("least silence (days)", 30, 240, 60, 30),
            "falling_share": Slider("fall to this share counts", 0.0, 1.0, 0.5, 0.1),
        },
        alt="Bars of members by assigned stage, split by true state. Behind growth and maturity stand almost "
        "only customers, behind termination mostly members who have gone, behind decline many of both.",
    )
