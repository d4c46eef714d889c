package store

import "context"

// SiteValue returns a small value that the whole site shares.
func (q Queries) SiteValue(ctx context.Context, name string) (string, error) {
	return one(ctx, q, "reading "+name, scanText, "SELECT value FROM site_values WHERE name = ?", name)
}

// LockSiteValue is SiteValue inside a transaction that sets it next.
func (q Queries) LockSiteValue(ctx context.Context, name string) (string, error) {
	return one(ctx, q, "reading "+name, scanText, "SELECT value FROM site_values WHERE name = ?"+q.locking(), name)
}

// SetSiteValue writes a value that the whole site shares.
func (q Queries) SetSiteValue(ctx context.Context, name, value string) error {
	return q.upsert(ctx, "writing "+name, "site_values", 1, []string{"name", "value"}, nil, name, value)
}

func scanText(row scanner) (string, error) {
	var s string
	err := row.Scan(&s)
	return s, err
}

// Lock lets no other transaction of the site pass that locks the same name,
// until this one ends. It must come before anything is read.
func (q Queries) Lock(ctx context.Context, name string) error {
	if q.dialect == SQLite {
		return nil // a transaction that writes has the whole file
	}
	return q.SetSiteValue(ctx, "lock "+name, "")
}
