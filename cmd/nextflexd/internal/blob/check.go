package blob

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
)

// checkPrefixKey begins the keys of the contents that Check writes.
const checkPrefixKey = "check/"

// check tries every step on a small content that nobody else has.
func check(ctx context.Context, s Store) (err error) {
	key := checkPrefixKey + strings.ToLower(rand.Text())
	want := []byte("nextflex looks whether it can write here\n")
	if _, err := s.Put(ctx, key, bytes.NewReader(want), PutOptions{Type: "text/plain", Limit: int64(len(want))}); err != nil {
		return fmt.Errorf("blob: checking %s: it can't be written: %w", s, err)
	}
	defer func() {
		if deleted := s.Delete(ctx, key); deleted != nil {
			err = errors.Join(err, fmt.Errorf("blob: checking %s: %s can't be deleted: %w", s, key, deleted))
		}
	}()
	content, err := s.Open(ctx, key)
	if err != nil {
		return fmt.Errorf("blob: checking %s: what was written can't be read: %w", s, err)
	}
	got, err := io.ReadAll(io.LimitReader(content, int64(len(want))+1))
	if err = errors.Join(err, content.Close()); err != nil {
		return fmt.Errorf("blob: checking %s: what was written can't be read: %w", s, err)
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("blob: checking %s: what is read isn't what was written", s)
	}
	for info, err := range s.List(ctx, key) {
		if err != nil {
			return fmt.Errorf("blob: checking %s: it can't be listed: %w", s, err)
		}
		if info.Key == key {
			return nil
		}
	}
	return fmt.Errorf("blob: checking %s: what was written isn't in the list", s)
}
