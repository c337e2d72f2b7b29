"""The sign-up for the digest: there with a list service, absent without, and allowed by the policy."""

from __future__ import annotations

import asyncio

import pytest
from lxml import html as lxml_html

from panel.publish.templating import environment, escape_html
from panel.site.settings import SiteSettings
from panel.site.templating import forms_to, policy
from panel.votes.guard import Guard

SERVICE = "https://Lists.example:8443/subscribe?list=a&b=c"


def block(settings):
    template = environment(escape_html, "panel.site", "panel.publish").get_template("subscribe.html.j2")
    return template.render(site=settings).strip()


def test_without_a_list_service_there_is_no_block():
    assert block(SiteSettings()) == ""


def test_the_form_goes_to_the_list_service_and_its_field_has_a_label():
    tree = lxml_html.fragment_fromstring(block(SiteSettings(subscribe=SERVICE)))
    (form,), (field,), (label,) = tree.iter("form"), tree.iter("input"), tree.iter("label")
    assert (form.get("action"), form.get("method")) == (SERVICE, "post")
    assert (field.get("type"), field.get("name"), field.get("autocomplete")) == ("email", "email", "email")
    assert label.get("for") == field.get("id")
    assert tree.get("aria-labelledby") == next(tree.iter("h2")).get("id")
    assert "style" not in {name for each in tree.iter() for name in each.attrib}


def test_an_address_cannot_leave_its_attribute():
    hostile = SiteSettings(subscribe='https://x.example/"><script>alert(1)</script>')
    assert "<script" not in block(hostile)


def directives(text):
    return dict(each.strip().split(" ", 1) for each in text.split(";"))


def test_the_policy_lets_forms_go_to_that_one_origin_and_nowhere_else():
    assert directives(policy(SiteSettings()))["form-action"] == "'self'"
    assert (
        directives(policy(SiteSettings(subscribe=SERVICE)))["form-action"]
        == "'self' https://lists.example:8443"
    )
    without = directives(policy(SiteSettings()))
    with_one = directives(policy(SiteSettings(subscribe=SERVICE)))
    assert {name for name in with_one if with_one[name] != without[name]} == {"form-action"}


@pytest.mark.parametrize(
    ("address", "origin"),
    [(None, None), ("https://a.example", "https://a.example"), ("HTTP://A.example/x;y", "http://a.example")],
)
def test_an_origin_is_a_scheme_and_a_host(address, origin):
    assert forms_to(address) == origin


def test_the_vote_server_says_the_same_policy_and_may_not_be_framed():
    sent = []

    async def app(_scope, _receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    settings = SiteSettings(subscribe=SERVICE)
    asyncio.run(Guard(app, print, policy(settings))({}, None, send))
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    found = directives(headers["content-security-policy"])
    assert found == directives(policy(settings)) | {"frame-ancestors": "'none'"}
