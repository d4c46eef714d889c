package media

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestInspectReadsAPhoto(t *testing.T) {
	data := photo(t, 300, 200, 6)
	in, err := NewProcessor(1).Inspect(t.Context(), data, `C:\photos\..\IMG_0042.jpg`)
	require.NoError(t, err)
	require.Equal(t, Key(data), in.Key)
	require.Equal(t, Metadata{
		Name: "IMG_0042.jpg", Format: "JPEG", MediaType: "image/jpeg", Bytes: len(data), Width: 200, Height: 300,
		ColourModel: "YCbCr", BitDepth: 8, Taken: "2024-05-01T18:30:00", Modified: "2024-05-02T09:00:00",
		Camera: "FUJIFILM X-T5", Lens: "XF35mmF1.4 R", Exposure: "1/125 s", Aperture: 2.8, ISO: 400, FocalLength: 35, Orientation: 6,
	}, in.Metadata)
	requireNoPosition(t, in.Clean)
}

// requireNoPosition checks that bytes don't hold the position in any form.
func requireNoPosition(t *testing.T, data []byte) {
	t.Helper()
	for _, s := range secrets() {
		require.False(t, bytes.Contains(data, s), "%q is still there", s)
	}
}

func TestTheTestPhotosHoldThePosition(t *testing.T) {
	data := photo(t, 30, 20, 1)
	for _, s := range secrets() {
		require.True(t, bytes.Contains(data, s), "%q isn't in the photo, so that its absence would show nothing", s)
	}
}

func TestInspectKnowsEveryFormat(t *testing.T) {
	half := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for i := range half.Pix {
		half.Pix[i] = 128
	}
	deep := image.NewNRGBA64(image.Rect(0, 0, 40, 30))
	still := webpLossless(40, 30, color.NRGBA{200, 10, 20, 255})
	anmf := append([]byte{0, 0, 0, 0, 0, 0, 39, 0, 0, 29, 0, 0, 10, 0, 0, 0}, still[12:]...)
	animated := withChunks(append(bytes.Clone(still[:12]), appendChunk(nil, "ANIM", make([]byte, 6))...), 40, 30, 2, [2]string{"ANMF", string(anmf)}, [2]string{"ANMF", string(anmf)})
	actl := chunk("acTL", []byte{0, 0, 0, 3, 0, 0, 0, 0})
	cases := map[string]struct {
		data []byte
		want Metadata
	}{
		"JPEG":           {jpegOf(t, picture(40, 30)), Metadata{Format: "JPEG", ColourModel: "YCbCr", BitDepth: 8}},
		"grey JPEG":      {jpegOf(t, image.NewGray(image.Rect(0, 0, 40, 30))), Metadata{Format: "JPEG", ColourModel: "grey", BitDepth: 8}},
		"PNG":            {pngOf(t, picture(40, 30)), Metadata{Format: "PNG", ColourModel: "RGB", BitDepth: 8}},
		"PNG with alpha": {pngOf(t, half), Metadata{Format: "PNG", ColourModel: "RGB", BitDepth: 8, Alpha: true}},
		"deep PNG":       {pngOf(t, deep), Metadata{Format: "PNG", ColourModel: "RGB", BitDepth: 16, Alpha: true}},
		"animated PNG":   {withPNGChunks(pngOf(t, picture(40, 30)), actl, chunk("tIME", []byte{7, 232, 5, 2, 9, 0, 0})), Metadata{Format: "PNG", ColourModel: "RGB", BitDepth: 8, Frames: 3, Modified: "2024-05-02T09:00:00"}},
		"GIF":            {gifOf(t, 40, 30, 1), Metadata{Format: "GIF", ColourModel: "palette", BitDepth: 8}},
		"animated GIF":   {gifOf(t, 40, 30, 5), Metadata{Format: "GIF", ColourModel: "palette", BitDepth: 8, Frames: 5}},
		"WebP":           {still, Metadata{Format: "WebP", ColourModel: "RGB", BitDepth: 8}},
		"animated WebP":  {animated, Metadata{Format: "WebP", ColourModel: "RGB", BitDepth: 8, Frames: 2}},
		"AVIF":           {avifOf(t, picture(40, 30)), Metadata{Format: "AVIF", ColourModel: "YCbCr", BitDepth: 8}},
		"AVIF, alpha":    {avifOf(t, half), Metadata{Format: "AVIF", ColourModel: "YCbCr", BitDepth: 8, Alpha: true}},
		"photo":          {withSegments(jpegOf(t, picture(40, 30)), segment(0xE2, append([]byte("ICC_PROFILE\x00\x01\x01"), icc("Display P3")...))), Metadata{Format: "JPEG", ColourModel: "YCbCr", BitDepth: 8, Profile: "Display P3"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			in, err := NewProcessor(1).Inspect(t.Context(), c.data, "x")
			require.NoError(t, err)
			want := c.want
			want.Name, want.MediaType, want.Bytes, want.Width, want.Height, want.Orientation = "x", "image/"+strings.ToLower(want.Format), len(c.data), 40, 30, 1
			require.Equal(t, want, in.Metadata)
			again, err := NewProcessor(1).Inspect(t.Context(), in.Clean, "x")
			require.NoError(t, err, "the clean copy is an image, too")
			require.Equal(t, in.Clean, again.Clean, "and nothing is left to take out")
		})
	}
}

// icc is a colour profile with a description alone.
func icc(name string) []byte {
	var text []byte
	for _, r := range name {
		text = binary.BigEndian.AppendUint16(text, uint16(r))
	}
	body := append([]byte("mluc\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x0cenUS"), binary.BigEndian.AppendUint32(nil, uint32(len(text)))...)
	body = append(append(body, 0, 0, 0, 28), text...)
	tags := append([]byte("\x00\x00\x00\x01desc"), binary.BigEndian.AppendUint32([]byte{0, 0, 0, 144}, uint32(len(body)))...)
	return append(append(make([]byte, 128), tags...), body...)
}

func TestMetadataOfEveryContainer(t *testing.T) {
	exif := tiffExif(6)
	still := webpLossless(40, 30, color.NRGBA{200, 10, 20, 255})
	cases := map[string]struct {
		data        []byte
		orientation int
	}{
		"PNG":  {withPNGChunks(pngOf(t, picture(40, 30)), chunk("eXIf", exif), chunk("tEXt", []byte("Comment\x00Paris"))), 6},
		"WebP": {withChunks(still, 40, 30, 8, [2]string{"EXIF", string(exif)}), 6},
		"AVIF": {avifWithExif(t, avifOf(t, picture(40, 30)), exif), 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			require.True(t, bytes.Contains(c.data, secrets()[0]))
			in, err := NewProcessor(1).Inspect(t.Context(), c.data, "x")
			require.NoError(t, err)
			require.Equal(t, "FUJIFILM X-T5", in.Metadata.Camera)
			require.Equal(t, "2024-05-01T18:30:00", in.Metadata.Taken)
			require.Equal(t, c.orientation, in.Metadata.Orientation)
			requireNoPosition(t, in.Clean)
		})
	}
}

func TestMetadataOfXMP(t *testing.T) {
	data := withSegments(jpegOf(t, picture(30, 20)), segment(0xE1, append([]byte("http://ns.adobe.com/xap/1.0/\x00"), xmpPacket...)))
	in, err := NewProcessor(1).Inspect(t.Context(), data, "x")
	require.NoError(t, err)
	require.Equal(t, "Canon EOS R5", in.Metadata.Camera)
	require.Equal(t, "2023-07-01T10:20:30", in.Metadata.Taken, "without the zone")
	requireNoPosition(t, in.Clean)

	data = withPNGChunks(pngOf(t, picture(30, 20)), chunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"+xmpPacket)))
	in, err = NewProcessor(1).Inspect(t.Context(), data, "x")
	require.NoError(t, err)
	require.Equal(t, "Canon EOS R5", in.Metadata.Camera)
	requireNoPosition(t, in.Clean)
}

func TestOrientationOfAVIF(t *testing.T) {
	file := avifOf(t, picture(40, 30))
	irot, imir := func(angle byte) []byte { return box("irot", []byte{angle}) }, func(axis byte) []byte { return box("imir", []byte{axis}) }
	for want, extra := range map[int][][]byte{
		2: {imir(1)}, 3: {irot(2)}, 4: {imir(0)}, 5: {irot(1), imir(0)}, 6: {irot(3)}, 7: {irot(3), imir(0)}, 8: {irot(1)},
	} {
		in, err := NewProcessor(1).Inspect(t.Context(), avifWithExif(t, file, tiffExif(3), extra...), "x")
		require.NoError(t, err)
		require.Equal(t, want, in.Metadata.Orientation)
	}
}

func TestInspectRefuses(t *testing.T) {
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	_, err := z.Create("evil.html")
	require.NoError(t, err)
	require.NoError(t, z.Close())
	jpg, pn, gf, av := photo(t, 64, 48, 1), pngOf(t, picture(64, 48)), gifOf(t, 64, 48, 2), avifOf(t, picture(64, 48))
	wp := webpLossless(64, 48, color.NRGBA{1, 2, 3, 255})
	cases := map[string]struct {
		data   []byte
		reason string
	}{
		"nothing":             {nil, "empty"},
		"too many bytes":      {append(bytes.Clone(jpg), make([]byte, MaxBytes)...), "10 MiB"},
		"SVG":                 {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "image/svg+xml"},
		"HTML":                {[]byte("<!DOCTYPE html><script>alert(1)</script>"), "text/html"},
		"PDF":                 {[]byte("%PDF-1.7\n"), "application/pdf"},
		"TIFF":                {tiffExif(1), "image/tiff"},
		"50,000 pixels":       {pngHeader(50_000, 50_000), "at most 12000 a side"},
		"huge PNG":            {pngHeader(1<<31-1, 1<<31-1), "at most 12000 a side"},
		"negative PNG":        {pngHeader(1<<32-1, 1), "damaged"},
		"many pixels":         {pngHeader(11_000, 11_000), "50 million"},
		"no pixels":           {pngHeader(0, 7), "no pixels"},
		"deep and interlaced": {deepInterlaced(), "too much memory"},
		"JPEG of a comment":   {withSegments(jpg, segment(0xFE, archive.Bytes()))[:40], "ends before"},
		"archive in a JPEG's comment": {
			append(withSegments(jpg[:len(jpg)-2], segment(0xFE, bytes.Repeat([]byte{'x'}, 10))), append(segment(0xFE, archive.Bytes()), 0xFF, 0xD9)...), "archive"},
		"PDF in a comment": {withSegments(jpg, segment(0xFE, []byte("%PDF-1.4"))), "application/pdf"},
		"MPF with a page":  {append(withSegments(jpg, segment(0xE2, []byte("MPF\x00"))), "<script>"...), "follow the end"},
	}
	for name, file := range map[string][]byte{"JPEG": jpg, "PNG": pn, "GIF": gf, "WebP": wp, "AVIF": av} {
		for kind, tail := range map[string]string{"archive": archive.String(), "page": "<html><script>alert(1)</script>", "script": "*/alert(1)//"} {
			cases[name+" and "+kind] = struct {
				data   []byte
				reason string
			}{append(bytes.Clone(file), tail...), ""}
		}
		for _, part := range []int{2, 3} {
			cases[name+" in part "+string(rune('0'+part))] = struct {
				data   []byte
				reason string
			}{file[:len(file)*(part-1)/part], ""}
		}
		cases[name+" without its last byte"] = struct {
			data   []byte
			reason string
		}{file[:len(file)-1], ""}
	}
	p := NewProcessor(1)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := p.Inspect(t.Context(), c.data, "x.jpg")
			var refused *RefusedError
			require.ErrorAs(t, err, &refused)
			require.Contains(t, refused.Reason, c.reason)
		})
	}
}

// deepInterlaced is the header of a PNG within the bounds of size whose pixels
// take 16 bytes each.
func deepInterlaced() []byte {
	body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, 7000), 7000)
	data := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(body, 16, 6, 0, 0, 1))...)
	return append(append(data, chunk("IDAT", nil)...), chunk("IEND", nil)...)
}

func TestTruncatedPixelsAreRefused(t *testing.T) {
	// The structure is whole, but the pixels end early.
	jpg := jpegOf(t, noise(200, 200))
	cut := append(bytes.Clone(jpg[:len(jpg)/2]), 0xFF, 0xD9)
	_, err := NewProcessor(1).Inspect(t.Context(), cut, "x")
	var refused *RefusedError
	require.ErrorAs(t, err, &refused)
	require.Contains(t, refused.Reason, "damaged")
	require.Error(t, errors.Unwrap(refused))
}

func TestAVIFBoundsWhatItAnnounces(t *testing.T) {
	file := avifOf(t, picture(64, 48))
	at := bytes.Index(file, []byte("ispe")) + 8
	large := bytes.Clone(file)
	binary.BigEndian.PutUint32(large[at:], 40_000)
	_, err := NewProcessor(1).Inspect(t.Context(), large, "x")
	require.ErrorContains(t, err, "at most 12000 a side")

	// The sequence header of AV1 in the picture's data may say more than that:
	// here a reduced header of 16 bits a side, 65536 x 65536.
	_, _, err = av1Size([]byte{0x0A, 0x07, 0x18, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF})
	require.ErrorContains(t, err, "at most 12000 a side")
	w, h, err := av1Size(avifContent(t, file))
	require.NoError(t, err)
	require.Equal(t, []int{64, 48}, []int{w, h})
}

func avifContent(t *testing.T, file []byte) []byte {
	t.Helper()
	w := &avifWalk{data: file, kinds: map[int]string{}, extents: map[int][]extent{}, uses: map[int][]int{}}
	require.NoError(t, eachBox(file, 0, len(file), func(kind string, begin, end int) error {
		if kind == "meta" {
			return w.meta(begin, end)
		}
		return nil
	}))
	content, err := w.read(w.primary)
	require.NoError(t, err)
	return content
}

func TestPhonePhotosOfSeveralPictures(t *testing.T) {
	main := withSegments(photo(t, 64, 48, 1), segment(0xE2, []byte("MPF\x00II*\x00")))
	data := append(append(bytes.Clone(main), 0, 0, 0), photo(t, 16, 12, 1)...)
	in, err := NewProcessor(1).Inspect(t.Context(), data, "x")
	require.NoError(t, err)
	requireNoPosition(t, in.Clean)
	_, err = NewProcessor(1).Inspect(t.Context(), append(photo(t, 64, 48, 1), photo(t, 16, 12, 1)...), "x")
	require.ErrorContains(t, err, "follow the end", "not announced")
}

func TestDisguises(t *testing.T) {
	require.ErrorContains(t, checkDisguise([]byte("RIFF....%PDF-1.7")), "PDF")
	require.NoError(t, checkDisguise(photo(t, 64, 48, 1)))
}

func TestGuardedDecoderPanics(t *testing.T) {
	f := format{name: "JPEG", decode: func([]byte) (image.Image, error) { panic("index out of range") }}
	_, err := guarded(f, nil)
	var refused *RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "the JPEG is damaged", refused.Reason)
}

func TestAPlaceIsWaitedFor(t *testing.T) {
	p := NewProcessor(1)
	require.NoError(t, p.places.Acquire(t.Context(), 1))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.Inspect(ctx, jpegOf(t, picture(4, 4)), "x")
	require.ErrorIs(t, err, ErrNoPlace)
	require.ErrorIs(t, err, context.Canceled)
}

func TestADecoderThatHangsIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewProcessor(1)
		release := make(chan struct{})
		f := format{name: "AVIF", decode: func([]byte) (image.Image, error) { <-release; return picture(1, 1), nil }}
		started := time.Now()
		_, err := p.decode(t.Context(), f, nil)
		require.ErrorContains(t, err, "takes too long")
		require.Equal(t, decodeLimit, time.Since(started))
		_, err = p.decode(t.Context(), f, nil)
		require.ErrorIs(t, err, ErrNoPlace, "its place is taken until it ends")
		close(release)
		require.NoError(t, p.avif.Acquire(t.Context(), 1))
	})
}

func TestCleanName(t *testing.T) {
	for in, want := range map[string]string{
		"photo.jpg": "photo.jpg", "../../etc/passwd": "passwd", `..\..\boot.ini`: "boot.ini", "a\x00b.png": "ab.png", "a\r\nb.png": "ab.png",
		"": "image", "..": "image", "dir/": "image", "\xff\xfe": "image", "a\u202egpj.exe": "agpj.exe", "Ünïcödé 写真.jpg": "Ünïcödé 写真.jpg",
	} {
		require.Equal(t, want, CleanName(in), "%q", in)
	}
	long := CleanName(strings.Repeat("写", 200))
	require.LessOrEqual(t, len(long), 255)
	require.True(t, utf8.ValidString(long))
}

func TestCleanTime(t *testing.T) {
	for in, want := range map[string]string{
		"2024:05:01 18:30:00": "2024-05-01T18:30:00", "2024-05-01T18:30:00+09:00": "2024-05-01T18:30:00", "2024-05-01T18:30": "2024-05-01T18:30:00",
		"0000:00:00 00:00:00": "", "yesterday": "", "": "", "0001-01-01T00:00:00": "", "2024:13:01 18:30:00": "",
	} {
		require.Equal(t, want, cleanTime(in), "%q", in)
	}
}

func TestNumber(t *testing.T) {
	require.Equal(t, 0.008, number("1/125"))
	require.Equal(t, 400.0, number([]string{"400", "800"}))
	for _, v := range []any{nil, "x", "1/0", "1/x", "NaN", "Inf", []string{}, struct{}{}} {
		require.Zero(t, number(v), "%v", v)
	}
	require.Equal(t, 3.0, number(uint16(3)))
	require.Equal(t, "2.5 s", exposureText(2.5))
	require.Equal(t, "Canon EOS R5", cameraName("Canon", "Canon EOS R5"))
	require.Equal(t, "NIKON Z 8", cameraName("NIKON CORPORATION", "NIKON Z 8"))
}

// smallAVIF is picture(16, 12); making it would keep each of the fuzzer's
// processes busy with compiling the encoder.
const smallAVIF = "AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUEAAADybWV0YQAAAAAAAAAoaGRscgAAAAAAAAAAcGljdAAAAAAAAAAAAAAAAGxpYmF2aWYAAAAADnBpdG0AAAAAAAEAAAAeaWxvYwAAAABEAAABAAEAAAABAAABGgAAAGYAAAAoaWluZgAAAAAAAQAAABppbmZlAgAAAAABAABhdjAxQ29sb3IAAAAAamlwcnAAAABLaXBjbwAAABRpc3BlAAAAAAAAABAAAAAMAAAAEHBpeGkAAAAAAwgICAAAAAxhdjFDgSAAAAAAABNjb2xybmNseAACAAIAAoAAAAAXaXBtYQAAAAAAAAABAAEEAQKDBAAAAG5tZGF0EgAKBTgM/tgkMlsTQAIIIIQAv9y+Uj7bCDQdkDKl08fwtMKKSyIJ3XsvwmlgvDqreNps5ZFLMeVGP/PaTby0psSbKJpZB+uY7j2DlYjjUWNLRyvZ9URQAUacAE0E9LmAB9Z8y5xY"

func FuzzInspect(f *testing.F) {
	small, err := base64.StdEncoding.DecodeString(smallAVIF)
	require.NoError(f, err)
	for _, data := range [][]byte{
		photo(f, 16, 12, 6), pngOf(f, picture(16, 12)), gifOf(f, 16, 12, 2), webpLossless(16, 12, color.NRGBA{1, 2, 3, 4}),
		small, avifWithExif(f, small, tiffExif(1)), pngHeader(50_000, 50_000),
	} {
		f.Add(data, "name.jpg")
	}
	f.Fuzz(func(t *testing.T, data []byte, name string) {
		kind, s, err := examine(data)
		if err != nil {
			var refused *RefusedError
			require.ErrorAs(t, err, &refused)
			return
		}
		require.NoError(t, checkSize(s.width, s.height))
		if s.width*s.height > 1_000_000 || kind.name == "AVIF" {
			return // decoding would make the fuzzer slow
		}
		in, err := NewProcessor(1).Inspect(t.Context(), data, name)
		if err != nil {
			var refused *RefusedError
			require.ErrorAs(t, err, &refused)
			return
		}
		require.True(t, utf8.ValidString(in.Metadata.Name))
		require.NotContains(t, in.Metadata.Name, "/")
		require.Contains(t, []int{1, 2, 3, 4, 5, 6, 7, 8}, in.Metadata.Orientation)
		_, _, err = examine(in.Clean)
		require.NoError(t, err, "the clean copy is accepted")
	})
}

// The smallest lossy, transparent and animated files, by the reference encoder.
func TestWebPOfTheReferenceEncoder(t *testing.T) {
	for text, want := range map[string]Metadata{
		"UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA":                                                                     {ColourModel: "YCbCr"},
		"UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQAAAP4AAA3AAP7mtQAAAA==":             {ColourModel: "YCbCr", Alpha: true},
		"UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==":                                                                             {ColourModel: "RGB", Alpha: true},
		"UklGRlIAAABXRUJQVlA4WAoAAAASAAAAAAAAAAAAQU5JTQYAAAD/////AABBTk1GJgAAAAAAAAAAAAAAAAAAAGQAAABWUDhMDQAAAC8AAAAQBxAREYiI/gcAAAAA": {ColourModel: "RGB", Alpha: true},
	} {
		data, err := base64.StdEncoding.DecodeString(text)
		require.NoError(t, err)
		in, err := NewProcessor(1).Inspect(t.Context(), data, "x")
		require.NoError(t, err, text)
		require.Equal(t, want.ColourModel, in.Metadata.ColourModel)
		require.Equal(t, want.Alpha, in.Metadata.Alpha)
		require.Equal(t, []int{1, 1}, []int{in.Metadata.Width, in.Metadata.Height})
		_, err = NewProcessor(1).Render(t.Context(), in.Clean, 1)
		require.NoError(t, err)
	}
}

func TestDamagedWebP(t *testing.T) {
	still := webpLossless(40, 30, color.NRGBA{1, 2, 3, 255})
	chunks := func(list ...[2]string) []byte { return withChunks(still[:12], 40, 30, 0, list...) }
	for want, data := range map[string][]byte{
		"no picture":           chunks(),
		"two pictures":         withChunks(still, 40, 30, 0, [2]string{"VP8L", string(still[20:])}),
		"sizes disagree":       withChunks(still, 41, 30, 0),
		"the WebP is damaged":  chunks([2]string{"VP8 ", "short"}),
		"at most 12000 a side": withChunks(still, 13_000, 30, 0),
		"more than 1000":       chunks(slices.Repeat([][2]string{{"ANMF", strings.Repeat("\x00", 16)}}, 1001)...),
		"ends before":          chunks([2]string{"ANMF", strings.Repeat("\x00", 16) + "VP8L\xff\xff\x00\x00"}),
	} {
		_, _, err := examine(data)
		require.ErrorContains(t, err, want)
	}
}

func TestSequenceHeaders(t *testing.T) {
	write := func(fields ...[2]int) []byte { // value, bits
		var out []byte
		n := 0
		for _, f := range fields {
			for i := f[1] - 1; i >= 0; i-- {
				if n%8 == 0 {
					out = append(out, 0)
				}
				out[n/8] |= byte(f[0]>>i&1) << (7 - n%8)
				n++
			}
		}
		return out
	}
	size := [][2]int{{9, 4}, {8, 4}, {799, 10}, {479, 9}}
	for name, fields := range map[string][][2]int{
		"reduced":         {{0, 3}, {1, 1}, {1, 1}, {5, 5}},
		"plain":           {{0, 3}, {0, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 5}, {0, 12}, {5, 5}},
		"timing":          {{0, 3}, {0, 1}, {0, 1}, {1, 1}, {1, 32}, {30, 32}, {1, 1}, {1, 3}, {1, 2}, {0, 1}, {0, 1}, {0, 5}, {0, 12}, {9, 5}, {1, 1}},
		"model and delay": {{0, 3}, {0, 1}, {0, 1}, {1, 1}, {1, 32}, {30, 32}, {0, 1}, {1, 1}, {9, 5}, {0, 32}, {0, 10}, {1, 1}, {0, 5}, {0, 12}, {5, 5}, {1, 1}, {0, 21}, {1, 1}, {7, 4}},
	} {
		w, h := sequenceSize(write(append(fields, size...)...))
		require.Equal(t, []int{800, 480}, []int{w, h}, name)
	}
	w, _ := sequenceSize([]byte{0x18})
	require.Zero(t, w, "ends early")
	w, h := gridSize([]byte{0, 0, 1, 1, 3, 32, 1, 224})
	require.Equal(t, []int{800, 480}, []int{w, h})
	w, _ = gridSize(nil)
	require.Zero(t, w)
}

func TestDamagedAVIF(t *testing.T) {
	file := avifOf(t, picture(40, 30))
	replaced := func(old, with string) []byte {
		out := bytes.Clone(file)
		copy(out[bytes.Index(out, []byte(old)):], with)
		return out
	}
	for want, data := range map[string][]byte{
		"unknown kind":    append(bytes.Clone(file), box("html", []byte("<script>"))...),
		"without a still": replaced("meta", "free"),
		"no picture of":   replaced("av01", "hvc1"),
		"is damaged":      append(bytes.Clone(file), file...),
		"something":       append(bytes.Clone(file), 0, 0, 0, 0, 'm', 'd', 'a', 't', 'x'),
	} {
		_, _, err := examine(data)
		require.ErrorContains(t, err, want)
	}
	animated := append(bytes.Clone(file), box("moov", []byte("Paris"))...)
	in, err := NewProcessor(1).Inspect(t.Context(), animated, "x")
	require.NoError(t, err)
	require.Equal(t, 2, in.Metadata.Frames)
	require.NotContains(t, string(in.Clean), "Paris")
}

func TestDamagedJPEGAndGIF(t *testing.T) {
	jpg := jpegOf(t, picture(40, 30))
	sof := bytes.Index(jpg, []byte{0xFF, 0xC0})
	lossless := bytes.Clone(jpg)
	lossless[sof+1] = 0xC3
	scan := jpg[bytes.Index(jpg, []byte{0xFF, 0xDA}) : len(jpg)-2]
	many := append(bytes.Clone(jpg[:len(jpg)-2]), bytes.Repeat(scan, 64)...)
	for want, data := range map[string][]byte{
		"this kind of JPEG":    lossless,
		"more than 64 scans":   append(many, 0xFF, 0xD9),
		"has no picture":       append(bytes.Clone(jpg[:sof]), 0xFF, 0xD9),
		"the JPEG is damaged":  withSegments(jpg, []byte{0xFF, 0xE3, 0, 1}),
		"the GIF has no":       []byte("GIF89a(\x00\x1e\x00\x00\x00\x00;"),
		"the GIF is damaged":   []byte("GIF89a(\x00\x1e\x00\x00\x00\x00?"),
		"more than 1000 frame": gifOf(t, 1, 1, 1001),
	} {
		_, _, err := examine(data)
		require.ErrorContains(t, err, want)
	}
	progressive := bytes.Clone(jpg)
	progressive[sof+1] = 0xC2
	binary.BigEndian.PutUint16(progressive[sof+5:], 6000)
	binary.BigEndian.PutUint16(progressive[sof+7:], 8000)
	_, _, err := examine(progressive)
	require.ErrorContains(t, err, "too much memory")
}

func TestErrorsSayWhat(t *testing.T) {
	require.EqualError(t, errTruncated, "media: the file ends before the image does")
	require.EqualError(t, &RefusedError{Reason: "bad", cause: errors.New("worse")}, "media: bad: worse")
}
