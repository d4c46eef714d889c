package nextflex_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
)

// tenLines is the program of the README, between the two marks.
func tenLines(ctx context.Context, file string) error {
	// README begins
	set, report, err := dataset.OpenSet(file) // MovieLens or any known layout; a file, folder or zip
	if err != nil {
		return err
	}
	fmt.Println(report) // rows read, kept and dropped, and why
	model, err := als.Train(ctx, set.Ratings.Matrix(), als.Config{Factors: 32})
	if err != nil {
		return err
	}
	engine, err := recommend.New(set, model, recommend.Config{})
	if err != nil {
		return err
	}
	list, err := engine.ForUser(dataset.Int(1), recommend.Query{K: 10, Explain: true})
	if err != nil {
		return err
	}
	for _, item := range list.Items {
		fmt.Println(item.Rank, item.Movie.Title, item.Score, item.Reasons)
	}
	// README ends
	return nil
}

func TestReadmeHoldsTheProgram(t *testing.T) {
	source, err := os.ReadFile("readme_test.go")
	require.NoError(t, err)
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, rest, _ := strings.Cut(string(source), "\t// README begins\n")
	program, _, _ := strings.Cut(rest, "\t// README ends\n")
	program = strings.ReplaceAll(strings.TrimPrefix(program, "\t"), "\n\t", "\n")
	require.NotEmpty(t, program)
	require.Contains(t, string(readme), "```go\n"+program+"```")
}

func TestReadmeProgramRuns(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(dir+"/ratings.csv", []byte("userId,movieId,rating,timestamp\n1,1,5,10\n1,2,4,20\n2,1,4.5,30\n2,3,5,40\n3,2,1,50\n3,3,2,60\n"), 0o600))
	require.NoError(t, tenLines(t.Context(), dir+"/ratings.csv"))
}
