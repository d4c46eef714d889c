package main

import (
	"log/slog"

	"github.com/nextflex/nextflex/cmd/nextflexd/internal/api"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/models"
	"github.com/nextflex/nextflex/cmd/nextflexd/internal/settings"
)

type openAPICommand struct {
	Format string `enum:"json,yaml" default:"json" help:"${enum}."`
}

// Run prints the document that the site serves at /api/v1/openapi.json, without
// opening anything.
func (c *openAPICommand) Run(in *surroundings, _ *settings.Site) error {
	server := api.New(api.Config{Version: version()}, api.Parts{Snapshot: &models.Snapshot{}}, slog.New(slog.DiscardHandler))
	text, err := server.Document(c.Format)
	if err != nil {
		return err
	}
	_, err = in.stdout.Write(append(text, '\n'))
	return err
}
