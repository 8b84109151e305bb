#!/usr/bin/env python3
"""Writes reference.json: values for the GaussFit tests from 40-digit arithmetic (mpmath 1.4); SciPy only starts root finding.

    python3 make_reference.py > reference.json

Distribution functions and quantiles by mpmath's incomplete gamma and beta functions and root finding; standard errors of
structured covariances from the expected information n/2 tr(inv(S) dS_a inv(S) dS_b) and the delta method; intervals from
these quantiles; densities, conditional and divergence from explicit inverses; Philox4x32-10 from the paper's definition.
"""
import json
import os
from scipy import stats
from mpmath import mp, mpf, matrix, erfc, erfinv, betainc, gammainc, findroot, sqrt, log, pi, atanh, tanh, det, inverse

mp.dps = 40
here = os.path.dirname(os.path.abspath(__file__))
data = json.load(open(os.path.join(here, "gaussian_cases.json")))["datasets"]
iris = [[mpf(repr(x)) for x in row] for row in data["iris"]["rows"]]


def normal_cdf(x):
    return erfc(-x / sqrt(2)) / 2


def t_cdf(v, x):
    half = betainc(v / 2, mpf(1) / 2, 0, v / (v + x * x), regularized=True) / 2
    return 1 - half if x > 0 else half


def t_survival(v, x):
    return t_cdf(v, -x)


def chi_cdf(v, x):
    return gammainc(v / 2, 0, x / 2, regularized=True)


def chi_survival(v, x):
    return gammainc(v / 2, x / 2, mp.inf, regularized=True)


def f_cdf(a, b, x):
    return betainc(a / 2, b / 2, 0, a * x / (a * x + b), regularized=True)


def f_survival(a, b, x):
    return betainc(b / 2, a / 2, 0, b / (a * x + b), regularized=True)


def solve(cdf, p, start):
    """The x with cdf(x) = p, by the secant method."""
    start = mpf(float(start))
    return findroot(lambda x: cdf(x) - p, (start, start * (1 + mpf(10) ** -8)), tol=1e-60)


def normal_quantile(p):
    p = mpf(p)
    x = sqrt(2) * erfinv(2 * p - 1)
    return x


def t_quantile(v, p):
    return solve(lambda x: t_cdf(v, x), p, stats.t.ppf(float(p), float(v)))


def chi_quantile(v, p):
    return solve(lambda x: chi_cdf(v, x), p, stats.chi2.ppf(float(p), float(v)))


def f_quantile(a, b, p):
    return solve(lambda x: f_cdf(a, b, x), p, stats.f.ppf(float(p), float(a), float(b)))


def number(x):
    return float(x)


def rows(m):
    return [[number(m[i, j]) for j in range(m.cols)] for i in range(m.rows)]


def distributions():
    out = []
    add = lambda name, parameters, kind, at, value: out.append(
        {"distribution": name, "parameters": parameters, "function": kind, "at": at, "value": number(value)})
    for x in [-8.5, -1.96, 0.0, 0.5, 2.25]:
        add("normal", [], "cdf", x, normal_cdf(mpf(x)))
        add("normal", [], "survival", x, normal_cdf(-mpf(x)))
    for p in [1e-300, 1e-12, 0.025, 0.25, 0.5, 0.7, 0.975, 0.999]:
        value = normal_quantile(p) if p > 1e-20 else -sqrt(2) * solve(erfc, 2 * mpf(p), 26.2)
        add("normal", [], "quantile", p, value)
    for v in [1.0, 2.5, 9.0, 149.0, 2000.0]:
        for x in [-30.0, -2.0, 0.75, 4.0]:
            add("t", [v], "cdf", x, t_cdf(mpf(v), mpf(x)))
            add("t", [v], "survival", x, t_survival(mpf(v), mpf(x)))
        for p in [0.005, 0.025, 0.3, 0.975]:
            add("t", [v], "quantile", p, t_quantile(mpf(v), mpf(p)))
    for v in [1.0, 2.5, 9.0, 149.0, 2000.0]:
        for x in [0.25, 3.0, 160.0]:
            add("chiSquare", [v], "cdf", x, chi_cdf(mpf(v), mpf(x)))
            add("chiSquare", [v], "survival", x, chi_survival(mpf(v), mpf(x)))
        for p in [0.005, 0.025, 0.5, 0.975, 0.9999]:
            add("chiSquare", [v], "quantile", p, chi_quantile(mpf(v), mpf(p)))
    for a, b in [(1.0, 5.0), (3.0, 40.0), (149.0, 447.0), (2.5, 7.5)]:
        for x in [0.05, 1.0, 6.5]:
            add("f", [a, b], "cdf", x, f_cdf(mpf(a), mpf(b), mpf(x)))
            add("f", [a, b], "survival", x, f_survival(mpf(a), mpf(b), mpf(x)))
        for p in [0.025, 0.5, 0.975]:
            add("f", [a, b], "quantile", p, f_quantile(mpf(a), mpf(b), mpf(p)))
    return out


def moments(data):
    n, d = len(data), len(data[0])
    mean = [sum(r[j] for r in data) / n for j in range(d)]
    s = matrix(d, d)
    for i in range(d):
        for j in range(d):
            s[i, j] = sum((r[i] - mean[i]) * (r[j] - mean[j]) for r in data) / n
    return mean, s


def information_errors(n, covariance, directions):
    """Standard errors of the entries of S(theta), linear in theta with dS/dtheta_a = directions[a]."""
    inv = inverse(covariance)
    k = len(directions)
    info = matrix(k, k)
    products = [inv * e for e in directions]
    for a in range(k):
        for b in range(k):
            m = products[a] * products[b]
            info[a, b] = mpf(n) / 2 * sum(m[i, i] for i in range(m.rows))
    v = inverse(info)
    d = covariance.rows
    se = matrix(d, d)
    for i in range(d):
        for j in range(d):
            g = [e[i, j] for e in directions]
            se[i, j] = sqrt(sum(g[a] * v[a, b] * g[b] for a in range(k) for b in range(k)))
    return se


def unit(d, i, j):
    e = matrix(d, d)
    e[i, j] = 1
    e[j, i] = 1
    return e


def structures(data):
    n, d = len(data), len(data[0])
    _, s = moments(data)
    eye, ones = mp.eye(d), mp.ones(d)
    v = sum(s[i, i] for i in range(d)) / d
    c = sum(s[i, j] for i in range(d) for j in range(d) if i != j) / (d * (d - 1))
    forms = {
        "full": (s, [unit(d, i, j) for i in range(d) for j in range(i + 1)]),
        "diag": (mp.diag([s[i, i] for i in range(d)]), [unit(d, i, i) for i in range(d)]),
        "spherical": (v * eye, [eye]),
        "cs": (v * eye + c * (ones - eye), [eye, ones - eye]),
    }
    out = {}
    for name, (cov, directions) in forms.items():
        loglik = -mpf(n) / 2 * (d * log(2 * pi) + log(det(cov)) + sum((inverse(cov) * s)[i, i] for i in range(d)))
        out[name] = {"covariance": rows(cov), "covarianceStandardError": rows(information_errors(n, cov, directions)),
                     "meanStandardError": [number(sqrt(cov[i, i] / n)) for i in range(d)], "logLikelihood": number(loglik)}
    return out


def intervals(data, level):
    n, d = len(data), len(data[0])
    mean, s = moments(data)
    tail = (1 - mpf(level)) / 2
    t = t_quantile(mpf(n - 1), 1 - tail)
    z = normal_quantile(1 - tail)
    upper, lower = chi_quantile(mpf(n - 1), 1 - tail), chi_quantile(mpf(n - 1), tail)
    out = {"level": level, "mean": [], "variance": [], "correlation": []}
    for j in range(d):
        reach = t * sqrt(s[j, j] / (n - 1))
        out["mean"].append([number(mean[j] - reach), number(mean[j] + reach)])
        out["variance"].append([number(n * s[j, j] / upper), number(n * s[j, j] / lower)])
    for i in range(d):
        for j in range(i):
            r = atanh(s[i, j] / sqrt(s[i, i] * s[j, j]))
            reach = z / sqrt(mpf(n - 3))
            out["correlation"].append([i, j, number(tanh(r - reach)), number(tanh(r + reach))])
    v = sum(s[i, i] for i in range(d)) / d
    c = sum(s[i, j] for i in range(d) for j in range(d) if i != j) / (d * (d - 1))
    q = (v + (d - 1) * c) / (v - c)
    # analysis of variance: the mean square of the sum over that within, F(n - 1, (n - 1)(d - 1))
    bounds = [q / f_quantile(mpf(n - 1), mpf((n - 1) * (d - 1)), p) for p in (1 - tail, tail)]
    out["compoundSymmetryCorrelation"] = [number((b - 1) / (b + d - 1)) for b in bounds]
    out["sphericalVariance"] = [number(n * d * v / chi_quantile(mpf(d * (n - 1)), p)) for p in (1 - tail, tail)]
    return out


def partial(data):
    _, s = moments(data)
    p = inverse(s)
    d = s.rows
    return [[1.0 if i == j else number(-p[i, j] / sqrt(p[i, i] * p[j, j])) for j in range(d)] for i in range(d)]


def ridge(data, value):
    n, d = len(data), len(data[0])
    _, s = moments(data)
    r = s + value * mp.eye(d)
    return {"value": number(value), "logLikelihood": number(-mpf(n) / 2 * (
        d * log(2 * pi) + log(det(r)) + sum((inverse(r) * s)[i, i] for i in range(d))))}


def densities(data):
    mean, s = moments(data)
    p, d = inverse(s), s.rows
    points = [data[0], data[100], [mpf(6), mpf(3), mpf("4.5"), mpf("1.5")], [mpf(60), mpf(-30), mpf(45), mpf(15)]]
    out = []
    for x in points:
        v = matrix([a - b for a, b in zip(x, mean)])
        q = (v.T * p * v)[0]
        out.append({"x": [number(a) for a in x], "mahalanobis": number(sqrt(q)),
                    "logDensity": number(-(d * log(2 * pi) + log(det(s)) + q) / 2)})
    return out


def divergence(a, b):
    (m0, s0), (m1, s1) = moments(a), moments(b)
    p, d = inverse(s1), s0.rows
    v = matrix([x - y for x, y in zip(m1, m0)])
    return number((sum((p * s0)[i, i] for i in range(d)) - d + (v.T * p * v)[0] + log(det(s1) / det(s0))) / 2)


def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [(b >> 32) ^ c[1] ^ k[0], b & 0xFFFFFFFF, (a >> 32) ^ c[3] ^ k[1], a & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


def normals(seed, count, columns):
    out = []
    for row in range(count):
        values = []
        for pair in range((columns + 1) // 2):
            w = philox([pair, 0, row & 0xFFFFFFFF, row >> 32], [seed & 0xFFFFFFFF, seed >> 32])
            for low, high in ((w[0], w[1]), (w[2], w[3])):
                u = (mpf((high << 32 | low) >> 12) + mpf(1) / 2) / mpf(2) ** 52
                values.append(number(normal_quantile(u)))
        out.append(values[:columns])
    return {"seed": seed, "rows": out}


setosa, versicolor = iris[:50], iris[50:100]
print(json.dumps({
    "distributions": distributions(),
    "structures": {"iris": structures(iris), "setosa": structures(setosa)},
    "intervals": {"iris": intervals(iris, 0.95), "setosa": intervals(setosa, 0.9)},
    "partialCorrelation": {"iris": partial(iris)},
    "ridge": {"iris": ridge(iris, mpf("0.01"))},
    "densities": {"iris": densities(iris)},
    "kullbackLeibler": {"setosa_versicolor": divergence(setosa, versicolor), "versicolor_setosa": divergence(versicolor, setosa)},
    "normals": normals(20240229, 6, 5),
}, indent=1))
