// Package features is the arithmetic of what is known of rows beside their ratings: tables
// of features, and the ridge regression of rows on them, by which als and bayes say what
// they expect of a row.
package features
