"""Ways to the maximum that know nothing of the score: the closed form for monotone patterns, one EM step as in the textbook, and
the best of several runs of EM in doubles as a start for Newton's method. Used by missing.py.
"""
import numpy
from mpmath import mp, mpf, matrix
from likelihood import grouped, log_likelihood, sub


def monotone_order(rows):
    """Columns such that each row has a leading part of them; None where there is no such order."""
    order = sorted(range(len(rows[0])), key=lambda j: sum(row[j] is None for row in rows))
    leading = all(row[b] is None or row[a] is not None for row in rows for a, b in zip(order, order[1:]))
    return order if leading else None


def by_regressions(rows, order):
    """The maximum for a monotone pattern: each column regressed on those before it, over the rows that have it."""
    d = len(order)
    mu, S = matrix(d, 1), matrix(d, d)
    for t, j in enumerate(order):
        x = order[:t]
        (g,) = grouped([[row[k] for k in x + [j]] for row in rows if row[j] is not None])
        C = sub(g.cov, range(t), range(t)) if t else None
        beta = mp.lu_solve(C, g.cov[:t, t]) if t else []
        mu[j] = g.mean[t] + sum(b * (mu[k] - g.mean[a]) for a, (b, k) in enumerate(zip(beta, x)))
        for k in x:
            S[k, j] = S[j, k] = sum(b * S[k, l] for b, l in zip(beta, x))
        residual = g.cov[t, t] - sum(b * g.cov[a, t] for a, b in enumerate(beta))
        S[j, j] = residual + sum(b * S[k, j] for b, k in zip(beta, x))
    return mu, S


def em_step(rows, mu, S, prior):
    """Expectation and maximisation as in the textbook, row by row."""
    n, d = len(rows), S.rows
    first, second, known = matrix(d, 1), matrix(d, d), {}
    for row in rows:
        o = tuple(j for j in range(d) if row[j] is not None)
        m = [j for j in range(d) if row[j] is None]
        if o not in known:
            K, C = sub(S, m, o) * mp.inverse(sub(S, o, o)) if m else None, matrix(d, d)
            rest = sub(S, m, m) - K * sub(S, o, m) if m else None
            for a, i in enumerate(m):
                for b, j in enumerate(m):
                    C[i, j] = rest[a, b]
            known[o] = K, C
        K, C = known[o]
        x = matrix([mpf(cell) if cell is not None else mu[j] for j, cell in enumerate(row)])
        shift = K * matrix([x[j] - mu[j] for j in o]) if m else []
        for i, e in zip(m, shift):
            x[i] += e
        first, second = first + x, second + x * x.T + C
    mean = first / n
    scatter = second - n * mean * mean.T
    for g in prior:
        scatter, n = scatter + g.n * g.cov, n + g.n
    return mean, scatter / n


def em(groups, prior, mu, S):
    """EM in doubles, the two steps in one: S + S G S/n, G the score in Sigma."""
    n = sum(g[0] for g in groups)
    for _ in range(100000):
        G, u = numpy.zeros_like(S), numpy.zeros_like(mu)
        for k, o, mean, cov in groups:
            P, r = numpy.linalg.inv(S[numpy.ix_(o, o)]), mean - mu[o]
            G[numpy.ix_(o, o)] += k * (P @ (cov + numpy.outer(r, r)) @ P - P)
            u[o] += k * P @ r
        shift = S @ u / n
        new = n * (S + S @ G @ S / n - numpy.outer(shift, shift))
        new = (new + sum(k * cov for k, _, _, cov in prior)) / (n + sum(g[0] for g in prior))
        change = max(abs(shift).max(), abs(new - S).max())
        mu, S = mu + shift, (new + new.T) / 2
        if change < 1e-12:
            break
    return mu, S


def start(rows, groups, prior, count=10):
    """The best end of EM from count starts, in the units of the data, and the log-likelihoods of all ends. Of equal ends the one
    with the larger first covariance, so that the choice does not depend on the last bits.
    """
    d = len(rows[0])
    cells = [[mpf(row[j]) for row in rows if row[j] is not None] for j in range(d)]
    centre = [sum(c) / len(c) for c in cells]
    unit = [mp.sqrt(sum((x - m) ** 2 for x in c) / len(c)) for c, m in zip(cells, centre)]

    def scaled(g):
        mean = g.mean and numpy.array([float((m - centre[j]) / unit[j]) for m, j in zip(g.mean, g.observed)])
        cov = numpy.array([[float(g.cov[a, b] / unit[i] / unit[j]) for b, j in enumerate(g.observed)]
                           for a, i in enumerate(g.observed)])
        return float(g.n), list(g.observed), mean, cov

    random, ends = numpy.random.default_rng(1), []
    for k in range(count):
        B = random.normal(size=(d, d))
        m, S = (numpy.zeros(d), numpy.eye(d)) if k == 0 else (random.normal(size=d) / 2, B @ B.T / d + 0.1 * numpy.eye(d))
        m, S = em([scaled(g) for g in groups], [scaled(g) for g in prior], m, S)
        mu = matrix([c + mpf(float(x)) * u for c, x, u in zip(centre, m, unit)])
        S = matrix([[mpf(float(S[i, j])) * unit[i] * unit[j] for j in range(d)] for i in range(d)])
        ends.append((log_likelihood(groups + prior, mu, S), mu, S))
    return max(ends, key=lambda e: (mp.nint(e[0] * 10**7), e[2][0, 1])), [e[0] for e in ends]
