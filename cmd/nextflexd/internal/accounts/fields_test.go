package accounts

import (
	"net/mail"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestCleanEmail(t *testing.T) {
	for _, tc := range []struct{ email, clean, fault string }{
		{"ada@example.org", "ada@example.org", ""},
		{" Ada.Lovelace+films@Example.ORG ", "Ada.Lovelace+films@example.org", ""},
		{"o'neill@mail.example.co.uk", "o'neill@mail.example.co.uk", ""},
		{"ada@bücher.example", "ada@bücher.example", ""},
		{"ada@bu\u0308cher.example", "ada@bücher.example", ""},
		{"", "", blank},
		{"  ", "", blank},
		{"ada", "", invalidAddress},
		{"@example.org", "", invalidAddress},
		{"ada@", "", invalidAddress},
		{"ada@localhost", "", invalidAddress},
		{"ada@example..org", "", invalidAddress},
		{"ada@-example.org", "", invalidAddress},
		{"ada@example-.org", "", invalidAddress},
		{".ada@example.org", "", invalidAddress},
		{"a..b@example.org", "", invalidAddress},
		{"ada lovelace@example.org", "", invalidAddress},
		{"Ada <ada@example.org>", "", invalidAddress},
		{"ada@example.org,eve@example.org", "", invalidAddress},
		{"ada@example.org\nBcc: eve@example.org", "", invalidAddress},
		{"ada\x00@example.org", "", invalidAddress},
		{"ada@[192.0.2.1]", "", invalidAddress},
		{strings.Repeat("a", 65) + "@example.org", "", invalidAddress},
		{"a@" + strings.Repeat("a", 64) + ".org", "", invalidAddress},
		{"a@" + strings.Repeat("a.", 130) + "org", "", invalidAddress},
	} {
		clean, fault := cleanEmail(tc.email)
		require.Equal(t, tc.clean, clean, tc.email)
		require.Equal(t, tc.fault, fault, tc.email)
	}
}

func FuzzCleanEmail(f *testing.F) {
	for _, seed := range []string{"ada@example.org", "a@b.c\r\nBcc: x@y.z", "ä@ö.ü", "\"a b\"@c.d", "a@b\u2028.c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, email string) {
		clean, fault := cleanEmail(email)
		if fault != "" {
			require.Empty(t, clean)
			return
		}
		require.True(t, utf8.ValidString(clean))
		require.LessOrEqual(t, len(clean), maxEmail)
		require.NotContains(t, clean, "\n")
		require.NotContains(t, clean, "\r")
		parsed, err := mail.ParseAddress(clean)
		require.NoError(t, err, "letters can be sent there: %q", clean)
		require.Equal(t, clean, parsed.Address)
		again, fault := cleanEmail(clean)
		require.Empty(t, fault)
		require.Equal(t, clean, again)
	})
}

func TestCleanName(t *testing.T) {
	for _, tc := range []struct{ name, clean, fault string }{
		{" Ada ", "Ada", ""},
		{"Jose\u0301 O'Neill-Łukasz 李", "José O'Neill-Łukasz 李", ""},
		{"", "", ""},
		{"a\nb", "", invalidValue},
		{"a\u202eb", "", invalidValue},
		{"\xff", "", invalidValue},
		{"see http://evil.example", "", invalidValue},
		{"WWW.evil.example", "", invalidValue},
		{strings.Repeat("é", 150), strings.Repeat("é", 150), ""},
		{strings.Repeat("é", 151), "", "Ensure this field has no more than 150 characters."},
	} {
		clean, fault := cleanName(tc.name)
		require.Equal(t, tc.clean, clean, tc.name)
		require.Equal(t, tc.fault, fault, tc.name)
	}
}

func TestThrottle(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	tries := newThrottle(func() time.Time { return now })
	wait := func(key string) time.Duration {
		err := tries.begin(key)
		if err == nil {
			return 0
		}
		var throttled *ThrottledError
		require.ErrorAs(t, err, &throttled)
		require.NotEmpty(t, err.Error())
		return throttled.RetryAfter
	}
	for range freeTries {
		require.Zero(t, wait("ada"))
	}
	for _, want := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second} {
		require.Equal(t, want, wait("ada"))
		require.Equal(t, want, wait("ada"), "to be refused makes it no longer")
		now = now.Add(want)
		require.Zero(t, wait("ada"))
	}
	require.Zero(t, wait("bob"))
	for range 50 {
		now = now.Add(longestWait)
		require.Zero(t, wait("ada"))
	}
	require.Equal(t, longestWait, wait("ada"))
	now = now.Add(forgetAfter + time.Second)
	for range freeTries {
		require.Zero(t, wait("ada"), "it is forgotten after a while")
	}
	tries.undo("ada")
	require.Zero(t, wait("ada"), "one was no guess")
	require.NotZero(t, wait("ada"))
	tries.clear("ada")
	require.Zero(t, wait("ada"))
	tries.undo("nobody")

	for i := range rememberedKeys + 10 {
		require.Zero(t, wait(strings.Repeat("x", i%200)+string(rune('a'+i%26))+time.Duration(i).String()))
	}
	require.LessOrEqual(t, tries.tries.Len(), rememberedKeys)
}

func TestFieldErrorSaysNoValues(t *testing.T) {
	faults := FieldError{}
	require.NoError(t, faults.err())
	faults.add("email", "", blank)
	require.EqualError(t, faults.err(), "accounts: 1 fields don't hold")
}
