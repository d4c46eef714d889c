package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/nextflex/nextflex/dataset/fetch"
)

type fetchCommand struct {
	Name   string `arg:"" optional:"" complete:"set" help:"Name of the set, such as ml-latest-small; --list names all."`
	List   bool   `help:"List the sets that can be fetched, and download nothing."`
	Dir    string `default:"." complete:"file" placeholder:"DIR" help:"Directory to put the archive into (default: here)."`
	Yes    bool   `help:"Accept the terms without being asked, as is needed where nobody can be."`
	Mirror string `placeholder:"URL" help:"Address of a mirror with the same files; their checksums are those of the publisher."`
}

// Help is shown by --help.
func (fetchCommand) Help() string {
	return `Downloads a public set of ratings as the archive that its publisher made, after showing address, size, checksum and terms of use and asking ` +
		`for consent. A download that was cut off goes on where it stopped, and only a whole file with the right checksum gets its name. ` +
		`All commands read the archive as it is.

Examples:

  nextflex fetch --list
  nextflex fetch ml-latest-small --dir data
  nextflex fetch ml-1m --dir data --yes && nextflex inspect data/ml-1m.zip`
}

// Validate is called by kong before the command runs.
func (c fetchCommand) Validate() error {
	if (c.Name == "") != c.List {
		return usagef("want the name of a set or --list, such as nextflex fetch ml-latest-small")
	}
	if c.Mirror == "" {
		return nil
	}
	if u, err := url.Parse(c.Mirror); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return usagef("--mirror is %q, want an address that begins with https:// or http://", c.Mirror)
	}
	return nil
}

// fetchSource is the JSON of one set that can be fetched.
type fetchSource struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Address string `json:"address"`
	Bytes   int64  `json:"bytes,omitempty"`   // absent where the publisher renews the file
	Ratings int    `json:"ratings,omitempty"` // likewise
	SHA256  string `json:"sha256,omitempty"`
	MD5     string `json:"md5,omitempty"`
	Terms   string `json:"terms"`
	Path    string `json:"path,omitempty"` // of the archive; absent in a list
}

func (c fetchCommand) describe(s fetch.Source) fetchSource {
	base := c.Mirror
	if base == "" {
		base = fetch.BaseURL
	}
	return fetchSource{
		Name: s.Name, Title: s.Title, Address: strings.TrimSuffix(base, "/") + "/" + s.Path, Bytes: s.Size, Ratings: s.Ratings,
		SHA256: s.SHA256, MD5: s.MD5, Terms: s.Terms,
	}
}

// setNames lists the sets that can be fetched.
func setNames() []string {
	var names []string
	for _, s := range fetch.Known() {
		names = append(names, s.Name)
	}
	return names
}

// Run fetches a set, or lists them.
func (c fetchCommand) Run(ctx context.Context, s *session) error {
	if c.List {
		return c.list(s)
	}
	wanted, err := fetch.Lookup(c.Name)
	if errors.Is(err, fetch.ErrUnknown) {
		return notFoundf("no set is called %q; there are %s", c.Name, strings.Join(setNames(), ", "))
	}
	if err != nil {
		return err
	}
	if err := c.agree(ctx, s, wanted); err != nil {
		return err
	}
	b := s.newBar("downloading "+wanted.Name, true)
	defer b.close()
	client := fetch.Client{BaseURL: c.Mirror, Progress: func(p fetch.Progress) { b.set(p.Bytes, p.Total) }}
	path, err := client.Fetch(ctx, wanted, c.Dir)
	b.close()
	if err != nil {
		return err
	}
	if s.JSON {
		answer := c.describe(wanted)
		answer.Path = path
		return s.printJSON(answer)
	}
	s.print("%s", path)
	return nil
}

func (c fetchCommand) list(s *session) error {
	if s.JSON {
		list := []fetchSource{}
		for _, source := range fetch.Known() {
			list = append(list, c.describe(source))
		}
		return s.printJSON(map[string]any{"sets": list})
	}
	t := &table{columns: []column{{head: "name"}, {head: "ratings", right: true}, {head: "download", right: true}, {head: "what it is", cut: true}}}
	for _, source := range fetch.Known() {
		ratings, size := "varies", "varies"
		if source.Ratings > 0 {
			ratings = thousands(source.Ratings)
		}
		if source.Size > 0 {
			size = bytesText(source.Size)
		}
		t.row(source.Name, ratings, size, source.Title)
	}
	s.printTable(t)
	return nil
}

// agree shows what would be downloaded and on what terms, and asks. It shows
// that under --quiet as well: consent to terms unseen is none.
func (c fetchCommand) agree(ctx context.Context, s *session, wanted fetch.Source) error {
	d := c.describe(wanted)
	size, sum := "as the server tells", "the one that stands beside the file"
	if d.Bytes > 0 {
		size = fmt.Sprintf("%s (%s bytes)", bytesText(d.Bytes), thousands(d.Bytes))
	}
	switch {
	case d.SHA256 != "":
		sum = "SHA-256 " + d.SHA256
	case d.MD5 != "":
		sum = "MD5 " + d.MD5
	}
	fmt.Fprintf(s.stderr, "%s\n  from      %s\n  into      %s\n  size      %s\n  checksum  %s\n  terms     %s\n", d.Title, d.Address, c.Dir, size, sum, d.Terms)
	if c.Yes {
		return nil
	}
	if !s.canAsk {
		return usagef("nobody is there to accept the terms: say --yes to do so")
	}
	yes, err := s.ask(ctx, "Accept the terms and download?")
	if err != nil {
		return err
	}
	if !yes {
		return errors.New("terms not accepted, nothing downloaded")
	}
	return nil
}
