"""Two reviews side by side: the rows of the scorecard, whether they are alike, and which tool to use."""

from panel.judgement.comparison.alike import like_for_like
from panel.judgement.comparison.picking import pick
from panel.judgement.comparison.scorecard import rows, told_apart

__all__ = ["like_for_like", "pick", "rows", "told_apart"]
