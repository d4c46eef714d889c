// Package mail writes and sends the site's letters: by SMTP, or, while
// developing, into a folder. A queue sends them off the path of requests, so
// that the time of an answer doesn't tell whether an address has an account.
package mail
