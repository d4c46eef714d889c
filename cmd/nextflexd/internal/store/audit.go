package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// AuditEntry is a line of the audit log: who did what to what, and when. It
// outlives the person.
type AuditEntry struct {
	ID        int64
	At        time.Time
	ActorID   int64  // 0 for the daemon itself
	Actor     string // e-mail address at that time, or "nextflexd"
	Action    string // such as "post.hide" or "user.delete"
	Target    string // such as "post 12"
	Address   string // of the client
	RequestID string
	Details   map[string]any // never a secret
}

// Audit adds a line to the audit log. Inside the transaction of the change it
// is there exactly if the change is.
func (q Queries) Audit(ctx context.Context, e AuditEntry) error {
	details, err := json.Marshal(e.Details)
	if err != nil {
		return fmt.Errorf("store: details of %s: %w", e.Action, err)
	}
	var actor any
	if e.ActorID != 0 {
		actor = e.ActorID
	}
	_, err = q.exec(ctx, "writing to the audit log", "INSERT INTO audit_log (at, actor_id, actor, action, target, address, request_id, details) VALUES ("+marks(8)+")",
		millis(q.Now()), actor, e.Actor, e.Action, e.Target, e.Address, e.RequestID, string(details))
	return err
}

// AuditQuery says which lines of the audit log are wanted.
type AuditQuery struct {
	Before  int64  // lines with a smaller id; 0 for the newest
	ActorID int64  // 0 for anybody's
	Action  string // its beginning
	Target  string
	Limit   int
}

// AuditEntries returns lines of the audit log, newest first.
func (q Queries) AuditEntries(ctx context.Context, a AuditQuery) ([]AuditEntry, error) {
	return all(ctx, q, "reading the audit log", func(row scanner) (AuditEntry, error) {
		var e AuditEntry
		var actor sql.NullInt64
		var details string
		err := row.Scan(&e.ID, moment{&e.At}, &actor, &e.Actor, &e.Action, &e.Target, &e.Address, &e.RequestID, &details)
		e.ActorID = actor.Int64
		if err == nil {
			err = json.Unmarshal([]byte(details), &e.Details)
		}
		return e, err
	}, "SELECT id, at, actor_id, actor, action, target, address, request_id, details FROM audit_log WHERE (? = 0 OR id < ?) AND (? = 0 OR actor_id = ?) AND action LIKE ? ESCAPE '!' AND (? = '' OR target = ?) ORDER BY id DESC LIMIT ?",
		a.Before, a.Before, a.ActorID, a.ActorID, likePattern(a.Action)+"%", a.Target, a.Target, a.Limit)
}

// ForgetAudit deletes lines older than a time.
func (q Queries) ForgetAudit(ctx context.Context, before time.Time) (int64, error) {
	return q.exec(ctx, "forgetting the audit log", "DELETE FROM audit_log WHERE at < ?", millis(before))
}
