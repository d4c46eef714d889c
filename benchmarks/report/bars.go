package main

import (
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// bar is one line of a list of bars.
type bar struct {
	label     string
	value     float64
	low, high float64 // ends of a whisker, 0 for none
	text      string  // behind the bar
	color     color.Color
	gap       bool // leaves room above
	heading   bool // has a label alone
}

// bars draws a list of bars from the left edge on a logarithmic axis, which
// plotter.BarChart can't: its bars begin at 0.
type bars struct {
	all []bar
	y   []float64 // of each, downwards
}

const barHeight = 0.7

func newBars(all []bar) *bars {
	b := &bars{all: all, y: make([]float64, len(all))}
	at := 0.0
	for i := range all {
		if all[i].gap && i > 0 {
			at -= 0.5
		}
		b.y[i] = at
		at--
	}
	return b
}

// Plot implements plot.Plotter.
func (b *bars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	style := text.Style{Color: ink, Font: font.From(plot.DefaultFont, 9), YAlign: draw.YCenter, Handler: plot.DefaultTextHandler}
	for i, one := range b.all {
		if one.heading {
			continue
		}
		low, high := y(b.y[i]-barHeight/2), y(b.y[i]+barHeight/2)
		left, right := c.Min.X, x(one.value)
		c.FillPolygon(one.color, []vg.Point{{X: left, Y: low}, {X: right, Y: low}, {X: right, Y: high}, {X: left, Y: high}})
		if one.high > one.low {
			line := draw.LineStyle{Color: ink, Width: vg.Points(1)}
			c.StrokeLine2(line, x(one.low), y(b.y[i]), x(one.high), y(b.y[i]))
			right = max(right, x(one.high))
		}
		c.FillText(style, vg.Point{X: right + vg.Points(4), Y: y(b.y[i])}, one.text)
	}
}

// DataRange implements plot.DataRanger.
func (b *bars) DataRange() (xmin, xmax, ymin, ymax float64) {
	xmin, xmax = math.Inf(1), math.Inf(-1)
	for _, one := range b.all {
		if !one.heading {
			xmin, xmax = min(xmin, one.value), max(xmax, one.value, one.high)
		}
	}
	return xmin, xmax, b.y[len(b.y)-1] - 0.6, 0.6
}

// ticks labels the bars.
func (b *bars) ticks() plot.ConstantTicks {
	var t plot.ConstantTicks
	for i, one := range b.all {
		t = append(t, plot.Tick{Value: b.y[i], Label: one.label})
	}
	return t
}

// save draws the list with a logarithmic axis below it.
func (b *bars) save(path, title, axis string, mark float64) error {
	p := newPlot(title)
	p.Add(verticals{})
	if mark > 0 {
		p.Add(&line{mark})
	}
	p.Add(b)
	p.X.Label.Text = axis
	p.X.Scale = plot.LogScale{}
	p.X.Tick.Marker = decades{}
	if mark > 0 {
		p.X.Min = min(p.X.Min, mark)
	}
	p.X.Min *= 0.8
	p.X.Max *= 1.6 // room for the text behind the longest bar
	p.Y.Tick.Marker = b.ticks()
	p.X.Padding = vg.Points(4)
	p.Y.Tick.LineStyle.Width, p.Y.LineStyle.Width, p.Y.Tick.Length = 0, 0, 0
	p.Y.Min, p.Y.Max = b.y[len(b.y)-1]-0.6, 0.6
	height := vg.Points(18*(-b.y[len(b.y)-1]+1) + 30 + 14*float64(strings.Count(title, "\n")+2) + 30)
	return save(p, 21*vg.Centimeter, height, path)
}

// line is a vertical one at a value.
type line struct{ x float64 }

// Plot implements plot.Plotter.
func (l *line) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	c.StrokeLine2(draw.LineStyle{Color: ink, Width: vg.Points(1)}, x(l.x), c.Min.Y, x(l.x), c.Max.Y)
}

// verticals are the lines of the grid at the labelled ticks.
type verticals struct{}

// Plot implements plot.Plotter.
func (verticals) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	for _, t := range (decades{}).Ticks(p.X.Min, p.X.Max) {
		if t.Label != "" {
			c.StrokeLine2(grid, x(t.Value), c.Min.Y, x(t.Value), c.Max.Y)
		}
	}
}
