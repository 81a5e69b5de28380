#!/usr/bin/python3
"""scikit-learn 1.2's metrics on random cases, edge cases among them.

    /usr/bin/python3 metrics.py > metrics.json

One case a line. NaN is null. Inputs have few digits, so that the file is small; results have all.
"""
import json
import warnings

import numpy as np
from sklearn import metrics as m

warnings.simplefilter("ignore")
random = np.random.RandomState(1)
COUNT = 200


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, (float, np.floating)):
        return None if np.isnan(value) else float(value)
    return int(value) if isinstance(value, np.integer) else value


def prf(y, p, average, zero):
    return m.precision_recall_fscore_support(y, p, average=average, zero_division=zero)[:3]


def labels(i):
    """Some cases are of one class, of classes never predicted, or of two."""
    classes, n = [2, 2, 3, 5, 8][i % 5], 1 if i % 40 == 7 else random.randint(2, 25)
    y = random.randint(0, classes, n)
    p = np.where(random.rand(n) < 0.5, y, random.randint(0, classes, n))
    if i % 10 == 3:
        y = np.zeros(n, int)
    if i % 10 == 5:
        p = np.zeros(n, int)
    if i % 40 == 15:
        y = p = np.zeros(n, int)
    if i % 20 == 10:
        y, p = np.ones(n, int), np.zeros(n, int)
    return classes, y, p


def classification(i):
    classes, y, p = labels(i)
    case = {"classes": classes, "y": y, "p": p, "matrix": m.confusion_matrix(y, p, labels=range(classes)), "accuracy": m.accuracy_score(y, p),
            "kappa": m.cohen_kappa_score(y, p, labels=range(classes)), "mcc": m.matthews_corrcoef(y, p)}
    for zero in (0, 1):
        for average in ["micro", "macro", "weighted"] + (["binary"] if classes == 2 else []):
            case[f"{average}{zero}"] = prf(y, p, average, zero)
    return case


def curve(i):
    n = random.randint(2, 40)
    y = random.randint(0, 2, n)
    y[0], y[1] = 0, 1
    if i % 50 == 9:
        y[:] = 0
    if i % 50 == 19:
        y[:] = 1
    scores = np.round(np.clip(0.3 * y + random.rand(n) * 0.7, 0, 1), [1, 2, 4][i % 3])  # one digit: many ties
    if i % 25 == 4:
        scores[:] = 0.5
    precision, recall, thresholds = m.precision_recall_curve(y, scores)
    return {"y": y, "s": scores, "auc": m.roc_auc_score(y, scores) if 0 < y.sum() < n else np.nan, "ap": m.average_precision_score(y, scores),
            "f1": max(m.f1_score(y, scores >= t, zero_division=0) for t in thresholds)}


def probabilities(i):
    classes, n, k = [2, 3, 4, 7][i % 4], random.randint(1, 15), 1 + i % 3
    y = random.randint(0, classes, n)
    p = np.round(random.dirichlet(np.ones(classes) * 0.7, n), [1, 3][i % 2])  # rounded: they need not sum to 1, and many tie
    if i % 20 == 11:
        p[:] = np.eye(classes)[random.randint(0, classes, n)]  # certain, and often wrong
    case = {"classes": classes, "k": k, "y": y, "p": p, "logloss": m.log_loss(y, p, labels=range(classes))}
    if classes > 2:
        case["topk"] = m.top_k_accuracy_score(y, p, k=k, labels=range(classes))
    else:
        case["positive"] = m.log_loss(y, p[:, 1], labels=[0, 1])
    return case


def multiclass(i):
    """Probabilities are multiples of 1/20 or 1/1000, that sum to 1: the former tie often."""
    classes, n = [3, 4, 6][i % 3], random.randint(8, 40)
    y = np.concatenate([np.arange(classes), random.randint(0, classes, n)])
    steps = [20, 1000][i % 2]
    p = np.array([random.multinomial(steps, 0.6 * q + 0.4 * np.eye(classes)[c]) / steps for q, c in zip(random.dirichlet(np.ones(classes), len(y)), y)])
    areas = {f"{way}_{average}": m.roc_auc_score(y, p, multi_class=way, average=average) for way in ("ovr", "ovo") for average in ("macro", "weighted")}
    return {"classes": classes, "y": y, "p": p, **areas}


def regression(i):
    columns, n = [1, 1, 2, 3][i % 4], 1 if i % 50 == 6 else random.randint(2, 15)
    y = np.round(random.randn(n, columns) * 10, 2)
    z = np.round(y + random.randn(n, columns) * 4 + 1, 2)
    if i % 10 == 3:
        y[:, 0] = 5.0  # constant targets
    if i % 20 == 13:
        z[:, 0] = 5.0  # and exact
    if i % 20 == 8:
        y[0, 0] = 0
    if i % 40 == 17:
        y, z = y + 1e6, z + 1e6
    one = n < 2
    return {"columns": columns, "y": y.ravel(), "z": z.ravel(), "mse": m.mean_squared_error(y, z), "rmse": m.mean_squared_error(y, z, squared=False),
            "mae": m.mean_absolute_error(y, z), "mape": m.mean_absolute_percentage_error(y, z), "r2": np.nan if one else m.r2_score(y, z),
            "explained": m.explained_variance_score(y, z)}


if __name__ == "__main__":
    for kind in (classification, curve, probabilities, regression, multiclass):
        for i in range(COUNT):
            print(json.dumps({"kind": kind.__name__, **plain(kind(i))}, separators=(",", ":")))
