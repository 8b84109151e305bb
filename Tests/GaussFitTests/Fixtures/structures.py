#!/usr/bin/env python3
"""Writes structures.json: maxima of the likelihood under structured covariances, for setosa and for 80 generated rows.

    python3 structures.py > structures.json      (needs mpmath, numpy, scipy and gaussian_cases.json beside it)

Every structure is a table of polynomials: the entry Sigma_ij is a sum of products of parameters, so its derivatives are exact.

    csh          sd_1..sd_d, rho               sd_i sd_j rho, on the diagonal sd_i^2
    ar1          variance, rho                 variance rho^|i-j|
    ar1h         sd_1..sd_d, rho               sd_i sd_j rho^|i-j|
    toeplitz     variance, lag_1..lag_(d-1)    the covariance at lag |i-j|, on the diagonal the variance
    banded:1     s_i_j for |i-j| <= 1          free where |i-j| <= K, zero elsewhere (of the covariance, not of its inverse)
    block:...    s_i_j within a block          zero between blocks
    factor:1     l_1..l_d, psi_1..psi_d        l l' + diag(psi), l_1 > 0
    ppca:1       l_1..l_d, variance            l l' + variance eye, l_1 > 0

The mean is free and equals the sample mean under each. Multi-start BFGS in doubles finds the best maximum, Newton's method on the
exact score and Hessian ends with a standardised score below 1e-90. Standard errors: inv(-Hessian) in the structure's parameters,
by the delta method for the entries of Sigma; zero for entries that are fixed at zero. `parameters` counts the mean too.

Checks that stop the script: score and Hessian against central differences away from the maximum; block and ppca against their
closed forms; diag(Sigma) = diag(S) for factor, diag(inv(Sigma) S) = 1 for csh and ar1h, tr(inv(Sigma) S) = d for all of these.
"""
import json
import os
import sys
from fractions import Fraction
import numpy
from mpmath import mp, mpf, matrix
from scipy.optimize import minimize
from likelihood import (check_derivatives, derivatives, dump, grouped, log_likelihood, newton, sample, standard_errors, text, vech)


def entries(structure, d):
    """Names of parameters and {(i, j): products}, a product being the names of its factors."""
    kind, _, argument = structure.partition(":")
    columns = range(1, d + 1)
    if kind in ("csh", "ar1h"):
        power = (lambda i, j: int(i != j)) if kind == "csh" else (lambda i, j: j - i)
        return [f"sd_{i}" for i in columns] + ["rho"], lambda i, j: [[f"sd_{i}", f"sd_{j}"] + ["rho"] * power(i, j)]
    if kind == "ar1":
        return ["variance", "rho"], lambda i, j: [["variance"] + ["rho"] * (j - i)]
    if kind == "toeplitz":
        names = ["variance"] + [f"lag_{k}" for k in range(1, d)]
        return names, lambda i, j: [[names[j - i]]]
    if kind in ("banded", "block"):
        if kind == "banded":
            free = lambda i, j: j - i <= int(argument)
        else:
            blocks = [[int(k) for k in block.split(",")] for block in argument.split("/")]
            free = lambda i, j: any(i in block and j in block for block in blocks)
        names = [f"s_{i}_{j}" for i in columns for j in columns if i <= j and free(i, j)]
        return names, lambda i, j: [[f"s_{i}_{j}"]] if free(i, j) else []
    own = (lambda i: f"psi_{i}") if kind == "factor" else (lambda i: "variance")
    names = [f"l_{i}" for i in columns] + ([f"psi_{i}" for i in columns] if kind == "factor" else ["variance"])
    return names, lambda i, j: [[f"l_{i}", f"l_{j}"]] + ([[own(i)]] if i == j else [])


class Polynomials:
    """vech Sigma as polynomials of the parameters: a sum of products of parameters, given by their indices."""

    def __init__(self, structure, d):
        self.names, entry = entries(structure, d)
        self.d = d
        self.sums = [[[self.names.index(f) for f in product] for product in entry(i + 1, j + 1)] for i, j in vech(d)]

    @staticmethod
    def product(factors, theta):
        value = mpf(1)
        for f in factors:
            value *= theta[f]
        return value

    @staticmethod
    def without(factors, a):
        """The derivative of a product: how often a is a factor, and the factors that remain."""
        rest = list(factors)
        if a in rest:
            rest.remove(a)
        return factors.count(a), rest

    def value(self, theta):
        S = matrix(self.d, self.d)
        for (i, j), terms in zip(vech(self.d), self.sums):
            S[i, j] = S[j, i] = sum((self.product(t, theta) for t in terms), mpf(0))
        return S

    def derivatives(self, theta):
        """dvech/dtheta_a as a matrix, and the second derivatives as a function of (entry, a, b)."""
        k = len(self.names)
        J = matrix(len(self.sums), k)
        for m, terms in enumerate(self.sums):
            for t in terms:
                for a in set(t):
                    count, rest = self.without(t, a)
                    J[m, a] += count * self.product(rest, theta)

        def second(m, a, b):
            total = mpf(0)
            for t in self.sums[m]:
                count, rest = self.without(t, a)
                again, rest = self.without(rest, b)
                total += count * again * self.product(rest, theta) if count * again else 0
            return total
        return J, second

    def doubles(self, theta):
        S = numpy.zeros((self.d, self.d))
        for (i, j), terms in zip(vech(self.d), self.sums):
            S[i, j] = S[j, i] = sum(numpy.prod([theta[f] for f in t]) for t in terms)
        return S


def start(form, cov, count=40):
    """The best end of BFGS in doubles from random starts, on variables divided by their standard deviations' mean."""
    d = form.d
    unit = float(mp.sqrt(sum(cov[i, i] for i in range(d)) / d))
    C = numpy.array(cov.tolist(), dtype=float) / unit**2
    sd = numpy.sqrt(numpy.diag(C))
    random = numpy.random.default_rng(7)

    def guess(name):
        kind, *index = name.split("_")
        i = [int(x) - 1 for x in index]
        if kind == "sd": return sd[i[0]] * numpy.exp(random.normal() / 3)
        if kind == "rho": return random.uniform(-0.3, 0.95)
        if kind == "l": return sd[i[0]] * random.normal()
        if kind == "psi": return sd[i[0]] ** 2 * random.uniform(0.1, 1)
        if kind == "s": return C[i[0], i[1]] * (random.uniform(0.7, 1.5) if i[0] == i[1] else random.uniform(0, 0.7))
        if kind == "variance": return numpy.mean(sd**2) * random.uniform(0.3, 1.5)
        return numpy.mean(sd**2) * random.normal() / 8  # lag

    def objective(theta):
        S = form.doubles(theta)
        values = numpy.linalg.eigvalsh(S)
        return 1e6 if values[0] < 1e-9 else numpy.log(values).sum() + numpy.trace(numpy.linalg.solve(S, C))

    ends = []
    for _ in range(count):
        theta = numpy.array([guess(name) for name in form.names])
        if objective(theta) < 1e6:
            end = minimize(objective, theta, method="BFGS", options={"gtol": 1e-7})
            end = minimize(objective, end.x, method="BFGS", options={"gtol": 1e-9})
            ends.append((end.fun, list(end.x)))
    best = min(ends)
    power = [{"rho": 0, "sd": 1, "l": 1}.get(name.split("_")[0], 2) for name in form.names]
    theta = matrix([mpf(float(x)) * mpf(unit) ** p for x, p in zip(best[1], power)])
    if "l_1" in form.names and theta[0] < 0:
        for a in range(d):
            theta[a] = -theta[a]
    return theta, sorted({round(float(e[0] - best[0]), 4) for e in ends} - {0.0})


def fit(structure, rows):
    d, groups = len(rows[0]), grouped(rows)
    (g,) = groups
    form, mean = Polynomials(structure, d), matrix(g.mean)
    k = len(form.names)

    def value(theta):
        return log_likelihood(groups, mean, form.value(theta))

    def functions(theta):
        score, H = derivatives(groups, mean, form.value(theta))
        score, H = score[d:, 0], H[d:, d:]
        J, second = form.derivatives(theta)
        curved = J.T * H * J
        for a in range(k):
            for b in range(k):
                curved[a, b] += sum((score[m] * second(m, a, b) for m in range(len(score)) if score[m]), mpf(0))
        return J.T * score, curved

    theta, others = start(form, g.cov)
    scale = [max(abs(x), mpf("1e-6")) for x in theta]
    check_derivatives(value, functions, matrix([x * (1 + mpf(1) / (300 + 10 * a)) for a, x in enumerate(theta)]), scale)
    theta, _, H = newton(functions, theta, scale)
    positive = ("sd", "psi", "variance")
    assert all(x > 0 for name, x in zip(form.names, theta) if name.split("_")[0] in positive), "a scale is not positive"
    V, S = mp.inverse(-H), form.value(theta)
    check(structure, S, g.cov)
    J, _ = form.derivatives(theta)
    print(f"  {structure}: log-likelihood {mp.nstr(value(theta), 17)}; starts that ended lower, by 2 (max - l)/n:", others,
          file=sys.stderr)
    return {
        "parameters": d + k, "logLikelihood": text(value(theta), 30),
        "estimates": {name: text(x, 30) for name, x in zip(form.names, theta)},
        "standardErrors": {name: text(mp.sqrt(V[a, a]), 30) for a, name in enumerate(form.names)},
        "covariance": text(S, 30), "covarianceStandardError": text(standard_errors(J * V * J.T, d), 30)}


def check(structure, S, cov):
    """What is known of the maximum by other means."""
    kind, d = structure.split(":")[0], S.rows
    product = mp.inverse(S) * cov
    near = lambda a, b: abs(a - b) < mpf(10) ** -60
    assert near(sum(product[i, i] for i in range(d)), d), "tr(inv(Sigma) S) = d"
    if kind in ("csh", "ar1h"):
        assert all(near(product[i, i], 1) for i in range(d)), "diag(inv(Sigma) S) = 1"
    if kind == "factor":
        assert all(near(S[i, i], cov[i, i]) for i in range(d)), "diag(Sigma) = diag(S)"
    if kind == "block":
        assert all(S[i, j] == 0 or near(S[i, j], cov[i, j]) for i, j in vech(d)), "the blocks of S"
    if kind == "ppca":
        values, vectors = mp.eigsy(cov)
        variance = sum(values[i] for i in range(d - 1)) / (d - 1)
        closed = variance * mp.eye(d) + (values[d - 1] - variance) * vectors[:, d - 1] * vectors[:, d - 1].T
        assert all(near(S[i, j], closed[i, j]) for i, j in vech(d)), "the eigenvectors of S"


def main():
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), "gaussian_cases.json")
    iris = json.load(open(beside), parse_float=str, parse_int=str)["datasets"]["iris"]
    loadings = [["1.0", "0.8", "0", "0", "0", "0"], ["0.8", "0.3", "0.9", "0", "0", "0"], ["0.7", "0", "0.4", "1", "0", "0"],
                ["0.6", "0", "0", "0.5", "0.8", "0"], ["0.4", "0", "0", "0", "0.3", "1.1"]]
    rows, _ = sample(106, 80, ["1", "2", "3", "4", "5"], loadings, [Fraction(1, 1000)] * 5)
    common = ["csh", "ar1", "ar1h", "toeplitz", "banded:1", "factor:1", "ppca:1"]
    data = [("setosa", iris["columns"], iris["rows"][:50], common + ["block:1,2/3,4"]),
            ("generated_80x5", list("abcde"), rows, common + ["block:1,2/3,4,5"])]
    out = []
    for name, columns, rows, structures in data:
        print(name, file=sys.stderr)
        (g,) = grouped(rows)
        out.append({"id": name, "columns": columns, "rows": rows, "mean": text(g.mean, 30),
                    "structures": {s: fit(s, rows) for s in structures}})
    published = {"variance": "0.0745951925698786", "rho": "0.467997362411283"}
    ar1 = out[0]["structures"]["ar1"]
    for key, value in [*published.items(), ("logLikelihood", "-5.67920760640497")]:
        ours = ar1["estimates"].get(key) or ar1[key]
        print(f"structured_setosa_ar1 {key} agrees to {mp.nstr(abs(mpf(ours) / mpf(value) - 1), 2)}", file=sys.stderr)
    print(dump({"digits": 30, "data": out}))


if __name__ == "__main__":
    main()
