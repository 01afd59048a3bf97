"""Surveys: answers are true, but those who answer are not like all."""

import pytest


@pytest.mark.parametrize("score", ["satisfaction", "trust", "recommend", "intention"])
def test_truth_of_surveys_agrees_with_the_answers(osmanthus, score):
    answers = osmanthus.tables["surveys"].dropna(subset=["answered_on"])
    both = answers.merge(osmanthus.truth["surveys"], on="survey_id", suffixes=("", "_true"))
    assert len(both) == len(answers) and (both[score] == both[f"{score}_true"]).all()


@pytest.mark.parametrize(
    ("world", "least", "most"), [("default", 0.05, 1.0), ("no_selection", -0.05, 0.05)], ids=lambda v: str(v)
)
def test_answers_look_better_than_all_are_only_where_the_satisfied_answer_more(worlds, world, least, most):
    answered = worlds[world].tables["surveys"][["survey_id", "answered_on"]]
    truth = worlds[world].truth["surveys"].merge(answered, on="survey_id")
    mean = truth["latent_satisfaction"].mean()
    bias = truth.loc[truth["answered_on"].notna(), "latent_satisfaction"].mean() - mean
    assert least < bias < most
