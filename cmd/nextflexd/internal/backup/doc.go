// Package backup writes the whole site into one file and reads it back: every
// table but those that are derived, and every blob but the backups themselves.
// A file from SQLite can be restored into MySQL, and the other way round.
//
// # File
//
// A backup is a zip archive:
//
//	tables/NAME.jsonl  a table, an array of JSON a row, in the order of the columns in the manifest
//	blobs/KEY          a blob
//	blobs.jsonl        key, media type, size and SHA-256 of every blob
//	manifest.json      versions, tables with columns, rows and SHA-256; see Manifest
//
// Bytes are base64; so is, as {"bytes": ...}, a text that isn't UTF-8.
//
// The rows come from one transaction that sees one state, while people go on
// using the site. Blobs are copied after the rows: they never change, so that
// every row finds its own, unless somebody deleted a post meanwhile, which
// Manifest.Missing tells.
//
// # Secrets
//
// A backup holds what the database holds: password hashes, second factors, the
// keys that sign tokens. [WriteFile] makes the file readable for its owner alone;
// whoever copies it elsewhere must keep it so. It isn't encrypted.
package backup
