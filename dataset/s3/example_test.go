package s3_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/nextflex/nextflex/dataset"
	"github.com/nextflex/nextflex/dataset/s3"
	"github.com/nextflex/nextflex/internal/s3test"
)

func ExampleFetch() {
	// A service in memory stands in for S3.
	server := httptest.NewServer(gofakes3.New(s3mem.New(), gofakes3.WithLogger(gofakes3.DiscardLog())).Server())
	defer server.Close()
	client := s3test.Service{Endpoint: server.URL, AccessKey: "key", SecretKey: "secret"}.Client()
	ctx, bucket, key := context.Background(), "films", "sets/small/ratings.csv"
	if _, err := client.CreateBucket(ctx, &awss3.CreateBucketInput{Bucket: &bucket}); err != nil {
		fmt.Println(err)
	}
	if _, err := client.PutObject(ctx, &awss3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("userId,movieId,rating\n1,2,4\n1,3,5\n")}); err != nil {
		fmt.Println(err)
	}

	cache, err := os.MkdirTemp("", "cache")
	if err != nil {
		fmt.Println(err)
	}
	defer os.RemoveAll(cache)
	path, err := s3.Fetch(ctx, "s3://films/sets/small?anonymous=true&endpoint="+url.QueryEscape(server.URL), cache, s3.Options{})
	if err != nil {
		fmt.Println(err)
	}
	set, _, err := dataset.OpenSet(path)
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(filepath.Base(path), set.Ratings.Len())
	// Output: small 2
}
