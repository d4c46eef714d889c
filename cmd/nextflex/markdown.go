package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// writeMarkdown writes the report as Markdown. Plots are named from where it lies.
func (a *evaluateAnswer) writeMarkdown(path string) error {
	text := a.markdown(filepath.Dir(path))
	return writeBeside(path, func(f *os.File) error {
		if _, err := f.Write(text); err != nil {
			return fmt.Errorf("%s cannot be written: %w", path, unwrapPath(err))
		}
		return nil
	})
}

func (a *evaluateAnswer) markdown(dir string) []byte {
	var b bytes.Buffer
	first := a.Folds[0]
	fmt.Fprintf(&b, "# %s on %s, %s\n\n", markdownText(a.Model), markdownText(a.name()), a.Split)
	if a.Simulated {
		b.WriteString("The ratings are simulated.\n\n")
	}
	fmt.Fprintf(&b, "%s ratings to train on, %s to test with", thousands(first.Train), thousands(first.Test))
	if len(a.Folds) > 1 {
		fmt.Fprintf(&b, " in the first of %d folds", len(a.Folds))
	}
	fmt.Fprintf(&b, ".\n\nProtocol: %s.\n\n", markdownText(a.Protocol))
	head := []string{"metric", "mean"}
	if a.hasIntervals() {
		head = append(head, "95 %")
	}
	if len(a.Folds) > 1 {
		head = append(head, "std")
		for _, f := range a.Folds {
			head = append(head, f.Name)
		}
	}
	var rows [][]string
	for _, name := range a.shownNames() {
		m := a.Metrics[name]
		row := []string{name, decimal(m.Mean, 4)}
		if a.hasIntervals() {
			row = append(row, interval(m))
		}
		if len(a.Folds) > 1 {
			row = append(row, decimal(m.Std, 4))
			for _, v := range m.Folds {
				row = append(row, decimal(v, 4))
			}
		}
		rows = append(rows, row)
	}
	markdownTable(&b, head, rows)
	if a.Against != nil {
		a.Against.markdown(&b, a.Model)
	}
	for _, p := range a.Plots {
		name, err := filepath.Rel(dir, p)
		if err != nil {
			name = p
		}
		fmt.Fprintf(&b, "\n![%s](<%s>)\n", plotTitles[filepath.Base(p)], filepath.ToSlash(name))
	}
	return b.Bytes()
}

func (r *rival) markdown(b *bytes.Buffer, model string) {
	fmt.Fprintf(b, "\n## %s against %s\n\n", model, r.Model)
	var rows [][]string
	for _, c := range r.Tests {
		rows = append(rows, testCells(c))
	}
	markdownTable(b, []string{"metric", model, r.Model, "difference", "95 %", "p", "p of t", "effect", "users"}, rows)
	b.WriteString("\n" + testsExplained + "\n")
}

// markdownTable writes a table whose first column is text and whose others are numbers.
func markdownTable(b *bytes.Buffer, head []string, rows [][]string) {
	for i, row := range append([][]string{head}, rows...) {
		for _, cell := range row {
			b.WriteString("| " + markdownText(cell) + " ")
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString("|---" + strings.Repeat("|---:", len(head)-1) + "|\n")
		}
	}
}

// markdownText keeps a text from being read as Markdown; names come from files.
func markdownText(text string) string {
	return strings.NewReplacer("|", "\\|", "\\", "\\\\", "*", "\\*", "`", "\\`", "[", "\\[", "<", "&lt;", "#", "\\#").Replace(printable(text))
}
