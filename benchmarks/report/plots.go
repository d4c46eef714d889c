package main

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
)

var (
	ink  = color.RGBA{40, 40, 48, 255}
	grid = draw.LineStyle{Color: color.RGBA{225, 225, 230, 255}, Width: vg.Points(0.5)}
	// ours is a strong blue, the peers are quieter; all can be told apart without
	// seeing red and green (Okabe & Ito 2008).
	ours   = color.RGBA{0, 90, 181, 255}
	others = []color.Color{
		color.RGBA{230, 159, 0, 255}, color.RGBA{0, 158, 115, 255}, color.RGBA{204, 121, 167, 255}, color.RGBA{120, 120, 120, 255},
	}
)

// newPlot sets fonts and colours.
func newPlot(title string) *plot.Plot {
	plot.DefaultFont.Variant = "Sans"
	p := plot.New()
	p.Title.Text = title
	p.Title.TextStyle.Font = font.From(plot.DefaultFont, 12)
	p.Title.Padding = vg.Points(8)
	p.BackgroundColor = color.White
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Tick.Label.Font = font.From(plot.DefaultFont, 9)
		axis.Label.TextStyle.Font = font.From(plot.DefaultFont, 10)
		axis.Padding = vg.Points(2)
	}
	p.Legend.TextStyle.Font = font.From(plot.DefaultFont, 10)
	return p
}

// where says on what the numbers were measured.
func where(r result) string {
	return fmt.Sprintf("%s, %d threads, %s sets, %s", r.Processor, r.Threads, r.Size, r.Date)
}

// short is a case in few words.
func short(text string) string {
	text, _, _ = strings.Cut(text, " stored values")
	if _, after, ok := strings.Cut(text, ", f="); ok {
		return "f=" + after
	}
	return text
}

// ratios draws how many times as long as ours the peers take.
func ratios(all []result, path string) error {
	var list []bar
	for _, r := range all {
		first := true
		for _, l := range r.Rows {
			if l.Ratio <= 0 {
				continue
			}
			if first {
				list = append(list, bar{label: heading(r), heading: true, gap: true})
			}
			first = false
			shade := others[0]
			if l.Ratio < 1 {
				shade = others[2]
			}
			list = append(list, bar{label: who(r, l), value: l.Ratio, low: l.Low, high: l.High, text: fmt.Sprintf("%.3gx", l.Ratio), color: shade})
		}
	}
	if len(list) == 0 {
		return nil
	}
	title := "Time of other libraries, as a multiple of NextFlex's\n" + where(all[0])
	return newBars(list).save(path, title, "times as long (log scale); right of the line NextFlex is faster", 1)
}

// heading names a job in a list of bars.
func heading(r result) string {
	names := map[string]string{
		"load": "READING A FILE", "explicit": "EXPLICIT ALS", "implicit-exact": "IMPLICIT ALS, EXACT", "implicit-cg": "IMPLICIT ALS, CG",
		"topn": "TOP 10, ALL USERS", "cosine-zipf": "ALL PAIRS, ZIPF, TOP 100", "cosine-tfidf": "ALL PAIRS, TF-IDF, TOP 10",
		"trainrun": "READ, TRAIN, SAVE",
	}
	if name := names[r.Job]; name != "" {
		return name
	}
	return strings.ToUpper(r.Job)
}

// who names a contender, and the case where a job has several.
func who(r result, l row) string {
	for _, other := range r.Rows {
		if other.Case != l.Case {
			return l.Who + ", " + short(l.Case)
		}
	}
	return l.Who
}

// memory draws the peaks in the largest case of each job.
func memory(all []result, path string) error {
	var list []bar
	for _, r := range all {
		if r.Job == "scaling" || len(r.Rows) == 0 {
			continue
		}
		largest := r.Rows[len(r.Rows)-1].Case
		list = append(list, bar{label: heading(r), heading: true, gap: true})
		for _, l := range r.Rows {
			if l.Case != largest || l.PeakMB <= 0 {
				continue
			}
			shade := others[0]
			if l.Ours {
				shade = ours
			}
			list = append(list, bar{label: who(r, l), value: l.PeakMB, text: megabytes(l.PeakMB), color: shade})
		}
	}
	if !slices.ContainsFunc(list, func(b bar) bool { return !b.heading }) {
		return nil
	}
	title := "Peak memory of the process during the job\n" + where(all[0])
	return newBars(list).save(path, title, "MB (log scale)", 0)
}

func megabytes(x float64) string {
	if x >= 1000 {
		return fmt.Sprintf("%.3g GB", x/1000)
	}
	return fmt.Sprintf("%.0f MB", x)
}

// byFactors draws the time of an iteration by the number of factors.
func byFactors(r result, path string) error {
	p := newPlot(r.Title + "\n" + where(r))
	p.Add(lattice())
	var factors []float64
	for _, l := range r.Rows {
		if !slices.Contains(factors, l.X) {
			factors = append(factors, l.X)
		}
	}
	slices.Sort(factors)
	next := 0
	for _, name := range names(r.Rows) {
		var points plotter.XYs
		shade := color.Color(ours)
		mine := false
		for _, l := range r.Rows {
			if l.Who == name {
				points = append(points, plotter.XY{X: l.X, Y: l.Seconds})
				mine = l.Ours
			}
		}
		if !mine {
			shade = others[next%len(others)]
			next++
		}
		if err := curve(p, name, points, shade, mine); err != nil {
			return err
		}
	}
	p.X.Label.Text = "factors"
	var ticks plot.ConstantTicks
	for _, f := range factors {
		ticks = append(ticks, plot.Tick{Value: f, Label: strconv.Itoa(int(f))})
	}
	return logarithmic(p, ticks, "s an "+r.Per, path)
}

// names lists the contenders in their order.
func names(rows []row) []string {
	var all []string
	for _, l := range rows {
		if !slices.Contains(all, l.Who) {
			all = append(all, l.Who)
		}
	}
	return all
}

// curve adds a line with points.
func curve(p *plot.Plot, name string, points plotter.XYs, shade color.Color, strong bool) error {
	slices.SortFunc(points, func(a, b plotter.XY) int { return int(math.Copysign(1, a.X-b.X)) })
	l, dots, err := plotter.NewLinePoints(points)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	l.Color, l.Width = shade, vg.Points(1.5)
	if strong {
		l.Width = vg.Points(2.5)
	}
	dots.Color, dots.Shape, dots.Radius = shade, draw.CircleGlyph{}, vg.Points(3)
	p.Add(l, dots)
	p.Legend.Add(name, l, dots)
	return nil
}

// lattice is a quiet grid, to be added before the curves.
func lattice() *plotter.Grid {
	g := plotter.NewGrid()
	g.Horizontal, g.Vertical = grid, grid
	return g
}

// logarithmic saves a plot with two logarithmic axes and its legend at the upper
// left, where curves that rise leave room.
func logarithmic(p *plot.Plot, ticks plot.Ticker, y, path string) error {
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = ticks, decades{}
	p.X.Min, p.X.Max = p.X.Min*0.85, p.X.Max*1.15
	p.Y.Min, p.Y.Max = p.Y.Min*0.6, p.Y.Max*6
	p.Y.Label.Text = y + " (log scale)"
	p.Legend.Top, p.Legend.Left = true, true
	p.Legend.XOffs, p.Legend.YOffs = vg.Points(10), vg.Points(-24)
	p.Legend.Padding = vg.Points(2)
	return save(p, 16*vg.Centimeter, 11*vg.Centimeter, path)
}

// save writes a plot with a margin as PNG.
func save(p *plot.Plot, width, height vg.Length, path string) (err error) {
	const margin = 10
	c := vgimg.NewWith(vgimg.UseWH(width, height), vgimg.UseDPI(144))
	whole := draw.New(c)
	whole.FillPolygon(color.White, []vg.Point{whole.Min, {X: whole.Max.X, Y: whole.Min.Y}, whole.Max, {X: whole.Min.X, Y: whole.Max.Y}})
	p.Draw(draw.Crop(whole, margin, -margin, margin, -margin))
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if _, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(f); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// scaling draws the cost of jobs against the number of ratings, with what it
// would be if it grew in proportion from the smallest set.
func scaling(r result, path string) error {
	p := newPlot(r.Title + "\n" + where(r))
	p.Add(lattice())
	jobs := map[string]plotter.XYs{}
	var order []string
	for _, l := range r.Rows {
		job, _, _ := strings.Cut(l.Case, ",")
		if jobs[job] == nil {
			order = append(order, job)
		}
		jobs[job] = append(jobs[job], plotter.XY{X: l.X, Y: l.Seconds})
	}
	var ticks plot.ConstantTicks
	for i, job := range order {
		shade := color.Color(ours)
		if i > 0 {
			shade = others[i-1]
		}
		points := jobs[job]
		if err := curve(p, job, points, shade, false); err != nil {
			return err
		}
		first, last := points[0], points[len(points)-1]
		proportion, err := plotter.NewLine(plotter.XYs{first, {X: last.X, Y: first.Y * last.X / first.X}})
		if err != nil {
			return err
		}
		proportion.Color, proportion.Dashes = shade, []vg.Length{vg.Points(4), vg.Points(3)}
		p.Add(proportion)
		p.Legend.Add("in proportion to the smallest", proportion)
		if i == 0 {
			for _, xy := range points {
				ticks = append(ticks, plot.Tick{Value: xy.X, Label: count(xy.X)})
			}
		}
	}
	p.X.Label.Text = "ratings (log scale)"
	return logarithmic(p, ticks, "s", path)
}

// count writes 26024289 as 26m.
func count(x float64) string {
	switch {
	case x >= 1e6:
		return fmt.Sprintf("%.0fm", math.Floor(x/1e6))
	case x >= 1e3:
		return fmt.Sprintf("%.0fk", math.Floor(x/1e3))
	}
	return fmt.Sprint(x)
}

// decades are ticks of a logarithmic axis at 1, 2 and 5 times each power of ten,
// as plain numbers.
type decades struct{}

// Ticks implements plot.Ticker.
func (decades) Ticks(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for power := math.Floor(math.Log10(low)); power <= math.Log10(high); power++ {
		for _, m := range []float64{1, 2, 5} {
			v := m * math.Pow(10, power)
			if v >= low && v <= high {
				ticks = append(ticks, plot.Tick{Value: v, Label: strconv.FormatFloat(v, 'g', 4, 64)})
			}
		}
	}
	return ticks
}
