"""The facts that a panel can be of two minds about, with the words that affirm or deny each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from panel.judgement.patterns import either


@dataclass(frozen=True)
class Topic:
    """One class of fact, such as the licence.

    Attributes:
        name: As a person is told: "the licence".
        affirms: The words that say yes: open, free, there.
        denies: The words that say no.
        signs: Whatever says either holds one of these, case left aside; most texts hold none.
        noun: What it is called where it is praised without saying what it is; None where praise is no claim.
    """

    name: str
    affirms: re.Pattern[str]
    denies: re.Pattern[str]
    signs: tuple[str, ...]
    noun: re.Pattern[str] | None = None

    def stance(self, sentence: str) -> bool | None:
        """Whether a sentence affirms (True) or denies (False); None if it does neither, or both.

        A negation right before either turns it round: "not a permissive licence", "no free tier".
        """
        said = {
            affirms != bool(_NEGATED.search(sentence[: match.start()]))
            for affirms, pattern in ((True, self.affirms), (False, self.denies))
            for match in pattern.finditer(sentence)
        }
        return said.pop() if len(said) == 1 else None

    def spans(self, sentence: str) -> list[tuple[int, int]]:
        """Where the statements of a sentence stand."""
        return [m.span() for pattern in (self.affirms, self.denies) for m in pattern.finditer(sentence)]


_NEGATED = re.compile(
    r"(?:\b(?:not|no|never|hardly|without|neither|nor|far from|anything but|nothing like|lacks|cannot)"
    r"|n['’]t)"
    r"(?: (?:really|truly|quite|even|exactly|a|an|the|any|under|be|have|offer|come with|actual|real)){0,3}"
    r" ?$",
    re.IGNORECASE,
)
#: A sentence with one of these is of another time, another world, another tool, or of what a source says.
ELSEWHERE = re.compile(
    r"\b"
    + either("""
        if | unless | until | once | when | whether | would | could | should | might | may | will | shall |
        wish | suppose | imagine | later | soon | eventually | someday | tomorrow | used to | formerly | was |
        were | had | rivals? | competitors? | competing | alternatives? | incumbents? | others? | everyone |
        unlike | than | versus | vs | replac\\w+ | instead | compared | against | dossier | record | page |
        (?<!open[ -])(?<!closed[ -])sources?(?![ -]available) | documentation | readme | stated? | states |
        named | names | mention\\w* | unknown |
        unclear | sa(?:y|ys|id) | call(?:s|ed) | mark(?:s|ed) | label\\w* | claim\\w* | accord\\w+ | listed |
        described | presented | whatever | depends
        """)
    + r"\b|['’](?:d|ll)\b",
    re.IGNORECASE,
)


def _topic(name: str, affirms: str, denies: str, signs: str, noun: str | None = None) -> Topic:
    return Topic(
        name,
        affirms=re.compile(affirms, re.IGNORECASE),
        denies=re.compile(denies, re.IGNORECASE),
        signs=tuple(sign.strip() for sign in signs.split("|")),
        noun=re.compile(noun, re.IGNORECASE) if noun else None,
    )


_LICENCE = r"licen[cs](?:e|ing)\b"
_IT = r"\b(?:it|this|(?:the|its) (?:tool|project|code|core|source|software|app|extension|library))"
_IS = (
    r"(?:['’]s| is| stays| remains)(?: (?:still|also|fully|genuinely|really|truly|simply|properly))?(?: an?)?"
)
_OPEN = either("permissive | generous | liberal | friendly | open | clean | OSI[- ]approved | unrestricted")
_CLOSED = either("""
    closed | proprietary | restrictive | restricted | non-?commercial | source[- ]available | locked[- ]down
    """)
_BETWEEN = r"(?:[\w.-]{1,20} ){0,2}"
_NAMED = r"(?:MIT|Apache(?:[- ]2(?:\.0)?)?|BSD(?:-\d-clause)?)"

_WEIGHTS = r"\bweights (?:are|stay|remain|come)(?: (?:all|fully|really|still|also))?"
_PLAN = either("tier | plan | version | option | entry")
_HERE = either("locally | offline | on[- ]prem(?:ises)? | on your own (?:machine|hardware|laptop|servers?)")
_RUNS = r"(?:runs?|works?|deploys?|(?:be|is) (?:run|hosted|deployed))(?: (?:fully|entirely|completely|also))?"


def _platform(name: str, words: str, others: str) -> Topic:
    system, without = f"(?:{words})", f"(?:{others})"
    return _topic(
        f"whether it runs on {name}",
        rf"\b(?:runs|works) on (?:[\w,]{{1,12}} ){{0,4}}{system}\b"
        rf"|\b(?:supports|covers) (?:[\w,]{{1,12}} ){{0,4}}{system}\b|\b{system} (?:is|are) supported\b",
        rf"\bno {system} (?:version|build|support|client|app)\b"
        rf"|\b(?:does not|doesn['’]t|cannot|can['’]t) (?:run|work) on {system}\b|\b{without}[- ]only\b",
        f"{words}|{others}",
    )


TOPICS = (
    _topic(
        "the licence",
        rf"\b{_OPEN} {_BETWEEN}{_LICENCE}|\bpermissively licen[cs]ed\b"
        rf"|\b{_LICENCE} (?:is|stays|remains) (?:\w+ly )?(?:an? )?{_OPEN}\b"
        rf"|\b{_LICENCE} (?:permits|allows|lets)\b[^.;]{{0,40}}\bcommercial"
        rf"|{_IT}{_IS} open[- ]source\b|\b{_NAMED}[- ]licen[cs]e|\b(?:under|is) (?:the )?{_NAMED}(?!\w)",
        rf"\b{_CLOSED} {_BETWEEN}{_LICENCE}"
        rf"|\b{_LICENCE} (?:is|stays|remains) (?:\w+ly )?(?:an? )?{_CLOSED}\b"
        rf"|\b{_LICENCE} (?:is|stays|remains) (?:not|far from|anything but) (?:an? )?(?:really )?{_OPEN}\b"
        rf"|{_IT}(?: is not|['’]s not| isn['’]t)(?: really| truly| even)? open[- ]source\b"
        rf"|\b{_LICENCE} (?:forbids|prohibits|bars|excludes|bans)\b[^.;]{{0,40}}\bcommercial"
        rf"|{_IT}{_IS} (?:closed[- ]source|proprietary)\b",
        "licenc|licens|open source|open-source|closed|proprietary|mit|apache|bsd",
        r"\blicen[cs]",
    ),
    _topic(
        "whether the weights are open",
        rf"{_WEIGHTS} (?:open|public|downloadable|available|published|released|free)\b"
        r"|\b(?:the|its|with|has|ships|are) open weights\b",
        rf"{_WEIGHTS} (?:closed|secret|private|unavailable|withheld|not (?:open|public|available|released))\b"
        r"|\bclosed weights\b|\bno (?:open )?weights\b(?! are| of| is)",
        "weight",
        r"\bweights?\b",
    ),
    _topic(
        "whether there is a way to pay nothing",
        rf"\b(?:free|gratis) {_PLAN}\b|{_IT}{_IS} free(?=[ ]*(?:[.,;!—–]|$|and\b|to (?:use|start|run)\b))"
        r"|\b(?:it|entry) costs nothing\b",
        rf"{_IT}{_IS} (?:paid[- ]only|not free|never free)\b|\b(?:paid|subscribers?)[- ]only\b"
        rf"|\bonly (?:paying|paid|pro|business)\b[^.;]{{0,30}}\b(?:users|subscribers|customers|plans)\b",
        "free|gratis|nothing|paid|paying|subscriber|only",
    ),
    _topic(
        "whether it runs on one's own machine",
        rf"\b{_RUNS} {_HERE}\b|\bself-host(?:able|ed|ing)\b",
        r"\b(?:cloud|hosted|api|saas)[- ]only\b"
        r"|\b(?:cannot|can['’]t|can not) (?:be )?"
        rf"(?:self-host(?:ed)?|(?:run|hosted|deployed) (?:it )?{_HERE})\b"
        rf"|\bno (?:self-host(?:ing|ed)|local|on[- ]prem(?:ises)?|offline)(?: (?:{_PLAN}|mode|build))?\b",
        "local|offline|prem|own|self-host|only",
    ),
    _platform("Windows", "windows", "mac|macos|linux"),
    _platform("Linux", "linux", "mac|macos|windows"),
    _platform("macOS", "mac|macos|os x", "windows|linux"),
)
