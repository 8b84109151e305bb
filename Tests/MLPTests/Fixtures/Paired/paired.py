"""Paired tests by statsmodels and SciPy; paired.json is what this prints.

pip install statsmodels==0.15.0; python paired.py > paired.json
"""

import json

import numpy
import scipy
import statsmodels
from scipy.stats import binom, ttest_rel
from statsmodels.stats.contingency_tables import mcnemar

cases = []
for both, first, second, neither in [
    (1, 1, 7, 12), (900, 31, 14, 55), (40, 5, 5, 2), (80, 0, 9, 11), (0, 3, 2, 0), (52000, 1203, 1100, 5697),
]:
    table = [[both, first], [second, neither]]
    n = first + second
    exact = mcnemar(table, exact=True)
    chi = mcnemar(table, exact=False, correction=True)
    point = binom.pmf(first, n, 0.5)
    mid = 1 - point / 2 if first == second else 2 * binom.cdf(min(first, second), n, 0.5) - point
    cases.append({
        "counts": [both, first, second, neither], "exact": float(exact.pvalue), "mid": float(mid),
        "chiSquare": float(chi.statistic), "pChiSquare": float(chi.pvalue),
    })

truth = [1.0, 2.5, -0.5, 4.0, 3.25, 0.0, -2.0, 7.5, 1.25, 3.0]
a = [1.2, 2.1, -0.9, 4.4, 3.0, 0.3, -1.5, 7.0, 1.0, 2.2]
b = [1.1, 2.0, -0.1, 5.0, 3.1, 1.0, -1.0, 6.5, 1.75, 3.1]
squares = [(numpy.array(p) - numpy.array(truth)) ** 2 for p in (a, b)]
t = ttest_rel(*squares)
low, high = t.confidence_interval(0.95)
print(json.dumps({
    "statsmodels": statsmodels.__version__, "scipy": scipy.__version__, "classes": cases,
    "numbers": {
        "truth": truth, "first": a, "second": b, "t": float(t.statistic), "p": float(t.pvalue), "df": int(t.df),
        "low": float(low), "high": float(high), "difference": float(numpy.mean(squares[0] - squares[1])),
    },
}, indent=1))
