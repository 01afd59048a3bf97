"""The documented YAML examples as content, and a tiny firm to compute on; shared by the classroom tests."""

import re
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

STEM = "04_satisfaction_and_loyalty"
DOCUMENTATION = Path(__file__).parents[2] / "docs" / "content_formats.md"

# The documented exercise without the library's own functions: ten answers that can be counted by hand.
SMALL_CHECKS = """
packages: [estimates]
given:
  answers: firm.answers
  satisfied: answers[answers["satisfied"]]
  left: answers[answers["left"]]
  by_satisfied: answers.groupby("satisfied")["left"]
questions:
- id: share
  topics: [H-03]
  question: {en: "What share of the satisfied left?", zh: "满意者中有多少流失？"}
  kind: share
  tolerance: 0.001
  answer: satisfied["left"].mean()
  hint: Who is counted?
  next_step: Keep the satisfied; take the mean of left.
  mistakes:
  - {name: turned round, answer: 'left["satisfied"].mean()', hint: "Who stands after of?"}
  - {name: everybody, answer: 'answers["left"].mean()', hint: "These are all members."}
  - {name: both at once, answer: '(answers["satisfied"] & answers["left"]).mean()', hint: "Divided by what?"}
- id: fee
  topics: [F-17]
  question: {en: "Where does the fee pay off?", zh: "消费多少才能收回卡费？"}
  kind: number
  unit: yuan
  tolerance: 0.5
  answer: firm.fee * 20 * 10
  mistakes:
  - {name: points for yuan, answer: firm.fee * 20, hint: "You have points. How much spending earns them?"}
  - {name: bonus forgotten, answer: firm.fee * 20 * 10 - 400, hint: "Is the opening bonus asked for?"}
  - {name: claimed, answer: "1600", hint: "This is what the source says. What do the rules say?"}
- id: by_score
  topics: [H-03]
  question: {en: "Share that left, by satisfied", zh: "按满意与否计算流失率"}
  kind: table
  tolerance: 0.001
  answer: by_satisfied.mean()
  mistakes:
  - {name: counts, answer: by_satisfied.sum(), hint: "These are numbers of members."}
  - {name: stayed, answer: 1 - by_satisfied.mean(), hint: "These are those who stayed."}
  - name: turned round
    answer: answers.groupby("left")["satisfied"].mean()
    hint: Group by the other column.
- id: first
  topics: [H-02]
  question: {en: "Which comes first?", zh: "哪一个是前提？"}
  kind: choice
  choices:
    a: {en: satisfaction, zh: 满意}
    b: {en: trust, zh: 信任}
    c: {en: loyalty, zh: 忠诚}
    d: {en: hope, zh: 希望}
  answer: a
  mistakes:
  - {name: trust first, answer: b, hint: "Trust is the result. Of what?"}
  - {name: loyalty first, answer: c, hint: "Loyalty comes last."}
  - {name: hope first, answer: d, hint: "Hope is sold at the counter."}
- id: road
  topics: [H-02]
  question: {en: "Which comes first?", zh: "排序"}
  kind: order
  choices: {a: {en: loyalty, zh: 忠诚}, b: {en: satisfaction, zh: 满意}, c: {en: trust, zh: 信任}}
  answer: [b, c, a]
  hint: What comes from what?
  mistakes:
  - {name: turned round, answer: [a, c, b], hint: "Begin at the other end."}
  - {name: trust first, answer: [c, b, a], hint: "Trust in what?"}
  - {name: loyalty in the middle, answer: [b, a, c], hint: "What makes one stay?"}
- id: pairs
  topics: [H-02]
  question: {en: "Who says what?", zh: "配对"}
  kind: match
  items: {1: {en: "I come back.", zh: 我还来。}, 2: {en: "It was good.", zh: 不错。}}
  choices: {a: {en: satisfaction, zh: 满意}, b: {en: trust, zh: 信任}, c: {en: loyalty, zh: 忠诚}}
  answer: [c, a]
  mistakes:
  - {name: turned round, answer: [a, c], hint: "Who has come before?"}
  - {name: trust twice, answer: [b, b], hint: "Nobody trusts yet."}
  - {name: satisfaction twice, answer: [a, a], hint: "Who comes back?"}
- id: works
  topics: [G-11]
  question: {en: "Name the three guarantees.", zh: "写出三包。"}
  kind: list
  answer: [repair|包修, exchange|包换, return|包退]
  mistakes:
  - {name: work, answer: [packing, installation], hint: "That is one of the five works."}
  - {name: principle, answer: [gratitude], hint: "That is a principle."}
  - {name: content, answer: [reputation], hint: "That is one of the six contents."}
"""


def documented_examples() -> dict[str, str]:
    """Return the YAML example of each file from docs/content_formats.md."""
    text = DOCUMENTATION.read_text(encoding="utf-8")
    return dict(re.findall(r"## (\w+)\.yaml\n.*?```yaml\n(.*?)```", text, flags=re.DOTALL))


def write_examples(root: Path) -> Path:
    """Write the documented examples as the content of chapter 04 and return its folder."""
    folder = root / STEM
    folder.mkdir(parents=True)
    for name, example in documented_examples().items():
        (folder / f"{name}.yaml").write_text(example, encoding="utf-8")
    return folder


def ten_customers() -> SimpleNamespace:
    """Return a firm of ten answers: eight satisfied, two of them left; one of the two others left."""
    answers = pd.DataFrame(
        {
            "satisfied": [True] * 8 + [False] * 2,
            "left": [False] * 6 + [True] * 2 + [True, False],
        },
        index=pd.RangeIndex(1, 11, name="customer_id"),
    )
    return SimpleNamespace(answers=answers, fee=20)
