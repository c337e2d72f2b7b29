"""What simulated reviewers have in common: a decision for each tool and seat, and honest words for it."""

from __future__ import annotations

import hashlib

from tests.standin.answers import Answer, Verdict
from tests.standin.seen import Seen
from tests.standin.verdicts import is_for_verdicts, sentences, verdict


def wants_verdict(seen: Seen) -> bool:
    """Whether a request is for a verdict and not for something else, such as a choice between two tools."""
    return is_for_verdicts(seen.schema, seen)


def decision(seen: Seen) -> str:
    """Ship or skip, as even chances but the same each time the same seat sees the same dossier."""
    text = "\0".join((*seen.moves, seen.dossier)).encode("utf-8", "surrogatepass")
    return "ship" if hashlib.sha256(text).digest()[0] % 2 else "skip"


def honest(seen: Seen, decided: str | None = None) -> str:
    """A paragraph that goes with the decision and quotes a sentence of the dossier."""
    plain = verdict(Verdict(decided or decision(seen)), seen)["paragraph"]
    quoted = max(sentences(seen.dossier), key=len, default="")
    return f"{plain} The dossier itself says “{quoted}”" if quoted else str(plain)


def says(seen: Seen, paragraph: str, *, decided: str | None = None) -> Answer:
    """A verdict with honest findings and this paragraph."""
    return Verdict(decided or decision(seen), paragraph=paragraph)
