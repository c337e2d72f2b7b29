"""What of a verdict is in the dossier: quotations located, figures and names of a paragraph classed."""

from panel.judgement.grounding.claims import ground
from panel.judgement.grounding.folding import Folded, fold
from panel.judgement.grounding.index import Index
from panel.judgement.grounding.quotes import locate

__all__ = ["Folded", "Index", "fold", "ground", "locate"]
