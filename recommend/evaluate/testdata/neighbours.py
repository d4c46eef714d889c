"""Writes neighbours.json: a small random problem, and the scores that EASE and the
models of nearest neighbours give it, computed with dense numpy arrays by the
formulas of the papers, without anything of the Go code.

Run in this folder: python neighbours.py > neighbours.json
Written with Python 3.11.7 and numpy 2.4.6.
"""
import json
import numpy as np

rng = np.random.RandomState(20261130)
users, items = 90, 300  # items: more than two blocks of the inverse, and a part of one
k, h, delta, lam = 7, 4.0, 0.2, 3.0

taste, kind = rng.randn(users, 4), rng.randn(items, 4)
close = taste @ kind.T
rated = rng.rand(users, items) < 0.25 / (1 + np.exp(-close))
rated[3] = False  # a user without ratings
rated[:, 5] = False  # an item without ratings
value = np.clip(np.round(2 * (3.3 + 0.4 * close + 0.5 * rng.randn(users, items))) / 2, 0.5, 5.0)


def ease(x):
    p = np.linalg.inv(x.T @ x + lam * np.eye(items))
    b = -p / np.diag(p)[None, :]
    np.fill_diagonal(b, 0)
    return x @ b


def biases():
    mean = value[rated].mean()
    rest = np.where(rated, value - mean, 0)
    item = rest.sum(0) / np.where(rated.any(0), 25 + rated.sum(0), 1)
    rest = np.where(rated, value - mean - item[None, :], 0)
    user = rest.sum(1) / np.where(rated.any(1), 10 + rated.sum(1), 1)
    return mean + user[:, None] + item[None, :]


def similarity(x):
    """Of rows, each with h more entries of the mean square that no other has."""
    more = h * (x ** 2).sum() / rated.sum()
    norm = np.sqrt((x ** 2).sum(1) + more)
    s = (x @ x.T) / norm[:, None] / norm[None, :]
    np.fill_diagonal(s, 0)
    s[s < 0] = 0
    near = np.zeros_like(s)
    for row in range(len(s)):
        best = np.argsort(-s[row], kind="stable")[:k]
        near[row, best] = s[row, best]
    return near


base = biases()
binary = rated.astype(float)
residual = np.where(rated, value - base, 0)


def by_item(x):
    s = similarity(x.T)
    return x @ s.T, binary @ s.T


def by_user(x):
    s = similarity(x)
    return s @ x, s @ binary


scores = {"ease": ease(binary), "ease_by_value": ease(np.where(rated, value, 0))}
for name, model in (("item", by_item), ("user", by_user)):
    scores[name + "_implicit"] = model(binary)[0]
    total, weight = model(residual)
    scores[name + "_explicit"] = base + total / (weight + delta)

shown = [0, 3, 50]
print(json.dumps({
    "users": users, "items": items, "neighbours": k, "shrinkage": h, "damping": delta, "regularization": lam,
    "rated": [np.flatnonzero(row).tolist() for row in rated],
    "value": [value[u, rated[u]].tolist() for u in range(users)],
    "shown": shown,
    "scores": {name: [[round(float(v), 7) for v in s[u]] for u in shown] for name, s in scores.items()},
}, separators=(",", ":")))
