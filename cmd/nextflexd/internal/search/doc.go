// Package search finds films by title, people and keywords, as a person types.
//
//	index, err := search.Open(ctx, db, search.SQLite)
//	err = index.Build(ctx, documents, fingerprint)
//	found, err := index.Search(ctx, search.Query{Text: "godf", Limit: 10})
//
// The index is made of tables of its own beside the others of a database: a
// full-text index (FTS5 in SQLite, FULLTEXT in MySQL and MariaDB), the titles
// in sorted form, and the words with the number of their films. Both databases
// give the same answers, since words are made here: folded as
// similarity.Fold does (case, accents, punctuation), and stored so that no
// tokenizer, stop word list, minimal length or query syntax of a database
// touches them (see token). A query is words and nothing else.
//
// # Matching
//
// Every word of the query must be found; the last may be the beginning of a
// word. "The", "a", "an", "and" and "of" needn't be found where other words are
// there. A leading article of a title doesn't count, nor how words are joined:
// "spiderman" finds "Spider-Man". Where fewer films are found than were asked
// for, words of four letters and more may have a typing fault, of eight and more
// two (restricted Damerau-Levenshtein distance); such films come after all that
// match as typed. Where still nothing is found, words of three letters beside
// others may have one, too.
//
// # Ranking
//
//	score = level + 0.7·popularity + 0.3·coverage - 2·faults
//
// levels (that of films that match with typing faults is 10 less):
//
//	16  the query is the whole title (original and alternative titles too)
//	15  the title begins with the query
//	14  all words are in one of the titles
//	13  all words are in the names of people
//	12  all words are in keywords
//	11  all words are found, in several of these or in the year
//
// popularity is log(1+p)/log(1+largest p), 0 to 1. coverage is the part of the
// title's letters that the query has; 1/2 of a whole title whose words are
// joined otherwise; of names and keywords 1/3 for the first, 1/6 for the second
// and so on, since a leading part tells more. faults is the number of typing
// faults, at most 3. Popularity and coverage together are 0 to 1, so of films
// without faults a better level comes first whatever their popularity, and every
// film that matches as typed comes before those with faults. Ties go to the film
// that came first by popularity, then by id, when the index was built.
//
// # Cost
//
// A search takes two to seven queries that stop at as many films as are
// wanted, and reads those. Typing faults cost one pass over all words in memory
// (about 5 ns a word, most are left by a mask of letters). Building writes
// beside the index in use, in transactions of 1,000 films, and then changes one
// row: who searches meanwhile gets the old index or the new one.
package search
