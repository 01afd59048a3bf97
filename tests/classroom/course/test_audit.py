"""The author of a chapter is told what does not fit together, in its own files and between chapters."""

import pytest

from crmlib.classroom.course import audit
from tests.classroom.calls import SMALL_CHECKS, STEM, ten_customers, write_examples


def test_two_chapters_may_not_share_an_exam_id_or_translate_a_term_differently(
    content, tmp_path, monkeypatch
):
    monkeypatch.setattr(audit, "FEWEST", {})
    other = tmp_path / "content" / "05_churn_and_recovery"
    content.rename(tmp_path / "kept")
    write_examples(tmp_path / "content").rename(other)
    (tmp_path / "kept").rename(content)
    path = other / "glossary.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("customer satisfaction,", "client joy,"), encoding="utf-8"
    )
    (other / "recall.yaml").write_text(
        (other / "recall.yaml")
        .read_text(encoding="utf-8")
        .replace("03_lifecycle", "02_relationship_types")
        .replace("01_relationship_marketing", "04_satisfaction_and_loyalty"),
        encoding="utf-8",
    )
    found = "\n".join(audit.find_problems("05_churn_and_recovery"))
    assert "item '04-01': 04_satisfaction_and_loyalty has this id too" in found
    assert "04_satisfaction_and_loyalty calls 客户满意 'customer satisfaction'. Use one term." in found


def test_computed_problems_name_questions_and_items(content):
    (content / "checks.yaml").write_text(
        SMALL_CHECKS.replace('answer: "1600"', 'answer: "4000"'), encoding="utf-8"
    )
    exam = (content / "exam.yaml").read_text(encoding="utf-8")
    (content / "exam.yaml").write_text(exam.replace("high: 20000", "high: 501"), encoding="utf-8")
    found = "\n".join(audit.find_computed_problems(STEM, ten_customers()))
    assert "question 'fee', mistake 'claimed': leads to the right answer" in found
    assert "item '04-02': seed" in found and "outside 500 to 501" in found


@pytest.mark.parametrize(
    ("chart", "message"),
    [
        (
            "crmlib.satisfaction.plot_conditional_share",
            "offers no name 'plot_conditional_share'. Did you mean",
        ),
        (
            "crmlib.satisfaktion.plot_conditional_shares",
            "no package 'satisfaktion'. Did you mean 'satisfaction'",
        ),
        (
            "crmlib.satisfaction.base_rate.plot_conditional_shares",
            "expected crmlib.<package>.<function>, found",
        ),
        ("plot_conditional_shares", "expected crmlib.<package>.<function>, found plot_conditional_shares."),
    ],
)
def test_a_chart_that_no_package_offers_is_named(content, chart, message):
    claims = (content / "claims.yaml").read_text(encoding="utf-8")
    known = "chart: crmlib.satisfaction.plot_conditional_shares"
    assert known in claims and audit.find_chart_problems(STEM) == []
    (content / "claims.yaml").write_text(claims.replace(known, f"chart: {chart}"), encoding="utf-8")
    (problem,) = audit.find_chart_problems(STEM)
    assert problem.startswith(f"{STEM}/claims.yaml, claim 'H-03', key 'chart': ") and message in problem
