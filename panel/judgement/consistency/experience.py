"""Finds claims of first-hand experience: the reviewers are AI and have used nothing.

Wishes and plans ("I'd test it on a monorepo first") are harmless; so is a user's voice in quotation marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from panel.judgement.patterns import either
from panel.judgement.prose import Sentence, one_line, own_sentences

#: A claim is shown up to here.
_SHOWN = 90
#: No phrase below is longer, so no rule looks further back.
_REACH = 60

_I = r"\b(?:I|we)"
_HAVE = r"(?:['’]ve| have|['’]d| had)?"
_SOFTLY = either("""
    just | also | even | only | now | already | actually | recently | briefly | personally | quickly | then
    | both
    """)
_ADVERB = f"(?: {_SOFTLY})?"
_DID = either(r"""
    tested(?! nothing) | used(?! to\b) | ran(?! (?:the numbers|out of)) | installed | deployed | benchmarked |
    measured | profiled | timed | clocked | spun (?:it |this |one )?up | set (?:it|this) up | played
    (?:around )?with | worked with | lived with | threw | fed | pointed (?:it|this) | prompted | migrated |
    integrated | hooked | plugged | wired | upgraded | onboarded | signed up | subscribed | paid for |
    switched | stress-tested | shipped | pushed | rolled (?:it|this) out | built(?! (?:my|a|the|this)
    (?:case|argument|view)) | fine-tuned | evaluated | trialled | trialed | piloted | demoed | hit
    (?:a|an|the|its) (?:bug|limit|wall|rate|error|crash|ceiling) | (?:had|got) it (?:running|working|up) |
    found it (?!in\b) | was able to (?:break|run|get|make|use|install|reproduce) | spent
    (?:an?|the|two|three|four|five|six|some|several|\d{1,3})
    """)
#: To have tried to find a price in the dossier is no experience with the tool.
_LOOKED = either("""
    find | locate | see | read | imagine | understand | think | square | reconcile | picture | work out |
    tell | make sense
    """)
_TRIED = f"tried(?! to {_LOOKED})"
_TOOL = "(?:it|this|that|the (?:tool|model|agent|library|editor|app|beta|preview|release|api|cli))"
_TRIALS = either("""
    tests? | testing | experience | trials? | benchmarks? | benchmarking | hands | use | usage | day-to-day
    | workflow | evaluation | experiments? | measurements? | setup | runs?
    """)
_OTHERS = either("""
    team | company | studio | shop | engineers | developers | colleagues | clients? | customers?
    """)
_OTHERS_DID = either("""
    use | uses | used | run | runs | ran | tried | deployed | tested | switched | adopted | loved? | loves |
    hated?
    """)
_SHOWED = either("""
    show | shows | showed | confirm | confirmed | say | suggest | suggests | found | was | were
    """)
_MACHINE = either("""
    laptop | machine | macbook | mac | gpu | gpus | workstation | desktop | phone | box | server | servers |
    cluster | hardware | repo | repos | repository | codebase | monorepo | project | projects | production
    stack
    """)
_SPELL = r"(?:a|an|one|two|three|four|five|six|several|a few|a couple of|\d{1,3})"
_PERIOD = "(?:(?:hour|day|week|month|year|evening|morning|weekend|sprint)s?|afternoons?)"


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


#: A claim wherever it stands.
_CLAIMS = _compiled(
    # "I tried it", "we've deployed this", "I have been using it", "we run it"
    rf"{_I}{_HAVE}{_ADVERB} (?:{_DID}|{_TRIED})\b",
    rf"{_I}(?:['’]ve| have) been (?:using|running|testing|trying|building|living|working|playing)\b",
    rf"\b(?:I['’]m|I am|we['’]re|we are){_ADVERB} (?:using|running|testing) {_TOOL}\b",
    rf"{_I}(?:['’]ve| have|['’]d| had){_ADVERB} run {_TOOL}\b",
    rf"{_I}{_ADVERB} (?:use|run|deploy|rely on|keep using|keep coming back to) {_TOOL}\b",
    rf"{_I} (?:asked|gave|watched|let|made|forced) it\b",
    # "in my testing", "our benchmarks show", "my team uses"
    rf"\bin (?:my|our)(?: own| limited| brief| early| daily)? {_TRIALS}\b",
    rf"\b(?:my|our)(?: own)? {_TRIALS} {_SHOWED}\b",
    rf"\b(?:my|our) {_OTHERS} {_OTHERS_DID}\b",
    # "it took me an hour", "it crashed on me"
    r"\b(?:took|saved|cost|gave|returned|handed) (?:me|us)\b(?! (?:pause|reason|confidence|hope|doubts?))",
    r"\b(?:failed|broke|crashed|worked|choked|stalled|hung) (?:on|for) (?:me|us)\b",
    # "my hands-on", "having used it", "the first time I ran it", "when I asked it"
    r"\bmy hands-on\b|\bhands-on (?:time|testing|experience) (?:with it|shows|showed|confirms|confirmed)\b",
    r"(?:^|[;:—]\s*)having (?:used|tried|tested|run|deployed|installed|benchmarked|worked with|spent)\b",
    rf"\b(?:first|second|last) time {_I} (?:ran|used|tried|opened|called|asked)\b",
    rf"\bwhen {_I} (?:asked|opened|launched|called|watched|started|loaded|gave|let) (?:it|this)\b",
)
#: A claim unless the sentence speaks of what someone would or could do.
_UNLESS_SUPPOSED = _compiled(
    # "on my own laptop", "after a week of using it"
    rf"\b(?:on|across|against) (?:my|our)(?: own)? (?:[\w-]{{1,20}} ){{0,2}}{_MACHINE}\b",
    rf"\bafter {_SPELL} (?:[\w-]{{1,15}} )?{_PERIOD} "
    r"(?:of (?:using|running|testing|daily use|use|it|this)|with (?:it|this)|in production)\b",
)
#: Every claim holds one of these; most sentences hold none.
_SOMEBODY = re.compile(r"\b(?:I|we|my|our|me|us|having|hands-on|after)\b", re.IGNORECASE)
#: Right before a claim these make it a supposition: "if I ran", "before I use it", "I wish we had tried".
_IF = either("""
    if | unless | until | before | once | should | whether | wish | as though | suppose | imagine | would |
    could | can | had | say
    """)
_SUPPOSED_BEFORE = re.compile(rf"\b(?:{_IF}|(?:want|need|like) to) $", re.IGNORECASE)
_SOMEONE_COULD = either("""
    would | could | should | might | may | will | can | want to | wants to | need to | let me | before | if
    | until | users? | teams? | developers? | people | you | customers? | buyers? | someone | anyone
    """)
_SUPPOSED = re.compile(rf"\b{_SOMEONE_COULD}\b|['’](?:d|ll)\b", re.IGNORECASE)
#: "I'd have used": the contraction may be "would".
_WOULD_HAVE = re.compile(r"(?:I|we)['’]d (?:never |not )?have\b", re.IGNORECASE)


@lru_cache(maxsize=64)  # a verdict is asked about once and flagged once
def hands_on(paragraph: str) -> tuple[str, ...]:
    """The claims of first-hand experience in a paragraph, each from its first word to the end of its clause.

    Every string is a piece of the paragraph (its line breaks as spaces, a long one cut with an ellipsis).
    """
    claims = [
        one_line(_clause(paragraph, sentence.start + start, sentence.end), _SHOWN)
        for sentence in own_sentences(paragraph)
        for start in _starts(sentence)
    ]
    return tuple(dict.fromkeys(claims))


def _starts(sentence: Sentence) -> list[int]:
    """Where claims begin in a sentence; of claims that share words only the first is kept."""
    kept: list[int] = []
    end = -1
    for match in sorted(_matches(sentence.text), key=lambda m: m.start()):
        if match.start() >= end:
            kept.append(match.start())
            end = match.end()
    return kept


def _matches(text: str) -> Iterator[re.Match[str]]:
    if not _SOMEBODY.search(text):
        return
    for pattern in _CLAIMS:
        yield from (match for match in pattern.finditer(text) if not _is_supposed(text, match))
    if not _SUPPOSED.search(text):
        for pattern in _UNLESS_SUPPOSED:
            yield from pattern.finditer(text)


def _is_supposed(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - _REACH) : match.start()]
    return bool(_SUPPOSED_BEFORE.search(before) or _WOULD_HAVE.match(match[0]))


def _clause(paragraph: str, start: int, end: int) -> str:
    end = min(end, start + 2 * _SHOWN)
    stops = [
        at for mark in (", ", "; ", ": ", " — ", "—") if (at := paragraph.find(mark, start + 1, end)) > 0
    ]
    return paragraph[start : min(stops, default=end)].rstrip(" .!?…”\"'’)")
