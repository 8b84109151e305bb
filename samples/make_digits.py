"""Writes digits.csv from the copy of the UCI optical digits that scikit-learn carries.

    python3 -m pip install scikit-learn
    python3 samples/make_digits.py > samples/digits.csv

Pixels are whole numbers 0..16, counted row by row from the upper left corner; the last column is the digit.
"""

import sys

from sklearn.datasets import load_digits

pixels, labels = load_digits(return_X_y=True)
out = sys.stdout
out.write(",".join([f"p{j}" for j in range(pixels.shape[1])] + ["label"]) + "\n")
for image, label in zip(pixels.astype(int).tolist(), labels.tolist()):
    out.write(",".join(map(str, image + [label])) + "\n")
