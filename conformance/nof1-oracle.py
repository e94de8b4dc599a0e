"""Makes nof1-cases.json: ten data sets with what independent code says of them.

Posterior: Gibbs sampling (coefficients, share carried over) and Metropolis (sigma, autocorrelation) with dense covariance matrices, 24,000 kept
draws after 2,000, means and variances Rao-Blackwellised over the coefficients. p: enumeration with itertools. Mixed model:
statsmodels MixedLM, REML. Paired t: scipy. Python 3, numpy, scipy, statsmodels.
"""
import itertools, json, math
import numpy as np
from scipy import stats
import statsmodels.api as sm

def condition_lines(design, schedule, lag):
    out = []
    for line in schedule:
        x = [None] * len(line)
        for k, (letter, start, days) in enumerate(periods(design, line)):
            skip = lag if (k > 0 or design["type"] == "pairs") else 0
            for d in range(start + skip, start + days):
                x[d] = 1 if letter == "B" else 0
        out.append(x)
    return out

def periods(design, line):
    if design["type"] == "pairs":
        step = design["periodDays"] + design["washoutDays"]
        return [(line[i * step], i * step, design["periodDays"]) for i in range(2 * design["cycles"])]
    groups, at = [], 0
    for letter, group in itertools.groupby(line):
        n = len(list(group)); groups.append((letter, at, n)); at += n
    return groups

def carry(design, line, half):
    c = np.zeros(len(line)); ps = periods(design, line)
    for before, now in zip(ps, ps[1:]):
        change = (before[0] == "B") - (now[0] == "B")
        for d in range(now[1], now[1] + now[2]):
            c[d] = change * 0.5 ** ((d - before[1] - before[2]) / half)
    return c

def all_schedules(design):
    t = design["type"]
    if t == "pairs":
        w = "-" * design["washoutDays"]
        for order in itertools.product("AB", repeat=design["cycles"]):
            seq = "".join(o + ("B" if o == "A" else "A") for o in order)
            yield [w.join(s * design["periodDays"] for s in seq)]
    elif t == "phases":
        n, m, days = len(design["order"]), design["minimumDays"], design["days"]
        for cuts in itertools.combinations(range(m, days), n - 1):
            edges = (0,) + cuts + (days,)
            lens = [b - a for a, b in zip(edges, edges[1:])]
            if min(lens) >= m:
                yield ["".join(c * l for c, l in zip(design["order"], lens))]
    else:
        k = len(design["tiers"])
        for order in itertools.permutations(range(k)):
            for off in itertools.product(range(design["windowDays"]), repeat=k):
                starts = [design["firstStart"] + o * design["windowDays"] + f for o, f in zip(order, off)]
                yield ["A" * s + "B" * (design["days"] - s) for s in starts]

def difference(design, schedule, lag, daily):
    total = 0
    for x, y in zip(condition_lines(design, schedule, lag), daily):
        a = [v for v, c in zip(y, x) if c == 0 and v is not None]; b = [v for v, c in zip(y, x) if c == 1 and v is not None]
        if not a or not b: return None
        total += np.mean(b) - np.mean(a)
    return total / len(daily)

def exact_p(case):
    d, lag, daily = case["design"], case["lagDays"], case["daily"]
    seen = difference(d, case["schedule"], lag, daily)
    all_ = [difference(d, s, lag, daily) for s in all_schedules(d)]
    return sum(v is None or abs(v) >= abs(seen) - 1e-9 for v in all_) / len(all_), len(all_)

def posterior(case, rng):
    d, daily = case["design"], case["daily"]; low, high = case["range"]; R = high - low
    xs = condition_lines(d, case["schedule"], case["lagDays"]); T = len(daily)
    rows, left, y, tier, day = [], [], [], [], []
    for t in range(T):
        c = carry(d, case["schedule"][t], case["carryOverHalfLifeDays"]) if case["carryOverHalfLifeDays"] > 0 else np.zeros(len(daily[t]))
        for i, v in enumerate(daily[t]):
            if v is None or xs[t][i] is None: continue
            own = []
            for other in range(T): own += [i / (len(daily[t]) - 1) - 0.5, 1] if other == t else [0, 0]
            rows.append([xs[t][i]] + own); left.append(c[i]); y.append(v - (low + high) / 2); tier.append(t); day.append(i)
    X, y, tier, day = np.array(rows, float), np.array(y), np.array(tier), np.array(day)
    prior = [R / 2] + [R, R] * T; plain, left = X.copy(), np.array(left); carried, k = np.max(np.abs(left)) > 0.01, 0.0
    P0 = np.diag(1 / np.array(prior) ** 2); n, p = X.shape
    gap = np.abs(day[:, None] - day[None, :]); same = tier[:, None] == tier[None, :]
    def corr(r): return np.where(same, np.sign(r) ** (gap % 2) * np.abs(r) ** gap if r < 0 else r ** gap, 0.0)
    rho, logs = 0.1, math.log(np.std(y)); beta = np.linalg.lstsq(X, y, rcond=None)[0]
    def prep(r):
        L = np.linalg.cholesky(corr(r) + 0.0); return L, 2 * np.sum(np.log(np.diag(L)))
    def logp(e, r, ls, Ld):
        if abs(r) >= 1: return -np.inf
        L, ld = Ld; z = np.linalg.solve(L, e); s = math.exp(ls)
        return -n * ls - 0.5 * ld - 0.5 * z @ z / s**2 - 0.5 * (s / (R / 2)) ** 2 + ls + math.log(1 - r * r)
    Ld = prep(rho); means, variances, draws, rhos, sigmas = [], [], [], [], []
    step_r, step_s = 1.5 / math.sqrt(n), 1.2 / math.sqrt(2 * n)
    for it in range(26000):
        Z, w = np.linalg.solve(Ld[0], X), np.linalg.solve(Ld[0], y); s2 = math.exp(2 * logs)
        prec = Z.T @ Z / s2 + P0; cov = np.linalg.inv(prec); m = cov @ (Z.T @ w) / s2
        beta = rng.multivariate_normal(m, cov)
        if carried:  # the share of the effect that is carried over, given all else: normal too
            z, w = np.linalg.solve(Ld[0], beta[0] * left), np.linalg.solve(Ld[0], y - plain @ beta)
            var = 1 / (z @ z / s2 + 4); k = z @ w / s2 * var + math.sqrt(var) * rng.normal()
            X[:, 0] = plain[:, 0] + k * left
        e = y - X @ beta
        now = logp(e, rho, logs, Ld)
        for _ in range(2):
            r2 = rho + step_r * rng.normal()
            if abs(r2) < 0.999:
                L2 = prep(r2); new = logp(e, r2, logs, L2)
                if math.log(rng.random()) < new - now: rho, Ld, now = r2, L2, new
            s_ = logs + step_s * rng.normal(); new = logp(e, rho, s_, Ld)
            if math.log(rng.random()) < new - now: logs, now = s_, new
        if it >= 2000:
            means.append(m[0]); variances.append(cov[0, 0]); draws.append(beta[0]); rhos.append(rho); sigmas.append(math.exp(logs))
    M, S = np.array(means), np.sqrt(np.array(variances))
    def quantile(q):
        a, b = M.mean() - 12 * S.mean(), M.mean() + 12 * S.mean()
        for _ in range(60):
            c = (a + b) / 2
            if stats.norm.cdf((c - M) / S).mean() < q: a = c
            else: b = c
        return (a + b) / 2
    sd = math.sqrt(M.var() + (S**2).mean())
    return dict(effect=M.mean(), deviation=sd, low=quantile(.025), high=quantile(.975), benefit=float(stats.norm.cdf((0 - M) / S).mean()),
                autocorrelation=float(np.mean(rhos)), spread=float(np.mean(sigmas)))

def period_models(case):
    if case["design"]["type"] != "pairs": return {}
    d = case["design"]; x = condition_lines(d, case["schedule"], case["lagDays"])[0]; y = case["daily"][0]
    rows = []
    for k, (letter, start, days) in enumerate(periods(d, case["schedule"][0])):
        v = [y[i] for i in range(start, start + days) if x[i] is not None and y[i] is not None]
        rows.append((k // 2, letter == "B", start + (days - 1) / 2, np.mean(v)))
    diff = [next(r[3] for r in rows if r[0] == c and r[1]) - next(r[3] for r in rows if r[0] == c and not r[1]) for c in range(d["cycles"])]
    t = stats.ttest_1samp(diff, 0)
    day = np.array([r[2] for r in rows]); time = (day - day.min()) / (day.max() - day.min()) - 0.5
    X = np.column_stack([np.ones(len(rows)), [float(r[1]) for r in rows], time])
    out = dict(pairedT=dict(effect=float(np.mean(diff)), p=float(t.pvalue)))
    try:
        fit = sm.MixedLM(np.array([r[3] for r in rows]), X, groups=[r[0] for r in rows]).fit(reml=True, method="powell", xtol=1e-12, ftol=1e-14)
        # At no variance between cycles statsmodels has no standard error that can be trusted.
        if fit.cov_re[0, 0] > 1e-4 * fit.scale: out["mixed"] = dict(effect=float(fit.fe_params[1]), standardError=float(fit.bse_fe[1]))
    except np.linalg.LinAlgError:
        pass
    return out

def eight_schools(rng):
    """Rubin 1981; mu flat, tau uniform: tau from its marginal on a fine grid, then mu and theta drawn (BDA 5.4)."""
    y, s = np.array([28, 8, -3, 7, -1, 1, 18, 12.0]), np.array([15, 10, 16, 11, 9, 11, 10, 18.0])
    tau = np.linspace(0.01, 180, 20000); w = 1 / (s**2 + tau[:, None] ** 2); v = 1 / w.sum(1); m = (w * y).sum(1) * v
    logp = 0.5 * np.log(v) + 0.5 * np.log(w).sum(1) - 0.5 * (w * (y - m[:, None]) ** 2).sum(1); p = np.exp(logp - logp.max())
    k = rng.choice(len(tau), 1_000_000, p=p / p.sum()); mu = m[k] + np.sqrt(v[k]) * rng.normal(size=len(k)); t2 = tau[k] ** 2
    people = []
    for yi, si in zip(y, s):
        prec = 1 / si**2 + 1 / t2; theta = (yi / si**2 + mu / t2) / prec + rng.normal(size=len(k)) / np.sqrt(prec)
        people.append(dict(effect=theta.mean(), low=np.quantile(theta, .025), high=np.quantile(theta, .975)))
    new = mu + tau[k] * rng.normal(size=len(k))
    return dict(effects=y.tolist(), errors=s.tolist(), people=people, group=dict(effect=mu.mean(), low=np.quantile(mu, .025), high=np.quantile(mu, .975)),
                between=tau[k].mean(), next=dict(low=np.quantile(new, .025), high=np.quantile(new, .975)))

def main():
    rng = np.random.default_rng(20261124)
    pairs = lambda c, p, w=0: dict(type="pairs", cycles=c, periodDays=p, washoutDays=w)
    settings = [
        (pairs(3, 7), 0, 1, (0, 10), -1.5, 0.3, 1.4), (pairs(4, 7), 1, 1, (0, 10), -0.8, 0.0, 1.2), (pairs(8, 7), 0, 1, (0, 10), 0.6, 0.5, 1.6),
        (pairs(5, 10, 3), 2, 1, (0, 10), -2.0, 0.2, 1.0), (pairs(6, 5), 0, 2, (0, 100), -12, 0.3, 15), (pairs(10, 3), 0, 0, (0, 10), -1.0, -0.2, 1.3),
        (dict(type="phases", order="ABAB", days=44, minimumDays=7), 0, 1, (0, 10), -1.8, 0.3, 1.3), (dict(type="phases", order="AB", days=50, minimumDays=8), 2, 1, (0, 10), -2.2, 0.4, 1.1),
        (dict(type="baselines", tiers=["a", "b", "c"], days=36, firstStart=6, windowDays=4), 0, 1, (0, 10), -1.5, 0.2, 1.2), (pairs(3, 14), 3, 1, (0, 10), 1.2, 0.6, 1.5),
    ]
    cases = []
    for k, (design, lag, half, span, effect, rho, sd) in enumerate(settings):
        options = list(itertools.islice(all_schedules(design), 3000)); schedule = options[rng.integers(len(options))]
        daily = []
        for line in schedule:
            e, values = rng.normal(), []
            for i, letter in enumerate(line):
                e = e if i == 0 else rho * e + math.sqrt(1 - rho**2) * rng.normal()
                v = (span[0] + span[1]) / 2 + (effect if letter == "B" else 0) + sd * e + 0.02 * i
                values.append(None if rng.random() < 0.1 else round(min(max(v, span[0]), span[1]), 2))
            daily.append(values)
        case = dict(name=f"{k + 1}: {design['type']}", design=design, lagDays=lag, carryOverHalfLifeDays=half, range=list(span), schedule=schedule, daily=daily)
        p, count = exact_p(case)
        case["expected"] = dict(p=p, schedules=count, difference=float(difference(design, schedule, lag, daily)), posterior=posterior(case, np.random.default_rng([20261124, k])), **period_models(case))
        print(case["name"], case["expected"], flush=True); cases.append(case)
    with open(__file__.replace("oracle.py", "cases.json"), "w") as out:
        json.dump(dict(source="made by nof1-oracle.py, 2026-11-24", series=json.loads(json.dumps(eight_schools(rng)), parse_float=lambda v: float(f"{float(v):.6g}")), cases=json.loads(json.dumps(cases), parse_float=lambda v: float(f"{float(v):.8g}"))), out, separators=(",", ":"))

main()
