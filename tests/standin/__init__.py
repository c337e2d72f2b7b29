"""A model server on loopback that speaks the wire formats of OpenAI and Anthropic, and plays faults.

It imports nothing of the project: what it says about a request is an independent witness's word.

    with StandIn(by_persona({"Skeptic": Verdict("skip"), "primitive": Status(500)})) as server:
        ...  # OPENAI_BASE_URL=server.openai_base_url or ANTHROPIC_BASE_URL=server.anthropic_base_url
        assert server.count == 6

By hand: `python -m tests.standin --help`.
"""

from tests.standin.answers import (
    Answer,
    ContentFilter,
    Cut,
    Delay,
    Drip,
    Edited,
    Empty,
    Hang,
    Headers,
    Held,
    Instance,
    Raw,
    Refusal,
    Reset,
    Served,
    Status,
    Text,
    ToolCall,
    Truncated,
    Usage,
    Verdict,
)
from tests.standin.limits import Limits
from tests.standin.reception import Script
from tests.standin.scripts import (
    FAULTS,
    all_skip,
    always,
    by_model,
    by_persona,
    by_text,
    either,
    first,
    once_each,
    random_faults,
    sequence,
    skeptic_skips,
    when,
)
from tests.standin.seen import Seen
from tests.standin.server import StandIn

__all__ = [
    "FAULTS",
    "Answer",
    "ContentFilter",
    "Cut",
    "Delay",
    "Drip",
    "Edited",
    "Empty",
    "Hang",
    "Headers",
    "Held",
    "Instance",
    "Limits",
    "Raw",
    "Refusal",
    "Reset",
    "Script",
    "Seen",
    "Served",
    "StandIn",
    "Status",
    "Text",
    "ToolCall",
    "Truncated",
    "Usage",
    "Verdict",
    "all_skip",
    "always",
    "by_model",
    "by_persona",
    "by_text",
    "either",
    "first",
    "once_each",
    "random_faults",
    "sequence",
    "skeptic_skips",
    "when",
]
