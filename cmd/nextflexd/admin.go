package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"golang.org/x/term"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/accounts"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
)

type adminCommand struct {
	Create adminCreateCommand `cmd:"" help:"Make an administrator, or make one of an account. The password is asked for, or read from standard input."`
}

type adminCreateCommand struct {
	Email     string `required:"" placeholder:"ADDRESS" help:"E-mail address to log in with."`
	FirstName string `name:"first-name" placeholder:"NAME" help:"First name."`
	LastName  string `name:"last-name" placeholder:"NAME" help:"Last name."`
}

// Run makes the account. The password is never an argument, which others on the
// machine could read.
func (c *adminCreateCommand) Run(in *surroundings, s *settings.Site) error {
	password, err := readPassword(in)
	if err != nil {
		return err
	}
	site, err := openSite(in.ctx, s, "http://localhost", in.log)
	if err != nil {
		return err
	}
	u, err := site.accounts.CreateAdmin(in.ctx, accounts.Registration{Email: c.Email, FirstName: c.FirstName, LastName: c.LastName, Password: password, Repeated: password})
	var faults accounts.FieldError
	if errors.As(err, &faults) {
		err = errors.New("no account was made: " + sentences(faults))
	}
	if err == nil {
		fmt.Fprintf(in.stdout, "%s is an administrator.\n", u.Email)
	}
	return errors.Join(err, site.close(in.ctx))
}

func sentences(faults accounts.FieldError) string {
	var parts []string
	for field, messages := range faults {
		parts = append(parts, field+": "+strings.Join(messages, " "))
	}
	slices.Sort(parts)
	return strings.Join(parts, "; ")
}

// readPassword asks on a terminal, twice and without showing it, or reads a line.
func readPassword(in *surroundings) (string, error) {
	file, ok := in.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(in.stdin, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		if line = strings.TrimRight(line, "\r\n"); line == "" {
			return "", errors.New("standard input holds no password")
		}
		return line, nil
	}
	var typed [2]string
	for i, prompt := range []string{"Password: ", "Again: "} {
		fmt.Fprint(in.stderr, prompt)
		text, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(in.stderr)
		if err != nil {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		typed[i] = string(text)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two passwords differ")
	}
	return typed[0], nil
}
