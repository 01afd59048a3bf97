"""The descriptions in a firm's folder say what its files hold, and were generated from them."""

import json
import re

import pandas as pd
import pytest

from crmlib.ground.checksums import measure_file
from crmlib.simulation.parameters import Parameter, Simulated
from crmlib.simulation.writing.data_package import read_content, write_data_package
from crmlib.simulation.writing.export import write_firm
from crmlib.tables.check import conform
from crmlib.tables.dictionary import DATASETS, TABLES
from crmlib.tables.examples import example_rows

NAMES = ("members", "receipts", "surveys")
IS_THERE = (DATASETS / "receipts.parquet").exists()
needs_data = pytest.mark.skipif(
    not IS_THERE, reason="THE FIRM'S TABLES ARE MISSING: run `crm data`, then these tests again"
)


@pytest.fixture
def folder(tmp_path):
    """A firm of five members, five receipts, five invitations and three latent traits."""
    tables = {name: example_rows(name, rows=5) for name in NAMES}
    tables["surveys"].loc[1:, ["answered_on", "satisfaction"]] = [pd.Timestamp("2025-03-04"), 4]
    tables["receipts"]["amount_cny"] = [10.0, 1250.5, 3.25, 0.0, 7.0]
    truth = {"members": example_rows("truth.members", rows=3)}
    parameters = (Parameter("seed", 7, "1", "start of all random numbers", "design choice"),)
    write_firm(Simulated({n: conform(t, n) for n, t in tables.items()}, truth, parameters), tmp_path)
    return tmp_path


def read_package(folder):
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def test_every_table_has_a_resource_a_card_and_a_line_in_the_overview(folder):
    names = [*NAMES, "truth.members"]
    assert [resource["name"] for resource in read_package(folder)["resources"]] == [
        name.replace(".", "-") for name in names
    ]
    overview = (folder / "README.md").read_text(encoding="utf-8")
    for name in names:
        card = f"cards/{name.replace('.', '_')}.md"
        assert f"[{name}]({card})" in overview
        assert (folder / card).exists()


@pytest.mark.parametrize("name", [*NAMES, "truth-members"])
def test_package_counts_the_rows_and_gives_size_and_hash_of_the_files(folder, name):
    resource = next(r for r in read_package(folder)["resources"] if r["name"] == name)
    path = folder / resource["path"]
    assert resource["rows"] == len(pd.read_parquet(path))
    assert resource["bytes"] == path.stat().st_size
    assert resource["hash"] == f"sha256:{measure_file(path)}"


def test_package_gives_type_unit_labels_and_constraints_of_the_dictionary(folder):
    fields = {
        field["name"]: field
        for resource in read_package(folder)["resources"]
        if resource["name"] == "receipts"
        for field in resource["schema"]["fields"]
    }
    assert list(fields) == list(TABLES["receipts"].columns)
    assert fields["amount_cny"]["type"] == "number"
    assert fields["amount_cny"]["unit"] == "yuan"
    assert fields["amount_cny"]["title_zh"] == "商品金额"
    assert fields["amount_cny"]["constraints"] == {"required": True, "minimum": 0}
    assert fields["channel"]["constraints"]["enum"] == ["store", "online"]
    assert "constraints" not in fields["customer_id"]


def test_package_names_keys_and_references(folder):
    schema = next(r for r in read_package(folder)["resources"] if r["name"] == "members")["schema"]
    assert schema["primaryKey"] == ["customer_id"]
    assert {"fields": "referred_by", "reference": {"resource": "", "fields": "customer_id"}} in schema[
        "foreignKeys"
    ]


def test_descriptions_hold_no_address(folder):
    for path in [folder / "datapackage.json", folder / "README.md", *(folder / "cards").iterdir()]:
        assert not re.search(r"https?:|www\.|@", path.read_text(encoding="utf-8")), path.name


def test_overview_names_origin_seed_licence_and_units_in_both_languages(folder):
    overview = (folder / "README.md").read_text(encoding="utf-8")
    for words in ("Simulated", "Seed 7", "CC BY 4.0", "yuan (元)", "模拟生成", "虚构"):
        assert words in overview


def test_card_shows_what_the_data_hold(folder):
    card = (folder / "cards" / "receipts.md").read_text(encoding="utf-8")
    assert "# Receipts (购物小票)" in card
    assert "- Rows: 5; columns: 11" in card
    assert re.search(r"`amount_cny` \| Goods value \(商品金额\) \| yuan \| >=0 \| 0 … 1,250\.50 \| –", card)
    assert re.search(r"`customer_id` .*\| 100 % \||`customer_id` .*\| 100\.0 % \|", card)


def test_empty_share_is_the_share_of_rows_without_a_value(folder):
    card = (folder / "cards" / "surveys.md").read_text(encoding="utf-8")
    assert re.search(r"`satisfaction` .*\| 4 … 4 \| 20\.0 % \|", card)
    assert re.search(r"`answered_on` .*\| 2025-03-04 … 2025-03-04 \| 20\.0 % \|", card)


def test_content_of_a_table_in_parts_is_that_of_all_parts(folder):
    parts = folder / "receipts"
    parts.mkdir()
    for number in range(2):
        pd.read_parquet(folder / "receipts.parquet").to_parquet(parts / f"part-{number:05d}.parquet")
    (folder / "receipts.parquet").unlink()
    assert read_content(folder, "receipts").rows == 10
    write_data_package(folder)
    resource = next(r for r in read_package(folder)["resources"] if r["name"] == "receipts")
    assert resource["path"] == ["receipts/part-00000.parquet", "receipts/part-00001.parquet"]
    assert resource["rows"] == 10


def test_folder_without_tables_is_refused_with_the_repair(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no table in .* Repair: run `crm data` first\."):
        write_data_package(tmp_path)


@needs_data
def test_descriptions_of_the_course_are_the_ones_that_its_data_give(tmp_path):
    for path in [*DATASETS.glob("*.parquet"), *DATASETS.glob("truth/*")]:
        target = tmp_path / path.relative_to(DATASETS)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(path.read_bytes())
    write_data_package(tmp_path)
    cards = sorted(path.name for path in tmp_path.glob("cards/*"))
    assert sorted(path.name for path in DATASETS.glob("cards/*")) == cards
    names = ["datapackage.json", "README.md", *(f"cards/{card}" for card in cards)]
    stale = [name for name in names if (DATASETS / name).read_bytes() != (tmp_path / name).read_bytes()]
    assert stale == [], "Run `crm data` and commit what it writes."


@needs_data
@pytest.mark.parametrize("name", TABLES)
def test_every_described_table_is_there_with_exactly_its_columns(name):
    content = read_content(DATASETS, name)
    assert content is not None, f"{name} is described but not in {DATASETS}"
    assert content.rows > 0
    assert list(content.columns) == list(TABLES[name].columns)


@needs_data
def test_no_table_lies_in_the_folder_without_a_description():
    found = {path.stem for path in DATASETS.glob("*.parquet")}
    found |= {f"truth.{path.stem}" for path in DATASETS.glob("truth/*.parquet")}
    assert found == set(TABLES)
