"""Making a tool or a comparison live, or withdrawing it: the rules are asked, the editor's word is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from panel.core.decisions import decide, one_at_a_time
from panel.core.errors import DamagedRecord, InputError
from panel.core.outcomes import Review
from panel.core.published import Of, Published, Withdrawn, live_tools, published
from panel.core.records import Records, timestamp, utc_now
from panel.core.workspace import Workspace
from panel.judgement.publishing import LENIENT, against_pair, kind_of, publishable
from panel.site.live import granted as let_through
from panel.staleness import dossier_now
from panel.twins import TwinWarning, ruled, twins_of

#: The newest word on each tool and pair.
Words = Mapping[tuple[Of, str], Published | Withdrawn]
#: How the reason begins where a record cannot be read.
DAMAGED = "damaged"


@dataclass(frozen=True)
class Said:
    """What became of publishing or withdrawing one thing.

    Attributes:
        of: What it is.
        name: The tool's slug, or `<a>-vs-<b>`.
        record: The id of the record; None where there is none.
        done: Whether something was decided; false where it was so already, or was refused.
        against: Why it was refused; empty where it was not.
        despite: The kinds of reasons that were let through.
    """

    of: Of
    name: str
    record: str | None
    done: bool
    against: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()


@dataclass(frozen=True)
class Desk:
    """Where an editor works, and how he signs."""

    workspace: Workspace
    records: Records
    author: str
    reason: str = ""

    def publish(self, name: str, allow: Collection[str] = ()) -> Said:
        """Make a tool live, by its slug, or a pair, by `<a>-vs-<b>`.

        Args:
            name: Which.
            allow: The kinds of reasons that are let through, of `LENIENT`.

        Raises:
            InputError: nothing of that name was reviewed or compared, or a record cannot be read.
        """
        with one_at_a_time(self._folder()):
            return self._publish(self._kind(name), name, allow, published(self.workspace.root))

    def publish_all(self, allow: Collection[str] = ()) -> list[Said]:
        """Publish every tool on which there is no word; one whose record is damaged keeps no other back.

        Raises:
            InputError: nothing is reviewed yet, or what editors decided cannot be read.
        """
        with one_at_a_time(self._folder()):
            words = published(self.workspace.root)
            return [self._publish_or_say(slug, allow, words) for slug in self._unpublished(words)]

    def _publish_or_say(self, slug: str, allow: Collection[str], words: Words) -> Said:
        try:
            return self._publish("tool", slug, allow, words)
        except DamagedRecord as error:
            return Said("tool", slug, None, done=False, against=(f"{DAMAGED}: {error}",))

    def _publish(self, of: Of, name: str, allow: Collection[str], words: Words) -> Said:
        record, reasons, granted = self._tool(name) if of == "tool" else self._pair(name, words)
        allowed = set(allow) & set(LENIENT)
        against = tuple(each for each in reasons if each not in granted and kind_of(each) not in allowed)
        if against:
            return Said(of, name, record, done=False, against=against)
        despite = tuple(dict.fromkeys(kind_of(reason) for reason in reasons))
        before = words.get((of, name))
        same = isinstance(before, Published) and (before.record, before.despite) == (record, despite)
        if not same:
            word = Published(
                of=of,
                name=name,
                record=record,
                despite=despite,
                reason=self.reason,
                author=self.author,
                time=timestamp(utc_now()),
            )
            decide(self.workspace.root, word)
        return Said(of, name, record, done=not same, despite=despite)

    def withdraw(self, name: str) -> Said:
        """Take a tool, and with it all comparisons it is in, or one pair, from the site.

        Raises:
            InputError: nothing of that name was ever published, reviewed or compared.
        """
        with one_at_a_time(self._folder()):
            words = published(self.workspace.root)
            of: Of = "tool" if ("tool", name) in words else self._kind(name)
            before = words.get((of, name))
            if isinstance(before, Withdrawn) or (before is None and of == "tool"):
                return Said(of, name, None, done=False)
            word = Withdrawn(
                of=of, name=name, reason=self.reason, author=self.author, time=timestamp(utc_now())
            )
            decide(self.workspace.root, word)
            return Said(of, name, before.record if before else None, done=True)

    def check(self, names: Collection[str]) -> None:
        """See that all of some names are known, before anything is decided about the first.

        Raises:
            InputError: as `withdraw`.
        """
        self._folder()
        words = published(self.workspace.root)
        for name in names:
            if ("tool", name) not in words:
                self._kind(name)

    def twins(self, slugs: Collection[str]) -> list[TwinWarning]:
        """Live tools that some tools are near-identical to, and on which no editor has ruled."""
        tools = {slug: next(self.records.reviews(slug)).tool for slug in slugs}
        words = twins_of(tools.values(), self.records, ruled(self.workspace.root))
        live = live_tools(self.workspace.root)
        return [each for each in words if each.other in live and not each.decided]

    def unpublished(self) -> list[str]:
        """The reviewed tools on which there is no editor's word, by slug."""
        return self._unpublished(published(self.workspace.root))

    def _unpublished(self, words: Words) -> list[str]:
        return sorted(slug for slug in self.records.slugs() if ("tool", slug) not in words)

    def _folder(self) -> Path:
        if not self.records.root.is_dir():
            raise InputError("nothing is reviewed yet", field="TOOL", hint="panel review TOOL")
        return self.records.root

    def _kind(self, name: str) -> Of:
        runs = self.records.run_ids()
        if any(self.records.review_path(run, name).exists() for run in runs):
            return "tool"
        if any(self.records.comparison_path(run, name).exists() for run in runs):
            return "comparison"
        raise InputError(
            f"no tool was reviewed and no pair compared by the name {name!r}",
            field="TOOL",
            hint="panel runs list",
        )

    def _tool(self, slug: str) -> tuple[str, list[str], set[str]]:
        """The review that would be live, what speaks against it, and what of that was let through before."""
        reviews = list(self.records.reviews(slug))
        mine = dossier_now(slug, self.workspace)
        now = reviews[0].dossier.id if mine is None else mine[0].id

        def rank(review: Review) -> tuple[bool, ...]:
            return review.dossier.id != now, review.offline, review.status == "no_quorum"

        review = min(reviews, key=rank)
        return review.id, publishable(review, strict=True, dossier=now), set()

    def _pair(self, pair: str, words: Words) -> tuple[str, list[str], set[str]]:
        """The same of a pair's newest comparison: what was let through for its two reviews is so here."""
        run = next(
            run
            for run in reversed(self.records.run_ids())
            if self.records.comparison_path(run, pair).exists()
        )
        comparison = self.records.comparison(f"{run}/{pair}")
        shown = {side.tool.slug: side.review for side in (comparison.a, comparison.b)}
        of_tools = {slug: words.get(("tool", slug)) for slug in shown}
        live = {slug: word for slug, word in of_tools.items() if isinstance(word, Published)}
        missing = [f"not live: {slug}: panel publish {slug}" for slug in shown if slug not in live]
        despite = {word.record: word.despite for word in live.values()}
        against = [
            (each.what, let_through(str(each.tool), shown, despite)) for each in against_pair(comparison)
        ]
        reasons = dict.fromkeys([*missing, *(what for what, _ in against)])
        return comparison.id, list(reasons), {what for what, kinds in against if kind_of(what) in kinds}
