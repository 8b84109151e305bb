#!/usr/bin/env python3
"""Writes missing.json: the maximum of the Gaussian likelihood of data with missing cells, solved to 90 digits.

    python3 missing.py > missing.json      (needs mpmath, numpy; progress and agreement go to standard error)

EM in doubles from several starts finds the best maximum, Newton's method on the exact score and Hessian of the observed-data
log-likelihood in (mu, vech Sigma) (likelihood.py) ends with every score, raw and standardised, below 1e-45. Checks that stop the
script: score and Hessian against central differences away from the maximum; a negative definite Hessian; monotone patterns
against their closed form by regressions; the worst fraction of missing information against the rate of one EM step.

Standard errors: square roots of the diagonal of inv(I), I = -Hessian of the observed-data log-likelihood at its maximum, mean and
covariance together. worstFractionMissing: the largest eigenvalue of eye - I*inv(C), where C = -E(Hessian of the complete-data
log-likelihood) at the maximum, n inv(Sigma) for mu and n/2 D'(inv(Sigma) kron inv(Sigma))D for vech Sigma. At the maximum C is
also the conditional expectation given the observed cells, so the eigenvalue is the rate of EM, in whatever parameters.
littleMCAR: sum over patterns of n (mean_o - mu_o)' inv(Sigma_oo) (mean_o - mu_o), Sigma with divisor n; df: the sum of |o|, less d.

marijuana_ridge is a posterior mode: log-likelihood - (k + d + 1)/2 log det Sigma - k/2 tr(V inv(Sigma)), k = 0.5, V the diagonal
matrix of the observed variances (divisor observed - 1); I and C include the Hessian of this prior.
"""
import sys
from fractions import Fraction
from mpmath import mp, mpf, matrix, log, pi, gammainc
from em import by_regressions, em_step, monotone_order, start
from likelihood import (Group, check_derivatives, derivatives, dump, grouped, log_likelihood, newton, packed, sample,
                        second_moment, standard_errors, sub, text, unpacked, vech)

# R mvnmle, data/apple.rda; Draper & Smith (1966), in R mvnmle; Ryan & Joiner (1994), in R norm2; marijuana from R norm2; Murray
# (1977), J. R. Statist. Soc. B 39, 27: equal maxima at correlations of 1/2 and -1/2, a saddle point at 0, where EM may stay.
apple = """8 59;6 58;11 56;22 53;14 50;17 45;18 43;24 42;19 39;23 38;26 30;40 27;4 -;4 -;5 -;6 -;8 -;10 -"""
missvals = """7 26 6 60 78.5;1 29 15 52 74.3;11 56 8 20 104.3;11 31 8 47 87.6;7 52 6 33 95.9;11 55 9 22 109.2;3 71 17 - 102.7;
1 31 22 - 72.5;2 54 18 - 93.1;- - 4 - 115.9;- - 23 - 83.8;- - 9 - 113.3;- - 8 - 109.4"""
cholesterol = """270 218 156;236 234 -;210 214 242;142 116 -;280 200 -;272 276 256;160 146 142;220 182 216;226 238 248;242 288 -;
186 190 168;266 236 236;206 244 -;318 258 200;294 240 264;282 294 -;234 220 264;224 200 -;276 220 188;282 186 182;360 352 294;
310 202 214;280 218 -;278 248 198;288 278 -;288 248 256;244 270 280;236 242 204"""
marijuana = """16 20 16 20 -6 -4;12 24 12 -6 4 -8;8 8 26 -4 4 8;20 8 - - 20 -4;8 4 -8 - 22 -8;10 20 28 -20 -4 -4;4 28 24 12 8 18;
-8 20 24 -3 8 -24;- 20 24 8 12 -"""
murray = "1 1;1 -1;-1 1;-1 -1;2 -;2 -;-2 -;-2 -;- 2;- 2;- -2;- -2"

# As in gaussian_cases.json. The fraction of cholesterol is norm2's estimate, the ratio of the lengths of its last two steps in 15
# of EM; the ratio there is 0.46169 and its limit 0.46575.
published = {
    "apple": {"mean": [14.722222222222221, 49.333333333333336],
              "covariance": [[89.53395061728395, -90.6967291967292], [-90.6967291967292, 114.69495511703305]],
              "logLikelihood": -101.7856321278233, "meanStandardError": [2.23027091799, 2.7308948385],
              "covarianceStandardError": [[29.8446502058, 33.3462223163], [33.3462223163, 42.8638373954]],
              "statistic": 7.357854458961011, "pValue": 0.006677042025383045},
    "missvals": {"mean": [6.655165845958099, 49.96525911993005, 11.769230769230768, 27.047089043553562, 95.42307692307692],
                 "covariance": [
                     [21.825568069469522, 20.864333621291916, -24.90038796293282, -11.473441210330138, 46.953031018761976],
                     [20.864333621291916, 238.01243924592598, -15.81737658646118, -252.07231217693692, 195.6036266984523],
                     [-24.90038796293282, -15.81737658646118, 37.8698224852071, -9.59921124065296, -47.55621301775148],
                     [-11.473441210330138, -252.07231217693692, -9.59921124065296, 294.18304377862745, -190.5984908028996],
                     [46.953031018761976, 195.6036266984523, -47.55621301775148, -190.5984908028996, 208.90485207100593]],
                 "logLikelihood": -132.92525044511626, "statistic": 11.160688874844842, "pValue": 0.08353530834089697},
    "cholesterol": {"mean": [253.92857142857142, 230.64285714285714, 222.23717022214564],
                    "covariance": [[2194.9948979591836, 1454.6173469387754, 835.3979373697928],
                                   [1454.6173469387754, 2127.158163265306, 1515.4672365257095],
                                   [835.3979373697928, 1515.4672365257095, 1952.2325781014972]],
                    "logLikelihood": -376.91546532263993, "meanStandardError": [8.85396379748, 8.71607333622, 9.22163938524],
                    "covarianceStandardError": [[586.63706242, 492.262014347, 458.373192125],
                                                [492.262014347, 568.506932458, 526.31487949],
                                                [458.373192125, 526.31487949, 632.047942948]],
                    "worstFractionMissing": 0.4617},
    "murray": {"mean": [0, 0], "covariance": [[mpf(8) / 3, mpf(4) / 3], [mpf(4) / 3, mpf(8) / 3]]},
    "marijuana_ridge": {"mean": [7.681907, 16.88889, 14.77574, 5.264824, 7.555556, -2.602595],
                        "variances": [38.093845, 34.572391, 117.83039, 112.58849, 46.76431, 74.162883],
                        "minus2LogLikelihoodWithoutConstants": 252.7862, "minus2LogPosterior": 434.1799,
                        "worstFractionMissing": 0.9478}}


def table(words):
    return [[None if w == "-" else w for w in line.split()] for line in words.split(";")]


def holes(rows, source, percent):
    """Cells taken out at random; the first one stays where a row would be left empty."""
    for row in rows:
        missing = [source.below(percent) for _ in row]
        missing[0] = missing[0] and not all(missing)
        row[:] = [None if gone else cell for cell, gone in zip(row, missing)]
    return rows


def generated():
    thousandth, hundredth = Fraction(1, 1000), Fraction(1, 100)
    yield "holes_30x3", holes(*sample(101, 30, ["5", "-2", "40"], [["1", "0", "0"], ["0.5", "0.9", "0"], ["-3", "4", "8"]],
                                      [thousandth, thousandth, hundredth]), 20)
    strong = [["0.9747" if k == 0 else "0.2236" if k == j + 1 else "0" for k in range(5)] for j in range(4)]
    yield "strong_60x4", holes(*sample(102, 60, ["0", "1", "2", "3"], strong, [thousandth] * 4), 30)
    # Multiples of powers of two, so that the text is a double exactly: nothing is lost but by the arithmetic of a fit.
    scales = [["1e-6", "0", "0"], ["0.6", "0.8", "0"], ["-4e5", "5e5", "7e5"]]
    steps = [Fraction(1, 2**30), Fraction(1, 2**10), 1]
    yield "scales_25x3", holes(*sample(103, 25, ["1000000"] * 3, scales, steps), 20)
    mixed = [["1", "0", "0", "0", "0"], ["0.6", "1", "0", "0", "0"], ["0.4", "-0.5", "1", "0", "0"],
             ["0.7", "0.5", "0.3", "1", "0"], ["-0.2", "0.6", "0.3", "0.4", "1"]]
    rows, source = sample(104, 40, ["10", "20", "30", "40", "50"], mixed, [hundredth] * 5)
    for k, row in enumerate(rows):
        if k % 10 != 7:  # the second and the fourth column meet in rows 8, 18, 28 and 38 only
            row[1 if source.below(50) else 3] = None
        row[:] = [None if j in (0, 2, 4) and source.below(15) else cell for j, cell in enumerate(row)]
    yield "seldom_40x5", rows
    rows, _ = sample(105, 40, ["1", "2", "3", "4"], [line[:4] for line in mixed[:4]], [thousandth] * 4)
    for k, row in enumerate(rows):  # never missing: c, a; then d; then b
        row[3] = None if k % 5 in (1, 3) else row[3]
        row[1] = None if k % 5 == 3 else row[1]
    yield "monotone_40x4", rows


def fraction_missing(rows, prior, mu, S, information):
    """The largest eigenvalue of eye - I*inv(C), checked against one EM step from its eigenvector's direction."""
    d = S.rows
    complete = [Group(len(rows), tuple(range(d)), list(mu), S)] + [g._replace(cov=S) for g in prior]
    L = mp.cholesky(-derivatives(complete, mu, S)[1])
    inverse = mp.inverse(L)
    values, vectors = mp.eigsy(inverse * information * inverse.T)
    fraction = 1 - values[0]
    v = inverse.T * vectors[:, 0]
    theta, h = packed(mu, S), mpf(10) ** -40
    moved = (packed(*em_step(rows, *unpacked(theta + h * v, d), prior)) - theta) / h
    assert max(abs(x) for x in L.T * (moved - fraction * v)) < mpf(10) ** -20, "not the rate of the EM step"
    return fraction


def little(groups, mu, S):
    statistic = mpf(0)
    for g in groups:
        r, _ = second_moment(g, mu)
        statistic += g.n * (r.T * mp.inverse(sub(S, g.observed, g.observed)) * r)[0]
    df = sum(len(g.observed) for g in groups) - S.rows
    return {"statistic": text(statistic, 20), "df": df,
            "pValue": text(gammainc(mpf(df) / 2, statistic / 2, mp.inf, regularized=True), 20)}


def fit(rows, prior=()):
    """The maximum with all that is expected of a program, and the log of the prior there (without constants)."""
    groups, prior, d = grouped(rows), list(prior), len(rows[0])
    (_, mu, S), ends = start(rows, groups, prior)
    value = lambda theta: log_likelihood(groups + prior, *unpacked(theta, d))
    functions = lambda theta: derivatives(groups + prior, *unpacked(theta, d))
    scale = [mp.sqrt(S[j, j]) for j in range(d)]
    scale += [scale[i] * scale[j] for i, j in vech(d)]
    away = matrix([x + s / (200 + k) for k, (x, s) in enumerate(zip(packed(mu, 2 * S), scale))])
    check_derivatives(value, functions, away, scale)
    theta, score, H = newton(functions, packed(mu, S), scale)
    assert max(abs(g) for g in score) < mpf(10) ** -45
    mu, S = unpacked(theta, d)
    order = monotone_order(rows)
    if order and not prior:
        difference = packed(*by_regressions(rows, order)) - theta
        assert max(abs(x) / s for x, s in zip(difference, scale)) < mpf(10) ** -45, "not the closed form"
    V = mp.inverse(-H)
    best = max(ends)
    print(f"  {len(groups)} patterns; largest score {mp.nstr(max(abs(g) for g in score), 3)}, standardised "
          f"{mp.nstr(max(abs(g) * s for g, s in zip(score, scale)), 3)}; starts that ended lower by:",
          [mp.nstr(best - e, 6) for e in ends if best - e > 1e-8], file=sys.stderr)
    expected = {
        "mean": list(mu), "meanStandardError": [mp.sqrt(V[j, j]) for j in range(d)], "covariance": S,
        "covarianceStandardError": standard_errors(V[d:, d:], d), "logLikelihood": log_likelihood(groups, mu, S),
        "worstFractionMissing": fraction_missing(rows, prior, mu, S, -H)}
    return {"parameters": len(theta), **{k: text(v, 20) for k, v in expected.items()}}, groups, mu, S, order


def agreement(name, expected):
    """The largest relative difference from each published value (absolute where that is zero)."""
    for key, value in published.get(name, {}).items():
        flat = lambda x: [y for z in x for y in flat(z)] if isinstance(x, list) else [mpf(x)]
        ours = flat(expected[key] if key in expected else expected["littleMCAR"][key])
        worst = max(abs(a - b) / (abs(b) or 1) for a, b in zip(ours, flat(value)))
        print(f"  {key} agrees to {mp.nstr(worst, 2)}", file=sys.stderr)


def case(name, columns, rows, prior=()):
    print(name, file=sys.stderr)
    expected, groups, mu, S, order = fit(rows, prior)
    out = {"id": name, "columns": columns, "pattern": "monotone" if order else "general", "patterns": len(groups), "rows": rows}
    if prior:
        without = -2 * log_likelihood(groups, mu, S) - sum(g.n * len(g.observed) for g in groups) * log(2 * pi)
        expected["variances"] = text([S[j, j] for j in range(S.rows)], 20)
        expected["minus2LogLikelihoodWithoutConstants"] = text(without, 20)
        expected["minus2LogPosterior"] = text(without - 2 * log_likelihood(prior, mu, S), 20)
        out["prior"] = {"kind": "ridge", "df": "0.5"}
    else:
        expected["littleMCAR"] = little(groups, mu, S)
    agreement(name, expected)
    return out | {"expected": expected}


def main():
    cases = [case("apple", ["size", "worms"], table(apple)),
             case("missvals", ["x1", "x2", "x3", "x4", "x5"], table(missvals)),
             case("cholesterol", ["day2", "day4", "day14"], table(cholesterol)),
             case("murray", ["x", "y"], table(murray))]
    cases += [case(name, list("abcde"[:len(rows[0])]), rows) for name, rows in generated()]
    rows, df = table(marijuana), mpf("0.5")
    columns = [[mpf(row[j]) for row in rows if row[j] is not None] for j in range(6)]
    means = [sum(c) / len(c) for c in columns]
    variances = [sum((x - m) ** 2 for x in c) / (len(c) - 1) for c, m in zip(columns, means)]
    prior = Group(df + 7, tuple(range(6)), None, mp.diag([df * v / (df + 7) for v in variances]))
    names = ["Plac.15", "Low.15", "High.15", "Plac.90", "Low.90", "High.90"]
    cases.append(case("marijuana_ridge", names, rows, [prior]))
    print(dump({"digits": 20, "cases": cases}))


if __name__ == "__main__":
    main()
