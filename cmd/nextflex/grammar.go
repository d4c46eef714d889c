package main

import (
	"errors"

	"github.com/alecthomas/kong"
)

// commandLine is the grammar of the program: a field a subcommand.
type commandLine struct {
	Inspect    inspectCommand    `cmd:"" help:"Say what a data set is and what cleaning dropped."`
	Fetch      fetchCommand      `cmd:"" help:"Download a public data set."`
	Generate   generateCommand   `cmd:"" help:"Write a simulated set of ratings of any size."`
	Train      trainCommand      `cmd:"" help:"Train a model on ratings and save it."`
	Evaluate   evaluateCommand   `cmd:"" help:"Measure how well a model predicts and recommends."`
	Tune       tuneCommand       `cmd:"" help:"Search the settings of a model that do best, and save them."`
	Recommend  recommendCommand  `cmd:"" help:"Recommend films to a person."`
	Similar    similarCommand    `cmd:"" help:"List the films most like a film."`
	Top        topCommand        `cmd:"" help:"List the best rated, popular, trending or newest films."`
	Version    versionCommand    `cmd:"" help:"Print the version of the program."`
	Completion completionCommand `cmd:"" help:"Print a completion script for a shell."`

	JSON  bool     `name:"json" group:"output" help:"Print JSON for programs instead of a table."`
	Quiet bool     `short:"q" group:"output" help:"No progress and no notes on standard error."`
	Help  helpFlag `short:"h" group:"output" help:"Show help for the program or for a command."`
}

const description = `Recommend films from ratings, offline. Without --data every command works on a small demo set with real ` +
	`films and simulated ratings, so that all of them can be tried at once.

  nextflex top                                  what is best rated by all
  nextflex similar "The Third Man"              what is like this title
  nextflex recommend --rate "Alien=5" --rate "Heat=2"    what will I like
  nextflex train --data ratings.csv --out my.nfm         a model of your own

Results go to standard output, everything else to standard error.

Exit codes:

  0    done
  1    failed: a file that cannot be read or written, data in no known format
  2    wrong usage: an unknown flag, a value out of range
  3    not found: no such title, person, fold or set, or a title that several films have
  130  interrupted; nothing half-written is left behind`

// errHelpShown ends parsing after --help. It is no failure.
var errHelpShown = errors.New("help shown")

type helpFlag bool

// BeforeReset prints help before kong checks that required arguments are there.
func (helpFlag) BeforeReset(ctx *kong.Context) error {
	if err := ctx.PrintUsage(false); err != nil {
		return err
	}
	return errHelpShown
}

// IgnoreDefault tells kong that the flag has no value to reset.
func (helpFlag) IgnoreDefault() {}
