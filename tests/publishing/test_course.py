"""Where the texts, notebooks and exercises of a course are found."""

import pytest

from crmlib.ground.files import write_file
from crmlib.publishing.course import Course, PublishingError
from tests.publishing.small_course import write_course


def test_an_unknown_stem_suggests_the_nearest(tmp_path):
    course = write_course(tmp_path)
    assert [pair.stem for pair in course.find_pairs(["sources/chapters/01_small.md"])] == ["01_small"]
    with pytest.raises(PublishingError, match=r"no chapter or exercise '01_smal'. Did you mean '01_small'\?"):
        course.find_pairs(["01_smal"])


@pytest.mark.parametrize("name", ["1", "01", "01_small", "notebooks/01_small.ipynb"])
def test_a_number_names_a_chapter_as_its_stem_does(tmp_path, name):
    assert [pair.stem for pair in write_course(tmp_path).find_pairs([name])] == ["01_small"]


@pytest.mark.parametrize("name", ["", "0", "small", "１", "011"])
def test_what_is_neither_stem_nor_number_is_refused(tmp_path, name):
    with pytest.raises(PublishingError, match="Known: 01_small"):
        write_course(tmp_path).find_pairs([name])


def test_a_readers_spare_copies_are_no_notebooks_of_the_course(tmp_path):
    for name in ("exercises/01_small.ipynb", "exercises/01_small.new.ipynb", "exercises/01_small.new2.ipynb"):
        write_file(tmp_path / name, "{}")
    assert [path.name for path in Course(tmp_path).find_notebooks()] == ["01_small.ipynb"]
