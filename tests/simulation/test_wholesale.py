"""Northport obeys its laws, its confounding misleads where it should, and what is true can be recovered."""

from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from crmlib.simulation.parameters import list_parameters, number
from crmlib.simulation.wholesale.bonds import FINANCIAL, SOCIAL, STRUCTURAL, fade_of_bonds
from crmlib.simulation.wholesale.market import draw_levels, log_odds, pick_workdays, to_share
from crmlib.simulation.wholesale.simulate import simulate_wholesale
from crmlib.simulation.world.wholesale import WholesaleWorld
from crmlib.simulation.world.worlds import World
from crmlib.tables import check_truth
from crmlib.tables.firm import check_firm

DAYS = {
    "orders": "purchased_at",
    "visits": "visited_on",
    "contracts": "signed_on",
    "competitor_bids": "offered_on",
}
SEEDS = (2026, 3, 7, 11, 19, 23)


def simulate_seed(seed, name="default"):
    return simulate_wholesale(replace(World(), seed=seed, wholesale=WholesaleWorld.named(name)))


@pytest.fixture(scope="module")
def firms():
    """Northport from six seeds."""
    return [simulate_seed(seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def northport(firms):
    return firms[0]


def with_truth(firm):
    """One row an account, seen and true columns side by side."""
    return firm.tables["accounts"].merge(firm.truth["accounts"], on="customer_id")


def make_panel(firm):
    """Key and middle accounts by month, from the month after joining to the month before leaving."""
    orders, visits = firm.tables["orders"], firm.tables["visits"].dropna(subset="customer_id")
    orders = orders.assign(month=orders["purchased_at"].dt.to_period("M"))
    visits = visits.assign(
        month=visits["visited_on"].dt.to_period("M"), customer_id=visits["customer_id"].astype("int64")
    )
    tonnes = orders.groupby(["customer_id", "month"])["tonnes"].sum()
    panel = tonnes.to_frame().join(visits.groupby(["customer_id", "month"]).size().rename("visits"))
    panel = panel.fillna({"visits": 0}).reset_index().merge(with_truth(firm), on="customer_id")
    inside = panel["month"].dt.start_time > panel["since_on"]
    inside &= panel["left_on"].isna() | (panel["month"].dt.end_time < panel["left_on"])
    panel = panel[inside & panel["segment"].isin(["key", "middle"])]
    prices = firm.tables["market_prices"].query("product == 'diesel'")
    price = prices.groupby(prices["week"].dt.to_period("M"))["price_cny_per_tonne"].mean()
    return panel.assign(
        log_tonnes=np.log(panel["tonnes"]),
        log_visits=np.log1p(panel["visits"]),
        log_price=np.log(panel["month"].map(price).astype(float)),
    )


def slope_of_visits(panel, columns, *, within):
    """Coefficient of log(1 + visits) on log tonnes, between all rows or within accounts."""
    data = panel[["log_tonnes", *columns]]
    if within:
        data = data - panel.groupby("customer_id")[["log_tonnes", *columns]].transform("mean")
    return sm.OLS(data["log_tonnes"], sm.add_constant(data[columns])).fit().params["log_visits"]


# --- laws ---------------------------------------------------------------------------------------------------


def test_every_table_fits_its_description(firms):
    for firm in firms:
        check_firm(firm.tables)
        for name, table in firm.truth.items():
            check_truth(table, name)


@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    seed=st.integers(0, 10_000),
    months=st.integers(1, 16),
    starts_on=st.sampled_from(["2023-01-01", "2024-02-01", "2022-11-01"]),
    name=st.sampled_from(["default", "competitive", "monopoly", "no_selection", "homogeneous"]),
)
def test_any_small_world_fits_the_description(seed, months, starts_on, name):
    world = World(seed=seed, months=months, starts_on=starts_on, wholesale=WholesaleWorld.named(name))
    firm = simulate_wholesale(world)
    check_firm({table: frame for table, frame in firm.tables.items() if len(frame)})
    for truth, frame in firm.truth.items():
        if len(frame):
            check_truth(frame, truth)


def test_same_seed_gives_the_same_firm_and_another_seed_another(northport):
    again, other = simulate_seed(2026), simulate_seed(2027)
    for name, table in northport.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])
    for name, table in northport.truth.items():
        pd.testing.assert_frame_equal(table, again.truth[name])
    assert (
        not northport.tables["orders"]["tonnes"].head(100).equals(other.tables["orders"]["tonnes"].head(100))
    )


def test_a_change_in_bonds_leaves_accounts_and_market_as_they_were(northport):
    bonds = replace(WholesaleWorld().bonds, structural_protection=0.0)
    changed = simulate_wholesale(World(wholesale=replace(WholesaleWorld(), bonds=bonds)))
    for name in ("accounts", "market_prices", "leads"):
        pd.testing.assert_frame_equal(northport.tables[name], changed.tables[name])


def test_forty_key_eighty_middle_and_120_small_accounts(firms):
    for firm in firms:
        assert firm.tables["accounts"]["segment"].value_counts().to_dict() == {
            "small": 120,
            "middle": 80,
            "key": 40,
        }


def test_nothing_happens_before_an_account_joins_or_after_it_has_left(firms):
    for firm in firms:
        accounts = with_truth(firm)
        for table, column in DAYS.items():
            rows = firm.tables[table].merge(accounts, on="customer_id")
            assert (rows[column] >= rows["since_on"]).all(), table
            left = rows["left_on"].notna()
            assert (rows.loc[left, column] < rows.loc[left, "left_on"]).all(), table


def test_orders_of_a_quarter_are_what_the_wallet_says_and_never_more_than_the_need(firms):
    for firm in firms:
        orders, wallets = firm.tables["orders"], firm.tables["wallets"]
        quarter = orders["purchased_at"].dt.to_period("Q").dt.start_time.astype("datetime64[us]")
        bought = orders.groupby(["customer_id", quarter.rename("quarter")])["tonnes"].sum()
        wallet = wallets.set_index(["customer_id", "quarter"])["bought_tonnes"]
        pd.testing.assert_series_equal(
            bought,
            wallet[wallet > 0],
            check_names=False,
            check_dtype=False,
            check_index_type=False,
            atol=0.006,
        )
        assert (wallets["bought_tonnes"] <= wallets["needed_tonnes"]).all()


def test_an_order_is_priced_at_the_market_less_a_discount(northport):
    orders = northport.tables["orders"]
    week = orders["purchased_at"].dt.to_period("W").dt.start_time.astype("datetime64[us]")
    quoted = orders.assign(week=week)[["week", "product", "price_cny_per_tonne"]].merge(
        northport.tables["market_prices"], on=["week", "product"], suffixes=("", "_market")
    )
    discount = 1 - quoted["price_cny_per_tonne"] / quoted["price_cny_per_tonne_market"]
    assert len(quoted) == len(orders)
    assert discount.between(-1e-5, 0.08).all()
    assert 0.01 < discount.mean() < 0.04


def test_payment_is_on_time_for_most_and_open_only_near_the_end_or_after_closing(firms):
    for firm in firms:
        orders = firm.tables["orders"].merge(with_truth(firm), on="customer_id")
        assert 0.2 < (orders["paid_on"] > orders["due_on"]).mean() < 0.42
        unpaid = orders[orders["paid_on"].isna() & (orders["leaving_cause"] != "closed")]
        assert (unpaid["due_on"] > "2025-07-01").all()


def test_a_won_lead_is_an_account_from_that_day(firms):
    for firm in firms:
        won = firm.tables["leads"].query("outcome == 'won'").merge(firm.tables["accounts"], on="customer_id")
        assert len(won) == (firm.tables["leads"]["outcome"] == "won").sum() > 10
        assert (won["since_on"] >= won["stage_5_on"]).all()
        assert won["customer_id"].is_unique
        assert set(won["customer_id"]) == set(
            firm.tables["accounts"].query("since_on >= '2023-01-01'")["customer_id"]
        )


def test_a_tender_account_meets_rivals_only_when_it_asks_for_bids(firms):
    for firm in firms:
        bids = firm.tables["competitor_bids"].merge(firm.tables["accounts"], on="customer_id")
        tenders = bids.query("buying_style == 'tender'")
        assert (tenders["outcome"] != "lost").all()
        assert (tenders.groupby(["customer_id", tenders["offered_on"].dt.year]).size() == 1).all()
        assert (
            tenders.groupby("customer_id")["offered_on"].agg(lambda days: days.dt.month.nunique()) == 1
        ).all()


# --- realism ------------------------------------------------------------------------------------------------


def test_a_fifth_of_the_accounts_buys_70_to_80_percent_of_the_tonnes(firms):
    shares = []
    for firm in firms:
        tonnes = firm.tables["orders"].groupby("customer_id")["tonnes"].sum().sort_values(ascending=False)
        shares.append(tonnes.head(48).sum() / tonnes.sum())
    assert 0.70 < np.mean(shares) < 0.80
    assert all(0.66 < share < 0.85 for share in shares)


def test_fuels_move_together(northport):
    prices = northport.tables["market_prices"].pivot(
        index="week", columns="product", values="price_cny_per_tonne"
    )
    changes = np.log(prices)
    assert changes["diesel"].corr(changes["petrol"]) > 0.9
    assert changes["lubricant"].std() < 0.5 * changes["diesel"].std()


def test_some_accounts_cost_more_than_they_bring_because_they_are_small_and_far(firms):
    for firm in firms:
        margin = firm.tables["orders"].groupby("customer_id")["margin_cny"].sum().rename("margin_cny")
        accounts = firm.tables["accounts"].set_index("customer_id").join(margin).dropna(subset="margin_cny")
        losing = accounts["margin_cny"] < 0
        assert 0.02 < losing.mean() < 0.2
        assert accounts[losing]["distance_km"].mean() > accounts[~losing]["distance_km"].mean()
        assert (accounts[losing]["segment"] == "small").mean() > 0.65


def test_a_tenth_of_the_accounts_is_lost_in_a_year(firms):
    left = np.mean([firm.truth["accounts"]["left_on"].notna().mean() for firm in firms])
    assert 0.06 < 1 - (1 - left) ** (1 / 3) < 0.14


def test_salespeople_keep_the_visit_plan_in_the_mean_only(firms):
    for firm in firms:
        panel = make_panel(firm)
        mean = panel.groupby("segment", observed=True)["visits"].mean()
        assert 1.6 < mean["middle"] < 2.4
        assert 2.4 < mean["key"] < 3.8


def test_leads_with_money_authority_and_need_are_won_most(firms):
    leads = pd.concat([firm.tables["leads"] for firm in firms]).query("outcome != 'open'")
    complete = leads["money"] & leads["authority"] & leads["need"]
    won = leads["outcome"] == "won"
    assert won[complete].mean() > 3 * won[~complete].mean()
    lacking_need = leads.query("not need and stage == 1 and outcome == 'lost'")
    assert (lacking_need["drop_reason"] == "no_need").all()
    reached = [(leads["stage"] >= stage).mean() for stage in range(1, 6)]
    assert all(later < earlier for earlier, later in pairwise(reached))


# --- partial defection --------------------------------------------------------------------------------------


def test_wallet_share_decays_before_an_account_leaves(firms):
    shares = []
    for firm in firms:
        wallets = firm.tables["wallets"].merge(with_truth(firm), on="customer_id")
        wallets = wallets[wallets["left_on"].notna() & (wallets["leaving_cause"] != "closed")]
        before = (wallets["left_on"] - wallets["quarter"]).dt.days // 91
        shares.append(
            wallets.assign(before=before, share=wallets["bought_tonnes"] / wallets["needed_tonnes"])
        )
    path = pd.concat(shares).groupby("before")["share"].mean()
    usual = path[4:8].mean()
    assert path[0] < path[1] < path[2] < usual
    assert path[1] < 0.7 * usual


def test_an_account_that_gave_away_a_part_is_more_likely_to_be_gone_later(firms):
    rows = []
    for firm in firms:
        bids = firm.tables["competitor_bids"].query("offered_on < '2024-07-01'")
        worst = bids.groupby("customer_id")["outcome"].max().rename("worst")
        accounts = with_truth(firm).set_index("customer_id").join(worst)
        rows.append(accounts.query("buying_style != 'tender'").dropna(subset="worst"))
    accounts = pd.concat(rows)
    gone = accounts["left_on"].notna().groupby(accounts["worst"], observed=True).mean()
    assert gone["lost"] > 0.8
    assert gone["part_lost"] > gone["kept"]


# --- confounding and truth ----------------------------------------------------------------------------------


def test_key_accounts_get_more_visits_and_more_bonds(firms):
    for firm in firms:
        accounts = firm.tables["accounts"]
        bonds = accounts.groupby("segment", observed=True)[
            ["financial_bond", "social_bond", "structural_bond"]
        ].mean()
        assert (bonds.loc["key"] > bonds.loc["small"]).all()


def test_without_selection_segment_and_oil_price_say_nothing_about_bonds_and_visits():
    differences, correlations = [], []
    for seed in SEEDS:
        firm = simulate_seed(seed, "no_selection")
        bonds = firm.tables["accounts"].groupby("segment", observed=True)["social_bond"].mean()
        differences.append(bonds["key"] - bonds["small"])
        panel = make_panel(firm)
        visits = panel.groupby("segment", observed=True)["visits"].mean()
        assert visits["key"] == pytest.approx(visits["middle"], rel=0.1)
        correlations.append(panel["visits"].corr(panel["log_price"]))
    assert abs(np.mean(differences)) < 0.08
    assert abs(np.mean(correlations)) < 0.03


def test_visit_effect_is_overstated_between_accounts_understated_in_time_and_right_at_equal_price(firms):
    for firm in firms:
        panel = make_panel(firm)
        truth = panel["visit_effect"].mean()
        between = slope_of_visits(panel, ["log_visits"], within=False)
        in_time = slope_of_visits(panel, ["log_visits"], within=True)
        at_equal_price = slope_of_visits(panel, ["log_visits", "log_price"], within=True)
        assert between > truth + 0.05
        assert in_time < truth - 0.05
        assert at_equal_price == pytest.approx(truth, abs=0.05)


def test_true_visit_elasticity_lies_where_studies_put_it_and_falls_with_the_age_of_the_relationship(firms):
    for firm in firms:
        accounts = with_truth(firm)
        assert 0.25 < accounts["visit_elasticity"].mean() < 0.40
        old = accounts["since_on"] < "2015-01-01"
        assert accounts[old]["visit_effect"].mean() < accounts[~old]["visit_effect"].mean()


def test_weaker_effect_in_older_relationships_shows_in_the_orders(firms):
    slopes = {"old": [], "new": []}
    for firm in firms:
        panel = make_panel(firm)
        for name, part in panel.groupby(np.where(panel["since_on"] < "2016-01-01", "old", "new")):
            slopes[name].append(slope_of_visits(part, ["log_visits", "log_price"], within=True))
    assert np.mean(slopes["old"]) < np.mean(slopes["new"])


def test_bonds_protect_in_the_order_of_their_levels(firms):
    for firm in firms:
        bids = firm.truth["bids"]
        saved = {
            level: (bids[f"loss_without_{level}"] - bids[f"loss_with_{level}"]).mean()
            for level in ("financial", "social", "structural")
        }
        assert 0 < saved["financial"] < saved["social"] < saved["structural"]
        protections = firm.truth["accounts"][
            ["financial_protection", "social_protection", "structural_protection"]
        ].mean()
        assert protections.is_monotonic_increasing


def test_order_of_the_bonds_is_recovered_from_the_bids(firms):
    bids = pd.concat(
        [firm.tables["competitor_bids"].merge(with_truth(firm), on="customer_id") for firm in firms]
    )
    design = bids[["price_cut_share", "relationship_quality", "price_sensitivity"]].assign(
        financial=bids["financial_bond"].astype(float),
        social=bids["social_bond"].astype(float),
        structural=bids["structural_bond"].astype(float),
        competitive=(bids["buying_style"] == "competitive").astype(float),
        tender=(bids["buying_style"] == "tender").astype(float),
        fits=(bids["relationship_type"].astype(str) == bids["fitting_type"].astype(str)).astype(float),
    )
    fit = sm.Logit((bids["outcome"] != "kept").astype(float), sm.add_constant(design)).fit(disp=0)
    protection, error = -fit.params, fit.bse
    assert protection["financial"] < protection["social"] < protection["structural"]
    assert (
        abs(protection["structural"] - WholesaleWorld().bonds.structural_protection) < 3 * error["structural"]
    )


def test_social_bond_holds_against_small_cuts_and_breaks_at_deep_ones(firms):
    for firm in firms:
        bids = firm.truth["bids"].merge(firm.tables["competitor_bids"], on="bid_id")
        odds = {name: log_odds(bids[f"loss_{name}_social"].to_numpy()) for name in ("with", "without")}
        taken_off = odds["without"] - odds["with"]
        assert taken_off[bids["price_cut_share"] < 0.05].mean() > 1.2
        assert taken_off[bids["price_cut_share"] > 0.15].mean() < 0.15


def test_naive_comparison_of_bonds_is_confounded_by_quality(firms):
    qualities = []
    for firm in firms:
        accounts = with_truth(firm)
        qualities.append(
            accounts.loc[accounts["social_bond"], "relationship_quality"].mean()
            - accounts.loc[~accounts["social_bond"], "relationship_quality"].mean()
        )
    assert np.mean(qualities) > 0.2


def test_a_fitting_type_of_relationship_is_worth_a_little(firms):
    gains, given = [], []
    for firm in firms:
        accounts = with_truth(firm)
        fits = accounts["relationship_type"].astype(str) == accounts["fitting_type"].astype(str)
        design = sm.add_constant(
            pd.DataFrame({"fits": fits.astype(float), "quality": accounts["relationship_quality"]})
        )
        gains.append(sm.OLS(accounts["wallet_share_at_start"], design).fit().params["fits"])
        given.append(fits.mean())
        assert (accounts["fit_effect"] == WholesaleWorld().types.fit_share).all()
    assert np.mean(gains) == pytest.approx(WholesaleWorld().types.fit_share, abs=0.02)
    assert 0.45 < np.mean(given) < 0.7


def test_fitting_type_follows_the_matrix_of_customers_and_margin(northport):
    accounts = with_truth(northport)
    ranks = accounts["fitting_type"].cat.codes - accounts["segment"].cat.codes
    assert ranks.between(0, 2).all()
    orders = northport.tables["orders"].groupby("customer_id")[["margin_cny", "amount_cny"]].sum()
    margin = (orders["margin_cny"] / orders["amount_cny"]).reindex(accounts["customer_id"]).to_numpy()
    assert pd.Series(margin).corr(ranks, method="spearman") > 0.6


def test_other_worlds_differ_where_they_should(northport):
    competitive, monopoly = simulate_seed(2026, "competitive"), simulate_seed(2026, "monopoly")
    homogeneous = simulate_seed(2026, "homogeneous")
    assert len(competitive.tables["competitor_bids"]) > 1.4 * len(northport.tables["competitor_bids"])
    assert monopoly.tables["competitor_bids"].empty
    assert not monopoly.truth["accounts"]["leaving_cause"].isin(["rival", "price"]).any()
    assert homogeneous.truth["accounts"]["needed_tonnes_per_month"].nunique() == 1


# --- parameters and small parts -----------------------------------------------------------------------------


def test_every_number_has_unit_meaning_and_source_and_cannot_be_changed():
    world = WholesaleWorld()
    parameters = list(list_parameters(world))
    assert len(parameters) > 90
    assert all(parameter.unit and parameter.meaning and parameter.source for parameter in parameters)
    for group in fields(world):
        part = getattr(world, group.name)
        assert is_dataclass(part)
        with pytest.raises(FrozenInstanceError):
            setattr(part, fields(part)[0].name, 0)


def test_parameter_without_unit_is_refused():
    with pytest.raises(ValueError, match="unit and meaning must not be empty"):
        number(1.0, unit="", meaning="something")


def test_listing_parameters_of_something_else_is_refused():
    with pytest.raises(TypeError, match="expected a world"):
        list(list_parameters(3))


def test_unknown_world_is_refused_with_the_known_names():
    with pytest.raises(ValueError, match=r"no world 'monopole'.*default, competitive, monopoly"):
        WholesaleWorld.named("monopole")


@given(cuts=st.lists(st.floats(0, 0.4), min_size=2, max_size=20))
def test_no_bond_protects_more_against_a_deeper_cut(cuts):
    left = fade_of_bonds(World(), np.sort(np.array(cuts)))
    assert (np.diff(left, axis=0) <= 1e-12).all()
    assert (left[:, STRUCTURAL] == 1).all()
    assert ((left[:, FINANCIAL] >= 0) & (left[:, SOCIAL] >= 0)).all()


@given(share=st.floats(0.001, 0.999))
def test_log_odds_and_share_undo_each_other(share):
    assert to_share(log_odds(np.array([share])))[0] == pytest.approx(share)


@given(level=st.integers(0, 3), seed=st.integers(0, 100))
def test_a_level_with_the_whole_share_is_always_drawn(level, seed):
    shares = np.tile(np.eye(4)[level], (20, 1))
    assert (draw_levels(shares, np.random.default_rng(seed)) == level).all()


@given(day=st.dates(min_value=pd.Timestamp("2023-01-01").date(), max_value=pd.Timestamp("2025-12-31").date()))
def test_workdays_are_monday_to_friday_unless_that_is_too_early(day):
    days = np.array([day], dtype="datetime64[D]")
    free = pick_workdays(days, earliest=days - 2)
    assert pd.Timestamp(free[0]).day_of_week < 5
    assert pick_workdays(days, earliest=days)[0] >= days[0]
