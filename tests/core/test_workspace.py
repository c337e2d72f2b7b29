import pytest
from hypothesis import given
from hypothesis import strategies as st

from panel.core.errors import ExitCode, InputError
from panel.core.settings import SETTINGS, Setting
from panel.core.workspace import open_workspace, shipped


@pytest.fixture
def folder(tmp_path):
    """A folder that no workspace lies above."""
    (tmp_path / "panel.toml").write_text("")
    return tmp_path


def opened(cwd, flags=None, environ=None, *, folder=None):
    return open_workspace(flags or {}, environ=environ or {}, cwd=cwd, folder=folder)


# ------------------------------------------------------------ precedence

#: For every setting: three texts for it, what they are read as, in no order that would sort by itself.
VALUES = {
    "provider": (("openai", "anthropic", "offline"), str),
    "model": (("m3", "m1", "m2"), str),
    "models": (("c,d", "a,b", "e"), lambda text: tuple(text.split(","))),
    "samples": (("3", "1", "2"), int),
    "base_url": (("http://c", "http://a", "http://b"), str),
    "openai_api": (("chat", "responses", "auto"), str),
    "personas": (("c,d", "a,b", "e"), lambda text: tuple(text.split(","))),
    "fourth": (("product", "business", "creative"), str),
    "max_usd": (("3", "1.5", "0"), float),
    "price_in": (("3", "1.5", "0"), float),
    "price_out": (("3", "1.5", "0"), float),
    "concurrency": (("3", "1", "2"), int),
    "requests_per_minute": (("300", "100", "200"), int),
    "tokens_per_minute": (("300", "100", "200"), int),
    "call_deadline": (("30", "10", "20"), float),
    "max_output_tokens": (("300", "100", "200"), int),
    "runs_dir": (("runs3", "runs1", "runs2"), str),
    "contact": (("mailto:c@example.org", "https://a.example", "b"), str),
    "engine": (("local", "procrastinate", "another"), str),
    "ledger_url": (("postgresql://c/x", "postgresql://a/x", "sqlite:///b"), str),
    "votes_url": (("postgresql://c/x", "postgresql://a/x", "sqlite:///b"), str),
}


def test_every_setting_is_tried_here():
    assert set(VALUES) == set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_flag_wins_over_the_environment_that_over_panel_toml_that_over_the_default(folder, name):
    (flag, env, toml), read = VALUES[name]
    variable = f"PANEL_{name.upper()}"
    setting = opened(folder).settings[name]
    assert (setting.value, setting.origin) == (SETTINGS[name][1], "default")

    (folder / "panel.toml").write_text(f'{name} = "{toml}"\n')
    setting = opened(folder).settings[name]
    assert (setting.value, setting.origin) == (read(toml), "panel.toml")

    setting = opened(folder, environ={variable: env}).settings[name]
    assert (setting.value, setting.origin) == (read(env), variable)

    setting = opened(folder, {name: flag}, {variable: env}).settings[name]
    assert (setting.value, setting.origin) == (read(flag), f"--{name.replace('_', '-')}")


@given(given_in=st.sets(st.sampled_from(["flag", "env", "toml"])))
def test_the_highest_place_where_a_setting_is_given_wins(tmp_path_factory, given_in):
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "panel.toml").write_text('model = "toml"\n' if "toml" in given_in else "")
    workspace = opened(
        folder,
        {"model": "flag" if "flag" in given_in else None},
        {"PANEL_MODEL": "env"} if "env" in given_in else {},
    )
    expected = next((place for place in ("flag", "env", "toml") if place in given_in), None)
    assert workspace.get("model") == expected


def test_the_environment_wins_over_the_dotenv_file(folder):
    (folder / ".env").write_text("PANEL_MODEL=from-file\nOPENAI_API_KEY=k\n")
    workspace = opened(folder)
    assert workspace.settings["model"].value == "from-file"
    assert workspace.settings["model"].origin == "PANEL_MODEL (.env)"
    assert workspace.environment["OPENAI_API_KEY"] == "k"
    assert opened(folder, environ={"PANEL_MODEL": "from-shell"}).settings["model"].origin == "PANEL_MODEL"


def test_an_empty_variable_counts_as_not_given(folder):
    assert opened(folder, environ={"PANEL_MODEL": " "}).settings["model"].origin == "default"


def test_native_toml_values_are_read_too(folder):
    (folder / "panel.toml").write_text('concurrency = 3\nmax_usd = 1.5\npersonas = ["a", "b"]\n')
    workspace = opened(folder)
    assert [workspace.get(name) for name in ("concurrency", "max_usd", "personas")] == [3, 1.5, ("a", "b")]


# ------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    "name", ["api_key", "openai_api_key", "ANTHROPIC_API_KEY", "secret", "auth_token", "password"]
)
def test_a_key_in_panel_toml_is_refused_with_its_line_and_not_shown(folder, name):
    (folder / "panel.toml").write_text(f'model = "m"\n{name} = "sk-bait-1234"\n')
    with pytest.raises(InputError) as caught:
        opened(folder)
    assert caught.value.message.startswith(f"{folder / 'panel.toml'}:2: {name}: keys do not belong")
    assert "sk-bait" not in str(caught.value) + str(caught.value.hint)


def test_an_unknown_setting_is_refused_with_its_line(folder):
    (folder / "panel.toml").write_text('\nmodle = "m"\n')
    with pytest.raises(InputError, match=r"panel\.toml:2: modle: no such setting; there are: .*model"):
        opened(folder)


def test_all_settings_that_do_not_belong_there_are_named_at_once(folder):
    (folder / "panel.toml").write_text('modle = "m"\nsecret = "s"\nledger_url = "postgresql://u:bait@h/d"\n')
    with pytest.raises(InputError) as caught:
        opened(folder)
    assert [error.field for error in caught.value.errors] == ["ledger_url", "modle", "secret"]
    assert "bait" not in str(caught.value) + str(caught.value.hint)


def test_a_table_is_read_and_an_unknown_setting_in_it_is_refused_by_name(folder):
    (folder / "panel.toml").write_text('[site]\ntitle = "T"\n')
    workspace = opened(folder)
    assert workspace.table("site", ("title", "url")) == {"title": "T"}
    assert workspace.table("digest", ()) == {}
    with pytest.raises(InputError) as caught:
        workspace.table("site", ("url", "votes"))
    assert caught.value.message == (
        f"{folder / 'panel.toml'}: site.title: no such setting; there are: url, votes"
    )


def test_what_is_wrong_in_a_table_of_pyproject_is_said_of_that_file(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.panel.site]\ntitle = "T"\n')
    with pytest.raises(InputError, match=r"pyproject\.toml: site\.title: no such setting"):
        opened(tmp_path).table("site", ("url",))


def test_broken_toml_is_refused(folder):
    (folder / "panel.toml").write_text("model = \n")
    with pytest.raises(InputError, match=r"panel\.toml: not TOML"):
        opened(folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_usd", "-1"), ("max_usd", "nan"), ("max_usd", "inf"), ("max_usd", "a lot"),
        ("concurrency", "0"), ("concurrency", "1.5"), ("call_deadline", "0"), ("openai_api", "soap"),
        ("price_in", "-0.1"), ("max_output_tokens", ""),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_is_refused_wherever_it_was_given(folder, name, value):
    flag = f"--{name.replace('_', '-')}"
    with pytest.raises(InputError, match=f"{flag}: .* must be"):
        opened(folder, {name: value})
    (folder / "panel.toml").write_text(f'{name} = "{value}"\n')
    with pytest.raises(InputError, match=rf"panel\.toml:1: {name}: .* must be"):
        opened(folder)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('max_usd = "abc"', "max_usd: 'abc' must be a number"),
        ("max_usd = true", "max_usd: True must be a number"),
        ("max_usd = [1]", "max_usd: [1] must be a number"),
        ("call_deadline = -1", "call_deadline: -1 must be 0 or more"),
        ("concurrency = 2.5", "concurrency: 2.5 must be a whole number"),
        ("concurrency = true", "concurrency: True must be a whole number"),
        ("max_output_tokens = 0", "max_output_tokens: 0 must be 1 or more"),
        ('model = ["a"]', "model: ['a'] must be text"),
        ("model = 5", "model: 5 must be text"),
        ("provider = true", "provider: True must be text"),
        ("runs_dir = 1.5", "runs_dir: 1.5 must be text"),
        ("personas = 5", "personas: 5 must be text or a list of texts"),
        ('personas = ["a", 5]', "personas: ['a', 5] must be text or a list of texts"),
        ('openai_api = ["chat"]', "openai_api: ['chat'] must be auto, responses or chat"),
    ],
)
def test_a_wrong_value_in_panel_toml_is_told_with_its_line_and_setting(folder, line, problem):
    (folder / "panel.toml").write_text(f"# settings\n\n{line}\n")
    with pytest.raises(InputError) as caught:
        opened(folder)
    assert caught.value.message == f"{folder / 'panel.toml'}:3: {problem}"


def test_a_number_too_large_for_any_computer_is_refused(folder):
    (folder / "panel.toml").write_text(f"max_usd = {'9' * 400}\n")
    with pytest.raises(InputError, match="must be a number"):
        opened(folder)


def test_a_wrong_value_in_pyproject_has_the_line_in_our_table(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nmodel = "x"\n[tool.panel]\nmodel = 5\n')
    with pytest.raises(InputError, match=r"pyproject\.toml:4: model: 5 must be text"):
        opened(tmp_path)


def test_a_wrong_value_of_a_flag_or_a_variable_names_that(folder):
    with pytest.raises(InputError) as caught:
        opened(folder, {"max_usd": "abc"})
    assert caught.value.message == "--max-usd: 'abc' must be a number"
    with pytest.raises(InputError) as caught:
        opened(folder, environ={"PANEL_CONCURRENCY": "2.5"})
    assert caught.value.message == "PANEL_CONCURRENCY: '2.5' must be a whole number"
    (folder / ".env").write_text("PANEL_MAX_USD=abc\n")
    with pytest.raises(InputError) as caught:
        opened(folder)
    assert caught.value.message == "PANEL_MAX_USD (.env): 'abc' must be a number"


def test_a_dotenv_file_that_is_not_utf8_is_refused_by_name_and_not_shown(folder):
    (folder / ".env").write_bytes(b"PANEL_MODEL=m\nOPENAI_API_KEY=sk-b\xe4it\n")
    with pytest.raises(InputError) as caught:
        opened(folder)
    assert caught.value.message == f"{folder / '.env'}:2: not UTF-8"
    assert caught.value.exit_code == ExitCode.INPUT
    assert caught.value.__suppress_context__


def test_a_dotenv_file_that_cannot_be_read_is_refused_by_name(folder, monkeypatch):
    (folder / ".env").write_text("PANEL_MODEL=m\n")

    def refuse(_path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("dotenv.dotenv_values", refuse)
    with pytest.raises(InputError, match=r"\.env: cannot be read: Permission denied"):
        opened(folder)


# ------------------------------------------------------------ where the workspace is


def test_the_nearest_folder_with_panel_toml_is_the_workspace(tmp_path):
    deep = tmp_path / "outer" / "inner" / "deep"
    deep.mkdir(parents=True)
    (tmp_path / "outer" / "panel.toml").write_text("")
    (tmp_path / "outer" / "inner" / "pyproject.toml").write_text("[tool.other]\n")
    workspace = opened(deep)
    assert (workspace.root, workspace.origin) == (tmp_path / "outer", "the nearest panel.toml")


def test_a_pyproject_with_our_table_is_a_workspace_and_gives_settings(tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.panel]\nmodel = "m"\n')
    (tmp_path / "sub").mkdir()
    workspace = opened(tmp_path / "sub")
    assert workspace.root == tmp_path
    assert workspace.settings["model"].value == "m"
    assert workspace.settings["model"].origin == "pyproject.toml"


def test_a_broken_pyproject_of_somebody_else_is_none_of_our_business(folder):
    (folder / "sub").mkdir()
    (folder / "sub" / "pyproject.toml").write_text("not = = toml")
    assert opened(folder / "sub").root == folder


def test_a_named_workspace_wins_by_flag_then_by_variable(tmp_path):
    for name in ("flag", "env", "cwd"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "panel.toml").write_text("")
    environ = {"PANEL_WORKSPACE": str(tmp_path / "env")}
    here = tmp_path / "cwd"
    assert opened(here, environ=environ, folder=tmp_path / "flag").origin == "--workspace"
    assert opened(here, environ=environ).root == tmp_path / "env"
    assert opened(here).root == here


def test_a_named_workspace_must_exist(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        opened(tmp_path, folder=tmp_path / "missing")


# ------------------------------------------------------------ what lies in it


def test_files_of_the_workspace_come_before_the_shipped_ones_file_by_file(folder):
    (folder / "personas").mkdir()
    (folder / "personas" / "zebra.md").write_text("mine")
    files = opened(folder).files("personas", "*.md")
    assert files["zebra"] == folder / "personas" / "zebra.md"
    for stem in (path.stem for path in shipped("personas").glob("*.md")):
        assert files[stem] == shipped("personas") / f"{stem}.md"
        (folder / "personas" / f"{stem}.md").write_text("mine too")
        assert opened(folder).files("personas", "*.md")[stem].parent == folder / "personas"


def test_runs_go_to_the_workspace_or_wherever_they_are_sent(folder, tmp_path):
    assert opened(folder).runs_dir == folder / "runs"
    assert opened(folder, {"runs_dir": str(tmp_path / "abs")}).runs_dir == tmp_path / "abs"


def test_messages_name_files_relative_to_the_workspace(folder):
    workspace = opened(folder)
    assert workspace.shown(folder / "dossiers" / "llm.md") == "dossiers/llm.md"
    assert workspace.shown(folder.parent / "x.md") == str(folder.parent / "x.md")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://panel:hunter2@host:5432/ledger", "postgresql://panel:***@host:5432/ledger"),
        (
            "postgresql://host/ledger?user=panel&password=hunter2",
            "postgresql://host/ledger?user=panel&password=***",
        ),
        ("postgresql://panel:hun:ter%402@host/ledger", "postgresql://panel:***@host/ledger"),
        ("postgresql://panel@host/ledger", "postgresql://panel@host/ledger"),
        ("sqlite:///runs/ledger.sqlite", "sqlite:///runs/ledger.sqlite"),
        ("gpt-5.4", "gpt-5.4"),
    ],
)
def test_an_address_is_shown_without_its_password(address, shown):
    assert Setting(address, "default").shown == shown


def test_a_password_in_panel_toml_is_refused_by_line_and_not_repeated(folder):
    (folder / "panel.toml").write_text('concurrency = 3\nledger_url = "postgresql://panel:hunter2@host/x"\n')
    with pytest.raises(InputError, match=r"panel\.toml:2: ledger_url: a password does not belong") as caught:
        opened(folder, {})
    assert "hunter2" not in f"{caught.value.message} {caught.value.hint}"
    assert "PANEL_LEDGER_URL" in str(caught.value.hint)


def test_an_address_without_a_scheme_is_refused(folder):
    with pytest.raises(InputError, match="this is no address"):
        opened(folder, {"ledger_url": "host/x"})
