package evaluate

// The metrics at k that are made of shares of users.
const (
	precision = iota
	recall
	recallCapped
	hitRate
	ndcg
	averagePrecision
	reciprocalRank
	novelty
	popularity
	popularityLift
	diversity
	calibration
	numShares
)

// shareNames are the names of the metrics in JSON.
var shareNames = [numShares]string{
	"precision", "recall", "recall_capped", "hit_rate", "ndcg", "map", "mrr",
	"novelty", "popularity", "popularity_lift", "diversity", "calibration",
}

// shares are what a user, or a block of users, adds to the metrics at one k.
type shares [numShares]share

// metrics returns the means over users.
func (s *shares) metrics(k int) AtK {
	return AtK{
		K: k, Precision: s[precision].mean(), Recall: s[recall].mean(), RecallCapped: s[recallCapped].mean(), HitRate: s[hitRate].mean(),
		NDCG: s[ndcg].mean(), MAP: s[averagePrecision].mean(), MRR: s[reciprocalRank].mean(),
		Novelty: s[novelty].mean(), Popularity: s[popularity].mean(),
		PopularityLift: s[popularityLift].meanIfAny(), Diversity: s[diversity].meanIfAny(), Calibration: s[calibration].meanIfAny(),
	}
}

// namedMetric is a metric at k as tables and summaries name it.
type namedMetric struct {
	name  string
	value float64
}

// accuracy lists how well the lists hit.
func (at *AtK) accuracy() []namedMetric {
	return []namedMetric{
		{"precision", at.Precision}, {"recall", at.Recall}, {"recall_capped", at.RecallCapped}, {"hit_rate", at.HitRate},
		{"ndcg", at.NDCG}, {"map", at.MAP}, {"mrr", at.MRR},
	}
}

// beyondAccuracy lists what the lists are like, without what was not measured.
func (at *AtK) beyondAccuracy() []namedMetric {
	list := []namedMetric{{"coverage", at.Coverage}, {"gini", at.Gini}, {"novelty", at.Novelty}, {"popularity", at.Popularity}}
	for _, m := range []struct {
		name  string
		value *float64
	}{{"popularity_lift", at.PopularityLift}, {"diversity", at.Diversity}, {"calibration", at.Calibration}} {
		if m.value != nil {
			list = append(list, namedMetric{m.name, *m.value})
		}
	}
	return list
}
