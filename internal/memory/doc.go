// Package memory allocates the large tables that are read at random.
package memory
