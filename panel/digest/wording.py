"""How an issue is said in plain words: its subject, its days, a verdict, a bet; the same in every form."""

from __future__ import annotations

from panel.core.naming import listed
from panel.core.outcomes import Tally
from panel.digest.issue import BetNews, ChangeNews, ComparisonNews, Correction, Issue, VerdictNews
from panel.digest.texts import plain
from panel.judgement.aggregate import Outcome
from panel.publish import wording
from panel.publish.wording import day, share

DISCLOSURE = wording.DISCLOSURE["none"]
_REHEARSAL_MORE = {
    "all": (
        "What is marked below was put together by the deterministic offline reader, which quotes the "
        "dossiers and counts signal words. It is no review of the tools."
    ),
    "some": (
        "In some or all seats of what is marked below the deterministic offline reader stood in: it quotes "
        "the dossiers and counts signal words. That is no review of the tools."
    ),
}
FIRST_LOOK = (
    "First look: the verdict rests on what is written about a tool, not on a log of anybody trying it."
)
BETS_DUE = "The day by which these were to come true has come; an editor has not settled them yet."
CORRECTIONS = "Something is wrong? Tell us:"
SITE = "All verdicts on the site"
UNSUBSCRIBE = "Unsubscribe"
_OUTCOMES: dict[Outcome | None, str] = {"ship": "Ship", "skip": "Skip", "tie": "Tie", None: "No quorum"}
_STATES = {"open": "due", "right": "right", "wrong": "wrong", "void": "nobody can tell"}
#: Characters of a tool's name in the subject, and of the whole subject.
_NAME, _SUBJECT = 60, 140


def days(issue: Issue) -> str:
    """The days an issue is about: `14 November 2026 to 21 November 2026`."""
    return day(issue.day) if issue.since == issue.day else f"{day(issue.since)} to {day(issue.day)}"


def summary(issue: Issue) -> str:
    """What is in an issue, counted: `3 new verdicts, 1 changed verdict and 2 comparisons`."""
    counted = (
        (len(issue.new), "new verdict"),
        (len(issue.changed), "changed verdict"),
        (len(issue.comparisons), "comparison"),
        (len(issue.due), "bet due"),
        (len(issue.settled), "bet settled"),
        (len(issue.corrections), "correction"),
    )
    found = [_count(number, noun) for number, noun in counted if number]
    if not found:
        return "Nothing new"
    return listed(found)


def subject(issue: Issue) -> str:
    """The subject of its e-mail: the first thing it tells, and how much more there is; one line."""
    news = _first(issue)
    more = len(issue.new) + len(issue.changed) + len(issue.comparisons) - 1
    if news is None:
        said = f"{issue.title}: {summary(issue)}"
    else:
        said = f"{news}, and {more} more" if more > 0 else news
    return plain(f"[Rehearsal] {said}" if issue.rehearsal else said, _SUBJECT)


def preheader(issue: Issue) -> str:
    """What an issue begins with, and mail programs show beside the subject."""
    return nothing(issue) if issue.empty else f"{summary(issue)}, {days(issue)}."


def outcome(value: Outcome | None) -> str:
    """A verdict as it stands on its badge."""
    return _OUTCOMES[value]


def changed(change: ChangeNews) -> str:
    """From what to what a verdict changed: `Ship (4 of 4) → Skip (1 of 4)`."""
    before = f"{outcome(change.was)} ({share(change.was_panel)})"
    return f"{before} → {outcome(change.now.outcome)} ({share(change.now.panel)})"


def facts(news: VerdictNews) -> str:
    """A verdict's numbers on one line: `75% panel ship, 3 of 4 · Entry: Paid · Developer Tools`."""
    parts = [counted(news.panel), f"Entry: {news.entry}"]
    parts += [news.category] if news.category else []
    return " · ".join([*parts, "First look"] if news.first_look else parts)


def counted(panel: Tally) -> str:
    """The panel's count, with its percentage where there is one."""
    return share(panel) if panel.percent is None else f"{panel.percent}% panel ship, {share(panel)}"


def rehearsal(what: Issue | ComparisonNews) -> str:
    """What is said of an issue or of a comparison in which the offline reader spoke, in a few words."""
    return f"Rehearsal: {_title(what)[0].lower()}{_title(what)[1:]}"


def rehearsal_more(issue: Issue) -> str:
    """What a reader must know of all that is marked."""
    return _REHEARSAL_MORE["all" if issue.silent else "some"]


def _title(what: Issue | ComparisonNews | VerdictNews) -> str:
    return wording.OFFLINE_TITLE["all" if what.silent else "some"]


def notices(news: VerdictNews) -> tuple[str, ...]:
    """What a reader must know before the verdict is believed."""
    found = [f"{_title(news)}: the offline reader’s rehearsal."] if news.offline else []
    if news.despite:
        found.append(f"An editor published this despite: {', '.join(news.despite)}.")
    return tuple(found)


def small_print(issue: Issue) -> tuple[str, ...]:
    """What is said once, at the end."""
    verdicts = (*issue.new, *(change.now for change in issue.changed))
    first_look = (FIRST_LOOK,) if any(each.first_look for each in verdicts) else ()
    return (DISCLOSURE, *first_look)


def title(pair: ComparisonNews) -> str:
    """`A vs B`."""
    return f"{pair.a} vs {pair.b}"


def steadiness(pair: ComparisonNews) -> str:
    """Whether the answer can be relied on."""
    return "a stable answer" if pair.stable else "not stable: little would tip it"


def state(bet: BetNews) -> str:
    """How a bet stands."""
    return _STATES[bet.state]


def correction(each: Correction) -> str:
    """What was taken back or put right, when and why."""
    because = f" Why: {each.reason.rstrip('. ')}." if each.reason else ""
    if each.kind == "withdrawn":
        what = "verdict" if each.of == "tool" else "comparison"
        return f"{each.title}: we withdrew this {what} on {day(each.day)}.{because}"
    return (
        f"{each.title}: an editor checked the entry price on {day(each.day)}; it is “{each.entry}”.{because}"
    )


def nothing(issue: Issue) -> str:
    """That there is nothing to tell."""
    return f"Nothing new from {days(issue)}: no verdict, comparison, bet or correction."


def _first(issue: Issue) -> str | None:
    if issue.changed:
        return _in_short(issue.changed[0].now, " is now")
    if issue.new:
        return _in_short(issue.new[0], ":")
    return f"{plain(issue.best.a, _NAME)} vs {plain(issue.best.b, _NAME)}" if issue.best else None


def _in_short(news: VerdictNews, comes: str) -> str:
    return f"{plain(news.name, _NAME)}{comes} {outcome(news.outcome).lower()} ({share(news.panel)})"


def _count(number: int, noun: str) -> str:
    head, _, tail = noun.partition(" ")
    if number == 1:
        return f"1 {noun}"
    return f"{number} {head}s {tail}" if head == "bet" else f"{number} {noun}s"
