"""The peers' side of the comparison of fits: SciPy's L-BFGS-B on a gradient by hand, and EM and Mardia's statistics in NumPy, each in the
fastest form known to us.

    python fit_peers.py answer DIRECTORY MEMORY PART    writes the search's mean and covariance beside the moments
    python fit_peers.py search DIRECTORY MEMORY PART    times the search: JSON
    python fit_peers.py distance DIRECTORY NAME...      how far the answers of these are from the moments: JSON
    python fit_peers.py em FILE                         one whole process: reads the file, runs EM
    python fit_peers.py em-alone FILE                   times EM on the array in memory: JSON
    python fit_peers.py judge FILE REPORT               compares EM with the JSON of statcli: JSON
    python fit_peers.py told FILE REPORT                picks the figures of the search from the JSON of statcli: JSON
    python fit_peers.py mardia FILE                     one whole process: the p-values, JSON
    python fit_peers.py mardia-alone FILE               times it on the array in memory: JSON
    python fit_peers.py compare-mardia FILE REPORT      these and b1, b2 beside those in the JSON of statcli: JSON
    python fit_peers.py versions                        names the peers: JSON

A search keeps MEMORY pairs, and ends when the largest entry of the gradient is PART of that at the start.
"""

import json
import math
import os
import statistics
import sys
import time

import numpy as np

BATCHES = 7
REPETITIONS = 3
CHANGE = 1e-8  # of the largest entry of the covariance


# The fit from moments.

def moments(directory):
    mean = np.fromfile(os.path.join(directory, "mean.f64"))
    return mean, np.fromfile(os.path.join(directory, "covariance.f64")).reshape(len(mean), len(mean))


def likelihood(mean, covariance):
    """Value and gradient of the negative mean log-likelihood over mean, logarithms of the diagonal of the lower factor, and the rest of it;
    and the function that makes mean and factor of these."""
    from scipy.linalg.blas import dtrsm, dtrsv

    d = len(mean)
    rest, diagonal = np.tril_indices(d, -1), np.arange(d)

    def unpack(x):
        lower = np.zeros((d, d), order="F")
        lower[diagonal, diagonal] = np.exp(x[d : 2 * d])
        lower[rest] = x[2 * d :]
        return x[:d], lower

    def value_and_gradient(x):
        m, lower = unpack(x)
        u = dtrsv(lower, mean - m, lower=1)
        v = dtrsm(1.0, lower, dtrsm(1.0, lower, covariance, lower=1), side=1, lower=1, trans_a=1)  # inv(L) C inv(L)'
        value = x[d : 2 * d].sum() + 0.5 * (np.trace(v) + u @ u)
        v += np.outer(u, u)
        g = dtrsm(-1.0, lower, v, lower=1, trans_a=1, overwrite_b=1)
        gradient = np.empty_like(x)
        gradient[:d] = -dtrsv(lower, u, lower=1, trans=1)
        gradient[d : 2 * d] = 1 + g[diagonal, diagonal] * lower[diagonal, diagonal]
        gradient[2 * d :] = g[rest]
        return value, gradient

    return value_and_gradient, unpack


class Reached(Exception):
    pass


def search(mean, covariance, memory, part):
    """L-BFGS-B from mean 0 and covariance I; it ends at the first evaluation whose gradient is small enough."""
    from scipy.optimize import minimize

    value_and_gradient, unpack = likelihood(mean, covariance)
    d = len(mean)
    start = np.zeros(2 * d + d * (d - 1) // 2)
    bound = part * np.abs(value_and_gradient(start)[1]).max()
    told = {"parameters": len(start), "iterations": 0, "evaluations": 1, "reached": False}
    last = start

    def function(x):
        nonlocal last
        told["evaluations"] += 1
        value, gradient = value_and_gradient(x)
        if np.abs(gradient).max() <= bound:
            last = x.copy()
            told["reached"] = True
            raise Reached
        return value, gradient

    def count(_):
        told["iterations"] += 1

    try:
        limits = {"maxcor": memory, "maxiter": 20_000, "maxfun": 10**6, "ftol": 0, "gtol": 0}
        last = minimize(function, start, jac=True, method="L-BFGS-B", callback=count, options=limits).x
    except Reached:
        told["iterations"] += 1
    return *unpack(last), told


def write_answer(directory, memory, part):
    mean, lower, _ = search(*moments(directory), memory, part)
    mean.tofile(os.path.join(directory, "scipy.mean.f64"))
    (lower @ lower.T).tofile(os.path.join(directory, "scipy.covariance.f64"))


def distances(directory, names):
    """The largest error of mean and covariance, relative to the largest entry of the covariance: the fit is known, it is the moments."""
    mean, covariance = moments(directory)
    result = {}
    for name in names:
        m = np.fromfile(os.path.join(directory, f"{name}.mean.f64"))
        s = np.fromfile(os.path.join(directory, f"{name}.covariance.f64")).reshape(covariance.shape)
        worst = max(np.abs(m - mean).max(), np.abs(s - covariance).max())
        result[name] = float(worst / np.abs(covariance).max())
    return result


def time_search(directory, memory, part):
    """Seven batches of at least a twentieth of a second, of one run where that takes longer."""
    given = *moments(directory), memory, part
    told = search(*given)[2]
    start = time.perf_counter()
    search(*given)
    count = max(1, math.ceil(0.05 / (time.perf_counter() - start)))
    walls, processor = [], []
    for _ in range(BATCHES):
        start, used = time.perf_counter(), time.process_time()
        for _ in range(count):
            search(*given)
        walls.append((time.perf_counter() - start) / count)
        processor.append((time.process_time() - used) / count)
    return {"search": {"processor": statistics.median(processor), "wall": statistics.median(walls)}, **told}


# Missing cells.

def read(path):
    import pandas

    return np.ascontiguousarray(pandas.read_csv(path).to_numpy())


class Expectation:
    """The step of EM. Rows lie sorted by the number of their gaps and by pattern; those with equally many gaps are handled in one go.

    With K = inv(S) the gaps of a row, given its cells, have mean mu_m - inv(K_mm) K_mo (x_o - mu_o) and covariance inv(K_mm)."""

    def __init__(self, x):
        missing = np.isnan(x)
        n, d = x.shape
        gaps = missing.sum(1)
        pattern = missing @ (1 << np.arange(d))
        order = np.lexsort((pattern, gaps))
        x, missing, gaps, pattern = x[order], missing[order], gaps[order], pattern[order]
        x[missing] = 0
        self.x, self.missing = x, np.flatnonzero(missing)
        first = np.append(True, pattern[1:] != pattern[:-1])
        self.groups = []
        for k in range(1, d + 1):
            a, b = np.searchsorted(gaps, [k, k + 1])
            if a == b:
                continue
            starts = np.flatnonzero(first[a:b])
            places = np.nonzero(missing[a:b][starts])[1].reshape(-1, k)  # of the gaps, pattern by pattern
            counts = np.diff(np.append(starts, b - a))
            of_row = np.repeat(np.arange(len(starts)), counts)
            cells = (np.arange(a, b) * d)[:, None] + places[of_row]
            pairs = (places[:, :, None] * d + places[:, None, :])
            self.groups.append((a, b, places, of_row, counts.astype(float), cells, pairs))

    def __call__(self, mean, covariance):
        """Mean and covariance after the step."""
        n, d = self.x.shape
        k = np.linalg.inv(covariance)
        z = self.x - mean
        flat = z.reshape(-1)
        flat[self.missing] = 0
        slopes = (z @ k).reshape(-1)
        rest = np.zeros(d * d)
        for _, _, places, of_row, counts, cells, pairs in self.groups:
            v = np.linalg.inv(k[places[:, :, None], places[:, None, :]])
            flat[cells] = -np.matmul(v[of_row], slopes[cells][:, :, None])[:, :, 0]
            rest += np.bincount(pairs.ravel(), (v * counts[:, None, None]).ravel(), d * d)
        shift = z.sum(0) / n
        return mean + shift, (z.T @ z + rest.reshape(d, d)) / n - np.outer(shift, shift)


def change(before, after):
    """The largest change of mean and covariance, relative to the largest entry of the covariance."""
    return max(np.abs(b - a).max() for a, b in zip(before, after)) / np.abs(after[1]).max()


def em(x):
    """Mean, covariance and number of steps, from the means and variances of the cells."""
    step = Expectation(x)
    now, steps = (np.nanmean(x, 0), np.diag(np.nanvar(x, 0))), 0
    while True:
        before, now, steps = now, step(*now), steps + 1
        if change(before, now) <= CHANGE or steps == 1000:
            return *now, steps


def observed_log_likelihood(x, mean, covariance):
    """Pattern by pattern as it is written in textbooks, the sum without rounding."""
    from scipy.linalg import solve_triangular

    missing = np.isnan(x)
    pattern = missing @ (1 << np.arange(x.shape[1]))
    order = np.argsort(pattern, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(pattern[order]) != 0))
    terms = []
    for rows in np.split(order, starts[1:]):
        there = ~missing[rows[0]]
        lower = np.linalg.cholesky(covariance[np.ix_(there, there)])
        z = solve_triangular(lower, (x[rows][:, there] - mean[there]).T, lower=True, check_finite=False)
        constant = there.sum() * math.log(2 * math.pi) + 2 * np.log(np.diag(lower)).sum()
        terms += [-0.5 * len(rows) * constant, -0.5 * (z * z).sum()]
    return math.fsum(terms)


def judge(path, report):
    """Both estimates by the same function; how far the next step of EM goes from each tells how far they had converged."""
    x = read(path)
    with open(report) as file:
        fit = json.load(file)["fit"]
    mean, covariance, steps = em(x)
    step = Expectation(x)
    theirs = mean, covariance
    ours = np.array(fit["mean"]), np.array(fit["covariance"])
    return {
        "statcli": {
            "logLikelihood": observed_log_likelihood(x, *ours), "told": fit["logLikelihood"], "nextStep": float(change(ours, step(*ours))),
            "steps": fit["steps"], "iterations": fit["iterations"],
        },
        "numpy": {
            "logLikelihood": observed_log_likelihood(x, *theirs), "nextStep": float(change(theirs, step(*theirs))), "steps": steps,
        },
        "difference": float(change(theirs, ours)),
    }


def told(path, report):
    with open(report) as file:
        fit = json.load(file)["fit"]
    return {key: fit[key] for key in ("logLikelihood", "steps", "iterations", "gradientNorm")}


# Mardia's statistics.

def mardia(x, block=2048):
    """Skewness b1 as the squared norm of the third co-moments of whitened rows, kurtosis b2 as the mean of their squared lengths squared; with
    p-values by their limits, chi-square and normal."""
    from scipy.stats import chi2, norm

    n, d = x.shape
    mean = x.mean(0)
    scatter = np.zeros((d, d))
    for start in range(0, n, block):
        deviations = x[start : start + block] - mean
        scatter += deviations.T @ deviations
    whitening = np.linalg.inv(np.linalg.cholesky(scatter / n))
    offsets = np.cumsum([0, *range(d, 0, -1)])
    third, fourth = np.zeros((offsets[-1], d)), 0.0
    products = np.empty((offsets[-1], block))  # of two whitened columns, by columns
    for start in range(0, n, block):
        z = whitening @ (x[start : start + block] - mean).T
        count = z.shape[1]
        for j in range(d):
            np.multiply(z[j], z[j:], out=products[offsets[j] : offsets[j + 1], :count])
        third += products[:, :count] @ z.T
        squares = np.einsum("ij,ij->j", z, z)
        fourth += squares @ squares
    twice = np.full(offsets[-1], 2.0)  # a product of two different columns stands for two entries
    twice[offsets[:-1]] = 1
    b1, b2 = twice @ (third * third).sum(1) / n**2, fourth / n
    kurtosis = (b2 - d * (d + 2)) / math.sqrt(8 * d * (d + 2) / n)
    return {
        "b1": float(b1), "b2": float(b2), "skewness": float(chi2.sf(n * b1 / 6, d * (d + 1) * (d + 2) / 6)),
        "kurtosis": float(2 * norm.sf(abs(kurtosis))),
    }


def compare_mardia(path, report):
    with open(report) as file:
        tests = json.load(file)["tests"]
    skewness, kurtosis = tests["mardiaSkewness"], tests["mardiaKurtosis"]
    ours = {"b1": skewness["b1"], "b2": kurtosis["b2"], "skewness": skewness["pValue"], "kurtosis": kurtosis["pValue"]}
    return {"statcli": ours, "numpy": mardia(read(path))}


def alone(function, x):
    """Seconds of it in memory: the median of three, after one that warms up."""
    function(x)
    walls, processor = [], []
    for _ in range(REPETITIONS):
        start, used = time.perf_counter(), time.process_time()
        function(x)
        walls.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    return {"wall": statistics.median(walls), "processor": statistics.median(processor)}


def versions():
    import importlib.metadata

    return {name: importlib.metadata.version(name) for name in ["numpy", "scipy", "pandas"]}


def main():
    verb, *rest = sys.argv[1:]
    if verb == "answer":
        return write_answer(rest[0], int(rest[1]), float(rest[2]))
    if verb == "em":
        mean, covariance, steps = em(read(rest[0]))
        return print(mean, covariance, steps)
    result = {
        "search": lambda: time_search(rest[0], int(rest[1]), float(rest[2])),
        "distance": lambda: distances(rest[0], rest[1:]),
        "em-alone": lambda: alone(em, read(rest[0])),
        "judge": lambda: judge(*rest),
        "told": lambda: told(*rest),
        "mardia": lambda: mardia(read(rest[0])),
        "mardia-alone": lambda: alone(mardia, read(rest[0])),
        "compare-mardia": lambda: compare_mardia(*rest),
        "versions": versions,
    }[verb]()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
