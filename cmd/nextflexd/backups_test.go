package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/examples/client"
)

func TestBackupAndRestore(t *testing.T) {
	dir := t.TempDir()
	from, to, file := filepath.Join(dir, "from"), filepath.Join(dir, "to"), filepath.Join(dir, "site.zip")
	code, _, stderr := command(t, "", "backup", file, "--data-dir", from)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "no site to back up")
	code, _, stderr = command(t, "correct horse battery\n", "admin", "create", "--email", "root@example.org", "--data-dir", from)
	require.Zero(t, code, stderr)

	_, _, stop := startWith(t, append(small, "--addr", "127.0.0.1:0", "--ops-addr", "off", "--data-dir", from)...)
	code, stdout, stderr := command(t, "", "backup", file, "--data-dir", from)
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "rows and 0 blobs")
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Zero(t, info.Mode().Perm()&0o077, "for its owner alone")
	code, _, stderr = command(t, "", "backup", file, "--data-dir", from)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "there already")
	code, stdout, stderr = command(t, "", "backup", "-", "--data-dir", from)
	require.Zero(t, code)
	require.Equal(t, "PK", stdout[:2], "an archive and nothing else")
	require.Contains(t, stderr, "rows and 0 blobs")
	code, _, stderr = command(t, "", "restore", file, "--data-dir", from, "--replace")
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "another nextflexd works in the data folder")
	code, _, stderr = command(t, "", "serve", "--addr", "127.0.0.1:0", "--ops-addr", "off", "--data-dir", from)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "another nextflexd works in the data folder")
	require.Zero(t, stop())

	code, _, stderr = command(t, "", "restore", file, "--data-dir", from)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "--replace")
	code, stdout, stderr = command(t, "", "restore", file, "--data-dir", from, "--replace")
	require.Zero(t, code, stderr)
	require.Contains(t, stdout, "restored")
	code, _, stderr = command(t, "", "restore", filepath.Join(dir, "missing.zip"), "--data-dir", to)
	require.Equal(t, 1, code)
	require.Contains(t, stderr, "missing.zip")
	code, _, stderr = command(t, "", "restore", file, "--data-dir", to)
	require.Zero(t, code, stderr)
	base, announced, _ := startWith(t, append(small, "--addr", "127.0.0.1:0", "--ops-addr", "off", "--data-dir", to)...)
	require.NotContains(t, announced, "no administrator yet")
	require.NoError(t, client.New(base).Login(t.Context(), "root@example.org", "correct horse battery", ""))
}

func TestVersionCommand(t *testing.T) {
	code, stdout, _ := command(t, "", "version")
	require.Zero(t, code)
	require.Contains(t, stdout, "nextflexd ")
	require.Contains(t, stdout, "go1.")
}
