"""Votes as tests need them."""

from panel.votes.vote import Vote


def voter(number):
    return f"{number:032x}"


def moment(seconds):
    """A moment so many seconds into an hour."""
    return f"2026-11-20T21:{int(seconds) // 60:02d}:{int(seconds) % 60:02d}.{int(seconds * 1000) % 1000:03d}Z"


def vote(number=1, choice="ship", *, tool="codestral", at=0.0, first=None, origin=""):
    begun = moment(at if first is None else first)
    return Vote(tool=tool, voter=voter(number), choice=choice, first=begun, at=moment(at), origin=origin)
