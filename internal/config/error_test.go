package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/nextflex/nextflex/internal/config"
)

func TestErrorNamesFieldValueAndRange(t *testing.T) {
	err := &config.Error{Package: "als", Field: "Factors", Value: 999, Want: "1 to 512"}
	require.EqualError(t, err, "als: Factors is 999, want 1 to 512")
}
