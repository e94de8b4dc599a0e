"""Location, scale and shape by penalised likelihood in scipy, from docs/methods/norms.md alone: makes norms-shash-cases.json.
Two sets of people; ridge of the location by evidence, then the likelihood of the sinh-arcsinh distribution with its priors."""
import json, sys
import numpy as np
from scipy.interpolate import BSpline
from scipy.optimize import minimize

knots = np.r_[[-5.0] * 3, np.linspace(-5, 110, 5), [110.0] * 3]


def row(age, male):
    spline = [BSpline(knots, np.eye(7)[k], 3)(age) for k in range(7)]
    return np.array([1, age, male, *spline])


def fit(age, male, y):
    x = np.array([row(a, m) for a, m in zip(age, male)])
    mean, sd = y.mean(), y.std()
    z = (y - mean) / sd
    n, d = x.shape
    lam, vec = np.linalg.eigh(x.T @ x)
    lam = np.maximum(lam, 0)
    u, zz = vec.T @ (x.T @ z), z @ z

    def evidence(p):
        beta, alpha = np.exp(p)
        a = alpha + beta * lam
        m = beta * u / a
        return 0.5 * (np.log(a).sum() - d * p[1] - n * p[0] + beta * max(zz - 2 * m @ u + lam @ m**2, 0) + alpha * m @ m)

    best = minimize(evidence, np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 20000})
    beta, alpha = np.exp(best.x)
    start = vec @ (beta * u / (alpha + beta * lam))
    # Coordinates in which the curvature of the location is one, so that the search is well shaped.
    root = np.linalg.inv(np.linalg.cholesky(beta * x.T @ x + alpha * np.eye(d))).T

    def loss(p):
        location = start + root @ p[:d]
        s0, s_age, s_sex, skew, log_tail = p[d:]
        log_sigma = s0 - 0.5 * np.log(beta) + s_age * age / 100 + s_sex * male
        r = (z - x @ location) / np.exp(log_sigma)
        q = np.exp(log_tail) * np.arcsinh(r) - skew
        density = -0.5 * np.log(2 * np.pi) - 0.5 * np.sinh(q) ** 2 + np.log(np.cosh(q)) + log_tail - 0.5 * np.log1p(r**2)
        prior = 0.5 * (alpha * location @ location + s_age**2 + s_sex**2 + (skew / 0.5) ** 2 + (log_tail / 0.3) ** 2)
        return (log_sigma - density).sum() + prior

    p = np.zeros(d + 5)
    for _ in range(6):
        found = minimize(loss, p, method="BFGS", options={"gtol": 1e-7, "maxiter": 2000})
        p = found.x
    location = start + root @ p[:d]
    s0, s_age, s_sex, skew, log_tail = p[d:]
    expected = []
    for a in (30, 50, 70):
        for m in (0, 1):
            sigma = np.exp(s0 - 0.5 * np.log(beta) + s_age * a / 100 + s_sex * m)
            for q in (-1.645, -0.674, 0, 0.674, 1.645):
                value = mean + sd * (row(a, m) @ location + sigma * np.sinh((np.arcsinh(q) + skew) / np.exp(log_tail)))
                expected.append({"age": a, "male": m, "deviate": q, "value": round(float(value), 6)})
    return {"skew": round(float(skew), 6), "tail": round(float(np.exp(log_tail)), 6), "loss": round(float(found.fun), 6), "expected": expected}


rng = np.random.default_rng(20261124)
cases = []
for name, noise in (
    ("skewed, spread grows with age", lambda age, male: np.exp(0.5 * rng.standard_normal(len(age))) * (1 + age / 50)),
    ("heavy tails, spread differs by sex", lambda age, male: rng.standard_t(3, len(age)) * (1 + 0.6 * male)),
):
    age = np.round(20 + 60 * rng.random(160), 2)
    male = (rng.random(160) < 0.5).astype(int)
    y = np.round(40 - 0.002 * (age - 20) ** 2 + 2 * male + noise(age, male), 4)
    cases.append({"name": name, "age": age.tolist(), "male": male.tolist(), "value": y.tolist(), **fit(age, male, y)})
json.dump(cases, sys.stdout)
