"""Licences by their usual names."""

from __future__ import annotations

import pytest

from panel.judgement.grounding.licences import licences


def _needs(text):
    return [licence.needs for licence in licences(text)]


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("under Apache 2.0", "apache 2"),
        ("an Apache-2.0 licence", "apache 2"),
        ("the Apache License, Version 2.0", "apache 2"),
        ("Apache-licensed", "apache"),
        ("for: apache 2.0, open weights", "apache 2"),
        ("the MIT License", "mit"),
        ("MIT-licensed code", "mit"),
        ("it is MIT.", "mit"),
        ("GPLv3", "gpl 3"),
        ("GPL-3.0-or-later", "gpl 3"),
        ("the GNU Affero General Public License v3", "agpl 3"),
        ("AGPL", "agpl"),
        ("LGPL 2.1", "lgpl 2.1"),
        ("BSD-3-Clause", "bsd 3"),
        ("the 3-clause BSD", "bsd 3"),
        ("MPL 2.0", "mpl 2"),
        ("Mozilla Public License 2.0", "mpl 2"),
        ("CC BY-NC 4.0", "cc by nc 4"),
        ("CC0", "cc0"),
        ("CreativeML Open RAIL-M", "openrail"),
        ("the Unlicense", "unlicense"),
        ("BUSL-1.1", "bsl 1.1"),
        ("Business Source License 1.1", "bsl 1.1"),
        ("Elastic License 2.0", "elastic license 2"),
        ("the Llama Community License", "llama license"),
        ("the Llama 4 community license", "llama license 4"),
        ("the Llama license", "llama license"),
        ("Mistral Research License", "mistral license"),
    ],
)
def test_a_licence_is_known_by_its_usual_spellings(text, needs):
    assert _needs(text) == [needs]


@pytest.mark.parametrize(
    "text",
    [
        "Apache Kafka and Apache Arrow",
        "MIT researchers measured it",
        "The license is open",
        "no permissive licence",
        "a more permissive licence",
        "a permissive licence would help",
        "an open license",
        "the driver's license",
        "admit defeat, GPLish",
    ],
)
def test_what_names_no_licence_is_none(text):
    assert _needs(text) == []


def test_a_version_supports_the_family_but_not_the_reverse():
    [versioned] = licences("Apache 2.0")
    [family] = licences("Apache-licensed")
    assert family.needs in versioned.supports
    assert versioned.needs not in family.supports


@pytest.mark.parametrize(
    ("dossier", "kind"),
    [
        ("MIT License", "a permissive licence"),
        ("Apache-2.0", "permissively licensed"),
        ("AGPL-3.0", "a copyleft licence"),
        ("CC BY-NC 4.0", "a non-commercial license"),
        ("BUSL-1.1", "a source-available licence"),
        ("a commercial license is sold", "Commercial license on request"),
    ],
)
def test_a_licence_is_of_a_kind_and_no_other(dossier, kind):
    said = frozenset().union(*(licence.supports for licence in licences(dossier)))
    assert {licence.needs for licence in licences(kind)} <= said
    assert "kind proprietary" not in said


def test_several_licences_are_found_in_their_order():
    assert _needs("MIT for the code, CC BY 4.0 for the docs, Apache-2.0 for the rest") == [
        "mit",
        "cc by 4",
        "apache 2",
    ]
