package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

type completionCommand struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"Shell to complete for: bash, zsh or fish."`
}

// Help is shown by --help.
func (completionCommand) Help() string {
	return `Prints a script that teaches a shell the commands, flags and values of nextflex. Load it at the start of a session.

Examples:

  source <(nextflex completion bash)                 # in ~/.bashrc
  source <(nextflex completion zsh)                  # in ~/.zshrc, after compinit
  nextflex completion fish > ~/.config/fish/completions/nextflex.fish`
}

// Run prints the script.
func (c completionCommand) Run(s *session, app *kong.Application) error {
	commands := completions(app)
	switch c.Shell {
	case "bash":
		s.out.WriteString(bashCompletion(commands))
	case "zsh":
		s.out.WriteString(zshCompletion(commands))
	case "fish":
		s.out.WriteString(fishCompletion(commands))
	}
	return nil
}

// completeCommand is what completion knows of a subcommand.
type completeCommand struct {
	name, help string
	flags      []completeValue
	arg        completeValue // the positional argument; its name is empty where the command takes none
}

// completeValue is a flag or an argument, and what may stand as its value.
type completeValue struct {
	name, help string
	short      string
	takesValue bool
	files      bool     // a path
	words      []string // the only values there are
}

// completions reads the grammar, so that no list is kept by hand. A field with
// the tag complete:"file" takes paths, one with complete:"set" the name of a
// public set; values of an enum complete by themselves.
func completions(app *kong.Application) []completeCommand {
	var list []completeCommand
	for _, node := range app.Leaves(true) {
		c := completeCommand{name: node.Name, help: node.Help}
		for _, group := range node.AllFlags(true) {
			for _, flag := range group {
				v := completeValueOf(flag.Value)
				if flag.Short != 0 {
					v.short = string(flag.Short)
				}
				c.flags = append(c.flags, v)
			}
		}
		if len(node.Positional) > 0 {
			c.arg = completeValueOf(node.Positional[0])
		}
		list = append(list, c)
	}
	return list
}

func completeValueOf(v *kong.Value) completeValue {
	c := completeValue{name: v.Name, help: firstSentence(v.Help), takesValue: !v.IsBool()}
	switch v.Tag.Get("complete") {
	case "file":
		c.files = true
	case "set":
		c.words = setNames()
	}
	if v.Enum != "" {
		for _, word := range v.EnumSlice() {
			if word != "" {
				c.words = append(c.words, word)
			}
		}
	}
	return c
}

// firstSentence is what fits beside a flag in a menu.
func firstSentence(help string) string {
	first, _, _ := strings.Cut(help, ". ")
	first, _, _ = strings.Cut(first, "; ")
	return strings.TrimSuffix(first, ".")
}

// spellings returns a flag as people type it.
func (v completeValue) spellings() []string {
	list := []string{"--" + v.name}
	if v.short != "" {
		list = append(list, "-"+v.short)
	}
	if len(v.name) == 1 {
		list = []string{"-" + v.name}
	}
	return list
}

const bashHead = `# bash completion for nextflex
_nextflex() {
    local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" command="" i
    # bash makes a word of = in --flag=value
    if [[ $cur == "=" ]]; then
        cur=""
    elif [[ $prev == "=" ]]; then
        prev="${COMP_WORDS[COMP_CWORD-2]}"
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "${COMP_WORDS[i]}" in
            %s) command="${COMP_WORDS[i]}"; break ;;
        esac
    done
    COMPREPLY=()
    case "$command $prev" in
`

func bashCompletion(commands []completeCommand) string {
	var b strings.Builder
	var names []string
	for _, c := range commands {
		names = append(names, c.name)
	}
	fmt.Fprintf(&b, bashHead, strings.Join(names, "|"))
	for _, c := range commands {
		for _, f := range c.flags {
			for _, spelling := range f.spellings() {
				if f.takesValue {
					fmt.Fprintf(&b, "        %q) %s return ;;\n", c.name+" "+spelling, bashReply(f))
				}
			}
		}
	}
	b.WriteString("    esac\n    if [[ $cur == -* ]]; then\n        case \"$command\" in\n")
	for _, c := range commands {
		var flags []string
		for _, f := range c.flags {
			flags = append(flags, f.spellings()...)
		}
		fmt.Fprintf(&b, "            %s) COMPREPLY=($(compgen -W %q -- \"$cur\")) ;;\n", c.name, strings.Join(flags, " "))
	}
	b.WriteString("        esac\n        return\n    fi\n    case \"$command\" in\n")
	fmt.Fprintf(&b, "        \"\") COMPREPLY=($(compgen -W %q -- \"$cur\")) ;;\n", strings.Join(names, " "))
	for _, c := range commands {
		if c.arg.name != "" {
			fmt.Fprintf(&b, "        %s) %s ;;\n", c.name, strings.TrimSuffix(bashReply(c.arg), ";"))
		}
	}
	b.WriteString("    esac\n}\ncomplete -F _nextflex nextflex\n")
	return b.String()
}

// bashReply sets COMPREPLY to what a value may be; to nothing where it may be
// anything.
func bashReply(v completeValue) string {
	switch {
	case v.files:
		return `compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur");`
	case len(v.words) > 0:
		return fmt.Sprintf(`COMPREPLY=($(compgen -W %q -- "$cur"));`, strings.Join(v.words, " "))
	}
	return ":;"
}

func zshCompletion(commands []completeCommand) string {
	var b strings.Builder
	b.WriteString("#compdef nextflex\n# zsh completion for nextflex\n_nextflex() {\n    local curcontext=\"$curcontext\" state line\n    local -a commands\n    commands=(\n")
	for _, c := range commands {
		fmt.Fprintf(&b, "        %s\n", quoteSingle(c.name+":"+c.help))
	}
	b.WriteString("    )\n    _arguments -C '1: :->command' '*:: :->rest'\n    case $state in\n        command) _describe -t commands command commands ;;\n        rest)\n            case $words[1] in\n")
	for _, c := range commands {
		fmt.Fprintf(&b, "                %s)\n                    _arguments", c.name)
		for _, f := range c.flags {
			for _, spelling := range f.spellings() {
				spec := "*" + spelling
				if f.takesValue && strings.HasPrefix(spelling, "--") {
					spec += "="
				}
				spec += "[" + zshText(f.help) + "]"
				if f.takesValue {
					spec += ":" + f.name + ":" + zshAction(f)
				}
				b.WriteString(" \\\n                        " + quoteSingle(spec))
			}
		}
		if c.arg.name != "" {
			b.WriteString(" \\\n                        " + quoteSingle("*:"+c.arg.name+":"+zshAction(c.arg)))
		}
		b.WriteString(" ;;\n")
	}
	b.WriteString("            esac ;;\n    esac\n}\nif [ \"$funcstack[1]\" = _nextflex ]; then\n    _nextflex \"$@\"\nelse\n    compdef _nextflex nextflex\nfi\n")
	return b.String()
}

func zshAction(v completeValue) string {
	switch {
	case v.files:
		return "_files"
	case len(v.words) > 0:
		return "(" + strings.Join(v.words, " ") + ")"
	}
	return " "
}

// zshText takes from a help text what means something in a spec of _arguments.
func zshText(help string) string {
	return strings.NewReplacer("[", "(", "]", ")", ":", " -").Replace(help)
}

func fishCompletion(commands []completeCommand) string {
	var b strings.Builder
	b.WriteString("# fish completion for nextflex\ncomplete -c nextflex -f\n")
	for _, c := range commands {
		fmt.Fprintf(&b, "complete -c nextflex -n __fish_use_subcommand -a %s -d %s\n", c.name, quoteSingle(c.help))
	}
	for _, c := range commands {
		on := quoteSingle("__fish_seen_subcommand_from " + c.name)
		for _, f := range c.flags {
			fmt.Fprintf(&b, "complete -c nextflex -n %s", on)
			for _, spelling := range f.spellings() {
				if long, ok := strings.CutPrefix(spelling, "--"); ok {
					b.WriteString(" -l " + long)
				} else {
					b.WriteString(" -s " + spelling[1:])
				}
			}
			if f.takesValue {
				b.WriteString(" -r" + fishWords(f))
			}
			fmt.Fprintf(&b, " -d %s\n", quoteSingle(f.help))
		}
		if words := fishWords(c.arg); words != "" {
			fmt.Fprintf(&b, "complete -c nextflex -n %s%s\n", on, words)
		}
	}
	return b.String()
}

func fishWords(v completeValue) string {
	switch {
	case v.files:
		return " -F"
	case len(v.words) > 0:
		return " -a " + quoteSingle(strings.Join(v.words, " "))
	}
	return ""
}

// quoteSingle quotes a text for a shell, fish included.
func quoteSingle(text string) string {
	return "'" + strings.ReplaceAll(strings.ReplaceAll(text, `\`, ``), `'`, `’`) + "'"
}
