package main

import (
	"context"
	"fmt"

	"github.com/nextflex/nextflex/benchmarks/internal/sets"
	"github.com/nextflex/nextflex/dataset"
)

// contest is one job that we and some peers do in turn.
type contest struct {
	name, title string
	per         string // what a time is of: an iteration, a run
	rate        string // unit of amounts a second, such as ratings/s
	x           string // what the cases differ in, for plots
	ours        contender
	peers       []contender
	cases       []contestCase
	// agree compares what both wrote, or answered, for the first round.
	agree func(t task, who string, ours, theirs *answer) (verdict, error)
	// prepare writes what the processes read.
	prepare func(ctx context.Context, dir string) error
}

// contender is a program that does the job.
type contender struct {
	label    string
	work     string   // function of peers.py or of us.go
	packages []string // whose versions are of interest; the first must be installed
	blas     bool     // depends on the threads of OpenBLAS, which are tried
	follows  bool     // can start from given factors: ours after one iteration, so that few more tell whether it agrees
	solver   string
	once     bool // takes so long that it runs in the first round alone
}

// contestCase is one size of a job.
type contestCase struct {
	label  string
	x      float64
	amount float64 // in units of the rate
	task   task
	later  int               // iterations from the second round on; the first has as many as agreement needs
	skip   map[string]string // work of contenders that are left out, and why
}

// settings of the comparison with equal objectives. They are ordinary ones, under
// which ALS settles within the iterations that are run.
const (
	explicitRegularization = 0.05
	implicitRegularization = 10
	implicitAlpha          = 5
)

// contests are all jobs of a size.
func contests(p sets.Plan) []contest {
	return []contest{
		loadContest(p), explicitContest(p), implicitContest(p, "CHOLESKY"), implicitContest(p, "CG"),
		topNContest(p), cosineContest(p, "zipf"), cosineContest(p, "tfidf"), trainRunContest(p), scalingContest(p),
	}
}

func loadContest(p sets.Plan) contest {
	set := p.Explicit()
	c := contest{
		name: "load", title: "Reading a ratings file", per: "file", rate: "ratings/s", agree: sameSums,
		ours: contender{label: "nextflex: CSR and CSC", work: "load"},
		peers: []contender{
			{label: "polars: columns alone", work: "load_polars", packages: []string{"polars"}},
			{label: "polars and scipy: CSR and CSC", work: "load_polars_scipy", packages: []string{"polars", "scipy", "numpy"}},
		},
		cases: []contestCase{{label: sets.SizeName(set.Generator.Ratings) + " ratings", amount: float64(set.Generator.Ratings), task: task{Repeat: 3}}},
	}
	if !p.Full {
		c.peers = append(c.peers, contender{label: "pandas: columns alone", work: "load_pandas", packages: []string{"pandas"}})
	}
	c.prepare = func(ctx context.Context, _ string) error { return setCSV(ctx, set, c.cases) }
	return c
}

// setCSV makes the file of a set and names it in the cases.
func setCSV(ctx context.Context, set sets.RatingSet, cases []contestCase) error {
	path, err := set.CSV(ctx)
	for i := range cases {
		cases[i].task.CSV = path
	}
	return err
}

func explicitContest(p sets.Plan) contest {
	set := p.Explicit()
	c := contest{
		name: "explicit", title: "Explicit ALS, exact, an iteration over both sides", per: "iteration", rate: "ratings/s", x: "factors", agree: sameFit,
		ours: contender{label: "nextflex", work: "explicit"},
		peers: []contender{
			{label: "lenskit BiasedMF", work: "explicit_lenskit", packages: []string{"lenskit", "torch", "numpy", "scipy"}, blas: true, follows: true},
			{label: "Spark MLlib ALS", work: "explicit_pyspark", packages: []string{"pyspark"}, once: true},
		},
	}
	iterations := 8
	if p.Full {
		iterations = 5 // more data settle sooner, and Spark takes long
	}
	for _, f := range []int{64, 128} {
		c.cases = append(c.cases, contestCase{
			label: fmt.Sprintf("%s ratings, f=%d", sets.SizeName(set.Generator.Ratings), f), x: float64(f), amount: float64(set.Generator.Ratings), later: 3,
			task: task{Factors: f, Iterations: iterations, Regularization: explicitRegularization},
		})
	}
	c.cases[1].skip = map[string]string{"explicit_pyspark": "left out, since it takes too long: f=64 is enough to compare"}
	c.prepare = func(ctx context.Context, dir string) error {
		if err := setCSV(ctx, set, c.cases); err != nil {
			return err
		}
		m, err := set.Matrix(ctx)
		if err != nil {
			return err
		}
		if err := writeArray(dir, "explicit.mean", []float64{mean(m)}, 0); err != nil {
			return err
		}
		return writeMatrix(dir, "explicit", m)
	}
	return c
}

func mean(m *dataset.Matrix) float64 {
	sum := 0.0
	for _, v := range m.Value {
		sum += float64(v)
	}
	return sum / float64(m.Len())
}

func implicitContest(p sets.Plan, solver string) contest {
	set := p.Implicit()
	c := contest{
		name: "implicit-exact", title: "Implicit ALS, exact, an iteration over both sides", per: "iteration", rate: "interactions/s", x: "factors", agree: sameObjective,
		ours: contender{label: "nextflex", work: "implicit", solver: solver},
		peers: []contender{
			{label: "irspack Cholesky", work: "implicit_irspack", solver: solver, packages: []string{"irspack"}, follows: true},
			{label: "implicit Cholesky", work: "implicit_implicit", solver: solver, packages: []string{"implicit", "numpy", "scipy"}, blas: true, follows: true},
		},
	}
	factors, iterations := []int{64, 128}, 4
	if solver == "CG" {
		c.name, c.title = "implicit-cg", "Implicit ALS by conjugate gradient, 3 steps, an iteration over both sides"
		c.ours.label, c.peers[0].label, c.peers[1].label = "nextflex CG", "irspack CG", "implicit CG"
		factors, iterations = append(factors, 256), 8
	}
	for _, f := range factors {
		c.cases = append(c.cases, contestCase{
			label: fmt.Sprintf("%s interactions, f=%d", sets.SizeName(set.Generator.Ratings), f), x: float64(f), amount: float64(set.Generator.Ratings), later: 3,
			task: task{Factors: f, Iterations: iterations, Regularization: implicitRegularization, Alpha: implicitAlpha},
		})
	}
	c.prepare = func(ctx context.Context, dir string) error {
		m, err := set.Matrix(ctx)
		if err != nil {
			return err
		}
		return writeMatrix(dir, "implicit", m)
	}
	return c
}

func topNContest(p sets.Plan) contest {
	set := p.Implicit()
	return contest{
		name: "topn", title: "The ten best items for every user without those seen, 64 factors", per: "all users", rate: "users/s", agree: sameLists,
		ours: contender{label: "nextflex", work: "topn"},
		peers: []contender{
			{label: "implicit", work: "topn_implicit", packages: []string{"implicit", "numpy"}, blas: true},
			{label: "irspack", work: "topn_irspack", packages: []string{"irspack", "numpy"}},
		},
		cases: []contestCase{{
			label:  fmt.Sprintf("%s users, %s items", sets.SizeName(set.Generator.Users), sets.SizeName(set.Generator.Items)),
			amount: float64(set.Generator.Users), task: task{K: 10, Factors: 64, Repeat: 2},
		}},
		prepare: func(ctx context.Context, dir string) error {
			m, err := set.Matrix(ctx)
			if err != nil {
				return err
			}
			if err := writeMatrix(dir, "implicit", m); err != nil {
				return err
			}
			return writeModel(ctx, dir, m)
		},
	}
}

func cosineContest(p sets.Plan, name string) contest {
	documents, k := p.Zipf, 100
	if name == "tfidf" {
		documents, k = p.TFIDF, 10
	}
	c := contest{
		name: "cosine-" + name, title: fmt.Sprintf("The %d nearest of every document by cosine, exact", k), per: "all documents", rate: "documents/s", agree: sameLists,
		ours: contender{label: "nextflex", work: "cosine"},
		peers: []contender{
			{label: "sparse_dot_topn", work: "cosine_sparse_dot_topn", packages: []string{"sparse-dot-topn", "scipy"}},
			{label: "scikit-learn", work: "cosine_sklearn", packages: []string{"scikit-learn", "scipy"}},
		},
		cases: []contestCase{{task: task{K: k, Repeat: 1}}},
	}
	c.prepare = func(_ context.Context, dir string) error {
		d, err := documents()
		if err != nil {
			return err
		}
		c.cases[0].label = fmt.Sprintf("%s, %d stored values", d.Name, d.Len())
		c.cases[0].amount = float64(len(d.Vectors))
		return writeDocuments(dir, d)
	}
	return c
}

func trainRunContest(p sets.Plan) contest {
	set := p.Explicit()
	c := contest{
		name: "trainrun", title: "Reading a file, ten iterations of explicit ALS with 64 factors, saving", per: "run", rate: "ratings/s",
		ours:  contender{label: "nextflex", work: "trainrun"},
		cases: []contestCase{{label: sets.SizeName(set.Generator.Ratings) + " ratings", amount: float64(set.Generator.Ratings), task: task{Factors: 64, Iterations: 10}}},
	}
	c.prepare = func(ctx context.Context, _ string) error { return setCSV(ctx, set, c.cases) }
	return c
}

func scalingContest(p sets.Plan) contest {
	c := contest{
		name: "scaling", title: "Cost against size: loading, and an iteration of explicit ALS with 64 factors", per: "file or iteration", rate: "ratings/s", x: "ratings",
		ours: contender{label: "nextflex", work: "scaling"},
	}
	all := p.Scaling()
	for _, work := range []string{"load", "iteration"} {
		for _, set := range all {
			n := set.Generator.Ratings
			c.cases = append(c.cases, contestCase{label: work + ", " + sets.SizeName(n) + " ratings", x: float64(n), amount: float64(n),
				task: task{Work: work, Repeat: 3, Factors: 64, Iterations: 3}})
		}
	}
	c.prepare = func(ctx context.Context, _ string) error {
		for i := range c.cases {
			if err := setCSV(ctx, all[i%len(all)], c.cases[i:i+1]); err != nil {
				return err
			}
		}
		return nil
	}
	return c
}
