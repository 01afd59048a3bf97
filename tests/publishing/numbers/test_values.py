"""One value is asked of a kernel: a number, or an estimate; nothing else is one number."""

import pytest

from crmlib.publishing.numbers.values import as_number


def test_an_estimate_gives_its_value_and_a_table_is_refused():
    import numpy as np
    import pandas as pd

    from crmlib.estimates.estimate import Estimate

    assert as_number(Estimate(0.24, 0.22, 0.26, n=100)) == "0.24"
    assert as_number(np.int64(3)) == "3"
    assert as_number(np.float64(0.1)) == "0.1"
    with pytest.raises(TypeError, match=r"expected one number, found Series of shape \(2,\)"):
        as_number(pd.Series([1, 2]))
    with pytest.raises(TypeError, match="found bool"):
        as_number(True)
    with pytest.raises(ValueError, match="finite number, found nan"):
        as_number(float("nan"))
