package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/nextflex/nextflex/recommend/evaluate/tune"
)

// A file of settings is JSON with these fields, of which a person may write one by hand:
//
//	{"format": "nextflex settings", "version": 1, "model": "als", "config": {"factors": 32}}
//
// tune writes one with its evidence beside, see tuneAnswer.
const (
	settingsFormat  = "nextflex settings"
	settingsVersion = 1
	maxSettings     = 64 << 20 // bytes; 10,000 trials on 10 folds take some 20 MB
)

// settingsFile is what commands read of a file of settings.
type settingsFile struct {
	Format  string     `json:"format"`
	Version int        `json:"version"`
	Model   string     `json:"model"`  // als, implicit or bayes
	Config  tune.Point `json:"config"` // by the names of the model's configuration in JSON
}

// openSettings reads a file of settings.
func openSettings(path string) (model string, s settings, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", s, err
	}
	defer file.Close() // was only read
	model, s, err = readSettings(file)
	if err != nil {
		return "", s, fmt.Errorf("%s: %w", path, err)
	}
	return model, s, nil
}

func readSettings(r io.Reader) (model string, s settings, err error) {
	text, err := io.ReadAll(io.LimitReader(r, maxSettings+1))
	if err != nil {
		return "", s, unwrapPath(err)
	}
	if len(text) > maxSettings {
		return "", s, fmt.Errorf("more than %d bytes, which no file of settings has", maxSettings)
	}
	var f settingsFile
	if err := json.Unmarshal(text, &f); err != nil || f.Format != settingsFormat {
		return "", s, errors.New("not a file of settings, such as nextflex tune writes")
	}
	if f.Version != settingsVersion {
		return "", s, fmt.Errorf("version %d of files of settings, want %d", f.Version, settingsVersion)
	}
	s, err = settingsOf(f.Model, f.Config)
	return f.Model, s, err
}
