package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rivo/uniseg"
	"github.com/schollz/progressbar/v3"
)

// bar is progress on a terminal, one phase after another. A nil bar, which a
// session without a terminal gives, does nothing. Drawing is best effort: a
// terminal that went away must not fail the work.
type bar struct {
	w     io.Writer
	bytes bool // steps are bytes
	text  string
	shown *progressbar.ProgressBar // nil between phases
	total int64                    // of shown
	line  int                      // width of a text that stands on the line without a bar
	delay time.Duration            // before the bar of a phase is drawn
	since time.Time                // when the phase began
}

// barDelay keeps bars of what is done at once from flickering.
const barDelay = 300 * time.Millisecond

// newBar starts with a text that stands alone until there is something to
// count. Callers defer close.
func (s *session) newBar(text string, bytes bool) *bar {
	if !s.bars || s.Quiet {
		return nil
	}
	b := &bar{w: s.stderr, bytes: bytes, delay: s.barDelay}
	b.phase(text)
	return b
}

// phase ends what is shown and shows another text.
func (b *bar) phase(text string) {
	if b == nil || text == b.text {
		return
	}
	b.clear()
	b.text = printable(text)
	b.since = time.Now()
	b.line = uniseg.StringWidth(b.text) + 1
	fmt.Fprint(b.w, "\r"+b.text+" ")
}

// set moves the bar. A total of 0 or less is unknown; another total than
// before, as of the next file, starts another bar.
func (b *bar) set(done, total int64) {
	if b == nil {
		return
	}
	if total <= 0 {
		total = -1
	}
	if b.shown == nil && time.Since(b.since) < b.delay {
		return
	}
	if b.shown == nil || b.total != total {
		b.clear()
		b.shown, b.total = b.start(total), total
	}
	if total > 0 && done >= total {
		// A bar that has reached its end never draws again.
		b.clear()
		return
	}
	_ = b.shown.Set64(done)
}

func (b *bar) start(total int64) *progressbar.ProgressBar {
	return progressbar.NewOptions64(total,
		progressbar.OptionSetWriter(b.w),
		progressbar.OptionSetDescription(b.text),
		progressbar.OptionShowBytes(b.bytes),
		progressbar.OptionSetWidth(24),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionShowCount(),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionClearOnFinish(),
	)
}

// label changes the text before the bar.
func (b *bar) label(text string) {
	if b == nil {
		return
	}
	b.text = printable(text)
	if b.shown != nil {
		b.shown.Describe(b.text)
	}
}

func (b *bar) clear() {
	if b.shown != nil {
		_ = b.shown.Clear()
		_ = b.shown.Exit()
		b.shown = nil
	}
	if b.line > 0 {
		fmt.Fprint(b.w, "\r"+strings.Repeat(" ", b.line)+"\r")
		b.line = 0
	}
}

// close removes the bar from the terminal. It may be called twice.
func (b *bar) close() {
	if b != nil {
		b.clear()
	}
}
