"""What a place in a list does to what is done with it: further down, fewer people look.

The examination model (position-based model): somebody takes what they looked at and liked, and looks at rank r with the
chance (1/r)^eta, whatever stands there. [Craswell, Zoeter, Taylor, Ramsey: An experimental comparison of click
position-bias models, WSDM 2008.] What was taken counts by the inverse of that chance, which makes the share of what is
taken the same wherever it is shown. [Joachims, Swaminathan, Schnabel: Unbiased learning-to-rank with biased feedback,
WSDM 2017, which has eta = 1 for lists of links.] Weights are clipped, for one click far down would otherwise outweigh
all others; where they are, what was passed over is weighed down by as much, so that the share stays right.
"""

from __future__ import annotations

ETA = 0.5
"""Half of what it is for lists of links: a page shows a dozen cards with their pictures at once."""
MOST = 4.0
"""The largest correction; reached at rank 16."""
_LAST = 1000


def seen_chance(position: int | None) -> float:
    """Return the chance that somebody looks at this position (0 is the top); 1 where there is no list."""
    if position is None:
        return 1.0
    return float((1.0 + min(max(position, 0), _LAST)) ** -ETA)


def taken_weight(position: int | None) -> float:
    """Return by how much more a suggestion counts that was taken at this position, 1 to MOST."""
    return min(1.0 / seen_chance(position), MOST)


def passed_weight(position: int | None) -> float:
    """Return by how much a suggestion counts that was passed over at this position, 0 to 1."""
    return min(1.0, MOST * seen_chance(position))
