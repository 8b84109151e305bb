"""The Gaussian log-likelihood with missing cells, its score and Hessian in (mu, vech Sigma), Newton's method, exact data
generation and fixture text: shared by missing.py, structures.py and conditional.py. mpmath 1.4, 120 digits.

Rows that miss the same cells form a group. With P = inv(Sigma_oo), r = mean_o - mu_o, A = cov_o + r r' of the group (cov with
divisor n) and Q = P A P, all padded by zeros to d x d, the log-likelihood is

    sum over groups of  -n/2 (|o| log(2 pi) + log det Sigma_oo + tr(P A)),

its differential in Sigma is n/2 tr((Q - P) dSigma), in mu n r'P dmu, and the second differentials follow from dP = -P dSigma P.
vech is taken row by row from the upper triangle: (0,0) (0,1) ... (0,d-1) (1,1) ...
"""
import json
from collections import namedtuple
from fractions import Fraction
from mpmath import mp, mpf, matrix, log, pi

mp.dps = 120

# mean is None for a term that does not depend on mu and carries no 2 pi: a prior on Sigma.
Group = namedtuple("Group", "n observed mean cov")


def vech(d):
    return [(i, j) for i in range(d) for j in range(i, d)]


def grouped(rows):
    """One group per pattern of missing cells (None); rows without any cell are left out."""
    patterns = {}
    for row in rows:
        observed = tuple(j for j, x in enumerate(row) if x is not None)
        if observed:
            patterns.setdefault(observed, []).append([mpf(row[j]) for j in observed])
    groups = []
    for observed, cells in patterns.items():
        n, p = len(cells), len(observed)
        mean = [sum(x[j] for x in cells) / n for j in range(p)]
        cov = matrix(p, p)
        for i, j in vech(p):
            cov[i, j] = cov[j, i] = sum((x[i] - mean[i]) * (x[j] - mean[j]) for x in cells) / n
        groups.append(Group(n, observed, mean, cov))
    return groups


def sub(S, rows, columns):
    return matrix([[S[i, j] for j in columns] for i in rows])


def log_det(S):
    L = mp.cholesky(S)
    return 2 * sum(log(L[i, i]) for i in range(S.rows))


def second_moment(group, mu):
    """r and A of a group."""
    if group.mean is None:
        return matrix(len(group.observed), 1), group.cov
    r = matrix([m - mu[j] for m, j in zip(group.mean, group.observed)])
    return r, group.cov + r * r.T


def log_likelihood(groups, mu, S):
    total = mpf(0)
    for g in groups:
        So = sub(S, g.observed, g.observed)
        r, A = second_moment(g, mu)
        trace = sum((mp.inverse(So) * A)[i, i] for i in range(So.rows))
        constant = 0 if g.mean is None else len(g.observed) * log(2 * pi)
        total -= mpf(g.n) / 2 * (constant + log_det(So) + trace)
    return total


def derivatives(groups, mu, S):
    """Score and Hessian in (mu, vech Sigma)."""
    d = S.rows
    pairs = vech(d)
    score, H = matrix(d + len(pairs), 1), matrix(d + len(pairs), d + len(pairs))
    for g in groups:
        o = g.observed
        Po = mp.inverse(sub(S, o, o))
        r, A = second_moment(g, mu)
        Qo, uo = Po * A * Po, Po * r
        P, Q, u = matrix(d, d), matrix(d, d), matrix(d, 1)
        for a, i in enumerate(o):
            u[i] = uo[a]
            for b, j in enumerate(o):
                P[i, j], Q[i, j] = Po[a, b], Qo[a, b]
        n = mpf(g.n)
        for i in range(d):
            score[i] += n * u[i]
            for j in range(d):
                H[i, j] -= 0 if g.mean is None else n * P[i, j]
        for a, (i, j) in enumerate(pairs):
            # dSigma_ij moves both triangles, or the diagonal once: c (e_i e_j' + e_j e_i').
            c = mpf(1) if i != j else mpf(1) / 2
            score[d + a] += n * c * (Q[i, j] - P[i, j])
            for k in range(d):
                mixed = n * c * (P[k, i] * u[j] + P[k, j] * u[i])
                H[k, d + a] -= mixed
                H[d + a, k] -= mixed
            for b, (k, l) in enumerate(pairs):
                e = c if k != l else c / 2
                H[d + a, d + b] += n * e * (
                    P[i, l] * P[j, k] + P[i, k] * P[j, l]
                    - P[j, k] * Q[i, l] - P[i, k] * Q[j, l] - P[j, l] * Q[i, k] - P[i, l] * Q[j, k])
    return score, H


def packed(mu, S):
    return matrix(list(mu) + [S[i, j] for i, j in vech(S.rows)])


def unpacked(theta, d):
    S = matrix(d, d)
    for (i, j), x in zip(vech(d), theta[d:]):
        S[i, j] = S[j, i] = x
    return theta[:d], S


def newton(functions, theta, scale):
    """The stationary point near theta; functions(theta) gives (score, Hessian). The score times scale ends below 1e-90."""
    for _ in range(40):
        score, H = functions(theta)
        size = max(abs(g * s) for g, s in zip(score, scale))
        if size < mpf(10) ** -90:
            mp.cholesky(-H)  # a maximum: fails unless the Hessian is negative definite
            return theta, score, H
        theta = theta - mp.lu_solve(H, score)
    raise ArithmeticError(f"Newton's method stopped at a score of {mp.nstr(size, 5)}")


def check_derivatives(value, functions, theta, scale):
    """Central differences of the value (step 1e-30 of scale) against the score, and of the score against the Hessian."""
    score, H = functions(theta)
    worst = mpf(0)
    for a in range(len(theta)):
        h = scale[a] * mpf(10) ** -30
        up, down = theta.copy(), theta.copy()
        up[a] += h
        down[a] -= h
        slope = (value(up) - value(down)) / (2 * h)
        worst = max(worst, abs(slope - score[a]) * scale[a])
        slopes = (functions(up)[0] - functions(down)[0]) / (2 * h)
        worst = max(worst, max(abs(slopes[b] - H[b, a]) * scale[a] * scale[b] for b in range(len(theta))))
    size = max(abs(H[a, a]) * scale[a] ** 2 for a in range(len(theta)))
    assert worst < size * mpf(10) ** -45, mp.nstr(worst / size, 5)


def standard_errors(V, d):
    """Those of the entries of Sigma as a matrix, from the covariance of vech Sigma."""
    E = matrix(d, d)
    for a, (i, j) in enumerate(vech(d)):
        E[i, j] = E[j, i] = mp.sqrt(V[a, a])
    return E


class Generator:
    """Integers of a 64-bit linear congruential generator; normals as sums of twelve, exact rationals."""

    def __init__(self, seed):
        self.state = seed

    def integer(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return self.state >> 32

    def below(self, percent):
        return 100 * self.integer() < percent * 2**32

    def normal(self):
        return Fraction(sum(self.integer() for _ in range(12)), 2**32) - 6


def decimal(x, step):
    """x rounded to a multiple of step (10^-k or 2^-k), as exact decimal text."""
    x, digits = round(x / step) * step, 0
    while (x * 10**digits).denominator != 1:
        digits += 1
    units = str(abs(int(x * 10**digits))).rjust(digits + 1, "0")
    return ("-" if x < 0 else "") + units[:len(units) - digits] + ("." + units[len(units) - digits:] if digits else "")


def sample(seed, n, mean, loadings, steps):
    """n rows mean + loadings z, z of independent normals, rounded to steps."""
    source = Generator(seed)
    rows = []
    for _ in range(n):
        z = [source.normal() for _ in loadings[0]]
        rows.append([decimal(Fraction(m) + sum(Fraction(b) * c for b, c in zip(line, z)), Fraction(s))
                     for m, line, s in zip(mean, loadings, steps)])
    return rows, source


def text(x, digits):
    """Numbers as decimal text with so many significant digits, below 1e-100 zero; vectors and matrices as lists."""
    if isinstance(x, matrix):
        return [[text(x[i, j], digits) for j in range(x.cols)] for i in range(x.rows)]
    if isinstance(x, (list, tuple)):
        return [text(y, digits) for y in x]
    x = mp.chop(mpf(x), tol=mpf(10) ** -100)
    return mp.nstr(x, digits, strip_zeros=x == 0)


def dump(value, indent=""):
    """JSON with a line for each innermost list."""
    deeper = indent + " "
    if isinstance(value, dict):
        lines = [f"{deeper}{json.dumps(k)}: {dump(v, deeper)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + "\n" + indent + "}"
    if isinstance(value, list) and any(isinstance(v, (list, dict)) for v in value):
        return "[\n" + ",\n".join(deeper + dump(v, deeper) for v in value) + "\n" + indent + "]"
    return json.dumps(value)
