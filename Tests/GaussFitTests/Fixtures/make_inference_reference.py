#!/usr/bin/env python3
"""Writes inference.json: values for the tests of inference, normality and shrinkage from 50-digit arithmetic (mpmath 1.3).

    python3 make_inference_reference.py > inference.json

Every statistic is computed by its definition and by another way than the library's: Mardia's and Henze and Zirkler's by double
sums over rows with the inverse covariance, likelihood ratios by determinants, T^2 by inverses. SciPy only starts root finding.
"""
import json
import os
from scipy import stats
from mpmath import (mp, mpf, matrix, erfc, erfinv, betainc, gammainc, findroot, sqrt, log, exp, pi, atanh, asinh, det, inverse,
                    eigsy, diag, diff, cbrt, quad, linspace, log1p, loggamma)

mp.dps = 50
here = os.path.dirname(os.path.abspath(__file__))
iris = [[mpf(repr(x)) for x in row]
        for row in json.load(open(os.path.join(here, "gaussian_cases.json")))["datasets"]["iris"]["rows"]]
species = {"setosa": iris[:50], "versicolor": iris[50:100], "virginica": iris[100:]}


def number(x):
    return float(x)


def phi(x):
    return erfc(-x / sqrt(2)) / 2


def normal_quantile(p):
    # by the smaller tail, so that nothing cancels
    if p > mpf(1) / 2:
        return -normal_quantile(1 - p)
    start = mpf(float(stats.norm.ppf(float(p))))
    return findroot(lambda x: erfc(-x / sqrt(2)) / 2 / p - 1, start, tol=1e-80)


def chi_cdf(v, x):
    return gammainc(v / 2, 0, x / 2, regularized=True)


def chi_survival(v, x):
    return gammainc(mpf(v) / 2, mpf(x) / 2, mp.inf, regularized=True)


def f_survival(a, b, x):
    return betainc(mpf(b) / 2, mpf(a) / 2, 0, b / (a * x + b), regularized=True)


def beta_integral(a, b, ends):
    """The beta density integrated over pieces: where b is so large that the series does not converge."""
    norm = exp(loggamma(a + b) - loggamma(a) - loggamma(b))
    return quad(lambda t: t ** (a - 1) * exp((b - 1) * log1p(-t)), ends) * norm


def beta_cdf(a, b, x):
    if b > 1000:
        return beta_integral(a, b, linspace(0, x, 9))
    return betainc(a, b, 0, x, regularized=True)


def beta_survival(a, b, x):
    if b > 1000:
        return beta_integral(a, b, [x + k * 20 / b for k in range(16)])  # exp(-300) beyond
    return betainc(b, a, 0, 1 - x, regularized=True)


def beta_quantile(a, b, p):
    start = mpf(float(stats.beta.ppf(float(p), float(a), float(b))))
    return findroot(lambda x: beta_cdf(a, b, x) / p - 1, (start, start * (1 - mpf(10) ** -8)), tol=1e-80)


def distributions():
    """Values with the condition of the problem, |x f'(x) / f(x)|."""
    out = []

    def add(name, parameters, kind, at, f):
        x = mpf(at)
        value = f(x)
        slope = 1 / diff(lambda y: beta_cdf(*map(mpf, parameters), y), value) if kind == "quantile" else diff(f, x)
        out.append({"distribution": name, "parameters": parameters, "function": kind, "at": at, "value": number(value),
                    "condition": number(abs(x * slope / value))})

    for a, b in [(0.5, 3.0), (1.0, 1.0), (2.0, 22.5), (5.0, 500.0), (10.0, 2.5), (5.0, 499994.5)]:
        for x in [1e-6, 0.01, 0.3, 0.8] if b < 1000 else [1e-6, 1e-5, 5e-5]:
            for kind, f in (("cdf", beta_cdf), ("survival", beta_survival)):
                if f(mpf(a), mpf(b), mpf(x)) > 1e-290:
                    add("beta", [a, b], kind, x, lambda y: f(mpf(a), mpf(b), y))
        for p in [1e-10, 0.05, 0.5, 0.975]:
            add("beta", [a, b], "quantile", p, lambda y: beta_quantile(mpf(a), mpf(b), y))
    # degrees of freedom and tails as the tests meet them
    for v, x in [(20.0, 25.66), (220.0, 310.0), (3.9231597433180823, 31.518), (1540.0, 1501.0), (8.0, 420.0), (35.0, 3.0)]:
        add("chiSquare", [v], "cdf", x, lambda y: chi_cdf(mpf(v), y))
        add("chiSquare", [v], "survival", x, lambda y: chi_survival(v, y))
    for a, b, x in [(20.0, 77566.75, 6.9), (8.0, 288.0, 199.1), (2.0, 22.0, 59.9), (4.0, 95.0, 0.01), (10.0, 30.5, 3.0)]:
        add("f", [a, b], "survival", x, lambda y: f_survival(mpf(a), mpf(b), y))
    for x in [12.0, 25.0, 36.5]:
        add("normal", [], "survival", x, lambda y: phi(-y))
    return out


def moments(data):
    n, d = len(data), len(data[0])
    mean = [sum(r[j] for r in data) / n for j in range(d)]
    s = matrix(d, d)
    for i in range(d):
        for j in range(d):
            s[i, j] = sum((r[i] - mean[i]) * (r[j] - mean[j]) for r in data) / n
    return mean, s


def trace(m):
    return sum(m[i, i] for i in range(m.rows))


def chi(statistic, df):
    return {"statistic": number(statistic), "df": number(df), "p": number(chi_survival(df, statistic))}


def f(statistic, a, b):
    return {"statistic": number(statistic), "df": number(a), "df2": number(b), "p": number(f_survival(a, b, statistic))}


def normal(z):
    return {"statistic": number(z), "p": number(2 * phi(-abs(z)))}


# Normality

def grams(data):
    mean, s = moments(data)
    p = inverse(s)
    rows = [matrix([a - m for a, m in zip(row, mean)]) for row in data]
    half = [p * r for r in rows]
    return [[(r.T * h)[0] for h in half] for r in rows]


def mardia(data, g):
    n, d = len(data), len(data[0])
    b1 = sum(x ** 3 for row in g for x in row) / n ** 2
    b2 = sum(g[i][i] ** 2 for i in range(n)) / n
    df = d * (d + 1) * (d + 2) // 6
    small = mpf((d + 1) * (n + 1) * (n + 3)) / (n * ((n + 1) * (d + 1) - 6))
    variance = mpf(8 * d * (d + 2) * (n - 3) * (n - d - 1) * (n - d + 1)) / ((n + 1) ** 2 * (n + 3) * (n + 5))
    return {"b1": number(b1), "b2": number(b2), "skewness": chi(n * b1 / 6, df), "skewnessSmallSample": chi(n * b1 / 6 * small, df),
            "kurtosis": normal((b2 - d * (d + 2)) / sqrt(mpf(8 * d * (d + 2)) / n)),
            "kurtosisSmallSample": normal((b2 - mpf(d * (d + 2) * (n - 1)) / (n + 1)) / sqrt(variance))}


def henze_zirkler(data, g):
    n, d = len(data), mpf(len(data[0]))
    b = ((2 * d + 1) * n / 4) ** (1 / (d + 4)) / sqrt(2)
    pairs = sum(exp(-b ** 2 / 2 * (g[i][i] + g[j][j] - 2 * g[i][j])) for i in range(n) for j in range(n))
    single = sum(exp(-b ** 2 / (2 * (1 + b ** 2)) * g[i][i]) for i in range(n))
    hz = n * (pairs / n ** 2 - 2 * (1 + b ** 2) ** (-d / 2) * single / n + (1 + 2 * b ** 2) ** (-d / 2))
    a, w = 1 + 2 * b ** 2, (1 + b ** 2) * (1 + 3 * b ** 2)
    mu = 1 - a ** (-d / 2) * (1 + d * b ** 2 / a + d * (d + 2) * b ** 4 / (2 * a ** 2))
    s2 = (2 * (1 + 4 * b ** 2) ** (-d / 2)
          + 2 * a ** -d * (1 + 2 * d * b ** 4 / a ** 2 + 3 * d * (d + 2) * b ** 8 / (4 * a ** 4))
          - 4 * w ** (-d / 2) * (1 + 3 * d * b ** 4 / (2 * w) + d * (d + 2) * b ** 8 / (2 * w ** 2)))
    center, spread = log(sqrt(mu ** 4 / (s2 + mu ** 2))), sqrt(log((s2 + mu ** 2) / mu ** 2))
    return {"statistic": number(hz), "p": number(phi(-(log(hz) - center) / spread))}


def central(x, k):
    m = sum(x) / len(x)
    return sum((v - m) ** k for v in x) / len(x)


def doornik_hansen(data):
    n, d = mpf(len(data)), len(data[0])
    mean, s = moments(data)
    sd = [sqrt(s[j, j]) for j in range(d)]
    c = matrix(d, d)
    for i in range(d):
        for j in range(d):
            c[i, j] = s[i, j] / sd[i] / sd[j]
    values, h = eigsy(c)
    root = h * diag([1 / sqrt(v) for v in values]) * h.T
    rows = [root * matrix([(a - m) / v for a, m, v in zip(row, mean, sd)]) for row in data]
    total = mpf(0)
    for j in range(d):
        x = [r[j] for r in rows]
        skew, kurt = central(x, 3) / central(x, 2) ** mpf(1.5), central(x, 4) / central(x, 2) ** 2
        beta = 3 * (n * n + 27 * n - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9))
        w2 = -1 + sqrt(2 * (beta - 1))
        delta = 1 / sqrt(log(sqrt(w2)))
        y = skew * sqrt((w2 - 1) / 2 * (n + 1) * (n + 3) / (6 * (n - 2)))
        z1 = delta * log(y + sqrt(y * y + 1))
        delta = (n - 3) * (n + 1) * (n * n + 15 * n - 4)
        a = (n - 2) * (n + 5) * (n + 7) * (n * n + 27 * n - 70) / (6 * delta)
        cc = (n - 7) * (n + 5) * (n + 7) * (n * n + 2 * n - 5) / (6 * delta)
        k = (n + 5) * (n + 7) * (n ** 3 + 37 * n * n + 11 * n - 313) / (12 * delta)
        alpha = a + skew ** 2 * cc
        x2 = (kurt - 1 - skew ** 2) * 2 * k
        z2 = (cbrt(x2 / (2 * alpha)) - 1 + 1 / (9 * alpha)) * sqrt(9 * alpha)
        total += z1 ** 2 + z2 ** 2
    return chi(total, 2 * d)


def polynomial(c, x):
    return sum(mpf(a) * x ** k for k, a in enumerate(c))


def scores(n):
    return [normal_quantile((mpf(i) - mpf("0.375")) / (n + mpf("0.25"))) for i in range(1, n + 1)]


def royston_weights(n):
    m = scores(n)
    mm = sum(x * x for x in m)
    u = 1 / sqrt(mpf(n))
    an = m[-1] / sqrt(mm) + polynomial(["0", ".221157", "-.147981", "-2.07119", "4.434685", "-2.706056"], u)
    am = m[-2] / sqrt(mm) + polynomial(["0", ".042981", "-.293762", "-1.752461", "5.682633", "-3.582633"], u)
    if n > 5:
        p = (mm - 2 * m[-1] ** 2 - 2 * m[-2] ** 2) / (1 - 2 * an ** 2 - 2 * am ** 2)
        return [-an, -am] + [x / sqrt(p) for x in m[2:-2]] + [am, an]
    p = (mm - 2 * m[-1] ** 2) / (1 - 2 * an ** 2)
    return [-an] + [x / sqrt(p) for x in m[1:-1]] + [an]


def correlation_squared(a, x):
    x = sorted(x)
    ma, mx = sum(a) / len(a), sum(x) / len(x)
    return (sum((p - ma) * (q - mx) for p, q in zip(a, x)) ** 2
            / (sum((p - ma) ** 2 for p in a) * sum((q - mx) ** 2 for q in x)))


def w_score(w, n):
    y = log(1 - w)
    if n <= 11:
        g = polynomial(["-2.273", ".459"], n)
        return (-log(g - y) - polynomial([".544", "-.39978", ".025054", "-.0006714"], n)) / exp(
            polynomial(["1.3822", "-.77857", ".062767", "-.0020322"], n))
    x = log(mpf(n))
    return (y - polynomial(["-1.5861", "-.31082", "-.083751", ".0038915"], x)) / exp(
        polynomial(["-.4803", "-.082676", ".0030302"], x))


def shapiro(x):
    n = len(x)
    w = correlation_squared(royston_weights(n), x)
    z = w_score(w, n)
    return {"w": number(w), "z": number(z), "p": number(phi(-z)), "francia": number(correlation_squared(scores(n), x))}


def royston(data):
    n, d = len(data), len(data[0])
    _, s = moments(data)
    w, total = [], mpf(0)
    wilk, francia = royston_weights(n), scores(n)
    for j in range(d):
        x = [r[j] for r in data]
        kurt = central(x, 4) / central(x, 2) ** 2
        w.append(correlation_squared(francia if kurt > 3 else wilk, x))
        total += normal_quantile(phi(-w_score(w[-1], n)) / 2) ** 2
    u, ln = mpf("0.715"), log(mpf(n))
    v = mpf("0.21364") + mpf("0.015124") * ln ** 2 - mpf("0.0018034") * ln ** 3
    c = mpf(0)
    for i in range(d):
        for j in range(d):
            if i != j:
                r = s[i, j] / sqrt(s[i, i] * s[j, j])
                c += r ** 5 * (1 - u * (1 - r) ** u / v)
    e = d / (1 + c / d)  # (d - 1) times the mean of d (d - 1) terms
    return {"w": [number(x) for x in w], **chi(e / d * total, e)}


def normality(data):
    g = grams(data)
    n, d = len(data), len(data[0])
    distances = [(mpf(n - 1) / n) * g[i][i] for i in range(n)]
    return {"mardia": mardia(data, g), "henzeZirkler": henze_zirkler(data, g), "doornikHansen": doornik_hansen(data),
            "royston": royston(data), "squaredDistances": [number(x) for x in distances],
            "distanceSurvival": [number(beta_survival(mpf(d) / 2, mpf(n - d - 1) / 2, x * n / mpf(n - 1) ** 2))
                                 for x in distances]}


# Covariances and means

def covariance_tests(data, sigma0, blocks):
    n, d = len(data), mpf(len(data[0]))
    nu = n - 1
    s = moments(data)[1] * (mpf(n) / nu)
    k = int(d)
    factor = nu * (1 - (2 * d + 1 - 2 / (d + 1)) / (6 * nu - 1))
    out = {"covariance": {"sigma0": [[number(x) for x in row] for row in sigma0], **chi(
        factor * (log(det(matrix(sigma0))) - log(det(s)) + trace(inverse(matrix(sigma0)) * s) - d), d * (d + 1) / 2)}}
    out["sphericity"] = chi(
        (nu - (2 * d * d + d + 2) / (6 * d)) * (d * log(trace(s) / d) - log(det(s))), d * (d + 1) / 2 - 1)
    for name, parts in [("independence", [[j] for j in range(k)]), ("blocks", blocks)]:
        inner = sum(log(det(matrix([[s[i, j] for j in b] for i in b]))) for b in parts)
        a2, a3 = d ** 2 - sum(len(b) ** 2 for b in parts), d ** 3 - sum(len(b) ** 3 for b in parts)
        out[name] = chi((nu - (2 * a3 + 3 * a2) / (6 * a2)) * (inner - log(det(s))), a2 / 2)
    out["blocks"]["blocks"] = blocks
    v = trace(s) / d
    r = sum(s[i, j] for i in range(k) for j in range(k) if i != j) / (d * (d - 1)) / v
    out["compoundSymmetry"] = chi(
        -(nu - d * (d + 1) ** 2 * (2 * d - 3) / (6 * (d - 1) * (d * d + d - 4)))
        * log(det(s) / (v ** d * (1 - r) ** (d - 1) * (1 + (d - 1) * r))), d * (d + 1) / 2 - 2)
    r = s[0, 1] / sqrt(s[0, 0] * s[1, 1])
    out["correlation"] = {"r0": 0.2, **normal((atanh(r) - atanh(mpf(0.2))) * sqrt(mpf(n - 3)))}
    return out


def scatter(data):
    return moments(data)[1] * len(data)


def group_tests(groups):
    g, d = len(groups), mpf(len(groups[0][0]))
    n = sum(len(x) for x in groups)
    nu = mpf(n - g)
    within = scatter(groups[0])
    for x in groups[1:]:
        within += scatter(x)
    a = (g - 1) * d * (d + 1) / 2
    lrt = sum(len(x) * (log(det(within / n)) - log(det(scatter(x) / len(x)))) for x in groups)
    m = nu * log(det(within / nu)) - sum((len(x) - 1) * log(det(scatter(x) / (len(x) - 1))) for x in groups)
    c1 = (sum(1 / mpf(len(x) - 1) for x in groups) - 1 / nu) * (2 * d * d + 3 * d - 1) / (6 * (d + 1) * (g - 1))
    c2 = (sum(1 / mpf(len(x) - 1) ** 2 for x in groups) - 1 / nu ** 2) * (d - 1) * (d + 2) / (6 * (g - 1))
    b = (a + 2) / abs(c2 - c1 ** 2)
    if c2 > c1 ** 2:
        box = m * (1 - c1 - a / b) / a
    else:
        pole = b / (1 - c1 + 2 / b)
        box = b * m / (a * (pole - m))
    total = scatter([row for x in groups for row in x])
    wilks = det(within) / det(total)
    h, e = mpf(g - 1), nu
    t = sqrt((d * d * h * h - 4) / (d * d + h * h - 5)) if d * d + h * h > 5 else mpf(1)
    w = e + h - (d + h + 1) / 2
    rest = w * t - (d * h - 2) / 2
    root = wilks ** (1 / t)
    return {"covarianceEquals": chi(lrt, a), "box": {"m": number(m), "chiSquare": chi((1 - c1) * m, a), "f": f(box, a, b)},
            "wilks": {"lambda": number(wilks), "f": f((1 - root) / root * rest / (d * h), d * h, rest),
                      "chiSquare": chi(-(e - (d - h + 1) / 2) * log(wilks), d * h)}}


def hotelling_one(data, mu0):
    n, d = mpf(len(data)), len(data[0])
    mean, s = moments(data)
    v = matrix([a - mpf(repr(b)) for a, b in zip(mean, mu0)])
    t2 = (n - 1) * (v.T * inverse(s) * v)[0]
    return {"mu0": mu0, "tSquared": number(t2), "f": f((n - d) / (d * (n - 1)) * t2, d, n - d)}


def hotelling_two(x, y):
    n, m, d = mpf(len(x)), mpf(len(y)), len(x[0])
    pooled = (scatter(x) + scatter(y)) / (n + m - 2)
    v = matrix([a - b for a, b in zip(moments(x)[0], moments(y)[0])])
    t2 = n * m / (n + m) * (v.T * inverse(pooled) * v)[0]
    return {"tSquared": number(t2), "f": f((n + m - d - 1) / (d * (n + m - 2)) * t2, d, n + m - d - 1)}


# Shrinkage

def shrinkage(data):
    n, d = len(data), len(data[0])
    mean, s = moments(data)
    m = trace(s) / d
    squares = sum(s[i, j] ** 2 for i in range(d) for j in range(d))
    distance = sum((s[i, j] - (m if i == j else 0)) ** 2 for i in range(d) for j in range(d))
    noise = mpf(0)
    for row in data:
        y = [a - b for a, b in zip(row, mean)]
        noise += sum((y[i] * y[j] - s[i, j]) ** 2 for i in range(d) for j in range(d))
    a = squares / d ** 2
    intensities = {"ledoitWolf": min(noise / n ** 2 / distance, mpf(1)), "oas": min((a + m * m) / ((n + 1) * (a - m * m / d)), mpf(1))}
    out = {}
    for name, k in intensities.items():
        shrunk = (1 - k) * s + k * m * mp.eye(d)
        value = -mpf(n) / 2 * (d * log(2 * pi) + log(det(shrunk)) + trace(inverse(shrunk) * s))
        out[name] = {"intensity": number(k), "logLikelihood": number(value), "covariance": [
            [number(shrunk[i, j]) for j in range(d)] for i in range(d)]}
    return out


setosa, versicolor, virginica = species.values()
sigma0 = [[0.6875, 0.0, 1.25, 0.5], [0.0, 0.1875, -0.25, -0.125], [1.25, -0.25, 3.0, 1.25], [0.5, -0.125, 1.25, 0.5625]]
print(json.dumps({
    "distributions": distributions(),
    "normality": {**{name: normality(rows) for name, rows in species.items()},
                  "setosa_1_3": normality([r[:3] for r in setosa]), "setosa_1_2": normality([r[:2] for r in setosa]),
                  "setosa_first_10": normality([r[:2] for r in setosa[:10]]),
                  "iris_column_3": normality([[r[2]] for r in iris])},
    "shapiro": {str(n): shapiro([r[0] for r in iris[40:40 + n]]) for n in (4, 5, 6, 11, 12, 50)},
    "covarianceTests": covariance_tests(iris, sigma0, [[0, 2], [1], [3]]),
    "groups": {"species": group_tests([setosa, versicolor, virginica]), "two": group_tests([versicolor, virginica]),
               "one_column": group_tests([[r[:1] for r in x] for x in (setosa, versicolor, virginica)]),
               "small": group_tests([setosa[:6], versicolor[:7], virginica[:9]])},
    "hotelling": {"setosa": hotelling_one(setosa, [5.0, 3.4, 1.5, 0.25]), "versicolor_virginica": hotelling_two(versicolor, virginica)},
    "shrinkage": {"iris": shrinkage(iris), "setosa": shrinkage(setosa), "setosa_first_3": shrinkage(setosa[:3])},
}, indent=1))
