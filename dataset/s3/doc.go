/*
Package s3 brings data sets and trained models from S3, or from a service that
speaks its protocol, and sends them there.

	path, err := s3.Fetch(ctx, "s3://films/ml-latest-small.zip", cache, s3.Options{})
	set, report, err := dataset.OpenSet(path)

An address names an object, or the beginning of many, which become a directory.
Where the service is and which credentials to use come from where AWS's own tools
take them (AWS_REGION, AWS_PROFILE, AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, ~/.aws,
the role of the machine) or, credentials apart, from the address:

	s3://bucket/key?endpoint=https://s3.example.org&region=eu-central-1&path_style=true&anonymous=true

What has been fetched stays in the cache. Another Fetch asks what the bucket
holds now and brings only what has another entity tag or size; nothing is taken
for complete before it is. A Fetch needs the right to list the bucket for a
prefix, and to read its objects.

Costs: some 16 MiB of memory, and the size of the objects on disk. Several
goroutines and processes may fetch into the same cache.
*/
package s3
