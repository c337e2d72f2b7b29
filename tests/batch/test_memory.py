"""What was judged before, and why a tool is to be judged now."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from panel.batch.memory import Judged, Memory, reviewers_in_force
from panel.calls.ledger.base import open_ledger
from panel.core.errors import DamagedRecord
from panel.core.workspace import shipped
from tests.batch.working import kit_of

TOOL, OTHER = "slug:one", "slug:two"
RUN = "20261121T000000.000Z-0001"


def judged(said):
    return Judged(f"{RUN}/one", said, "")


@asynccontextmanager
async def memory_of(tmp_path, reviewers="sha256:reviewers"):
    ledger = await open_ledger(f"sqlite:///{tmp_path}/ledger.sqlite")
    try:
        yield Memory(ledger, reviewers)
    finally:
        await ledger.close()


def remembering(tmp_path, work):
    async def go():
        async with memory_of(tmp_path) as memory:
            return await work(memory)

    return asyncio.run(go())


def test_a_tool_nobody_knows_is_new(tmp_path):
    async def work(memory):
        assert await memory.recall([TOOL]) == {}
        assert memory.reason("a", None) == "new"

    remembering(tmp_path, work)


def test_a_tool_that_was_reviewed_is_left_alone_until_something_changes(tmp_path):
    async def work(memory):
        await memory.end(TOOL, "a", RUN, None, judged=judged("ship"), failed=False)
        known = (await memory.recall([TOOL, OTHER]))[TOOL]
        assert (known.state, known.review, known.run) == ("reviewed", f"{RUN}/one", RUN)
        assert memory.reason("a", known) is None
        assert memory.reason("b", known) == "content"
        memory.reviewers = "sha256:others"
        assert memory.reason("a", known) == "reviewers"

    remembering(tmp_path, work)


def test_it_is_remembered_by_the_next_process(tmp_path):
    remembering(tmp_path, lambda memory: memory.end(TOOL, "a", RUN, None, judged=None, failed=True))
    known = remembering(tmp_path, lambda memory: memory.recall([TOOL]))[TOOL]
    assert known.state == "failed"
    assert Memory(None, "sha256:reviewers").reason("a", known) == "failed"


def test_starts_that_never_end_are_counted_and_an_end_or_new_content_counts_anew(tmp_path):
    async def work(memory):
        async def begin(content):
            return await memory.begin(TOOL, content, RUN, (await memory.recall([TOOL])).get(TOOL))

        assert [await begin("a") for _ in range(3)] == [1, 2, 3]
        assert memory.reason("a", (await memory.recall([TOOL]))[TOOL]) == "unfinished"
        assert await begin("b") == 1
        await memory.end(TOOL, "b", RUN, None, judged=None, failed=False)
        assert await begin("b") == 1

    remembering(tmp_path, work)


def test_what_was_said_before_is_remembered_over_a_start_that_never_ended(tmp_path):
    async def work(memory):
        async def known():
            return (await memory.recall([TOOL]))[TOOL]

        await memory.end(TOOL, "a", RUN, None, judged=judged("ship"), failed=False)
        await memory.begin(TOOL, "b", RUN, await known())
        await memory.begin(TOOL, "b", RUN, await known())
        await memory.end(TOOL, "b", RUN, await known(), judged=judged("skip"), failed=False)
        assert ((await known()).said_before, (await known()).said) == ("ship", "skip")

    remembering(tmp_path, work)


def test_what_is_parked_is_judged_by_the_next_run_and_what_is_screened_only_where_nothing_is(tmp_path):
    async def work(memory):
        await memory.set_aside({TOOL: ("a", None), OTHER: ("a", None)}, RUN, "parked")
        known = await memory.recall([TOOL, OTHER])
        assert {memory.reason("a", each) for each in known.values()} == {"parked"}
        await memory.set_aside({TOOL: ("a", known[TOOL])}, RUN, "screened")
        assert memory.reason("a", (await memory.recall([TOOL]))[TOOL]) == "new"

    remembering(tmp_path, work)


def test_a_tool_that_was_begun_and_never_ended_stays_one_when_it_is_set_aside(tmp_path):
    async def work(memory):
        await memory.begin(TOOL, "a", RUN, None)
        before = (await memory.recall([TOOL]))[TOOL]
        await memory.set_aside({TOOL: ("a", before)}, RUN, "parked")
        assert (await memory.recall([TOOL]))[TOOL] == before

    remembering(tmp_path, work)


def test_what_is_put_back_was_never_begun(tmp_path):
    async def work(memory):
        await memory.begin(TOOL, "a", RUN, None)
        await memory.put_back(TOOL, None)
        assert await memory.recall([TOOL]) == {}
        await memory.end(TOOL, "a", RUN, None, judged=judged("ship"), failed=False)
        before = (await memory.recall([TOOL]))[TOOL]
        await memory.begin(TOOL, "b", RUN, before)
        await memory.put_back(TOOL, before)
        assert (await memory.recall([TOOL]))[TOOL] == before

    remembering(tmp_path, work)


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"content": "a"}', '{"unknown": 1}'])
def test_a_note_nobody_can_read_is_damage_and_not_a_new_tool(tmp_path, text):
    async def work(memory):
        await memory._ledger.mark({f"tool/{TOOL}": text})
        with pytest.raises(DamagedRecord) as found:
            await memory.recall([TOOL])
        assert f"tool/{TOOL}" in found.value.message

    remembering(tmp_path, work)


def test_the_reviewers_change_with_personas_prompts_models_and_who_sits(tmp_path):
    kit = kit_of(tmp_path / "a")
    assert reviewers_in_force(kit) == reviewers_in_force(kit_of(tmp_path / "b"))
    changed = [
        kit_of(tmp_path / "a", provider="openai", base_url="http://localhost:1/v1", model="m"),
        kit_of(tmp_path / "a", personas="builder,skeptic"),
        kit_of(tmp_path / "a", fourth="creative"),
        kit_of(tmp_path / "a", max_output_tokens=100),
    ]
    for kind in ("personas", "prompts"):
        source = min(path for path in shipped(kind).iterdir() if path.is_file())
        own = tmp_path / "own" / kind / source.name
        own.parent.mkdir(parents=True)
        own.write_text(source.read_text(encoding="utf-8") + "\nBe brief.\n", encoding="utf-8")
        changed.append(kit_of(tmp_path / "own"))
    hashes = [reviewers_in_force(each) for each in [kit, *changed]]
    assert len(set(hashes)) == len(hashes)


def test_another_schema_of_replies_is_another_way_to_judge(tmp_path, monkeypatch):
    plain = reviewers_in_force(kit_of(tmp_path))
    monkeypatch.setattr("panel.batch.memory.REPLY_SCHEMA", {"type": "object"})
    assert reviewers_in_force(kit_of(tmp_path)) != plain


def test_what_does_not_change_a_verdict_does_not_change_the_reviewers(tmp_path):
    plain = reviewers_in_force(kit_of(tmp_path))
    assert reviewers_in_force(kit_of(tmp_path, concurrency=2, max_usd=3, call_deadline=9)) == plain


def test_other_models_and_more_samples_are_other_reviewers(tmp_path):
    asks = {"provider": "openai", "base_url": "http://127.0.0.1:9/v1", "model": "a"}
    plain = reviewers_in_force(kit_of(tmp_path, **asks))
    assert reviewers_in_force(kit_of(tmp_path, **asks, samples="1")) == plain
    others = [{"samples": "3"}, {"model": None, "models": "a,b"}]
    hashes = {reviewers_in_force(kit_of(tmp_path, **{**asks, **each})) for each in others}
    assert len(hashes | {plain}) == 3
    assert reviewers_in_force(kit_of(tmp_path, samples="3")) == reviewers_in_force(kit_of(tmp_path))
