"""Reference values for conformance/item-bank.conformance.ts, without any code of ours.

Graded response model and expected a posteriori written anew from the papers (Samejima 1969; Bock and Mislevy 1982), in
Python, integrated by the five-point rule of Gauss and Legendre on 4,000 panels from -12 to 12: another quadrature than the
program's trapezoidal rule on 361 points from -9 to 9. Random item parameters and answers, seed stated.
Run: python3 item-bank-oracle.py > item-bank-references.json
"""
import json
import math
import random

random.seed(20261124)


def category(a, b, k, theta, scaling):
    def above(j):
        if j == 0:
            return 1.0
        if j > len(b):
            return 0.0
        return 1.0 / (1.0 + math.exp(-scaling * a * (theta - b[j - 1])))
    return above(k) - above(k + 1)


def eap(items, answers, prior, scaling):
    mean, sd = prior
    nodes = [
        (0.0, 128 / 225),
        (math.sqrt(5 - 2 * math.sqrt(10 / 7)) / 3, (322 + 13 * math.sqrt(70)) / 900),
        (-math.sqrt(5 - 2 * math.sqrt(10 / 7)) / 3, (322 + 13 * math.sqrt(70)) / 900),
        (math.sqrt(5 + 2 * math.sqrt(10 / 7)) / 3, (322 - 13 * math.sqrt(70)) / 900),
        (-math.sqrt(5 + 2 * math.sqrt(10 / 7)) / 3, (322 - 13 * math.sqrt(70)) / 900),
    ]
    panels = 4000
    half = 12 * sd / panels
    centres = [mean - 12 * sd + half * (2 * i + 1) for i in range(panels)]
    grid = [c + half * x for c in centres for x, _ in nodes]
    rule = [w for _ in centres for _, w in nodes]
    logs = []
    for theta in grid:
        log = -0.5 * ((theta - mean) / sd) ** 2
        for (a, b), k in zip(items, answers):
            if k is not None:
                log += math.log(max(category(a, b, k, theta, scaling), 1e-300))
        logs.append(log)
    top = max(logs)
    weights = [w * math.exp(one - top) for w, one in zip(rule, logs)]
    total = math.fsum(weights)
    first = math.fsum(w * t for w, t in zip(weights, grid)) / total
    second = math.fsum(w * (t - first) ** 2 for w, t in zip(weights, grid)) / total
    return first, math.sqrt(second)


cases = []
for number in range(24):
    count = random.choice([1, 3, 6, 12])
    scaling = random.choice([1, 1.7])
    prior = random.choice([(0.0, 1.0), (0.5, 1.2)])
    items = []
    for _ in range(count):
        a = round(random.uniform(0.6, 4.5), 3)
        b = sorted(round(random.uniform(-2.5, 3.0), 3) for _ in range(random.choice([1, 3, 4])))
        for i in range(1, len(b)):
            if b[i] <= b[i - 1]:
                b[i] = round(b[i - 1] + 0.05, 3)
        items.append((a, b))
    kind = number % 4
    answers = [
        None if kind == 3 and random.random() < 0.4 else 0 if kind == 0 else len(b) if kind == 1 else random.randint(0, len(b))
        for _, b in items
    ]
    theta, error = eap(items, answers, prior, scaling)
    cases.append({
        "items": [{"slope": a, "thresholds": b} for a, b in items],
        "answers": answers,
        "prior": {"mean": prior[0], "sd": prior[1]},
        "scaling": scaling,
        "theta": theta,
        "thetaError": error,
    })
print(json.dumps(cases, indent=1))
