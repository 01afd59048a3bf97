"""The MAN rule: who can pay, who may decide, who has a need, and whom to see (D-03, D-05, K-40).

Three conditions give eight codes, and each code an action. The course shows the rule on seven persons. A
search over weights and limits asks which rule, if any, would have given their seven verdicts (X-13, X-24).
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS
from crmlib.ground.spelling import suggest
from crmlib.tables.options import read_choice, read_number
from crmlib.tables.results import describe_result, take_result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CONDITIONS = ("money", "authority", "need")
VERDICTS = ("stop", "contact", "ideal")
MEASURED = describe_result("prospects", dict.fromkeys(CONDITIONS, "boolean"))
JUDGED = describe_result(
    "prospects",
    {
        "person": "integer 1..",
        **dict.fromkeys(CONDITIONS, "boolean"),
        "verdict": f"ordered {'|'.join(VERDICTS)}",
    },
)
CODES = describe_result("codes", {"code": "string"})

_ACTIONS = {
    "M+A+N": ("may be contacted: the ideal object of selling", "source"),
    "M+A+n": ("cultivate: the focus of attention", "source"),
    "M+a+N": ("may be contacted: find the person with authority", "complement"),
    "M+a+n": ("", "contradictory"),
    "m+A+N": ("may be contacted: check finances, offer credit", "complement"),
    "m+A+n": ("may be contacted: observe and cultivate long term", "source"),
    "m+a+N": ("may be contacted: keep for later observation", "source"),
    "m+a+n": ("stop contact", "source"),
}
_CONTESTED = {"attend": "pay attention (person 6)", "stop": "no need to contact (person 7)"}
_PHONE = (
    ("steady job", False, True, False, "contact", "may be contacted, observe and cultivate"),
    ("self-employed manager", True, True, True, "ideal", "ideal"),
    ("sales clerk", False, False, True, "contact", "may be contacted, for later"),
    ("shop assistant", False, False, False, "stop", "stop"),
    ("researcher", True, True, False, "contact", "cultivate"),
    ("manager, technology firm", True, False, False, "contact", "pay attention"),
    ("technician, advertising", True, False, False, "stop", "no need to contact"),
)


def list_phone_prospects() -> pd.DataFrame:
    """The seven persons on whom the course tries the MAN rule, with what it says of each (K-40).

    Columns: person (1 to 7), who, money, authority, need (conditions met), verdict (the source's words in
    three classes: stop, contact, ideal), said (its words).

    >>> list_phone_prospects().loc[5:, ["person", "money", "authority", "need", "verdict"]]
       person  money  authority   need  verdict
    5       6   True      False  False  contact
    6       7   True      False  False     stop
    """
    table = pd.DataFrame(_PHONE, columns=["who", *CONDITIONS, "verdict", "said"])
    kind = pd.CategoricalDtype(list(VERDICTS), ordered=True)
    table.insert(0, "person", range(1, len(table) + 1))
    return table.astype({"verdict": kind})


def assign_man_codes(prospects: pd.DataFrame) -> pd.Series:
    """What each prospect has and lacks, in three letters: a capital for a condition that is met (D-05).

    prospects: money, authority, need (True or False). Returns a column named code with the index of the
    table. Raises TableError for wrong columns or missing values: "not known yet" is no small letter.

    >>> assign_man_codes(pd.DataFrame({"money": [True, False], "authority": [True, True],
    ...                                "need": [False, True]})).tolist()
    ['M+A+n', 'm+A+N']
    """
    rows = take_result(prospects, MEASURED)
    letters = [(name[0], name[0].upper()) for name in CONDITIONS]
    codes = np.array(["+".join(one) for one in product(*letters)], dtype=object)
    place = sum(rows[name].to_numpy(dtype=int) << n for n, name in enumerate(reversed(CONDITIONS)))
    return pd.Series(codes[place], index=rows.index, name="code", dtype=object)


def choose_actions(codes: pd.Series, *, contested: str = "attend") -> pd.DataFrame:
    """What the course does with prospects of each code, and who says so (D-05).

    codes: as from `assign_man_codes`. contested: how to read M+a+n, for which the source has two verdicts
    (X-13): "attend" or "stop". Columns, with the index of codes: code, action, status ("source",
    "contradictory", or "complement" for the two codes that the sources lack). Raises ValueError for another
    word or an unknown code.

    >>> choose_actions(pd.Series(["m+a+n", "M+a+N"])).iloc[:, 1:]
                                                 action      status
    0                                      stop contact      source
    1  may be contacted: find the person with authority  complement
    """
    read_choice(contested, "contested", _CONTESTED)
    if not isinstance(codes, pd.Series):
        raise TypeError(f"codes: expected a column (pandas Series), found {type(codes).__name__}.")
    taken = take_result(codes.to_frame("code"), CODES)["code"].astype(object)
    unknown = ~taken.isin(list(_ACTIONS))
    if unknown.any():
        first = str(taken[unknown].iloc[0])
        raise ValueError(
            f"codes: {int(unknown.sum())} of {len(taken)} codes are unknown, such as {first!r}. Expected one "
            f"of {', '.join(_ACTIONS)}.{suggest(first, _ACTIONS)}"
        )
    action = taken.map({code: text or _CONTESTED[contested] for code, (text, _) in _ACTIONS.items()})
    status = taken.map({code: status for code, (_, status) in _ACTIONS.items()})
    return pd.DataFrame({"code": taken, "action": action, "status": status})


def search_rules(prospects: pd.DataFrame, *, max_weight: int = 5) -> pd.DataFrame:
    """Which weights of money, authority and need give the verdicts, and is there any such rule (X-24)?

    A rule adds the weights of the conditions that are met; from contact_from on a prospect is contacted,
    from ideal_from on ideal. All whole weights from 1 to max_weight are tried, each with the limits that
    give most verdicts right (of equally good ones the lowest). prospects: person, money, authority, need,
    verdict (stop, contact, ideal), as from `list_phone_prospects`. Columns: money, authority, need (the
    weights), contact_from, ideal_from, right (verdicts as given), of (prospects), heaviest (the condition
    with the largest weight, or "tie"); the best rules first. Raises TableError for wrong columns, ValueError
    for a max_weight outside 1 to 9.

    >>> rules = search_rules(list_phone_prospects(), max_weight=2)
    >>> rules.loc[0, ["right", "of"]].tolist()     # persons 6 and 7 are alike: nothing gives all seven
    [6, 7]
    """
    top = int(read_number(max_weight, "max_weight", "a whole number from 1 to 9", limits="1..9", whole=True))
    rows = take_result(prospects, JUDGED)
    profiles = np.array(list(product((0, 1), repeat=len(CONDITIONS))))
    profile = rows[list(CONDITIONS)].astype(int).to_numpy() @ [4, 2, 1]
    verdict = rows["verdict"].astype(str).map({name: place for place, name in enumerate(VERDICTS)})
    counts = np.zeros((len(profiles), len(VERDICTS)), dtype=int)
    np.add.at(counts, (profile, verdict.to_numpy(int)), 1)
    table = []
    for weights in product(range(1, top + 1), repeat=len(CONDITIONS)):
        limits = _find_limits(profiles @ np.array(weights), counts)
        table.append((*weights, *limits, len(rows), _name_heaviest(weights)))
    columns = [*CONDITIONS, "contact_from", "ideal_from", "right", "of", "heaviest"]
    found = pd.DataFrame(table, columns=columns)
    return found.sort_values(["right", *CONDITIONS], ascending=[False, True, True, True], ignore_index=True)


def _find_limits(scores: np.ndarray, counts: np.ndarray) -> tuple[int, int, int]:
    """The two limits that give most verdicts right, and how many; counts: profile × verdict."""
    best = (0, 0, -1)
    limits = sorted({*scores.tolist(), int(scores.max()) + 1})
    for place, contact in enumerate(limits):
        for ideal in limits[place:]:
            said = (scores >= contact).astype(int) + (scores >= ideal)
            right = int(counts[np.arange(len(scores)), said].sum())
            if right > best[2]:
                best = (contact, ideal, right)
    return best


def _name_heaviest(weights: tuple[int, ...]) -> str:
    heavy = [name for name, weight in zip(CONDITIONS, weights, strict=True) if weight == max(weights)]
    return heavy[0] if len(heavy) == 1 else "tie"


def explore_man_rule(prospects: pd.DataFrame, *, max_weight: int = 5) -> None:
    """Drag weights and limit of a MAN rule, and see which of the course's verdicts it gives (X-24).

    prospects: as for `search_rules`, at most 12. A prospect who meets all three conditions is ideal.
    """
    rows = take_result(prospects, JUDGED)
    if len(rows) > 12:
        raise ValueError(f"prospects: {len(rows)} rows, expected at most 12, so that each has its line.")
    top = int(read_number(max_weight, "max_weight", "a whole number from 2 to 9", limits="2..9", whole=True))
    sliders = {name: Slider(f"weight of {name}", 1, top, 1, 1) for name in CONDITIONS}
    explore(
        lambda ax, money, authority, need, limit: _draw_rule(ax, rows, (money, authority, need), limit),
        controls={**sliders, "limit": Slider("contact from", 1, 2 * top, 1, 1)},
        alt="A bar for the score of each of the seven persons and a line for the limit of contact. With "
        "equal weights and a limit of one condition every verdict agrees with the source, except that on "
        "person 7.",
    )


def _draw_rule(ax: Axes, rows: pd.DataFrame, weights: tuple[int, ...], limit: int) -> None:
    scores = rows[list(CONDITIONS)].to_numpy(int) @ np.array(weights)
    ideal = rows[list(CONDITIONS)].all(axis=1).to_numpy()
    said = np.select([ideal, scores >= limit], ["ideal", "contact"], "stop")
    given = rows["verdict"].astype(str).to_numpy()
    fits = said == given
    colours = [COLOURS["gain"] if fit else COLOURS["loss"] for fit in fits]
    places = np.arange(len(rows))
    ax.barh(places, scores, color=colours, hatch=["" if fit else "//" for fit in fits], edgecolor="white")
    for place in places:
        words = f"{said[place]}" if fits[place] else f"{said[place]}, source: {given[place]}"
        ax.annotate(
            words, (scores[place], place), (4, 0), textcoords="offset points", va="center", fontsize=9
        )
    ax.axvline(limit - 0.5, color="black", linestyle="--", linewidth=1)
    codes = assign_man_codes(rows)
    ax.set_yticks(places, [f"{row}  {code}" for row, code in zip(rows["person"], codes, strict=True)])
    ax.invert_yaxis()
    ax.set_xlim(0, 1.45 * max(int(scores.max()), limit))
    ax.set_title(f"{int(fits.sum())} of {len(rows)} verdicts as in the source", fontsize=10)
    ax.set(xlabel="score (sum of the weights of conditions met)", ylabel="person and code")
