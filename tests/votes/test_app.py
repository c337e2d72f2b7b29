"""The vote server as browsers and strangers meet it."""

import asyncio
import json

import pytest

from panel.core.decisions import decide
from panel.core.errors import StoppedEarly
from panel.core.published import Published, Withdrawn
from panel.votes.limits import Limits, Rate
from panel.votes.vote import Count
from tests.votes.client import HERE, HOST, Browser, application

PAGE = ("accept", "text/html,*/*;q=0.8")


def served(tmp_path, scenario, **how):
    """What `scenario(app, store)` comes to."""

    async def go():
        app, store = application(tmp_path, **how)
        try:
            return await scenario(app, store)
        finally:
            await store.close()

    return asyncio.run(go())


def counts(store):
    return store.counts()


def test_five_readers_make_a_count_and_four_do_not(tmp_path):
    async def scenario(app, _):
        shown = []
        for number in range(5):
            reader = Browser(app, peer=f"203.0.{number}.7")
            shown.append((await reader.vote("ship" if number < 4 else "skip")).json)
        several = await Browser(app).get("/votes.json", query=b"tools=codestral,cursor,UPPER")
        every = await Browser(app).get("/votes.json")
        return shown, several, every

    shown, several, every = served(tmp_path, scenario)
    assert [(each["percent"], each["votes"]) for each in shown] == [(None, None)] * 4 + [(80, 5)]
    assert several.json["tools"] == {
        "codestral": {"percent": 80, "votes": 5},
        "cursor": {"percent": None, "votes": None},
    }
    assert every.json["tools"] == {"codestral": {"percent": 80, "votes": 5}}
    assert several.cookies == every.cookies == []


def test_a_reader_changes_the_vote_and_takes_it_back(tmp_path):
    async def scenario(app, store):
        reader = Browser(app)
        return [
            ((await reader.vote(choice)).json["yours"], await counts(store))
            for choice in ("ship", "skip", "withdrawn")
        ]

    assert served(tmp_path, scenario) == [
        ("ship", {"codestral": Count(ship=1)}),
        ("skip", {"codestral": Count(skip=1)}),
        ("withdrawn", {}),
    ]


def test_without_javascript_a_form_votes_and_leads_back_to_the_page_it_was_on(tmp_path):
    async def scenario(app, store):
        reader = Browser(app)
        # A static page has no token to send: nothing is counted, and the answer is a form that has one.
        first = await reader.post("codestral", {"vote": "ship"}, headers=[("origin", HERE), PAGE])
        assert first.status == 403
        assert "press once more" in first.text
        assert await counts(store) == {}
        token = first.text.partition('name="token" value="')[2].partition('"')[0]
        referer = ("referer", f"{HERE}/comparisons/a-vs-b.html?x=1#y")
        filled = {"vote": "ship", "token": token}
        back = await reader.post("codestral", filled, headers=[("origin", HERE), PAGE, referer])
        elsewhere = ("referer", "https://evil.example/x")
        home = await reader.post("codestral", filled, headers=[("origin", HERE), PAGE, elsewhere])
        page = await reader.get("/votes/codestral", headers=[PAGE])
        return back, home, page, await counts(store)

    back, home, page, counted = served(tmp_path, scenario)
    assert (back.status, back.headers["location"]) == (303, "/comparisons/a-vs-b.html")
    assert (home.status, home.headers["location"]) == (303, "/tools/codestral/")
    assert "You voted ship" in page.text
    assert "fewer than 5 votes" in page.text
    assert counted == {"codestral": Count(ship=1)}


@pytest.mark.parametrize("path", ["//evil.example/x", "/\\evil.example", "/%0d%0aSet-Cookie:a=b"])
def test_the_way_back_is_always_a_path_of_this_site(tmp_path, path):
    async def scenario(app, _):
        reader = Browser(app)
        token = (await reader.get("/votes/codestral")).json["token"]
        headers = [("origin", HERE), PAGE, ("referer", f"{HERE}{path}")]
        return await reader.post("codestral", {"vote": "ship", "token": token}, headers=headers)

    location = served(tmp_path, scenario).headers["location"]
    assert location[0] == "/"
    assert location[1] not in "/\\"
    assert location.isprintable()
    assert location.isascii()


# ------------------------------------------------------------ F01, F02: who is counted how often


def test_a_thousand_votes_of_one_client_that_drops_its_cookies_count_as_often_as_the_limit_says(tmp_path):
    async def scenario(app, store):
        statuses = [(await Browser(app).vote("ship")).status for _ in range(1000)]
        return statuses, await counts(store)

    statuses, counted = served(tmp_path, scenario)
    assert (statuses.count(200), statuses.count(429)) == (10, 990)
    assert counted == {"codestral": Count(ship=10)}


def test_a_network_has_a_limit_over_all_tools_too_and_is_told_how_long_to_wait(tmp_path):
    async def scenario(app, _):
        return [await Browser(app).vote("ship", tool) for tool in ("codestral", "cursor", "codestral")]

    limits = Limits(Rate(2, 100.0), Rate(2, 100.0), clock=lambda: 7.0)
    one, two, three = served(tmp_path, scenario, limits=limits)
    assert [one.status, two.status, three.status] == [200, 200, 429]
    assert three.headers["retry-after"] == "50"


FORGED = ["x-forwarded-for", "forwarded", "x-real-ip"]


@pytest.mark.parametrize("name", FORGED)
def test_a_header_about_addresses_says_nothing_unless_a_proxy_is_trusted(tmp_path, name):
    async def scenario(app, store):
        for number in range(30):
            value = f"198.51.{number}.1"
            value = f"for={value}" if name == "forwarded" else value
            await Browser(app).vote("ship", headers=[("origin", HERE), (name, value)])
        return await counts(store)

    assert served(tmp_path, scenario) == {"codestral": Count(ship=10)}


def test_behind_a_trusted_proxy_each_client_has_its_own_limit_and_cannot_invent_hops(tmp_path):
    async def scenario(app, store):
        for number in range(12):
            said = ("x-forwarded-for", f"198.51.{number}.1")
            await Browser(app, peer="10.0.0.2").vote("ship", headers=[("origin", HERE), said])
        for number in range(30):
            said = ("x-forwarded-for", f"192.0.{number}.1, 203.0.113.9")
            await Browser(app, peer="10.0.0.2").vote("skip", headers=[("origin", HERE), said])
        return await counts(store)

    assert served(tmp_path, scenario, trust=["10.0.0.0/8"]) == {"codestral": Count(ship=12, skip=10)}


# ------------------------------------------------------------ F03: votes another site sends


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [("origin", "null")],
        [("origin", "https://evil.example")],
        [("origin", f"{HERE}.evil.example")],
        [("origin", f"http://{HOST}@evil.example")],
        [("origin", f"ftp://{HOST}")],
        [("origin", HERE), ("origin", HERE)],
        [("origin", HERE), ("sec-fetch-site", "cross-site")],
        [("origin", HERE), ("sec-fetch-site", "same-site")],
        [("origin", "http://[")],
    ],
)
def test_a_vote_that_was_not_sent_from_a_page_of_ours_is_refused(tmp_path, headers):
    async def scenario(app, store):
        reader = Browser(app)
        await reader.vote("ship")
        token = (await reader.get("/votes/codestral")).json["token"]
        cookies = dict(reader.cookies)
        answer = await reader.post("codestral", {"vote": "skip", "token": token}, headers=headers)
        assert reader.cookies == cookies
        return answer.status, await counts(store)

    assert served(tmp_path, scenario) == (403, {"codestral": Count(ship=1)})


def test_a_wrong_token_and_that_of_another_reader_are_refused(tmp_path):
    async def scenario(app, store):
        reader, other = Browser(app), Browser(app)
        await reader.get("/votes/codestral")
        theirs = (await other.get("/votes/codestral")).json["token"]
        statuses = [
            (await reader.post("codestral", {"vote": "ship", "token": token}, as_json=True)).status
            for token in (theirs, "", "0" * 32, "é")
        ]
        return statuses, await counts(store)

    assert served(tmp_path, scenario) == ([403] * 4, {})


def test_a_vote_is_no_get(tmp_path):
    async def scenario(app, store):
        reader = Browser(app)
        await reader.get("/votes/codestral")
        answers = [await reader.get("/votes/codestral", query=b"vote=ship")]
        answers += [await reader.ask(method, "/votes/codestral") for method in ("PUT", "DELETE", "PATCH")]
        return [each.status for each in answers], await counts(store)

    assert served(tmp_path, scenario) == ([405] * 4, {})


def test_what_another_site_loads_here_makes_no_new_voter_of_its_reader(tmp_path):
    async def scenario(app, _):
        return await Browser(app).get("/votes/codestral", headers=[("sec-fetch-site", "cross-site")])

    assert served(tmp_path, scenario).cookies == []


def test_with_a_configured_address_only_that_one_is_ours_and_https_makes_a_host_cookie(tmp_path):
    async def scenario(app, _):
        reader = Browser(app)
        first = await reader.get("/votes/codestral")
        ours = [("origin", "https://panel.example")]
        return first, (await reader.vote("ship")).status, (await reader.vote("ship", headers=ours)).status

    first, by_host, by_url = served(tmp_path, scenario, url="https://panel.example/")
    assert (by_host, by_url) == (403, 200)
    cookie = first.cookies[0]
    assert cookie.startswith("__Host-voter=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} < set(cookie.split("; "))


@pytest.mark.parametrize(("trust", "secure"), [((), False), (("10.0.0.2",), True)])
def test_only_a_trusted_proxy_may_say_that_it_was_https(tmp_path, trust, secure):
    async def scenario(app, _):
        return await Browser(app, peer="10.0.0.2").get(
            "/votes/codestral", headers=[("x-forwarded-proto", "https")]
        )

    assert ("Secure" in served(tmp_path, scenario, trust=trust).cookies[0]) is secure


# ------------------------------------------------------------ F05: cookies


def test_a_forged_cookie_or_one_of_another_secret_is_a_stranger_and_changes_no_vote(tmp_path):
    async def scenario(app, store):
        reader = Browser(app)
        await reader.vote("ship")
        stranger, _ = application(tmp_path, store=store, secret=b"another secret of as many bytes..")
        value = reader.cookies["voter"]
        forged = [
            value[:-1] + ("0" if value[-1] != "0" else "1"),
            "f" * 32 + value[32:],
            value.upper(), "", "a.b.c", "é" * 40, "x" * 4000,
        ]  # fmt: skip
        seen = []
        for cookie, served_by in [*((each, app) for each in forged), (value, stranger)]:
            other = Browser(served_by, peer="198.51.100.1", cookies={"voter": cookie})
            answer = await other.get("/votes/codestral")
            seen.append((answer.json["yours"], len(answer.cookies)))
            token = (await Browser(app, cookies={"voter": value}).get("/votes/codestral")).json["token"]
            other.cookies = {"voter": cookie}
            refused = await other.post("codestral", {"vote": "skip", "token": token})
            seen.append((refused.status, len(refused.cookies)))
        return set(seen), await counts(store)

    assert served(tmp_path, scenario) == ({(None, 1), (403, 1)}, {"codestral": Count(ship=1)})


# ------------------------------------------------------------ F04: what is no vote


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{", 400),
        ("application/json", b"[" * 2000, 400),
        ("application/json", b"null", 400),
        ("application/json", b'{"vote": ["ship"], "token": "x"}', 400),
        ("application/json", b'{"vote": "ship", "token": {}}', 400),
        ("application/json", b'{"vote": "Ship"}', 400),
        ("application/json", b"\xff\xfe", 400),
        ("application/json", b'"' + b"x" * 1_000_000 + b'"', 413),
        ("application/x-www-form-urlencoded", b"vote=ship&vote=skip", 400),
        ("application/x-www-form-urlencoded", b"vote=ship%00", 400),
        ("application/x-www-form-urlencoded", b"\xff", 400),
        ("application/x-www-form-urlencoded", b"&".join([b"a=b"] * 50), 400),
        ("application/x-www-form-urlencoded", b"", 400),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("text/plain", b"vote=ship", 415),
        ("", b"vote=ship", 415),
    ],
)
def test_what_is_no_vote_is_refused_and_counts_nothing(tmp_path, kind, body, status):
    async def scenario(app, store):
        reader = Browser(app)
        await reader.get("/votes/codestral")
        for length in ([("content-length", str(len(body)))], []):
            headers = [("origin", HERE), ("content-type", kind), *length]
            answer = await reader.ask("POST", "/votes/codestral", body=body, headers=headers)
            assert answer.status == status, answer.body
            assert "error" in answer.json
        return await counts(store)

    assert served(tmp_path, scenario) == {}


@pytest.mark.parametrize(
    "tool", ["nobody", "..", "%00", "a\0b", "Codestral", "codestral\n", "é", "x" * 5000, "<b>x"]
)
def test_a_tool_nobody_reviewed_is_not_found_and_not_repeated(tmp_path, tool):
    async def scenario(app, _):
        reader = Browser(app)
        return [
            await reader.get(f"/votes/{tool}"),
            await reader.get(f"/votes/{tool}", headers=[PAGE]),
            await reader.post(tool, {"vote": "ship", "token": "x"}),
        ]

    for answer in served(tmp_path, scenario):
        assert answer.status == 404
        assert answer.cookies == []
        assert tool not in answer.text


def test_a_withdrawn_tool_takes_no_more_votes_and_keeps_those_it_has(tmp_path):
    said = {"of": "tool", "name": "codestral", "author": "Ada", "time": "2026-11-20T21:04:05Z"}

    async def scenario(app, store):
        reader = Browser(app)
        token = (await reader.get("/votes/codestral")).json["token"]
        assert (await reader.vote("ship")).status == 200
        decide(tmp_path, Withdrawn(**said))
        refused = await reader.post("codestral", {"vote": "skip", "token": token}, as_json=True)
        looked = await reader.get("/votes/codestral", headers=[PAGE])
        kept = await counts(store)
        decide(tmp_path, Published(**said, record="run/codestral"))
        return refused, looked, kept, await reader.vote("skip")

    refused, looked, kept, again = served(tmp_path, scenario)
    assert (refused.status, looked.status, again.status) == (404, 404, 200)
    assert refused.json == {"error": "No tool of that name is live here, so there is nothing to vote on."}
    assert kept == {"codestral": Count(ship=1)}


def test_a_vote_that_stops_halfway_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("panel.votes.ballots.MOST_SECONDS", 0.01)

    async def scenario(app, _):
        headers = [
            (b"host", HOST.encode()),
            (b"origin", HERE.encode()),
            (b"content-type", b"application/json"),
        ]
        scope = {
            "type": "http", "method": "POST", "path": "/votes/codestral", "query_string": b"",
            "scheme": "http", "http_version": "1.1", "root_path": "", "headers": headers,
            "client": ("203.0.113.7", 1), "server": (HOST, 80), "state": {},
        }  # fmt: skip
        sent, pieces = [], [{"type": "http.request", "body": b"{", "more_body": True}]

        async def receive():
            if not pieces:
                await asyncio.Event().wait()
            return pieces.pop()

        async def send(message):
            sent.append(message)

        await app(scope, receive, send)
        return sent[0]["status"]

    assert served(tmp_path, scenario) == 408


# ------------------------------------------------------------ F06 to F08


def test_a_store_that_cannot_write_is_a_503_and_the_operator_is_told_why(tmp_path):
    said = []

    async def scenario(app, store):
        async def full(_):
            raise StoppedEarly("disk full: /secret/place could not be written")

        store.cast = full
        return await Browser(app).vote("ship")

    answer = served(tmp_path, scenario, says=said.append)
    assert answer.status == 503
    assert "retry-after" in answer.headers
    assert "/secret/place" not in answer.text
    assert said == ["votes are not available: disk full: /secret/place could not be written"]


def test_a_bug_of_ours_is_a_500_and_one_line_without_what_was_sent(tmp_path):
    said = []

    async def scenario(app, store):
        async def broken(_):
            raise KeyError("a reader's secret")

        store.counts = broken
        return await Browser(app).get("/votes/codestral")

    assert served(tmp_path, scenario, says=said.append).status == 500
    assert len(said) == 1
    assert said[0].startswith("unexpected KeyError at test_app.py:")
    assert "secret" not in said[0]


def test_fifty_readers_at_once_are_counted_exactly(tmp_path):
    async def scenario(app, store):
        readers = [Browser(app, peer=f"203.{number}.1.1") for number in range(50)]
        answers = await asyncio.gather(*(each.vote("ship") for each in readers))
        return {each.status for each in answers}, await counts(store)

    assert served(tmp_path, scenario) == ({200}, {"codestral": Count(ship=50)})


def test_every_answer_carries_the_policy_and_no_page_an_inline_script(tmp_path):
    async def scenario(app, _):
        reader = Browser(app)
        paths = ["/", "/tools/codestral/", "/nope", "/votes.json", "/votes/codestral", "/votes/nope"]
        answers = [await reader.get(path, headers=[PAGE]) for path in paths]
        return [*answers, await reader.post("codestral", {"vote": "ship"}, headers=[("origin", HERE), PAGE])]

    for answer in served(tmp_path, scenario):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert b"<script" not in answer.body


def test_an_answer_with_a_token_or_a_vote_is_never_compressed(tmp_path):
    async def scenario(app, _):
        one, packed = Browser(app), ("accept-encoding", "gzip")
        named = ",".join(f"tool-{number}" for number in range(90))
        return [
            await one.get("/votes/codestral", headers=[packed, PAGE]),
            await one.get("/votes/codestral", headers=[packed]),
            await one.vote("ship", headers=[packed, ("origin", HERE)]),
            await one.post("codestral", {"vote": "ship"}, headers=[packed, PAGE, ("origin", HERE)]),
            await one.get("/votes.json", query=f"tools={named}".encode(), headers=[packed]),
        ]

    answers = served(tmp_path, scenario)
    assert max(len(each.body) for each in answers[:-1]) > 500  # long enough to be worth it
    for each in answers:
        assert "content-encoding" not in each.headers
        assert each.headers["content-length"] == str(len(each.body))


def test_votes_never_reach_the_panels_records(tmp_path):
    async def scenario(app, _):
        for number in range(6):
            await Browser(app, peer=f"203.0.{number}.7").vote("skip")

    served(tmp_path, scenario)
    assert not (tmp_path / "runs").exists()
    assert {path.name for path in tmp_path.iterdir()} <= {
        "site",
        "votes.sqlite",
        "votes.sqlite-wal",
        "votes.sqlite-shm",
    }


def test_no_address_is_stored_and_one_networks_votes_share_a_mark_for_a_day(tmp_path):
    async def scenario(app, store):
        for peer in ("203.0.113.7", "203.0.113.200", "203.0.114.7"):
            await Browser(app, peer=peer).vote("ship")
        return [each async for each in store.rows()]

    rows = served(tmp_path, scenario)
    marks = [each.origin for each in rows]
    assert marks[0] == marks[1] != marks[2]
    stored = json.dumps([each.as_json() for each in rows]).encode()
    stored += b"".join(path.read_bytes() for path in tmp_path.glob("votes.sqlite*"))
    assert b"203.0" not in stored
