"""The fits of linear models in scikit-learn, on one thread. Run by `linear`:

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python3 sklearn_linear.py version | fit CASE FOLDER COLUMNS | measure CASE FOLDER COLUMNS

`fit` prints weights and bias, `measure` the processor seconds of a fit. FOLDER holds x.f32 and y.f32.
"""
import os, statistics, sys, time, warnings

warnings.filterwarnings("ignore")
import numpy as np
import sklearn
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.svm import LinearSVC

MODELS = {
    "linear-squares": LinearRegression,
    "linear-ridge": Ridge,
    "linear-logistic": LogisticRegression,
    "linear-svc": lambda: LinearSVC(dual=False),
}


def load(folder, columns):
    x = np.fromfile(os.path.join(folder, "x.f32"), np.float32).reshape(-1, columns)
    return x, np.fromfile(os.path.join(folder, "y.f32"), np.float32)


def seconds(fit):
    start = time.process_time()
    fit()
    return time.process_time() - start


if __name__ == "__main__":
    if sys.argv[1] == "version":
        with open("/proc/self/maps") as maps:
            blas = sorted({os.path.basename(os.path.realpath(line.split()[-1])) for line in maps if "blas" in line})
        print(sklearn.__version__, *blas)
        sys.exit()
    x, y = load(sys.argv[3], int(sys.argv[4]))
    model = MODELS[sys.argv[2]]()
    if sys.argv[1] == "fit":
        model.fit(x, y)
        for value in [*np.ravel(model.coef_), *np.ravel(model.intercept_)]:
            print(repr(float(value)))
    else:
        model.fit(x, y)
        print(repr(statistics.median(seconds(lambda: model.fit(x, y)) for _ in range(5))))
