"""Working days are Monday to Friday."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from crmlib.simulation.wholesale.calendar import pick_workdays

SOME_DAY = st.dates(min_value=pd.Timestamp("2023-01-01").date(), max_value=pd.Timestamp("2025-12-31").date())


def test_a_weekend_is_moved_to_the_friday_before():
    days = np.array(["2025-03-07", "2025-03-08", "2025-03-09", "2025-03-10"], dtype="datetime64[D]")
    moved = pick_workdays(days, earliest=days - 2)
    assert moved.astype(str).tolist() == ["2025-03-07", "2025-03-07", "2025-03-07", "2025-03-10"]


@given(day=SOME_DAY)
def test_a_day_is_never_moved_before_the_earliest(day):
    days = np.array([day], dtype="datetime64[D]")
    assert pick_workdays(days, earliest=days)[0] == days[0]
    assert pd.Timestamp(pick_workdays(days, earliest=days - 2)[0]).day_of_week < 5
