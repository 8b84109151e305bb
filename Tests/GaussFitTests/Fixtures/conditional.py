#!/usr/bin/env python3
"""Writes conditional.json: marginals, conditionals and densities of one five-dimensional Gaussian, at 30 digits.

    python3 conditional.py > conditional.json      (needs mpmath)

Conditionals by the formula mu_a + S_ab inv(S_bb) (x_b - mu_b), S_aa - S_ab inv(S_bb) S_ba. Checks that stop the script: the same
from the blocks of the inverse covariance; the chain rule of log densities; the marginal of a conditional against the conditional
of the marginal. pValue: the chance of a larger squared Mahalanobis distance, chi-square with d degrees of freedom.
"""
from itertools import combinations
from mpmath import mp, mpf, matrix, log, pi, gammainc
from likelihood import dump, log_det, sub, text

columns = ["a", "b", "c", "d", "e"]
mean = ["1.5", "-2.25", "0.125", "10", "100.75"]
covariance = [["4", "1.2", "-0.8", "0.5", "2"], ["1.2", "2.25", "0.3", "-0.3", "1.5"], ["-0.8", "0.3", "1", "0.2", "-0.4"],
              ["0.5", "-0.3", "0.2", "0.81", "0.7"], ["2", "1.5", "-0.4", "0.7", "9"]]
mu, S = matrix([mpf(x) for x in mean]), matrix([[mpf(x) for x in row] for row in covariance])
points = [["1.5", "-2.25", "0.125", "10", "100.75"], ["3", "-1", "0.5", "9.25", "104"], ["-7.5", "4", "3", "12.5", "80"]]


def log_density(x, m, C):
    v = x - m
    return -(len(m) * log(2 * pi) + log_det(C) + (v.T * mp.inverse(C) * v)[0]) / 2


def conditional(rest, given, m, C, x):
    """Mean and covariance of the columns rest, where the columns given have the values x."""
    K = sub(C, rest, given) * mp.inverse(sub(C, given, given))
    return pick(m, rest) + K * (x - pick(m, given)), sub(C, rest, rest) - K * sub(C, given, rest)


def pick(x, columns):
    return matrix([x[j] for j in columns])


def near(a, b):
    return max(abs(x - y) for x, y in zip(a, b)) < mpf(10) ** -100


def density(point):
    x = matrix([mpf(v) for v in point])
    squared = ((x - mu).T * mp.inverse(S) * (x - mu))[0]
    return {"x": point, "logDensity": text(log_density(x, mu, S), 30), "mahalanobis": text(mp.sqrt(squared), 30),
            "pValue": text(gammainc(mpf(5) / 2, squared / 2, mp.inf, regularized=True), 30)}


def marginal(kept, point):
    x, m, C = pick([mpf(v) for v in point], kept), pick(mu, kept), sub(S, kept, kept)
    return {"columns": [columns[j] for j in kept], "x": [point[j] for j in kept], "mean": text(list(m), 30),
            "covariance": text(C, 30), "logDensity": text(log_density(x, m, C), 30)}


def conditioned(given, point):
    rest = [j for j in range(5) if j not in given]
    whole = matrix([mpf(v) for v in point])
    x = pick(whole, given)
    m, C = conditional(rest, given, mu, S, x)
    P = mp.inverse(S)
    assert near(C, mp.inverse(sub(P, rest, rest))), "the covariance is the inverse of a block of the inverse"
    assert near(m, pick(mu, rest) - C * sub(P, rest, given) * (x - pick(mu, given)))
    own, other = log_density(pick(whole, rest), m, C), log_density(x, pick(mu, given), sub(S, given, given))
    assert near([own + other], [log_density(whole, mu, S)]), "the chain rule"
    for kept in combinations(rest, max(1, len(rest) - 1)):
        both = [*kept, *given]
        k, g = range(len(kept)), range(len(kept), len(both))
        m2, C2 = conditional(k, g, pick(mu, both), sub(S, both, both), x)
        places = [rest.index(j) for j in kept]
        assert near(m2, pick(m, places)) and near(C2, sub(C, places, places)), "marginal of conditional"
    return {"given": {columns[j]: point[j] for j in given}, "columns": [columns[j] for j in rest], "mean": text(list(m), 30),
            "covariance": text(C, 30), "x": [point[j] for j in rest], "logDensity": text(own, 30)}


print(dump({
    "digits": 30, "columns": columns, "mean": mean, "covariance": covariance, "logDeterminant": text(log_det(S), 30),
    "densities": [density(p) for p in points],
    "marginals": [marginal(kept, points[1]) for kept in ([0], [4, 1], [0, 2, 3], [3, 2, 1, 0])],
    "conditionals": [conditioned(given, p) for given, p in [
        ([2], points[1]), ([4, 0], points[1]), ([0, 2, 4], points[2]), ([1, 2, 3, 4], points[1]), ([1, 3], points[2])]]}))
