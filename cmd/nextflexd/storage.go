package main

import (
	"path/filepath"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
)

// fetched is the folder of what was fetched from S3.
func fetched(s *settings.Site) string { return filepath.Join(s.DataDir, "fetched") }
