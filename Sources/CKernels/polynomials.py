#!/usr/bin/env python3
"""Writes polynomials.h: minimax polynomials for the functions of functions.h, by the exchange algorithm of Remez in 60 digits.

    python3 Sources/CKernels/polynomials.py > Sources/CKernels/polynomials.h     # needs mpmath; a minute

Source: E. Remes, Sur un procede convergent d'approximations successives, C. R. Acad. Sci. Paris 198 (1934), 2063-2065;
J.-M. Muller, Elementary Functions, 3rd ed. (2016), chapter 3.
"""
import struct
import sys

from mpmath import mp, mpf, mpmathify
import mpmath

mp.dps = 60


def near_zero(f, series, bound):
    """f, but by its Taylor series below `bound`, where the closed form cancels."""
    return lambda x: series(x) if abs(x) < bound else f(x)


def remez(f, weight, low, high, degree):
    """Coefficients c of the polynomial that minimises max |(c(x) - f(x)) weight(x)| on [low, high], and that maximum."""
    low, high = mpf(low), mpf(high)
    # A weight that vanishes somewhere would let the error there grow without bound.
    floor = max(weight(low), weight(high)) / 1000
    weight = lambda x, plain=weight: max(plain(x), floor)
    count = degree + 2
    middle, half = (high + low) / 2, (high - low) / 2
    nodes = [middle - half * mpmath.cos(mpmath.pi * (2 * i + 1) / (2 * count)) for i in range(count)]
    grid = [middle - half * mpmath.cos(mpmath.pi * i / (24 * count)) for i in range(24 * count + 1)]
    values = [(x, f(x), weight(x)) for x in grid]
    for _ in range(30):
        system, right = mp.matrix(count, count), mp.matrix(count, 1)
        for i, x in enumerate(nodes):
            w = weight(x)
            for j in range(degree + 1):
                system[i, j] = x**j
            system[i, degree + 1] = (-1) ** i / w
            right[i] = f(x)
        solution = mp.lu_solve(system, right)
        c = [solution[j] for j in range(degree + 1)]
        errors = [(mpmath.polyval(c[::-1], x) - fx) * w for x, fx, w in values]
        # One extremum for each run of errors of one sign.
        extrema, best = [], 0
        for i in range(1, len(errors)):
            if (errors[i] >= 0) == (errors[best] >= 0):
                if abs(errors[i]) > abs(errors[best]):
                    best = i
            else:
                extrema.append(best)
                best = i
        extrema.append(best)
        while len(extrema) > count:
            extrema.pop(0 if abs(errors[extrema[0]]) < abs(errors[extrema[-1]]) else -1)
        largest = max(abs(e) for e in errors)
        if len(extrema) < count or largest <= abs(solution[degree + 1]) * mpf("1.02"):
            return c, largest
        nodes = [grid[i] for i in extrema]
    return c, largest


def series(*terms):
    return lambda x: mpmath.polyval([mpmathify(t) for t in reversed(terms)], x)


one = mpf(1)
tiny = mpf("1e-12")
ln2 = mpmath.log(2)
third = one / 3


def root(f):
    """f of the root of z: for odd and even functions, written in z = x^2."""
    return lambda z: f(mpmath.sqrt(z))


exp_tail = near_zero(lambda r: (mpmath.expm1(r) - r) / r**2, series(one / 2, one / 6, one / 24, one / 120), tiny)
log_tail = near_zero(root(lambda s: (2 * mpmath.atanh(s) - 2 * s) / s**3), series(2 * third, 2 * one / 5), tiny)
pow_tail = near_zero(
    root(lambda s: (2 * mpmath.atanh(s) - 2 * s - 2 * s**3 / 3) / s**5), series(2 * one / 5, 2 * one / 7), tiny)
tanh_tail = near_zero(root(lambda x: (mpmath.tanh(x) - x) / x**3), series(-third, 2 * one / 15), tiny)
sinh_tail = near_zero(root(lambda x: (mpmath.sinh(x) - x) / x**3), series(one / 6, one / 120), tiny)
atan_tail = near_zero(root(lambda x: (mpmath.atan(x) - x) / x**3), series(-third, one / 5), tiny)
asin_tail = near_zero(root(lambda x: (mpmath.asin(x) - x) / x**3), series(one / 6, 3 * one / 40), tiny)
sin_tail = near_zero(root(lambda x: (mpmath.sin(x) - x) / x**3), series(-one / 6, one / 120), tiny)
cos_tail = near_zero(root(lambda x: (mpmath.cos(x) - 1 + x**2 / 2) / x**4), series(one / 24, -one / 720), tiny)
erf_tail = near_zero(
    root(lambda x: mpmath.erf(x) / x - 1), series(2 / mpmath.sqrt(mpmath.pi) - 1, -2 * third / mpmath.sqrt(mpmath.pi)), tiny)


def scaled_erfc(middle):
    """(1 + 2a) exp(a^2) erfc(a) - 1 as a function of t = (a - middle)/(a + middle)."""
    def f(t):
        a = middle * (1 + t) / (1 - t)
        return (1 + 2 * a) * mpmath.exp(a * a) * mpmath.erfc(a) - 1
    return f


def t_of(a, middle):
    return (mpf(a) - middle) / (mpf(a) + middle)


quarter_pi = mpmath.pi / 4 * mpf("1.0001")
reduced = ln2 / 2 * mpf("1.0001")
s_max = (3 - 2 * mpmath.sqrt(2)) ** 2 * mpf("1.0001")

# name, what it is, function, weight (the error relative to the result it is part of), interval, degree by type.
# "single" is evaluated in double, for results in float.
polynomials = [
    ("exp", "(exp(r) - 1 - r)/r^2, |r| <= log(2)/2", exp_tail, abs, -reduced, reduced,
     {"f64": 9, "f32": 4, "single": 5}),
    ("log", "(log((1+s)/(1-s)) - 2s)/s^3 in z = s^2, |s| <= 3 - 2 sqrt(2)", log_tail, lambda z: z / 2, 0, s_max,
     {"f64": 6, "f32": 2, "single": 3}),
    ("pow", "(log((1+s)/(1-s)) - 2s - 2s^3/3)/s^5 in z = s^2", pow_tail, lambda z: z * z / 2, 0, s_max, {"f64": 7}),
    ("tanh", "(tanh(x) - x)/x^3 in z = x^2, |x| <= 0.55", tanh_tail, lambda z: z, 0, mpf("0.3026"),
     {"f64": 9, "f32": 4}),
    ("sinh", "(sinh(x) - x)/x^3 in z = x^2, |x| <= 1", sinh_tail, lambda z: z, 0, 1, {"f64": 6, "f32": 3}),
    ("atan", "(atan(x) - x)/x^3 in z = x^2, |x| <= 1", atan_tail, lambda z: z, 0, 1, {"f64": 19, "f32": 8}),
    ("asin", "(asin(x) - x)/x^3 in z = x^2, |x| <= 1/2", asin_tail, lambda z: z, 0, one / 4, {"f64": 11, "f32": 5}),
    ("sin", "(sin(x) - x)/x^3 in z = x^2, |x| <= pi/4", sin_tail, lambda z: z, 0, quarter_pi**2,
     {"f64": 5, "single": 3}),
    ("cos", "(cos(x) - 1 + x^2/2)/x^4 in z = x^2, |x| <= pi/4", cos_tail, lambda z: z * z, 0, quarter_pi**2,
     {"f64": 5, "single": 3}),
    ("erf", "erf(x)/x - 1 in z = x^2, |x| <= 1", erf_tail, lambda z: one, 0, 1, {"f64": 12, "f32": 6}),
    ("erfcx", "(1 + 2a) exp(a^2) erfc(a) - 1 in t = (a - 4)/(a + 4), 0.45 <= a <= 28", scaled_erfc(4), lambda t: one,
     t_of("0.45", 4), t_of(28, 4), {"f64": 21}),
    ("erfcx", "the same in t = (a - 3)/(a + 3), 0 <= a <= 11", scaled_erfc(3), lambda t: one, t_of(0, 3), t_of(11, 3),
     {"single": 10}),
    ("erfcx", "the same in t = (a - 3)/(a + 3), 1 <= a <= 4", scaled_erfc(3), lambda t: one, t_of(1, 3), t_of(4, 3),
     {"f32": 6}),
]


def nearest(value, kind):
    """The nearest number of the type, as C writes it exactly."""
    number = float(value)
    if kind == "f32":
        return struct.unpack("f", struct.pack("f", number))[0].hex() + "f"
    return number.hex()


def main():
    print("// Minimax polynomials, written by polynomials.py: do not edit. Each comment gives the function, the interval and the")
    print("// largest error, relative to the result that the polynomial is part of. _single: in double, for results in float.")
    print("#pragma once\n\n// clang-format off")
    for name, what, f, weight, low, high, degrees in polynomials:
        for kind, degree in degrees.items():
            c, error = remez(f, weight, low, high, degree)
            real = "float" if kind == "f32" else "double"
            bits = mpmath.nstr(mpmath.log(error, 2), 4)
            print(f"{name} {kind} degree {degree}: 2^{bits}", file=sys.stderr)
            print(f"\n/// {what}: 2^{bits}")
            print(f"SK_INLINE {real} sk_polynomial_{name}_{kind}({real} x) {{")
            print(f"  {real} p = {nearest(c[-1], kind)};")
            for coefficient in reversed(c[:-1]):
                print(f"  p = p * x + {nearest(coefficient, kind)};")
            print("  return p;\n}")


if __name__ == "__main__":
    main()
