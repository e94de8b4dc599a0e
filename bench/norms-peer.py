"""The same Bayesian regression in numpy and scipy: one L-BFGS-B a measure over noise and weight precision, X'X shared."""
import json, sys, time
import numpy as np
from scipy.optimize import minimize

data = json.load(open(sys.argv[1]))
x = np.array(data["rows"])
start = time.perf_counter()
xx = x.T @ x
lam, vec = np.linalg.eigh(xx)
lam = np.maximum(lam, 0)
n, d = x.shape
for values in data["measures"]:
    y = np.array(values)
    y = (y - y.mean()) / y.std()
    u = vec.T @ (x.T @ y)
    zz = y @ y

    def loss(p):
        beta, alpha = np.exp(p)
        a = alpha + beta * lam
        m = beta * u / a
        rr = max(zz - 2 * m @ u + lam @ (m * m), 0)
        value = 0.5 * (np.log(a).sum() - d * p[1] - n * p[0] + beta * rr + alpha * m @ m)
        shrunk = (1 / a).sum()
        return value, np.array([0.5 * (-n + d - alpha * shrunk + beta * rr), 0.5 * (-d + alpha * shrunk + alpha * m @ m)])

    best = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B")
    beta, alpha = np.exp(best.x)
    covariance = (vec / (alpha + beta * lam)) @ vec.T
    mean = beta * covariance @ (x.T @ y)
print(json.dumps({"seconds": time.perf_counter() - start}))
