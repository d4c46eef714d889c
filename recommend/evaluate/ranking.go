package evaluate

import (
	"context"
	"fmt"
	"math"

	"github.com/nextflex/nextflex/dataset"
)

// AtK are the metrics of the lists' first k places. With rel(i) = 1 where the item
// at rank i is relevant and 0 elsewhere, hits = Σ rel(i) over i ≤ k and R relevant
// items of the user, those of accuracy are, before the mean over users and each 0
// to 1:
//
//   - Precision = hits/k (Herlocker et al. 2004, section 5.2), divided by k even
//     where fewer than k items are relevant or can be listed. implicit's precision
//     is Σ hits/Σ min(k, R) over all users; the recipe of Surprise divides by the
//     number of items it predicts to be liked.
//   - Recall = hits/R, as in Spark and LightGCN.
//   - RecallCapped = hits/min(k, R), which a list of k can bring to 1 for every user:
//     the Recall@k of Liang et al. 2018 (equation of section 4.2) and of those who
//     compare with it.
//   - HitRate = 1 if hits > 0, else 0 (Deshpande & Karypis 2004). With one test
//     item a user it equals Recall.
//   - NDCG = DCG/IDCG with DCG = Σ rel(i)/log2(i+1) and IDCG that of a list whose
//     first min(k, R) items are relevant: binary gain, discount log2(rank+1).
//     Järvelin & Kekäläinen 2002 ("Cumulated gain-based evaluation of IR
//     techniques") don't discount rank 1 and 2; the form here is the one in
//     common use since Burges et al. 2005. scikit-learn's ndcg_score takes the
//     values as gains and averages over ties; with binary gains and without ties
//     it agrees. A package whose IDCG always sums over k gives less.
//   - MAP = Σ rel(i)·hits(i)/i over i ≤ k, divided by min(k, R), so that a perfect
//     list has 1 (Baeza-Yates & Ribeiro-Neto 1999, section 3.2, cut at k; the form
//     of Kaggle's contests and of implicit). Spark's meanAveragePrecision and TREC
//     divide by R.
//   - MRR = 1/rank of the first relevant item, 0 if none is in the first k (Voorhees
//     1999, the TREC-8 question answering track).
//
// Those beyond accuracy ask what is shown, whether relevant or not, to the same
// users. n(i) is the number of ratings of item i in train, of U users who have any:
//
//   - Coverage, 0 to 1, is the part of the catalogue that stands in the first k of at
//     least one user (Herlocker et al. 2004, section 5.3.1; Ge et al. 2010).
//   - Gini, 0 to 1, is how unequally the catalogue is shown: 0 where every item is in
//     as many lists, 1 where all lists are of the same single item. With x the
//     number of lists that an item stands in, ascending over the N items,
//     Gini = Σ_j (2j−N−1)·x_j/((N−1)·Σ x) (Shani & Gunawardana 2011, "Evaluating
//     recommendation systems", section 8.3.2). Others divide by N in place of N−1.
//   - Novelty, in bits, is the mean self-information −log2(n(i)/U) of the listed items
//     (Zhou et al. 2010, "Solving the apparent diversity-accuracy dilemma", as
//     surprisal; Castells, Hurley & Vargas 2015 divide by all ratings in place of
//     U, which adds a constant). An item without ratings counts as one with one.
//   - Popularity is the mean n(i) of the listed items, in ratings (ARP in Yin et al. 2012
//     and Abdollahpouri et al. 2019, "Managing popularity bias").
//   - PopularityLift is Popularity by that of what the users themselves rated in train,
//     each user's mean first: 1 where lists are as popular as profiles, more where
//     the model amplifies. It is ΔGAP + 1 of Abdollahpouri et al. 2019 ("The
//     unfairness of popularity bias", section 3.2) for all users as one group. nil
//     where no user has train ratings.
//   - Diversity is the mean Options.Distance over the pairs of a list (intra-list
//     diversity, Smyth & McClave 2001; Ziegler et al. 2005 sum similarities). Pairs of
//     unknown distance are left out, and lists without another pair. nil without a
//     Distance and for k above MaxDiversityK.
//   - Calibration is the Kullback-Leibler divergence Σ_g p(g)·ln(p(g)/q'(g)), in nats,
//     between the genres of what the user rated in train, p, and those of the list,
//     q, with q' = 0.99·q + 0.01·p (Steck 2018, "Calibrated recommendations",
//     equations 2 to 5): 0 is calibrated, less is better. Each item spreads weight
//     1 evenly over its genres. Users with no genre in train or in the list are
//     left out. nil without Options.Genres.
//
// The means beyond accuracy are over users with a list that isn't empty.
type AtK struct {
	K              int      `json:"k"`
	Precision      float64  `json:"precision"`
	Recall         float64  `json:"recall"`
	RecallCapped   float64  `json:"recall_capped"`
	HitRate        float64  `json:"hit_rate"`
	NDCG           float64  `json:"ndcg"`
	MAP            float64  `json:"map"`
	MRR            float64  `json:"mrr"`
	Coverage       float64  `json:"coverage"`
	Gini           float64  `json:"gini"`
	Novelty        float64  `json:"novelty"`
	Popularity     float64  `json:"popularity"`
	PopularityLift *float64 `json:"popularity_lift,omitempty"`
	Diversity      *float64 `json:"diversity,omitempty"`
	Calibration    *float64 `json:"calibration,omitempty"`
}

// Report is how good the lists are.
type Report struct {
	At []AtK `json:"at"` // by rising k
	// AUC is the mean over users of the chance that a relevant item is scored above
	// one that isn't relevant, among all that the user has not seen; equal scores
	// count half, and NaN stands below every score (Rendle et al. 2009, "BPR",
	// section 4.1.1; equal to the area under the ROC curve). Users for whom all
	// items are relevant have none; nil where that is so for each.
	AUC       *float64 `json:"auc,omitempty"`
	Users     int      `json:"users"`      // the means are over
	Skipped   int      `json:"skipped"`    // users with test ratings, none of them relevant
	ColdUsers int      `json:"cold_users"` // of Users, those of whom the model was given no ratings
	Items     int      `json:"items"`      // of the catalogue
	Threshold float32  `json:"threshold"`  // from which on a test item is relevant; 0 where each is
	// Samples has the metrics by user, such as "ndcg@10", where Options.PerUser is
	// set; Coverage and Gini, which belong to no user, are not among them.
	Samples Samples `json:"-"`
	// ByItem tells which relevant items were found, where Options.PerUser is set.
	ByItem *ByItem `json:"-"`
}

// ByItem counts the relevant items of all users measured, by item row.
type ByItem struct {
	Relevant []int32   // times that the item is relevant
	Hits     [][]int32 // by K in rising order: times that it also stands in the first k
}

// Ranking lists the items of the full catalogue for each user with relevant test
// items, without those the user rated in train, and measures the lists. A test
// item that stands in train too can't be listed and is not counted as relevant.
// See the package comment for the protocol, and AtK for the metrics. Where no
// user has a relevant item the error is ErrNothing.
func Ranking(ctx context.Context, model Scorer, train, test *dataset.Ratings, opt Options) (Report, error) {
	if err := checkPair(train, test); err != nil {
		return Report{}, err
	}
	return rankLists(ctx, model, train, train.Matrix(), test, opt)
}

// rankLists is Ranking where seen, what lists leave out, need not be train, what the
// model learned from.
func rankLists(ctx context.Context, model Scorer, train *dataset.Ratings, seen *dataset.Matrix, test *dataset.Ratings, opt Options) (Report, error) {
	o, err := opt.resolved(test)
	if err != nil {
		return Report{}, err
	}
	l := newLister(model, train, seen, test.Matrix(), o)
	if err := forBlocks(ctx, l.held.NumUsers(), &l.options, "ranking", l.worker); err != nil {
		return Report{}, fmt.Errorf("evaluate: listing for test users: %w", err)
	}
	r := l.report()
	if r.Users == 0 {
		return Report{}, nothingRelevant(test, r.Threshold)
	}
	return r, nil
}

func nothingRelevant(test *dataset.Ratings, threshold float32) error {
	return fmt.Errorf("evaluate: %q has no relevant test item (value %g or more): %w", test.Name, threshold, ErrNothing)
}

// shownThreshold is what reports say of a threshold.
func shownThreshold(threshold float32) float32 {
	if threshold == -math.MaxFloat32 {
		return 0
	}
	return threshold
}
