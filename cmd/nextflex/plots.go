package main

import (
	"context"
	"fmt"
	"image/color"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend/evaluate"
)

// The files of --plots.
const (
	plotByLength     = "metric-by-k.png"
	plotByActivity   = "metric-by-activity.png"
	plotByPopularity = "recall-by-popularity.png"
	plotLearning     = "learning-curve.png"
)

// plotTitles are what the plots show, for those who cannot see them.
var plotTitles = map[string]string{
	plotByLength:     "Metrics by length of the list",
	plotByActivity:   "Metric by activity of the users",
	plotByPopularity: "Recall by popularity of the films",
	plotLearning:     "Learning curve",
}

var (
	ink   = color.RGBA{40, 40, 48, 255}
	quiet = draw.LineStyle{Color: color.RGBA{225, 225, 230, 255}, Width: vg.Points(0.5)}
	// shades can be told apart without seeing red and green (Okabe & Ito 2008).
	shades = []color.Color{
		color.RGBA{0, 90, 181, 255}, color.RGBA{213, 94, 0, 255}, color.RGBA{0, 158, 115, 255}, color.RGBA{204, 121, 167, 255}, color.RGBA{120, 120, 120, 255},
	}
)

// drawPlots draws what was measured and returns the files.
func (c evaluateCommand) drawPlots(ctx context.Context, folds []dataset.Fold, a *evaluateAnswer) ([]string, error) {
	on := fmt.Sprintf("%s, %s", a.name(), a.Split)
	cfg := evaluate.BootstrapConfig{Resamples: c.Bootstrap, Seed: c.Seed, Threads: c.Threads}
	models := []evaluate.Summary{a.Summary}
	names := []string{a.Model}
	if a.Against != nil {
		models, names = append(models, a.Against.summary), append(names, a.Against.Model)
	}
	k := c.K[0]
	metric := fmt.Sprintf("ndcg@%d", k)
	activity, popularity := make([][]bucket, len(models)), make([][]bucket, len(models))
	for i, m := range models {
		var err error
		if activity[i], err = byActivity(ctx, folds, m.Samples(), metric, cfg); err != nil {
			return nil, err
		}
		popularity[i] = byPopularity(folds, m.Folds, slices.IndexFunc(m.Folds[0].Ranking.At, func(at evaluate.AtK) bool { return at.K == k }))
	}
	plots := map[string]func() (*plot.Plot, error){
		plotByLength: func() (*plot.Plot, error) { return plotLengthsOf(models, names, on) },
		plotByActivity: func() (*plot.Plot, error) {
			return plotBuckets(activity, names, fmt.Sprintf("NDCG@%d by activity of the users: %s", k, on), "ratings that the model knew of the user", fmt.Sprintf("NDCG@%d", k), "users")
		},
		plotByPopularity: func() (*plot.Plot, error) {
			return plotBuckets(popularity, names, fmt.Sprintf("Relevant films found in lists of %d: %s", k, on), "ratings of the film in train", fmt.Sprintf("part found in the first %d", k), "to find")
		},
	}
	if (c.Model == "als" || c.Model == "implicit") && folds[0].FoldIn == nil {
		curve, err := c.learningCurve(ctx, folds[0])
		if err != nil {
			return nil, err
		}
		plots[plotLearning] = func() (*plot.Plot, error) { return plotCurve(curve, c.Model, a.name()+", "+folds[0].Name) }
	}
	var files []string
	for _, name := range []string{plotLearning, plotByLength, plotByActivity, plotByPopularity} {
		if plots[name] == nil {
			continue
		}
		p, err := plots[name]()
		if err != nil {
			return nil, fmt.Errorf("drawing %s: %w", name, err)
		}
		path := filepath.Join(c.Plots, name)
		if err := savePlot(p, path); err != nil {
			return nil, err
		}
		files = append(files, path)
	}
	return files, nil
}

// newPlot sets fonts and colours.
func newPlot(title, x, y string) *plot.Plot {
	plot.DefaultFont.Variant = "Sans"
	p := plot.New()
	p.Title.Text, p.X.Label.Text, p.Y.Label.Text = title, x, y
	p.Title.TextStyle.Font = font.From(plot.DefaultFont, 12)
	p.Title.TextStyle.Color = ink
	p.Title.Padding = vg.Points(10)
	p.BackgroundColor = color.White
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Tick.Label.Font = font.From(plot.DefaultFont, 9)
		axis.Label.TextStyle.Font = font.From(plot.DefaultFont, 10)
		axis.Padding = vg.Points(2)
	}
	p.Y.Tick.Marker = roundTicks{}
	p.Legend.TextStyle.Font = font.From(plot.DefaultFont, 10)
	p.Legend.Padding = vg.Points(2)
	return p
}

// roundTicks are five to ten numbers with few digits.
type roundTicks struct{}

// Ticks implements plot.Ticker.
func (roundTicks) Ticks(low, high float64) []plot.Tick {
	step := math.Pow(10, math.Floor(math.Log10((high-low)/5)))
	for _, times := range []float64{5, 2} {
		if (high-low)/(step*times) >= 5 {
			step *= times
			break
		}
	}
	digits := max(0, int(math.Ceil(-math.Log10(step)-1e-9)))
	var ticks []plot.Tick
	for i := int(math.Ceil(low/step - 1e-9)); float64(i)*step <= high+1e-9*step; i++ {
		ticks = append(ticks, plot.Tick{Value: float64(i) * step, Label: decimal(float64(i)*step, digits)})
	}
	return ticks
}

func lattice(vertical bool) *plotter.Grid {
	g := plotter.NewGrid()
	g.Horizontal, g.Vertical = quiet, quiet
	if !vertical {
		g.Vertical.Width = 0
	}
	return g
}

// plottedMetrics are those of the plot by length.
var plottedMetrics = []struct{ name, title string }{
	{"ndcg", "NDCG"}, {"recall_capped", "recall by min(k, relevant)"}, {"precision", "precision"}, {"hit_rate", "hit rate"},
}

// plotLengthsOf draws metrics by k: the first model with lines, a second with dashes.
func plotLengthsOf(models []evaluate.Summary, names []string, on string) (*plot.Plot, error) {
	p := newPlot("Metrics by length of the list: "+on, "k, the length of the list (log scale)", "mean over users")
	p.Add(lattice(true))
	var ticks plot.ConstantTicks
	for m, summary := range models {
		for f, family := range plottedMetrics {
			var points plotter.XYs
			for _, at := range summary.Folds[0].Ranking.At {
				points = append(points, plotter.XY{X: float64(at.K), Y: summary.Metrics[fmt.Sprintf("%s@%d", family.name, at.K)].Mean})
				if m == 0 && f == 0 {
					ticks = append(ticks, plot.Tick{Value: float64(at.K), Label: strconv.Itoa(at.K)})
				}
			}
			line, dots, err := plotter.NewLinePoints(points)
			if err != nil {
				return nil, err
			}
			line.Color, line.Width = shades[f], vg.Points(2)
			dots.Color, dots.Shape, dots.Radius = shades[f], draw.CircleGlyph{}, vg.Points(2.5)
			if m > 0 {
				line.Dashes, line.Width = []vg.Length{vg.Points(4), vg.Points(3)}, vg.Points(1.5)
			}
			p.Add(line, dots)
			p.Legend.Add(names[m]+", "+family.title, line, dots)
		}
	}
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, ticks
	p.X.Min, p.X.Max = p.X.Min*0.93, p.X.Max*1.07
	p.Y.Min, p.Y.Max = 0, math.Min(1, p.Y.Max*1.08)
	legendBeside(p)
	return p, nil
}

// legendBeside puts the legend right of the plot, where no curve can run through it.
func legendBeside(p *plot.Plot) {
	p.Legend.Top, p.Legend.Left = true, false
	p.Legend.YOffs = vg.Points(-30)
}

// plotBuckets draws bars by class, a colour for each model.
func plotBuckets(models [][]bucket, names []string, title, x, y, what string) (*plot.Plot, error) {
	p := newPlot(title, x, y)
	p.Add(lattice(false))
	width := vg.Points(44)
	if len(models) > 1 {
		width = vg.Points(24)
	}
	classes := models[0] // the same users and films in each
	labels := make([]string, len(classes))
	for i, b := range classes {
		labels[i] = fmt.Sprintf("%s\n%s %s", b.label, thousands(b.n), what)
	}
	for m, list := range models {
		values := make(plotter.Values, len(list))
		for i, b := range list {
			values[i] = b.value
		}
		bars, err := plotter.NewBarChart(values, width)
		if err != nil {
			return nil, err
		}
		bars.Color, bars.LineStyle.Width = shades[m], 0
		bars.Offset = width * vg.Length(float64(m)-float64(len(models)-1)/2)
		p.Add(bars, whiskers{list, bars.Offset})
		p.Legend.Add(names[m], bars)
	}
	p.NominalX(labels...)
	p.X.Min, p.X.Max = -0.6, float64(len(classes))-0.4
	p.Y.Min, p.Y.Max = 0, math.Max(p.Y.Max*1.1, 1e-3)
	p.X.Tick.Label.Font.Size = 8
	legendBeside(p)
	return p, nil
}

// whiskers draws the intervals of bars, where they have one.
type whiskers struct {
	buckets []bucket
	offset  vg.Length
}

// Plot implements plot.Plotter.
func (w whiskers) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := draw.LineStyle{Color: ink, Width: vg.Points(1)}
	for i, b := range w.buckets {
		if b.low == b.high {
			continue
		}
		at, low, high, half := x(float64(i))+w.offset, y(b.low), y(b.high), vg.Points(3)
		c.StrokeLines(style, []vg.Point{{X: at, Y: low}, {X: at, Y: high}}, []vg.Point{{X: at - half, Y: low}, {X: at + half, Y: low}}, []vg.Point{{X: at - half, Y: high}, {X: at + half, Y: high}})
	}
}

// DataRange implements plot.DataRanger.
func (w whiskers) DataRange() (xmin, xmax, ymin, ymax float64) {
	for _, b := range w.buckets {
		ymax = math.Max(ymax, b.high)
	}
	return 0, float64(len(w.buckets) - 1), 0, ymax
}

// plotCurve draws the learning curve.
func plotCurve(values []float64, model, on string) (*plot.Plot, error) {
	what := "RMSE on held-out ratings"
	if model == "implicit" {
		what = "expected percentile rank of held-out films"
	}
	p := newPlot(fmt.Sprintf("Learning curve of %s: %s", model, on), "iteration", what+" (less is better)")
	p.Add(lattice(true))
	var points plotter.XYs
	var ticks plot.ConstantTicks
	every := max(1, len(values)/15)
	for i, v := range values {
		points = append(points, plotter.XY{X: float64(i + 1), Y: v})
		if i%every == 0 {
			ticks = append(ticks, plot.Tick{Value: float64(i + 1), Label: strconv.Itoa(i + 1)})
		}
	}
	line, dots, err := plotter.NewLinePoints(points)
	if err != nil {
		return nil, err
	}
	line.Color, line.Width = shades[0], vg.Points(2)
	dots.Color, dots.Shape, dots.Radius = shades[0], draw.CircleGlyph{}, vg.Points(2.5)
	p.Add(line, dots)
	p.X.Tick.Marker = ticks
	p.X.Min, p.X.Max = 0.5, float64(len(values))+0.5
	spread := math.Max(p.Y.Max-p.Y.Min, 1e-4)
	p.Y.Min, p.Y.Max = p.Y.Min-0.06*spread, p.Y.Max+0.06*spread
	return p, nil
}

// savePlot writes a PNG, with room for the legend at the right where there is one.
func savePlot(p *plot.Plot, path string) error {
	const width, height = 8 * vg.Inch, 4.5 * vg.Inch
	img := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(144), vgimg.UseBackgroundColor(color.White))
	canvas := draw.New(img)
	canvas = draw.Crop(canvas, vg.Points(8), vg.Points(-12), vg.Points(8), vg.Points(-8))
	legend := p.Legend
	p.Legend = plot.NewLegend()
	if room := legend.Rectangle(canvas).Size().X; room > 1 {
		p.Draw(draw.Crop(canvas, 0, -room-vg.Points(14), 0, 0))
		legend.Draw(canvas)
	} else {
		p.Draw(canvas)
	}
	return writeBeside(path, func(f *os.File) error {
		if _, err := (vgimg.PngCanvas{Canvas: img}).WriteTo(f); err != nil {
			return fmt.Errorf("%s cannot be written: %w", path, unwrapPath(err))
		}
		return nil
	})
}
