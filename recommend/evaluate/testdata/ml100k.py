"""Prints the numbers of TestMovieLens100K: damped biases and popularity on the
published fold u1 of MovieLens 100K, computed with dense numpy arrays.

Run: python ml100k.py /path/to/ml-100k
Written with Python 3.11.7 and numpy 2.4.6.
"""
import sys
import numpy as np

users, items = 943, 1682


def read(name):
    rows = np.loadtxt(f"{sys.argv[1]}/{name}", dtype=int)[:, :3]
    m = np.full((users, items), np.nan)
    m[rows[:, 0] - 1, rows[:, 1] - 1] = rows[:, 2]
    return m


train, test = read("u1.base"), read("u1.test")
mean = np.nanmean(train)
count_i, count_u = (~np.isnan(train)).sum(0), (~np.isnan(train)).sum(1)
b_i = np.nansum(train - mean, axis=0) / (25 + count_i)
b_u = np.nansum(train - mean - b_i, axis=1) / (10 + count_u)
prediction = np.clip(mean + b_u[:, None] + b_i, 1, 5)
off = (prediction - test)[~np.isnan(test)]
print("rmse %.9f mae %.9f" % (np.sqrt(np.mean(off**2)), np.mean(np.abs(off))))

popularity = count_i.astype(float)
precision, recall, ndcg, listed = [], [], [], set()
for u in range(users):
    relevant = set(np.flatnonzero(test[u] >= 4))
    if not relevant:
        continue
    candidates = np.flatnonzero(np.isnan(train[u]))
    top = candidates[np.argsort(-popularity[candidates], kind="stable")][:10]
    rel = np.array([i in relevant for i in top], dtype=float)
    listed |= set(top)
    precision.append(rel.sum() / 10)
    recall.append(rel.sum() / len(relevant))
    gains = 1 / np.log2(np.arange(2, 12))
    ndcg.append((rel * gains).sum() / gains[: min(10, len(relevant))].sum())
print("users %d precision@10 %.9f recall@10 %.9f ndcg@10 %.9f coverage@10 %.9f"
      % (len(ndcg), np.mean(precision), np.mean(recall), np.mean(ndcg), len(listed) / items))
