package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bep/imagemeta"
)

// Metadata is what is told of an image. It has no place for where a photo was
// taken. Texts are at most 100 bytes.
type Metadata struct {
	Name        string  `json:"name" doc:"of the file, as it was sent" example:"IMG_0042.jpg"`
	Format      string  `json:"format" enum:"JPEG,PNG,WebP,GIF,AVIF"`
	MediaType   string  `json:"media_type" example:"image/jpeg"`
	Bytes       int     `json:"bytes" doc:"of the file as it was sent"`
	Width       int     `json:"width" doc:"pixels, as the picture is shown upright"`
	Height      int     `json:"height" doc:"pixels, as the picture is shown upright"`
	Frames      int     `json:"frames,omitempty" doc:"of an animation; 2 where it has some more than one"`
	ColourModel string  `json:"colour_model" example:"YCbCr" doc:"grey, palette, RGB, YCbCr or CMYK"`
	Profile     string  `json:"colour_profile,omitempty" example:"Display P3"`
	BitDepth    int     `json:"bit_depth" doc:"bits of a channel"`
	Alpha       bool    `json:"alpha" doc:"it can be transparent"`
	Taken       string  `json:"taken,omitempty" example:"2024-05-01T18:30:00" doc:"by the camera's clock, ISO 8601 without a zone"`
	Modified    string  `json:"modified,omitempty" example:"2024-05-02T09:00:00" doc:"by the clock of who changed it, ISO 8601 without a zone"`
	Camera      string  `json:"camera,omitempty" example:"FUJIFILM X-T5"`
	Lens        string  `json:"lens,omitempty" example:"XF35mmF1.4 R"`
	Exposure    string  `json:"exposure,omitempty" example:"1/125 s"`
	Aperture    float64 `json:"aperture,omitempty" example:"2.8" doc:"f-number"`
	ISO         int     `json:"iso,omitempty" example:"400"`
	FocalLength float64 `json:"focal_length,omitempty" example:"35" doc:"millimetres"`
	Orientation int     `json:"orientation" minimum:"1" maximum:"8" doc:"how the camera was held, as EXIF counts it; what is served is upright"`
}

// readLimit bounds the time that reading metadata may take.
const readLimit = 2 * time.Second

// wanted lists the tags that are read, of EXIF and of XMP: which field each
// fills, earlier ones first. What isn't here is never looked at, GPS, IPTC and
// the names of places above all.
var wanted = map[string]string{
	"Make": "make", "Model": "model", "LensModel": "lens", "Lens": "lens",
	"DateTimeOriginal": "taken", "CreateDate": "created", "DateTimeDigitized": "created", "DateCreated": "created",
	"ModifyDate": "modified", "DateTime": "modified",
	"ExposureTime": "exposure", "FNumber": "aperture", "FocalLength": "focal",
	"ISO": "iso", "ISOSpeedRatings": "iso", "PhotographicSensitivity": "iso", "Orientation": "orientation",
}

// namespaces are those of XMP whose properties are read.
var namespaces = map[string]bool{
	"http://ns.adobe.com/tiff/1.0/": true, "http://ns.adobe.com/exif/1.0/": true, "http://cipa.jp/exif/1.0/": true, "http://ns.adobe.com/exif/1.0/aux/": true,
	"http://ns.adobe.com/xap/1.0/": true, "http://ns.adobe.com/photoshop/1.0/": true,
}

// maxBlock bounds EXIF and XMP in bytes; longer ones aren't read.
const maxBlock = 1 << 20

// readTags reads the wanted tags. Metadata that can't be read are as if they
// weren't there: many programs write faulty ones. The library gets the two
// blocks in a file of their own, so that it sees nothing of the container that
// was sent.
func readTags(exif, xmp []byte) map[string]any {
	if len(exif) > maxBlock {
		exif = nil
	}
	if len(xmp) > maxBlock {
		xmp = nil
	}
	if exif == nil && xmp == nil {
		return nil
	}
	collected := &tags{exif: map[string]any{}, xmp: map[string]any{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		// The error says what of the metadata is faulty, which nobody can mend.
		_, _ = imagemeta.Decode(imagemeta.Options{
			R: bytes.NewReader(containerOf(exif, xmp)), ImageFormat: imagemeta.WebP, Sources: imagemeta.EXIF | imagemeta.XMP,
			LimitNumTags: 2000, LimitTagSize: 4096, ShouldHandleTag: isWanted, HandleTag: collected.take,
		})
	}()
	limit := time.NewTimer(readLimit)
	defer limit.Stop()
	select {
	case <-done:
		return collected.joined()
	case <-limit.C:
		collected.stop.Store(true)
		return nil
	}
}

// containerOf puts the blocks into a WebP without a picture. Chunks have even
// lengths; zeros and spaces behind the two blocks mean nothing.
func containerOf(exif, xmp []byte) []byte {
	const hasXMP, hasEXIF = 4, 8
	header := make([]byte, 10)
	list := []byte{}
	if exif != nil {
		header[0] |= hasEXIF
		list = appendChunk(list, "EXIF", append(bytes.Clone(exif), make([]byte, len(exif)%2)...))
	}
	if xmp != nil {
		header[0] |= hasXMP
		list = appendChunk(list, "XMP ", append(bytes.Clone(xmp), strings.Repeat(" ", len(xmp)%2)...))
	}
	list = append(appendChunk(nil, "VP8X", header), list...)
	file := append([]byte("RIFF"), binary.LittleEndian.AppendUint32(nil, uint32(len(list)+4))...)
	return append(append(file, "WEBP"...), list...)
}

func isWanted(tag imagemeta.TagInfo) bool {
	if _, ok := wanted[tag.Tag]; !ok {
		return false
	}
	if tag.Source == imagemeta.XMP {
		return namespaces[tag.Namespace]
	}
	return tag.Namespace == "IFD0" || tag.Namespace == "IFD0/ExifIFDP"
}

// tags are the values found, by field.
type tags struct {
	exif, xmp map[string]any
	stop      atomic.Bool
}

func (t *tags) take(tag imagemeta.TagInfo) error {
	if t.stop.Load() {
		return imagemeta.ErrStopWalking
	}
	to := t.exif
	if tag.Source == imagemeta.XMP {
		if to = t.xmp; !isWanted(tag) {
			return nil
		}
	}
	if field := wanted[tag.Tag]; to[field] == nil {
		to[field] = tag.Value
	}
	return nil
}

// joined prefers EXIF, which the camera wrote, to XMP.
func (t *tags) joined() map[string]any {
	all := t.xmp
	for field, value := range t.exif {
		all[field] = value
	}
	return all
}

// fill takes the values of tags into the metadata.
func (m *Metadata) fill(tags map[string]any) {
	m.Camera = cameraName(text(tags["make"]), text(tags["model"]))
	m.Lens = text(tags["lens"])
	m.Taken = cleanTime(text(tags["taken"]))
	if m.Taken == "" {
		m.Taken = cleanTime(text(tags["created"]))
	}
	if modified := cleanTime(text(tags["modified"])); modified != "" {
		m.Modified = modified
	}
	if seconds := number(tags["exposure"]); seconds > 0 && seconds < 86400 {
		m.Exposure = exposureText(seconds)
	}
	if f := number(tags["aperture"]); f > 0 && f < 1000 {
		m.Aperture = math.Round(f*10) / 10
	}
	if iso := number(tags["iso"]); iso >= 1 && iso < 1e8 {
		m.ISO = int(iso)
	}
	if mm := number(tags["focal"]); mm > 0 && mm < 1e5 {
		m.FocalLength = math.Round(mm*10) / 10
	}
	if m.Orientation == 0 {
		m.Orientation = 1
		if o := number(tags["orientation"]); o >= 1 && o <= 8 {
			m.Orientation = int(o)
		}
	}
}

// cameraName joins make and model, which often begins with the make.
func cameraName(maker, model string) string {
	first, _, _ := strings.Cut(maker, " ")
	if maker == "" || strings.HasPrefix(strings.ToLower(model), strings.ToLower(first)) {
		return model
	}
	return cleanText(maker + " " + model)
}

func exposureText(seconds float64) string {
	if seconds < 0.3 {
		return fmt.Sprintf("1/%.0f s", 1/seconds)
	}
	return strconv.FormatFloat(math.Round(seconds*10)/10, 'f', -1, 64) + " s"
}

// text reads a value that may be a text or a list of them.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return cleanText(v)
	case []string:
		if len(v) > 0 {
			return cleanText(v[0])
		}
	case time.Time:
		return v.Format("2006-01-02T15:04:05")
	}
	return ""
}

// number reads a value that may be of any kind of number, or a text of one:
// "0.008", "1/125", or the first of several. What is none is 0.
func number(value any) float64 {
	switch v := value.(type) {
	case nil:
		return 0
	case interface{ Float64() float64 }:
		return finite(v.Float64())
	case float64:
		return finite(v)
	case []string:
		if len(v) > 0 {
			return number(v[0])
		}
		return 0
	case string:
		above, below, divided := strings.Cut(strings.TrimSpace(v), "/")
		f, err := strconv.ParseFloat(above, 64)
		if err != nil {
			return 0
		}
		if divided {
			d, err := strconv.ParseFloat(below, 64)
			if err != nil || d == 0 {
				return 0
			}
			f /= d
		}
		return finite(f)
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float32:
		f, err := strconv.ParseFloat(fmt.Sprint(v), 64)
		if err != nil {
			return 0
		}
		return finite(f)
	}
	return 0
}

func finite(f float64) float64 {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}
