/*
Nextflexd serves movie recommendations over HTTP.

	nextflexd                                   the embedded demo set on http://127.0.0.1:8080
	nextflexd --data ml-latest-small            a set of your own
	nextflexd --data ml-latest-small --data imdb-5000   with directors, actors and keywords of another
	nextflexd --data ml-25m --model ml-25m.nfm  with a model that "nextflex train" made

It answers four questions under /api/v1: what is new or popular (movies), what is best rated by all
(recommendations/top), what is like a title (recommendations/similar), and what will this person like
(recommendations/session). /api/v1/openapi.json describes every route; errors are problem+json (RFC 9457).

The daemon listens on loopback until --addr says otherwise, writes nothing to disk, and stops on an interrupt once the
requests under way are answered.
*/
package main
