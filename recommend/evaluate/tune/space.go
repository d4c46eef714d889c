package tune

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/nextflex/nextflex/internal/config"
)

// ConfigError says which setting of a search is out of range.
type ConfigError = config.Error

// Bounds of a space.
const (
	MaxParams  = 100
	MaxName    = 100 // bytes of the name of a parameter or metric
	MaxChoices = 1000
	MaxText    = 1000 // bytes of a value that is a text
	// maxWhole is up to which whole numbers are exact in a float64, with room to add.
	maxWhole = 1 << 52
)

// Kind is how a parameter is drawn.
type Kind string

// The kinds of parameters. Each integer, number or choice of its range is as likely as
// any other, but for the two logarithmic kinds: there each factor of 10 is as likely as
// any other, which suits settings such as a regularization whose order of magnitude is
// what isn't known.
const (
	KindInt      Kind = "int"
	KindFloat    Kind = "float"
	KindLogInt   Kind = "log-int"
	KindLogFloat Kind = "log-float"
	KindChoice   Kind = "choice"
	KindFixed    Kind = "fixed"
)

// Param is one setting and where its values are looked for. The functions Int, Float,
// LogInt, LogFloat, Choice and Fixed make one.
type Param struct {
	Name string  `json:"name"`
	Kind Kind    `json:"kind"`
	Min  float64 `json:"min,omitempty"` // of the numeric kinds, inclusive
	Max  float64 `json:"max,omitempty"` // likewise
	// Choices are the values of KindChoice, and the one of KindFixed: each a float64, a
	// string or a bool.
	Choices []any `json:"choices,omitempty"`
}

// Space is what a search looks through. The order of its parameters is that of tables;
// another order gives other points.
type Space []Param

// Int is a whole number from low to high, both included.
func Int(name string, low, high int) Param {
	return Param{Name: name, Kind: KindInt, Min: float64(low), Max: float64(high)}
}

// LogInt is a whole number from low to high, both included, by its logarithm; low is 1 or more.
func LogInt(name string, low, high int) Param {
	return Param{Name: name, Kind: KindLogInt, Min: float64(low), Max: float64(high)}
}

// Float is a number from low to high, of four significant digits.
func Float(name string, low, high float64) Param {
	return Param{Name: name, Kind: KindFloat, Min: low, Max: high}
}

// LogFloat is a number from low to high by its logarithm, of four significant digits; low is
// above 0.
func LogFloat(name string, low, high float64) Param {
	return Param{Name: name, Kind: KindLogFloat, Min: low, Max: high}
}

// Choice is one of the values.
func Choice[T string | float64 | int | bool](name string, values ...T) Param {
	p := Param{Name: name, Kind: KindChoice}
	for _, v := range values {
		p.Choices = append(p.Choices, scalar(v))
	}
	return p
}

// Fixed is always the value. It stands in the space so that evidence and journal hold it.
func Fixed[T string | float64 | int | bool](name string, value T) Param {
	return Param{Name: name, Kind: KindFixed, Choices: []any{scalar(value)}}
}

// scalar is a value as JSON would give it back.
func scalar(v any) any {
	if n, ok := v.(int); ok {
		return float64(n)
	}
	return v
}

// Check returns a *ConfigError for the first parameter that cannot be drawn.
func (s Space) Check() error {
	if len(s) == 0 || len(s) > MaxParams {
		return &ConfigError{Package: "tune", Field: "Space", Value: fmt.Sprintf("of %d parameters", len(s)), Want: fmt.Sprintf("1 to %d", MaxParams)}
	}
	seen := map[string]bool{}
	for i, p := range s {
		if p.Name == "" || len(p.Name) > MaxName {
			return &ConfigError{Package: "tune", Field: fmt.Sprintf("Space[%d].Name", i), Value: strconv.Quote(p.Name[:min(len(p.Name), MaxName)]), Want: fmt.Sprintf("1 to %d bytes", MaxName)}
		}
		if seen[p.Name] {
			return &ConfigError{Package: "tune", Field: fmt.Sprintf("Space[%d].Name", i), Value: strconv.Quote(p.Name), Want: "each name once"}
		}
		seen[p.Name] = true
		if err := p.check(); err != nil {
			return err
		}
	}
	return nil
}

func (p Param) check() error {
	refuse := func(field string, value any, want string) error {
		return &ConfigError{Package: "tune", Field: p.Name + "." + field, Value: value, Want: want}
	}
	low, high := -math.MaxFloat64/4, math.MaxFloat64/4 // so that their difference is finite
	switch p.Kind {
	case KindChoice, KindFixed:
		return p.checkChoices(refuse)
	case KindInt:
		low, high = -maxWhole, maxWhole
	case KindLogInt:
		low, high = 1, maxWhole
	case KindLogFloat:
		low = math.SmallestNonzeroFloat64
	case KindFloat:
	default:
		return refuse("Kind", strconv.Quote(string(p.Kind)), "int, float, log-int, log-float, choice or fixed")
	}
	switch {
	case !(p.Min >= low && p.Min <= high):
		return refuse("Min", p.Min, fmt.Sprintf("%g to %g", low, high))
	case !(p.Max >= p.Min && p.Max <= high):
		return refuse("Max", p.Max, fmt.Sprintf("%g to %g", p.Min, high))
	case p.whole() && (p.Min != math.Trunc(p.Min) || p.Max != math.Trunc(p.Max)):
		return refuse("Min", fmt.Sprintf("%g and Max %g", p.Min, p.Max), "whole numbers")
	case len(p.Choices) > 0:
		return refuse("Choices", fmt.Sprint(p.Choices), "none beside a range")
	}
	return nil
}

func (p Param) checkChoices(refuse func(field string, value any, want string) error) error {
	most := MaxChoices
	if p.Kind == KindFixed {
		most = 1
	}
	if len(p.Choices) == 0 || len(p.Choices) > most {
		return refuse("Choices", fmt.Sprintf("of %d values", len(p.Choices)), fmt.Sprintf("1 to %d", most))
	}
	if p.Min != 0 || p.Max != 0 {
		return refuse("Min", fmt.Sprintf("%g and Max %g", p.Min, p.Max), "none beside choices")
	}
	for i, c := range p.Choices {
		if !isScalar(c) {
			return refuse("Choices", fmt.Sprintf("%v (%T)", c, c), fmt.Sprintf("finite float64, bool or string of up to %d bytes", MaxText))
		}
		if slices.Contains(p.Choices[:i], c) {
			return refuse("Choices", fmt.Sprintf("%v twice", c), "each value once")
		}
	}
	return nil
}

func (p Param) whole() bool { return p.Kind == KindInt || p.Kind == KindLogInt }

// isScalar tells whether a value may stand in a point.
func isScalar(v any) bool {
	switch x := v.(type) {
	case float64:
		return x-x == 0 // neither NaN nor infinite
	case string:
		return len(x) <= MaxText
	case bool:
		return true
	}
	return false
}

// Contains tells whether a point has a value in range for each parameter and no other.
func (s Space) Contains(p Point) bool {
	if len(p) != len(s) {
		return false
	}
	for _, param := range s {
		value, there := p[param.Name]
		if !there || !param.contains(value) {
			return false
		}
	}
	return true
}

func (p Param) contains(value any) bool {
	if p.Kind == KindChoice || p.Kind == KindFixed {
		return isScalar(value) && slices.Contains(p.Choices, value)
	}
	x, number := value.(float64)
	return number && x >= p.Min && x <= p.Max && (!p.whole() || x == math.Trunc(x))
}

// draw takes a random value of each parameter.
func (s Space) draw(rng *rand.Rand) Point {
	p := make(Point, len(s))
	for _, param := range s {
		p[param.Name] = param.draw(rng)
	}
	return p
}

func (p Param) draw(rng *rand.Rand) any {
	switch p.Kind {
	case KindInt:
		return p.Min + float64(rng.Int64N(int64(p.Max-p.Min)+1))
	case KindLogInt: // n has what lies between log n and log(n+1)
		return p.limited(math.Floor(p.logarithmic(rng, p.Max+1)))
	case KindFloat:
		return p.limited(fourDigits(p.Min + (p.Max-p.Min)*rng.Float64()))
	case KindLogFloat:
		return p.limited(fourDigits(p.logarithmic(rng, p.Max)))
	}
	return p.Choices[rng.IntN(len(p.Choices))]
}

func (p Param) logarithmic(rng *rand.Rand, high float64) float64 {
	from, to := math.Log(p.Min), math.Log(high)
	return math.Exp(from + (to-from)*rng.Float64())
}

func (p Param) limited(x float64) float64 { return min(max(x, p.Min), p.Max) }

// fourDigits rounds to four significant digits, so that a table shows a setting as it
// was, and processors whose exponential function differs in the last bit draw alike.
func fourDigits(x float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 3, 64), 64)
	if err != nil {
		return x // beyond the largest number, which the caller limits
	}
	return rounded
}
