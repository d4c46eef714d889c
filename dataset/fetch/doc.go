/*
Package fetch downloads the public rating sets of GroupLens and makes sure that
what has arrived is what was published.

	source, err := fetch.Lookup("ml-latest-small")
	fmt.Println(source.Terms) // show them before downloading
	client := fetch.Client{Confirm: askThePerson}
	path, err := client.Fetch(ctx, source, "data") // data/ml-latest-small.zip
	set, report, err := dataset.OpenSet(path)      // read from the archive as it is

A download goes to NAME.zip.part first. One that was cut off is taken up where it
stopped, if the server still has the same file. Only a whole file with the right
checksum gets its name. This is the one library package that knows HTTP.
*/
package fetch
