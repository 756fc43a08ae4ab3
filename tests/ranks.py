"""The Mann-Whitney U test: do two samples come from one distribution?"""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate
from math import erfc, sqrt


def p_value(one: Sequence[float], other: Sequence[float]) -> float:
    """Return the two-sided p of the U test, by the normal approximation with ties (Mann and
    Whitney 1947; Lehmann, Nonparametrics, section 1.4). Small: the samples differ."""
    first, second = len(one), len(other)
    every = first + second
    counts = sorted(Counter([*one, *other]).items())
    ends = accumulate(count for _value, count in counts)
    ranks = {value: end - (count - 1) / 2 for (value, count), end in zip(counts, ends, strict=True)}
    u = sum(ranks[value] for value in one) - first * (first + 1) / 2
    ties = sum(count**3 - count for _value, count in counts) / (every * (every - 1))
    spread = sqrt(first * second / 12 * (every + 1 - ties))
    return erfc(abs(u - first * second / 2) / spread / sqrt(2)) if spread else 1.0
