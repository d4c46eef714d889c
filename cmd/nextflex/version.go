package main

import (
	"runtime"
	"runtime/debug"
)

type versionCommand struct{}

// Help is shown by --help.
func (versionCommand) Help() string {
	return `Prints the version of the program, of Go and of the platform it was built for.

Examples:

  nextflex version
  nextflex version --json`
}

// versionInfo is the JSON of version.
type versionInfo struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"` // of the source, with "+changes" where it was not committed
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

// Run prints the version.
func (versionCommand) Run(s *session) error {
	v := buildVersion()
	if s.JSON {
		return s.printJSON(v)
	}
	line := "nextflex " + v.Version
	if v.Revision != "" {
		line += " (" + v.Revision + ")"
	}
	s.print("%s, %s, %s", line, v.Go, v.Platform)
	return nil
}

func buildVersion() versionInfo {
	v := versionInfo{Version: "devel", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		v.Version = info.Main.Version
	}
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			v.Revision = setting.Value[:min(12, len(setting.Value))] + v.Revision
		case setting.Key == "vcs.modified" && setting.Value == "true":
			v.Revision += "+changes"
		}
	}
	return v
}
