"""One whole job of a peer: read a CSV file, print n, mean, MLE covariance and log-likelihood of its numeric columns.

    python peers.py PEER FILE THREADS

Each peer is used as its documentation shows it, in the fastest way known to us that gives doubles read exactly.
"""

import json
import sys

import numpy as np

# Up to here the covariance is asked of the database itself; a wider one would be a query of thousands of terms.
WIDEST_QUERY = 20


def read_pandas(path, threads):
    import pandas

    return pandas.read_csv(path).select_dtypes("number").to_numpy()


def read_polars(path, threads):
    import polars

    return polars.read_csv(path).select(polars.selectors.numeric()).to_numpy()


def read_pyarrow(path, threads):
    import pyarrow
    import pyarrow.csv

    pyarrow.set_cpu_count(threads)
    columns = pyarrow.csv.read_csv(path).columns
    numeric = [c for c in columns if pyarrow.types.is_floating(c.type) or pyarrow.types.is_integer(c.type)]
    return np.column_stack([c.to_numpy() for c in numeric])


def fit_duckdb(path, threads):
    """The moments in SQL where the query stays small, else the columns fetched as arrays."""
    import duckdb

    database = duckdb.connect()
    database.execute(f"set threads={threads}")
    described = database.execute(f"describe select * from read_csv('{path}')").fetchall()
    names = [f'"{row[0]}"' for row in described if row[1] in ("DOUBLE", "BIGINT")]
    d = len(names)
    if d > WIDEST_QUERY:
        columns = database.execute(f"select {', '.join(names)} from read_csv('{path}')").fetchnumpy()
        return fit(np.column_stack(list(columns.values())))
    pairs = [f"covar_pop({names[i]}, {names[j]})" for i in range(d) for j in range(i + 1)]
    means = [f"avg({name})" for name in names]
    row = database.execute(f"select count(*), {', '.join(means + pairs)} from read_csv('{path}')").fetchone()
    covariance = np.zeros((d, d))
    covariance[np.tril_indices(d)] = row[1 + d :]
    return row[0], np.array(row[1 : 1 + d]), np.tril(covariance) + np.tril(covariance, -1).T


def fit(x):
    x = np.ascontiguousarray(x, dtype=np.float64)
    mean = x.mean(0)
    deviations = x - mean
    return len(x), mean, deviations.T @ deviations / len(x)


READERS = {"pandas": read_pandas, "polars": read_polars, "pyarrow": read_pyarrow}


def main():
    peer, path, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if peer == "duckdb":
        n, mean, covariance = fit_duckdb(path, threads)
    else:
        n, mean, covariance = fit(READERS[peer](path, threads))
    d = len(mean)
    log_likelihood = -0.5 * n * (d * np.log(2 * np.pi) + np.linalg.slogdet(covariance)[1] + d)
    print(json.dumps({"n": n, "d": d, "mean": mean[0], "variance": covariance[0, 0], "logLikelihood": log_likelihood}))


if __name__ == "__main__":
    main()
