"""Ready-made scripts: functions of a request that say what is answered, None for the default answer."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from tests.standin.answers import Answer, Cut, Empty, Raw, Refusal, Reset, Status, Text, Truncated, Verdict
from tests.standin.reception import Script
from tests.standin.seen import Seen

#: What `random_faults` plays: everything that ends soon by itself.
FAULTS: tuple[Answer, ...] = (
    Status(429, headers={"retry-after": "0.05"}),
    Status(500),
    Status(502),
    Status(503),
    Status(529),
    Reset(),
    Reset(after_bytes=40),
    Cut("half"),
    Cut("no_last_chunk"),
    Cut("nothing"),
    Raw(200, {"content-type": "text/html"}, b"<html><body>Bad gateway</body></html>"),
    Text('{"findings": ['),
    Truncated(),
    Empty("blank"),
    Refusal(),
)


def always(answer: Answer | None) -> Script:
    """The same answer to everything."""
    return lambda _seen: answer


def first(n: int, answer: Answer, then: Answer | None = None) -> Script:
    """The answer to the first `n` requests, then another."""
    return sequence([answer] * n + [then])


def sequence(answers: Sequence[Answer | None]) -> Script:
    """The n-th answer to the n-th request; the last repeats."""
    lock = threading.Lock()
    asked = 0

    def script(_seen: Seen) -> Answer | None:
        nonlocal asked
        with lock:
            turn = min(asked, len(answers) - 1)
            asked += 1
        return answers[turn]

    return script


def once_each(answer: Answer, then: Answer | None = None, *, times: int = 1) -> Script:
    """The answer the first time, or times, that a body comes; another when the same body comes again."""
    lock = threading.Lock()
    came: Counter[str] = Counter()

    def script(seen: Seen) -> Answer | None:
        with lock:
            came[seen.sha256] += 1
            return answer if came[seen.sha256] <= times else then

    return script


def by_persona(answers: Mapping[str, Answer | None], otherwise: Answer | None = None) -> Script:
    """Choose by seat.

    Args:
        answers: By a key of the persona's moves, or by text that stands in the task, such as the name; the
            first that fits counts.
        otherwise: For all other seats.
    """

    def script(seen: Seen) -> Answer | None:
        fits = (answer for key, answer in answers.items() if key in seen.moves or key in seen.task)
        return next(fits, otherwise)

    return script


def by_model(answers: Mapping[str, Answer | None], otherwise: Answer | None = None) -> Script:
    """Choose by the model asked for."""
    return lambda seen: answers.get(seen.model, otherwise)


def by_text(answers: Mapping[str, Answer | None], otherwise: Answer | None = None) -> Script:
    """Choose by text of the user, dossier included; the first that occurs counts."""
    return lambda seen: next((answer for text, answer in answers.items() if text in seen.text), otherwise)


def when(condition: Callable[[Seen], bool], answer: Answer, otherwise: Answer | None = None) -> Script:
    """The answer where the condition holds."""
    return lambda seen: answer if condition(seen) else otherwise


def either(*scripts: Script) -> Script:
    """The answer of the first script that has one."""
    return lambda seen: next((answer for script in scripts if (answer := script(seen)) is not None), None)


def skeptic_skips() -> Script:
    """The seat that is asked what breaks skips; all others ship."""
    return when(lambda seen: "breaks" in seen.moves, Verdict("skip"))


def all_skip() -> Script:
    """Everyone skips."""
    return always(Verdict("skip"))


def random_faults(seed: int = 0, rate: float = 0.1, faults: Sequence[Answer] = FAULTS) -> Script:
    """A fault in that share of requests.

    Which request meets which fault depends on the seed, the body, and how often it came before: not on
    the order of arrival.
    """
    lock = threading.Lock()
    came: Counter[str] = Counter()

    def script(seen: Seen) -> Answer | None:
        with lock:
            came[seen.sha256] += 1
            dice = random.Random(f"{seed} {seen.sha256} {came[seen.sha256]}")
        return dice.choice(faults) if dice.random() < rate else None

    return script


#: By the names the command line knows them by.
NAMED: dict[str, Callable[[], Script]] = {
    "default": lambda: always(None),
    "skeptic-skips": skeptic_skips,
    "all-skip": all_skip,
    "random-faults": random_faults,
    "refuses": lambda: always(Refusal()),
    "truncates": lambda: always(Truncated()),
    "overloaded": lambda: always(Status(529)),
}
