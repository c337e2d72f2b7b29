"""What a panel's votes are worth: rates, agreement, correlation, and what is asked again."""

from panel.judgement.statistics.counts import Counts, Scope
from panel.judgement.statistics.figures import Statistics, statistics
from panel.judgement.statistics.sentences import sentences

__all__ = ["Counts", "Scope", "Statistics", "sentences", "statistics"]
