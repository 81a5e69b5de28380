#!/usr/bin/python3
"""scikit-learn 1.2's linear models.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 /usr/bin/python3 linear.py > linear.json

One case a line. Data sets are cases of their own, by name; weights are (inputs, outputs) as ours, objectives are computed from the weights here.
"""
import json
import warnings

import numpy as np
from sklearn.datasets import load_diabetes, load_iris
from sklearn.feature_selection import SelectFromModel
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, LogisticRegression, Ridge, enet_path
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC, LinearSVR

from metrics import plain

warnings.simplefilter("ignore")
random = np.random.RandomState(7)


def show(kind, **case):
    print(json.dumps({"kind": kind, **plain(case)}, separators=(",", ":")))


def weights(model):
    return np.atleast_2d(model.coef_).T, np.atleast_1d(model.intercept_)


def regressions():
    diabetes = load_diabetes(return_X_y=True)
    n, p = 60, 7
    x = np.round(random.randn(n, p) * [1, 10, .1, 1, 1, 5, 1] + [0, 3, 1, -2, 0, 100, 0], 3)
    y = np.round(x @ random.randn(p, 2) + random.randn(n, 2) + 4, 3)
    deficient = x.copy()
    deficient[:, 6] = 2 * deficient[:, 0] - deficient[:, 4]
    deficient[:, 3] = 5
    wide = np.round(random.randn(5, 9), 3)
    sets = {"diabetes": diabetes, "two": (x, y), "deficient": (deficient, y), "wide": (wide, np.round(random.randn(5), 3)),
            "four": (np.array([[1., 2], [2, 3], [4, 5]]), np.array([2., 3, 5]))}
    for name, (x, y) in sets.items():
        show("data", name=name, x=x, y=y, columns=x.shape[1])
        sample = np.round(random.rand(len(x)) * 3, 2)
        for weighted in (False, True):
            for intercept in (True, False):
                s = sample if weighted else None
                model = LinearRegression(fit_intercept=intercept).fit(x, y, s)
                rank = model.rank_ if not weighted else np.linalg.matrix_rank(x - np.average(x, axis=0, weights=s) * intercept)
                w, b = weights(model)
                show("squares", data=name, intercept=intercept, sample=sample if weighted else [], rank=int(rank), weight=w, bias=b, r2=model.score(x, y), mse=np.mean((y - model.predict(x)) ** 2))
                for alpha in (1.0, 0.01, 300.0):
                    model = Ridge(alpha, fit_intercept=intercept, solver="svd").fit(x, y, s)
                    w, b = weights(model)
                    show("ridge", data=name, intercept=intercept, sample=sample if weighted else [], alpha=alpha, weight=w, bias=b, r2=model.score(x, y))
                for alpha, ratio in ((0.1, 1), (0.01, 1), (1.0, 1), (0.01, 0.5), (0.3, 0.8), (2.0, 0.1)):
                    def fit(tol, most):
                        model = ElasticNet(alpha, l1_ratio=ratio, fit_intercept=intercept, tol=tol, max_iter=most, precompute=True)
                        return model.fit(x, y, s)
                    if y.ndim > 1 or name == "four":  # of two equal columns rounding decides which has the weight
                        continue
                    usual, exact = fit(1e-4, 1000), fit(1e-10, 100000)
                    w, b = weights(exact)
                    show("elastic", data=name, intercept=intercept, sample=sample if weighted else [], alpha=alpha, ratio=ratio, weight=w, bias=b, nonzero=int((w != 0).sum()),
                         r2=usual.score(x, y), iterations=usual.n_iter_, gap=usual.dual_gap_, usual=weights(usual)[0], usual_nonzero=int((usual.coef_ != 0).sum()))


def softmax_loss(x, y, w, b):
    z = x @ w + b
    z = z - z.max(axis=1, keepdims=True)
    return -(z - np.log(np.exp(z).sum(axis=1, keepdims=True)))[np.arange(len(y)), y]


def logistic():
    iris, species = load_iris(return_X_y=True)
    n = 80
    x = np.round(random.randn(n, 4) * [1, 3, .2, 1], 3)
    y = (x @ [1, -.3, 4, 0] + random.randn(n) > 0.5).astype(int)
    three = np.array([[1., 2], [3, 4], [5, 6]])
    sets = {"three": (three, np.array([0, 1, 1])), "noisy": (x, y), "iris": (iris, species), "iris2": (iris[:100], species[:100])}
    for name, (x, y) in sets.items():
        show("classes", name=name, x=x, y=y, columns=x.shape[1])
        sample = np.round(random.rand(len(x)) * 3, 2)
        for c in (1.0, 0.05, 20.0):
            for intercept in (True, False):
                for weighted in (False, True):
                    s = sample if weighted else None
                    for multinomial in ([True] if y.max() > 1 else [False, True]):
                        model = LogisticRegression(C=c, fit_intercept=intercept, tol=1e-9, max_iter=300, solver="newton-cg" if multinomial else "newton-cholesky", multi_class="multinomial" if multinomial else "ovr")
                        model.fit(x, y, s)
                        w, b = weights(model)
                        if multinomial and y.max() == 1:  # scikit-learn keeps the second class's weights; those of the first are their negative
                            w, b = np.hstack([-w, w]), np.array([-1, 1]) * b
                        if multinomial:
                            loss = softmax_loss(x, y, w, b)
                        else:
                            z = (x @ w + b)[:, 0]
                            loss = np.logaddexp(0, z) - y * z
                        objective = np.sum(loss * (1 if s is None else s)) + 0.5 / c * np.sum(w * w)
                        show("multinomial" if multinomial else "binary", data=name, C=c, intercept=intercept, sample=sample if weighted else [], weight=w, bias=b, objective=objective)


def machines():
    iris, species = load_iris(return_X_y=True)
    x = StandardScaler().fit_transform(iris)
    y = np.where(species[:, None] == np.arange(3), 1, -1)
    n = 120
    noisy = np.round(random.randn(n, 5), 3)
    sign = np.where(noisy @ [1, -1, .5, 0, 0] + random.randn(n) > 0.2, 1, -1)
    show("signs", name="species", x=x, y=y, columns=4)
    folds, accuracy, pipeline = np.zeros(150, int), [], make_pipeline(StandardScaler(), LinearSVC(dual=False, max_iter=20000))
    kernel, machine = [], make_pipeline(StandardScaler(), SVC(gamma=0.25))
    for k, (train, test) in enumerate(StratifiedKFold(5, shuffle=True, random_state=0).split(iris, species)):
        folds[test] = k
        accuracy.append(pipeline.fit(iris[train], species[train]).score(iris[test], species[test]))
        kernel.append(machine.fit(iris[train], species[train]).score(iris[test], species[test]))
    show("folds", fold=folds, accuracy=accuracy, kernel=kernel)
    show("signs", name="signs", x=noisy, y=sign, columns=5)
    target = np.round(noisy @ [1, 2, 0, 0, -1] + 0.3 * random.randn(n) + 2, 3)
    show("signs", name="values", x=noisy, y=target, columns=5)
    for name, x, y in (("species", x, y), ("signs", noisy, sign)):
        for loss in ("hinge", "squared_hinge"):
            for c in (1.0, 0.1, 10.0):
                for intercept in (True, False):
                    columns, objective = [], 0
                    for t in y.reshape(len(x), -1).T:
                        model = LinearSVC(C=c, loss=loss, dual=loss == "hinge", fit_intercept=intercept, tol=1e-8, max_iter=200000).fit(x, t)
                        w, b = weights(model)
                        margin = np.maximum(0, 1 - t * (x @ w + b)[:, 0])
                        objective += 0.5 * np.sum(w * w) + 0.5 * np.sum(b * b) + c * np.sum(margin if loss == "hinge" else margin ** 2)
                        columns.append((w, b))
                    show("svc", data=name, loss=loss, C=c, intercept=intercept, weight=np.hstack([w for w, _ in columns]), bias=np.concatenate([np.atleast_1d(b) for _, b in columns]), objective=objective)
    for loss in ("epsilon_insensitive", "squared_epsilon_insensitive"):
        for c in (1.0, 0.1, 10.0):
            for epsilon in (0.0, 0.1, 0.5):
                model = LinearSVR(C=c, epsilon=epsilon, loss=loss, dual=loss == "epsilon_insensitive", tol=1e-8, max_iter=200000).fit(noisy, target)
                w, b = weights(model)
                over = np.maximum(0, np.abs(target - (noisy @ w + b)[:, 0]) - epsilon)
                objective = 0.5 * np.sum(w * w) + 0.5 * np.sum(b * b) + c * np.sum(over if loss == "epsilon_insensitive" else over ** 2)
                show("svr", data="values", loss=loss, C=c, epsilon=epsilon, weight=w, bias=b, objective=objective)


def paths():
    x, y = load_diabetes(return_X_y=True)
    for ratio, alphas, count in ((1.0, None, 25), (0.5, None, 12), (0.1, [0.3, 0.001, 0.05], 0)):
        centred = (x - x.mean(axis=0), y - y.mean())
        greatest, coefficients, gaps, rounds = enet_path(*centred, l1_ratio=ratio, alphas=alphas, n_alphas=count, precompute=True, return_n_iter=True)
        show("path", data="diabetes", ratio=ratio, given=alphas or [], count=count, alphas=greatest, weights=coefficients.T, bias=y.mean() - x.mean(axis=0) @ coefficients, gaps=gaps, iterations=rounds)


def balanced():
    """Samples of classes of different size, weighted or not, with class_weight="balanced" or not."""
    random = np.random.RandomState(8)
    iris, species = load_iris(return_X_y=True)
    iris, species = StandardScaler().fit_transform(iris)[:115], species[:115]
    n = 90
    x = np.round(random.randn(n, 5), 3)
    y = (x @ [1, -1, .5, 0, 0] + random.randn(n) > 1.2).astype(int)
    target = np.round(x @ [1, 2, 0, 0, -1] + 0.3 * random.randn(n) + 2, 3)
    show("classes", name="rare", x=x, y=y, columns=5)
    show("classes", name="few", x=iris, y=species, columns=4)
    show("signs", name="rare_signs", x=x, y=2 * y - 1, columns=5)
    show("signs", name="few_signs", x=iris, y=np.where(species[:, None] == np.arange(3), 1, -1), columns=4)
    show("signs", name="rare_values", x=x, y=target, columns=5)
    for balance in (False, True):
        for weighted in (False, True):
            if not balance and not weighted:
                continue
            for name, x_, y_ in (("rare", x, y), ("few", iris, species)):
                s = np.round(random.rand(len(x_)) * 3, 2) if weighted else None
                case = {"balance": balance, "sample": s if weighted else []}
                model = LogisticRegression(C=0.5, class_weight="balanced" if balance else None, tol=1e-10, max_iter=1000, solver="newton-cg", multi_class="ovr" if name == "rare" else "multinomial").fit(x_, y_, s)
                w, b = weights(model)
                show("balanced", data=name, C=0.5, weight=w, bias=b, **case)
                for loss in ("hinge", "squared_hinge"):
                    model = LinearSVC(C=0.5, loss=loss, dual=True, class_weight="balanced" if balance else None, tol=1e-9, max_iter=1000000).fit(x_, y_, s)
                    w, b = weights(model)
                    show("balanced_svc", data=name + "_signs", loss=loss, C=0.5, weight=w, bias=b, **case)
                if name == "rare" and not balance:
                    for loss in ("epsilon_insensitive", "squared_epsilon_insensitive"):
                        w, b = weights(LinearSVR(C=0.5, epsilon=0.1, loss=loss, dual=True, tol=1e-9, max_iter=1000000).fit(x_, target, s))
                        show("balanced_svr", data="rare_values", loss=loss, C=0.5, epsilon=0.1, weight=w, bias=b, **case)


def selections():
    x, y = load_diabetes(return_X_y=True)
    for alpha, most in ((0.1, None), (0.5, None), (0.1, 3)):
        selector = SelectFromModel(Lasso(alpha), max_features=most).fit(x, y)
        show("select", data="diabetes", alpha=alpha, most=most or 0, kept=np.flatnonzero(selector.get_support()), r2=selector.estimator_.score(x, y))
    iris, species = load_iris(return_X_y=True)
    iris = StandardScaler().fit_transform(iris)
    show("classes", name="scaled", x=iris, y=species, columns=4)
    for labels, alpha in ((species, 0.02), (species, 0.1), (species, 0.2)):
        model = LogisticRegression(penalty="l1", C=1 / (len(iris) * alpha), solver="saga", tol=1e-12, max_iter=1000000, multi_class="ovr")
        selector = SelectFromModel(model).fit(iris, labels)
        w, b = weights(selector.estimator_)
        show("select_classes", data="scaled", alpha=alpha, kept=np.flatnonzero(selector.get_support()), weight=w, bias=b)
    importances = [0.1, 0.5, 0.2, 0.2, 0.05]
    for threshold in ("mean", 0.2, 0.05):
        for most in (None, 2):
            selector = SelectFromModel(Ridge(), threshold=threshold, max_features=most, importance_getter=lambda _: np.array(importances)).fit(np.eye(5), np.ones(5))
            show("select_importance", importances=importances, threshold=None if threshold == "mean" else threshold, most=most or 0, kept=np.flatnonzero(selector.get_support()))


if __name__ == "__main__":
    regressions()
    logistic()
    machines()
    paths()
    balanced()
    selections()
