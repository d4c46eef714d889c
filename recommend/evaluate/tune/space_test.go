package tune

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSpaceRefuses(t *testing.T) {
	many := make([]string, MaxChoices+1)
	for i := range many {
		many[i] = strings.Repeat("x", i%7) + string(rune('a'+i%26)) + strings.Repeat("y", i/26)
	}
	wide := Space{}
	for range MaxParams + 1 {
		wide = append(wide, Fixed("p"+strings.Repeat("x", len(wide)%50), 1))
	}
	for name, test := range map[string]struct {
		space Space
		want  string
	}{
		"nothing":            {Space{}, "tune: Space is of 0 parameters, want 1 to 100"},
		"too many":           {wide, "tune: Space is of 101 parameters"},
		"no name":            {Space{Int("", 1, 2)}, `tune: Space[0].Name is "", want 1 to 100 bytes`},
		"long name":          {Space{Int(strings.Repeat("n", 101), 1, 2)}, "want 1 to 100 bytes"},
		"a name twice":       {Space{Int("a", 1, 2), Float("a", 1, 2)}, `tune: Space[1].Name is "a", want each name once`},
		"no kind":            {Space{{Name: "a"}}, `tune: a.Kind is "", want int, float, log-int, log-float, choice or fixed`},
		"wrong way round":    {Space{Int("a", 3, 2)}, "tune: a.Max is 2, want 3 to"},
		"log of zero":        {Space{LogFloat("a", 0, 2)}, "tune: a.Min is 0, want"},
		"log of an int":      {Space{LogInt("a", 0, 2)}, "tune: a.Min is 0, want 1 to"},
		"negative log":       {Space{LogFloat("a", -1, 2)}, "tune: a.Min is -1"},
		"not a number":       {Space{Float("a", math.NaN(), 2)}, "tune: a.Min is NaN"},
		"infinite":           {Space{Float("a", 0, math.Inf(1))}, "tune: a.Max is +Inf"},
		"infinite width":     {Space{Float("a", -math.MaxFloat64, math.MaxFloat64)}, "tune: a.Min is -1.797"},
		"not whole":          {Space{{Name: "a", Kind: KindInt, Min: 1.5, Max: 3}}, "tune: a.Min is 1.5 and Max 3, want whole numbers"},
		"beyond exact":       {Space{{Name: "a", Kind: KindInt, Min: 0, Max: 1e300}}, "tune: a.Max is 1e+300"},
		"choices of a range": {Space{{Name: "a", Kind: KindInt, Min: 1, Max: 3, Choices: []any{1.0}}}, "tune: a.Choices is [1], want none beside a range"},
		"no choice":          {Space{Choice[string]("a")}, "tune: a.Choices is of 0 values, want 1 to 1000"},
		"many choices":       {Space{Choice("a", many...)}, "tune: a.Choices is of 1001 values"},
		"a choice twice":     {Space{Choice("a", 1, 2, 1)}, "tune: a.Choices is 1 twice, want each value once"},
		"a long text":        {Space{Fixed("a", strings.Repeat("x", MaxText+1))}, "string of up to 1000 bytes"},
		"a choice of NaN":    {Space{Choice("a", math.NaN())}, "NaN (float64), want finite"},
		"a choice of lists":  {Space{{Name: "a", Kind: KindChoice, Choices: []any{[]int{1}}}}, "[1] ([]int), want"},
		"range of choices":   {Space{{Name: "a", Kind: KindChoice, Min: 1, Choices: []any{1.0}}}, "tune: a.Min is 1 and Max 0, want none beside choices"},
		"two fixed":          {Space{{Name: "a", Kind: KindFixed, Choices: []any{1.0, 2.0}}}, "tune: a.Choices is of 2 values, want 1 to 1"},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.space.Check()
			require.ErrorContains(t, err, test.want)
			var refused *ConfigError
			require.ErrorAs(t, err, &refused)
		})
	}
}

// everyKind is a space with a parameter of each kind.
var everyKind = Space{
	Int("int", -3, 3), LogInt("log_int", 1, 1000), Float("float", -1, 1), LogFloat("log_float", 1e-3, 1e3),
	Choice("choice", "a", "b"), Choice("flag", true, false), Fixed("fixed", 7),
}

func TestDrawsLieInTheSpace(t *testing.T) {
	require.NoError(t, everyKind.Check())
	rng := rand.New(rand.NewPCG(1, 2))
	for range 10_000 {
		p := everyKind.draw(rng)
		require.True(t, everyKind.Contains(p), p)
	}
}

// TestDraws compares how often values come with how likely they are. Five standard
// deviations of the count leave one failure in two million seeds; the seed is fixed.
func TestDraws(t *testing.T) {
	const n = 50_000
	rng := rand.New(rand.NewPCG(3, 4))
	count := map[string]int{}
	for range n {
		p := everyKind.draw(rng)
		for name, yes := range map[string]bool{
			"int is 3": p.Int("int") == 3, "int is -3": p.Int("int") == -3, "float below 0": p.Float("float") < 0,
			"log_int below 10": p.Int("log_int") < 10, "log_int is 1": p.Int("log_int") == 1, "log_float below 1": p.Float("log_float") < 1, "log_float above 100": p.Float("log_float") > 100,
			"choice a": p.Text("choice") == "a", "flag": p.Bool("flag"), "fixed": p.Int("fixed") == 7,
		} {
			if yes {
				count[name]++
			}
		}
	}
	for name, want := range map[string]float64{
		"int is 3": 1. / 7, "int is -3": 1. / 7, "float below 0": 0.5, "log_int below 10": math.Log(10) / math.Log(1001), "log_int is 1": math.Log(2) / math.Log(1001),
		"log_float below 1": 0.5, "log_float above 100": 1. / 6, "choice a": 0.5, "flag": 0.5, "fixed": 1,
	} {
		require.InDelta(t, want*n, count[name], 5*math.Sqrt(want*(1-want)*n)+1e-9, name)
	}
}

func TestContains(t *testing.T) {
	s := Space{Int("n", 1, 3), LogFloat("x", 0.1, 1), Choice("c", "a", "b")}
	for name, test := range map[string]struct {
		p    Point
		want bool
	}{
		"inside":          {Point{"n": 2.0, "x": 0.5, "c": "a"}, true},
		"ends":            {Point{"n": 3.0, "x": 0.1, "c": "b"}, true},
		"above":           {Point{"n": 4.0, "x": 0.5, "c": "a"}, false},
		"between":         {Point{"n": 2.5, "x": 0.5, "c": "a"}, false},
		"no choice":       {Point{"n": 2.0, "x": 0.5, "c": "z"}, false},
		"another type":    {Point{"n": 2, "x": 0.5, "c": "a"}, false},
		"not comparable":  {Point{"n": 2.0, "x": 0.5, "c": []int{1}}, false},
		"a value missing": {Point{"n": 2.0, "x": 0.5}, false},
		"another name":    {Point{"n": 2.0, "x": 0.5, "d": "a"}, false},
		"one too many":    {Point{"n": 2.0, "x": 0.5, "c": "a", "d": 1.0}, false},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, test.want, s.Contains(test.p)) })
	}
}

func TestFourDigits(t *testing.T) {
	require.Equal(t, 0.1235, fourDigits(0.123456))
	require.Equal(t, -12350.0, fourDigits(-12345.6))
	require.Equal(t, 0.0, fourDigits(0))
	require.Equal(t, math.MaxFloat64, fourDigits(math.MaxFloat64), "which rounded would be infinite")
}

func TestPointReadsZeroForWhatIsNotThere(t *testing.T) {
	p := Point{"n": 2.9, "c": "a", "yes": true}
	require.Equal(t, 2, p.Int("n"))
	require.Equal(t, 2.9, p.Float("n"))
	require.Equal(t, "a", p.Text("c"))
	require.True(t, p.Bool("yes"))
	require.Zero(t, p.Int("c"))
	require.Zero(t, p.Float("no"))
	require.Zero(t, p.Text("n"))
	require.False(t, p.Bool("c"))
	require.Equal(t, "c=a n=2.9 yes=true", p.String())
}
