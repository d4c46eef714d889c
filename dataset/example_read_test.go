package dataset_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"testing/fstest"

	"github.com/nextflex/nextflex/dataset"
)

const fewRatings = `userId,movieId,rating,timestamp
1,10,4.5,1112486027
1,20,3.0,1112484676
2,10,5.0,
2,10,9.9,1112484580
three,10,4.0,1112484580
`

// write puts a file into a directory of its own and returns its path.
func write(name, text string) string {
	dir, err := os.MkdirTemp("", "")
	if err != nil {
		log.Fatal(err)
	}
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		log.Fatal(err)
	}
	return path
}

func ExampleOpen() {
	path := write("ratings.csv", fewRatings)
	defer os.RemoveAll(filepath.Dir(path))
	ratings, report, err := dataset.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ratings.Len(), "ratings by", ratings.Users.Len(), "people")
	for _, drop := range report.Dropped {
		fmt.Println(drop.Count, drop.Reason, drop.Lines)
	}
	// Output:
	// 3 ratings by 2 people
	// 1 unreadable user id [6]
	// 1 value out of range [5]
}

func ExampleLoader_Open() {
	path := write("reviews.tsv", "who\twhat\tstars\nann\theat\t5\nbob\theat\t4\n")
	defer os.RemoveAll(filepath.Dir(path))
	l := dataset.Loader{Columns: dataset.Columns{User: "who", Item: "what", Rating: "stars"}}
	ratings, _, err := l.Open(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(ratings.Users.ID(0), ratings.Items.ID(0), ratings.Value[0])
	// Output: ann heat 5
}

func ExampleLoader_Read() {
	strict := dataset.Loader{Strict: true}
	_, _, err := strict.Read(context.Background(), strings.NewReader(fewRatings), "ratings.csv")
	var fault *dataset.ParseError
	if errors.As(err, &fault) {
		fmt.Println(fault.Line, fault.Column, fault.Field, fault.Value)
	}
	fmt.Println(err)
	// Output:
	// 5 6 rating 9.9
	// dataset: ratings.csv:5:6: value out of range: rating "9.9", want 0.5 to 5
}

func ExampleOpenSet() {
	path := write("movies.csv", "movieId,title,genres\n10,\"Third Man, The (1949)\",Film-Noir|Mystery\n")
	dir := filepath.Dir(path)
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "ratings.csv"), []byte(fewRatings), 0o600); err != nil {
		log.Fatal(err)
	}
	set, _, err := dataset.OpenSet(dir)
	if err != nil {
		log.Fatal(err)
	}
	film, _ := set.Catalogue.ByID(dataset.Int(10))
	fmt.Println(film.Title, film.Year, film.Genres)
	fmt.Println(set.Complete().Len(), "movies with those that only have ratings")
	// Output:
	// The Third Man 1949 [Film-Noir Mystery]
	// 2 movies with those that only have ratings
}

func ExampleLoader_OpenSet() {
	path := write("ratings.csv", fewRatings)
	defer os.RemoveAll(filepath.Dir(path))
	l := dataset.Loader{Cleaning: dataset.Cleaning{MinItemRatings: 2}}
	set, report, err := l.OpenSet(context.Background(), path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(set.Ratings.Items.Len(), "item;", report.Drop(dataset.FewItemRatings).Count, "rating of others")
	// Output: 1 item; 1 rating of others
}

func ExampleLoader_OpenFS() {
	files := fstest.MapFS{"films/u.data": {Data: []byte("196\t242\t3\t881250949\n")}}
	set, _, err := dataset.Loader{}.OpenFS(context.Background(), files, "films")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(set.Ratings.Users.ID(0), set.Ratings.Items.ID(0), set.Ratings.Value[0])
	// Output: 196 242 3
}

func ExampleLoader_OpenFolds() {
	path := write("u1.base", "1\t10\t5\t9\n2\t10\t3\t9\n")
	dir := filepath.Dir(path)
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "u1.test"), []byte("1\t20\t4\t9\n"), 0o600); err != nil {
		log.Fatal(err)
	}
	folds, _, err := dataset.Loader{}.OpenFolds(context.Background(), dir, "u")
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range folds {
		fmt.Println(f.Name, f.Train.Len(), f.Test.Len(), f.Train.Items == f.Test.Items)
	}
	// Output: u1 2 1 true
}

func ExampleClean() {
	ratings := &dataset.Ratings{
		Name:  "by hand",
		Users: dataset.SequentialIndex(1, 2), Items: dataset.SequentialIndex(10, 2),
		User: []int32{0, 0, 1}, Item: []int32{0, 0, 1}, Value: []float32{3, 4, 5},
	}
	clean, report, err := dataset.Clean(ratings, dataset.Cleaning{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(clean.Value)
	fmt.Print(report)
	// Output:
	// [4 5]
	// by hand
	//   rows read                                        3
	//   rows kept                                        2
	//   dropped: duplicate                               1  line 1; "user 1, item 10", want one rating a pair; line 2 is newer
	//   users                                            2
	//   items                                            2
}

func ExampleJoinCatalogues() {
	mine, err := dataset.NewCatalogue("mine", []dataset.Movie{{ID: dataset.Int(1), Title: "Heat", Year: 1995}})
	if err != nil {
		log.Fatal(err)
	}
	theirs, err := dataset.NewCatalogue("theirs", []dataset.Movie{{ID: dataset.Int(949), TMDB: 949, Title: "Heat", Year: 1995, Directors: []string{"Michael Mann"}}})
	if err != nil {
		log.Fatal(err)
	}
	joined, report, err := dataset.JoinCatalogues(mine, theirs)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(joined.Movies[0].Directors, joined.Movies[0].TMDB)
	fmt.Println(report.Notes[0].Count, report.Notes[0].Text)
	// Output:
	// [Michael Mann] 949
	// 1 of 1 movies joined with theirs: 1 by title and year
}

func ExampleSet_Complete() {
	set := dataset.Set{Ratings: &dataset.Ratings{Users: dataset.SequentialIndex(1, 1), Items: dataset.SequentialIndex(7, 2)}}
	for _, m := range set.Complete().Movies {
		fmt.Println(m.ID, m.Title)
	}
	// Output:
	// 7 7
	// 8 8
}

func ExampleParseID() {
	fmt.Println(dataset.ParseID("42").IsInt(), dataset.ParseID("tt0114709").IsInt())
	// Output: true false
}

func ExampleNewIndex() {
	users, err := dataset.NewIndex([]int64{7, 9, 1000})
	if err != nil {
		log.Fatal(err)
	}
	row, ok := users.Row(dataset.Int(1000))
	fmt.Println(row, ok, users.ID(0))
	// Output: 2 true 7
}

func ExampleNewStringIndex() {
	items, err := dataset.NewStringIndex([]string{"heat", "seven"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(items.Row(dataset.Str("seven")))
	// Output: 1 true
}

func ExampleNewMatrix() {
	users, items := dataset.SequentialIndex(1, 2), dataset.SequentialIndex(10, 3)
	m, err := dataset.NewMatrix(users, items, []int32{0, 1, 0}, []int32{2, 0, 1}, []float32{4, 5, 3})
	if err != nil {
		log.Fatal(err)
	}
	cols, values := m.Row(0)
	fmt.Println(cols, values)
	rows, values := m.Transpose().Row(0)
	fmt.Println(rows, values)
	// Output:
	// [1 2] [3 4]
	// [1] [5]
}

func ExampleNewCatalogue() {
	c, err := dataset.NewCatalogue("films", []dataset.Movie{{ID: dataset.Int(1), IMDb: 114709, Title: "Toy Story"}})
	if err != nil {
		log.Fatal(err)
	}
	film, pos := c.ByIMDb(114709)
	fmt.Println(film.Title, pos)
	// Output: Toy Story 0
}
