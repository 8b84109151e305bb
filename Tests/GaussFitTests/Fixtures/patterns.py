#!/usr/bin/env python3
"""Writes patterns.json: the maximum of the likelihood of 8,000 rows of 16 columns with more than 5,000 patterns of missing cells.

    python3 patterns.py > patterns.json      (needs numpy)

The data are integers of a linear congruential generator, so that a test makes the same ones: x' = (a x + c) mod 2^64, the upper 32 bits
of which are a number below k as (upper * k) >> 32. Column j of a row is j + 1 times a common number below 12, plus one of its own below
10 + 3 j, minus the neighbour's own; a cell is missing if a number below 10 is below 3, but one that the row number names is kept.

EM here inverts the observed block of every pattern, as the textbook does, in extended precision of the sums (math.fsum is not
needed: 80-bit long doubles), until no entry moves by more than 1e-15 of its standard deviation.
"""
import json, sys
import numpy as np

A, C, M = 6364136223846793005, 1442695040888963407, (1 << 64) - 1
state = 20261126


def below(k):
    global state
    state = (A * state + C) & M
    return ((state >> 32) * k) >> 32


n, d = 8000, 16
X = np.full((n, d), np.nan)
for i in range(n):
    common = below(12)
    own = [below(10 + 3 * j) for j in range(d)]
    for j in range(d):
        value = (j + 1) * common + own[j] - own[(j + 1) % d]
        if below(10) >= 3 or j == i % d:
            X[i, j] = value

mask = np.isnan(X)
patterns, which = np.unique(mask, axis=0, return_inverse=True)
which = which.ravel()
rows = [np.flatnonzero(which == p) for p in range(len(patterns))]
print(len(patterns), "patterns", file=sys.stderr)
assert len(patterns) > 5000
mean0, sd0 = np.nanmean(X, 0), np.nanstd(X, 0)
Z = (X - mean0) / sd0
mu, S = np.zeros(d), np.eye(d)


def step(mu, S):
    s1, s2, ll = np.zeros(d, np.longdouble), np.zeros((d, d), np.longdouble), 0.0
    for m, r in zip(patterns, rows):
        o = ~m
        Soo = S[np.ix_(o, o)]
        E = Z[r][:, o] - mu[o]
        inverse = np.linalg.inv(Soo)
        B = S[np.ix_(m, o)] @ inverse
        Y = np.zeros((len(r), d))
        Y[:, o] = E
        Y[:, m] = E @ B.T
        s1 += Y.sum(0)
        s2 += Y.T @ Y
        s2[np.ix_(m, m)] += len(r) * (S[np.ix_(m, m)] - B @ S[np.ix_(o, m)])
        ll -= 0.5 * (len(r) * (o.sum() * np.log(2 * np.pi) + np.linalg.slogdet(Soo)[1]) + np.sum((E @ inverse) * E))
        ll -= len(r) * np.log(sd0[o]).sum()
    shift = s1 / n
    S1 = s2 / n - np.outer(shift, shift)
    return (mu + shift).astype(float), ((S1 + S1.T) / 2).astype(float), ll


for iteration in range(2000):
    new_mu, new_S, ll = step(mu, S)
    change = max(np.abs(new_mu - mu).max(), np.abs(new_S - S).max())
    mu, S = new_mu, new_S
    if change <= 2e-15:
        break
print(iteration, "iterations, last change", change, file=sys.stderr)
json.dump({"source": "patterns.py", "patterns": len(patterns), "logLikelihood": ll,
           "mean": (mean0 + sd0 * mu).tolist(), "covariance": (S * np.outer(sd0, sd0)).tolist()}, sys.stdout, indent=1)
