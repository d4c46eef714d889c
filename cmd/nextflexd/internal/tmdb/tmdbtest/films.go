package tmdbtest

// Film is what the server knows of a film. The fields have TMDB's meanings.
type Film struct {
	ID                      int64
	Title, Original         string
	Language, Released      string
	Overview, Tagline, IMDb string
	Genres                  []int64
	Poster                  string
	Runtime, Votes          int
	Average, Popularity     float64
	Cast, Characters        []string
	Directors               []string
	Trailers                []Trailer
	Lists                   []string // now_playing, popular, upcoming, trending
}

// Trailer is a video of a film.
type Trailer struct {
	Key, Name, Site, Type string
	Official              bool
}

// Films are those that a new server has. Ids, titles and people are the films'
// own; the figures are in TMDB's range.
var Films = []Film{
	{ID: 603, Title: "The Matrix", Original: "The Matrix", Language: "en", Released: "1999-03-30", IMDb: "tt0133093", Runtime: 136,
		Overview: "Set in the 22nd century, The Matrix tells the story of a computer hacker who joins a group of underground insurgents.",
		Tagline:  "Welcome to the Real World.", Genres: []int64{28, 878}, Poster: "/f89U3ADr1oiB1s9GkdPOEpXUk5H.jpg", Votes: 25000, Average: 8.2, Popularity: 83.4,
		Cast: []string{"Keanu Reeves", "Laurence Fishburne", "Carrie-Anne Moss", "Hugo Weaving"}, Characters: []string{"Neo", "Morpheus", "Trinity", "Agent Smith"},
		Directors: []string{"Lana Wachowski", "Lilly Wachowski"},
		Trailers: []Trailer{
			{"nUEQNVV3Gfs", "The Matrix 4K Restoration", "YouTube", "Clip", true},
			{"d0XTFAMmhrE", "Fan trailer", "YouTube", "Trailer", false},
			{"m8e-FF8MsqU", "Official Trailer", "YouTube", "Trailer", true},
			{"28141258", "On another site", "Vimeo", "Trailer", true},
		},
		Lists: []string{"popular", "trending"}},
	{ID: 862, Title: "Toy Story", Original: "Toy Story", Language: "en", Released: "1995-11-22", IMDb: "tt0114709", Runtime: 81,
		Overview: "Led by Woody, Andy's toys live happily in his room until Andy's birthday brings Buzz Lightyear onto the scene.",
		Genres:   []int64{16, 12, 10751, 35}, Poster: "/uXDfjJbdP4ijW5hWSBrPrlKpxab.jpg", Votes: 18000, Average: 8.0, Popularity: 102.3,
		Cast: []string{"Tom Hanks", "Tim Allen", "Don Rickles"}, Characters: []string{"Woody (voice)", "Buzz Lightyear (voice)", "Mr. Potato Head (voice)"},
		Directors: []string{"John Lasseter"}, Trailers: []Trailer{{"v-PjgYDrg70", "Toy Story Trailer", "YouTube", "Trailer", true}},
		Lists: []string{"popular", "now_playing"}},
	{ID: 129, Title: "Spirited Away", Original: "千と千尋の神隠し", Language: "ja", Released: "2001-07-20", IMDb: "tt0245429", Runtime: 125,
		Overview: "A young girl, Chihiro, becomes trapped in a strange new world of spirits.", Genres: []int64{16, 10751, 14},
		Poster: "/39wmItIWsg5sZMyRUHLkWBcuVCM.png", Votes: 16000, Average: 8.5, Popularity: 91.1,
		Cast: []string{"Rumi Hiiragi", "Miyu Irino"}, Characters: []string{"Chihiro Ogino / Sen (voice)", "Haku (voice)"}, Directors: []string{"Hayao Miyazaki"},
		Lists: []string{"trending", "now_playing"}},
	{ID: 990001, Title: "A Film Not Yet Out", Original: "A Film Not Yet Out", Language: "en", Released: "2027-02-12",
		Overview: "Nobody has seen it.", Genres: []int64{18}, Popularity: 12.5, Lists: []string{"upcoming", "now_playing"}},
	{ID: 990002, Title: "Bald im Kino", Original: "Bald im Kino", Language: "de", Released: "2027-03-01", Genres: []int64{35, 18}, Popularity: 3.25,
		Poster: "/gp7hRZ2YpXb1cDGQfBxGv3fQpMS.jpg", Lists: []string{"upcoming"}},
}

var genres = []struct {
	id   int64
	name string
}{
	{28, "Action"}, {12, "Adventure"}, {16, "Animation"}, {35, "Comedy"}, {80, "Crime"}, {99, "Documentary"}, {18, "Drama"}, {10751, "Family"}, {14, "Fantasy"},
	{36, "History"}, {27, "Horror"}, {10402, "Music"}, {9648, "Mystery"}, {10749, "Romance"}, {878, "Science Fiction"}, {10770, "TV Movie"}, {53, "Thriller"},
	{10752, "War"}, {37, "Western"},
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// entry is the film as lists have it.
func (f Film) entry() map[string]any {
	return map[string]any{
		"adult": false, "backdrop_path": nil, "genre_ids": f.Genres, "id": f.ID, "original_language": f.Language, "original_title": f.Original,
		"overview": f.Overview, "popularity": f.Popularity, "poster_path": orNull(f.Poster), "release_date": f.Released, "title": f.Title, "video": false,
		"vote_average": f.Average, "vote_count": f.Votes,
	}
}

// details is the film as its own route has it.
func (f Film) details() map[string]any {
	body := f.entry()
	delete(body, "genre_ids")
	list := []any{}
	for _, id := range f.Genres {
		for _, g := range genres {
			if g.id == id {
				list = append(list, map[string]any{"id": id, "name": g.name})
			}
		}
	}
	body["genres"] = list
	body["belongs_to_collection"], body["budget"], body["revenue"], body["homepage"] = nil, 0, 0, ""
	body["imdb_id"], body["runtime"], body["status"], body["tagline"] = orNull(f.IMDb), f.Runtime, "Released", f.Tagline
	body["origin_country"], body["production_companies"], body["production_countries"], body["spoken_languages"] = []string{"US"}, []any{}, []any{}, []any{}
	return body
}

func (f Film) credits() map[string]any {
	cast, crew := []any{}, []any{}
	person := func(i int, name, department string) map[string]any {
		return map[string]any{
			"adult": false, "gender": 2, "id": f.ID*100 + int64(i), "known_for_department": department, "name": name, "original_name": name,
			"popularity": 10.5, "profile_path": nil, "credit_id": "52fe425bc3a36847f80181c1",
		}
	}
	for i, name := range f.Cast {
		p := person(i, name, "Acting")
		p["cast_id"], p["character"], p["order"] = i, f.Characters[i], i
		cast = append(cast, p)
	}
	for i, name := range f.Directors {
		p := person(50+i, name, "Directing")
		p["department"], p["job"] = "Directing", "Director"
		crew = append(crew, p)
	}
	return map[string]any{"cast": cast, "crew": crew}
}

func (f Film) videos() map[string]any {
	results := []any{}
	for _, t := range f.Trailers {
		results = append(results, map[string]any{
			"iso_639_1": "en", "iso_3166_1": "US", "name": t.Name, "key": t.Key, "site": t.Site, "size": 1080, "type": t.Type, "official": t.Official,
			"published_at": "2019-03-07T17:00:00.000Z", "id": "5c9294240e0a267cd516835f",
		})
	}
	return map[string]any{"results": results}
}
