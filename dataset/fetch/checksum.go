package fetch

import (
	"context"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
	"os"
	"strings"
)

// checksum is what a file has to add up to.
type checksum struct {
	name string // of the method
	make func() hash.Hash
	want string
}

// checksum returns the strongest checksum known of a set; for sets that are
// renewed it asks for the one that stands beside the file now.
func (c Client) checksum(ctx context.Context, s Source) (checksum, error) {
	switch {
	case s.SHA256 != "":
		return checksum{"SHA-256", sha256.New, strings.ToLower(s.SHA256)}, nil
	case s.MD5 != "":
		return checksum{"MD5", md5.New, strings.ToLower(s.MD5)}, nil
	}
	var text []byte
	err := c.retry(ctx, func() (bool, error) {
		watched, alive, stop := c.watched(ctx)
		defer stop()
		response, err := c.get(watched, s.Path+".md5", nil)
		if err != nil {
			return false, cause(watched, err)
		}
		defer response.Body.Close() // only read from
		alive()
		text, err = io.ReadAll(io.LimitReader(response.Body, 4096))
		return false, cause(watched, err)
	})
	if err != nil {
		return checksum{}, err
	}
	sum, err := parseMD5(string(text), s.Path)
	return checksum{"MD5", md5.New, sum}, err
}

// check returns nil where the file has the checksum, ErrChecksum where it hasn't.
func (s checksum) check(ctx context.Context, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close() // only read from
	h := s.make()
	block := make([]byte, 1<<20)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := file.Read(block)
		_, _ = h.Write(block[:n]) // a hash does not fail
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != s.want {
		return fmt.Errorf("%w: the %s of %s is %s, want %s", ErrChecksum, s.name, path, got, s.want)
	}
	return nil
}

// parseMD5 reads the usual forms of a checksum file, "MD5 (name) = sum" of BSD,
// "sum  name" of GNU and the sum alone, and finds the line of a file.
func parseMD5(text, name string) (string, error) {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		var sum, of string
		switch {
		case len(fields) == 4 && fields[0] == "MD5" && fields[2] == "=":
			sum, of = fields[3], strings.TrimSuffix(strings.TrimPrefix(fields[1], "("), ")")
		case len(fields) == 2:
			sum, of = fields[0], strings.TrimPrefix(fields[1], "*")
		case len(fields) == 1:
			sum, of = fields[0], name
		default:
			continue
		}
		if raw, err := hex.DecodeString(sum); err == nil && len(raw) == md5.Size && of == name {
			return strings.ToLower(sum), nil
		}
	}
	return "", fmt.Errorf("no MD5 of %s in %.60q", name, text)
}
