package poster

import (
	"fmt"
	"math"
	"strings"
)

// palette is a family of colours: the sky from high to low, two shades for the
// motif, one that stands out, and the dark behind the writing.
type palette struct{ high, low, light, deep, accent, ink string }

// style is what a genre looks like.
type style struct {
	palettes []palette
	motif    func(d *drawing)
}

// styleOf finds the style of the first genre that has one, and the name to show.
func styleOf(genres []string) (string, style) {
	for _, g := range genres {
		if s, ok := styles[genreKey(g)]; ok {
			return shown(g, 30), s
		}
	}
	name := ""
	if len(genres) > 0 {
		name = shown(genres[0], 30)
	}
	return name, plain
}

// genreKey brings the spellings of MovieLens and TMDB together.
func genreKey(genre string) string {
	key := strings.ToLower(strings.TrimSpace(genre))
	switch key {
	case "sci-fi", "science-fiction", "scifi":
		return "science fiction"
	case "children's", "children", "kids":
		return "family"
	case "musical":
		return "music"
	case "film-noir", "noir":
		return "film noir"
	case "biography":
		return "history"
	}
	return key
}

var plain = style{[]palette{
	{"#3d5a80", "#1b263b", "#98c1d9", "#293f5c", "#ffd166", "#0d1320"},
	{"#6d597a", "#355070", "#eaac8b", "#42425f", "#ffcb9a", "#17152a"},
}, circles}

var styles = map[string]style{
	"action":          {[]palette{{"#ff7b39", "#a11d33", "#ffd29d", "#6a0f2b", "#ffd23f", "#1c070f"}, {"#f25c54", "#461220", "#ffb4a2", "#7b1e2e", "#ffe066", "#170509"}}, rays},
	"adventure":       {[]palette{{"#f6bd60", "#2a6f6f", "#f7ede2", "#1b4b4d", "#ffe3a3", "#0a2022"}, {"#ee9b00", "#005f73", "#e9d8a6", "#0a4451", "#ffd480", "#04212a"}}, ridges},
	"animation":       {[]palette{{"#ff70a6", "#5f4bb6", "#ffd670", "#8a4fc9", "#e9ff70", "#1f1147"}, {"#70d6ff", "#3a5bd9", "#ff9770", "#5a77f0", "#ffe45e", "#101d57"}}, bubbles},
	"comedy":          {[]palette{{"#ffd166", "#ef476f", "#fff1c9", "#f78c6b", "#ffe8a3", "#3c0d22"}, {"#ffe066", "#f48c06", "#fff3b0", "#f25f3a", "#fff3b0", "#3a1503"}}, confetti},
	"crime":           {[]palette{{"#4a4e69", "#15161f", "#c9ada7", "#22223b", "#ff5d5d", "#08080d"}, {"#355c5a", "#101c20", "#b7c9c2", "#1c3336", "#f2a65a", "#060c0e"}}, blinds},
	"documentary":     {[]palette{{"#588b8b", "#223843", "#dfe9e4", "#35586a", "#ffd5c2", "#0d181e"}, {"#8d99ae", "#2b2d42", "#edf2f4", "#4a5068", "#f6bd60", "#10111c"}}, contours},
	"drama":           {[]palette{{"#b5838d", "#3b2c4a", "#ffcdb2", "#6d4b6e", "#ffb4a2", "#150d1e"}, {"#7f9c96", "#253441", "#e5d4b8", "#47606a", "#f2cc8f", "#0c141a"}}, horizon},
	"family":          {[]palette{{"#90e0ef", "#0077b6", "#ffe8a3", "#48a9d6", "#ffe066", "#032b4a"}, {"#b8e986", "#2d8a5f", "#fff5c2", "#5bb574", "#fff07c", "#08301f"}}, bubbles},
	"fantasy":         {[]palette{{"#9d4edd", "#240046", "#e0aaff", "#5a189a", "#ffd6ff", "#12002a"}, {"#43aa8b", "#1d2d5c", "#c7f9cc", "#2f6b7a", "#d9f99d", "#0a1130"}}, moon},
	"film noir":       {[]palette{{"#8a8a8a", "#151515", "#e6e6e6", "#333333", "#f5f5f5", "#050505"}, {"#6f7378", "#0e1013", "#d5d9de", "#2a2e33", "#ffe9b0", "#040506"}}, blinds},
	"history":         {[]palette{{"#c8a26a", "#4a2f1b", "#f1dfbd", "#7b5230", "#ffe2a8", "#1c1008"}, {"#a98467", "#432818", "#f0ead2", "#6c4a33", "#f4d58d", "#180d06"}}, arches},
	"horror":          {[]palette{{"#7a0c1e", "#0b0508", "#d9485f", "#33060e", "#ff5964", "#060203"}, {"#3d5a45", "#070d0a", "#a3c4a8", "#14241a", "#c6ff8f", "#030604"}}, trees},
	"music":           {[]palette{{"#f72585", "#3a0ca3", "#4cc9f0", "#7209b7", "#ffcaf0", "#12033a"}, {"#ff9e00", "#6a040f", "#ffe5a0", "#b3430e", "#ffd166", "#250106"}}, waves},
	"mystery":         {[]palette{{"#4f6d7a", "#16202b", "#c0d6df", "#2b3f4d", "#f4d35e", "#080d13"}, {"#5e548e", "#171229", "#be95c4", "#342b58", "#ffdf80", "#0a0714"}}, spiral},
	"romance":         {[]palette{{"#ff8fa3", "#a4133c", "#fff0f3", "#d13a62", "#ffd9e0", "#33020f"}, {"#f4a6b7", "#6b2d5c", "#ffe5ec", "#a8507b", "#ffd6ba", "#210a1c"}}, suns},
	"science fiction": {[]palette{{"#3a86ff", "#0b0b3b", "#8ecae6", "#1d2f82", "#7df9ff", "#05051f"}, {"#2ec4b6", "#0b1e3b", "#cbf3f0", "#145374", "#9dffec", "#040c1c"}}, planet},
	"thriller":        {[]palette{{"#e36414", "#0f1a24", "#fb8b24", "#3b2a2a", "#ffb703", "#070c11"}, {"#3c6e71", "#13181c", "#d9d9d9", "#284b63", "#ff6b6b", "#07090b"}}, shards},
	"war":             {[]palette{{"#a5a58d", "#3f4238", "#ddbea9", "#6b705c", "#ffd6a5", "#181a14"}, {"#b08968", "#3b2f2a", "#e6ccb2", "#6d4c3d", "#ffb703", "#171110"}}, ridges},
	"western":         {[]palette{{"#ffb26b", "#8c3b1f", "#ffe0a8", "#b5562b", "#ffe39f", "#2a0e06"}, {"#f4a261", "#6b2d1a", "#ffddb0", "#a44a2a", "#fff0b3", "#200b05"}}, mesas},
}

// circles is the motif of films without a known genre.
func circles(d *drawing) {
	x, y := d.between(180, 420), d.between(240, 380)
	for i := 5; i > 0; i-- {
		shade := d.palette.light
		if i%2 == 0 {
			shade = d.palette.deep
		}
		d.put(`<circle cx="%.0f" cy="%.0f" r="%d" fill="%s" opacity="%.2f"/>`, x, y, i*62, shade, 0.95-0.12*float64(i))
	}
}

func rays(d *drawing) {
	x, y := d.between(210, 390), d.between(330, 460)
	turn := d.between(0, math.Pi)
	const n = 13
	for i := range n {
		a := turn + 2*math.Pi*float64(i)/n
		w := d.between(0.07, 0.17)
		d.put(`<path d="M%.0f %.0fL%.0f %.0fL%.0f %.0fZ" fill="%s" opacity="%.2f"/>`, x, y, x+1200*math.Cos(a-w), y+1200*math.Sin(a-w), x+1200*math.Cos(a+w), y+1200*math.Sin(a+w), d.palette.light, d.between(0.16, 0.42))
	}
	d.put(`<circle cx="%.0f" cy="%.0f" r="118" fill="%s"/><circle cx="%.0f" cy="%.0f" r="84" fill="%s"/>`, x, y, d.palette.accent, x, y, d.palette.light)
}

// ridge is a line of hills from left to right, filled to the bottom.
func (d *drawing) ridge(base, height float64, peaks int, fill string, opacity float64) {
	var path strings.Builder
	fmt.Fprintf(&path, "M0 %d L0 %.0f", Height, base-d.between(0, height/2))
	for i := 1; i <= 2*peaks; i++ {
		x := float64(Width) * float64(i) / float64(2*peaks)
		y := base - d.between(0, height*0.3)
		if i%2 == 1 {
			y = base - d.between(height*0.6, height)
			x += d.between(-20, 20)
		}
		fmt.Fprintf(&path, " L%.0f %.0f", x, y)
	}
	d.put(`<path d="%s L%d %d Z" fill="%s" opacity="%.2f"/>`, path.String(), Width, Height, fill, opacity)
}

func ridges(d *drawing) {
	d.put(`<circle cx="%.0f" cy="%.0f" r="%.0f" fill="%s"/>`, d.between(140, 460), d.between(170, 260), d.between(60, 90), d.palette.light)
	d.ridge(430, 190, 3, d.palette.light, 0.28)
	d.ridge(520, 190, 4, d.palette.deep, 0.6)
	d.ridge(640, 180, 3, d.palette.deep, 1)
}

func bubbles(d *drawing) {
	for i := range 16 {
		shade := []string{d.palette.light, d.palette.accent, d.palette.deep}[i%3]
		r := d.between(22, 112)
		x, y := d.between(0, Width), d.between(20, 620)
		d.put(`<circle cx="%.0f" cy="%.0f" r="%.0f" fill="%s" opacity="%.2f"/>`, x, y, r, shade, d.between(0.45, 0.9))
		d.put(`<circle cx="%.0f" cy="%.0f" r="%.0f" fill="#fff" opacity="0.35"/>`, x-r*0.35, y-r*0.35, r*0.2)
	}
}

func confetti(d *drawing) {
	d.put(`<circle cx="%.0f" cy="330" r="190" fill="%s" opacity="0.55"/>`, d.between(230, 370), d.palette.light)
	for i := range 44 {
		shade := []string{d.palette.light, d.palette.accent, d.palette.deep, "#ffffff"}[i%4]
		x, y, a := d.between(0, Width), d.between(0, 640), d.between(0, 180)
		if i%3 == 0 {
			d.put(`<circle cx="%.0f" cy="%.0f" r="%.0f" fill="%s"/>`, x, y, d.between(7, 17), shade)
			continue
		}
		d.put(`<rect x="%.0f" y="%.0f" width="%.0f" height="14" rx="4" transform="rotate(%.0f %.0f %.0f)" fill="%s"/>`, x, y, d.between(28, 60), a, x, y, shade)
	}
}

func blinds(d *drawing) {
	d.put(`<circle cx="%.0f" cy="%.0f" r="170" fill="%s" opacity="0.9"/>`, d.between(200, 400), d.between(250, 350), d.palette.light)
	tilt := d.between(-14, 14)
	d.put(`<g transform="rotate(%.1f 300 400)">`, tilt)
	gap := d.between(46, 62)
	for y := -140.0; y < 1000; y += gap {
		d.put(`<rect x="-200" y="%.0f" width="1000" height="%.0f" fill="%s" opacity="0.88"/>`, y, gap*0.52, d.palette.deep)
	}
	d.put(`</g>`)
}

func contours(d *drawing) {
	x, y, turn := d.between(220, 380), d.between(280, 400), d.between(0, 6)
	for i := 11; i > 0; i-- {
		var path strings.Builder
		r := float64(i) * 44
		for step := range 48 {
			a := 2 * math.Pi * float64(step) / 48
			rr := r * (1 + 0.13*math.Sin(3*a+turn) + 0.07*math.Sin(5*a+turn*2+float64(i)/5))
			command := "L"
			if step == 0 {
				command = "M"
			}
			fmt.Fprintf(&path, "%s%.0f %.0f", command, x+rr*math.Cos(a), y+rr*math.Sin(a))
		}
		fill := "none"
		if i == 1 {
			fill = d.palette.accent
		}
		d.put(`<path d="%sZ" fill="%s" stroke="%s" stroke-width="4" opacity="%.2f"/>`, path.String(), fill, d.palette.light, 0.95-0.06*float64(i))
	}
}

func horizon(d *drawing) {
	x, y := d.between(190, 410), d.between(330, 420)
	d.put(`<circle cx="%.0f" cy="%.0f" r="158" fill="%s"/>`, x, y, d.palette.light)
	d.put(`<rect y="%.0f" width="%d" height="600" fill="%s"/>`, y+40, Width, d.palette.deep)
	for i := range 9 {
		w := 300 - float64(i)*26 + d.between(-40, 40)
		d.put(`<rect x="%.0f" y="%.0f" width="%.0f" height="7" rx="3.5" fill="%s" opacity="%.2f"/>`, x-w/2+d.between(-18, 18), y+58+float64(i)*24, w, d.palette.light, 0.8-0.07*float64(i))
	}
}

// stars scatters points above a height.
func (d *drawing) stars(n int, below float64) {
	for range n {
		d.put(`<circle cx="%.0f" cy="%.0f" r="%.1f" fill="#fff" opacity="%.2f"/>`, d.between(0, Width), d.between(0, below), d.between(0.8, 2.6), d.between(0.35, 0.95))
	}
}

func moon(d *drawing) {
	d.stars(50, 600)
	x, y, r := d.between(230, 370), d.between(230, 300), d.between(120, 150)
	d.put(`<circle cx="%.0f" cy="%.0f" r="%.0f" fill="%s" opacity="0.16"/><circle cx="%.0f" cy="%.0f" r="%.0f" fill="%s"/>`, x, y, r*1.5, d.palette.light, x, y, r, d.palette.light)
	base := 690.0
	d.ridge(base, 170, 5, d.palette.deep, 0.75)
	left := d.between(170, 250)
	for i := range 5 { // the towers of a castle
		tx, h := left+float64(i)*52, d.between(130, 300)
		if i == 2 {
			h = 340
		}
		top := base - h
		d.put(`<path d="M%.0f %.0fV%.0fL%.0f %.0fL%.0f %.0fV%.0fZ" fill="%s"/>`, tx, base+200, top, tx+23, top-68, tx+46, top, base+200, d.palette.ink)
		d.put(`<rect x="%.0f" y="%.0f" width="10" height="20" rx="5" fill="%s"/>`, tx+18, top+26, d.palette.accent)
	}
}

func arches(d *drawing) {
	n := 2 + d.random.IntN(2)
	width := float64(Width) / float64(n)
	for row := range 3 {
		y := 130 + float64(row)*205
		for i := range n {
			x := float64(i)*width + width*0.16
			w := width * 0.68
			d.put(`<path d="M%.0f %.0fV%.0fA%.0f %.0f 0 0 1 %.0f %.0fV%.0fZ" fill="%s" opacity="%.2f"/>`, x, y+175, y+60, w/2, w/2*0.9, x+w, y+60, y+175, d.palette.deep, 0.92)
			if d.random.IntN(4) == 0 {
				d.put(`<circle cx="%.0f" cy="%.0f" r="%.0f" fill="%s"/>`, x+w/2, y+90, w*0.2, d.palette.accent)
			}
		}
		d.put(`<rect y="%.0f" width="%d" height="9" fill="%s" opacity="0.8"/>`, y+183, Width, d.palette.light)
	}
}

func trees(d *drawing) {
	d.put(`<circle cx="%.0f" cy="%.0f" r="%.0f" fill="%s"/>`, d.between(200, 400), d.between(220, 300), d.between(105, 140), d.palette.light)
	for layer := range 2 {
		shade := []string{d.palette.deep, d.palette.ink}[layer]
		for i := range 8 {
			x := float64(i)*85 + d.between(-34, 34)
			w, lean := d.between(7, 17)*float64(1+layer), d.between(-30, 30)
			d.put(`<path d="M%.0f 900L%.0f -20H%.0fL%.0f 900Z" fill="%s"/>`, x, x+lean, x+lean+w*0.5, x+w, shade)
			for range 3 { // bare branches
				y, length := d.between(90, 560), d.between(40, 130)*float64(1-2*d.random.IntN(2))
				bx := x + lean*(1-y/900) + w/2
				d.put(`<path d="M%.0f %.0fQ%.0f %.0f %.0f %.0f" stroke="%s" stroke-width="%.1f" fill="none" stroke-linecap="round"/>`, bx, y, bx+length*0.4, y-10, bx+length, y-d.between(40, 110), shade, w*0.3)
			}
		}
	}
}

func waves(d *drawing) {
	for i := range 9 {
		var path strings.Builder
		y := 130 + float64(i)*58
		high, phase := d.between(24, 74), d.between(0, 6)
		fmt.Fprintf(&path, "M-20 %.0f", y)
		for x := 0.0; x <= 640; x += 20 {
			envelope := math.Sin(math.Pi * (x + 20) / 680)
			fmt.Fprintf(&path, "L%.0f %.0f", x, y+high*envelope*math.Sin(x/48+phase))
		}
		shade := []string{d.palette.light, d.palette.accent, d.palette.deep}[i%3]
		d.put(`<path d="%s" fill="none" stroke="%s" stroke-width="%.0f" stroke-linecap="round" opacity="0.85"/>`, path.String(), shade, d.between(6, 16))
	}
}

func spiral(d *drawing) {
	x, y, turn := d.between(240, 360), d.between(300, 370), d.between(0, 6)
	var path strings.Builder
	fmt.Fprintf(&path, "M%.0f %.0f", x, y)
	for i := 1; i < 150; i++ {
		a := turn + float64(i)*0.24
		r := 1.05 * math.Pow(float64(i), 1.17)
		fmt.Fprintf(&path, "L%.0f %.0f", x+r*math.Cos(a), y+r*math.Sin(a))
	}
	d.put(`<path d="%s" fill="none" stroke="%s" stroke-width="17" stroke-linecap="round" opacity="0.75"/>`, path.String(), d.palette.light)
	d.put(`<circle cx="%.0f" cy="%.0f" r="26" fill="%s"/>`, x, y, d.palette.accent)
}

func suns(d *drawing) {
	x, y, r := d.between(235, 265), d.between(300, 360), d.between(135, 160)
	d.put(`<circle cx="%.0f" cy="%.0f" r="%.0f" fill="%s" opacity="0.85"/>`, x, y, r, d.palette.light)
	d.put(`<circle cx="%.0f" cy="%.0f" r="%.0f" fill="%s" opacity="0.8"/>`, x+r*0.72, y+d.between(20, 60), r, d.palette.deep)
	for i := range 14 {
		s := d.between(9, 24)
		hx, hy := d.between(30, 570), d.between(40, 640)
		d.put(`<path transform="translate(%.0f %.0f) rotate(%.0f) scale(%.2f)" d="M0 8C-14 -4 -8 -14 0 -7C8 -14 14 -4 0 8Z" fill="%s" opacity="%.2f"/>`, hx, hy, d.between(-25, 25), s/9, []string{d.palette.light, d.palette.accent}[i%2], d.between(0.5, 0.95))
	}
}

func planet(d *drawing) {
	d.stars(80, 760)
	x, y, r := d.between(230, 370), d.between(290, 380), d.between(135, 175)
	tilt := d.between(-28, 28)
	ring := func(sweep string) {
		d.put(`<path d="M%.0f %.0fA%.0f %.0f 0 0 %s %.0f %.0f" transform="rotate(%.0f %.0f %.0f)" fill="none" stroke="%s" stroke-width="13" opacity="0.9"/>`, x-r*1.65, y, r*1.65, r*0.42, sweep, x+r*1.65, y, tilt, x, y, d.palette.accent)
	}
	ring("1") // behind
	d.put(`<circle cx="%.0f" cy="%.0f" r="%.0f" fill="%s"/>`, x, y, r, d.palette.deep)
	d.put(`<clipPath id="globe"><circle cx="%.0f" cy="%.0f" r="%.0f"/></clipPath><g clip-path="url(#globe)" transform="rotate(%.0f %.0f %.0f)">`, x, y, r, tilt, x, y)
	for i := range 6 {
		d.put(`<rect x="%.0f" y="%.0f" width="%.0f" height="%.0f" fill="%s" opacity="%.2f"/>`, x-r*1.5, y-r+float64(i)*r*0.36, r*3, d.between(10, 44), d.palette.light, d.between(0.15, 0.5))
	}
	d.put(`<circle cx="%.0f" cy="%.0f" r="%.0f" fill="%s" opacity="0.5"/></g>`, x+r*0.75, y+r*0.3, r*1.15, d.palette.ink)
	ring("0") // in front
	d.put(`<circle cx="%.0f" cy="%.0f" r="%.0f" fill="%s"/>`, d.between(60, 540), d.between(70, 130), d.between(14, 30), d.palette.light)
}

func shards(d *drawing) {
	x, y := d.between(230, 370), d.between(270, 380)
	const n = 11
	turn := d.between(0, 1)
	for i := range n {
		a, b := turn+2*math.Pi*float64(i)/n, turn+2*math.Pi*(float64(i)+d.between(0.55, 0.98))/n
		inner, outer := d.between(18, 70), d.between(300, 620)
		d.put(`<path d="M%.0f %.0fL%.0f %.0fL%.0f %.0fZ" fill="%s" opacity="%.2f"/>`, x+inner*math.Cos((a+b)/2), y+inner*math.Sin((a+b)/2), x+outer*math.Cos(a), y+outer*math.Sin(a), x+outer*math.Cos(b), y+outer*math.Sin(b),
			[]string{d.palette.light, d.palette.deep, d.palette.light}[i%3], d.between(0.45, 0.9))
	}
	d.put(`<circle cx="%.0f" cy="%.0f" r="30" fill="%s"/>`, x, y, d.palette.accent)
}

func mesas(d *drawing) {
	x, y := d.between(160, 440), d.between(300, 380)
	for i := 4; i > 0; i-- {
		d.put(`<circle cx="%.0f" cy="%.0f" r="%d" fill="%s" opacity="%.2f"/>`, x, y, 80+i*34, d.palette.light, 0.5-0.1*float64(i))
	}
	d.put(`<circle cx="%.0f" cy="%.0f" r="92" fill="%s"/>`, x, y, d.palette.light)
	for i := range 3 {
		left, w, top := float64(i)*210-60+d.between(-30, 30), d.between(130, 190), d.between(400, 480)
		d.put(`<path d="M%.0f 900L%.0f %.0fH%.0fL%.0f 900Z" fill="%s" opacity="0.9"/>`, left-40, left, top, left+w, left+w+40, d.palette.deep)
	}
	d.ridge(640, 60, 3, d.palette.low, 1)
	cx := d.between(90, 510) // a cactus
	d.put(`<path d="M%.0f 690V%d M%.0f 610h-40v-50 M%.0f 585h38v-44" stroke="%s" stroke-width="24" fill="none" stroke-linecap="round" stroke-linejoin="round"/>`, cx, 500, cx, cx, d.palette.ink)
}
