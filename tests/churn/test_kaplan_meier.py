"""The curve and its limits from counts are what scipy finds from the customers themselves."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from crmlib.churn.kaplan_meier import estimate_band

PEOPLE = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=2, max_size=30)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # scipy's limits do not exist everywhere
@settings(max_examples=60, deadline=None)
@given(PEOPLE.filter(lambda people: any(left for _, left in people)))
def test_counts_tell_as_much_as_the_customers(people):
    days, left = (np.array(column) for column in zip(*people, strict=True))
    known = np.unique(days)
    found = estimate_band(
        np.array([(days >= day).sum() for day in known]), np.array([left[days == day].sum() for day in known])
    )
    curve = ecdf(CensoredData(uncensored=days[left].astype(float), right=days[~left].astype(float))).sf
    band = curve.confidence_interval(method="log-log")
    survival = curve.evaluate(known)
    np.testing.assert_allclose(found[0, 1:], survival, atol=1e-12)
    for row, limit in ((1, band.low), (2, band.high)):
        wanted = limit.evaluate(known)
        np.testing.assert_allclose(found[row, 1:], np.where(np.isnan(wanted), survival, wanted), atol=1e-12)
    assert found[:, 0].tolist() == [1, 1, 1]
