package main

import (
	"context"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/bayes"
	"github.com/nextflex/nextflex/dataset"
)

// attributes are what a set tells of films and of people, which --features takes.
type attributes struct {
	films  *dataset.Catalogue
	people *dataset.People
}

// attributesOf is an error where a set tells nothing.
func attributesOf(set *dataset.Set) (attributes, error) {
	a := attributes{set.Catalogue, set.People}
	if a.none() {
		return a, usagef("--features needs films or people, and %s has none", set.Name)
	}
	return a, nil
}

// none tells whether nothing is known.
func (a attributes) none() bool { return a.films.Len() == 0 && a.people.Len() == 0 }

// openAttributes opens the set that --features is about, whose ratings may come from published
// folds.
func openAttributes(ctx context.Context, s *session, data dataFlags) (attributes, error) {
	set, err := data.ratings(ctx, s)
	if err != nil {
		return attributes{}, err
	}
	return attributesOf(set)
}

// tables returns the features of users and items, nil where nothing is known of either.
func (a attributes) tables(r *dataset.Ratings) (users, items *dataset.CSR) {
	if a.people.Len() > 0 {
		users = a.people.Features(r.Users)
	}
	if a.films.Len() > 0 {
		items = a.films.Features(r.Items)
	}
	return users, items
}

func (a attributes) forALS(r *dataset.Ratings) []als.TrainOption {
	users, items := a.tables(r)
	return []als.TrainOption{als.WithUserFeatures(users), als.WithItemFeatures(items)}
}

func (a attributes) forBayes(r *dataset.Ratings) []bayes.TrainOption {
	users, items := a.tables(r)
	return []bayes.TrainOption{bayes.WithUserFeatures(users), bayes.WithItemFeatures(items)}
}
