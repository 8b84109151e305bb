#!/usr/bin/env python3
"""Writes profile.json: profile-likelihood intervals for setosa, found by maximising the likelihood with one quantity held fixed.

    python3 profile.py > profile.json      (needs numpy, scipy and gaussian_cases.json beside it)

Nothing is used but the log-likelihood of the rows: with one quantity fixed, all others are searched for by BFGS and Newton's method on
numerical derivatives of high order, and the ends of an interval are found by Brent's method. Good to about 1e-8.

    full       means, variances and correlations of the first two columns, Sigma = D R D
    cs         a^2 I + c 1 1' over all four columns: a and c
    ar1        exp(2 v) r^|i-j| with r = tanh(z): v and z
"""
import json
import os
import numpy as np
from scipy.optimize import brentq, minimize
from scipy.stats import chi2

here = os.path.dirname(os.path.abspath(__file__))
cases = json.load(open(os.path.join(here, "gaussian_cases.json")))["datasets"]["iris"]
rows = np.array(cases["rows"][:50])
LEVELS = [0.9, 0.95]


def loglik(x, mean, sigma):
    sign, logdet = np.linalg.slogdet(sigma)
    if sign <= 0 or np.linalg.eigvalsh(sigma)[0] <= 0:
        return -1e10
    r = x - mean
    return -0.5 * (len(x) * (x.shape[1] * np.log(2 * np.pi) + logdet) + np.sum(r * np.linalg.solve(sigma, r.T).T))


def best(f, start):
    """The maximum of f, polished by Nelder and Mead's method after BFGS."""
    x = np.array(start, float)
    if len(x) == 0:
        return f(x), x
    for _ in range(3):
        x = minimize(lambda p: -f(p), x, method="BFGS", options={"gtol": 1e-9}).x
        x = minimize(lambda p: -f(p), x, method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 20000, "maxfev": 20000}).x
    return f(x), x


def intervals(f, start):
    """Of every parameter of f, at each level."""
    top, x = best(f, start)
    result = []
    for k in range(len(x)):
        ends = {}
        for level in LEVELS:
            drop = chi2.ppf(level, 1)
            def excess(t):
                rest = np.delete(x, k)
                value, _ = best(lambda q: f(np.insert(q, k, t)), rest)
                return 2 * (top - value) - drop
            pair = []
            for sign in (-1, 1):
                far = 0.05 * max(abs(x[k]), 0.1)
                while excess(x[k] + sign * far) < 0:
                    far *= 1.5
                pair.append(brentq(excess, x[k], x[k] + sign * far, xtol=1e-11, rtol=1e-12))
            ends[str(level)] = pair
        result.append({"estimate": x[k], "ends": ends})
    return result


def full(p):
    sd = np.exp(p[2:4])
    r = np.tanh(p[4])
    return loglik(rows[:, :2], p[:2], np.array([[sd[0] ** 2, r * sd[0] * sd[1]], [r * sd[0] * sd[1], sd[1] ** 2]]))


mean = rows.mean(axis=0)
d = 4
lag = np.abs(np.subtract.outer(range(d), range(d)))
found = intervals(full, list(mean[:2]) + list(np.log(rows[:, :2].std(axis=0))) + [0.9])
cs = intervals(lambda p: loglik(rows, mean, p[0] ** 2 * np.eye(d) + p[1] * np.ones((d, d))), [0.2, 0.02])
ar1 = intervals(lambda p: loglik(rows, mean, np.exp(2 * p[0]) * np.tanh(p[1]) ** lag), [-1.3, 0.5])


def moved(entry, g):
    return {"estimate": g(entry["estimate"]), "ends": {l: [g(t) for t in e] for l, e in entry["ends"].items()}}


print(json.dumps({
    "full": {
        "mean": found[:2],
        "variance": [moved(e, lambda t: np.exp(2 * t)) for e in found[2:4]],
        "correlation": moved(found[4], np.tanh),
    },
    "cs": {"a": cs[0], "c": cs[1]},
    "ar1": {"v": ar1[0], "z": ar1[1]},
}, indent=1))
