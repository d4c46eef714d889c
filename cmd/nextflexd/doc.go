/*
Nextflexd is the NextFlex site behind an API: accounts, ratings, posts with images, search, four kinds of
recommendation, and what the staff needs to run it.

	nextflexd                                   the embedded demo set on http://127.0.0.1:8080
	nextflexd --data ml-latest-small            a set of your own
	nextflexd --data ml-latest-small --data imdb-5000   with directors, actors and keywords of another
	nextflexd --data ml-25m --model ml-25m.nfm  with a model that "nextflex train" made
	nextflexd check                             what is wrong with the settings and what they name
	nextflexd admin create --email root@example.org
	nextflexd serve --help                      every setting

It keeps a database and a folder beneath --data-dir, made on the first start for its owner alone, or uses MySQL (--db)
and S3 (--blob, --data). Every setting is a flag, an environment variable NEXTFLEX_... and a key of a YAML file
(--config); nextflexd.sample.yaml names them all.

Under /api/v1 it answers four questions: what is new or popular (movies), what is best rated by all
(recommendations/top), what is like a title (recommendations/similar), and what will this person like
(recommendations/me, and recommendations/session for guests). /auth speaks djoser's contract with JSON web tokens.
/api/v1/openapi.json describes every route; errors there are problem+json (RFC 9457).

The daemon listens on loopback until --addr says otherwise, has no default password, and stops on an interrupt once
the requests under way are answered; a second interrupt stops it at once.
*/
package main
