package main

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCompletionScripts(t *testing.T) {
	play(t, []scenario{
		{name: "bash", args: []string{"completion", "bash"}, stdout: []string{"complete -F _nextflex nextflex", `"evaluate --model")`, "ml-latest-small"}},
		{name: "zsh", args: []string{"completion", "zsh"}, stdout: []string{"#compdef nextflex", "compdef _nextflex nextflex", ":_files"}},
		{name: "fish", args: []string{"completion", "fish"}, stdout: []string{"complete -c nextflex -f", "-l data -r -F", "__fish_seen_subcommand_from top"}},
		{name: "unknown shell", args: []string{"completion", "tcsh"}, code: exitUsage, stderr: []string{`must be one of "bash","zsh","fish" but got "tcsh"`}},
	})
}

// TestBashCompletion runs the script in bash itself.
func TestBashCompletion(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("needs bash")
	}
	script, stderr, code := scenario{args: []string{"completion", "bash"}}.run(t.Context())
	require.Zero(t, code, stderr)
	tests := []struct {
		words []string // the last is being typed
		want  []string
	}{
		{[]string{"nextflex", "in"}, []string{"inspect"}},
		{[]string{"nextflex", ""}, []string{"inspect", "fetch", "generate", "train", "evaluate", "tune", "recommend", "similar", "top", "version", "completion"}},
		{[]string{"nextflex", "top", "--li"}, []string{"--list"}},
		{[]string{"nextflex", "top", "--list", "t"}, []string{"top", "trending"}},
		{[]string{"nextflex", "top", "--list", "=", "n"}, []string{"newest"}},
		{[]string{"nextflex", "top", "--list", "="}, []string{"top", "popular", "trending", "newest"}},
		{[]string{"nextflex", "-q", "fetch", "ml-latest-s"}, []string{"ml-latest-small"}},
		{[]string{"nextflex", "top", "-k", ""}, nil},
		{[]string{"nextflex", "top", "--data", "wit"}, []string{"with space"}},
		{[]string{"nextflex", "completion", "z"}, []string{"zsh"}},
		{[]string{"nextflex", "similar", "x"}, nil},
	}
	for _, test := range tests {
		t.Run(strings.Join(test.words, " "), func(t *testing.T) {
			var quoted []string
			for _, w := range test.words {
				quoted = append(quoted, "'"+w+"'")
			}
			cmd := exec.CommandContext(t.Context(), bash, "--norc", "-u", "-e", "-c", script+"\ntouch 'with space'\nCOMP_WORDS=("+strings.Join(quoted, " ")+
				")\nCOMP_CWORD=$((${#COMP_WORDS[@]}-1))\n_nextflex || true\nprintf '%s\\n' \"${COMPREPLY[@]+\"${COMPREPLY[@]}\"}\"")
			cmd.Dir = t.TempDir()
			out, err := cmd.CombinedOutput()
			require.NoError(t, err, string(out))
			got := strings.Split(strings.TrimSpace(string(out)), "\n")
			if test.want == nil {
				require.Equal(t, []string{""}, got)
				return
			}
			require.ElementsMatch(t, test.want, got)
		})
	}
}
