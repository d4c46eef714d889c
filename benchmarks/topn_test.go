package benchmarks

import (
	"context"
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/benchmarks/internal/sets"
)

// BenchmarkTopN lists the ten best items without those seen: for all users on all
// processors, and for one user after the other on one.
func BenchmarkTopN(b *testing.B) {
	p := plan(b)
	b.Run("all", func(b *testing.B) {
		m := matrixOf(b, p.Implicit())
		model := trained(b, m, true)
		b.Run(fmt.Sprintf("%s-items/f=64", sets.SizeName(m.NumItems())), func(b *testing.B) {
			for b.Loop() {
				_, err := model.RecommendAll(context.Background(), nil, 10, m, 0)
				require.NoError(b, err)
			}
			perSecond(b, float64(m.NumUsers()), "users/s")
		})
	})
	b.Run("one", func(b *testing.B) {
		m := matrixOf(b, p.Explicit())
		model := trained(b, m, false)
		b.Run(fmt.Sprintf("%s-items/f=64", sets.SizeName(m.NumItems())), func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			_, err := model.Recommend(0, 10) // makes the index that all lists share
			require.NoError(b, err)
			user := int32(0)
			for b.Loop() {
				seen, _ := m.Row(user)
				_, err := model.Recommend(user, 10, als.Exclude(seen))
				require.NoError(b, err)
				user = (user + 1) % int32(m.NumUsers())
			}
			perSecond(b, 1, "users/s")
		})
	})
}
