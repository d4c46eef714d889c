package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// trained returns the files of a session and a small model among them.
func trained(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	require.NoError(t, os.Mkdir("small", 0o755))
	for path, content := range small {
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	}
	_, stderr, code := scenario{args: []string{"train", "--data", "small", "--factors", "4", "--out", "m.nfm"}}.run(t.Context())
	require.Zero(t, code, stderr)
	model, err := os.ReadFile("m.nfm")
	require.NoError(t, err)
	damaged := append([]byte(nil), model...)
	damaged[len(damaged)/2] ^= 0x40
	return with(small, "m.nfm", string(model), "damaged.nfm", string(damaged), "short.nfm", string(model[:len(model)/2]),
		"letter.nfm", "Dear reader,\nthis is no model.\n", "empty.nfm", "",
		"mine.csv", "Name,Year,Rating\nThe Long Harbour,1961,5\nNever Filmed,1900,4\nComet Riders,1999,1\n",
		"none.csv", "Name,Year,Rating\nNever Filmed,1900,4\n",
		"odd.csv", "title,rating\nHarbour Lights,loved it\n")
}

func TestRecommend(t *testing.T) {
	files := trained(t)
	use := func(args ...string) []string {
		return append([]string{"recommend", "--data", "small", "--model", "m.nfm"}, args...)
	}
	play(t, []scenario{
		{name: "ratings on the demo set", args: []string{"recommend", "--rate", "Alien=5", "--rate", "Aliens=5", "-k", "3"},
			stdout: []string{"For you, by 2 ratings", simulatedCaption, "prediction"}, stderr: []string{"no --model: training one on"}},
		{name: "quiet", args: []string{"recommend", "--rate", "Alien=5", "-k", "3", "-q"}, check: func(t *testing.T, _ string) {}, never: []string{"no --model"}},
		{name: "user", files: files, args: use("--user", "3"), stdout: []string{"For user 3 of small", "The Long Harbour", "Harbour Lights"}, never: []string{"Comet Riders"}},
		{name: "user, seen films too", files: files, args: use("--user", "3", "--seen"), stdout: []string{"Comet Riders"}},
		{name: "user for programs", files: files, args: use("--user", "3", "--json", "--explain"), check: func(t *testing.T, stdout string) {
			answer := decode[recommendAnswer](t, stdout)
			require.Equal(t, "small", answer.Set)
			require.Equal(t, "3", answer.User.String())
			require.Equal(t, 2, answer.Rated)
			require.Equal(t, "personal", answer.Kind)
			require.Empty(t, answer.Fallback)
			require.NotEmpty(t, answer.Items)
			for i, item := range answer.Items {
				require.Equal(t, i+1, item.Rank)
				require.GreaterOrEqual(t, *item.Prediction, 0.5)
				require.LessOrEqual(t, *item.Prediction, 5.0)
				for _, r := range item.Reasons {
					require.Equal(t, "rated", r.Kind)
					require.Contains(t, []string{"3", "4"}, r.ID.String(), "what user 3 has rated")
					require.Greater(t, r.Part, 0.0)
				}
			}
		}},
		{name: "ratings", files: files, args: use("--rate", "The Long Harbour=5", "--explain"), stdout: []string{"For you, by one rating", "because of", "The Long Harbour +"}},
		{name: "genre", files: files, args: use("--user", "3", "--genre", "Thriller"), stdout: []string{"Zürich"}, never: []string{"Harbour Lights"}},
		{name: "a file of ratings", files: files, args: use("--ratings", "mine.csv"), stdout: []string{"by 2 ratings"}, stderr: []string{"1 of 3 rated films are not in small: Never Filmed (1900)"}},
		{name: "nothing to go by", files: files, args: use("--ratings", "none.csv", "--json"), check: func(t *testing.T, stdout string) {
			answer := decode[recommendAnswer](t, stdout)
			require.Equal(t, "top", answer.Kind)
			require.NotEmpty(t, answer.Fallback)
			require.Equal(t, []string{"Never Filmed (1900)"}, answer.Unmatched)
		}},
		{name: "blend and diversity", files: files, args: use("--user", "3", "--blend", "0.5", "--diversity", "0.5")},
		{name: "model alone", files: files, args: []string{"recommend", "--model", "m.nfm", "--user", "3"}, stderr: []string{"no --data"}, stdout: []string{"For user 3 of the model", "score"}, never: []string{"prediction"}},
		{name: "model alone, unknown user", files: files, args: []string{"recommend", "--model", "m.nfm", "--user", "30"}, code: exitNotFound, stderr: []string{`no user "30"`}},
		{name: "unknown title, before training", args: []string{"recommend", "--rate", "Aliem=5"}, code: exitNotFound, stderr: []string{"Alien (1979)"}, never: []string{"training"}},
		{name: "unknown user, before training", args: []string{"recommend", "--user", "nobody"}, code: exitNotFound, stderr: []string{`the demo set has no user "nobody"`}, never: []string{"training"}},
		{name: "unknown user", files: files, args: use("--user", "77"), code: exitNotFound, stderr: []string{`nextflex: small has no user "77"; it has 6 users, from 1 to 6`}},
		{name: "unknown title", files: files, args: use("--rate", "Harbor Lights=4"), code: exitNotFound, stderr: []string{"near titles", "Harbour Lights (1962)"}},
		{name: "ambiguous title", files: files, args: use("--rate", "Comet Riders=4"), code: exitNotFound, stderr: []string{"2 films are called", "(1999)", "(2011)"}},
		{name: "off the scale", files: files, args: use("--rate", "Harbour Lights=9"), code: exitUsage, stderr: []string{"rating 9, want 0.5 to 5, the scale of the set"}},
		{name: "no rating", files: files, args: use("--rate", "Harbour Lights"), code: exitUsage, stderr: []string{"want a title, = and a rating"}},
		{name: "odd file", files: files, args: use("--ratings", "odd.csv"), code: exitFailed, stderr: []string{`nextflex: odd.csv:2: rating "loved it", want a number`}},
		{name: "missing file", files: files, args: use("--ratings", "gone.csv"), code: exitFailed, stderr: []string{"nextflex: gone.csv: no such file or directory\n"}},
		{name: "nobody", files: files, args: use(), code: exitUsage, stderr: []string{"for whom?"}},
		{name: "two at once", files: files, args: use("--user", "1", "--rate", "Harbour Lights=4"), code: exitUsage, stderr: []string{"want one of them"}},
		{name: "k", files: files, args: use("--user", "1", "-k", "1001"), code: exitUsage, stderr: []string{"-k is 1001, want 1 to 1000"}},
		{name: "diversity", files: files, args: use("--user", "1", "--diversity", "2"), code: exitUsage, stderr: []string{"--diversity is 2, want 0 to 1"}},
		{name: "blend", files: files, args: use("--user", "1", "--blend=-1"), code: exitUsage, stderr: []string{"--blend is -1, want 0 to 1"}},
		{name: "damaged model", files: files, args: []string{"recommend", "--data", "small", "--model", "damaged.nfm", "--user", "1"}, code: exitFailed, stderr: []string{"damaged model file", "damaged.nfm"}},
		{name: "short model", files: files, args: []string{"recommend", "--data", "small", "--model", "short.nfm", "--user", "1"}, code: exitFailed, stderr: []string{"damaged model file", "short.nfm"}},
		{name: "no model at all", files: files, args: []string{"recommend", "--data", "small", "--model", "letter.nfm", "--user", "1"}, code: exitFailed, stderr: []string{"not a model file", "letter.nfm"}},
		{name: "empty model", files: files, args: []string{"recommend", "--data", "small", "--model", "empty.nfm", "--user", "1"}, code: exitFailed, stderr: []string{"empty.nfm"}},
		{name: "missing model", files: files, args: []string{"recommend", "--data", "small", "--model", "gone.nfm", "--user", "1"}, code: exitFailed, stderr: []string{"nextflex: gone.nfm: no such file or directory\n"}},
		{name: "model of an older set", files: with(files, "newer.csv", small["small/ratings.csv"]+"7,1,4,1000002000\n"),
			args: []string{"recommend", "--data", "newer.csv", "--model", "m.nfm", "--user", "7"}, stderr: []string{"m.nfm says it was trained on small, which is not what newer holds now"}, stdout: []string{"For user 7 of newer"}},
		{name: "model of another set", files: with(files, "other.csv", "userId,movieId,rating\n1,901,4\n1,902,3\n2,901,4\n"),
			args: []string{"recommend", "--data", "other.csv", "--model", "m.nfm", "--user", "1"}, code: exitFailed, stderr: []string{"knows none of the films"}},
	})
}

func TestRecommendWithModelOfDemo(t *testing.T) {
	t.Chdir(t.TempDir())
	_, stderr, code := scenario{args: []string{"train", "--factors", "8", "--iterations", "5", "--out", "demo.nfm"}}.run(t.Context())
	require.Zero(t, code, stderr)
	stdout, stderr, code := scenario{args: []string{"recommend", "--model", "demo.nfm", "--user", "7", "--json"}}.run(t.Context())
	require.Zero(t, code, stderr)
	require.Empty(t, stderr)
	answer := decode[recommendAnswer](t, stdout)
	require.True(t, answer.Simulated, "the demo set gives the titles")
	require.Len(t, answer.Items, 10)
}
