#!/usr/bin/env python3
"""Writes functions.bin: values of the elementary functions in 60 digits (mpmath), at random points and where it is difficult.

    python3 Tests/CKernelsTests/Fixtures/functions.py      # needs mpmath

Little-endian. Per function: name (16 bytes), exponent (double, of pow), number of doubles n and of floats m (uint32), n points x, n values y
(double), n residues (float): (exact - y)/ulp(y); m points x (float), m values (double).
"""
import math
import os
import random
import struct

from mpmath import mp, mpf
import mpmath

mp.dps = 60
random.seed(20)
inf, nan = math.inf, math.nan
DOUBLES, FLOATS = 850, 350


def sigmoid(x):
    return 1 / (1 + mpmath.exp(-x))


def softplus(x):
    return mpmath.log1p(mpmath.exp(x)) if x < 100 else x + mpmath.exp(-x)


def phi(x):
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


# name, function, range of interest, value at -infinity, at -0 (None: 0 with the sign of the argument), at 0, at infinity
ANY = (-30, 30)
functions = [
    ("neg", lambda x: -x, ANY, inf, 0.0, -0.0, -inf),
    ("abs", abs, ANY, inf, 0.0, 0.0, inf),
    ("sign", lambda x: mpf(1) if x > 0 else mpf(-1), ANY, -1.0, -0.0, 0.0, 1.0),
    ("step", lambda x: mpf(1) if x > 0 else mpf(0), ANY, 0.0, 0.0, 0.0, 1.0),
    ("relu", lambda x: x if x > 0 else mpf(0), ANY, 0.0, 0.0, 0.0, inf),
    ("square", lambda x: x * x, ANY, inf, 0.0, 0.0, inf),
    ("sqrt", mpmath.sqrt, (0, 30), nan, -0.0, 0.0, inf),
    ("reciprocal", lambda x: 1 / x, ANY, -0.0, -inf, inf, 0.0),
    ("exp", mpmath.exp, (-750, 712), 0.0, 1.0, 1.0, inf),
    ("expm1", mpmath.expm1, (-50, 712), -1.0, -0.0, 0.0, inf),
    ("log", mpmath.log, (0, 30), nan, -inf, -inf, inf),
    ("log1p", mpmath.log1p, (-1, 30), nan, -0.0, 0.0, inf),
    ("sin", mpmath.sin, (-40000, 40000), nan, -0.0, 0.0, nan),
    ("cos", mpmath.cos, (-40000, 40000), nan, 1.0, 1.0, nan),
    ("tan", mpmath.tan, (-40000, 40000), nan, -0.0, 0.0, nan),
    ("asin", mpmath.asin, (-1, 1), nan, -0.0, 0.0, nan),
    ("acos", mpmath.acos, (-1, 1), nan, math.pi / 2, math.pi / 2, nan),
    ("atan", mpmath.atan, ANY, -math.pi / 2, -0.0, 0.0, math.pi / 2),
    ("sinh", mpmath.sinh, (-712, 712), -inf, -0.0, 0.0, inf),
    ("cosh", mpmath.cosh, (-712, 712), inf, 1.0, 1.0, inf),
    ("tanh", mpmath.tanh, (-25, 25), -1.0, -0.0, 0.0, 1.0),
    ("sigmoid", sigmoid, (-750, 50), 0.0, 0.5, 0.5, 1.0),
    ("softplus", softplus, (-750, 50), 0.0, math.log(2), math.log(2), inf),
    ("silu", lambda x: x * sigmoid(x), (-760, 50), -0.0, -0.0, 0.0, inf),
    ("elu", lambda x: x if x > 0 else mpmath.expm1(x), (-50, 50), -1.0, -0.0, 0.0, inf),
    ("erf", mpmath.erf, (-6.5, 6.5), -1.0, -0.0, 0.0, 1.0),
    ("erfc", mpmath.erfc, (-6, 28), 2.0, 1.0, 1.0, 0.0),
    ("gelu", lambda x: x * phi(x), (-39.5, 10), -0.0, -0.0, 0.0, inf),
]
exponents = [-1, -0.5, 0, 0.5, 1, 1.5, 2, 3, -2, 4, 5, -3, 1 / 3, 2.5, 0.001, 10.7, -33.3, 300]

SINGLE = {"exp": (-105, 90), "expm1": (-20, 90), "sin": (-1e6, 1e6), "cos": (-1e6, 1e6), "tan": (-1e6, 1e6),
          "sinh": (-91, 91), "cosh": (-91, 91), "sigmoid": (-105, 20), "softplus": (-105, 20), "silu": (-110, 20),
          "erfc": (-4, 11), "gelu": (-15, 6)}


def single(x):
    return struct.unpack("<f", struct.pack("<f", x))[0]


def places(low, high, count, is_double):
    """Random points of the range, of the whole format, near zero and near the places where formulas change."""
    bits, exponent = (52, 1023) if is_double else (23, 127)
    largest = math.ldexp(2 - 2.0**-bits, exponent)
    normal, least = math.ldexp(1, 1 - exponent), math.ldexp(1, 1 - exponent - bits)
    step = 2.0**-bits
    fixed = [s * x for x in (least, 3 * least, normal - least, normal, largest, largest / 2, math.ldexp(1, -bits - 2)) for s in (1, -1)]
    turns = [0.45, 0.5, 0.55, 0.65, 0.7, 1, 2, math.sqrt(0.5), math.sqrt(2), math.sqrt(2) - 1, math.log(2) / 2, 1.5 * math.log(2),
             709.782712893384, 710.475860073944, 708.396418532264, 745.133219101941, 88.72283905206835, 103.9720770839918,
             87.33654475, 36.7368, 40, 20, 764, 26.543, 27.226, 37.519, 38.485, 39, 28, 11, 4, 6, 3, 40000, 1e6]
    for x in turns:
        fixed += [s * x * (1 + k * step) for k in (-1, 0, 1) for s in (1, -1)]
    multiples = [k * math.pi / 2 for k in (1, 2, 3, 4, 5, 100, 1021, 9999, 20001, 25464, 300000)]
    fixed += multiples + [-x for x in multiples]
    fixed = [x if is_double else single(x) if abs(x) < 3e38 else x for x in fixed]
    points = [x for x in fixed if abs(x) <= largest]
    while len(points) < count:
        kind = len(points) % 5
        if kind == 0:
            x = random.uniform(low, high)
        elif kind == 1:
            x = random.uniform(max(low, -2), min(high, 2))
        elif kind == 2:
            x = random.uniform(max(low, -9), min(high, 9))
        elif kind == 3:
            x = math.ldexp(random.choice((-1, 1)) * random.uniform(1, 2), random.randint(-60, 6))
        else:
            x = math.ldexp(random.choice((-1, 1)) * random.uniform(1, 2), random.randint(-exponent - bits, exponent))
        points.append(x if is_double else single(x))
    return points


def rounded(exact, sign):
    """The nearest double and the residue in its ulps."""
    if exact == 0:
        return math.copysign(0.0, sign), 0.0
    size = mpmath.log(abs(exact), 2)
    if size > 1100:
        return math.copysign(inf, sign), 0.0
    exponent = max(int(mpmath.floor(size)) - 52, -1074)
    digits = exact / mpf(2) ** exponent
    whole = int(mpmath.nint(digits))
    try:
        y = math.ldexp(whole, exponent)
    except OverflowError:
        return math.copysign(inf, sign), 0.0
    return (y if whole else math.copysign(0.0, sign)), float(digits - whole)


def value(name, f, at, x):
    """f(x) as a double and a residue."""
    at_low, at_negative_zero, at_zero, at_high = at
    if x != x:
        return (0.0 if name == "step" else nan), 0.0
    if x in (inf, -inf):
        y = at_high if x > 0 else at_low
    elif x == 0:
        y = at_negative_zero if math.copysign(1, x) < 0 else at_zero
    else:
        if (name in ("sqrt", "log", "pow_fraction") and x < 0) or (name == "log1p" and x < -1) or \
           (name in ("asin", "acos") and abs(x) > 1):
            return nan, 0.0
        if name == "log1p" and x == -1:
            return -inf, 0.0
        big = 1e5
        growing = {"exp": (0.0, inf), "expm1": (-1.0, inf), "sinh": (-inf, inf), "cosh": (inf, inf), "tanh": (-1.0, 1.0),
                   "sigmoid": (0.0, 1.0), "softplus": (0.0, x), "silu": (-0.0, x), "elu": (-1.0, x), "erf": (-1.0, 1.0),
                   "erfc": (2.0, 0.0), "gelu": (-0.0, x)}
        if abs(x) > big and name in growing:
            return growing[name][x > 0], 0.0
        if name in ("erf",) and abs(x) > 50 or name in ("erfc", "gelu") and abs(x) > 50:
            return growing[name][x > 0], 0.0
        with mp.workdps(60 + (330 if abs(x) < 1e-20 or abs(x) > 1e20 else 0)):
            exact = f(mpf(x))
            sign = -1 if exact < 0 else 1
            return rounded(exact, sign)
    if y in (math.pi / 2, -math.pi / 2):
        return rounded(mpmath.pi / 2 * (1 if y > 0 else -1), y)
    if y == math.log(2):
        return rounded(mpmath.log(2), 1)
    return y, 0.0


def block(name, exponent, f, at, doubles, floats):
    ys = [value(name, f, at, x) for x in doubles]
    zs = [value(name, f, at, x)[0] for x in floats]
    short = name.split("_")[0].encode()
    return b"".join([
        struct.pack("<16sdII", short, exponent, len(doubles), len(floats)),
        struct.pack(f"<{len(doubles)}d", *doubles),
        struct.pack(f"<{len(doubles)}d", *[y for y, _ in ys]),
        struct.pack(f"<{len(doubles)}f", *[r for _, r in ys]),
        struct.pack(f"<{len(floats)}f", *floats),
        struct.pack(f"<{len(floats)}d", *zs),
    ])


def power(p):
    """x^p for finite x other than 0, and its values at -infinity, -0, 0, infinity, as in ISO C, F.10.4.4."""
    integer = p == int(p)
    odd = integer and int(p) % 2 != 0

    def f(x):
        a = mpmath.power(abs(x), mpf(p))
        return -a if x < 0 and odd else a
    if p == 0:
        return f, (1.0, 1.0, 1.0, 1.0)
    high, zero = (inf, 0.0) if p > 0 else (0.0, inf)
    return f, (-high if odd else high, -zero if odd else zero, zero, high)


def main():
    special = [0.0, -0.0, inf, -inf, nan]
    out = []
    for name, f, interval, *at in functions:
        doubles = special + places(*interval, DOUBLES, True)
        floats = special + places(*SINGLE.get(name, interval), FLOATS, False)
        out.append(block(name, 0.0, f, at, doubles, floats))
    for p in exponents:
        f, at = power(p)
        name = "pow" if p == int(p) else "pow_fraction"
        low, high = -30, 30
        doubles = [x for x in special + random.sample(places(low, high, 2 * DOUBLES, True), 260)]
        # In float the exponent is one, too.
        f32, at32 = power(single(p))
        floats = [x for x in special + random.sample(places(low, high, 2 * FLOATS, False), 120)]
        if p == 0:
            doubles, floats = [x for x in doubles if x == x], [x for x in floats if x == x]
        out.append(block(name, p, f, at, doubles, []))
        out.append(block(name, single(p), f32, at32, [], floats))
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "functions.bin"), "wb") as file:
        file.write(b"".join(out))


if __name__ == "__main__":
    main()
