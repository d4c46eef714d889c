package api

import (
	"fmt"
	"net/http"
	"strings"
)

// IfMatch is the precondition of a request that changes something: the ETag
// that the client last saw (RFC 9110, 13.1.1). Without one the change is made
// whatever happened meanwhile.
type IfMatch struct {
	IfMatch string `header:"If-Match" maxLength:"200" doc:"ETag of what the client last saw; refused with 412 where it has changed since"`
}

// check refuses a change of something that isn't what the client last saw.
func (p IfMatch) check(current string) error {
	if p.IfMatch == "" || p.IfMatch == "*" {
		return nil
	}
	for tag := range strings.SplitSeq(p.IfMatch, ",") {
		if strings.TrimSpace(tag) == current {
			return nil
		}
	}
	return problem(http.StatusPreconditionFailed, "it has changed since you saw it; look at it again")
}

// IfNoneMatch is the precondition of a request that makes something and must not
// change it where it is there (RFC 9110, 13.1.2).
type IfNoneMatch struct {
	IfNoneMatch string `header:"If-None-Match" enum:"*" doc:"* has nothing changed that is there already; refused with 412 then"`
}

// etag makes an ETag of what tells versions apart.
func etag(parts ...any) string {
	texts := make([]string, len(parts))
	for i, p := range parts {
		texts[i] = fmt.Sprint(p)
	}
	return `"` + strings.Join(texts, "-") + `"`
}
