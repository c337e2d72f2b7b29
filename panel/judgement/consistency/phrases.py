"""The ways in which English says "ship" or "skip" as a verdict; which words stand before and after."""

from __future__ import annotations

import re
from dataclasses import dataclass

from panel.core.domain import Decision
from panel.judgement.patterns import either

#: For whom a vote may be meant.
AUDIENCE = either("""
    you | your | teams | those | people | anyone | everyone | developers | hobby(?:ists?)? | enterprises? |
    individuals? | any | every
    """)
#: Readers who are told apart by what they are: what they should do is said of them alone.
GROUP = either("""
    hobbyists | enterprises | individuals | researchers | start-?ups | companies | businesses | agencies |
    freelancers | students | teams | developers | engineers | designers | others | everyone else | banks
    """)
#: The word itself: "ship", "ships", "shipping"; "skip", "skips", "skipping".
ANCHOR = re.compile(r"\b(?P<stem>ship|skip)p?(?P<form>s|ing)?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Reading:
    """One way of using the word as a verdict.

    Attributes:
        form: The word's ending: none, `s` or `ing`.
        before: What must stand right before it.
        after: What must stand right after it.
        turned: Whether this says the opposite of the word.
    """

    form: str
    before: re.Pattern[str]
    after: re.Pattern[str]
    turned: bool = False


def _reading(before: str, after: str, *, form: str = "", turned: bool = False) -> Reading:
    return Reading(
        form, re.compile(rf"(?:{before})$", re.IGNORECASE), re.compile(after, re.IGNORECASE), turned
    )


# ------------------------------------------------------------ what stands after the word

_END = r"(?:$|[.,;:!)—–]|-\s)"
_NOW = either("""
    for now | now | today | tomorrow | anyway | on balance | again | this time | at this
    (?:point|stage|price) | entirely | outright | instead
    """)
_LINK = either("""
    for | from | until | unless | because | since | as | and | but | with | without | despite | if | once |
    when | while | otherwise | only | rather
    """)
_IT = either("""
    it | this(?: one)? | that one | (?:this|the) (?:tool|model|release|version|launch|product|agent|library)
    """)
#: The tool as an object. "Skip this step" and "ship it to production" speak of something else, and
#: "skip it and you miss the best editor" advises the reverse.
_OBJECT = rf"\s+{_IT}(?!\s+and\s+(?:you|your|they|we)\b)(?=\s*{_END}|\s+(?:{_NOW}|{_LINK})\b)"
#: The tool is not named at all: "Ship, with one caveat", "Skip for now", "Skip as a business".
_GOES_ON = either("""
    until | unless | because | if you | if your | otherwise | as (?:a|an|the|my|our|infrastructure) | with
    (?:a|an|the|one|my|this|that|some|open|eyes) | for
    (?:any|every|most|individual|teams|those|people|hobby)
    """)
_NO_OBJECT = rf"(?=\s*{_END}|\s+(?:{_NOW}|{_GOES_ON}))"
_AS_NOUN = rf"(?=\s*{_END}|\s+(?:{_NOW}|{_LINK}|either|though|verdict|vote|at|on)\b)"

# ------------------------------------------------------------ what stands before the word

_ADVERB = r"(?: (?:still|happily|gladly|simply|just|personally|rather|probably|therefore))?"
_LEAD_IN = (
    either("""
        so | still | otherwise | for now | on balance | in short | overall | even so | that said | today |
        therefore | but | and | then | (?:my|the) (?:call|vote|verdict|bottom line|conclusion) | verdict |
        bottom line
        """)
    + r"(?:[,:—–]\s*|\s+(?:is\s+)?)"
)
_HEAD = rf"(?:^|[;:—–(]\s*|\s-\s)(?:{_LEAD_IN}){{0,2}}"
_ADJECTIVES = (
    "(?:"
    + either("""
        real | clear | easy | solid | cautious | qualified | hard | firm | reluctant | soft | strong |
        narrow | confident | simple | obvious | tentative | grudging | plain | definite | straight | genuine
        | comfortable
        """)
    + ",? ){0,2}"
)
_A = r"(?:a|an|my|our)"
_READERS = "(?:you|everyone|readers|most (?:people|teams|readers|developers))"
_I_WOULD = r"\b(?:I|we)(?:['’]d|['’]ll| would| will)?"
_I_WOULD_NOT = r"\b(?:I|we)" + either("""
    [ ]would not | [ ]will not | [ ]cannot | [ ]can not | [ ]do not | [ ]wouldn['’]t | [ ]won['’]t | [
    ]can['’]t | [ ]don['’]t | ['’]d not | ['’]m not ready to | [ ]am not ready to
    """)
_IS = r"\b" + either("""
    is | it['’]s | that['’]s | remains | stays | still | gets | earns | deserves | worth | call (?:it|this)
    | makes (?:it|this)
    """)
_IS_NOT = either(r"""
    \b(?:is|it['’]s|that['’]s) (?:not|hardly|far from|short of|not quite|nowhere near|anything but) |
    \bisn['’]t | \b(?:does not|doesn['’]t) (?:earn|deserve) | \bnot worth | ^not(?: yet)? | \bnothing
    (?:here )?(?:earns|makes (?:it|this))
    """)

READINGS = (
    # An order: "Ship it." "On balance: skip." "If you own the hardware, ship." "Don't ship this."
    _reading(_HEAD, f"{_OBJECT}|{_NO_OBJECT}"),
    _reading(rf"(?:^|[;:]\s*)(?:for|if) {AUDIENCE}\b[^,;:]{{0,60}},\s*", f"{_OBJECT}|(?=\\s*{_END})"),
    _reading(r"(?:^|[;:]\s*|, (?:and |but |while )?)as [^,;:]{1,50}[,:]\s*", f"{_OBJECT}|(?=\\s*{_END})"),
    _reading(rf"{_HEAD}(?:do not|don['’]t|never) ", _OBJECT, turned=True),
    # "I'd still skip it." "We're shipping this." "I recommend skipping it." "You should skip this."
    _reading(f"{_I_WOULD}{_ADVERB} ", _OBJECT),
    _reading(rf"\b(?:I['’]m|I am|we['’]re|we are){_ADVERB} ", _OBJECT, form="ing"),
    _reading(rf"{_I_WOULD} (?:recommend|suggest|advise) ", _OBJECT, form="ing"),
    _reading(rf"\b(?:{_READERS}|I|we) should ", _OBJECT),
    _reading(rf"(?<!\bno )\b{GROUP} should ", _OBJECT),
    # "I would not ship this." "Nobody should skip this." "There is no reason to skip it."
    _reading(f"{_I_WOULD_NOT}(?: yet)? ", _OBJECT, turned=True),
    _reading(
        r"\b(?:you|readers) (?:should not|shouldn['’]t) |\b(?:nobody|no one) should ", _OBJECT, turned=True
    ),
    _reading(r"\b(?:no|little) (?:good )?reason to ", _OBJECT, turned=True),
    # "It's a clear skip." "A ship." "This isn't a ship." "Hardly a skip."
    _reading(f"{_IS_NOT} {_A} {_ADJECTIVES}", _AS_NOUN, turned=True),
    _reading(f"{_IS} {_A} {_ADJECTIVES}", _AS_NOUN),
    _reading(f"^(?:(?:for|from) me,? )?{_A} {_ADJECTIVES}", _AS_NOUN),
    # "My vote is skip." "I land on ship."
    _reading(
        r"\b(?:my (?:vote|verdict|call|answer|decision) (?:is|stays|remains)"
        r"|I (?:say|vote|land on|come down on))(?: to| for| a)? ",
        _AS_NOUN,
    ),
)


def _phrase(decision: Decision, pattern: str) -> tuple[Decision, re.Pattern[str]]:
    return decision, re.compile(pattern, re.IGNORECASE)


#: Every word and phrase that is a vote holds one of these; most sentences hold none.
VOTING = (
    "ship", "skip", "afternoon", "evening", "weekend", "pass", "miss", "away", "clear", "bother", "recommend",
)  # fmt: skip
_CAVEAT = r"(?:\w{1,20} ){0,2}(?:caveat|condition|reservation|proviso|warning)"
_START = r"(?:^|[;:—–]\s*)"

#: "Half ship, half skip", "both a ship and a skip": two votes in one breath.
_BOTH = r"\b(?:half|both|part)(?: a)? (?:ship|skip),? (?:and|half|part)(?: a)? (?:ship|skip)\b"

#: Verdicts that can be told only as a whole, each of one meaning.
PHRASES = (
    _phrase(
        "ship",
        rf"(?:{_START}|\b(?:it|this|that) )(?:ships|shipping) (?:because|on the strength of|despite|anyway"
        rf"|with (?:the|one|a|this|that|my) {_CAVEAT})\b",
    ),
    _phrase("ship", r"(?<!would have )\b(?:earns|earned|wins|gets) (?:it |this |them )?the ship\b"),
    _phrase("skip", r"\b(?:loses|lost|costs|cost) (?:it |this |them )?the ship\b"),
    _phrase("ship", r"\b(?:is|it['’]s) worth (?:your|an|the) (?:afternoon|evening|weekend)\b"),
    _phrase("skip", r"\bnot worth (?:your|an|the) (?:afternoon|evening|weekend)\b"),
    _phrase("skip", rf"{_I_WOULD} (?:pass on (?:it|this)|give (?:it|this) a miss|stay away|steer clear)\b"),
    _phrase(
        "skip",
        rf"{_START}(?:hard pass|steer clear|stay away|don['’]t bother|do not bother)"
        r"(?=\s*(?:$|[.,;!]|(?:of|from|with) (?:it|this)\b))",
    ),
    _phrase("ship", _BOTH),
    _phrase("skip", _BOTH),
    _phrase("skip", rf"{_I_WOULD_NOT} recommend (?:it|this)\b"),
    _phrase("ship", rf"{_I_WOULD} recommend (?:it|this)(?=\s*(?:$|[.,;!])|\s+today)"),
)
