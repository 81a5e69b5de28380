#!/usr/bin/python3
"""scikit-learn 1.2's transforms, fitted on x and applied to x and to other rows.

    /usr/bin/python3 transforms.py > transforms.json

One case a line. NaN is null: a missing value.
"""
import json
import warnings

import numpy as np
from sklearn.feature_extraction import FeatureHasher
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, Normalizer, OneHotEncoder, OrdinalEncoder, RobustScaler, StandardScaler

from metrics import plain

warnings.simplefilter("ignore")
random = np.random.RandomState(2)
COUNT = 40


def rows(i, n, columns, missing=0.0):
    x = np.round(random.randn(n, columns) * 10.0 ** random.randint(-2, 4, columns) + random.randint(-5, 6, columns), 3)
    if i % 4 == 1:
        x[:, 0] = 3.7  # constant
    if i % 8 == 2:
        x[:, -1] += 1e6  # far from zero
    x[random.rand(n, columns) < missing] = np.nan
    for column in range(columns):
        if np.isnan(x[:, column]).all():
            x[0, column] = 1
    return x


def scalers(i):
    n, columns = random.randint(1, 12), random.randint(1, 5)
    x, other = rows(i, n, columns, [0, 0.2][i % 2]), rows(0, 3, columns, 0.1)
    low, high = [(0, 1), (-1, 1), (2, 5)][i % 3]
    fitted = {"standard": StandardScaler(), "minmax": MinMaxScaler((low, high)), "robust": RobustScaler(), "wide": RobustScaler(quantile_range=(10, 90)), "maxabs": MaxAbsScaler()}
    clean = np.nan_to_num(x)
    case = {"x": x, "other": other, "columns": columns, "low": low, "high": high, "clean": clean, "l2": Normalizer().fit_transform(clean),
            "clip": np.clip(other, np.nanquantile(x, 0.1, axis=0), np.nanquantile(x, 0.8, axis=0))}
    for name, scaler in fitted.items():
        scaler.fit(x)
        case[name] = scaler.transform(other)
    return case


def imputers(i):
    n, columns = random.randint(2, 12), random.randint(1, 5)
    x, other = np.round(rows(i, n, columns, 0.3), [0, 3][i % 2]), rows(0, 4, columns, 0.4)
    case = {"x": x, "other": other, "columns": columns}
    for name, strategy in {"mean": "mean", "median": "median", "most_frequent": "mostfrequent", "constant": "constant"}.items():
        for indicator in (False, True):
            imputer = SimpleImputer(strategy=name, fill_value=-7.5 if name == "constant" else None, add_indicator=indicator).fit(x)
            case[strategy + ("_flags" if indicator else "")] = imputer.transform(other)
    return case


def encoders(i):
    n, columns = random.randint(1, 15), random.randint(1, 4)
    x, other = random.randint(-3, 5, (n, columns)) * [1.0, 0.5][i % 2], random.randint(-3, 6, (5, columns)) * [1.0, 0.5][i % 2]
    if i % 5 == 2:
        x[0, 0] = np.nan
        other[0, :] = np.nan
    hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(x)
    known = x[~np.isnan(x).any(axis=1)]
    case = {"x": x, "other": other, "columns": columns, "onehot": hot.transform(other), "onehot_own": hot.transform(x)}
    if len(known):
        ordinal = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1).fit(known)
        seen = other[~np.isnan(other).any(axis=1)]
        case |= {"known": known, "seen": seen, "ordinal": ordinal.transform(seen)}
    buckets = [1, 4, 16, 1000][i % 4]
    if not np.isnan(other).any():
        tokens = [{str(c): format(v, "g") for c, v in enumerate(row)} for row in other]
        case |= {"buckets": buckets, "hashed": FeatureHasher(buckets).transform(tokens).toarray()}
    return case


if __name__ == "__main__":
    for kind in (scalers, imputers, encoders):
        for i in range(COUNT):
            print(json.dumps({"kind": kind.__name__, **plain(kind(i))}, separators=(",", ":")))
