package dataset

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func writeFiles(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

func TestOpenFolds(t *testing.T) {
	dir := writeFiles(t, map[string]string{
		"u.data":  "1\t10\t5\t9\n",
		"u2.base": "1\t10\t5\t9\n2\t30\t3\t9\n", "u2.test": "1\t20\t4\t9\n1\t10\t4\t9\n",
		"u1.base": "2\t30\t3\t9\nbad\n2\t30\t4\t8\n", "u1.test": "1\t10\t5\t9\n1\t20\t1\t9\n",
		"u10.base": "1\t10\t5\t9\n", "u10.test": "1\t20\t3\t9\n",
		"ua.base": "3\t10\t5\t9\n", "ua.test": "4\t20\t4\t9\n",
		"x.train.csv": "user,item,rating\n1,1,5\n", "x.test.rating": "1\t2\t0.5\n", "x.test.negative": "(1,2)\t3\t4\n",
		"half.base": "1\t1\t1\n",
	})
	folds, report, err := Loader{}.OpenFolds(context.Background(), dir, "u")
	require.NoError(t, err)
	require.Len(t, folds, 3)
	require.Equal(t, []string{"u1", "u2", "u10"}, []string{folds[0].Name, folds[1].Name, folds[2].Name})
	require.Equal(t, []string{"2 30 3 9"}, entries(folds[0].Train))
	require.Equal(t, []string{"1 10 5 9", "1 20 1 9"}, entries(folds[0].Test))
	for _, f := range folds {
		require.Same(t, folds[0].Train.Users, f.Train.Users)
		require.Same(t, f.Train.Users, f.Test.Users)
		require.Same(t, f.Train.Items, f.Test.Items)
		require.NoError(t, f.Train.Validate())
		require.NoError(t, f.Test.Validate())
		require.Equal(t, Scale{Min: 1, Max: 5, Step: 1}, f.Test.Scale)
		require.Equal(t, filepath.Base(dir), f.Train.Name)
	}
	require.Equal(t, 3, folds[0].Train.Items.Len())
	require.EqualValues(t, 11, report.Read)
	require.EqualValues(t, 9, report.Kept)
	require.EqualValues(t, 1, report.Drop(Duplicate).Count)
	require.Len(t, report.Parts, 6)
	require.Equal(t, []Note{{Text: "ratings of the test part of u2 have their pair in the training part too", Count: 1}}, report.Notes)

	folds, _, err = Loader{}.OpenFolds(context.Background(), dir, "ua")
	require.NoError(t, err)
	require.Len(t, folds, 1)
	require.Equal(t, 2, folds[0].Train.Users.Len())

	folds, _, err = Loader{}.OpenFolds(context.Background(), dir, "x")
	require.NoError(t, err)
	require.Equal(t, Scale{Min: 0.5, Max: 5, Step: 0.5}, folds[0].Train.Scale, "one scale for both parts")

	_, _, err = Loader{}.OpenFolds(context.Background(), dir, "half")
	require.ErrorIs(t, err, ErrEmpty)
	require.ErrorContains(t, err, `fold "half"`)
	_, _, err = Loader{}.OpenFolds(context.Background(), dir, "none")
	require.ErrorContains(t, err, "no folds \"none\"")
	var fault *ParseError
	_, _, err = Loader{Strict: true}.OpenFolds(context.Background(), dir, "u")
	require.ErrorAs(t, err, &fault)
	require.EqualValues(t, 2, fault.Line)
}

func TestOpenFoldsRefusesTwoFilesOfOneName(t *testing.T) {
	dir := writeFiles(t, map[string]string{"u1.base": "1\t1\t1\t1\n", "u1.train": "1\t1\t1\t1\n", "u1.test": "1\t2\t1\t1\n"})
	_, _, err := Loader{}.OpenFolds(context.Background(), dir, "u")
	require.ErrorContains(t, err, "both u1.base and u1.train")
}
