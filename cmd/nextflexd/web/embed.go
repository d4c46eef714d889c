// Package web holds the web interface as it is built: what `npm run build` writes
// into dist, committed so that the daemon needs no Node.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files returns the built interface: index.html, and what it asks for.
func Files() (fs.FS, error) { return fs.Sub(dist, "dist") }
