"""What fits into the minutes of one lecture: what to leave out, where to ask, what to do in class."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crmlib.classroom.formats.lecture import QUESTIONS, TIE, Section, Slide

LEVELS = (1, 2, 3)  # in which order slides are left out, as their key skip says


@dataclass(frozen=True)
class Step:
    """One section of a planned lecture: when it begins, how long it takes, what of it is shown.

    exercise: the question that is done in class; at_home: one that is left for home.
    """

    anchor: str
    begins: float
    minutes: float
    shown: tuple[Slide, ...]
    left_out: tuple[Slide, ...]
    asks: tuple[str, ...]
    exercise: str | None = None
    at_home: str | None = None


@dataclass(frozen=True)
class Plan:
    """A lecture that was fitted into some minutes; `over` is what is still too much, `spare` what is left."""

    minutes: float
    steps: tuple[Step, ...]
    spare: float = 0.0
    over: float = 0.0


def plan_lecture(sections: Sequence[Section], *, minutes: float, exercise_minutes: float) -> Plan:
    """Fit a lecture into some minutes.

    While it is too long, slides are left out as their `skip` says: all of 1 from the end on, then 2, then 3.
    Minutes that are left go to the exercises which the sections name, in their order, as far as they last.

    exercise_minutes: how long one question of the exercise takes.

    >>> section = Section("a", 6, "Notes.", slides=(Slide(question="r1", skip=1), Slide(question="r2")))
    >>> plan = plan_lecture([section], minutes=3, exercise_minutes=5)
    >>> [slide.question for slide in plan.steps[0].left_out], plan.over
    (['r1'], 0.0)
    """
    if minutes <= 0:
        raise ValueError(f"minutes: expected minutes above 0, found {minutes:g}.")
    total = sum(section.minutes for section in sections)
    out: set[tuple[int, int]] = set()
    for level in LEVELS:
        for place, section in reversed(list(enumerate(sections))):
            for number, slide in reversed(list(enumerate(section.slides))):
                if slide.skip == level and total > minutes + 1e-9:
                    out.add((place, number))
                    total -= section.minutes / len(section.slides)
    spare = max(0.0, minutes - total)
    steps: list[Step] = []
    for place, section in enumerate(sections):
        begins = steps[-1].begins + steps[-1].minutes if steps else 0.0
        in_class = section.exercise is not None and spare >= exercise_minutes
        spare -= exercise_minutes if in_class else 0.0
        left = {number for at, number in out if at == place}
        steps.append(_make_step(section, begins, left, exercise_minutes if in_class else 0.0))
    return Plan(minutes, tuple(steps), spare=spare, over=max(0.0, total - minutes))


def _make_step(section: Section, begins: float, left: set[int], exercise_minutes: float) -> Step:
    shown = tuple(slide for number, slide in enumerate(section.slides) if number not in left)
    share = len(shown) / len(section.slides) if section.slides else 1.0
    asked = [describe_slide(slide) for slide in shown if slide.kind in QUESTIONS]
    return Step(
        section.anchor,
        begins,
        section.minutes * share + exercise_minutes,
        shown,
        tuple(slide for number, slide in enumerate(section.slides) if number in left),
        (*([section.ask] if section.ask else []), *asked),
        exercise=section.exercise if exercise_minutes else None,
        at_home=None if exercise_minutes else section.exercise,
    )


def describe_slide(slide: Slide) -> str:
    """Name a slide: its headline or question, with … for numbers; a prediction or item by its id.

    >>> describe_slide(Slide(headline="Of the satisfied, {H-03} left.", claim="H-03"))
    'Of the satisfied, … left.'
    """
    if slide.predict or slide.question:
        return f"prediction {slide.predict}" if slide.predict else f"question {slide.question}"
    return TIE.sub("…", slide.headline or slide.ask or "")


def render_plan(plan: Plan, *, title: str) -> str:
    """Return a plan as a table in Markdown, and in words what it leaves over."""
    lines = [
        f"# {title}: {plan.minutes:g} minutes",
        "",
        "| from | minutes | section | slides | ask | leave out | exercise |",
        "|---|---|---|---|---|---|---|",
    ]
    for step in plan.steps:
        exercise = (
            f"{step.exercise} in class" if step.exercise else step.at_home and f"{step.at_home} at home"
        )
        cells = [
            f"{step.begins:.0f}",
            f"{step.minutes:.0f}",
            step.anchor.replace("-", " "),
            f"{len(step.shown)}",
            "; ".join(step.asks),
            "; ".join(describe_slide(slide) for slide in step.left_out),
            exercise or "",
        ]
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    lines.append("")
    if plan.over:
        split = _find_break(plan)
        lines.append(
            f"{plan.over:.0f} minutes too many, even without every slide that may be left out. "
            f"Stop before *{split}* and go on next time, or mark more slides with skip."
        )
    else:
        lines.append(f"{plan.spare:.0f} minutes are left for questions.")
    return "\n".join(lines)


def _find_break(plan: Plan) -> str:
    """Return the section that no longer fits."""
    late = [step for step in plan.steps if step.begins + step.minutes > plan.minutes + 1e-9]
    return late[0].anchor.replace("-", " ")
