package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"
)

// session is what a command talks to: its streams, and whether people or
// programs are at the other end of them.
type session struct {
	stdin   io.Reader
	console io.Writer // standard output itself, for help and for streams of data
	stderr  io.Writer
	out     bytes.Buffer // the result, written to console once the command has succeeded

	barDelay time.Duration
	width    int  // columns of the terminal on standard output, 0 where that is no terminal
	bars     bool // standard error is a terminal: progress may be drawn
	canAsk   bool // standard input and standard error are terminals: questions may be asked

	JSON, Quiet bool
}

func newSession(stdin io.Reader, stdout, stderr io.Writer) *session {
	s := &session{stdin: stdin, console: stdout, stderr: stderr, barDelay: barDelay}
	if fd, ok := terminal(stdout); ok {
		s.width = 80
		if w, _, err := term.GetSize(fd); err == nil && w > 0 {
			s.width = w
		}
	}
	_, s.bars = terminal(stderr)
	_, in := terminal(stdin)
	s.canAsk = in && s.bars
	return s
}

// terminal returns the descriptor of a stream that is a terminal.
func terminal(stream any) (int, bool) {
	f, ok := stream.(*os.File)
	if !ok {
		return 0, false
	}
	fd := int(f.Fd())
	return fd, term.IsTerminal(fd)
}

// note tells the person something that is not the result.
func (s *session) note(format string, args ...any) {
	if !s.Quiet {
		fmt.Fprintln(s.stderr, printable(fmt.Sprintf(format, args...)))
	}
}

// print adds a line to the result.
func (s *session) print(format string, args ...any) {
	fmt.Fprintf(&s.out, format+"\n", args...)
}

// printJSON adds a value to the result as indented JSON.
func (s *session) printJSON(v any) error {
	enc := json.NewEncoder(&s.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("JSON: %w", err)
	}
	return nil
}

// flush writes the result. A full disk behind a redirection is an error, and
// not a silent half of a result.
func (s *session) flush() error {
	if _, err := s.out.WriteTo(s.console); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}

// ask puts a question to the person and tells whether the answer was yes. No
// answer, such as an end of input, is a no.
func (s *session) ask(ctx context.Context, question string) (bool, error) {
	fmt.Fprint(s.stderr, question+" [y/N] ")
	answer := make(chan string, 1)
	go func() { // reading cannot be interrupted: the program ends under it
		line, _ := bufio.NewReader(s.stdin).ReadString('\n')
		answer <- line
	}()
	select {
	case <-ctx.Done():
		fmt.Fprintln(s.stderr)
		return false, ctx.Err()
	case line := <-answer:
		if !strings.HasSuffix(line, "\n") {
			fmt.Fprintln(s.stderr)
		}
		line = strings.ToLower(strings.TrimSpace(line))
		return line == "y" || line == "yes", nil
	}
}
