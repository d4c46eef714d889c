package tune

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Point is a value for each parameter of a space by its name: a float64, a string or a bool,
// as JSON has them. A name that isn't there, or has a value of another type, reads as
// zero, which to a configuration means its default.
type Point map[string]any

// Int returns a whole number, rounded towards zero.
func (p Point) Int(name string) int { return int(p.Float(name)) }

// Float returns a number.
func (p Point) Float(name string) float64 {
	x, _ := p[name].(float64)
	return x
}

// Text returns a text.
func (p Point) Text(name string) string {
	x, _ := p[name].(string)
	return x
}

// Bool returns a truth value.
func (p Point) Bool(name string) bool {
	x, _ := p[name].(bool)
	return x
}

// String lists the values by their names in order, such as "factors=64 regularization=0.5".
func (p Point) String() string {
	var names []string
	for name := range p {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for i, name := range names {
		if i > 0 {
			b.WriteString(" ")
		}
		b.WriteString(name + "=" + Format(p[name]))
	}
	return b.String()
}

// Format writes a value of a point for people.
func Format(value any) string {
	if x, number := value.(float64); number {
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	return fmt.Sprint(value)
}

// equal compares two points.
func (p Point) equal(other Point) bool {
	if len(p) != len(other) {
		return false
	}
	for name, value := range p {
		if b, there := other[name]; !there || !isScalar(b) || b != value {
			return false
		}
	}
	return true
}

// key tells points apart: unlike String it keeps a text from reading as another's name.
func (p Point) key() string {
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Sprintf("%#v", p) // never: a point holds scalars
	}
	return string(text)
}
