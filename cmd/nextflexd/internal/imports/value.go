package imports

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
	"time"
)

// The least and most half stars that a film can have.
const (
	MinStars = 0.5
	MaxStars = 5.0
)

// parseStars reads a rating on a scale from 0.5·of/5 to of, where of is 5 or 10
// points, as half stars. rounded tells that it stood between two of them; from the
// middle it goes upwards.
func parseStars(s string, of float64) (stars float64, rounded bool, err error) {
	least := MinStars
	if of == 10 {
		least = 1
	}
	points, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
	if err != nil || math.IsNaN(points) {
		return 0, false, fmt.Errorf("is no number, want %g to %g", least, of)
	}
	if points < least || points > of {
		return 0, false, fmt.Errorf("is off the scale, want %g to %g", least, of)
	}
	stars = points * MaxStars / of
	half := math.Floor(stars*2+0.5) / 2
	return half, math.Abs(half-stars) > 1e-9, nil
}

// The years that a film can be of; others in a file are taken for unknown.
const (
	oldestYear = 1870
	newestYear = 2100
)

// parseYear reads 1999 and, as spreadsheets write it, 1999.0. An empty field is
// the year 0, unknown.
func parseYear(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	y, err := strconv.Atoi(strings.TrimSuffix(s, ".0"))
	if err != nil || y < oldestYear || y > newestYear {
		return 0, fmt.Errorf("is no year, want %d to %d", oldestYear, newestYear)
	}
	return y, nil
}

// dateLayouts are the ways in which the exports are dated. Dates such as
// 3/4/2015 are left out: they say different days on the two sides of the Atlantic.
var dateLayouts = []string{
	time.DateOnly, time.RFC3339, time.DateTime, "2006/01/02", "2006-01-02 15:04",
	time.ANSIC, "2 Jan 2006", "Jan 2, 2006", "2 January 2006", "January 2, 2006", "2.1.2006",
}

// parseTime reads a date or a number of seconds or milliseconds since 1970. The
// zero time stands for what can't be read, or is not of the years that people can
// have rated films in.
func parseTime(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		if n > 1e11 {
			n /= 1000
		}
		return plausible(time.Unix(n, 0).UTC())
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return plausible(t.UTC())
		}
	}
	return time.Time{}
}

func plausible(t time.Time) time.Time {
	if t.Year() < 1970 || t.Year() > newestYear || t.Unix() <= 0 {
		return time.Time{}
	}
	return t
}

// parseID reads the number of tt0114709, 0114709 or 114709. An empty field and 0
// are unknown.
func parseID(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimPrefix(s, "tt"), ".0"), 10, 64)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("is no id, want a number such as 114709 or tt0114709")
	}
	return n, nil
}

// idOfURL finds the IMDb number in an address such as
// https://www.imdb.com/title/tt0114709/, 0 where it has none.
func idOfURL(address string) int64 {
	_, rest, found := strings.Cut(address, "/title/tt")
	if !found {
		return 0
	}
	digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789"))]
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// unescape undoes the HTML entities in which IMDb's older exports wrote
// apostrophes.
func unescape(s string) string {
	if strings.Contains(s, "&") {
		return html.UnescapeString(s)
	}
	return s
}
