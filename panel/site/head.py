"""What a page's head says of it: its address, what a link to it shows, and the same for machines."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

from panel.judgement.prose import one_line
from panel.publish import wording
from panel.publish.legible import legible, legible_text
from panel.site.addresses import address
from panel.site.cards import ComparisonCard, ReviewCard, rehearsal
from panel.site.entries import share_address, verdict
from panel.site.library import Library
from panel.site.pictures.badge import HEIGHT as BADGE_HEIGHT
from panel.site.pictures.badge import badge, in_words
from panel.site.pictures.raster import engine
from panel.site.pictures.share import HEIGHT, WIDTH
from panel.site.structured import data_block, of_comparison, of_review, of_site

if TYPE_CHECKING:
    from markupsafe import Markup

#: What search engines and messengers show of a description.
_LONGEST = 200
_NOT_FOUND = "404.html"


@dataclass(frozen=True)
class Image:
    """The picture that a link to the page shows."""

    url: str
    about: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Embed:
    """How other pages show a tool's badge."""

    path: str
    about: str
    width: int
    height: int
    html: str
    markdown: str


@dataclass(frozen=True)
class Head:
    """Everything in a page's head that follows from what it is about.

    Attributes:
        title: What a link to it is called.
        description: In a sentence or two.
        canonical: Its one public address; None where that is not known.
        kind: In the words of Open Graph.
        image: Its picture, if it has one.
        hidden: Whether search engines shall pass it over.
        record: The path of its record as JSON, in the site.
        data: What it says to machines; None where it says nothing.
        embed: The badge of the tool it is about.
        touch_icon: Whether the site has one.
    """

    title: str
    description: str
    canonical: str | None = None
    kind: str = "website"
    image: Image | None = None
    hidden: bool = False
    record: str | None = None
    data: Markup | None = None
    embed: Embed | None = None
    touch_icon: bool = False


def head(path: str, library: Library) -> Head:
    """The head of a page, from where it lies and what is live."""
    return replace(_of_page(path, library), touch_icon=engine() is not None)


def _of_page(path: str, library: Library) -> Head:
    folder, _, file = path.rpartition("/")
    name = file.removesuffix(".html")
    if folder == "tools" and name in library.tools:
        return _of_tool(library.tools[name].card, path, library)
    if folder == "comparisons" and name in library.comparisons:
        return _of_comparison(name, library.comparisons[name].card, path, library)
    settings = library.settings
    title, tagline = legible_text(settings.title), legible_text(settings.tagline)
    missing = path == _NOT_FOUND
    return Head(
        title=title if (about := _about(folder, name, library)) is None else f"{about} · {title}",
        description=tagline,
        canonical=None if missing else address(path, library),
        hidden=missing,
        data=data_block(of_site(library)) if path == "index.html" else None,
    )


def _about(folder: str, name: str, library: Library) -> str | None:
    if folder == "categories":
        return next((legible_text(each.name) for each in library.categories if each.slug == name), None)
    if folder == "reviewers" and name in library.reviewers:
        return legible_text(library.reviewers[name].name)
    return None


def _of_tool(card: ReviewCard, path: str, library: Library) -> Head:
    node, shown = of_review(card, library), legible(card)
    said = [f"{each.name} says {each.decision}: {each.objection}" for each in shown.dissent]
    description = " ".join(_sentence(each) for each in (verdict(shown), *said, shown.tagline or "") if each)
    return Head(
        title=_marked(f"{shown.name}: {verdict(shown)}", card),
        description=one_line(description, _LONGEST),
        canonical=address(path, library),
        kind="article",
        hidden=card.offline,
        record=f"tools/{card.slug}.json",
        data=data_block(node) if node else None,
        embed=_embed(shown, path, library),
    )


def _of_comparison(pair: str, card: ComparisonCard, path: str, library: Library) -> Head:
    node, shown = of_comparison(card, library), legible(card)
    url = share_address(pair, library)
    description = f"{wording.QUESTION} {_sentence(shown.answer)} {shown.because or ''}"
    return Head(
        title=_marked(f"{shown.title}: {shown.answer}", card),
        description=one_line(description, _LONGEST),
        canonical=address(path, library),
        kind="article",
        image=Image(url, f"{shown.title}: {shown.answer}") if url else None,
        hidden=card.offline,
        record=f"comparisons/{pair}.json",
        data=data_block(node) if node else None,
    )


def _embed(card: ReviewCard, path: str, library: Library) -> Embed | None:
    page, picture = address(path, library), address(f"badges/{card.slug}.svg", library)
    if page is None or picture is None:
        return None
    about = f"{library.settings.title}: {in_words(card)}"
    return Embed(
        path=f"badges/{card.slug}.svg",
        about=about,
        width=badge(card).width,
        height=BADGE_HEIGHT,
        html=(
            f'<a href="{escape(page)}">'
            f'<img src="{escape(picture)}" alt="{escape(about)}" height="{BADGE_HEIGHT}"></a>'
        ),
        markdown=f"[![{_plain(about)}]({picture})]({page})",
    )


def _plain(text: str) -> str:
    """A text without what would end a link's text in Markdown."""
    return "".join(character for character in text if character not in "[]\\`<>")


def _sentence(text: str) -> str:
    said = wording.sentence(text.strip())
    return said if said.endswith((".", "!", "?", "…")) else f"{said}."


def _marked(title: str, card: ReviewCard | ComparisonCard) -> str:
    said = rehearsal(card)
    return one_line(f"[{said}] {title}" if said else title, _LONGEST)
