"""Similarity: moved cells and new names hide nothing, and what many write is nobody's copy."""

from crmlib.grading.marking.grade import Result, Verdict
from crmlib.grading.returning import similarity
from crmlib.grading.returning.similarity import find_pairs, share_in_common, simplify, write_similar

STEM = "03_lifecycle"
OWN = """
window = firm.receipts[(firm.receipts["purchased_at"] >= start) & (firm.receipts["purchased_at"] < end)]
totals = window.groupby("customer_id")["amount_cny"].agg(["sum", "count"]).sort_values("sum", ascending=False)
share = totals.head(round(len(totals) * 0.2))["sum"].sum() / totals["sum"].sum()
if share > 0.5 and not totals.empty:
    print(f"{share:.1%}", totals.index.min())
"""
RENAMED = (
    OWN.replace("window", "w").replace("totals", "by_buyer").replace("share", "x").replace("0.2", "0.25")
)
OTHER = """
counts = {}
for row in firm.receipts.itertuples():
    if row.purchased_at >= start and row.purchased_at < end:
        counts[row.customer_id] = counts.get(row.customer_id, 0) + row.amount_cny
ordered = sorted(counts.values(), reverse=True)
part = sum(ordered[: len(ordered) // 5]) / sum(ordered)
"""


def make(number: str, seed: int, value: float, kind: str = "wrong", name: str | None = None) -> Result:
    return Result(number, STEM, seed, "", "", "", {"q1": Verdict(kind, "", name)}, {"q1": ["number", value]})


def class_of(count: int) -> list[Result]:
    return [make(f"x{n}", 100 + n, 1000.5 + n) for n in range(count)]


def names(pairs):
    return [(one.first, one.second, one.answers) for one in pairs]


def test_the_same_unusual_answer_on_different_data_is_listed():
    results = [*class_of(20), make("a", 1, 0.12345), make("b", 2, 0.12345)]
    assert names(find_pairs(results, {}, [])) == [("a", "b", ("q1",))]


def test_the_same_answer_is_usual_on_the_same_data_by_a_known_mistake_or_if_many_give_it():
    for pair in [
        [make("a", 1, 0.12345), make("b", 1, 0.12345)],
        [make("a", 1, 0.12345, "mistake", "gap"), make("b", 2, 0.12345, "mistake", "gap")],
        [make("a", 1, 0.12345, "right"), make("b", 2, 0.12345, "right")],
        [make("a", 1, 0.5), make("b", 2, 0.5)],
        [make(name, seed, 0.12345) for seed, name in enumerate("abcd")],
    ]:
        assert find_pairs([*class_of(20), *pair], {}, []) == []


def test_renamed_and_moved_code_is_found_and_another_way_is_not():
    results = [make(name, seed, 1000.0 + seed) for seed, name in enumerate("abc")]
    codes = {"a": ["x = 1", OWN], "b": [RENAMED, "y = 2"], "c": [OTHER]}
    (pair,) = find_pairs(results, codes, [])
    assert (pair.first, pair.second) == ("a", "b") and pair.code_share > 0.9


def test_half_of_the_code_and_three_who_give_an_answer_are_still_listed(monkeypatch):
    results = [make(name, seed, 1000.0 + seed) for seed, name in enumerate("ab")]
    for share, listed in ((0.5, 1), (0.49, 0)):
        monkeypatch.setattr(similarity, "share_in_common", lambda *_, share=share: share)
        assert len(find_pairs(results, {}, [])) == listed
    monkeypatch.undo()
    three = [make(name, seed, 0.12345) for seed, name in enumerate("abc")]
    assert len(find_pairs([*class_of(20), *three], {}, [])) == 3


def test_code_is_compared_from_forty_tokens_on():
    runs = [frozenset((str(n),) for n in range(count)) for count in (27, 28)]
    assert [share_in_common(one, one) for one in runs] == [0.0, 1.0]


def test_what_was_handed_out_and_what_many_write_is_nobody_s():
    results = [make(name, seed, 1000.0 + seed) for seed, name in enumerate("abc")]
    assert find_pairs(results, {key: [OWN] for key in "ab"}, [OWN]) == []
    assert find_pairs(results, {key: [OWN] for key in "abc"}, []) == []


def test_short_code_says_nothing():
    results = [make(name, seed, 1000.0 + seed) for seed, name in enumerate("ab")]
    assert find_pairs(results, {key: ["a = b.c(d)[e] + f * g - h / i"] for key in "ab"}, []) == []


def test_broken_code_is_read_as_far_as_it_goes():
    assert simplify("x = (1,") == ["name", "=", "(", "number", ","]
    assert simplify("x = '") is not None and simplify("\0") is not None


def test_the_list_is_written_for_a_class(graded):
    place, _ = graded
    path, pairs = write_similar(place, STEM)
    assert pairs == [] and path.read_text(encoding="utf-8").startswith("\ufefffirst,second")
