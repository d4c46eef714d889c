package imports_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/imports"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/similarity"
)

func films(t testing.TB, movieLens bool) *dataset.Catalogue {
	t.Helper()
	base := int64(100)
	if movieLens {
		base = 0
	}
	list, err := dataset.NewCatalogue("test", []dataset.Movie{
		{ID: dataset.Int(base + 1), Title: "Toy Story", Year: 1995, IMDb: 114709, TMDB: 862},
		{ID: dataset.Int(base + 260), Title: "Star Wars: Episode IV - A New Hope", Year: 1977},
		{ID: dataset.Int(base + 296), Title: "Pulp Fiction", Year: 1994},
		{ID: dataset.Int(base + 2571), Title: "The Matrix", Year: 1999},
		{ID: dataset.Int(5001), Title: "Solaris", OriginalTitle: "Солярис", Year: 1972, Directors: []string{"Andrei Tarkovsky"}},
		{ID: dataset.Int(5002), Title: "Solaris", Year: 2002, Directors: []string{"Steven Soderbergh"}},
		{ID: dataset.Int(5003), Title: "Amélie", OriginalTitle: "Le Fabuleux Destin d'Amélie Poulain", Year: 2001},
		{ID: dataset.Int(5004), Title: "Emma", Year: 1996, Directors: []string{"Douglas McGrath"}},
		{ID: dataset.Int(5005), Title: "Emma", Year: 1996, Directors: []string{"Diarmuid Lawrence"}},
		{ID: dataset.Int(5006), Title: "Birdman: Or (The Unexpected Virtue of Ignorance)", Year: 2014},
		{ID: dataset.Int(5007), Title: "Unknown Pleasure"},
		{ID: dataset.Int(5008), Title: "$", Year: 1971},
		{ID: dataset.Int(5009), Title: "The Kid", Year: 1921},
		{ID: dataset.Int(5010), Title: "Kid", Year: 1990},
		{ID: dataset.Int(5011), Title: "Fargo", Year: 1996, IMDb: 116282},
	})
	require.NoError(t, err)
	return list
}

func matcher(t testing.TB, movieLens bool) (*dataset.Catalogue, *imports.Matcher) {
	list := films(t, movieLens)
	return list, imports.NewMatcher(list, similarity.NewTitles(list))
}

func TestMatch(t *testing.T) {
	list, m := matcher(t, false)
	for name, test := range map[string]struct {
		row   imports.Row
		film  int64 // 0 for none
		by    imports.By
		state imports.State
	}{
		"IMDb id":                    {imports.Row{IMDb: 114709, Title: "Whatever"}, 101, imports.ByIMDb, imports.Matched},
		"TMDB id":                    {imports.Row{TMDB: 862}, 101, imports.ByTMDB, imports.Matched},
		"ids are not MovieLens's":    {imports.Row{MovieLens: 101}, 0, "", imports.Unmatched},
		"title and year":             {imports.Row{Title: "solaris", Year: 2002}, 5002, imports.ByYear, imports.Matched},
		"year beside":                {imports.Row{Title: "Solaris", Year: 1973}, 5001, imports.ByNearYear, imports.Matched},
		"year in the title":          {imports.Row{Title: "Matrix, The (1999)"}, 2671, imports.ByYear, imports.Matched},
		"other case and accent":      {imports.Row{Title: "AMELIE", Year: 2001}, 5003, imports.ByYear, imports.Matched},
		"original title":             {imports.Row{Title: "Le fabuleux destin d’Amélie Poulain", Year: 2001}, 5003, imports.ByYear, imports.Matched},
		"original title of the row":  {imports.Row{Title: "Solyaris", Original: "Солярис", Year: 1972}, 5001, imports.ByYear, imports.Matched},
		"other title in brackets":    {imports.Row{Title: "Amelie of Montmartre (Fabuleux destin d'Amélie Poulain, Le) (2001)"}, 5003, imports.ByYear, imports.Matched},
		"brackets of the title":      {imports.Row{Title: "Birdman: Or (The Unexpected Virtue of Ignorance)", Year: 2014}, 5006, imports.ByYear, imports.Matched},
		"short of the catalogue's":   {imports.Row{Title: "Birdman or", Year: 2014}, 5006, imports.ByYear, imports.Matched},
		"no year in the row":         {imports.Row{Title: "Pulp Fiction"}, 396, imports.ByTitle, imports.Matched},
		"no year in the catalogue":   {imports.Row{Title: "Unknown Pleasure", Year: 2002}, 5007, imports.ByTitle, imports.Matched},
		"signs alone":                {imports.Row{Title: "$", Year: 1971}, 5008, imports.ByYear, imports.Matched},
		"article decides":            {imports.Row{Title: "The Kid"}, 5009, imports.ByTitle, imports.Matched},
		"article missing":            {imports.Row{Title: "Kid", Year: 1921}, 5009, imports.ByYear, imports.Matched},
		"two of a title":             {imports.Row{Title: "Solaris"}, 0, "", imports.Ambiguous},
		"two of a title and year":    {imports.Row{Title: "Emma", Year: 1996}, 0, "", imports.Ambiguous},
		"the director decides":       {imports.Row{Title: "Emma", Year: 1996, Directors: []string{"douglas mcgrath"}}, 5004, imports.ByDirector, imports.Matched},
		"year of none":               {imports.Row{Title: "Solaris", Year: 1990}, 0, "", imports.Unmatched},
		"title of none":              {imports.Row{Title: "Solarix", Year: 1972}, 0, "", imports.Unmatched},
		"series":                     {imports.Row{Title: "Fargo", Year: 1996, Type: "TV Series", IMDb: 2802850}, 0, "", imports.Unmatched},
		"invalid":                    {imports.Row{Title: "Solaris", Fault: &imports.Fault{Reason: "is wrong"}}, 0, "", imports.Invalid},
		"an id unknown, then titles": {imports.Row{Title: "Pulp Fiction", Year: 1994, IMDb: 1, TMDB: 2, MovieLens: 3}, 396, imports.ByYear, imports.Matched},
	} {
		t.Run(name, func(t *testing.T) {
			match := m.Match(&test.row)
			require.Equal(t, test.state, match.State, match.Reason)
			require.Equal(t, test.by, match.By)
			if test.film == 0 {
				require.Equal(t, int32(-1), match.Film)
				require.NotEmpty(t, match.Reason)
				return
			}
			require.Equal(t, dataset.Int(test.film), list.Movies[match.Film].ID)
			require.Empty(t, match.Reason)
		})
	}
	match := m.Match(&imports.Row{Title: "Solaris"})
	require.Len(t, match.Choices, 2)
	match = m.Match(&imports.Row{Title: "Solaris", Year: 1990})
	require.Len(t, match.Choices, 2)
	require.Contains(t, match.Reason, "1990")
	require.Equal(t, "Solaris", list.Movies[m.Suggest(&imports.Row{Title: "Solarix", Year: 1972})[0]].Title)
	require.Empty(t, m.Suggest(&imports.Row{}))
}

func TestMovieLensIDs(t *testing.T) {
	list, m := matcher(t, true)
	match := m.Match(&imports.Row{MovieLens: 2571})
	require.Equal(t, imports.ByMovie, match.By)
	require.Equal(t, "The Matrix", list.Movies[match.Film].Title)
	// The 100K set calls another film 260: the title has to agree.
	match = m.Match(&imports.Row{MovieLens: 260, Title: "Pulp Fiction (1994)"})
	require.Equal(t, imports.ByYear, match.By)
	require.Equal(t, "Pulp Fiction", list.Movies[match.Film].Title)
	match = imports.NewMatcher(nil, nil).Match(&imports.Row{Title: "Heat"})
	require.Equal(t, imports.Unmatched, match.State)
}

// TestMatchingRealFilms reads ml-latest-small as a person would upload it, with
// the titles alone, and finds the films among themselves.
func TestMatchingRealFilms(t *testing.T) {
	folder := os.Getenv("NEXTFLEX_DATA")
	if folder == "" {
		t.Skip("NEXTFLEX_DATA names no folder with ml-latest-small; see CONTRIBUTING.md")
	}
	folder = filepath.Join(folder, "ml-latest-small")
	set, _, err := dataset.OpenSet(folder)
	require.NoError(t, err)
	var files []imports.File
	for _, name := range []string{"ratings.csv", "movies.csv"} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		files = append(files, imports.File{Name: name, Data: data})
	}
	_, err = imports.Read(files, imports.Options{})
	var people *imports.PeopleError
	require.ErrorAs(t, err, &people)
	require.Equal(t, 610, people.Count)
	x, err := imports.Read(files, imports.Options{User: "414"})
	require.NoError(t, err)
	require.Len(t, x.Rows, 2698, "as many as the file has of the person")
	m := imports.NewMatcher(set.Catalogue, similarity.NewTitles(set.Catalogue))
	right, wrong, open := 0, 0, 0
	for i := range x.Rows {
		row := x.Rows[i]
		require.Nil(t, row.Fault)
		byID := m.Match(&row)
		require.Equal(t, imports.ByMovie, byID.By)
		id := row.MovieLens
		row.MovieLens = 0
		switch match := m.Match(&row); {
		case match.State != imports.Matched:
			open++
		case set.Catalogue.Movies[match.Film].ID == dataset.Int(id):
			right++
		default:
			wrong++
		}
	}
	t.Logf("by title alone: %d right, %d wrong, %d left to the person", right, wrong, open)
	require.Zero(t, wrong)
	require.Less(t, open, 10)
}

func TestReviewAndPlan(t *testing.T) {
	list, m := matcher(t, false)
	x := read(t, "ratings.csv", "Name,Year,Rating,WatchedDate\n"+
		"Pulp Fiction,1994,4,2020-01-01\n"+ // 0 superseded by 5
		"Solaris,,3,2020-01-01\n"+ // 1 ambiguous
		"Nothing Like It,2000,3,2020-01-01\n"+ // 2 unmatched
		"The Matrix,1999,9,2020-01-01\n"+ // 3 invalid
		"Amélie,2001,4.5,2020-01-01\n"+ // 4 rated here before
		"Pulp Fiction,1994,5,2021-01-01\n"+ // 5
		"Pulp Fiction,1994,1,\n"+ // 6 superseded: no date
		"The Matrix,1999,,\n"+ // 7 seen
		"Toy Story,1995,2,2030-01-01\n") // 8 from the future
	entries := m.Review(x)
	require.Len(t, entries, 9)
	now := day("2026-01-01")
	amelie := dataset.Int(5003)
	have := map[dataset.ID]imports.Have{amelie: {Stars: 2, At: day("2025-01-01")}}
	plan, err := imports.NewPlan(entries, have, imports.PlanOptions{Policy: imports.KeepNewer}, now)
	require.NoError(t, err)
	require.Equal(t, []imports.Outcome{imports.Superseded, imports.Open, imports.Open, imports.Useless, imports.Kept, imports.Set, imports.Superseded, imports.Unrated, imports.Set}, plan.Outcomes)
	require.Equal(t, 5, plan.By[0])
	require.Equal(t, []imports.Change{
		{Film: dataset.Int(396), Stars: 5, At: day("2021-01-01"), Entry: 5},
		{Film: dataset.Int(101), Stars: 2, At: now, Entry: 8},
	}, plan.Ratings)
	require.Equal(t, 2, plan.Counts[imports.Open])

	// The person chooses, and takes a skip back.
	require.NoError(t, imports.Decide(&entries[1], imports.Decision{Film: &list.Movies[5].ID}))
	require.NoError(t, imports.Decide(&entries[2], imports.Decision{Skip: true}))
	require.NoError(t, imports.Decide(&entries[5], imports.Decision{Skip: true}))
	require.ErrorIs(t, imports.Decide(&entries[3], imports.Decision{Skip: true}), imports.ErrInvalidRow)
	require.ErrorIs(t, imports.Decide(&entries[1], imports.Decision{Skip: true, Film: &amelie}), imports.ErrNoChoice)
	plan, err = imports.NewPlan(entries, have, imports.PlanOptions{Policy: imports.Replace}, now)
	require.NoError(t, err)
	require.Equal(t, []imports.Outcome{imports.Set, imports.Set, imports.Skipped, imports.Useless, imports.Set, imports.Skipped, imports.Superseded, imports.Unrated, imports.Set}, plan.Outcomes)

	plan, err = imports.NewPlan(entries, map[dataset.ID]imports.Have{amelie: {Stars: 4.5}, dataset.Int(396): {Stars: 1}}, imports.PlanOptions{Policy: imports.KeepOld}, now)
	require.NoError(t, err)
	require.Equal(t, imports.Same, plan.Outcomes[4])
	require.Equal(t, imports.Kept, plan.Outcomes[0])
	_, err = imports.NewPlan(nil, nil, imports.PlanOptions{Policy: "sometimes"}, now)
	require.ErrorContains(t, err, `"sometimes"`)
}

// TestFilesOfAnExport: Letterboxd's ratings.csv holds the rating that counts
// today; the diary those of each time that a film was seen.
func TestFilesOfAnExport(t *testing.T) {
	_, m := matcher(t, false)
	boxd := archive(t, map[string]string{
		"ratings.csv":   "Date,Name,Year,Letterboxd URI,Rating\n2019-01-01,Fargo,1996,u,4\n",
		"diary.csv":     "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n2020-01-01,Fargo,1996,u,3,,,2020-01-01\n",
		"watchlist.csv": "Date,Name,Year,Letterboxd URI\n2020-01-01,Fargo,1996,u\n2020-01-01,Amélie,2001,u\n2020-01-02,Amélie,2001,u\n2020-01-02,The Kid,1921,u\n",
	})
	x, err := imports.Read([]imports.File{{Name: "x.zip", Data: boxd}}, imports.Options{})
	require.NoError(t, err)
	have := map[dataset.ID]imports.Have{dataset.Int(5009): {Stars: 5}}
	plan, err := imports.NewPlan(m.Review(x), have, imports.PlanOptions{Policy: imports.KeepNewer}, day("2026-01-01"))
	require.NoError(t, err)
	require.Len(t, plan.Ratings, 1)
	require.Equal(t, 4.0, plan.Ratings[0].Stars)
	require.Equal(t, []dataset.ID{dataset.Int(5003)}, plan.Wanted)
	require.Equal(t, map[imports.Outcome]int{imports.Set: 1, imports.Superseded: 3, imports.Watchlist: 1, imports.Kept: 1}, plan.Counts)
}

// TestWatched: films that were seen and not rated can be hidden.
func TestWatched(t *testing.T) {
	_, m := matcher(t, false)
	boxd := archive(t, map[string]string{
		"ratings.csv": "Date,Name,Year,Letterboxd URI,Rating\n2019-01-01,Fargo,1996,u,4\n",
		"watched.csv": "Date,Name,Year,Letterboxd URI\n2020-01-01,Fargo,1996,u\n2020-01-01,Amélie,2001,u\n2020-01-02,Amélie,2001,u\n2020-01-02,The Kid,1921,u\n2020-01-02,Nobody's Film,1921,u\n",
	})
	x, err := imports.Read([]imports.File{{Name: "x.zip", Data: boxd}}, imports.Options{})
	require.NoError(t, err)
	have := map[dataset.ID]imports.Have{dataset.Int(5009): {Stars: 5}}
	for hide, want := range map[bool]map[imports.Outcome]int{
		false: {imports.Set: 1, imports.Superseded: 2, imports.Unrated: 2, imports.Open: 1},
		true:  {imports.Set: 1, imports.Superseded: 2, imports.Unrated: 1, imports.Open: 1, imports.Hide: 1},
	} {
		plan, err := imports.NewPlan(m.Review(x), have, imports.PlanOptions{Policy: imports.KeepNewer, HideWatched: hide}, day("2026-01-01"))
		require.NoError(t, err)
		require.Equal(t, want, plan.Counts)
		require.Len(t, plan.Seen, want[imports.Hide])
	}
}

func TestWritingAndReading(t *testing.T) {
	for _, movieLens := range []bool{false, true} {
		list, m := matcher(t, movieLens)
		var given []imports.Given
		for i := range list.Movies {
			r := imports.Given{Movie: &list.Movies[i], Stars: float64(1+i%10) / 2}
			if i > 0 {
				r.At = day("2020-02-03").Add(time.Duration(i) * 24 * time.Hour)
			}
			given = append(given, r)
		}
		for name, write := range map[string]func(*bytes.Buffer) error{
			"MovieLens":  func(b *bytes.Buffer) error { return imports.WriteMovieLens(b, "me", given) },
			"Letterboxd": func(b *bytes.Buffer) error { return imports.WriteLetterboxd(b, given) },
		} {
			var b bytes.Buffer
			require.NoError(t, write(&b), name)
			entries := m.Review(read(t, "ratings.csv", b.String()))
			require.Len(t, entries, len(given), name)
			for i, e := range entries {
				require.Nil(t, e.Fault, name)
				require.Equal(t, given[i].Stars, e.Stars, name)
				require.True(t, given[i].At.Equal(e.At), name)
				twins := given[i].Movie.Title == "Emma" && name == "MovieLens" && !movieLens // no directors there
				if twins {
					require.Equal(t, imports.Ambiguous, e.State)
					continue
				}
				require.NotNil(t, e.Film, "%s: %s", name, e.Title)
				require.Equal(t, given[i].Movie.ID, *e.Film, "%s: %s", name, e.Title)
			}
		}
	}
	require.ErrorContains(t, imports.WriteMovieLens(full{}, "me", nil), "imports: writing ratings")
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }
