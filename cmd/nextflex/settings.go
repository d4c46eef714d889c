package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"strings"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/bayes"
	"github.com/nextflex/nextflex/internal/config"
	"github.com/nextflex/nextflex/recommend/evaluate/tune"
)

// settings are the configuration of a model: als for als and implicit, bayes for bayes.
type settings struct {
	als    als.Config
	bayes  bayes.Config
	fading map[string]float64 // of implicit: how old interactions fade, which is no field of the configuration but acts on the ratings
}

// The settings that als.Config doesn't have.
const (
	halfLifeName = "half_life"
	recentName   = "recent"
)

// fadings are these with their ranges.
var fadings = map[string]struct {
	most float64
	unit string
}{halfLifeName: {maxHalfLife, "days"}, recentName: {maxRecent, "ratings"}}

// notTuned are the fields of configurations that come from elsewhere: from --model and
// --seed.
var notTuned = []string{"implicit", "seed"}

// settingTypes lists the settings of a model with their types, by their names in JSON.
func settingTypes(model string) map[string]reflect.Type {
	var t reflect.Type
	switch model {
	case "als", "implicit":
		t = reflect.TypeFor[als.Config]()
	case "bayes":
		t = reflect.TypeFor[bayes.Config]()
	default:
		return nil
	}
	types := map[string]reflect.Type{}
	for i := range t.NumField() {
		if name := nameInJSON(t.Field(i)); name != "" {
			types[name] = t.Field(i).Type
		}
	}
	for _, name := range notTuned {
		delete(types, name)
	}
	if model == "implicit" {
		for name := range fadings {
			types[name] = reflect.TypeFor[float64]()
		}
	}
	return types
}

// nameInJSON returns "" for a field that JSON leaves out.
func nameInJSON(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if name == "-" {
		return ""
	}
	return name
}

// settingsOf makes the configuration of a model from values by their names in JSON, and
// refuses what the model would.
func settingsOf(model string, values tune.Point) (settings, error) {
	var s settings
	types := settingTypes(model)
	if types == nil {
		return s, fmt.Errorf("the model is %q, want als, implicit or bayes", model)
	}
	for name := range values {
		if types[name] == nil {
			return s, fmt.Errorf("%s has no setting %q", model, name)
		}
	}
	values, err := s.takeFading(values)
	if err != nil {
		return s, err
	}
	text, err := json.Marshal(values)
	if err != nil {
		return s, fmt.Errorf("settings: %w", err)
	}
	if model == "bayes" {
		if err = strictJSON(text, &s.bayes); err == nil {
			_, err = s.bayes.Resolved()
		}
	} else {
		if err = strictJSON(text, &s.als); err == nil {
			s.als.Implicit = model == "implicit"
			_, err = s.als.Resolved()
		}
	}
	return s, inNamesOfJSON(model, err)
}

// takeFading takes how old interactions fade, and returns the other values.
func (s *settings) takeFading(values tune.Point) (tune.Point, error) {
	s.fading = map[string]float64{}
	rest := maps.Clone(values)
	for name, within := range fadings {
		value, there := values[name]
		if !there {
			continue
		}
		x, number := value.(float64)
		if !number || !(x >= 0 && x <= within.most) {
			return nil, fmt.Errorf("%s is %v, want up to %.0f %s", name, value, within.most, within.unit)
		}
		s.fading[name] = x
		delete(rest, name)
	}
	if s.fading[halfLifeName] > 0 && s.fading[recentName] > 0 {
		return nil, fmt.Errorf("%s and %s can't both be given", halfLifeName, recentName)
	}
	return rest, nil
}

// strictJSON decodes one value without unknown fields.
func strictJSON(text []byte, to any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(to); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("more than one value")
	}
	return nil
}

// inNamesOfJSON speaks of a refused field by the name that people wrote.
func inNamesOfJSON(model string, err error) error {
	var refused *config.Error
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &refused):
		t := reflect.TypeFor[als.Config]()
		if model == "bayes" {
			t = reflect.TypeFor[bayes.Config]()
		}
		name := refused.Field
		if f, known := t.FieldByName(refused.Field); known {
			name = nameInJSON(f)
		}
		return fmt.Errorf("%s is %v, want %s", name, refused.Value, refused.Want)
	case errors.As(err, &wrong):
		return fmt.Errorf("%s is a %s, want %s", wrong.Field, wrong.Value, wrong.Type)
	}
	return err
}

// resolved returns all settings of a model by their names, where those given are as they
// are and all others have their defaults, which for als are others with features.
func resolved(model string, given tune.Point, features bool) (tune.Point, error) {
	s, err := settingsOf(model, given)
	if err != nil {
		return nil, err
	}
	var full any
	if model == "bayes" {
		full, err = s.bayes.Resolved()
	} else {
		rated := s.als.Rated
		s.als.Rated = rated || features // which have the same defaults
		var c als.Config
		c, err = s.als.Resolved()
		c.Rated = rated
		full = c
	}
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(full)
	if err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	all := tune.Point{}
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("settings: %w", err)
	}
	for name, t := range settingTypes(model) {
		if _, there := all[name]; !there { // left out by JSON since it is zero
			all[name] = zeroInJSON(t)
		}
	}
	for _, name := range notTuned {
		delete(all, name)
	}
	for name := range fadings {
		if value, there := given[name]; there {
			all[name] = value
		}
	}
	return all, nil
}

func zeroInJSON(t reflect.Type) any {
	switch t.Kind() {
	case reflect.String:
		return ""
	case reflect.Bool:
		return false
	}
	return 0.0
}

// over lays the fields of a configuration that are not zero over another one.
func over[C any](base, flags C) C {
	to, from := reflect.ValueOf(&base).Elem(), reflect.ValueOf(flags)
	for i := range from.NumField() {
		if !from.Field(i).IsZero() {
			to.Field(i).Set(from.Field(i))
		}
	}
	return base
}
