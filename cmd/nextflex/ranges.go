package main

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/nextflex/nextflex/recommend/evaluate/tune"
)

// usualSpace is where the good settings of a model are looked for unless --range says
// otherwise.
func usualSpace(model string) tune.Space {
	switch model {
	case "implicit":
		return tune.Space{tune.LogInt("factors", 8, 128), tune.LogFloat("regularization", 0.02, 20), tune.LogFloat("alpha", 0.3, 30), tune.Float("activity", 0, 1), tune.Float("popularity", 0, 0.6)}
	case "bayes":
		return tune.Space{tune.LogInt("factors", 4, 64)}
	}
	return tune.Space{tune.LogInt("factors", 8, 128), tune.LogFloat("regularization", 0.1, 10), tune.LogFloat("bias_regularization", 0.3, 30)}
}

// spaceOf lays what --range says over the usual space of a model.
func spaceOf(model string, ranges []string) (tune.Space, error) {
	space := usualSpace(model)
	given := map[string]bool{}
	for _, text := range ranges {
		p, err := parseRange(model, text)
		if err != nil {
			return nil, err
		}
		if given[p.Name] {
			return nil, usagef("--range %s is given twice", p.Name)
		}
		given[p.Name] = true
		at := slices.IndexFunc(space, func(q tune.Param) bool { return q.Name == p.Name })
		if at < 0 {
			space = append(space, p)
		} else {
			space[at] = p
		}
	}
	if err := space.Check(); err != nil {
		return nil, usagef("--range: %v", strings.TrimPrefix(err.Error(), "tune: "))
	}
	return space, checkEnds(model, space)
}

const rangeForms = "LOW:HIGH, LOW:HIGH:log, one value, or several with commas between"

// parseRange reads factors=16:128, regularization=0.01:10:log, solver=exact,cg or
// factors=64.
func parseRange(model, text string) (tune.Param, error) {
	name, values, found := strings.Cut(text, "=")
	types := settingTypes(model)
	switch {
	case !found || values == "":
		return tune.Param{}, usagef("--range is %q, want NAME= and then %s", text, rangeForms)
	case types[name] == nil:
		return tune.Param{}, usagef("--range %s: %s has no such setting, want one of %s", name, model, strings.Join(slices.Sorted(maps.Keys(types)), ", "))
	}
	if strings.Contains(values, ":") {
		return parseEnds(name, values, types[name])
	}
	p := tune.Param{Name: name, Kind: tune.KindChoice}
	for part := range strings.SplitSeq(values, ",") {
		v, err := parseSetting(name, part, types[name])
		if err != nil {
			return p, err
		}
		p.Choices = append(p.Choices, v)
	}
	if len(p.Choices) == 1 {
		p.Kind = tune.KindFixed
	}
	return p, nil
}

// parseEnds reads LOW:HIGH and LOW:HIGH:log.
func parseEnds(name, values string, t reflect.Type) (tune.Param, error) {
	parts := strings.Split(values, ":")
	log := len(parts) == 3 && parts[2] == "log"
	if len(parts) != 2 && !log {
		return tune.Param{}, usagef("--range %s is %q, want %s", name, values, rangeForms)
	}
	var ends [2]float64
	for i := range ends {
		v, err := parseSetting(name, parts[i], t)
		if err != nil {
			return tune.Param{}, err
		}
		x, number := v.(float64)
		if !number {
			return tune.Param{}, usagef("--range %s is %q, want values with commas between: it is no number", name, values)
		}
		ends[i] = x
	}
	kinds := map[[2]bool]tune.Kind{{true, false}: tune.KindInt, {true, true}: tune.KindLogInt, {false, false}: tune.KindFloat, {false, true}: tune.KindLogFloat}
	p := tune.Param{Name: name, Kind: kinds[[2]bool{t.Kind() == reflect.Int, log}], Min: ends[0], Max: ends[1]}
	if p.Kind == tune.KindInt && p.Min <= 0 && p.Max >= 0 {
		return p, usagef("--range %s is %q, want a range without 0, which stands for the default", name, values)
	}
	return p, nil
}

// parseSetting reads a value of a setting.
func parseSetting(name, text string, t reflect.Type) (any, error) {
	switch t.Kind() {
	case reflect.Bool:
		if text == "true" || text == "false" {
			return text == "true", nil
		}
		return nil, usagef("--range %s has %q, want true or false", name, text)
	case reflect.Int, reflect.Float64:
		x, err := strconv.ParseFloat(text, 64)
		switch {
		case err != nil || x-x != 0:
			return nil, usagef("--range %s has %q, want a number", name, text)
		case t.Kind() == reflect.Int && x != math.Trunc(x):
			return nil, usagef("--range %s has %q, want a whole number", name, text)
		}
		return x, nil
	}
	return text, nil
}

// checkEnds lets the model refuse the ends of ranges and all choices before hours are spent on
// trials that fail.
func checkEnds(model string, space tune.Space) error {
	fixed := tune.Point{}
	for _, p := range space {
		if p.Kind == tune.KindFixed {
			fixed[p.Name] = p.Choices[0]
		}
	}
	for _, p := range space {
		values := p.Choices
		if len(values) == 0 {
			values = []any{p.Min, p.Max}
		}
		for _, v := range values {
			point := maps.Clone(fixed)
			point[p.Name] = v
			if _, err := settingsOf(model, point); err != nil {
				return usagef("--range %s: %v", p.Name, err)
			}
		}
	}
	return nil
}
