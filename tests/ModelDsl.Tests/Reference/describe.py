#!/usr/bin/python3
"""numpy's figures of random tables: least, greatest, mean, deviation, correlation with the target.

    /usr/bin/python3 describe.py > describe.json
"""
import json
import warnings

import numpy as np

from metrics import plain

warnings.simplefilter("ignore")
random = np.random.RandomState(6)


for i in range(30):
    n, columns = random.randint(2, 20), random.randint(1, 5)
    x = np.round(random.randn(n, columns) * 10.0 ** random.randint(-2, 4, columns) + 5, 3)
    if i % 3 == 1:
        x[:, 0] = 2.5
    if i % 4 == 2:
        x[random.rand(n, columns) < 0.3] = np.nan
    if i % 5 == 0:
        x[n // 2:] = x[: n - n // 2]
    classes = i % 2 == 0
    y = random.randint(0, 2 + i % 3, n) if classes else np.round(random.randn(n), 2)
    if i % 7 == 3:
        x[:, -1] = np.round(2 * y + 0.01 * random.randn(n), 3)  # the target in disguise
    correlations = []
    for c in range(columns):
        known = ~np.isnan(x[:, c])
        defined = known.sum() > 0 and x[known, c].std() > 0 and y[known].std() > 0 and not (classes and len(np.unique(y)) > 2)
        correlations.append(np.corrcoef(x[known, c], y[known])[0, 1] if defined else np.nan)
    case = {"kind": "table", "columns": columns, "x": x, "y": y, "classes": int(classes), "missing": np.isnan(x).sum(axis=0), "min": np.nanmin(x, axis=0), "max": np.nanmax(x, axis=0),
            "mean": np.nanmean(x, axis=0), "std": np.nanstd(x, axis=0), "correlation": correlations, "duplicates": n - len(np.unique(np.nan_to_num(x, nan=1e300), axis=0))}
    if classes:
        case["counts"] = np.bincount(y)
    print(json.dumps(plain(case), separators=(",", ":")))
