"""Both vendors' batch endpoints as their own clients find them: every mishap that a script can order."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.standin import Cut, StandIn, Status, Text, Verdict, always, by_text, either, first, once_each
from tests.standin.batches import Batch, Missing, Twice, Unmade, scripts, to_creates, to_lines

ROOT = Path(__file__).parents[3]
Line = dict[str, Any]


class Vendor:
    """What a client of one vendor does."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, path: str, body: bytes | None = None, kind: str = "application/json") -> Any:
        headers = {"content-type": kind, "anthropic-version": "2023-06-01"}
        request = urllib.request.Request(self.url + path, body, headers)
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.read()

    def json(self, path: str, body: Any = None) -> Any:
        return json.loads(self.ask(path, None if body is None else json.dumps(body).encode()))


class OpenAI(Vendor):
    list = "/v1/batches"

    def create(self, *texts: str, models: tuple[str, ...] = ("m",)) -> str:
        lines = [
            {
                "custom_id": text,
                "method": "POST",
                "url": "/v1/chat/completions",
                "body": self.body(text, model),
            }
            for text in texts
            for model in models
        ]
        content = "".join(json.dumps(line) + "\n" for line in lines)
        form = "".join(
            f'--b\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in (("purpose", "batch"), ("file", content))
        )
        file = json.loads(
            self.ask("/v1/files", f"{form}--b--\r\n".encode(), "multipart/form-data; boundary=b")
        )
        fields = {"endpoint": "/v1/chat/completions", "completion_window": "24h", "metadata": {"label": "l"}}
        made: str = self.json("/v1/batches", {"input_file_id": file["id"], **fields})["id"]
        return made

    def body(self, text: str, model: str) -> dict[str, Any]:
        return {"model": model, "messages": [{"role": "user", "content": text}]}

    def status(self, batch: str) -> str:
        found: str = self.json(f"/v1/batches/{batch}")["status"]
        return found

    def results(self, batch: str) -> list[tuple[str, str]]:
        found = self.json(f"/v1/batches/{batch}")
        names = [found[kind] for kind in ("output_file_id", "error_file_id") if found[kind]]
        lines = [
            json.loads(line) for name in names for line in self.ask(f"/v1/files/{name}/content").splitlines()
        ]
        return [(line["custom_id"], self._result(line)) for line in lines]

    def _result(self, line: Line) -> str:
        if line["error"]:
            return str(line["error"]["code"])
        body = line["response"]["body"]
        said = body["choices"][0]["message"]["content"] if "choices" in body else body["error"]["type"]
        return f"{line['response']['status_code']} {said}"


class Anthropic(Vendor):
    list = "/v1/messages/batches"

    def create(self, *texts: str) -> str:
        requests = [{"custom_id": text, "params": self.body(text)} for text in texts]
        made: str = self.json("/v1/messages/batches", {"requests": requests})["id"]
        return made

    def body(self, text: str) -> dict[str, Any]:
        return {"model": "m", "max_tokens": 9, "messages": [{"role": "user", "content": text}]}

    def status(self, batch: str) -> str:
        found: str = self.json(f"/v1/messages/batches/{batch}")["processing_status"]
        return found

    def results(self, batch: str) -> list[tuple[str, str]]:
        lines = [json.loads(line) for line in self.ask(f"/v1/messages/batches/{batch}/results").splitlines()]
        return [(line["custom_id"], self._result(line["result"])) for line in lines]

    def _result(self, result: Line) -> str:
        if result["type"] == "succeeded":
            return f"200 {result['message']['content'][0]['text']}"
        return str(result["error"]["error"]["type"] if result["type"] == "errored" else result["type"])


@pytest.fixture(params=[OpenAI, Anthropic])
def vendor(request: pytest.FixtureRequest) -> Callable[[StandIn], Any]:
    return lambda server: request.param(server.url)


SAYS = to_lines(always(Text("yes")))


def test_each_line_is_answered_by_the_script_and_results_come_in_another_order(vendor) -> None:
    texts = [str(n) for n in range(10)]
    with StandIn(either(to_lines(by_text({"3": Text("no")})), SAYS)) as server:
        found = vendor(server).results(vendor(server).create(*texts))
    assert [name for name, _ in found] != texts
    assert dict(found) == {text: "200 no" if text == "3" else "200 yes" for text in texts}


def test_the_order_can_be_that_of_the_lines_or_its_reverse(vendor) -> None:
    with StandIn(either(to_creates(first(1, Batch(order="same"), Batch(order="reversed"))), SAYS)) as server:
        orders = [
            [name for name, _ in vendor(server).results(vendor(server).create(*"abc"))] for _ in range(2)
        ]
    assert orders == [["a", "b", "c"], ["c", "b", "a"]]


def test_lines_can_come_twice_be_missing_expire_be_cancelled_or_be_errors(vendor) -> None:
    fates = {
        "twice": Twice(Text("yes")), "gone": Missing(), "late": Unmade(), "cut": Unmade("canceled"),
        "bad": Status(400), "good": Text("yes"),
    }  # fmt: skip
    with StandIn(to_lines(by_text(fates))) as server:
        batch = vendor(server).create(*fates)
        found = sorted(vendor(server).results(batch))
        assert sorted(server.desk.batches[batch].made) == ["good", "twice"]
    openai = isinstance(vendor(server), OpenAI)
    assert found == [
        ("bad", "400 invalid_request_error" if openai else "invalid_request_error"),
        ("cut", "batch_cancelled" if openai else "canceled"),
        ("good", "200 yes"),
        ("late", "batch_expired" if openai else "expired"),
        ("twice", "200 yes"),
        ("twice", "200 yes"),
    ]


def test_a_batch_ends_when_it_is_time_and_not_before(vendor) -> None:
    until = threading.Event()
    with StandIn(either(to_creates(always(Batch(delay=60.0, until=until))), SAYS)) as server:
        now = server.desk.clock()
        server.desk.clock = lambda: now
        client = vendor(server)
        batch = client.create("a")
        seen = [client.status(batch)]
        now += 60.0
        seen.append(client.status(batch))
        until.set()
        seen.append(client.status(batch))
    assert seen == ["in_progress", "in_progress", "completed" if isinstance(client, OpenAI) else "ended"]


@pytest.mark.parametrize("ends", ["expired", "cancelled"])
def test_a_batch_can_be_cut_short(vendor, ends: Any) -> None:
    with StandIn(either(to_creates(always(Batch(ends=ends, made=1, order="same"))), SAYS)) as server:
        client = vendor(server)
        batch = client.create("a", "b")
        status, found = client.status(batch), client.results(batch)
        assert server.desk.batches[batch].made == ["a"]
    assert status == (ends if isinstance(client, OpenAI) else "ended")
    assert found[0] == ("a", "200 yes")
    assert found[1][1] in {f"batch_{ends}", ends, "canceled"}


def test_cancelling_ends_it(vendor) -> None:
    with StandIn(to_creates(always(Batch(delay=1e6)))) as server:
        client = vendor(server)
        batch = client.create("a")
        client.ask(f"{client.list}/{batch}/cancel", b"{}")
        assert client.status(batch) == ("cancelled" if isinstance(client, OpenAI) else "ended")
        assert server.desk.batches[batch].made == []


def test_a_create_can_be_taken_and_its_answer_lost_or_not_be_taken(vendor) -> None:
    with StandIn(to_creates(first(1, Cut("nothing"), Status(503)))) as server:
        client = vendor(server)
        with pytest.raises(http.client.RemoteDisconnected):
            client.create("a")
        assert len(server.desk.batches) == 1
        with pytest.raises(urllib.error.HTTPError):
            client.create("a")
        assert len(server.desk.batches) == 1
        assert [each["id"] for each in client.json(client.list)["data"]] == list(server.desk.batches)


def test_a_file_does_not_validate_with_two_models_or_an_id_that_comes_twice() -> None:
    with StandIn() as server:
        client = OpenAI(server.url)
        found = [client.json(f"/v1/batches/{batch}") for batch in (client.create("a", models=("m", "n")),)]
    assert [batch["status"] for batch in found] == ["failed"]
    assert {error["code"] for error in found[0]["errors"]["data"]} == {
        "mismatched_model",
        "duplicate_custom_id",
    }


def test_anthropic_refuses_ids_that_are_none_or_come_twice() -> None:
    with StandIn() as server:
        for ids in (("a b",), ("a", "a"), ()):
            with pytest.raises(urllib.error.HTTPError) as caught:
                Anthropic(server.url).create(*ids)
            assert caught.value.code == 400


def test_what_is_not_there_is_a_404_and_without_a_key_nothing_is(vendor) -> None:
    with StandIn(to_creates(always(Batch(delay=1e6)))) as server:
        client = vendor(server)
        batch = client.create("a")
        for path in (
            f"{client.list}/nobody",
            "/v1/files/file-99/content",
            f"/v1/messages/batches/{batch}/results",
        ):
            with pytest.raises(urllib.error.HTTPError) as caught:
                client.ask(path)
            assert caught.value.code == 404
    with StandIn(require_key=True) as server:
        with pytest.raises(urllib.error.HTTPError) as caught:
            vendor(server).create("a")
        assert caught.value.code == 401


def test_a_call_that_expires_once_is_made_when_it_comes_again(vendor) -> None:
    with StandIn(either(to_lines(once_each(Unmade())), SAYS)) as server:
        client = vendor(server)
        made = [server.desk.look(server.desk.batches[client.create("a")]).made for _ in range(2)]
    assert made == [[], ["a"]]


def test_ready_made_scripts_leave_live_calls_alone() -> None:
    made = [each for each in vars(scripts).values() if getattr(each, "__module__", "") == scripts.__name__]
    assert scripts.lost_create in made
    for make in made:
        with StandIn(make()) as server:
            body = {"model": "m", "messages": [{"role": "user", "content": "live"}]}
            assert OpenAI(server.url).json("/v1/chat/completions", body)["choices"]


def test_from_the_command_line_it_tells_what_it_was_handed() -> None:
    command = [sys.executable, "-m", "tests.standin", "--script", "tests.standin.batches.scripts:lost_create"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        client = Anthropic(process.stdout.readline().strip())
        with pytest.raises(http.client.RemoteDisconnected):
            client.create("a", "b")
        client.create("c")
        told = client.json("/standin/batches")
        process.terminate()
    assert [(each["custom_ids"], each["ended"], sorted(each["made"])) for each in told] == [
        (["a", "b"], True, ["a", "b"]),
        (["c"], True, ["c"]),
    ]


def test_verdicts_are_what_lines_of_the_panel_get_by_default() -> None:
    with StandIn(always(Verdict("skip"))) as server:
        client = OpenAI(server.url)
        ((_, said),) = client.results(client.create("- `breaks`: How?"))
    assert '"decision": "skip"' in said
