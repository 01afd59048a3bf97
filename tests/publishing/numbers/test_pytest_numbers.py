"""The plugin of nbval: numbers in sentences are compared with what a fresh kernel computes."""

import subprocess
import sys

from tests.publishing.small_course import chapter_of, edit_cell


def test_nbval_compares_the_numbers_of_the_sentences_too(course):
    edit_cell(chapter_of(course).notebook, "Of the satisfied, 25 %", "Of the satisfied, 26 %")
    (course.root / "none.ini").write_text("[pytest]\n", encoding="utf-8")
    words = [
        *[sys.executable, "-m", "pytest", "-c", "none.ini", "-v", "-W", "error", "-p", "no:hypothesispytest"],
        *["--nbval", "-p", "crmlib.publishing.numbers.pytest_numbers", "notebooks"],
    ]
    run = subprocess.run(words, cwd=course.root, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "Numbers of cell 1 PASSED" in run.stdout
    assert "the sentence says 26, but share_left[True] gives 25" in run.stdout
    assert "1 failed, 3 passed" in run.stdout
