"""Whatever is cast, changed, withdrawn, exported and reopened: the store says what a dictionary would."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from panel.votes.stores.sqlite import open_file
from panel.votes.vote import CHOICES, Count, from_lines, to_line
from tests.votes.samples import vote, voter

TOOLS = st.sampled_from(["a", "b"])
VOTERS = st.integers(0, 3)


class Votes(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "votes.sqlite"
        self.loop = asyncio.new_event_loop()
        self.store = open_file(self.path)
        self.expected = {}
        self.clock = 0.0

    def do(self, work):
        return self.loop.run_until_complete(work)

    async def everything(self):
        return {(each.tool, each.voter): each async for each in self.store.rows()}

    @rule(tool=TOOLS, number=VOTERS, choice=st.sampled_from(CHOICES))
    def cast(self, tool, number, choice):
        self.clock += 0.25
        self.do(self.store.cast(vote(number, choice, tool=tool, at=self.clock)))
        earlier = self.expected.get((tool, voter(number)))
        if earlier is None and choice == "withdrawn":
            return
        first = self.clock if earlier is None else earlier[1]
        self.expected[tool, voter(number)] = (choice, first, self.clock)

    @rule(changes=st.lists(st.tuples(TOOLS, VOTERS, st.sampled_from(CHOICES)), min_size=2, max_size=6))
    def cast_several_at_once(self, changes):
        """Of one voter's on one tool only one, as their order is nobody's promise."""
        distinct = {(tool, number): choice for tool, number, choice in changes if choice != "withdrawn"}
        self.clock += 0.25
        cast = [vote(number, choice, tool=tool, at=self.clock) for (tool, number), choice in distinct.items()]

        async def together():
            await asyncio.gather(*map(self.store.cast, cast))

        self.do(together())
        for (tool, number), choice in distinct.items():
            earlier = self.expected.get((tool, voter(number)))
            first = self.clock if earlier is None else earlier[1]
            self.expected[tool, voter(number)] = (choice, first, self.clock)

    @rule()
    def open_again(self):
        self.do(self.store.close())
        self.store = open_file(self.path)

    @precondition(lambda self: self.expected)
    @rule()
    def export_and_begin_anew_from_it(self):
        exported = list(self.do(self.everything()).values())
        lines = [to_line(each).encode() for each in exported]
        self.do(self.store.close())
        for file in self.path.parent.glob("votes.sqlite*"):
            file.unlink()
        self.store = open_file(self.path)
        read = from_lines(lines, "export.jsonl")
        assert self.do(self.store.add(read)) == len(exported)
        assert self.do(self.store.add(read)) == 0

    @invariant()
    def every_vote_is_as_it_was_cast_last(self):
        found = {key: (each.choice, each.first, each.at) for key, each in self.do(self.everything()).items()}
        assert found == {
            (tool, who): (choice, vote(at=first).at, vote(at=at).at)
            for (tool, who), (choice, first, at) in self.expected.items()
        }

    @invariant()
    def counts_are_of_those_that_are_not_withdrawn(self):
        counts = {}
        for (tool, _), (choice, _, _) in self.expected.items():
            if choice != "withdrawn":
                count = counts.get(tool, Count())
                counts[tool] = count._replace(**{choice: getattr(count, choice) + 1})
        assert self.do(self.store.counts()) == counts
        assert self.do(self.store.counts(["a"])) == {tool: c for tool, c in counts.items() if tool == "a"}

    def teardown(self):
        self.do(self.store.close())
        self.loop.close()
        self.folder.cleanup()


TestVotes = Votes.TestCase
TestVotes.settings = settings(
    max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
