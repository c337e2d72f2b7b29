"""The voice report as one self-contained page: no script, no request to anywhere, all text escaped."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from panel.publish.templating import asset, environment, escape_html, policy_for
from panel.workbench.voice import Report, Voice
from panel.workbench.voice.charts import HEIGHT, WIDTH, Chart, chart
from panel.workbench.voice.telling import of_seats, of_voice, percent, too_few

if TYPE_CHECKING:
    from jinja2 import Template

_HERE = "panel.workbench.voice"
#: The marks whose chart is drawn, if there are any: those a reader hears first.
_DRAWN = ("commas", "dashes")


def page(report: Report) -> str:
    """The page; its policy allows the one inlined stylesheet, by hash, and nothing else."""
    return _template().render(
        report=report,
        too_few=list(too_few(report)),
        of_voice={voice.persona: list(of_voice(voice)) for voice in report.voices},
        of_seats=list(of_seats(report)),
        charts={voice.persona: dict(_charts(voice)) for voice in report.voices},
    )


@cache
def _template() -> Template:
    from markupsafe import Markup

    # The house's stylesheet gives colours, type and lists; the report adds its charts.
    style = asset("page.css") + asset("voice.css", _HERE)
    filled = environment(escape_html, _HERE)
    filled.globals.update(
        style=Markup(style),  # noqa: S704 (our own files, and the policy holds their hash)
        policy=policy_for(style),
        percent=percent,
        size=(WIDTH, HEIGHT),
    )
    return filled.get_template("voice.html.j2")


def _charts(voice: Voice) -> Iterator[tuple[str, Chart]]:
    """The charts of one reviewer by their titles; none without periods."""
    if not voice.periods:
        return
    edited = [period.edited for period in voice.periods]
    words = [period.means["words"] for period in voice.periods]
    numbers = [f"{value:.0f}" for value in words]
    yield (
        "Words",
        chart(words, numbers, _in_words("Mean words", numbers), band=voice.limits, edited=edited),
    )
    shares = [100 * period.ship / period.votes if period.votes else 0.0 for period in voice.periods]
    votes = [f"{period.ship}/{period.votes}" for period in voice.periods]
    yield "Ships", chart(shares, votes, _in_words("Votes to ship", votes), top=100, unit=" %", edited=edited)
    for mark in _DRAWN:
        rates = [period.means[mark] for period in voice.periods]
        if not any(rates):
            continue
        numbers = [f"{value:.1f}" for value in rates]
        yield (
            f"{mark.capitalize()} for 100 words",
            chart(rates, numbers, _in_words(f"{mark.capitalize()} for 100 words", numbers), edited=edited),
        )


def _in_words(title: str, values: list[str]) -> str:
    return f"{title}, period by period: {', '.join(values)}"
