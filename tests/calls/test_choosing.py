"""`auto` takes the first provider that is there, and says why; keys are checked and never shown."""

from __future__ import annotations

import pytest

from panel.calls.choosing import choose, connect
from panel.core.errors import AccountError, InputError
from panel.core.workspace import open_workspace


@pytest.fixture
def workspace(tmp_path):
    def make(environ=None, **flags):
        return open_workspace(flags, folder=tmp_path, environ=environ or {})

    return make


@pytest.mark.parametrize(
    ("environ", "provider"),
    [
        ({}, "offline"),
        ({"OPENAI_API_KEY": "k"}, "openai"),
        ({"ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k"}, "anthropic"),
        ({"ANTHROPIC_API_KEY": "  ", "OPENAI_API_KEY": "k"}, "openai"),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"}, "openai"),
        ({"PANEL_BASE_URL": "http://127.0.0.1:1/v1", "ANTHROPIC_API_KEY": "k"}, "openai"),
        ({"PANEL_PROVIDER": "offline", "ANTHROPIC_API_KEY": "k"}, "offline"),
    ],
)
def test_auto_takes_the_first_that_is_there(workspace, environ, provider):
    assert choose(workspace(environ)).vendor.name == provider


def test_a_base_url_without_a_provider_means_openai_and_needs_no_key(workspace):
    here = workspace(base_url="http://127.0.0.1:9/v1/")
    choice = choose(here)
    assert (choice.vendor.name, choice.base_url) == ("openai", "http://127.0.0.1:9/v1")
    assert choice.model == choice.vendor.default_model
    connect(here, "openai")


def test_the_vendors_own_variable_moves_only_that_vendor(workspace):
    environ = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "ANTHROPIC_API_KEY": "k"}
    assert choose(workspace(environ)).base_url is None


def test_the_vendors_own_address_is_no_other_host(workspace):
    here = workspace({"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://api.openai.com/v1/"})
    assert choose(here).base_url is None


@pytest.mark.parametrize("key", ["", "  ", "sk-a\nsk-b", '"sk-a"', "sk a"])
def test_a_missing_or_malformed_key_names_its_variable_and_not_its_value(workspace, key):
    with pytest.raises(AccountError, match="ANTHROPIC_API_KEY") as caught:
        connect(workspace({"ANTHROPIC_API_KEY": key}, provider="anthropic"), "anthropic")
    assert "sk" not in str(caught.value)


def test_a_key_may_stand_in_the_workspaces_env_file(tmp_path):
    (tmp_path / ".env").write_text("ANTHROPIC_API_KEY=k\n")
    assert choose(open_workspace({}, folder=tmp_path, environ={})).vendor.name == "anthropic"


@pytest.mark.parametrize("url", ["ftp://x/v1", "127.0.0.1:9", "http://user:pw@host/v1"])
def test_an_address_that_is_none_is_refused(workspace, url):
    with pytest.raises(InputError):
        choose(workspace(base_url=url))


def test_an_unknown_provider_lists_those_there_are(workspace):
    with pytest.raises(InputError, match=r"auto, anthropic, offline, openai"):
        choose(workspace(provider="acme"))


def test_an_address_with_a_query_is_refused_since_it_may_hold_a_key(workspace):
    with pytest.raises(InputError, match="an address with a query") as caught:
        choose(workspace(base_url="http://127.0.0.1:1/v1?key=sk-secret"))
    assert "sk-secret" not in caught.value.message


KEYS = {"ANTHROPIC_API_KEY": "k", "OPENAI_API_KEY": "k"}


@pytest.mark.parametrize(
    ("environ", "flags", "panel"),
    [
        (KEYS, {"models": "a,openai:b"}, [("anthropic", "a"), ("openai", "b")]),
        (KEYS, {"models": "llama3.3:70b", "provider": "openai"}, [("openai", "llama3.3:70b")]),
        ({**KEYS, "PANEL_MODEL": "c"}, {"models": "a"}, [("anthropic", "a")]),
        ({**KEYS, "PANEL_MODELS": "a,b"}, {"model": "c"}, [("anthropic", "c")]),
        ({**KEYS, "PANEL_MODELS": "a,b", "PANEL_MODEL": "c"}, {}, [("anthropic", "a"), ("anthropic", "b")]),
        ({"PANEL_MODELS": "a,b"}, {"provider": "offline"}, [("offline", "reader")]),
    ],
)
def test_the_models_of_a_panel_come_from_the_stronger_place(workspace, environ, flags, panel):
    assert choose(workspace(environ, **flags)).panel == tuple(panel)


def test_a_model_overrules_personas_only_if_a_flag_or_the_environment_names_it(workspace, tmp_path):
    assert not choose(workspace(KEYS)).over_personas
    assert choose(workspace(KEYS, model="c")).over_personas
    assert choose(workspace({**KEYS, "PANEL_MODEL": "c"})).over_personas
    assert choose(workspace(KEYS, models="c")).over_personas
    (tmp_path / "panel.toml").write_text('model = "c"')
    assert not choose(workspace(KEYS)).over_personas


def test_models_that_name_their_providers_need_none_in_force(workspace):
    choice = choose(workspace(models="anthropic:a,openai:b"))
    assert (choice.offline, choice.labels) == (False, ("anthropic:a", "openai:b"))
    with pytest.raises(AccountError, match="no provider for the model a"):
        choose(workspace(models="a,openai:b"))
