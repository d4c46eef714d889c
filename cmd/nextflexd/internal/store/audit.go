package store

import (
	"context"
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
