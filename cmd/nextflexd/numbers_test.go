package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/store"
)

func TestNumbers(t *testing.T) {
	site := opened(t)
	now := time.Now()
	n := &numbers{db: site.db, now: func() time.Time { return now }}
	require.Zero(t, n.things()["users"])
	_, err := site.db.CreateUser(t.Context(), store.User{Email: "ada@example.org", Role: store.RoleUser})
	require.NoError(t, err)
	require.Zero(t, n.things()["users"], "counted a moment ago")
	now = now.Add(countEvery)
	require.EqualValues(t, 1, n.things()["users"])
	require.NoError(t, site.db.Close())
	now = now.Add(countEvery)
	require.Nil(t, n.things())
}
