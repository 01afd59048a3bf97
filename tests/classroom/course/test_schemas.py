"""What an editor is told of the formats is what the course reads."""

import json
import re

import jsonschema
import pytest
import yaml

from crmlib.classroom import command
from crmlib.classroom.course.audit import LOADERS
from crmlib.classroom.course.schemas import FORMATS, describe_format
from crmlib.classroom.formats.registry import CONTENT
from tests.classroom.calls import documented_examples

FILES = sorted(CONTENT.glob("*/*.yaml"))


def read_as_json(text: str):
    """Return what a YAML text holds, as an editor reads it."""
    return json.loads(json.dumps(yaml.safe_load(text)))


def test_every_file_of_a_chapter_has_a_schema():
    assert set(FORMATS) == set(LOADERS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_file_of_the_course_fits_its_schema(path):
    jsonschema.validate(read_as_json(path.read_text(encoding="utf-8")), describe_format(path.stem))


@pytest.mark.parametrize("name", sorted(FORMATS.keys() & documented_examples().keys()))
def test_a_schema_refuses_an_unknown_and_a_missing_key(name):
    example = documented_examples()[name]
    first_key = re.search(r"(?<=[-{] )?\b(id|title|term_en|anchor|kind)(?=:)", example)
    assert first_key is not None
    broken = f"{example[: first_key.start()]}{first_key[0]}s{example[first_key.end() :]}"
    errors = jsonschema.Draft202012Validator(describe_format(name)).iter_errors(read_as_json(broken))
    said = " ".join(error.message for error in errors)
    assert f"'{first_key[0]}s' was unexpected" in said and f"'{first_key[0]}' is a required property" in said


def test_the_command_writes_one_schema_a_file_and_writes_it_again(tmp_path, capsys):
    for _ in range(2):
        command.content(None, schema=tmp_path / "schemas")
    assert {path.name for path in (tmp_path / "schemas").iterdir()} == {
        f"{name}.schema.json" for name in FORMATS
    }
    assert capsys.readouterr().out.count("wrote ") == 2 * len(FORMATS)
    claims = json.loads((tmp_path / "schemas" / "claims.schema.json").read_text(encoding="utf-8"))
    assert claims["$defs"]["Claim"]["properties"]["rule"]["enum"][0] == "inside"
    assert claims["$defs"]["Text"]["description"] == "One text in the two languages of the course."
