"""What is read before anything is called: the provider in force, personas, prompts, prices, records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from panel.calls.budget import Budget
from panel.calls.choosing import Choice, base_url_of, choose, connect
from panel.calls.prices import Prices
from panel.calls.providers import base
from panel.calls.providers.base import Provider
from panel.core.domain import OFFLINE_MODEL, Dossier, Persona, Seat, Tool
from panel.core.errors import AccountError
from panel.core.outcomes import total_usd
from panel.core.records import Records
from panel.core.requests import CallRequest
from panel.core.workspace import Workspace
from panel.judgement.families import family_of
from panel.reviewers.personas import load_personas
from panel.reviewers.prompting import Prompts
from panel.reviewers.seating import Speaker, cross, seat_panel

#: Who sits where nobody is named: three of the core and a fourth chair.
_USUAL = range(4)


@dataclass
class Kit:
    """What is read before anything is called: the provider in force, personas, prompts, prices, records.

    `to_call` is False for a command that sends nothing and therefore needs no key.
    """

    workspace: Workspace
    choice: Choice
    personas: dict[str, Persona]
    prompts: Prompts
    records: Records
    prices: Prices
    to_call: bool = True
    _providers: dict[str, Provider] = field(default_factory=dict)

    def panel_for(
        self, tool: Tool, *, fourth: str | None = None, speakers: Sequence[Speaker] | None = None
    ) -> list[Seat]:
        """The seats for a tool's own review; the fourth chair by rule unless `fourth` names one.

        They are spoken for by `speakers`, or by whoever is in force.

        Raises:
            InputError: a persona that is named does not exist.
        """
        only = self.workspace.get("personas")
        return self.seats_of(tool, only, fourth=fourth, speakers=speakers)

    def seats_of(
        self,
        tool: Tool,
        only: Sequence[str] | None,
        *,
        fourth: str | None = None,
        speakers: Sequence[Speaker] | None = None,
    ) -> list[Seat]:
        """The seats of these personas, each once with every model; of the whole panel if None.

        Raises:
            InputError: a persona that is named does not exist.
        """
        panels = [
            seat_panel(tool, self.personas, speaker, only=only, fourth=fourth)
            for speaker in speakers or self.speakers
        ]
        return [self._furnished(seat) for seat in cross(panels)]

    def chair_for(self, tool: Tool, chair: str, speaker: Speaker | None = None) -> Seat:
        """One persona seated alone for a tool, spoken for by `speaker` or by whoever is in force."""
        return self._furnished(seat_panel(tool, self.personas, speaker or self.speaker, only=[chair])[0])

    def _furnished(self, seat: Seat) -> Seat:
        """The seat with its samples and its model's family; the offline reader always says the same."""
        if seat.label == OFFLINE_MODEL:
            return seat
        at_vendor = base_url_of(self.workspace, base.vendor_of(seat.provider)) is None
        family = family_of(seat.label, at_vendor=at_vendor)
        return seat.model_copy(update={"samples": self.workspace.get("samples"), "family": family})

    @property
    def speakers(self) -> tuple[Speaker, ...]:
        """With whom each persona sits; one that names a model of its own only if they overrule it."""
        providers, over = frozenset(base.names()), self.choice.over_personas
        return tuple(Speaker(name, model, providers, over) for name, model in self.choice.panel)

    @cached_property
    def speaker(self) -> Speaker:
        """The first of them."""
        return self.speakers[0]

    @property
    def rows(self) -> int:
        """How many answers are asked for one tool at most, a shared fourth chair included."""
        samples = 1 if self.choice.offline else self.workspace.get("samples")
        return (len(self.workspace.get("personas") or _USUAL) + 1) * len(self.speakers) * int(samples)

    def provider(self, name: str) -> Provider:
        """The provider of that name, connected once.

        Raises:
            AccountError: it needs a key and there is none.
        """
        if name not in self._providers:
            self._providers[name] = connect(self.workspace, name, to_call=self.to_call)
        return self._providers[name]

    def opening(self, dossier: Dossier, seat: Seat) -> CallRequest:
        """The request that opens a seat's conversation.

        Raises:
            InputError: the prompt cannot be rendered.
            AccountError: the seat's provider needs a key and there is none.
        """
        return self.prompts.opening(dossier, seat, **self._call(seat))

    def choosing(self, first: Dossier, second: Dossier, seat: Seat) -> CallRequest:
        """The request that asks a seat to choose between two tools, their dossiers in this order.

        Raises:
            InputError: the prompt cannot be rendered.
            AccountError: the seat's provider needs a key and there is none.
        """
        return self.prompts.choosing(first, second, seat, **self._call(seat))

    def _call(self, seat: Seat) -> dict[str, Any]:
        """What a seat's requests hold besides texts and schema."""
        provider = self.provider(seat.provider)
        return {
            "base_url": base_url_of(self.workspace, provider.vendor),
            "max_output_tokens": self.workspace.get("max_output_tokens"),
            "options": provider.options(seat.persona),
        }

    def most_for(self, dossier: Dossier, seats: Sequence[Seat]) -> float | None:
        """The most that asking every seat, all its samples once, can cost in USD; None if a price is unknown.

        Raises:
            InputError: a prompt cannot be rendered.
            AccountError: a provider needs a key and there is none.
        """
        return total_usd(
            self.prices.upper_bound(self.provider(seat.provider).vendor, self.opening(dossier, seat))
            for seat in seats
            for _ in range(seat.samples)
        )

    def check(self, work: Sequence[tuple[Dossier, Sequence[Seat]]]) -> None:
        """Prove before the first call that every seat can be asked.

        Raises:
            InputError: a prompt cannot be rendered, or there is a cap and a seat's model has no known price.
            AccountError: a provider needs a key and there is none; all such are named.
        """
        self._connect({seat.provider for _, seats in work for seat in seats})
        self.check_requests(self.opening(dossier, seat) for dossier, seats in work for seat in seats)

    def check_requests(self, requests: Iterable[CallRequest]) -> None:
        """Prove before the first call that every one of these can be sent.

        Raises:
            InputError: as `check`.
            AccountError: as `check`.
        """
        budget = Budget(self.workspace.get("max_usd"), 0.0)
        for request in requests:
            bound = self.prices.upper_bound(self.provider(request.provider).vendor, request)
            budget.require_price(bound, model=request.model)

    def _connect(self, names: Iterable[str]) -> None:
        errors = []
        for name in sorted(names):
            try:
                self.provider(name)
            except AccountError as error:
                errors.append(error)
        if len(errors) > 1:
            raise AccountError("; ".join(error.message for error in errors), hint=errors[0].hint)
        if errors:
            raise errors[0]


def prices_for(workspace: Workspace, choice: Choice) -> Prices:
    """What calls cost under these settings."""
    given = workspace.get("price_in"), workspace.get("price_out")
    return Prices(*given, only_unlisted=len(choice.panel) > 1)


def read_kit(workspace: Workspace, *, to_call: bool = True) -> Kit:
    """Read and check everything a command needs but the dossiers; calls nothing and writes nothing.

    Raises:
        InputError: a setting, persona or template is wrong.
    """
    choice = choose(workspace)
    return Kit(
        workspace=workspace,
        choice=choice,
        personas=load_personas(workspace),
        prompts=Prompts(workspace),
        records=Records(workspace.runs_dir),
        prices=prices_for(workspace, choice),
        to_call=to_call,
    )
