/*
Package fetch downloads the public rating sets of GroupLens and makes sure that
what has arrived is what was published.

	source, err := fetch.Lookup("ml-latest-small")
	client := fetch.Client{Confirm: func(s fetch.Source) error {
		fmt.Println(s.Terms) // return an error to refuse them
		return nil
	}}
	path, err := client.Fetch(ctx, source, "data") // data/ml-latest-small.zip
	set, report, err := dataset.OpenSet(path)      // read from the archive as it is

A download goes to NAME.zip.part first, and to NAME.zip.part.etag what the server
calls this version of the file. One that was cut off or cancelled is taken up where
it stopped, if the server still has the same version. Only a whole file with the
right checksum gets its name; one with a wrong checksum is removed.

The checksum is one that was published and stands in Source, SHA-256 or MD5, or,
for sets that the publisher renews, the MD5 that stands beside the file on the same
server: Source.Verification tells which. The latter finds damage, not fraud by the
server or by a mirror, and MD5 withstands no forger either.

Costs: a constant amount of memory, the size of the archive on disk. A Client may be
used by several goroutines, but not for the same file in the same directory. This is
the one library package that knows HTTP; it asks one host alone and refuses to be
sent to another.
*/
package fetch
