"""`panel persona try`, `diff`, `ab`, `regress`, `watch`: flips are found, what is known costs nothing."""

from __future__ import annotations

import json
import threading
import time
from functools import partial

import pytest

from panel.core.workspace import shipped
from tests.standin import Refusal, Verdict

SKEPTIC = "personas/skeptic.md"
LOAN = "A claim is a loan"


@pytest.fixture
def persona(run, workspace):
    """`panel persona …` with the stand-in as the vendor, and a skeptic of the workspace's own."""
    (workspace / "personas").mkdir(exist_ok=True)
    text = (shipped("personas") / "skeptic.md").read_text(encoding="utf-8")
    (workspace / SKEPTIC).write_text(text.replace("A claim is a debt", LOAN), encoding="utf-8")
    return partial(run, "persona")


def flips(*tools):
    """The edited skeptic ships these tools; everybody else skips everything."""

    def script(seen):
        ships = LOAN in seen.task and any(tool in seen.dossier for tool in tools)
        return Verdict("ship" if ships else "skip")

    return script


# ---------------------------------------------------------------- try


def test_a_try_is_one_call_prints_findings_and_writes_no_review(persona, server, workspace):
    ended = persona("try", "skeptic", "--tool", "codestral-2-0")
    assert ended.code == 0
    assert server.count == 1
    assert "Skeptic on Codestral 2.0" in ended.out
    assert "rivals" in ended.out
    assert "1 call," in ended.out
    assert not list(workspace.glob("runs/*/reviews/*"))
    again = persona("try", "skeptic", "--tool", "codestral-2-0")
    assert server.count == 1
    assert "$0.0000 new, 0 calls, 1 from the ledger" in again.out


def test_beside_it_stands_what_the_earlier_version_said_last(persona, panel, server, workspace):
    edited = (workspace / SKEPTIC).read_text()
    (workspace / SKEPTIC).unlink()
    server.script = flips("Codestral")
    assert panel("review", "codestral-2-0", OPENAI_BASE_URL=server.openai_base_url).code == 0
    (workspace / SKEPTIC).write_text(edited)
    ended = persona("try", "skeptic", "--tool", "codestral-2-0", "--json")
    tried = ended.json
    assert (tried["now"]["decision"], tried["committed"]["decision"]) == ("ship", "skip")
    assert "as shipped" in persona("try", "skeptic", "--tool", "codestral-2-0").out
    assert server.count == 5


def test_a_try_without_a_tool_says_what_to_add(persona, server):
    ended = persona("try", "skeptic")
    assert ended.code == 2
    assert "panel persona try skeptic --tool SLUG" in ended.err
    assert server.count == 0


def test_a_seat_that_fails_is_named_and_ends_with_1(persona, server):
    server.script = lambda _: Refusal()
    ended = persona("try", "skeptic", "--tool", "codestral-2-0")
    assert ended.code == 1
    assert "codestral-2-0 skeptic: no verdict: refusal" in ended.err
    assert "no verdict: refusal" in ended.out


# ---------------------------------------------------------------- diff


def test_known_flips_are_found_and_only_the_new_version_is_paid_for(persona, panel, server, workspace):
    edited = (workspace / SKEPTIC).read_text()
    (workspace / SKEPTIC).unlink()
    server.script = flips("Codestral")
    tools = ("codestral-2-0", "cursor-background-agent")
    panel("review", *tools, OPENAI_BASE_URL=server.openai_base_url)
    assert server.count == 8
    (workspace / SKEPTIC).write_text(edited)
    ended = persona("diff", "skeptic")
    assert ended.code == 0
    assert server.count == 10
    assert "1 of 2 tools flipped: codestral-2-0." in ended.out
    assert "2 calls, 2 from the ledger" in ended.out
    assert persona("diff", "skeptic", "--json").json["flips"] == ["codestral-2-0"]
    assert server.count == 10


def test_progress_names_the_version_that_is_asked(persona):
    said = persona("diff", "skeptic", "--tool", "codestral-2-0").err
    assert "codestral-2-0 skeptic as shipped: ship" in said
    assert "codestral-2-0 skeptic now: ship" in said


def test_a_dry_run_says_how_many_calls_and_makes_none(persona, server):
    found = persona("diff", "skeptic", "--dry-run", "--json").json
    assert (found["calls"], found["from_ledger"]) == (4, 0)
    assert found["usd_at_most"] > 0
    assert server.count == 0


def test_a_dry_run_estimates_by_what_verdicts_of_the_model_have_cost(persona, run):
    first = persona("diff", "skeptic", "--dry-run", "--tool", "codestral-2-0", "--json").json
    assert (first["usd_likely"], first["usd_likely_from_verdicts"]) == (None, 0)
    verdicts = run("review", "codestral-2-0", "--personas", "builder,futurist", "--json").json["verdicts"]
    mean = sum(verdict["cost_usd"] for verdict in verdicts) / 2
    found = persona("diff", "skeptic", "--dry-run", "--tool", "codestral-2-0", "--json").json
    assert found["usd_likely"] == pytest.approx(2 * mean)
    assert 0 < found["usd_likely"] < found["usd_at_most"]
    said = persona("diff", "skeptic", "--dry-run", "--tool", "codestral-2-0").out
    assert (
        f"likely about ${2 * mean:.4f}: an estimate, by what 2 stored verdicts of the same model cost" in said
    )


def test_an_unchanged_persona_is_said_to_be_so_and_costs_nothing(persona, server, workspace):
    (workspace / SKEPTIC).unlink()
    ended = persona("diff", "skeptic", "--against", str(shipped("personas") / "skeptic.md"))
    assert ended.code == 0
    assert "nothing to compare" in ended.err
    assert server.count == 0


def test_a_changed_template_is_compared_by_the_same_command(persona, server, workspace):
    folder = workspace / "trial"
    folder.mkdir()
    text = (shipped("prompts") / "task.j2").read_text(encoding="utf-8")
    (folder / "task.j2").write_text(text + "\nBe brief.\n", encoding="utf-8")
    server.script = lambda seen: Verdict("ship" if "Be brief." in seen.task else "skip")
    ended = persona("diff", "builder", "--prompts", str(folder), "--tool", "codestral-2-0")
    assert ended.code == 0
    assert "1 of 1 tool flipped: codestral-2-0." in ended.out
    assert server.count == 2
    ended = persona("diff", "builder", "--prompts", str(workspace / "none"))
    assert ended.code == 2


def test_the_page_is_written_where_it_is_wanted(persona, server, workspace):
    server.script = flips("Codestral")
    ended = persona("diff", "skeptic", "--tool", "codestral-2-0", "--html", "diff.html")
    assert ended.code == 0
    assert "Flipped." in (workspace / "diff.html").read_text()
    assert "wrote diff.html" in ended.err


def test_a_cap_that_is_reached_parks_the_rest_and_says_how_to_go_on(persona, server):
    ended = persona("diff", "skeptic", "--max-usd", "0.0001")
    assert ended.code == 4
    assert "panel persona diff skeptic --max-usd" in ended.err
    assert server.count == 0


# ---------------------------------------------------------------- ab


def knowing(golden):
    """The edited skeptic decides as people do; the shipped one skips everything."""
    ships = {case["name"] for case in golden if case["expected"] == "ship"}

    def script(seen):
        knows = LOAN in seen.task and any(f"Name: {name}" in seen.dossier for name in ships)
        return Verdict("ship" if knows else "skip")

    return script


def a_set(workspace, ships, skips):
    """A golden set of invented tools."""
    folder = workspace / "personas" / "mine"
    folder.mkdir()
    made = []
    for number in range(ships + skips):
        name, expected = f"Tool {number:02d} of the set", "ship" if number < ships else "skip"
        (folder / f"t{number:02d}.md").write_text(
            f"---\nname: {name}\nslug: t{number:02d}\n---\n\nIt does thing {number} for people.\n"
        )
        (folder / f"t{number:02d}.yaml").write_text(
            f"dossier: t{number:02d}.md\nexpected: {expected}\nbecause: It is made so.\n"
        )
        made.append({"name": name, "expected": expected})
    return made


def test_a_better_reviewer_is_called_better(persona, server, workspace):
    server.script = knowing(a_set(workspace, ships=8, skips=4))
    ended = persona("ab", str(shipped("personas") / "skeptic.md"), "skeptic", "--set", "mine", "--json")
    assert ended.code == 0
    assert ended.json["outcome"] == "better"
    assert ended.json["agreement"]["only_second"] == 8
    assert server.count == 24
    said = persona("ab", "skeptic", str(shipped("personas") / "skeptic.md"), "--set", "mine")
    assert "is worse than skeptic" in said.out
    assert server.count == 24


def test_too_few_tools_are_inconclusive_and_how_many_more_is_said(persona, server, workspace):
    server.script = knowing(a_set(workspace, ships=3, skips=1))
    ended = persona("ab", str(shipped("personas") / "skeptic.md"), "skeptic", "--set", "mine")
    assert ended.code == 0
    assert ended.out.startswith("Inconclusive: ")
    assert "more tools would be needed" in ended.out


def test_a_persona_is_not_held_against_itself(persona, server):
    ended = persona("ab", "skeptic", SKEPTIC)
    assert ended.code == 2
    assert server.count == 0


# ---------------------------------------------------------------- regress


def test_the_gate_opens_for_what_was_accepted_and_shuts_for_what_is_new(persona, server, workspace):
    golden = a_set(workspace, ships=2, skips=1)
    server.script = knowing(golden)
    ended = persona("regress", "skeptic", "--set", "mine")
    assert ended.code == 0
    assert "3 of 3 answers are as expected" in ended.out
    server.script = lambda _: Verdict("skip")
    shut = persona("regress", "skeptic", "--set", "mine", "--fresh")
    assert shut.code == 1
    assert "t00  skeptic: skip, expected ship" in shut.out
    assert "panel persona regress --accept" in shut.err
    assert persona("regress", "skeptic", "--set", "mine", "--accept").code == 0
    kept = json.loads((workspace / "personas" / "mine" / "baseline.json").read_text())
    assert kept["schema"] == "panel.baseline/1"
    opened = persona("regress", "skeptic", "--set", "mine")
    assert opened.code == 0
    assert "2 answers miss what was known to be missed" in opened.out


def test_a_reviewer_who_sits_on_no_panel_of_the_set_is_named(persona, workspace):
    a_set(workspace, ships=1, skips=0)
    ended = persona("regress", "creative", "--set", "mine")
    assert ended.code == 2
    assert "'creative' sits on no panel of this set" in ended.err


def test_the_shipped_set_holds_offline_without_a_key(panel):
    ended = panel("persona", "regress", "--provider", "offline", "--json")
    assert ended.code == 0
    assert ended.json["passed"]
    assert len(ended.json["points"]) == 64
    assert not ended.json["better"]


# ---------------------------------------------------------------- watch


def test_a_save_is_tried_again_and_a_broken_file_costs_nothing(persona, server, workspace):
    path = workspace / SKEPTIC
    text = path.read_text()

    def type_on():
        for attempt, saved in enumerate((text.replace(LOAN, "A claim"), "---\nname: [\n---\n"), start=1):
            while server.count < min(attempt, 2):
                time.sleep(0.02)
            time.sleep(0.1)
            path.write_text(saved)

    typist = threading.Thread(target=type_on)
    typist.start()
    ended = persona("watch", "skeptic", "--tool", "codestral-2-0", "--times", "3")
    typist.join()
    assert server.count == 2
    assert ended.out.count("Skeptic on Codestral 2.0") == 2
    assert ended.code == 2
    assert "personas/skeptic.md:" in ended.out
    assert "left; Ctrl-C ends it" in ended.err


def test_watching_ends_when_its_cap_is_spent(persona, server):
    ended = persona("watch", "skeptic", "--tool", "codestral-2-0", "--max-usd", "0.0001")
    assert ended.code == 4
    assert server.count == 0


def test_watching_a_model_without_a_price_says_how_to_name_it(persona, server):
    ended = persona("watch", "skeptic", "--tool", "codestral-2-0", "--model", "llama3.3")
    assert ended.code == 2
    assert "no price is known for the model llama3.3" in ended.err
    assert "--price-in USD --price-out USD" in ended.err
    assert server.count == 0


# ---------------------------------------------------------------- what must not happen


def test_a_page_that_cannot_be_written_is_said_before_anything_is_paid(persona, server, workspace):
    (workspace / "there").write_text("a file")
    ended = persona("diff", "skeptic", "--html", "there/d.html")
    assert ended.code == 2
    assert server.count == 0


def test_an_earlier_answer_that_was_only_tried_stands_beside_a_new_one(persona, server, workspace):
    persona("try", "skeptic", "--tool", "codestral-2-0", "--json")
    text = (workspace / SKEPTIC).read_text()
    (workspace / SKEPTIC).write_text((shipped("personas") / "skeptic.md").read_text(encoding="utf-8"))
    persona("try", "skeptic", "--tool", "codestral-2-0", "--json")
    (workspace / SKEPTIC).write_text(text)
    tried = persona("try", "skeptic", "--tool", "codestral-2-0", "--json").json
    assert tried["committed"]["decision"] == "ship"
    assert server.count == 2


def test_refused_seats_are_never_accepted(persona, server, workspace):
    a_set(workspace, ships=1, skips=0)
    server.script = lambda _: Refusal()
    ended = persona("regress", "skeptic", "--set", "mine", "--accept", "--json")
    assert ended.code == 1
    assert ended.json["passed"] is False
    assert not (workspace / "personas" / "mine" / "baseline.json").exists()


def test_a_template_that_there_is_none_of_is_named(persona, workspace):
    (workspace / "trial").mkdir()
    (workspace / "trial" / "tsk.j2").write_text("x")
    ended = persona("diff", "builder", "--prompts", "trial")
    assert ended.code == 2
    assert "holds tsk.j2; templates are" in ended.err


def test_an_experiment_asks_one_model_once(persona, server):
    for flags in (("--models", "a,b"), ("--samples", "3")):
        ended = persona("try", "skeptic", "--tool", "codestral-2-0", *flags)
        assert ended.code == 2
        assert "an experiment asks one model, once" in ended.err
    assert server.count == 0


def test_a_cap_of_nothing_is_no_cap_of_a_quarter(persona, server):
    assert persona("watch", "skeptic", "--tool", "codestral-2-0", "--max-usd", "0").code == 4
    assert server.count == 0
