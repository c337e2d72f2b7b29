"""Whether a verdict agrees with itself and is honest: leaning, contradiction, experience, copies."""

from panel.judgement.consistency.contradiction import contradiction
from panel.judgement.consistency.copying import suspect, suspect_pair
from panel.judgement.consistency.experience import hands_on
from panel.judgement.consistency.leaning import lean, score
from panel.judgement.consistency.style import flags_for

__all__ = ["contradiction", "flags_for", "hands_on", "lean", "score", "suspect", "suspect_pair"]
