package nextflex_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/nextflex/nextflex"

// importRules says for each package what it may compile in, besides the
// standard library. Everything not allowed is forbidden, so that a new
// dependency is a decision made here and not an accident.
var importRules = []struct {
	pkg    string
	allow  []string // prefixes of import paths
	forbid []string // prefixes, of the standard library too
	reason string
}{
	{
		pkg:    "internal/kernel",
		allow:  []string{module + "/internal/kernel", "golang.org/x/sys"},
		forbid: []string{"net", "os/exec"},
		reason: "kernels are arithmetic: they know nothing of the project",
	},
	{
		pkg:    "dataset",
		allow:  []string{module + "/dataset", module + "/internal", "github.com/klauspost/compress", "golang.org/x/sync"},
		forbid: []string{"net/http", "database/sql", "os/exec"},
		reason: "everything imports dataset, so its dependencies are everyone's",
	},
	{
		pkg:    "dataset/fetch",
		allow:  []string{module + "/dataset", module + "/internal", "github.com/klauspost/compress", "golang.org/x/sync"},
		forbid: []string{"database/sql", "os/exec"},
		reason: "of the library packages only this and dataset/s3 may know HTTP",
	},
	{
		pkg:    "dataset/s3",
		allow:  []string{module + "/dataset", module + "/internal/bucket", "github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go"},
		forbid: []string{"database/sql"},
		reason: "the only library package that knows S3: who doesn't import it gets none of it",
	},
	{
		pkg:    "ranking",
		allow:  []string{module + "/ranking", module + "/dataset", module + "/internal", "gonum.org/v1/gonum", "github.com/klauspost/compress", "golang.org/x/sync", "golang.org/x/sys"},
		forbid: []string{"net/http", "database/sql", "os/exec"},
		reason: "usable alone: no server, no other recommender",
	},
	{
		pkg:    "similarity",
		allow:  []string{module + "/similarity", module + "/dataset", module + "/internal", "gonum.org/v1/gonum", "github.com/klauspost/compress", "golang.org/x/sync", "golang.org/x/sys", "golang.org/x/text"},
		forbid: []string{"net/http", "database/sql", "os/exec"},
		reason: "usable alone: no server, no other recommender; x/text folds accents",
	},
	{
		pkg:    "als",
		allow:  []string{module + "/als", module + "/dataset", module + "/internal", "gonum.org/v1/gonum", "github.com/klauspost/compress", "golang.org/x/sync", "golang.org/x/sys"},
		forbid: []string{"net/http", "database/sql", "os/exec"},
		reason: "usable alone: no server, no other recommender",
	},
	{
		pkg:    "bayes",
		allow:  []string{module + "/bayes", module + "/dataset", module + "/internal", "gonum.org/v1/gonum", "github.com/klauspost/compress", "golang.org/x/sync", "golang.org/x/sys"},
		forbid: []string{"net/http", "database/sql", "os/exec"},
		reason: "usable alone: no server, no other recommender",
	},
	{
		pkg:    "recommend",
		allow:  []string{module + "/recommend", module + "/als", module + "/ranking", module + "/similarity", module + "/dataset", module + "/internal", "gonum.org/v1/gonum", "github.com/klauspost/compress", "golang.org/x/sync", "golang.org/x/sys", "golang.org/x/text"},
		forbid: []string{"net/http", "database/sql", "os/exec", module + "/dataset/fetch", module + "/dataset/s3"},
		reason: "joins the three recommenders, and nothing of the doors",
	},
	{
		pkg:    "recommend/evaluate",
		allow:  []string{module + "/recommend", module + "/als", module + "/ranking", module + "/similarity", module + "/dataset", module + "/internal", "gonum.org/v1/gonum", "github.com/klauspost/compress", "golang.org/x/sync", "golang.org/x/sys", "golang.org/x/text"},
		forbid: []string{"net/http", "database/sql", "os/exec", module + "/dataset/fetch", module + "/dataset/s3"},
		reason: "evaluation runs offline",
	},
	{
		pkg:    "recommend/evaluate/tune",
		allow:  []string{module + "/recommend", module + "/ranking", module + "/similarity", module + "/dataset", module + "/internal", "gonum.org/v1/gonum", "github.com/klauspost/compress", "golang.org/x/sync", "golang.org/x/sys", "golang.org/x/text"},
		forbid: []string{"net/http", "database/sql", "os/exec", module + "/dataset/fetch", module + "/dataset/s3", module + "/als", module + "/bayes"},
		reason: "searches the settings of any model, and knows none: objectives do",
	},
}

func TestImports(t *testing.T) {
	for _, rule := range importRules {
		t.Run(rule.pkg, func(t *testing.T) {
			for path, standard := range dependencies(t, "./"+rule.pkg) {
				require.False(t, hasPrefix(path, rule.forbid), "%s imports %s: %s", rule.pkg, path, rule.reason)
				if !standard {
					require.True(t, hasPrefix(path, rule.allow), "%s imports %s: %s", rule.pkg, path, rule.reason)
				}
			}
		})
	}
}

// TestSiblingsAreStrangers keeps als, bayes, similarity and ranking usable one by one.
func TestSiblingsAreStrangers(t *testing.T) {
	siblings := []string{"als", "bayes", "similarity", "ranking"}
	for _, pkg := range siblings {
		deps := dependencies(t, "./"+pkg)
		for _, other := range siblings {
			if other != pkg {
				require.NotContains(t, deps, module+"/"+other, "%s imports %s", pkg, other)
			}
		}
	}
}

// dependencies lists what a package compiles in, and whether each is of the
// standard library.
func dependencies(t *testing.T, pkg string) map[string]bool {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-f", "{{.ImportPath}} {{.Standard}}", pkg)
	out, err := cmd.Output()
	require.NoError(t, err, "go list -deps %s", pkg)
	deps := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		path, standard, ok := strings.Cut(strings.TrimSpace(line), " ")
		require.True(t, ok, line)
		deps[path] = standard == "true"
	}
	require.Contains(t, deps, module+strings.TrimPrefix(pkg, "."))
	return deps
}

func hasPrefix(path string, prefixes []string) bool {
	for _, p := range prefixes {
		if path == p || strings.HasPrefix(path, p+"/") {
			return true
		}
	}
	return false
}
