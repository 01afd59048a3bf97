"""The analysis as one page that needs no network, with two pictures."""

from __future__ import annotations

import html
from pathlib import Path

from crmlib.classroom.exam.after.analysis import TELLS, Analysis

WIDTH, HEIGHT, EDGE = 460, 260, 44
BINS = 10


def render_analysis(found: Analysis) -> str:
    """The analysis as a page."""
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return (
        environment.get_template("page.html.j2").render(
            found=found,
            rows=list(found.questions.itertuples(index=False)),
            choices=[list(found.choices), *found.choices.fillna("").to_numpy().tolist()]
            if len(found.choices)
            else [],
            drawn=list(found.drawn.itertuples(index=False)),
            numbers=list(found.numbers.itertuples(index=False)),
            tells=TELLS,
            map=draw_map(found),
            totals=draw_totals(found),
        )
        + "\n"
    )


def draw_map(found: Analysis) -> str:
    """The questions by difficulty and discrimination, as SVG; a dashed line marks where a question tells."""
    low = min(-0.1, float(found.questions["discrimination"].min()))
    span = max(0.6, float(found.questions["discrimination"].max())) - low

    def down(value: float) -> float:
        return HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (value - low) / span

    points = []
    for row in found.questions.to_dict("records"):
        x, y = EDGE + (WIDTH - 2 * EDGE) * row["difficulty"], down(row["discrimination"])
        points.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{html.escape(row["question"])}</text>'
        )
    line = f'<path d="M{EDGE} {down(TELLS):.1f}H{WIDTH - EDGE}" stroke-dasharray="4" />'
    weak = int((found.questions["discrimination"] < TELLS).sum())
    says = f"{len(found.questions)} questions by difficulty and discrimination; {weak} below {TELLS:g}."
    ticks = [(share, f"{share:g}") for share in (0, 0.5, 1)]
    return _frame(
        says, "difficulty (mean share of the marks)", "discrimination", ticks, line + "".join(points)
    )


def draw_totals(found: Analysis) -> str:
    """How many students had how many marks in all, in ten classes, as SVG."""
    full = float(found.questions["marks"].sum())
    classes = [min(BINS - 1, int(BINS * mark / full)) for mark in found.totals]
    counts = [classes.count(number) for number in range(BINS)]
    step, most = (WIDTH - 2 * EDGE) / BINS, max(counts)
    bars = []
    for number, count in enumerate(counts):
        left, tall = EDGE + number * step, (HEIGHT - 2 * EDGE) * count / most
        top = HEIGHT - EDGE - tall
        bars.append(
            f'<rect x="{left + 1:.1f}" y="{top:.1f}" width="{step - 2:.1f}" height="{tall:.1f}" />'
            f'<text x="{left + step / 2:.1f}" y="{top - 4:.1f}" text-anchor="middle">{count or ""}</text>'
        )
    mean = float(found.totals.mean())
    says = f"Marks of {found.students} students, mean {mean:.1f} of {full:g}."
    ticks = [(share, f"{share * full:g}") for share in (0, 0.5, 1)]
    return _frame(says, "marks in all", "students", ticks, "".join(bars))


def _frame(says: str, across: str, up: str, ticks: list[tuple[float, str]], inner: str) -> str:
    """A picture with its axes and what it says for those who do not see it."""
    bottom, wide = HEIGHT - EDGE, WIDTH - 2 * EDGE
    marks = "".join(
        f'<text x="{EDGE + wide * share:.1f}" y="{bottom + 16}" text-anchor="middle">{text}</text>'
        for share, text in ticks
    )
    turned = f'transform="translate({EDGE - 26} {HEIGHT / 2}) rotate(-90)"'
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(says)}">'
        f'<path d="M{EDGE} {EDGE / 2}V{bottom}H{WIDTH - EDGE / 2}" />{inner}{marks}'
        f'<text x="{WIDTH / 2}" y="{HEIGHT - 8}" text-anchor="middle">{across}</text>'
        f'<text {turned} text-anchor="middle">{up}</text></svg>'
    )
