"""Does one job with one peer and says how long it took.

Called by the Go program beside it with one argument, the task as JSON. The
last line printed is the answer as JSON: times in seconds, the peak of memory in
MB since the job began, versions, and what the BLAS at work is. Where the task
has an "out", what was computed is written there as .npy files to be compared.
"""

import json
import os
import sys
import time
import warnings

warnings.filterwarnings("ignore")


class Job:
    """A task with its answer."""

    def __init__(self, task):
        self.task = task
        self.times = []
        self.check = {}
        self.note = ""
        self.children = []

    def __getattr__(self, name):
        return self.task[name]

    def begin(self):
        """Forgets the peak of memory so far, where the system lets us."""
        import gc

        gc.collect()
        try:
            with open("/proc/self/clear_refs", "w") as f:
                f.write("5")
        except OSError:
            pass

    def timed(self, work):
        start = time.perf_counter()
        result = work()
        self.times.append(time.perf_counter() - start)
        return result

    def array(self, name, mode="r"):
        import numpy as np

        return np.load(os.path.join(self.dir, name + ".npy"), mmap_mode=mode)

    def matrix(self, prefix):
        """The users x items matrix, or documents x tokens, as our own exporter wrote it."""
        import numpy as np
        import scipy.sparse as sps

        ptr, index, value = (np.array(self.array(prefix + part)) for part in (".ptr", ".index", ".value"))
        shape = tuple(int(n) for n in self.array(prefix + ".shape"))
        return sps.csr_matrix((value, index, ptr.astype(np.int32)), shape=shape)

    def start(self):
        """The factors that all begin with, or None: ours after one iteration."""
        import numpy as np

        if not self.begin_with:
            return None
        return tuple(np.array(self.array(self.begin_with + side)) for side in (".users", ".items"))

    def save(self, name, array, dtype):
        import numpy as np

        if self.out:
            np.save(os.path.join(self.dir, self.out + name + ".npy"), np.ascontiguousarray(array, dtype=dtype))


def peak(pid="self"):
    try:
        with open(f"/proc/{pid}/status") as f:
            for line in f:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024 / 1e6
    except OSError:
        pass
    return 0.0


def blas():
    """Which BLAS kernels run, and on how many threads."""
    if "numpy" not in sys.modules:
        return ""
    import threadpoolctl

    found = {
        f"{i['internal_api']} {i['version']} {i.get('architecture', '')} x{i['num_threads']}"
        for i in threadpoolctl.threadpool_info()
        if i["user_api"] == "blas"
    }
    return ", ".join(sorted(found))


# Loading.


def load_polars(job):
    import polars as pl

    job.begin()
    for _ in range(job.repeat):
        frame = job.timed(lambda: pl.read_csv(job.csv))
    job.check = {"ratings": len(frame), "sum": float(frame["rating"].sum())}


def load_polars_scipy(job):
    import numpy as np
    import polars as pl
    import scipy.sparse as sps

    def work():
        frame = pl.read_csv(job.csv)
        # The ids are 1 to n here, which spares numbering them.
        user = (frame["userId"].to_numpy() - 1).astype(np.int32)
        item = (frame["movieId"].to_numpy() - 1).astype(np.int32)
        value = frame["rating"].to_numpy().astype(np.float32)
        rows = sps.coo_matrix((value, (user, item))).tocsr()
        return rows, rows.tocsc()

    job.begin()
    for _ in range(job.repeat):
        rows, columns = job.timed(work)
    job.check = {"ratings": int(columns.nnz), "sum": float(rows.data.sum(dtype=np.float64))}


def load_pandas(job):
    import pandas as pd

    job.begin()
    for _ in range(job.repeat):
        frame = job.timed(lambda: pd.read_csv(job.csv))
    job.check = {"ratings": len(frame), "sum": float(frame["rating"].sum())}


# Explicit ALS.


def explicit_lenskit(job):
    import numpy as np
    import pandas as pd
    from lenskit.als import BiasedMFScorer
    from lenskit.data import from_interactions_df
    from lenskit.training import TrainingOptions

    m = job.matrix("explicit")
    frame = pd.DataFrame(
        {
            "user_id": np.repeat(np.arange(m.shape[0], dtype=np.int32), np.diff(m.indptr)),
            "item_id": m.indices,
            "rating": m.data,
        }
    )
    data = from_interactions_df(frame)
    del frame, m
    # So much damping leaves the mean alone of the biases, as the others have it.
    scorer = BiasedMFScorer(embedding_size=job.factors, epochs=job.iterations, regularization=job.regularization, damping=1e12)
    trainer = scorer.create_trainer(data, TrainingOptions(rng=42))
    users = scorer.users.ids().astype(np.int64)
    items = scorer.items.ids().astype(np.int64)
    if start := job.start():
        trainer.load_parameters({"user_embeddings": start[0][users], "item_embeddings": start[1][items]})
    job.begin()
    for _ in range(job.iterations):
        job.timed(trainer.train_epoch)
    save_factors(job, users, scorer.user_embeddings, items, scorer.item_embeddings)


def save_factors(job, users, x, items, y):
    """Saves factors in the order of rows."""
    import numpy as np

    shape = job.array("explicit.shape")
    for name, ids, factors, n in (("users", users, x, shape[0]), ("items", items, y, shape[1])):
        table = np.zeros((int(n), job.factors), dtype=np.float32)
        table[ids] = factors
        job.save("." + name, table, np.float32)


def explicit_pyspark(job):
    import numpy as np

    os.environ["PYSPARK_SUBMIT_ARGS"] = (
        f'--driver-memory {job.java} --driver-java-options "--add-modules=jdk.incubator.vector" pyspark-shell'
    )
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.ml.recommendation import ALS
    from pyspark.sql import SparkSession, functions

    spark = (
        SparkSession.builder.master(f"local[{job.threads}]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", job.threads)
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    job.children.append(spark.sparkContext._gateway.proc.pid)
    mean = float(job.array("explicit.mean")[0])
    frame = (
        spark.read.csv(job.csv, header=True, schema="userId int, movieId int, rating float, timestamp long")
        .select((functions.col("userId") - 1).alias("user"), (functions.col("movieId") - 1).alias("item"), (functions.col("rating") - mean).cast("float").alias("rating"))
        .repartition(job.threads)
        .cache()
    )
    frame.count()

    def fit(iterations, ratings=frame):
        als = ALS(
            rank=job.factors, maxIter=iterations, regParam=job.regularization, numUserBlocks=job.threads, numItemBlocks=job.threads,
            userCol="user", itemCol="item", ratingCol="rating", checkpointInterval=-1, seed=42,
        )
        start = time.perf_counter()
        model = als.fit(ratings)
        return model, time.perf_counter() - start

    # Spark gives no time of an iteration: after some on a sample, which warm the
    # compiler, the time of one is taken off that of many.
    fit(3, frame.sample(min(1.0, 500_000 / frame.count())).cache())
    _, once = fit(1)
    model, many = fit(job.iterations)
    job.times = [(many - once) / (job.iterations - 1)]
    if job.out:
        parts = []
        for factors in (model.userFactors, model.itemFactors):
            rows = factors.select("id", "features").collect()
            parts += [np.array([r[0] for r in rows]), np.array([r[1] for r in rows], dtype=np.float32)]
        save_factors(job, *parts)
    job.note = "time of an iteration is that of a fit of many less one of one, divided"


# Implicit ALS.


def implicit_irspack(job):
    from irspack import IALSRecommender

    x = job.matrix("implicit")
    x.data[:] = job.alpha  # irspack adds alpha0, as we do
    model = IALSRecommender(
        x, n_components=job.factors, alpha0=1.0, reg=job.regularization, nu=0.0, loss_type="ORIGINAL",
        solver_type=job.solver, max_cg_steps=3, n_threads=job.threads, random_seed=42,
    )
    model.start_learning()
    core = model.trainer.core_trainer
    if start := job.start():
        core.user, core.item = start
    job.begin()
    for _ in range(job.iterations):
        job.timed(model.run_epoch)
    job.save(".users", core.user, "float32")
    job.save(".items", core.item, "float32")


def implicit_implicit(job):
    from implicit.cpu.als import AlternatingLeastSquares

    x = job.matrix("implicit")
    x.data[:] = 1 + job.alpha  # a value is the whole confidence here
    model = AlternatingLeastSquares(
        factors=job.factors, regularization=job.regularization, alpha=1.0, use_cg=job.solver == "CG",
        iterations=job.iterations, num_threads=job.threads, random_state=42,
    )
    if start := job.start():
        model.user_factors, model.item_factors = start
    job.begin()
    model.fit(x, show_progress=False, callback=lambda _, seconds, __: job.times.append(seconds))
    job.save(".users", model.user_factors, "float32")
    job.save(".items", model.item_factors, "float32")


# Lists.


def topn_implicit(job):
    import numpy as np
    from implicit.cpu.als import AlternatingLeastSquares

    seen = job.matrix("implicit")
    x, y = (np.array(job.array(name)) for name in ("model.users", "model.items"))
    model = AlternatingLeastSquares(factors=x.shape[1], num_threads=job.threads)
    model.user_factors, model.item_factors = x, y
    users = np.arange(x.shape[0], dtype=np.int32)
    job.begin()
    for _ in range(job.repeat):
        ids, scores = job.timed(lambda: model.recommend(users, seen, N=job.k, filter_already_liked_items=True))
    job.save(".ids", ids, "int32")
    job.save(".scores", scores, "float32")


def topn_irspack(job):
    import numpy as np
    from irspack import IALSRecommender
    from irspack.utils.id_mapping import retrieve_recommend_from_score

    seen = job.matrix("implicit")
    x, y = (np.array(job.array(name)) for name in ("model.users", "model.items"))
    model = IALSRecommender(seen, n_components=x.shape[1], n_threads=job.threads)
    model.start_learning()
    model.trainer.core_trainer.user = x
    model.trainer.core_trainer.item = y
    block = 2000

    def work():
        lists = []
        for begin in range(0, x.shape[0], block):
            scores = model.get_score_remove_seen_block(begin, min(begin + block, x.shape[0]))
            lists += retrieve_recommend_from_score(np.ascontiguousarray(scores), [], job.k, job.threads)
        return lists

    job.begin()
    for _ in range(job.repeat):
        lists = job.timed(work)
    job.save(".ids", [[i for i, _ in row] for row in lists], "int32")
    job.save(".scores", [[s for _, s in row] for row in lists], "float32")


# All pairs.


def save_neighbours(job, rows):
    """Saves (ids, scores) of each row, best first, without the row itself."""
    import numpy as np

    ids = np.full((len(rows), job.k), -1, dtype=np.int32)
    scores = np.zeros((len(rows), job.k), dtype=np.float32)
    for row, (near, value) in enumerate(rows):
        keep = (near != row) & (value > 0)
        near, value = near[keep], value[keep]
        order = np.argsort(-value, kind="stable")[: job.k]
        ids[row, : len(order)], scores[row, : len(order)] = near[order], value[order]
    job.save(".ids", ids, "int32")
    job.save(".scores", scores, "float32")


def cosine_sparse_dot_topn(job):
    from sparse_dot_topn import sp_matmul_topn

    a = job.matrix("documents")
    job.begin()
    for _ in range(job.repeat):
        # The row itself is among the nearest.
        c = job.timed(lambda: sp_matmul_topn(a, a.T.tocsr(), top_n=job.k + 1, sort=True, n_threads=job.threads))
    if job.out:
        save_neighbours(job, [(c.indices[lo:hi], c.data[lo:hi]) for lo, hi in zip(c.indptr[:-1], c.indptr[1:])])


def cosine_sklearn(job):
    from sklearn.neighbors import NearestNeighbors

    a = job.matrix("documents")
    model = NearestNeighbors(n_neighbors=job.k + 1, metric="cosine", algorithm="brute", n_jobs=job.threads)
    job.begin()
    for _ in range(job.repeat):
        distance, near = job.timed(lambda: model.fit(a).kneighbors(a))
    if job.out:
        save_neighbours(job, list(zip(near, 1 - distance)))


JOBS = {
    f.__name__: f
    for f in (
        load_polars, load_polars_scipy, load_pandas, explicit_lenskit, explicit_pyspark, implicit_irspack, implicit_implicit,
        topn_implicit, topn_irspack, cosine_sparse_dot_topn, cosine_sklearn,
    )
}


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
    job = Job(json.loads(sys.argv[1]))
    JOBS[job.work](job)
    answer = {
        "times": job.times,
        "peak_mb": peak() + sum(peak(pid) for pid in job.children),
        "version": versions(job.packages),
        "blas_used": blas(),
        "check": job.check,
        "note": job.note,
    }
    print(json.dumps(answer))


main()
