"""Two reviews side by side: the rows of the scorecard, whether they are alike, and which tool to use."""

from panel.judgement.comparison.alike import like_for_like
from panel.judgement.comparison.choices import chair_choice, pick_of_choices
from panel.judgement.comparison.picking import pick
from panel.judgement.comparison.scorecard import rows, told_apart

__all__ = ["chair_choice", "like_for_like", "pick", "pick_of_choices", "rows", "told_apart"]
