"""Writes golden.json: a small random problem and its metrics, computed with dense
numpy arrays and one loop a user, without anything of the Go code. What scikit-learn,
SciPy, pytrec_eval and ranx measure of the same lists is asserted to agree on the way.

Run in this folder: python golden.py > golden.json
Written with Python 3.11.7, numpy 2.4.6, scikit-learn 1.9.1, SciPy 1.17.1, pytrec_eval-terrier
0.5.11 and ranx 0.3.21.
"""
import json
import math

import numpy as np
import pytrec_eval
import ranx
from scipy import stats
from sklearn.metrics import ndcg_score, roc_auc_score

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
# Genres: three of seven at most, some items without. Distances: of random points,
# unknown for item 2.
genres = [sorted(rng.choice(7, size=n, replace=False).tolist()) for n in rng.randint(0, 4, size=items)]
points = rng.rand(items, 3)
distance = np.round(np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2)), 3)
distance[2, :] = distance[:, 2] = np.nan
# Sampled negatives: some lists are short, some hold items twice or their own item.
negatives = {}
for u in range(users):
    for i in np.flatnonzero(side[u] == 2):
        negatives[u, int(i)] = rng.randint(0, items, size=rng.randint(1, 25)).tolist()

test = side == 2
off = (np.clip(score, 0.5, 5.0) - value)[test]
raw = (score - value)[test]

counts = (side == 1).sum(axis=0)
active = ((side == 1).sum(axis=1) > 0).sum()
information = -np.log2(np.maximum(counts, 1) / active)


def of_genres(rows):
    """The distribution of genres over items, None where they have none."""
    weight = np.zeros(7)
    for i in rows:
        for g in genres[i]:
            weight[g] += 1 / len(genres[i])
    return weight / weight.sum() if weight.sum() else None


def calibration(profile, listed):
    p, q = of_genres(profile), of_genres(listed)
    if p is None or q is None:
        return math.nan
    return stats.entropy(p, 0.99 * q + 0.01 * p)  # SciPy's relative entropy, in nats


def spread(listed):
    pairs = [distance[a, b] for n, a in enumerate(listed) for b in listed[:n] if not math.isnan(distance[a, b])]
    return np.mean(pairs) if pairs else math.nan


per_user = {k: [] for k in ks}
like = {k: [] for k in ks}  # beyond accuracy
lift = {k: ([], []) for k in ks}
shown = {k: np.zeros(items) for k in ks}
found = {k: np.zeros(items, dtype=int) for k in ks}
wanted_by_item = np.zeros(items, dtype=int)
auc, auc_users, measured = [], [], []
skipped = cold = 0
qrels, run = {}, {}  # of the established packages
for u in range(users):
    relevant = test[u] & (value[u] >= threshold)
    if not relevant.any():
        skipped += bool(test[u].any())
        continue
    measured.append(u)
    cold += not (side[u] == 1).any()
    candidates = np.flatnonzero(side[u] != 1)
    order = candidates[np.argsort(-score[u, candidates], kind="stable")]
    rel = relevant[order].astype(float)
    count = int(relevant.sum())
    profile = np.flatnonzero(side[u] == 1)
    wanted_by_item += relevant
    auc.append(roc_auc_score(relevant[candidates], score[u, candidates]))
    qrels[f"u{u}"] = {f"i{i}": 1 for i in np.flatnonzero(relevant)}
    run[f"u{u}"] = {f"i{i}": float(len(order) - n) for n, i in enumerate(order)}  # ties broken as here
    for k in ks:
        top = rel[:k]
        ranks = np.arange(1, len(top) + 1)
        ideal = np.sum(1 / np.log2(np.arange(2, min(k, count) + 2)))
        hits = np.flatnonzero(top)
        per_user[k].append([
            top.sum() / k,
            top.sum() / count,
            top.sum() / min(k, count),
            float(top.any()),
            np.sum(top / np.log2(ranks + 1)) / ideal,
            np.sum(top * np.cumsum(top) / ranks) / min(k, count),
            1 / (hits[0] + 1) if len(hits) else 0.0,
        ])
        listed = order[:k]
        shown[k][listed] += 1
        found[k] += np.isin(np.arange(items), listed) & relevant
        like[k].append([information[listed].mean(), counts[listed].mean(), spread(listed), calibration(profile, listed)])
        if len(profile):
            lift[k][0].append(counts[listed].mean())
            lift[k][1].append(counts[profile].mean())

names = ["precision", "recall", "recall_capped", "hit_rate", "ndcg", "map", "mrr"]
at = []
for k in ks:
    means = np.mean(np.array(per_user[k]), axis=0)
    x = np.sort(shown[k])
    novelty, popularity, diversity, calibrated = np.array(like[k]).T
    gini = np.sum((2 * np.arange(1, items + 1) - items - 1) * x) / ((items - 1) * x.sum())
    # The mean absolute difference of all pairs, by n·(n−1) in place of n².
    assert np.isclose(gini, np.abs(x[:, None] - x[None]).sum() / (2 * items * (items - 1) * x.mean()))
    row = {"k": k, **dict(zip(names, means.tolist())), "coverage": float((x > 0).mean()), "gini": float(gini),
           "novelty": novelty.mean(), "popularity": popularity.mean(),
           "popularity_lift": np.mean(lift[k][0]) / np.mean(lift[k][1]), "calibration": np.nanmean(calibrated)}
    if not np.isnan(diversity).all():
        row["diversity"] = np.nanmean(diversity)
    at.append({name: v if name == "k" else float(v) for name, v in row.items()})

# The established packages. pytrec_eval measures as trec_eval does: its recall and
# precision are ours, its ndcg_cut takes IDCG over the first k as ours does, and its
# map_cut divides by all relevant items, so that it is compared where k exceeds them.
for k, row in zip(ks, at):
    if k < 60:
        trec = pytrec_eval.RelevanceEvaluator(qrels, {f"P.{k}", f"recall.{k}", f"ndcg_cut.{k}", f"success.{k}", "map", "recip_rank"}).evaluate(run)
        mean = lambda name: np.mean([v[name] for v in trec.values()])
        assert np.isclose(row["precision"], mean(f"P_{k}"))
        assert np.isclose(row["recall"], mean(f"recall_{k}"))
        assert np.isclose(row["ndcg"], mean(f"ndcg_cut_{k}"))
        assert np.isclose(row["hit_rate"], mean(f"success_{k}"))
    else:
        assert np.isclose(row["map"], mean("map"))
        assert np.isclose(row["mrr"], mean("recip_rank"))
    r = ranx.evaluate(ranx.Qrels(qrels), ranx.Run(run), [f"precision@{k}", f"recall@{k}", f"ndcg@{k}", f"mrr@{k}", f"hit_rate@{k}"])
    for name in ["precision", "recall", "ndcg", "mrr", "hit_rate"]:
        if not (name == "precision" and k > items):  # ranx divides by the length of the list
            assert np.isclose(row[name], r[f"{name}@{k}"]), (name, k)
    sk = [ndcg_score([test[u] & (value[u] >= threshold) & (side[u] != 1)], [[run[f"u{u}"].get(f"i{i}", -1.0) for i in range(items)]], k=k) for u in measured]
    assert np.isclose(row["ndcg"], np.mean(sk))

# Each relevant test item against its negatives, as the program of NCF ranks: a dict
# of scores by item. Equal scores are put in order of the items.
sampled = {k: [] for k in ks}
sampled_auc, ranked, most = [], 0, 0
for u in measured:
    rows, aucs = [], []
    for i in np.flatnonzero(test[u] & (value[u] >= threshold)):
        scores = {j: score[u, j] for j in [*negatives[u, int(i)], int(i)]}
        place = sorted(scores, key=lambda j: (-scores[j], j)).index(int(i)) + 1
        ranked += 1
        most = max(most, len(scores) - 1)
        rows.append([[float(place <= k), 1 / np.log2(place + 1) if place <= k else 0.0, 1 / place if place <= k else 0.0] for k in ks])
        if len(scores) > 1:
            aucs.append(roc_auc_score([j == i for j in scores], list(scores.values())))
    for n, k in enumerate(ks):
        sampled[k].append(np.mean([r[n] for r in rows], axis=0))
    if aucs:
        sampled_auc.append(np.mean(aucs))
sampled_at = [{"k": k, **dict(zip(["hit_rate", "ndcg", "mrr"], np.mean(sampled[k], axis=0).tolist()))} for k in ks]

# Paired tests of two columns: SciPy's t-test, and Fisher's randomization test over all
# 2^12 signs of the first twelve.
each_ndcg = np.array([row[4] for row in per_user[10]])
t_test = stats.ttest_rel(each_ndcg, auc)
exact = stats.permutation_test((each_ndcg[:12], np.array(auc)[:12]), lambda x, y, axis: np.mean(x - y, axis=axis),
                               permutation_type="samples", n_resamples=np.inf, vectorized=True)

print(json.dumps({
    "users": users, "items": items, "threshold": threshold,
    "side": side.tolist(), "value": value.tolist(), "score": score.tolist(),
    "genres": genres, "distance": [[None if math.isnan(d) else d for d in row] for row in distance.tolist()],
    "negatives": [[u, i, list_] for (u, i), list_ in negatives.items()],
    "rmse": float(np.sqrt(np.mean(off**2))), "mae": float(np.mean(np.abs(off))),
    "raw_rmse": float(np.sqrt(np.mean(raw**2))), "raw_mae": float(np.mean(np.abs(raw))),
    "n": int(test.sum()), "cold_users": int(test[5].sum()), "cold_items": int(test[:, 3].sum()),
    "at": at, "auc": float(np.mean(auc)), "measured": len(measured), "skipped": int(skipped), "cold": int(cold),
    "rows": measured, "each_auc": auc, "each_ndcg": each_ndcg.tolist(),
    "t": float(t_test.statistic), "t_p": float(t_test.pvalue), "exact_p_of_12": float(exact.pvalue),
    "relevant": wanted_by_item.tolist(), "hits": [found[k].tolist() for k in ks],
    "sampled": {"at": sampled_at, "auc": float(np.mean(sampled_auc)), "ranked": ranked, "negatives": most},
}))
