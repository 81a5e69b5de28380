#!/usr/bin/python3
"""What scikit-learn 1.2 makes of passengers: fitted on the training part, applied to both parts.

    /usr/bin/python3 rows.py > rows.json

Parts are CSV texts; expected values are by the names of the encoder's outputs. Numbers are multiples of 1/4, which a float holds.
"""
import csv
import io
import json

import numpy as np
from sklearn.feature_extraction import FeatureHasher
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, OneHotEncoder, RobustScaler, StandardScaler

random = np.random.RandomState(7)
PORTS = ["Southampton", "Cherbourg", "Queenstown"]
CABINS = ["C85"] * 9 + ["E46"] * 6 + ["G6"] * 3 + ["C123"] * 2 + ["B28", "D33", "A, 10"]


def passengers(n, cabins):
    maybe = lambda value, rate: None if random.rand() < rate else value
    return [{
        "Age": maybe(random.randint(1, 320) / 4, 0.2), "Fare": maybe(random.randint(0, 2000) / 4, 0.1), "Siblings": maybe(random.randint(0, 4), 0.2),
        "Parents": maybe(random.randint(0, 5), 0.2), "Class": random.randint(1, 4), "Port": maybe(PORTS[random.randint(3)], 0.15), "Sex": ["female", "male"][random.randint(2)],
        "Cabin": maybe(cabins[random.randint(len(cabins))], 0.3), "Ticket": f"T é {random.randint(1, 40)}", "Survived": random.randint(2),
    } for _ in range(n)]


def numbers(rows, name):
    return np.array([[np.nan if r[name] is None else r[name]] for r in rows], float)


def texts(rows, name):
    return np.array([[r[name]] for r in rows], object)


def encode(train, rows):
    out = {}
    for name, imputer, scaler in [
        ("Age", SimpleImputer(), StandardScaler()), ("Fare", SimpleImputer(strategy="median"), RobustScaler()), ("Siblings", SimpleImputer(strategy="most_frequent"), MinMaxScaler()),
        ("Parents", SimpleImputer(strategy="constant", fill_value=-1), MaxAbsScaler()),
    ]:
        out[name] = make_pipeline(imputer, scaler).fit(numbers(train, name)).transform(numbers(rows, name))[:, 0]
    out["Class"] = numbers(rows, "Class")[:, 0]
    family = lambda part: np.nansum(np.hstack([numbers(part, "Siblings"), numbers(part, "Parents")]), axis=1, keepdims=True)
    out["Family"] = StandardScaler().fit(family(train)).transform(family(rows))[:, 0]
    for name, categories in [("Port", PORTS), ("Sex", ["female", "male"])]:
        hot = OneHotEncoder(categories=[categories + [None]], sparse_output=False).fit_transform(texts(rows, name))
        for i, category in enumerate(categories):
            out[f"{name}={category}"] = hot[:, i]
        if name == "Port":
            out["Port=missing"] = hot[:, -1]
    known = [r for r in train if r["Cabin"] is not None]
    fitted = OneHotEncoder(max_categories=4, handle_unknown="infrequent_if_exist", sparse_output=False).fit(texts(known, "Cabin"))
    missing = np.array([r["Cabin"] is None for r in rows])
    hot = fitted.transform(np.where(missing[:, None], "C85", texts(rows, "Cabin"))) * ~missing[:, None]
    frequent = [c for c in fitted.categories_[0] if c not in fitted.infrequent_categories_[0]]
    for i, name in enumerate(frequent + ["other"]):
        out[f"Cabin={name}"] = hot[:, i]
    out["Cabin=missing"] = missing
    hashed = FeatureHasher(8, input_type="string", alternate_sign=False).transform([[r["Ticket"]] for r in rows]).toarray()
    for i in range(8):
        out[f"Ticket=#{i}"] = hashed[:, i]
    for name in ["Age", "Parents"]:
        out[f"{name}=missing"] = np.isnan(numbers(rows, name))[:, 0]
    return {name: [float(v) for v in values] for name, values in out.items()}


def text(rows):
    file = io.StringIO()
    writer = csv.DictWriter(file, list(reversed(rows[0])), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()


if __name__ == "__main__":
    train, test = passengers(60, CABINS), passengers(25, CABINS + ["F1", "F2"])
    for kind, rows in [("train", train), ("test", test)]:
        print(json.dumps({"kind": kind, "csv": text(rows), "expected": encode(train, rows)}, separators=(",", ":")))
