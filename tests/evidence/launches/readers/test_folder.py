"""A folder of dossiers as a list."""

import pytest

from panel.evidence.launches.dossier import dossier_of
from panel.evidence.launches.evidence import Evidence, evidence_of
from panel.evidence.launches.launch import Launch
from panel.evidence.launches.readers.base import LaunchList, read_list, reader
from tests.evidence.launches.lists import bad, in_folder, names

FILES = {
    "quill.md": "---\nname: Quill\nurl: https://quill.example\ncategory: Writing\n---\n\nMakes slides.\n",
    "other.md": "---\nname: Ink\nslug: ink\n---\n\nDraws lines.\n",
    "readme.md": "About this folder.",
    "plain.md": "# Plain\n\nA README makes a dossier as well.\n",
    "broken.md": "---\nname: [\n---\n",
    "noname.md": "---\nvendor: X\n---\n\nText.\n",
}


def test_every_markdown_file_is_a_launch_or_is_named(tmp_path):
    folder = in_folder(tmp_path, FILES)
    listing = LaunchList("dossiers/", path=folder)
    found = list(reader("folder").read(listing))
    assert names(found) == ["Ink", "Plain", "Quill"]
    assert [message.split(":")[0] for message in bad(found)] == ["dossiers/broken.md", "dossiers/noname.md"]
    assert [item.identity for item in found if isinstance(item, Launch)] == [
        "slug:ink",
        "slug:plain",
        "slug:quill",
    ]


def test_its_launches_become_the_dossiers_in_it(tmp_path):
    listing = LaunchList("d", path=in_folder(tmp_path, {"quill.md": FILES["quill.md"]}))
    (launch,) = reader("folder").read(listing)
    assert isinstance(launch, Launch)
    evidence = evidence_of(launch, folder=listing.folder)
    assert isinstance(evidence, Evidence)
    made = dossier_of(launch, evidence)
    assert made.dossier.tool.category == "Writing"
    assert made.dossier.tool.slug == "quill"
    assert made.dossier.sources[0].text == "Makes slides."


def test_a_link_that_leads_out_is_refused(tmp_path):
    outside = in_folder(tmp_path / "out", {"secret.md": "# Secret\n\nText.\n"})
    folder = in_folder(tmp_path / "in", {})
    folder.mkdir(exist_ok=True)
    (folder / "link.md").symlink_to(outside / "secret.md")
    assert bad(reader("folder").read(LaunchList("d", path=folder))) == [
        "d/link.md: is a link that leads out of the folder (copy the file into it)"
    ]


@pytest.mark.parametrize("name", ["tools.jsonl", "tools.csv", "tools.xml", "tools.json"])
def test_a_folder_is_one_however_its_name_ends(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    in_folder(folder, {"ink.md": FILES["other.md"]})
    assert names(read_list(LaunchList(name, path=folder))) == ["Ink"]
