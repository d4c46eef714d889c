// Command server answers recommendations from an HTTP handler. A new snapshot
// takes the old one's place while requests go on.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/nextflex/nextflex/als"
	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/recommend"
)

var engine atomic.Pointer[recommend.Engine]

// retrain makes a new snapshot and puts it in service.
func retrain(ctx context.Context) error {
	set, err := dataset.Demo()
	if err != nil {
		return err
	}
	model, err := als.Train(ctx, set.Ratings.Matrix(), als.Config{Factors: 16, Iterations: 5})
	if err != nil {
		return err
	}
	next, err := recommend.New(set, model, recommend.Config{})
	if err != nil {
		return err
	}
	engine.Store(next)
	return nil
}

// recommendations answers POST with a JSON list of {"Item": id, "Value": rating}.
func recommendations(w http.ResponseWriter, r *http.Request) {
	var ratings []recommend.Rating
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(&ratings); err != nil {
		http.Error(w, "want a JSON list of ratings", http.StatusBadRequest)
		return
	}
	list, err := engine.Load().ForRatings(ratings, recommend.Query{K: 5})
	var refused *recommend.RatingError
	switch {
	case errors.As(err, &refused):
		http.Error(w, refused.Error(), http.StatusUnprocessableEntity)
		return
	case err != nil:
		log.Print(err)
		http.Error(w, "the server failed", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(list.Items); err != nil {
		log.Print(err)
	}
}

func main() {
	if err := retrain(context.Background()); err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("POST /recommendations", recommendations)
	server := &http.Server{Addr: "127.0.0.1:8081", ReadHeaderTimeout: 10 * time.Second}
	log.Print("listening on http://", server.Addr)
	log.Fatal(server.ListenAndServe())
}
