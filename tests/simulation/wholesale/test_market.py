"""Fuels move together, lubricant less."""

import numpy as np


def test_fuels_move_together(northport):
    prices = northport.tables["market_prices"].pivot(
        index="week", columns="product", values="price_cny_per_tonne"
    )
    changes = np.log(prices)
    assert changes["diesel"].corr(changes["petrol"]) > 0.9
    assert changes["lubricant"].std() < 0.5 * changes["diesel"].std()
