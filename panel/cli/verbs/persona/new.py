"""`panel persona new NAME`: a new reviewer from a few answers, or one's own copy of a shipped one."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from panel.cli.ending import ends_well, printable
from panel.cli.options import Place, with_flags
from panel.cli.personas.asking import QUESTIONS, Answered, Question, ask_each, missing, with_stand_ins
from panel.core.errors import ExitCode, InputError, Interrupted

if TYPE_CHECKING:
    from panel.core.domain import Chair, Persona, SitsWhen
    from panel.core.workspace import Workspace
    from panel.workbench.drafting import Answers
    from panel.workbench.lint import Remark


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("new")(with_flags(Place)(ends_well(new)))


def new(
    slug: Annotated[str, typer.Argument(help="The file's name, such as librarian.", metavar="NAME")],
    *,
    copy: Annotated[
        bool, typer.Option("--copy", help="Your own copy of the shipped reviewer of that name.")
    ] = False,
    name: Annotated[str | None, typer.Option(help="As pages call it; else made from NAME.")] = None,
    motto: Annotated[str | None, typer.Option(help="One sentence it lives by.", metavar="TEXT")] = None,
    chair: Annotated[str | None, typer.Option(help="core or fourth.")] = None,
    modality: Annotated[
        str | None, typer.Option(help="Sits for text,code,image,audio,video …", metavar="LIST")
    ] = None,
    surface: Annotated[
        str | None, typer.Option(help="Sits for editor,app,cli,api,service …", metavar="LIST")
    ] = None,
    rank: Annotated[
        int | None, typer.Option(help="The lowest rank that fits sits; else one that hides nobody.")
    ] = None,
    ask: Annotated[
        list[str] | None,
        typer.Option(help="One of its questions, `one_word: The question?`; give several.", metavar="TEXT"),
    ] = None,
    voice: Annotated[str | None, typer.Option(help="Who this is, in sentences.", metavar="TEXT")] = None,
    ship_when: Annotated[str | None, typer.Option(help="The case in which it ships.", metavar="TEXT")] = None,
    skip_when: Annotated[str | None, typer.Option(help="The case in which it skips.", metavar="TEXT")] = None,
    speaks_for: Annotated[
        str | None, typer.Option("--for", help="Phrases that speak for a tool.", metavar="LIST")
    ] = None,
    speaks_against: Annotated[
        str | None, typer.Option("--against", help="Phrases that speak against it.", metavar="LIST")
    ] = None,
    flags: Place,
) -> ExitCode:
    """Write personas/NAME.md; what flags do not say is asked. A file that is there already is left alone.

    What lint would warn of is not written: it is asked again, or the command ends with exit code 2.
    """
    from panel.core.workspace import open_workspace

    workspace = open_workspace(flags.settings(), folder=flags.workspace)
    path = workspace.root / "personas" / f"{slug}.md"
    given = {
        "name": name, "motto": motto, "chair": chair, "modality": modality, "surface": surface,
        "voice": voice, "ship_when": ship_when, "skip_when": skip_when,
        "for": speaks_for, "against": speaks_against,
        "rank": None if rank is None else str(rank),
    }  # fmt: skip
    answers: Answered = {key: [value] for key, value in given.items() if value is not None}
    if ask:
        answers["ask"] = ask
    _refuse_name(slug, path, copy=copy)
    if copy:
        if answers:
            raise InputError("--copy takes the file as it is: no other flag goes with it")
        text = _shipped_text(slug)
    else:
        text = _composed(slug, answers, workspace)
    _write(path, text, workspace)
    return ExitCode.DONE


def _refuse_name(slug: str, path: Path, *, copy: bool) -> None:
    from panel.core.slugs import is_slug
    from panel.core.workspace import shipped

    if not is_slug(slug) or slug == "readme":
        raise InputError(
            f"{slug!r} can be no file's name here: lower-case words joined by hyphens", field="NAME"
        )
    if path.exists():
        raise InputError(
            "is there already, and is left alone", file=path, hint="edit it, or choose another name"
        )
    if not copy and (shipped("personas") / f"{slug}.md").exists():
        raise InputError(
            f"a reviewer called {slug} is shipped",
            field="NAME",
            hint=f"panel persona new {slug} --copy makes your own copy, which comes before it",
        )


def _shipped_text(slug: str) -> str:
    from panel.core.workspace import shipped

    folder = shipped("personas")
    try:
        return (folder / f"{slug}.md").read_text(encoding="utf-8")
    except FileNotFoundError:
        names = ", ".join(sorted(path.stem for path in folder.glob("*.md")))
        raise InputError(
            f"no reviewer called {slug} is shipped; there are: {names}", field="--copy"
        ) from None


# ------------------------------------------------------------ composed


def _composed(slug: str, given: Answered, workspace: Workspace) -> str:
    """The clean file that flags and answers make.

    Raises:
        InputError: nobody can be asked and flags are missing, or what they say is not clean.
        Interrupted: the questions were left.
    """
    from panel.reviewers.prompting import Prompts
    from panel.workbench.drafting import compose
    from panel.workbench.lint import lint
    from panel.workbench.lint.files import colleagues

    others, prompts = colleagues(workspace), Prompts(workspace)

    def check(answers: Answered) -> list[Remark]:
        file = f"personas/{slug}.md"
        try:
            text = compose(_answers(slug, answers, others))
        except InputError as error:
            return [_refused(error, file)]
        return list(lint(text, slug=slug, file=file, others=others, render=prompts.unbounded_task))

    if sys.stdin.isatty():
        asked = {each.name for each in QUESTIONS}
        # What no question can mend is said before one is asked.
        _refuse(check(with_stand_ins({name: said for name, said in given.items() if name not in asked})))
        given = ask_each(given, _ask, check, _say_of)
    elif lacking := missing(given):
        raise InputError(
            f"nobody can be asked here, so these flags are needed: {', '.join(lacking)}",
            hint="panel persona new --help",
        )
    _refuse(check(given))
    return compose(_answers(slug, given, others))


def _refuse(remarks: list[Remark]) -> None:
    if remarks:
        _say(remarks)
        raise InputError("nothing was written: see above what lint would say of the file")


def _refused(error: InputError, file: str) -> Remark:
    """An answer no file can be made of, so that it is asked again like one lint does not like."""
    from panel.workbench.lint import Remark

    field = next((each.field for each in QUESTIONS if each.flag == error.field), None)
    return Remark("structure", "error", file, None, field, error.what, error.hint or "see --help")


def _answers(slug: str, given: Answered, others: Iterable[Persona]) -> Answers:
    """What `compose` needs, of what was said.

    Raises:
        InputError: the chair or the rank is none.
    """
    from panel.core.domain import SitsWhen
    from panel.workbench.drafting import Answers

    def one(name: str, default: str = "") -> str:
        return next(iter(given.get(name, [])), default).strip()

    def several(name: str) -> tuple[str, ...]:
        return tuple(
            word for part in given.get(name, []) for each in part.split(",") if (word := each.strip())
        )

    chairs: dict[str, Chair] = {"core": "core", "fourth": "fourth"}
    chair = one("chair", "fourth")
    if chair not in chairs:
        raise InputError(f"{chair!r} is no chair", field="--chair", hint="core or fourth")
    conditions = SitsWhen(modality=several("modality"), surface=several("surface"))
    return Answers(
        name=one("name") or slug.replace("-", " ").capitalize(),
        motto=one("motto"),
        chair=chairs[chair],
        moves=tuple(given.get("ask", [])),
        voice=one("voice"),
        ship_when=one("ship_when"),
        skip_when=one("skip_when"),
        speaks_for=several("for"),
        speaks_against=several("against"),
        modality=conditions.modality,
        surface=conditions.surface,
        rank=_rank(one("rank"), slug, conditions, others),
    )


def _rank(said: str, slug: str, conditions: SitsWhen, others: Iterable[Persona]) -> int:
    """The rank that was said; where none was, one that leaves every chair a tool to sit for."""
    from panel.workbench.drafting import RANK
    from panel.workbench.lint.rules.seating import free_rank

    if not said:
        free = free_rank(slug, conditions, others, wish=RANK)
        return RANK if free is None else free
    try:
        return int(said)
    except ValueError:
        raise InputError(
            f"{said!r} is no whole number", field="--rank", hint="such as 15; the lowest that fits sits"
        ) from None


def _ask(question: Question, has_one: bool) -> str:
    text = f"{question.text} (blank: no more)" if has_one else question.text
    default = question.default or ""
    try:
        return str(typer.prompt(text, default=default, show_default=bool(default), err=True))
    except typer.Abort:
        raise Interrupted("the questions were left; nothing was written") from None


def _say_of(question: Question, remarks: list[Remark]) -> None:
    if not remarks:
        typer.echo("  an answer is needed here; Ctrl-C leaves the questions, nothing is written", err=True)
    _say(remarks, question.flag)


def _say(remarks: list[Remark], flag: str | None = None) -> None:
    for remark in remarks:
        flags = flag or ", ".join(each.flag for each in QUESTIONS if each.field == remark.field)
        typer.echo(printable(f"{flags or remark.field or 'the file'}: {remark.says}"), err=True)
        typer.echo(printable(f"  instead: {remark.instead}"), err=True)


# ------------------------------------------------------------ written


def _write(path: Path, text: str, workspace: Workspace) -> None:
    from panel.reviewers.persona_schema import SCHEMA_FILE, schema_text

    beside = path.with_name(SCHEMA_FILE)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
        typer.echo(f"wrote {workspace.shown(path)}")
        if not beside.exists():
            beside.write_text(schema_text(), encoding="utf-8")
            typer.echo(f"wrote {workspace.shown(beside)} (editors check the persona by it)")
    except FileExistsError:
        raise InputError("is there already, and is left alone", file=path) from None
    except OSError as error:
        raise InputError(f"cannot be written: {error.strerror}", file=path) from None
    typer.echo(f"next:  edit it, then panel persona lint {path.stem}")
