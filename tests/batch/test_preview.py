"""What a list would cost, said before anything is fetched, called or written."""

import asyncio

from panel.batch.lists import open_list
from panel.batch.preview import SAMPLE, look_ahead
from tests.batch.launches import launch, write_list
from tests.batch.working import kit_of, work_through

MODEL = {"provider": "openai", "base_url": "http://127.0.0.1:9/v1", "price_in": 1, "price_out": 2}


def ahead(kit, path, **asked):
    async def go():
        return await look_ahead(await open_list(str(path), kit.workspace, None), kit, **asked)

    return asyncio.run(go())


def test_a_list_nobody_has_seen_is_all_new_and_nothing_is_written(tmp_path):
    kit = kit_of(tmp_path, **MODEL)
    found = ahead(kit, write_list(tmp_path, ["One", "{torn", "Two"]))
    assert (found.lines, found.bad, found.known, found.reasons) == (3, 1, 0, {"new": 2})
    assert found.usd_at_most > 0
    assert not kit.records.root.exists()


def test_the_bound_grows_with_the_list_and_is_worked_out_from_a_sample(tmp_path):
    kit = kit_of(tmp_path, **MODEL)
    few = ahead(kit, write_list(tmp_path, SAMPLE, "few.jsonl"))
    many = ahead(kit, write_list(tmp_path, 10 * SAMPLE, "many.jsonl"))
    assert few.sampled == many.sampled == SAMPLE
    assert abs(many.usd_at_most / few.usd_at_most - 10) < 0.1


def test_without_a_price_the_cost_is_unknown_and_not_zero(tmp_path):
    kit = kit_of(tmp_path, provider="openai", base_url="http://127.0.0.1:9/v1", model="local")
    found = ahead(kit, write_list(tmp_path, 1))
    assert found.usd_at_most is None
    assert "the cost is unknown (name it with --price-in" in found.in_words(None)


def test_pages_are_not_fetched_to_find_out(tmp_path):
    found = ahead(
        kit_of(tmp_path, **MODEL), write_list(tmp_path, [{"name": "Ferry", "url": "https://ferry.example/"}])
    )
    assert (found.to_judge, found.sampled, found.usd_at_most) == (1, 0, None)
    assert "unknown before pages are fetched" in found.in_words(None)


def test_what_was_judged_is_known_unless_it_is_asked_for_again(tmp_path):
    path, kit = write_list(tmp_path, 3), kit_of(tmp_path)
    work_through(kit, path)
    found = ahead(kit, path)
    assert (found.known, found.to_judge, found.usd_at_most) == (3, 0, 0.0)
    assert "nothing to pay" in found.in_words(1.0)
    assert ahead(kit, path, fresh=True).reasons == {"asked for": 3}
    assert ahead(kit, path, fresh=True, only_failed=True).to_judge == 0


def test_why_each_is_to_be_judged_is_said(tmp_path):
    path = write_list(tmp_path, ["One", "Two"])
    work_through(kit_of(tmp_path), path)
    write_list(tmp_path, ["One", launch("Two", text="Two was changed and is a hosted service now."), "Three"])
    assert ahead(kit_of(tmp_path), path).reasons == {"content": 1, "new": 1}
    assert ahead(kit_of(tmp_path, personas="builder"), path).reasons == {
        "reviewers": 1,
        "content": 1,
        "new": 1,
    }


def test_limit_and_only_failed_count_what_a_run_would_judge(tmp_path):
    path, kit = write_list(tmp_path, 5), kit_of(tmp_path)
    assert ahead(kit, path, limit=2).to_judge == 2
    assert ahead(kit, path, only_failed=True).to_judge == 0


def test_a_bound_beyond_the_cap_says_what_would_become_of_the_rest(tmp_path):
    found = ahead(kit_of(tmp_path, **MODEL), write_list(tmp_path, 5))
    assert "would be parked" in found.in_words(found.usd_at_most / 2)
    assert "would be parked" not in found.in_words(2 * found.usd_at_most)


def test_under_a_cap_it_says_how_many_tools_are_sure_to_fit(tmp_path):
    found = ahead(kit_of(tmp_path, **MODEL), write_list(tmp_path, 5))
    assert found.fitting(2.5 * found.usd_at_most / 5) == 2
    assert found.fitting(9 * found.usd_at_most) == found.fitting(None) == 5
    assert found.fitting(0.0) == 0
    said = found.in_words(2.5 * found.usd_at_most / 5)
    assert "enough for 2 of 5;\nwhat it does not reach would be parked" in said


def test_without_a_known_cost_nobody_says_how_many_fit(tmp_path):
    found = ahead(
        kit_of(tmp_path, **MODEL),
        write_list(tmp_path, [launch("One", text=None, url="https://one.example/")]),
    )
    assert found.fitting(1.0) is None
    assert "enough for" not in found.in_words(1.0)


def test_the_offline_reader_costs_nothing_whatever_could_be_sampled(tmp_path):
    found = ahead(
        kit_of(tmp_path), write_list(tmp_path, [launch("One", text=None, url="https://one.example/")])
    )
    assert found.in_words(None).splitlines()[1] == "nothing to pay"


def test_the_outlook_as_json_says_that_it_is_one(tmp_path):
    found = ahead(kit_of(tmp_path, **MODEL), write_list(tmp_path, 1)).as_json(None)
    assert (found["dry_run"], found["to_judge"], found["sampled"]) == (True, 1, 1)
