/*
Command nextflex recommends films from ratings, offline.

	nextflex inspect [PATH...]           what a data set is, and what cleaning dropped
	nextflex fetch NAME                  download a public set, after showing its terms
	nextflex generate --out FILE         write a simulated set of any size
	nextflex train --data PATH --out M   train a model and save it
	nextflex evaluate --data PATH        measure a model, or two: RMSE, recall, NDCG..., intervals, plots
	nextflex tune --data PATH --out S    search the settings of a model that do best
	nextflex recommend --model M --user U    recommend to a person, or to ratings given along
	nextflex similar --data PATH TITLE   the films most like a film
	nextflex top --data PATH             best rated, popular, trending, newest
	nextflex version                     the version of the program
	nextflex completion SHELL            completion for bash, zsh or fish

Each command explains itself with --help. Without --data commands work on the
demo set that is built in: real films, simulated ratings. Every answer from it
says so, in the caption of its table and as "simulated" in its JSON.

# Streams

The result goes to standard output, once the command has succeeded; all else
goes to standard error: notes, errors, and progress bars where standard error is
a terminal. --quiet leaves only errors. Tables are aligned, and cut to the
width of the terminal; in a pipe they are never cut.

With --json standard output is one JSON document with stable names in snake
case. A failure then prints

	{"error": {"kind": "ambiguous", "message": "...", "exit_code": 3, "choices": [{"id": 4, "title": "...", "year": 1996}]}}

where kind is one of failed, usage, not_found, ambiguous and interrupted.

# Exit codes

	0    done
	1    failed: a file that cannot be read or written, data in no known format, a damaged model
	2    wrong usage: an unknown flag, a value out of range
	3    not found: no such title, person, fold or set, or a title that several films have
	130  interrupted by Ctrl-C

Files are written beside their name, synced and renamed, so that neither a
failure nor an interruption leaves half a file.

# The source

main.go calls run; run.go, session.go and failure.go are the frame (parsing,
streams, exit codes), grammar.go lists the subcommands, and each subcommand has
a file of its own name.
*/
package main
