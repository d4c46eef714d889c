package main

import (
	"archive/zip"
	"bytes"
	"crypto/md5"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// mirror serves a set of our own under the name of a public one.
func mirror(t *testing.T, sum func([]byte) string) (*httptest.Server, *[]string) {
	t.Helper()
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for path, content := range small {
		f, err := z.Create(strings.Replace(path, "small/", "ml-latest-small/", 1))
		require.NoError(t, err)
		_, err = f.Write([]byte(content))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path+" "+r.Header.Get("Range"))
		switch r.URL.Path {
		case "/sets/ml-latest-small.zip.md5":
			fmt.Fprintf(w, "%s  ml-latest-small.zip\n", sum(archive.Bytes()))
		case "/sets/ml-latest-small.zip":
			w.Header().Set("ETag", `"one"`)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(archive.Bytes()))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server, &asked
}

func rightSum(b []byte) string { return fmt.Sprintf("%x", md5.Sum(b)) }

func TestFetch(t *testing.T) {
	right, _ := mirror(t, rightSum)
	wrong, _ := mirror(t, func([]byte) string { return strings.Repeat("0", 32) })
	from := func(s *httptest.Server, args ...string) []string {
		return append([]string{"fetch", "--mirror", s.URL + "/sets/"}, args...)
	}
	terms := []string{"MovieLens Latest Small", "from      http://127.0.0.1", "checksum", "terms     MovieLens data of GroupLens"}
	play(t, []scenario{
		{name: "list", args: []string{"fetch", "--list"}, golden: "fetch-list"},
		{name: "list for programs", args: []string{"fetch", "--list", "--json"}, check: func(t *testing.T, stdout string) {
			list := decode[struct{ Sets []fetchSource }](t, stdout)
			require.Len(t, list.Sets, len(setNames()))
			for _, s := range list.Sets {
				require.NotEmpty(t, s.Terms)
				require.True(t, strings.HasPrefix(s.Address, "https://files.grouplens.org/"), s.Address)
			}
		}},
		{name: "accepted beforehand", args: from(right, "ml-latest-small", "--dir", "data", "--yes"), stderr: terms, check: func(t *testing.T, stdout string) {
			require.Equal(t, "data/ml-latest-small.zip\n", stdout)
			out, stderr, code := scenario{args: []string{"inspect", "data/ml-latest-small.zip", "--json"}}.run(t.Context())
			require.Zero(t, code, stderr)
			require.Contains(t, out, `"count": 14`)
		}},
		{name: "accepted when asked", terminal: true, stdin: "y\n", args: from(right, "ml-latest-small", "--json"), stderr: append(terms, "Accept the terms and download? [y/N]"),
			check: func(t *testing.T, stdout string) {
				require.Equal(t, "ml-latest-small.zip", decode[fetchSource](t, stdout).Path)
				alone(t, "ml-latest-small.zip")
			}},
		{name: "declined", terminal: true, stdin: "n\n", args: from(right, "ml-latest-small"), code: exitFailed, stderr: append(terms, "nextflex: terms not accepted"), check: func(t *testing.T, _ string) { alone(t) }},
		{name: "no answer", terminal: true, stdin: "", args: from(right, "ml-latest-small"), code: exitFailed, stderr: []string{"nothing downloaded"}},
		{name: "nobody to ask", args: from(right, "ml-latest-small"), code: exitUsage, stderr: append(terms, "say --yes"), check: func(t *testing.T, _ string) { alone(t) }},
		{name: "wrong checksum", args: from(wrong, "ml-latest-small", "--yes"), code: exitFailed, stderr: []string{"wrong checksum"}, check: func(t *testing.T, _ string) {
			_, err := os.Stat("ml-latest-small.zip")
			require.ErrorIs(t, err, os.ErrNotExist)
		}},
		{name: "not on the mirror", args: from(right, "ml-100k", "--yes"), code: exitFailed, stderr: []string{"404 Not Found"}},
		{name: "unknown set", args: []string{"fetch", "ml-9000"}, code: exitNotFound, stderr: []string{`no set is called "ml-9000"; there are ml-latest-small, `}},
		{name: "no name", args: []string{"fetch"}, code: exitUsage, stderr: []string{"want the name of a set or --list"}},
		{name: "odd mirror", args: []string{"fetch", "--mirror", "ftp://x/", "ml-100k"}, code: exitUsage, stderr: []string{"--mirror is"}},
		{name: "no place to write", files: map[string]string{"data": "a file"}, args: from(right, "ml-latest-small", "--dir", "data", "--yes"), code: exitFailed, stderr: []string{"nextflex: "}},
	})
}

// TestFetchGoesOn finishes a download that was cut off.
func TestFetchGoesOn(t *testing.T) {
	server, asked := mirror(t, rightSum)
	t.Chdir(t.TempDir())
	args := []string{"fetch", "--mirror", server.URL + "/sets", "ml-latest-small", "--yes"}
	_, stderr, code := scenario{args: args}.run(t.Context())
	require.Zero(t, code, stderr)
	whole, err := os.ReadFile("ml-latest-small.zip")
	require.NoError(t, err)
	require.NoError(t, os.Remove("ml-latest-small.zip"))
	require.NoError(t, os.WriteFile("ml-latest-small.zip.part", whole[:100], 0o644))
	require.NoError(t, os.WriteFile("ml-latest-small.zip.part.etag", []byte(`"one"`), 0o644))
	*asked = nil
	_, stderr, code = scenario{args: args}.run(t.Context())
	require.Zero(t, code, stderr)
	again, err := os.ReadFile("ml-latest-small.zip")
	require.NoError(t, err)
	require.Equal(t, whole, again)
	require.Contains(t, *asked, "/sets/ml-latest-small.zip bytes=100-")
	alone(t, "ml-latest-small.zip")
}
