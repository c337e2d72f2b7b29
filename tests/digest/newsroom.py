"""A workspace in which reviews are written, published and withdrawn on given days, and its issues."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from panel.core.decisions import Decided, Overridden, Priced, Settled, decide, decided, overrides_of
from panel.core.domain import Bet, DossierRef, Tool
from panel.core.outcomes import (
    Comparison,
    Cost,
    Entry,
    LikeForLike,
    Override,
    Pick,
    PriceDecision,
    Review,
    ScorecardRow,
)
from panel.core.published import Published, Withdrawn
from panel.core.records import Records
from panel.core.workspace import open_workspace
from panel.digest.gathering import gather, read_decisions
from panel.digest.issue import Issue
from panel.digest.period import Period, read_day, since_day
from panel.digest.sent import Delivery, Sent, SentIssues, told
from panel.judgement.bets import of_review
from panel.judgement.overriding import overridden
from panel.site.opening import open_library
from tests.judgement.samples import a_review, panel, side


class Newsroom:
    """A workspace; days are of November 2026."""

    def __init__(self, root: Path, site: str = '[site]\nurl = "https://panel.example"\n') -> None:
        (root / "panel.toml").write_text(site)
        self.workspace = open_workspace({}, folder=root, environ={})
        self.root, self.records = root, Records(root / "runs")
        self._runs = 0

    def review(self, slug: str, *decisions: str, day: int, name: str | None = None, **more: Any) -> Review:
        """Write a review; its bets are the builder's."""
        bets = more.pop("bets", ())
        model = more.pop("model", "anthropic:model-1")
        dossier = more.pop("dossier", "d")
        verdicts = tuple(
            each.model_copy(update={"model": model, "bets": bets if each.persona == "builder" else ()})
            for each in panel(*(decisions or ("ship",) * 4))
        )
        run = self._run(day)
        made = a_review(
            verdicts,
            id=f"{run}/{slug}",
            run=run,
            created=_at(day),
            tool=Tool(slug=slug, name=name or slug.capitalize(), tagline=f"What {slug} does"),
            dossier=DossierRef(id=f"sha256:{dossier}"),
            **more,
        )
        self.records.write_review(made)
        return made

    def compare(
        self, a: Review, b: Review, *, day: int, choice: str = "b", stable: bool = True
    ) -> Comparison:
        """Write a comparison of two reviews."""
        run, pair = self._run(day), f"{a.tool.slug}-vs-{b.tool.slug}"
        made = Comparison(
            id=f"{run}/{pair}",
            run=run,
            created=_at(day),
            a=_side(a),
            b=_side(b),
            like_for_like=LikeForLike(ok=True),
            scorecard=tuple(
                ScorecardRow(chair=one.persona if one.chair == "core" else "fourth", a=one, b=other)
                for one, other in zip(a.verdicts, b.verdicts, strict=True)
            ),
            pick=Pick(choice=choice, stable=stable, because=("Two of three say so.",)),
            cost=Cost(),
        )
        self.records.write_comparison(made)
        return made

    def publish(self, *reviews: Review, day: int, despite: tuple[str, ...] = ()) -> None:
        for each in reviews:
            self._decide(
                Published(
                    of="tool",
                    name=each.tool.slug,
                    record=each.id,
                    despite=despite,
                    author="Ada",
                    time=_at(day),
                )
            )

    def withdraw(self, name: str, *, day: int, of: str = "tool", reason: str = "") -> None:
        self._decide(Withdrawn(of=of, name=name, reason=reason, author="Ada", time=_at(day)))

    def override(self, review: Review, persona: str, decision: str, *, day: int) -> Review:
        """What `panel override` does: a line in the log, and a new revision of the record."""
        word = Override(
            persona=persona, decision=decision, reason="The licence forbids it", author="Ada",
            time=_at(day), dossier=review.dossier.id,
        )  # fmt: skip
        slug = review.tool.slug
        self._decide(Overridden(tool=slug, override=word))
        made = overridden(review, overrides_of(self.root, slug))
        self.records.write_review(made)
        return made

    def settle(self, review: Review, outcome: str, *, day: int) -> None:
        (bet,) = of_review(review)
        self._decide(
            Settled(
                bet=bet.id, tool=bet.tool, persona=bet.persona, name=bet.name, claim=bet.claim, due=bet.due,
                placed=bet.placed.isoformat(), outcome=outcome, reason="Counted", author="Ada", time=_at(day),
            )
        )  # fmt: skip

    def price(self, review: Review, entry: str, *, day: int) -> None:
        decision = PriceDecision(
            entry=entry, reason="A plan was misread", author="Ada", time=_at(day), dossier=review.dossier.id
        )
        self._decide(Priced(tool=review.tool.slug, price=decision))

    def issue(self, day: int, since: str = "7d", *, allow_offline: bool = False) -> Issue:
        """The issue of a day."""
        at = _date(day)
        period = Period(since_day(since, at).isoformat(), at.isoformat())
        library = open_library(self.workspace, self.records, rehearsals=allow_offline)
        known = told(SentIssues(self.records).before(at))
        return gather(library, read_decisions(self.workspace), period, known, allow_offline=allow_offline)

    def send(self, issue: Issue) -> None:
        """Note an issue as sent."""
        sent = SentIssues(self.records)
        sent.make()
        to = Delivery(to="ada@example.org", message_id="<1@x>", state="sent", time=_at(1))
        sent.write(Sent(issue=issue, deliveries=(to,)))

    def words(self) -> list[Published]:
        return decided(self.root, Published)

    def _decide(self, word: Decided) -> None:
        decide(self.root, word)

    def _run(self, day: int) -> str:
        self._runs += 1
        run = f"{_date(day):%Y%m%d}T{self._runs:06d}.000Z-0001"
        (self.records.root / run).mkdir(parents=True)
        return run


def a_bet(due: str = "2026-11-20") -> Bet:
    return Bet(claim="It is at 50 percent.", due=due)


def paid() -> Entry:
    return Entry(price="paid", label="Paid")


def _date(day: int) -> date:
    return read_day(f"2026-11-{day:02d}")


def _at(day: int) -> str:
    return f"2026-11-{day:02d}T12:00:00Z"


def _side(review: Review) -> Any:
    return side(
        review.tool.slug,
        review.verdicts,
        review=review.id,
        run=review.run,
        created=review.created,
        tool=review.tool,
        dossier=review.dossier,
        seating=review.seating,
    )
