package dataset

import "strconv"

// The scales that are recognised.
var (
	halfStars = Scale{Min: 0.5, Max: 5, Step: 0.5}
	oneToFive = Scale{Min: 1, Max: 5, Step: 1}
	toTen     = Scale{Min: 0, Max: 10, Step: 1}
	strengths = Scale{Implicit: true}
)

// Contains tells whether v is a value of the scale: between Min and Max, on a
// step or not. A scale without range, such as that of implicit feedback, takes
// every number.
func (s Scale) Contains(v float32) bool {
	return s.Max <= s.Min || v >= s.Min && v <= s.Max
}

// valueStats is what is kept of the values while a file is read, to choose a
// scale once all of them have been seen.
type valueStats struct {
	n         int64
	min, max  float32
	high      int64 // above 5 and up to 10
	fractions int64 // within 0.5 to 5, and a half or below 1
	odd       int64 // within 0 to 10, and no multiple of 0.5
	halves    int64 // within 0 to 10, and no integer
	// What lies outside each scale, with the lines it stands on: of
	// halfStars, oneToFive, toTen and the scale of the caller.
	out [4]faultLog
	// outCount replaces the counts of out where several files share a scale.
	outCount *[4]int64
}

func (s *valueStats) outsiders(i int) int64 {
	if s.outCount != nil {
		return s.outCount[i]
	}
	return s.out[i].count()
}

// count adds a value.
func (s *valueStats) count(v float32) { s.countMany(v, 1) }

// countMany adds a value that stands n times.
func (s *valueStats) countMany(v float32, n int64) {
	s.add(v, n)
	if v < 0 || v > 10 || v == float32(int32(v)) {
		return
	}
	s.halves += n
	if 2*v != float32(int32(2*v)) {
		s.odd += n
		if v < 0.5 {
			return
		}
	}
	if v <= 5 {
		s.fractions += n
	}
}

func (s *valueStats) add(v float32, n int64) {
	if s.n == 0 || v < s.min {
		s.min = v
	}
	if s.n == 0 || v > s.max {
		s.max = v
	}
	if s.n += n; v > 5 && v <= 10 {
		s.high += n
	}
}

// scalesWith are the scales of valueStats.out.
func scalesWith(explicit Scale) [4]Scale { return [4]Scale{halfStars, oneToFive, toTen, explicit} }

// outside counts a value for each scale that it lies outside of.
func (s *valueStats) outside(v float32, explicit Scale, line int64, describe func() ParseError) {
	for i, scale := range scalesWith(explicit) {
		if !scale.Contains(v) {
			s.out[i].add(OutOfRange, line, func() ParseError {
				e := describe()
				e.Want = rangeText(scale)
				return e
			})
		}
	}
}

func rangeText(s Scale) string {
	return trimFloat(s.Min) + " to " + trimFloat(s.Max)
}

// trimFloat writes 0.5 as 0.5 and 5 as 5.
func trimFloat(v float32) string { return strconv.FormatFloat(float64(v), 'g', -1, 32) }

// merge adds the counts of a block that starts at a line.
func (s *valueStats) merge(t *valueStats, line int64) {
	if t.n > 0 {
		if s.n == 0 || t.min < s.min {
			s.min = t.min
		}
		if s.n == 0 || t.max > s.max {
			s.max = t.max
		}
	}
	s.n += t.n
	s.high += t.high
	s.fractions += t.fractions
	s.odd += t.odd
	s.halves += t.halves
	for i := range s.out {
		s.out[i].merge(&t.out[i], line)
	}
}

// recognise chooses the scale and returns with it what lies outside. Formats
// that are known to hold stars keep to stars unless most values are above 5;
// in files with named columns a scale must hold nine values of ten, otherwise
// the range is what was seen.
func (s *valueStats) recognise(explicit Scale, implicit, named bool) (Scale, *faultLog) {
	switch {
	case explicit != Scale{}:
		return explicit, &s.out[3]
	case implicit:
		return strengths, &faultLog{}
	case s.high*2 > s.n && (!named || s.outsiders(2)*10 <= s.n):
		return s.stepped(toTen), &s.out[2]
	case named && s.outsiders(0)*10 > s.n:
		if s.outsiders(2)*10 <= s.n {
			return s.stepped(toTen), &s.out[2]
		}
		return Scale{Min: s.min, Max: s.max}, &faultLog{}
	case s.fractions*1000 >= s.n && s.fractions > 0:
		return s.stepped(halfStars), &s.out[0]
	}
	return oneToFive, &s.out[1]
}

// stepped gives a scale the step that its values keep to.
func (s *valueStats) stepped(scale Scale) Scale {
	switch {
	case s.odd > 0:
		scale.Step = 0
	case s.halves > 0:
		scale.Step = 0.5
	default:
		scale.Step = 1
	}
	return scale
}
