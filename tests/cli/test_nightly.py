"""`panel nightly`, from [nightly] in panel.toml to the report, against the stand-in or the offline reader."""

from __future__ import annotations

import fcntl
import json
import threading
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from panel.core.hashing import bare, digest
from tests.batch.launches import launch, write_list
from tests.standin import Status, Verdict, always, sequence

CATEGORY = {"category": "Developer Tools"}


@pytest.fixture
def nightly(run):
    """`panel nightly …` with the stand-in in the place of OpenAI's host."""
    return partial(run, "nightly")


def configure(workspace, *sources, **more):
    lines = [f"sources = {json.dumps(sources)}", *(f"{name} = {json.dumps(more[name])}" for name in more)]
    (workspace / "panel.toml").write_text("\n".join(["[nightly]", *lines, ""]))


def tonight_again(workspace):
    """Let the next command believe that it is another night."""
    for path in workspace.glob("runs/lists/*.json"):
        path.unlink()


def report(workspace):
    """The newest run's report."""
    return json.loads(max(workspace.glob("runs/*/report.json")).read_text())


def reviewed(workspace):
    return sorted(path.stem for path in workspace.glob("runs/*/reviews/*.json"))


def editor(name, **fields):
    tagline = f"{name} is an editor that writes code with you"
    return launch(name, tagline=tagline, **CATEGORY, **fields)


def test_new_launches_of_all_sources_are_reviewed_in_one_run(nightly, server, workspace):
    write_list(workspace, ["One", "Two"], "a.jsonl")
    write_list(workspace, ["Three"], "b.jsonl")
    configure(workspace, "a.jsonl", "b.jsonl")
    ended = nightly()
    assert (ended.code, ended.err) == (0, "")
    assert "3 lines: 3 reviewed" in ended.out
    assert reviewed(workspace) == ["one", "three", "two"]
    assert server.count == 12
    (path,) = workspace.glob("runs/*/run.json")
    run = json.loads(path.read_text())
    assert (run["command"], run["outcome"]) == ("nightly", "done")
    assert run["about"].startswith("a.jsonl, b.jsonl: 3 lines")


def test_a_second_start_of_the_same_utc_date_does_nothing(nightly, server, workspace):
    write_list(workspace, 2)
    configure(workspace, "tools.jsonl")
    nightly()
    write_list(workspace, 3)
    ended = nightly()
    assert ended.code == 0
    assert ended.out.startswith("tonight is done (UTC); report: runs/")
    assert server.count == 8
    assert len(list(workspace.glob("runs/*/run.json"))) == 1


def test_the_next_night_takes_in_only_what_is_new_or_has_changed(nightly, server, workspace):
    write_list(workspace, ["One", "Two"])
    configure(workspace, "tools.jsonl")
    nightly()
    tonight_again(workspace)
    write_list(workspace, ["One", launch("Two", text="Two is free now and has a service."), "Three"])
    server.script = always(Verdict("skip"))
    assert nightly().code == 0
    assert server.count == 8 + 8
    assert report(workspace)["lines"] == {"known": 1, "reviewed": 2}
    assert report(workspace)["changed"] == ["Two: ship, now skip"]


def test_a_source_that_cannot_be_had_is_named_and_the_others_are_worked_on(nightly, workspace):
    write_list(workspace, ["One"])
    configure(workspace, "gone.jsonl", "tools.jsonl", "http://127.0.0.1/feed.xml")
    ended = nightly()
    assert ended.code == 1
    assert "gone.jsonl: bad: " in ended.err
    assert "http://127.0.0.1/feed.xml: bad: " in ended.err
    assert reviewed(workspace) == ["one"]


def test_paths_of_sources_start_at_the_workspace_wherever_the_command_is_started(
    nightly, workspace, monkeypatch
):
    write_list(workspace, ["One"])
    configure(workspace, "tools.jsonl")
    (workspace / "deeper").mkdir()
    monkeypatch.chdir(workspace / "deeper")
    assert nightly("--workspace", workspace).code == 0
    assert reviewed(workspace) == ["one"]


def test_without_a_source_nothing_is_written(nightly, workspace):
    ended = nightly()
    assert ended.code == 2
    assert "[nightly]" in ended.err
    assert not (workspace / "runs").exists()


# ---------------------------------------------------------------- screened before money is spent


def test_what_is_no_tool_costs_nothing_and_is_named_in_the_report_only(nightly, server, workspace):
    write_list(workspace, ["One", launch("Ask HN: Which editor?"), launch("Acme is hiring engineers")])
    configure(workspace, "tools.jsonl")
    ended = nightly()
    assert (ended.code, ended.err) == (0, "")
    assert "3 lines: 2 screened, 1 reviewed" in ended.out
    assert server.count == 4
    assert [line.split(": ", 1)[1] for line in report(workspace)["screened"]] == [
        "Ask HN: Which editor?: is talk, not a tool",
        "Acme is hiring engineers: is a job, not a tool",
    ]


def test_a_tool_named_by_two_sources_is_judged_once(nightly, server, workspace):
    write_list(workspace, ["One"], "a.jsonl")
    write_list(workspace, ["One"], "b.jsonl")
    configure(workspace, "a.jsonl", "b.jsonl")
    assert nightly().code == 0
    assert server.count == 4
    assert report(workspace)["lines"] == {"reviewed": 1, "screened": 1}


def test_a_tool_that_a_later_source_names_again_after_it_was_judged_is_counted_once(nightly, workspace):
    write_list(workspace, ["One"], "a.jsonl")
    others = [f"Other number {n}" for n in range(8)]
    write_list(workspace, [*others, "One"], "b.jsonl")
    write_list(workspace, ["One"], "c.jsonl")
    configure(workspace, "a.jsonl", "b.jsonl", "c.jsonl")
    nightly("--concurrency", "1")
    assert report(workspace)["lines"] == {"reviewed": 9, "screened": 2}
    assert sum(report(workspace)["panels"].values()) == 9


def test_a_twin_of_a_judged_tool_is_parked_once_for_a_person(nightly, server, workspace):
    write_list(workspace, [launch("Code Agent", url="https://one.example/")])
    configure(workspace, "tools.jsonl")
    nightly()
    tonight_again(workspace)
    write_list(workspace, [launch("Code Agents", url="https://two.example/")])
    ended = nightly()
    assert ended.code == 1
    assert (
        "tools.jsonl:1: parked: Code Agents: code-agents is easily taken for code-agent (100 %" in ended.err
    )
    assert "panel twins apart code-agents code-agent" in ended.err
    tonight_again(workspace)
    assert nightly().code == 0, "a person was told"
    assert server.count == 4
    assert report(workspace)["lines"] == {"known": 1}


def test_whoever_wants_a_twin_judged_all_the_same_can_have_it(nightly, panel, server, workspace):
    write_list(workspace, [launch("Code Agent", url="https://one.example/")])
    configure(workspace, "tools.jsonl")
    nightly()
    tonight_again(workspace)
    write_list(workspace, [launch("Code Agents", url="https://two.example/")])
    nightly()
    assert panel("batch", "tools.jsonl", OPENAI_BASE_URL=server.openai_base_url).code == 0
    assert reviewed(workspace) == ["code-agent", "code-agents"]


def test_a_twin_that_an_editor_calls_another_tool_is_judged_the_next_night(nightly, panel, workspace):
    write_list(workspace, [launch("Code Agent", url="https://one.example/")], "first.jsonl")
    configure(workspace, "first.jsonl")
    nightly()
    tonight_again(workspace)
    write_list(workspace, [launch("Code Agents", url="https://two.example/")])
    configure(workspace, "first.jsonl", "tools.jsonl")
    assert nightly().code == 1
    said = panel("twins", "apart", "code-agents", "code-agent", "--reason", "Two makers.", "--author", "Ada")
    assert said.code == 0
    tonight_again(workspace)
    assert nightly().code == 0
    assert reviewed(workspace) == ["code-agent", "code-agents"]


def test_a_version_of_its_own_is_judged_at_night_and_warned_of(nightly, workspace):
    write_list(workspace, ["Codestral 2.0", "Codestral 2.1"])
    configure(workspace, "tools.jsonl")
    ended = nightly()
    assert ended.code == 0
    assert "warning: codestral-2-1 is a variant of codestral-2-0" in ended.err
    assert reviewed(workspace) == ["codestral-2-0", "codestral-2-1"]


def test_a_twin_is_named_again_when_the_night_goes_on_after_a_stop(nightly, workspace):
    write_list(workspace, [launch("Code Agent", url="https://one.example/")], "first.jsonl")
    configure(workspace, "first.jsonl")
    nightly()
    tonight_again(workspace)
    write_list(workspace, [launch("Code Agents", url="https://two.example/"), "One", "Two", "Three", "Four"])
    configure(workspace, "tools.jsonl")
    prices = ("--price-in", "5", "--price-out", "20", "--concurrency", "1")
    assert nightly("--max-usd", "0.3", *prices).code == 4
    ended = nightly("--max-usd", "30", *prices)
    assert ended.code == 1
    assert "parked: Code Agents" in ended.err


def test_a_tool_that_was_parked_for_want_of_money_is_screened_when_it_comes_again(nightly, workspace):
    write_list(workspace, [launch("Beacons", url="https://two.example/")])
    configure(workspace, "tools.jsonl")
    assert nightly("--max-usd", "0.0001").code == 4
    tonight_again(workspace)
    write_list(workspace, [launch("Beacon", url="https://one.example/")], "other.jsonl")
    configure(workspace, "other.jsonl")
    nightly()
    tonight_again(workspace)
    configure(workspace, "tools.jsonl")
    assert nightly().code == 1
    assert reviewed(workspace) == ["beacon"]


# ---------------------------------------------------------------- compared


def test_a_new_tool_is_compared_with_its_nearest_neighbour(nightly, server, workspace):
    write_list(workspace, [editor("One"), editor("Two"), launch("Three", category="Music")])
    configure(workspace, "tools.jsonl")
    ended = nightly()
    assert (ended.code, ended.err) == (0, "")
    assert "compared 1 pairs" in ended.out
    (record,) = workspace.glob("runs/*/comparisons/*.json")
    assert record.stem == "one-vs-two"
    assert record.with_suffix(".html").exists()
    assert report(workspace)["comparisons"] == [f"{record.parts[-3]}/one-vs-two"]
    assert server.count == 12, "both reviews were there, with the same chairs"


def test_once_something_is_published_only_published_neighbours_count(nightly, panel, workspace):
    write_list(workspace, [editor("One"), editor("Two")])
    configure(workspace, "tools.jsonl", comparisons=0)
    nightly()
    panel("publish", "two", "--allow", "unsupported")
    configure(workspace, "tools.jsonl")
    tonight_again(workspace)
    write_list(workspace, [editor("One"), editor("Two"), editor("Three")])
    nightly()
    (record,) = workspace.glob("runs/*/comparisons/*.json")
    assert record.stem == "three-vs-two"


def test_comparisons_are_bounded_and_not_made_twice(nightly, workspace):
    write_list(workspace, [editor(name) for name in ("One", "Two", "Red", "Blue")])
    configure(workspace, "tools.jsonl", comparisons=1)
    nightly()
    assert len(list(workspace.glob("runs/*/comparisons/*.json"))) == 1
    tonight_again(workspace)
    nightly()
    assert len(list(workspace.glob("runs/*/comparisons/*.json"))) == 1, "nothing was new"


def test_no_comparison_is_wanted_with_0(nightly, workspace):
    write_list(workspace, [editor("One"), editor("Two")])
    configure(workspace, "tools.jsonl", comparisons=0)
    assert nightly().code == 0
    assert not list(workspace.glob("runs/*/comparisons"))


def two_with_other_fourth_chairs(workspace):
    """Two dossiers of one category, which share three chairs."""
    folder = workspace / "tools"
    folder.mkdir()
    for name, modality in (("One", "code"), ("Two", "image")):
        head = f"name: {name}\ncategory: Developer Tools\nmodality: {modality}\nsurface: app"
        text = f"{name} is an editor that writes code and draws pictures with you, for small teams."
        (folder / f"{name.lower()}.md").write_text(f"---\n{head}\n---\n{text}\n")
    configure(workspace, "tools")


def test_an_account_that_fails_while_tools_are_compared_is_what_the_night_ends_with(
    nightly, server, workspace
):
    two_with_other_fourth_chairs(workspace)
    server.script = sequence([None] * 8 + [Status(401)])
    ended = nightly()
    assert len(reviewed(workspace)) == 2
    assert server.count > 8, "a chair that one of them lacked was asked"
    assert ended.code == 3
    assert "one-vs-two" in ended.err


# ---------------------------------------------------------------- a night that was stopped, or is under way


def test_a_night_that_was_stopped_by_its_cap_goes_on_with_the_same_run(nightly, workspace):
    write_list(workspace, 10)
    configure(workspace, "tools.jsonl")
    first = nightly("--max-usd", "0.3", "--concurrency", "1", "--price-in", "5", "--price-out", "20")
    assert first.code == 4
    assert "next:  panel nightly" in first.err
    done = len(reviewed(workspace))
    assert 0 < done < 10
    (path,) = workspace.glob("runs/*/run.json")
    begun = json.loads(path.read_text())["created"]
    again = nightly("--max-usd", "30", "--price-in", "5", "--price-out", "20")
    assert again.code == 0, again.err
    assert len(list(workspace.glob("runs/*/run.json"))) == 1
    assert report(workspace)["lines"] == {"reviewed": 10}, "the report tells of the whole run"
    run = json.loads(path.read_text())
    assert run["created"] == begun
    assert run["cost"]["calls"] == report(workspace)["cost"]["calls"] == 40


def test_while_another_process_is_at_it_nothing_is_asked(nightly, server, workspace):
    write_list(workspace, 1)
    configure(workspace, "tools.jsonl")
    lock = workspace / "runs" / "lists" / f"{bare(digest('nightly'))[:16]}.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        ended = nightly()
    assert ended.code == 75
    assert server.count == 0


def test_a_dry_run_says_what_each_source_would_cost(nightly, server, workspace):
    write_list(workspace, 2, "a.jsonl")
    write_list(workspace, 1, "b.jsonl")
    configure(workspace, "a.jsonl", "b.jsonl")
    ended = nightly("--dry-run")
    assert ended.code == 0
    assert ended.out.count(" to judge") == 2
    assert server.count == 0
    assert not (workspace / "runs").exists()


# ---------------------------------------------------------------- somebody is told


@contextmanager
def monitor(status=200):
    """A server that remembers who asked."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_args):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/trouble", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("tools", "flags", "code"),
    [
        (["One", "{torn"], (), 1),
        (["One"], ("--provider", "anthropic"), 3),
        (["One"], (), 0),
    ],
)
def test_an_address_is_fetched_when_a_night_ends_with_another_code_than_0(
    nightly, workspace, tools, flags, code
):
    write_list(workspace, tools)
    with monitor() as (address, asked):
        configure(workspace, "tools.jsonl", ping=address)
        assert nightly(*flags).code == code
    assert asked == (["/trouble"] if code else [])


def test_it_is_fetched_even_when_the_personas_cannot_be_read(nightly, workspace):
    write_list(workspace, ["One"])
    (workspace / "personas").mkdir()
    (workspace / "personas" / "builder.md").write_text("---\nname: [\n")
    with monitor() as (address, asked):
        configure(workspace, "tools.jsonl", ping=address)
        assert nightly().code == 2
    assert asked == ["/trouble"]


@pytest.mark.parametrize("status", [204, 500])
def test_trouble_with_that_address_changes_no_exit_code(nightly, workspace, status):
    write_list(workspace, ["{torn"])
    with monitor(status) as (address, asked):
        configure(workspace, "tools.jsonl", ping=address)
        ended = nightly()
    assert ended.code == 1
    assert ("nightly.ping: " in ended.err) == (status == 500)
    assert asked


def test_the_site_is_brought_up_to_date_where_there_is_one(nightly, panel, workspace):
    write_list(workspace, ["One"])
    configure(workspace, "tools.jsonl")
    assert "site:" not in nightly().out
    panel("publish", "one", "--allow", "unsupported")
    panel("site", "build")
    tonight_again(workspace)
    write_list(workspace, ["One", "Two"])
    panel("withdraw", "one")
    ended = nightly()
    assert (ended.code, "site: 0 new" in ended.out) == (0, True)
    assert not (workspace / "site" / "tools" / "one.html").exists()


def test_a_damaged_record_of_a_live_tool_is_named_and_the_rest_of_the_site_is_built(
    nightly, panel, workspace
):
    write_list(workspace, ["One", "Two"])
    configure(workspace, "tools.jsonl")
    nightly()
    panel("publish", "one", "two", "--allow", "unsupported")
    panel("site", "build")
    (record,) = workspace.glob("runs/*/reviews/one.json")
    page = workspace / "site" / "tools" / "one.html"
    before = page.read_bytes()
    record.write_text("{")
    tonight_again(workspace)
    write_list(workspace, ["Three"])
    ended = nightly()
    assert "site: " in ended.out
    assert f"{record.name}" in ended.err
    assert ended.code == 1
    assert page.read_bytes() == before


def test_a_site_that_cannot_be_built_does_not_undo_the_night(nightly, panel, workspace):
    write_list(workspace, ["One"])
    configure(workspace, "tools.jsonl")
    panel("site", "build")
    (workspace / "site" / ".panel-site.json").write_text("{")
    ended = nightly()
    assert ended.code == 2
    assert "site: not rebuilt:" in ended.err
    assert "panel site build" in ended.err
    assert reviewed(workspace) == ["one"]
