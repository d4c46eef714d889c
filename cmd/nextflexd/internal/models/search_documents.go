package models

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/search"
)

// SearchDocuments returns what the search index is made from, and a fingerprint
// that is the same where they are. A film's popularity is the number of its
// votes at the source, or of its ratings where it has none of those.
func (s *Snapshot) SearchDocuments() (documents []search.Document, fingerprint string) {
	documents = make([]search.Document, s.Films.Len())
	hash := sha256.New()
	w := bufio.NewWriter(hash)
	for i := range documents {
		m := &s.Films.Movies[i]
		votes := float64(m.VoteCount)
		if votes == 0 {
			votes, _ = s.Catalog.Votes(int32(i))
		}
		d := search.Document{
			ID: m.ID.String(), Titles: []string{m.Title}, Year: m.Year,
			People: slices.Concat(m.Directors, m.Cast), Keywords: m.Keywords, Popularity: votes,
		}
		if m.OriginalTitle != "" && m.OriginalTitle != m.Title {
			d.Titles = append(d.Titles, m.OriginalTitle)
		}
		documents[i] = d
		fmt.Fprintf(w, "%q %q %d %q %q %g\n", d.ID, d.Titles, d.Year, d.People, d.Keywords, d.Popularity) // of a hash, which never fails
	}
	_ = w.Flush()
	return documents, searchFormat + hex.EncodeToString(hash.Sum(nil))
}

// searchFormat changes when the index is to be built anew over the same films.
const searchFormat = "1-"
