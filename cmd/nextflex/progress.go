package main

import (
	"time"

	"github.com/schollz/progressbar/v3"
)

// bar is progress on a terminal. A nil bar, which a session without a terminal
// gives, does nothing.
type bar struct {
	shown *progressbar.ProgressBar
}

// newBar starts a bar over total steps (bytes, where bytes is set); a total of
// 0 or less is unknown. Callers defer close.
func (s *session) newBar(label string, total int64, bytes bool) *bar {
	if !s.bars || s.Quiet {
		return nil
	}
	if total <= 0 {
		total = -1
	}
	return &bar{progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(s.stderr),
		progressbar.OptionSetDescription(label),
		progressbar.OptionShowBytes(bytes),
		progressbar.OptionSetWidth(24),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetElapsedTime(false),
	)}
}

// set moves the bar; a total that became known replaces the old one. Drawing
// is best effort: a terminal that went away must not fail the work.
func (b *bar) set(done, total int64) {
	if b == nil {
		return
	}
	if total > 0 && total != b.shown.GetMax64() {
		b.shown.ChangeMax64(total)
	}
	_ = b.shown.Set64(done)
}

// label changes the text before the bar.
func (b *bar) label(text string) {
	if b != nil {
		b.shown.Describe(printable(text))
	}
}

// close removes the bar from the terminal. It may be called twice.
func (b *bar) close() {
	if b == nil || b.shown == nil {
		return
	}
	_ = b.shown.Clear()
	_ = b.shown.Exit()
	b.shown = nil
}
