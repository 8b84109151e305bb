"""NumPy's side of the comparison in memory: times np.cov and bare dsyrk on one n x d array.

    python in_memory.py prepare DIRECTORY          writes the arrays, column by column, as raw doubles
    python in_memory.py time DIRECTORY N D         prints {method: seconds} as JSON, each a median of seven
"""

import ctypes
import json
import os
import statistics
import sys
import time

import numpy as np

from cases import SHAPES

REPETITIONS = 7


def array_path(directory, n, d):
    return os.path.join(directory, f"memory_{n}x{d}.f64")


def prepare(directory):
    for n, d in SHAPES:
        path = array_path(directory, n, d)
        if not os.path.exists(path):
            x = np.random.default_rng(5).standard_normal((n, d)) + np.arange(d) % 7
            np.asfortranarray(x).T.tofile(path + ".part")
            os.rename(path + ".part", path)


def median_seconds(function):
    function()
    times = []
    for _ in range(REPETITIONS):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def system_dsyrk(columns):
    """dsyrk of the OpenBLAS that the toolkit links, on the same memory: lower triangle of X'X."""
    from ctypes import POINTER, c_double, c_int

    blas = ctypes.CDLL("libopenblas.so.0")
    d, n = columns.shape
    result = np.zeros((d, d))
    pointer = POINTER(c_double)
    blas.cblas_dsyrk.argtypes = [c_int] * 5 + [c_double, pointer, c_int, c_double, pointer, c_int]
    blas.cblas_dsyrk.restype = None
    x, c = columns.ctypes.data_as(pointer), result.ctypes.data_as(pointer)
    column_major, lower, transposed = 102, 122, 112
    return lambda: blas.cblas_dsyrk(column_major, lower, transposed, d, n, 1.0, x, n, 0.0, c, d)


def main():
    if sys.argv[1] == "prepare":
        return prepare(sys.argv[2])
    directory, n, d = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    from scipy.linalg.blas import dsyrk

    columns = np.fromfile(array_path(directory, n, d)).reshape(d, n)
    rows = np.ascontiguousarray(columns.T)
    methods = {
        "np.cov, rows": lambda: np.cov(rows, rowvar=False, bias=True),
        "np.cov, columns": lambda: np.cov(columns, bias=True),
        "dsyrk (SciPy)": lambda: dsyrk(1.0, rows.T),
        "dsyrk (system OpenBLAS)": system_dsyrk(columns),
    }
    result = {name: median_seconds(method) for name, method in methods.items()}
    covariance = np.cov(columns, bias=True)
    print(json.dumps({"seconds": result, "trace": float(np.trace(covariance)), "corner": float(covariance[0, d - 1])}))


if __name__ == "__main__":
    main()
