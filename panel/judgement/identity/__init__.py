"""Same thing twice: which tools are one product, members of one family, or easily taken for one another."""

from panel.judgement.identity.clusters import Pair, Resolution, Rulings, resolve
from panel.judgement.identity.likeness import Kind, Likeness, likeness
from panel.judgement.identity.shelf import Shelf
from panel.judgement.identity.traits import Traits, traits

__all__ = [
    "Kind",
    "Likeness",
    "Pair",
    "Resolution",
    "Rulings",
    "Shelf",
    "Traits",
    "likeness",
    "resolve",
    "traits",
]
