// Package dataset reads rating sets and film catalogues, cleans them, and holds
// them in the shapes that the recommenders work on.
//
//	ratings, report, err := dataset.Open("ratings.csv.zst") // any known layout
//	if err != nil {
//		return err
//	}
//	fmt.Print(report)                 // rows read, kept, dropped and why
//	matrix := ratings.Matrix()        // users x items, compressed sparse rows
//	items, stars := matrix.Row(0)     // of the first user
//
//	set, report, err := dataset.OpenSet("ml-latest-small", "imdb-5000")
//	film, _ := set.Catalogue.ByIMDb(114709)
//
// # What is recognised
//
// Files are recognised by their header or by the shape of their first lines,
// never by their name alone: MovieLens in all its layouts (CSV, u.data and
// u.item, double colons), MovieTweetings, Kaggle's The Movies Dataset, TMDB 5000,
// IMDb 5000, LightGCN's lists, any CSV or TSV with usual column names, and any
// other with the columns that Loader.Columns names. Each may be plain, gzip, zstd
// or in a zip archive. The Format constants list them.
//
// # Faults
//
// A fault costs its row and is counted by reason in the Report, with the first
// ten line numbers and an example. With Loader.Strict the first one is a
// *ParseError instead, which names file, line, column, field and value. A field
// of a catalogue that can't be read is left empty and noted. What packed files
// may unpack to, the length of lines and the depth of lists are bounded.
//
// # Costs
//
// Reading takes one pass and all processors, about a GB a second on each, and 16
// bytes of memory a rating (12 without times), half as much again for streams of
// unknown size. The matrix of ratings in ascending order shares their memory; its
// transpose takes 8 bytes a rating. Ids are numbered in ascending order, so that
// rows depend neither on the order of a file nor on who read which part. A Ratings, Matrix, Index and Catalogue never change once they are handed
// out and are safe for concurrent use; their slices belong to them.
//
// # Caveats
//
// Times are seconds from 1970 to 2106, and 0 means unknown. Values are float32.
// A set has at most 2^31-1 ratings. Text that isn't UTF-8 is read as Latin-1.
package dataset
