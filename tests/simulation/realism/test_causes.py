"""The causal diagram names numbers and code that exist, and the page shows it as it is."""

import pkgutil

import pytest

from crmlib.ground.files import COURSE
from crmlib.simulation.parameters import list_parameters
from crmlib.simulation.realism.causes import ARROWS, draw_causes, list_causes, write_causal_diagram
from crmlib.simulation.world.worlds import World

NUMBERS = {parameter.name: parameter for parameter in list_parameters(World())}


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: f"{arrow.cause} → {arrow.effect}")
def test_every_arrow_has_a_sign_and_points_to_a_number_and_to_code_that_exist(arrow):
    assert arrow.sign in ("+", "−", "±")
    assert f"retail.{arrow.number}" in NUMBERS
    assert callable(pkgutil.resolve_name(f"crmlib.simulation.retail.{arrow.where}"))


def test_the_causal_diagram_shows_every_arrow_once():
    assert len(set(ARROWS)) == len(list_causes()) == len(ARROWS) == draw_causes().count("-->")


def test_the_table_gives_value_and_meaning_of_the_number():
    card = list_causes().query("cause == 'card'").iloc[0]
    assert card["value"] == "0.07"
    assert card["meaning"] == "true change of visits caused by the card (share)"


def test_the_page_is_up_to_date_and_its_rows_have_a_cell_for_each_column(tmp_path):
    write_causal_diagram(tmp_path / "causal_diagram.md")
    written = (tmp_path / "causal_diagram.md").read_text(encoding="utf-8")
    assert written == (COURSE / "docs" / "causal_diagram.md").read_text(encoding="utf-8"), (
        "docs/causal_diagram.md is out of date. Repair: python -m crmlib.simulation.realism.report"
    )
    rows = [line for line in written.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + len(ARROWS) and {row.count("|") for row in rows} == {8}
