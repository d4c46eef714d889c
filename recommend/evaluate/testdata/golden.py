"""Writes golden.json: a small random problem and its metrics, computed with dense
numpy arrays and one loop a user, without anything of the Go code.

Run in this folder: python golden.py > golden.json
Written with Python 3.11.7 and numpy 2.4.6.
"""
import json
import numpy as np

rng = np.random.RandomState(20240607)
users, items = 23, 40
ks = [1, 3, 10, 60]  # 60 is longer than the catalogue
threshold = 4.0

# Every pair is train (1), test (2) or neither. User 5 has no train ratings, user 6
# no test ratings, user 7 no relevant one.
side = rng.choice([0, 1, 2], p=[0.6, 0.25, 0.15], size=(users, items))
side[5] = np.where(side[5] == 1, 0, side[5])
side[6] = np.where(side[6] == 2, 0, side[6])
side[:, 3] = np.where(side[:, 3] == 1, 0, side[:, 3])  # item 3 has no train ratings
value = rng.randint(1, 11, size=(users, items)) / 2.0
value[7] = np.minimum(value[7], 3.5)
# Scores in steps of a quarter, so that there are ties, from below to above the scale.
score = rng.randint(0, 25, size=(users, items)) / 4.0

test = side == 2
off = (np.clip(score, 0.5, 5.0) - value)[test]
raw = (score - value)[test]

per_user = {k: [] for k in ks}
listed = {k: set() for k in ks}
skipped = cold = 0
for u in range(users):
    relevant = test[u] & (value[u] >= threshold)
    if not relevant.any():
        skipped += bool(test[u].any())
        continue
    cold += not (side[u] == 1).any()
    candidates = np.flatnonzero(side[u] != 1)
    order = candidates[np.argsort(-score[u, candidates], kind="stable")]
    rel = relevant[order].astype(float)
    count = int(relevant.sum())
    for k in ks:
        top = rel[:k]
        ranks = np.arange(1, len(top) + 1)
        ideal = np.sum(1 / np.log2(np.arange(2, min(k, count) + 2)))
        hits = np.flatnonzero(top)
        per_user[k].append([
            top.sum() / k,
            top.sum() / count,
            float(top.any()),
            np.sum(top / np.log2(ranks + 1)) / ideal,
            np.sum(top * np.cumsum(top) / ranks) / min(k, count),
            1 / (hits[0] + 1) if len(hits) else 0.0,
        ])
        listed[k] |= set(order[:k].tolist())

names = ["precision", "recall", "hit_rate", "ndcg", "map", "mrr"]
at = []
for k in ks:
    means = np.mean(np.array(per_user[k]), axis=0)
    at.append({"k": k, **dict(zip(names, means.tolist())), "coverage": len(listed[k]) / items})

print(json.dumps({
    "users": users, "items": items, "threshold": threshold,
    "side": side.tolist(), "value": value.tolist(), "score": score.tolist(),
    "rmse": float(np.sqrt(np.mean(off**2))), "mae": float(np.mean(np.abs(off))),
    "raw_rmse": float(np.sqrt(np.mean(raw**2))), "raw_mae": float(np.mean(np.abs(raw))),
    "n": int(test.sum()), "cold_users": int(test[5].sum()), "cold_items": int(test[:, 3].sum()),
    "at": at, "measured": len(per_user[ks[0]]), "skipped": int(skipped), "cold": int(cold),
}))
