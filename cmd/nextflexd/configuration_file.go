package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// configurationFile is a YAML file of settings: a mapping of the names of flags
// to their values, whichever command they belong to.
//
// kong-yaml wants settings of a command beneath its name, lets the file count
// before the environment, and passes over keys that it doesn't know.
type configurationFile map[string]any

// maxConfiguration is the most that the file may hold, in bytes.
const maxConfiguration = 1 << 20

// readConfiguration implements kong.ConfigurationLoader.
func readConfiguration(r io.Reader) (kong.Resolver, error) {
	file := configurationFile{}
	err := yaml.NewDecoder(io.LimitReader(r, maxConfiguration)).Decode(&file)
	if err != nil && !errors.Is(err, io.EOF) { // an empty file sets nothing
		return nil, fmt.Errorf("reading the settings: %w", err)
	}
	return file, nil
}

// Validate implements kong.Resolver: a setting that is misspelt must not be
// passed over.
func (f configurationFile) Validate(app *kong.Application) error {
	known := map[string]bool{}
	var look func(node *kong.Node)
	look = func(node *kong.Node) {
		for _, flag := range node.Flags {
			known[flag.Name] = true
		}
		for _, child := range node.Children {
			look(child)
		}
	}
	look(app.Node)
	for _, name := range []string{"help", "config", "version"} {
		delete(known, name)
	}
	var unknown []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if !known[name] {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) > 0 {
		return fmt.Errorf("the configuration file has settings that there aren't: %s", strings.Join(unknown, ", "))
	}
	return nil
}

// Resolve implements kong.Resolver.
func (f configurationFile) Resolve(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if _, set := os.LookupEnv(name); set {
			return nil, nil // the environment counts before the file
		}
	}
	value := f[flag.Name]
	if value == "" {
		return nil, nil // as if it weren't there
	}
	return value, nil
}
