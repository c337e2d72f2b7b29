"""`panel digest`: the weekly issue, printed, written and sent."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.policy import default

import pytest

from panel.core.records import utc_now
from tests.digest.newsroom import Newsroom
from tests.digest.post_office import open_for_mail

DAY = ("--day", "2026-11-21")
SITE = '[site]\nurl = "https://panel.example"\n'
DIGEST = '[digest]\nfrom = "Desk <desk@panel.example>"\nto = ["ada@example.org", "bo@example.org"]\n'


@pytest.fixture
def room(workspace):
    found = Newsroom(workspace)
    found.publish(
        found.review("ferry", day=15), found.review("heron", "ship", "skip", "skip", "skip", day=16), day=17
    )
    return found


@pytest.fixture
def office(workspace):
    with open_for_mail() as found:
        by = f'smtp_host = "127.0.0.1"\nsmtp_port = {found.port}\nsmtp_security = "none"\n'
        (workspace / "panel.toml").write_text(SITE + DIGEST + by)
        yield found


# ---------------------------------------------------------------- printed and written


@pytest.mark.usefixtures("room")
def test_the_issue_is_printed_as_markdown_and_nothing_else_is(panel):
    ended = panel("digest", *DAY)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("# Ship or skip\n\n2 new verdicts, 14 November 2026 to 21 November 2026.\n")
    assert "### [Heron](https://panel.example/tools/heron.html): Skip" in ended.out


@pytest.mark.usefixtures("room")
def test_the_same_day_is_the_same_issue_and_without_a_day_it_is_todays(panel):
    assert panel("digest", *DAY).out == panel("digest", *DAY).out
    ended = panel("digest", "--json")
    assert (ended.json["schema"], ended.json["day"]) == ("panel.digest/1", utc_now().date().isoformat())


@pytest.mark.usefixtures("room")
def test_since_takes_days_weeks_and_a_date(panel):
    assert [each["slug"] for each in panel("digest", *DAY, "--since", "2w", "--json").json["new"]] == [
        "heron",
        "ferry",
    ]
    assert panel("digest", *DAY, "--since", "2026-11-18", "--json").json["new"] == []
    ended = panel("digest", *DAY, "--since", "soon")
    assert (ended.code, ended.out) == (2, "")
    assert "--since" in ended.err


def test_nothing_new_is_said_and_is_no_error(panel):
    ended = panel("digest", *DAY)
    assert ended.code == 0
    assert "Nothing new from 14 November 2026 to 21 November 2026" in ended.out


@pytest.mark.usefixtures("room")
def test_the_issue_is_written_in_every_form(panel, workspace):
    (workspace / "panel.toml").write_text(SITE + DIGEST.replace(', "bo@example.org"', ""))
    ended = panel("digest", *DAY, "--out", "issues")
    assert ended.code == 0
    folder = workspace / "issues"
    names = ["2026-11-21.eml", "2026-11-21.html", "2026-11-21.json", "2026-11-21.md", "2026-11-21.txt"]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert (folder / "2026-11-21.md").read_text() == ended.out
    message = message_from_bytes((folder / "2026-11-21.eml").read_bytes(), policy=default)
    assert message["Subject"] == "Heron: skip (1 of 4), and 1 more"


@pytest.mark.usefixtures("room")
def test_without_a_public_address_only_markdown_and_json_are_written_and_it_is_said_why(panel, workspace):
    (workspace / "panel.toml").write_text("")
    ended = panel("digest", *DAY, "--out", "issues")
    assert ended.code == 0
    assert sorted(path.suffix for path in (workspace / "issues").iterdir()) == [".json", ".md"]
    assert "not written: the e-mail: panel.toml: site.url: " in ended.err
    assert "](tools/heron.html)" in ended.out


@pytest.mark.usefixtures("room")
def test_without_a_sender_there_is_no_message_and_it_is_said_why(panel, workspace):
    ended = panel("digest", *DAY, "--out", "issues")
    assert not list((workspace / "issues").glob("*.eml"))
    assert "not written: the message: panel.toml: digest.from: " in ended.err


def test_rehearsals_are_left_out_unless_they_are_let_in(panel, room):
    room.publish(room.review("kite", day=18, model="offline:reader"), day=18, despite=("offline",))
    ended = panel("digest", *DAY)
    assert "Kite" not in ended.out
    assert "left out: 1 live tools and comparisons for which not every seat asked a model" in ended.err
    assert "Rehearsal: no model was asked" in panel("digest", *DAY, "--allow-offline").out


def test_flags_before_the_subcommand_are_refused(panel):
    ended = panel("digest", "--since", "2w", "send")
    assert ended.code == 2
    assert "flags go behind the subcommand" in ended.err


# ---------------------------------------------------------------- sent


@pytest.mark.usefixtures("room")
def test_without_yes_it_is_only_said_what_would_be_sent_to_whom(panel, office, workspace):
    for way in ((), ("--smtp",)):
        ended = panel("digest", "send", *DAY, *way)
        assert ended.code == 0
        assert "subject: Heron: skip (1 of 4), and 1 more" in ended.out
        assert "to ada@example.org\nto bo@example.org\n" in ended.out
        assert f"by 127.0.0.1:{office.port} (none); nothing was sent" in ended.out
    assert office.got == []
    assert not (workspace / "runs" / "digests").exists()


@pytest.mark.usefixtures("room")
def test_with_yes_it_is_sent_once(panel, office, workspace):
    ended = panel("digest", "send", "--smtp", "--yes", *DAY)
    assert (ended.code, office.got) == (0, ["ada@example.org", "bo@example.org"])
    assert ended.out.endswith(
        "ada@example.org: sent (250 taken)\nbo@example.org: sent (250 taken)\n2 of 2 sent now\n"
    )
    note = json.loads((workspace / "runs" / "digests" / "2026-11-21.json").read_text())
    assert [(each["to"], each["state"]) for each in note["deliveries"]] == [
        ("ada@example.org", "sent"),
        ("bo@example.org", "sent"),
    ]
    second = panel("digest", "send", "--smtp", "--yes", *DAY)
    assert (second.code, len(office.got)) == (0, 2)
    assert "--again sends it again" in second.out
    assert panel("digest", "send", "--smtp", "--yes", "--again", *DAY).code == 0
    assert len(office.got) == 4
    # The next week has nothing new, and nothing is sent.
    later = panel("digest", "send", "--smtp", "--yes", "--day", "2026-11-22")
    assert (later.code, len(office.got)) == (0, 4)
    assert "Nothing new" in later.out
    assert "Nothing is sent" in later.out


@pytest.mark.usefixtures("room")
def test_other_recipients_may_be_named(panel, office):
    assert panel("digest", "send", "--smtp", "--yes", "--to", "Cy <cy@example.org>", *DAY).code == 0
    assert office.got == ["cy@example.org"]
    assert panel("digest", "send", "--smtp", "--yes", "--to", "cy@example.org\nBcc: x@y.z", *DAY).code == 2


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize(
    ("answers", "code", "said"),
    [
        ({"to": {"ada@example.org": "550 no such user"}}, 1, "ada@example.org: refused (550 no such user)"),
        ({"to": {"ada@example.org": "451 try later"}}, 4, "ada@example.org: not sent (451 try later)"),
        ({"data": {"ada@example.org": "gone"}}, 4, "it may have arrived, or not"),
        (
            {"data": {"bo@example.org": "gone"}},
            1,
            "bo@example.org: handed over, and the server left without a word",
        ),
    ],
)
def test_what_was_not_sent_is_said_and_in_the_exit_code(panel, office, answers, code, said):
    for name, value in answers.items():
        setattr(office, name, value)
    ended = panel("digest", "send", "--smtp", "--yes", *DAY)
    assert ended.code == code
    assert said in ended.out
    assert ("run the same command again" in ended.err) == (code == 4)


@pytest.mark.usefixtures("room")
def test_a_message_nobody_knows_of_stays_a_matter_for_a_person(panel, office):
    office.data["bo@example.org"] = "gone"
    panel("digest", "send", "--smtp", "--yes", *DAY)
    office.data.clear()
    ended = panel("digest", "send", "--smtp", "--yes", *DAY)
    assert ended.code == 1
    assert "nobody heard whether it was taken; --again sends it again" in ended.out
    assert office.got == ["ada@example.org", "bo@example.org"]


@pytest.mark.usefixtures("room")
def test_a_server_that_is_not_there_is_an_end_that_can_be_resumed(panel, workspace):
    text = SITE + DIGEST + 'smtp_host = "127.0.0.1"\nsmtp_port = 1\nsmtp_security = "none"\n'
    (workspace / "panel.toml").write_text(text)
    ended = panel("digest", "send", "--smtp", "--yes", *DAY)
    assert ended.code == 4
    assert "saved: nothing was sent" in ended.err


@pytest.mark.usefixtures("room")
def test_messages_are_written_for_another_program_and_noted_only_with_yes(panel, workspace):
    (workspace / "panel.toml").write_text(SITE + DIGEST)
    ended = panel("digest", "send", "--to-file", "mail", *DAY)
    assert ended.code == 0
    assert "2 written, none sent\n" in ended.out
    assert sorted(path.name for path in (workspace / "mail").iterdir()) == [
        "2026-11-21-1.eml",
        "2026-11-21-2.eml",
    ]
    assert not (workspace / "runs" / "digests").exists()
    assert "noted as sent" in panel("digest", "send", "--to-file", "mail", "--yes", *DAY).out
    assert "0 written" in panel("digest", "send", "--to-file", "mail", "--yes", *DAY).out


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize(
    ("text", "args", "said"),
    [
        (SITE, ("--smtp",), "digest.smtp_host: no mail server is set"),
        (SITE, (), "digest.to: nobody is named who gets it"),
        (SITE, ("--to", "ada@example.org"), "digest.from: who sends the digest is not set"),
        (DIGEST, (), "site.url: an e-mail’s links need the site’s public address"),
        (SITE + DIGEST, ("--smtp", "--to-file", "x"), "choose one"),
        (
            SITE + DIGEST + 'password = "x"\n',
            (),
            "digest.password: a password does not belong into panel.toml",
        ),
    ],
)
def test_what_is_missing_or_wrong_is_named_and_nothing_is_sent(panel, workspace, text, args, said):
    (workspace / "panel.toml").write_text(text)
    ended = panel("digest", "send", *DAY, *args)
    assert ended.code == 2
    assert said in ended.err


def test_a_names_line_ends_and_escapes_reach_neither_headers_nor_terminal(panel, room, office):
    room.publish(room.review("evil", day=18, name="x\r\nBcc: eve@example.org\x1b[31m"), day=19)
    ended = panel("digest", "send", "--smtp", "--yes", *DAY)
    assert ended.code == 0
    assert "\x1b" not in ended.out
    for _, _, content in office.messages:
        message = message_from_bytes(content, policy=default)
        assert message["Bcc"] is None
        assert message["Subject"].startswith("x Bcc: eve@example.org\ufffd[31m: ship")
    assert set(office.got) == {"ada@example.org", "bo@example.org"}
