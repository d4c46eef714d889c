"""Trains one peer again and again and writes what it recommends or predicts.

Called by the Go program beside it with the name of a function below. Each line of
standard input is a request as JSON: where the train side of a fold lies, the
settings, what to write. Each gets a line of JSON as its answer. Metrics are taken by
the Go program, by the same code for all; where a request asks for it, a peer's own
metric is told too, to be compared.
"""

import json
import os
import sys
import time
import warnings

warnings.filterwarnings("ignore")


class Fold:
    """A request with the arrays it names."""

    def __init__(self, request):
        self.request = request
        self.own = {}

    def __getattr__(self, name):
        return self.request[name]

    def array(self, name):
        import numpy as np

        return np.load(os.path.join(self.dir, name + ".npy"))

    def matrix(self, name):
        """A users x items matrix."""
        import numpy as np
        import scipy.sparse as sps

        ptr, index, value = (self.array(name + part) for part in (".ptr", ".index", ".value"))
        shape = tuple(int(n) for n in self.array(name + ".shape"))
        return sps.csr_matrix((value, index, ptr.astype(np.int32)), shape=shape)

    def train_matrix(self):
        return self.matrix(self.train)

    def frame(self, user="user", item="item", rating="rating"):
        """The train side as a table of rows, by user."""
        import numpy as np
        import pandas as pd

        m = self.train_matrix()
        users = np.repeat(np.arange(m.shape[0], dtype=np.int32), np.diff(m.indptr))
        return pd.DataFrame({user: users, item: m.indices, rating: m.data})

    def pairs(self):
        """The users and items whose ratings are to be predicted."""
        return self.array(self.test + ".user"), self.array(self.test + ".item")

    def save(self, name, array, dtype):
        import numpy as np

        np.save(os.path.join(self.dir, self.out + name + ".npy"), np.ascontiguousarray(array, dtype=dtype))

    def save_lists(self, scores, seen):
        """Saves the k best items of each user of a dense table of scores, without
        those seen, the smaller row first where scores are equal, -1 behind the last."""
        import numpy as np

        scores = np.array(scores, dtype=np.float64)
        scores[~np.isfinite(scores)] = -np.inf
        scores[seen.nonzero()] = -np.inf
        ids = np.argsort(-scores, axis=1, kind="stable")[:, : self.k].astype(np.int32)
        ids[np.isneginf(np.take_along_axis(scores, ids, axis=1))] = -1
        self.save(".ids", ids, np.int32)


# Lists, from interactions that are all alike.


def implicit_lists(fold, model):
    """Lets a model of implicit train, and list by its own means."""
    import numpy as np

    x = fold.train_matrix()
    model.fit(x, show_progress=False)
    ids, scores = model.recommend(np.arange(x.shape[0], dtype=np.int32), x, N=fold.k, filter_already_liked_items=True)
    # Seen items stand behind all others, with the lowest score there is.
    ids[scores <= -np.finfo(np.float32).max / 2] = -1
    fold.save(".ids", ids, np.int32)
    if fold.own_metric:
        from implicit.evaluation import ndcg_at_k

        fold.own["ndcg@10"] = ndcg_at_k(model, x, fold.matrix(fold.test), K=10, show_progress=False)


def lists_implicit_als(fold):
    from implicit.cpu.als import AlternatingLeastSquares

    s = fold.settings
    implicit_lists(fold, AlternatingLeastSquares(
        factors=int(s["factors"]), regularization=s["regularization"], alpha=s["alpha"], iterations=int(s["iterations"]),
        use_cg=s["use_cg"], num_threads=fold.threads, random_state=fold.seed,
    ))


def lists_implicit_bm25(fold):
    from implicit.nearest_neighbours import BM25Recommender

    s = fold.settings
    implicit_lists(fold, BM25Recommender(K=int(s["K"]), K1=s["K1"], B=s["B"], num_threads=fold.threads))


def lists_implicit_cosine(fold):
    from implicit.nearest_neighbours import CosineRecommender

    s = fold.settings
    implicit_lists(fold, CosineRecommender(K=int(s["K"]), num_threads=fold.threads))


def irspack_lists(fold, make, known=None):
    """Lets a model of irspack train and score; known are the items it is told of, where
    not all."""
    import numpy as np

    x = fold.train_matrix().astype(np.float64)
    model = make(x if known is None else x[:, known])
    model.learn()
    scores = model.get_score_remove_seen(np.arange(x.shape[0]))
    if known is not None:
        wide = np.full(x.shape, np.nan)
        wide[:, known] = scores
        scores = wide
    fold.save_lists(scores, x)
    if fold.own_metric and known is None:
        from irspack import Evaluator

        found = Evaluator(fold.matrix(fold.test), cutoff=10, n_threads=fold.threads).get_scores(model, [10, 20])
        fold.own.update({name: found[name] for name in ("ndcg@10", "recall@20")})


def lists_irspack_ials(fold):
    from irspack import IALSRecommender

    s = fold.settings
    irspack_lists(fold, lambda x: IALSRecommender(
        x, n_components=int(s["n_components"]), alpha0=s["alpha0"], reg=s["reg"], nu=s["nu"], train_epochs=int(s["train_epochs"]),
        solver_type=s["solver_type"], random_seed=fold.seed, n_threads=fold.threads,
    ))


def lists_irspack_dense_slim(fold):
    import numpy as np
    from irspack import DenseSLIMRecommender

    s = fold.settings
    # An item that nobody has in train scores 0 whatever the weights, and would only
    # make the matrix larger that is inverted.
    known = np.flatnonzero(fold.train_matrix().getnnz(axis=0))
    irspack_lists(fold, lambda x: DenseSLIMRecommender(x, reg=s["reg"]), known)


def lists_irspack_rp3beta(fold):
    from irspack import RP3betaRecommender

    s = fold.settings
    irspack_lists(fold, lambda x: RP3betaRecommender(
        x, beta=s["beta"], top_k=int(s["top_k"]), normalize_weight=s["normalize_weight"], n_threads=fold.threads,
    ))


def lenskit_data(fold):
    from lenskit.data import from_interactions_df

    return from_interactions_df(fold.frame("user_id", "item_id", "rating"))


def lenskit_trained(fold, data, scorer):
    from lenskit.training import TrainingOptions

    scorer.train(data, TrainingOptions(rng=fold.seed))
    return scorer


def lenskit_lists(fold, scorer):
    import numpy as np
    from lenskit.data import ItemList, RecQuery

    data = lenskit_data(fold)
    lenskit_trained(fold, data, scorer)
    x = fold.train_matrix()
    every = ItemList(item_ids=data.items.ids(), vocabulary=data.items)
    known = data.items.ids().astype(np.int64)
    scores = np.full(x.shape, np.nan)
    for user in np.flatnonzero(np.diff(x.indptr)):
        found = scorer(RecQuery(user_id=int(user), user_items=data.user_row(int(user))), every)
        scores[user, known] = found.scores()
    fold.save_lists(scores, x)


def lists_lenskit_implicit_mf(fold):
    from lenskit.als import ImplicitMFScorer

    s = fold.settings
    lenskit_lists(fold, ImplicitMFScorer(
        embedding_size=int(s["embedding_size"]), epochs=int(s["epochs"]), regularization=s["regularization"], weight=s["weight"],
    ))


def lists_lenskit_item_knn(fold):
    from lenskit.knn import ItemKNNScorer

    s = fold.settings
    lenskit_lists(fold, ItemKNNScorer(feedback="implicit", max_nbrs=int(s["max_nbrs"]), min_sim=s["min_sim"]))


# Predictions of ratings.


def ratings_lenskit_biased_mf(fold):
    import numpy as np
    from lenskit.als import BiasedMFScorer
    from lenskit.basic import BiasScorer
    from lenskit.data import ItemList, RecQuery

    s = fold.settings
    data = lenskit_data(fold)
    scorer = lenskit_trained(fold, data, BiasedMFScorer(
        embedding_size=int(s["embedding_size"]), epochs=int(s["epochs"]), regularization=s["regularization"], damping=s["damping"],
    ))
    # What lenskit's own pipelines fall back to for items without ratings.
    fallback = lenskit_trained(fold, data, BiasScorer(damping=s["damping"]))
    users, items = fold.pairs()
    predicted = np.full(len(users), np.nan)
    for user in np.unique(users):
        at = np.flatnonzero(users == user)
        query = RecQuery(user_id=int(user), user_items=data.user_row(int(user)))
        wanted = ItemList(item_ids=items[at])
        value = scorer(query, wanted).scores()
        predicted[at] = np.where(np.isfinite(value), value, fallback(query, wanted).scores())
    fold.save(".predicted", predicted, np.float32)


def surprise_ratings(fold, model):
    import numpy as np
    from surprise import Dataset, Reader

    scale = tuple(fold.scale)
    train = Dataset.load_from_df(fold.frame(), Reader(rating_scale=scale)).build_full_trainset()
    model.fit(train)
    users, items = fold.pairs()
    fold.save(".predicted", [model.predict(int(u), int(i)).est for u, i in zip(users, items)], np.float32)


def ratings_surprise_svd(fold):
    from surprise import SVD

    s = fold.settings
    surprise_ratings(fold, SVD(
        n_factors=int(s["n_factors"]), n_epochs=int(s["n_epochs"]), lr_all=s["lr_all"], reg_all=s["reg_all"], random_state=fold.seed,
    ))


def ratings_surprise_svdpp(fold):
    from surprise import SVDpp

    s = fold.settings
    surprise_ratings(fold, SVDpp(
        n_factors=int(s["n_factors"]), n_epochs=int(s["n_epochs"]), lr_all=s["lr_all"], reg_all=s["reg_all"], random_state=fold.seed,
        cache_ratings=True,
    ))


def ratings_cmfrec(fold):
    import numpy as np
    from cmfrec import CMF

    s = fold.settings
    strength = s["lambda_scaled"] if s["scale_lam"] else s["lambda_plain"]
    model = CMF(
        k=int(s["k"]), lambda_=strength, niter=int(s["niter"]), method="als", use_cg=False, scale_lam=s["scale_lam"],
        add_implicit_features=s["add_implicit_features"], w_implicit=s["w_implicit"], nthreads=fold.threads,
        random_state=fold.seed, verbose=False,
    ).fit(fold.frame("UserId", "ItemId", "Rating"))
    users, items = fold.pairs()
    fold.save(".predicted", model.predict(user=users, item=items), np.float32)


WORK = {name: f for name, f in list(globals().items()) if name.startswith(("lists_", "ratings_"))}


def versions(packages):
    from importlib.metadata import PackageNotFoundError, version

    found = []
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} missing")
    return ", ".join(found)


def main():
    work = WORK[sys.argv[1]]
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints is no answer
    for line in sys.stdin:
        fold = Fold(json.loads(line))
        start = time.perf_counter()
        try:
            work(fold)
            answer = {"seconds": time.perf_counter() - start, "own": fold.own, "version": versions(fold.packages)}
        except Exception as e:  # a setting that fails is told, and the next is tried
            answer = {"error": f"{type(e).__name__}: {e}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


main()
