package dataset_test

import (
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/nextflex/nextflex/dataset"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

var demoGenres = []string{
	"Action", "Adventure", "Animation", "Children", "Comedy", "Crime", "Documentary", "Drama", "Fantasy", "Film-Noir",
	"Horror", "Musical", "Mystery", "Romance", "Sci-Fi", "Thriller", "War", "Western",
}

func TestDemoFilms(t *testing.T) {
	set, err := dataset.Demo()
	require.NoError(t, err)
	films := set.Catalogue.Movies
	require.GreaterOrEqual(t, len(films), 600)
	uses := map[string]int{}
	for _, m := range films {
		for _, keyword := range m.Keywords {
			uses[keyword]++
		}
	}
	seen, decades := map[string]bool{}, map[int]int{}
	for i, m := range films {
		require.Equal(t, dataset.Int(int64(i+1)), m.ID)
		if i > 0 {
			require.LessOrEqual(t, films[i-1].Year, m.Year, "films are ordered by year")
		}
		key := folded(m.Title) + " " + strconv.Itoa(m.Year)
		require.False(t, seen[key], "%s stands twice", key)
		seen[key] = true
		decades[m.Year/10*10]++
		require.True(t, m.Year >= 1920 && m.Year <= 2024, "%s: year %d", m.Title, m.Year)
		require.True(t, m.Runtime >= 40 && m.Runtime <= 260, "%s: runtime %d", m.Title, m.Runtime)
		require.Regexp(t, `^[a-z]{2}$`, m.Language, m.Title)
		require.Regexp(t, `^\p{Lu}[^\n]{30,250}[.!?]$`, m.Overview, m.Title)
		require.Len(t, m.Cast, 3, m.Title)
		require.NotEmpty(t, m.Directors, m.Title)
		require.NotEmpty(t, m.Genres, m.Title)
		require.GreaterOrEqual(t, len(m.Keywords), 4, m.Title)
		require.Subset(t, demoGenres, m.Genres, m.Title)
		for _, list := range [][]string{m.Genres, m.Directors, m.Cast, m.Keywords} {
			once := slices.Compact(slices.Sorted(slices.Values(list)))
			require.Len(t, once, len(list), "%s: repeated in %q", m.Title, list)
			for _, name := range append(list, m.Title) {
				require.Equal(t, strings.Join(strings.Fields(name), " "), name, "%s: spaces", m.Title)
				require.NotEmpty(t, name, m.Title)
			}
		}
		shared := 0
		for _, keyword := range m.Keywords {
			require.Equal(t, strings.ToLower(keyword), keyword, m.Title)
			if uses[keyword] > 1 {
				shared++
			}
		}
		require.GreaterOrEqual(t, shared, 2, "%s shares too few keywords with others: %q", m.Title, m.Keywords)
	}
	for decade := 1930; decade <= 2010; decade += 10 {
		require.GreaterOrEqual(t, decades[decade], 20, "films of the %ds", decade)
	}
}

// TestDemoKeywordsAreOneVocabulary refuses two words for one thing, which would
// hide that films are alike.
func TestDemoKeywordsAreOneVocabulary(t *testing.T) {
	set, err := dataset.Demo()
	require.NoError(t, err)
	words, used := map[string]string{}, map[string]bool{}
	for _, m := range set.Catalogue.Movies {
		for _, keyword := range m.Keywords {
			key := strings.NewReplacer(" ", "", "-", "", "'", "", "&", "and").Replace(keyword)
			key = strings.TrimSuffix(strings.TrimSuffix(key, "s"), "ing")
			if other := words[key]; other != "" {
				require.Equal(t, other, keyword)
			}
			words[key], used[keyword] = keyword, true
		}
	}
	for _, pair := range [][2]string{
		{"world war ii", "world war 2"}, {"world war ii", "second world war"}, {"sword fight", "swordplay"}, {"nazis", "nazi"},
		{"new york", "new york city"}, {"father and son", "father son relationship"}, {"siblings", "brother and sister"},
		{"psychiatric hospital", "mental hospital"}, {"lgbt", "homosexuality"}, {"middle ages", "medieval"}, {"los angeles", "la"},
	} {
		require.True(t, used[pair[0]] && !used[pair[1]], "%q is to be %q", pair[1], pair[0])
	}
}

// reference is what a public set says of a film.
type reference struct {
	source    string
	year      int
	directors []string
	cast      []string
	genres    []string
}

// referenceErrors are films of which the references are known to be wrong, with
// what is wrong there.
var referenceErrors = map[string]string{
	"Birdman or (The Unexpected Virtue of Ignorance)": "only imdb-5000 has the full title; it shortens the director to Alejandro G. Iñárritu and omits the three leads",
}

// TestDemoFacts compares the films with every public set at hand that has them. A
// film is found by its title and its year, give or take one for festivals. What the
// film says must be said by one of the sets: all of the directors that it names
// first, one of the actors, one of the genres.
func TestDemoFacts(t *testing.T) {
	root := os.Getenv("NEXTFLEX_DATA")
	if root == "" {
		t.Skip("NEXTFLEX_DATA is not set: want tmdb-5000, imdb-5000 and the-movies-dataset below it")
	}
	set, err := dataset.Demo()
	require.NoError(t, err)
	wanted := map[string]bool{}
	for _, m := range set.Catalogue.Movies {
		wanted[folded(m.Title)] = true
	}
	known := map[string][]reference{}
	add := func(title string, r reference) { known[folded(title)] = append(known[folded(title)], r) }
	tmdb5000(t, filepath.Join(root, "tmdb-5000"), wanted, add)
	imdb5000(t, filepath.Join(root, "imdb-5000"), add)
	theMovies(t, filepath.Join(root, "the-movies-dataset"), add)
	checked := [3]int{}
	for _, m := range set.Catalogue.Movies {
		if referenceErrors[m.Title] != "" {
			continue
		}
		var all reference
		for _, r := range known[folded(m.Title)] {
			if r.year >= m.Year-1 && r.year <= m.Year+1 {
				all.source += " " + r.source
				all.directors = append(all.directors, r.directors...)
				all.cast = append(all.cast, r.cast...)
				all.genres = append(all.genres, r.genres...)
			}
		}
		for i, field := range []struct {
			name       string
			ours, said []string
		}{
			{"director", m.Directors[:1], all.directors}, {"cast", m.Cast, all.cast}, {"genres", m.Genres, all.genres},
		} {
			if len(field.said) == 0 {
				continue
			}
			checked[i]++
			agree := slices.ContainsFunc(field.ours, func(name string) bool {
				return slices.ContainsFunc(field.said, func(said string) bool { return folded(bare(name)) == folded(bare(said)) })
			})
			if !agree {
				t.Errorf("%s (%d): %s %q, but%s: %q", m.Title, m.Year, field.name, field.ours, all.source, field.said)
			}
		}
	}
	t.Logf("checked directors of %d films, actors of %d, genres of %d", checked[0], checked[1], checked[2])
	for _, n := range checked {
		require.Greater(t, n, 400, "too few films found for a check")
	}
}

// bare drops middle initials, which one set has and another lacks.
func bare(name string) string {
	words := strings.Fields(name)
	if len(words) < 3 {
		return name
	}
	middle := slices.DeleteFunc(slices.Clone(words[1:len(words)-1]), func(w string) bool { return len(w) == 2 && w[1] == '.' })
	return strings.Join(append(append(words[:1:1], middle...), words[len(words)-1]), " ")
}

// folded drops case, accents, articles, punctuation and spaces.
func folded(s string) string {
	s = strings.ToLower(s)
	for _, article := range []string{"the ", "a ", "an "} {
		s = strings.TrimPrefix(s, article)
		s = strings.TrimSuffix(s, ", "+strings.TrimSpace(article))
	}
	s = strings.NewReplacer("&", "and", "ø", "o", "ł", "l", "½", "1/2", "ß", "ss", "æ", "ae").Replace(s)
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, norm.NFKD.String(s))
}

// ourGenres turns the genres of TMDB and IMDb into those of MovieLens.
func ourGenres(names []string) []string {
	ours := map[string]string{
		"Family": "Children", "Science Fiction": "Sci-Fi", "Music": "Musical", "History": "Drama", "Biography": "Drama", "Sport": "Drama",
	}
	var genres []string
	for _, name := range names {
		if our := ours[name]; our != "" {
			name = our
		}
		genres = append(genres, name)
	}
	return genres
}

// rows calls fn with each row of a CSV file, plain or gzip, by column name.
func rows(t *testing.T, path string, fn func(get func(column string) string)) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	var in io.Reader = file
	if strings.HasSuffix(path, ".gz") {
		in, err = gzip.NewReader(file)
		require.NoError(t, err)
	}
	lines := csv.NewReader(in)
	lines.FieldsPerRecord, lines.LazyQuotes = -1, true
	header, err := lines.Read()
	require.NoError(t, err)
	header = slices.Clone(header)
	for {
		f, err := lines.Read()
		if err == io.EOF {
			return
		}
		require.NoError(t, err)
		fn(func(column string) string {
			at := slices.Index(header, column)
			require.GreaterOrEqual(t, at, 0, "%s has no column %s", path, column)
			if at >= len(f) {
				return ""
			}
			return strings.Trim(f[at], " \u00a0")
		})
	}
}

func yearOf(s string) int {
	f, err := strconv.ParseFloat(s[:min(len(s), 4)], 64)
	if err != nil || math.IsNaN(f) {
		return 0
	}
	return int(f)
}

type named struct{ Name, Job string }

func namesIn(t *testing.T, text, job string) (names []string) {
	t.Helper()
	if text == "" {
		return nil
	}
	var list []named
	require.NoError(t, json.Unmarshal([]byte(text), &list))
	for _, n := range list {
		if n.Job == job {
			names = append(names, n.Name)
		}
	}
	return names
}

func tmdb5000(t *testing.T, dir string, wanted map[string]bool, add func(string, reference)) {
	credits := map[string]reference{}
	rows(t, filepath.Join(dir, "tmdb_5000_credits.csv.gz"), func(get func(string) string) {
		if !wanted[folded(get("title"))] {
			return // long lists, not to be read in vain
		}
		credits[get("movie_id")] = reference{directors: namesIn(t, get("crew"), "Director"), cast: namesIn(t, get("cast"), "")}
	})
	rows(t, filepath.Join(dir, "tmdb_5000_movies.csv"), func(get func(string) string) {
		r := credits[get("id")]
		r.source, r.year, r.genres = "tmdb-5000", yearOf(get("release_date")), ourGenres(namesIn(t, get("genres"), ""))
		add(get("title"), r)
		if folded(get("original_title")) != folded(get("title")) {
			add(get("original_title"), r)
		}
	})
}

func imdb5000(t *testing.T, dir string, add func(string, reference)) {
	rows(t, filepath.Join(dir, "movie_metadata.comma.csv"), func(get func(string) string) {
		r := reference{source: "imdb-5000", year: yearOf(get("title_year")), genres: ourGenres(strings.Split(get("genres"), "|"))}
		if name := get("director_name"); name != "" {
			r.directors = []string{name}
		}
		for _, column := range []string{"actor_1_name", "actor_2_name", "actor_3_name"} {
			if name := get(column); name != "" {
				r.cast = append(r.cast, name)
			}
		}
		add(get("movie_title"), r)
	})
}

func theMovies(t *testing.T, dir string, add func(string, reference)) {
	directors, cast := map[string][]string{}, map[string][]string{}
	rows(t, filepath.Join(dir, "directors.csv"), func(get func(string) string) {
		directors[get("id")] = append(directors[get("id")], get("name"))
	})
	rows(t, filepath.Join(dir, "cast_top5_union.csv.gz"), func(get func(string) string) {
		cast[get("id")] = append(cast[get("id")], strings.Split(get("cast"), "|")...)
	})
	rows(t, filepath.Join(dir, "movies_core.csv.gz"), func(get func(string) string) {
		r := reference{source: "the-movies-dataset", year: yearOf(get("year")), directors: directors[get("id")], cast: cast[get("id")]}
		if genres := get("genres"); genres != "" {
			r.genres = ourGenres(strings.Split(genres, "|"))
		}
		add(get("title"), r)
	})
}
