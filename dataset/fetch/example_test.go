package fetch_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/nextflex/nextflex/dataset/fetch"
)

func ExampleClient_Fetch() {
	// A server of our own, in place of files.grouplens.org.
	content := []byte("ratings")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(content)
	}))
	defer server.Close()
	dir, err := os.MkdirTemp("", "fetch")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	source := fetch.Source{
		Name: "mine", Path: "mine.zip", Size: int64(len(content)), Terms: "do as you like",
		SHA256: fmt.Sprintf("%x", sha256.Sum256(content)),
	}
	client := fetch.Client{
		BaseURL:  server.URL,
		Confirm:  func(s fetch.Source) error { fmt.Println("terms:", s.Terms); return nil },
		Progress: func(p fetch.Progress) { fmt.Println(p.Bytes, "of", p.Total) },
	}
	path, err := client.Fetch(context.Background(), source, dir)
	fmt.Println(filepath.Base(path), err)
	// Output:
	// terms: do as you like
	// 7 of 7
	// mine.zip <nil>
}

func ExampleLookup() {
	source, err := fetch.Lookup("ml-100k")
	fmt.Println(source.Title, source.Ratings, source.Size, err)
	_, err = fetch.Lookup("ml-100")
	fmt.Println(errors.Is(err, fetch.ErrUnknown))
	// Output:
	// MovieLens 100K (1998) 100000 4924029 <nil>
	// true
}

func ExampleKnown() {
	for _, source := range fetch.Known() {
		fmt.Println(source.Name)
	}
	// Output:
	// ml-latest-small
	// ml-100k
	// ml-1m
	// ml-10m
	// ml-20m
	// ml-25m
	// ml-32m
	// ml-latest
}

func ExampleSource_Verification() {
	fixed, _ := fetch.Lookup("ml-32m")
	renewed, _ := fetch.Lookup("ml-latest")
	fmt.Println(fixed.Verification())
	fmt.Println(renewed.Verification())
	// Output:
	// MD5 d472be332d4daa821edc399621853b57
	// the MD5 in ml-latest.zip.md5, beside the file on the server
}

func ExampleStatusError() {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	source, _ := fetch.Lookup("ml-100k")
	_, err := fetch.Client{BaseURL: server.URL}.Fetch(context.Background(), source, os.TempDir())
	var status *fetch.StatusError
	fmt.Println(errors.As(err, &status), status.Code)
	// Output: true 404
}
