// Package bucket says where something is in S3, or in a service that speaks its
// protocol, and makes the client for it.
//
// An address is
//
//	s3://bucket/key?endpoint=https://s3.example.org&region=eu-central-1&path_style=true&anonymous=true
//
// All settings may be left out. What is missing comes from where AWS's own
// tools take it: AWS_ENDPOINT_URL, AWS_REGION, AWS_PROFILE, AWS_ACCESS_KEY_ID
// and the other variables, ~/.aws, or the role of the machine. With an endpoint
// the bucket stands in the path, as services other than AWS want it, unless
// path_style is false. Keys and passwords have no place in an address.
package bucket

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/logging"
)

// Scheme begins every address.
const Scheme = "s3://"

// Location is a place in a bucket.
type Location struct {
	Bucket    string
	Key       string // of one object, or the beginning of many; may be empty
	Endpoint  string // empty for AWS, or what its configuration says
	Region    string // empty for what AWS's configuration says
	PathStyle *bool  // nil: with an endpoint only
	Anonymous bool   // unsigned requests, for buckets that are open to everybody
}

// bucketName is what S3 allows, and what leaves nothing to escape
// (docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// maxKey is the longest key of S3, in bytes.
const maxKey = 1024

// Is tells whether an address is one of S3.
func Is(address string) bool { return strings.HasPrefix(address, Scheme) }

// Parse reads an address. Errors don't repeat the address, in which somebody may
// have written a password.
func Parse(address string) (Location, error) {
	var l Location
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" {
		return l, errors.New("bucket: the address can't be read; want s3://bucket/key")
	}
	if u.User != nil {
		return l, errors.New("bucket: keys don't belong into the address; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE")
	}
	if l.Bucket = u.Host; !bucketName.MatchString(l.Bucket) {
		return l, fmt.Errorf("bucket: %q is no name of a bucket; want 3 to 63 of a-z, 0-9, dashes and dots", l.Bucket)
	}
	l.Key = strings.TrimPrefix(u.Path, "/")
	if len(l.Key) > maxKey || strings.ContainsRune(l.Key, 0) {
		return l, fmt.Errorf("bucket: the key has %d bytes or a NUL among them, want at most %d", len(l.Key), maxKey)
	}
	settings, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return l, errors.New("bucket: the settings behind the ? can't be read")
	}
	for name, values := range settings {
		if err := l.set(name, values[0]); err != nil {
			return l, err
		}
	}
	return l, nil
}

func (l *Location) set(name, value string) error {
	switch name {
	case "endpoint":
		u, err := url.Parse(value)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.User != nil || u.RawQuery != "" {
			return errors.New("bucket: the endpoint can't be used; want http:// or https://, a host and perhaps a port")
		}
		l.Endpoint = value
	case "region":
		l.Region = value
	case "path_style", "anonymous":
		on, err := strconv.ParseBool(value)
		if err != nil {
			return fmt.Errorf("bucket: %s is %q, want true or false", name, value)
		}
		if name == "anonymous" {
			l.Anonymous = on
		} else {
			l.PathStyle = &on
		}
	default:
		return fmt.Errorf("bucket: unknown setting %q, want endpoint, region, path_style and anonymous", name)
	}
	return nil
}

// String returns the address without settings, for messages.
func (l Location) String() string { return Scheme + l.Bucket + "/" + l.Key }

// Limits of a connection. There is none on a whole request: a body takes as
// long as it keeps coming.
const (
	credentialsTimeout = 15 * time.Second
	answerTimeout      = 60 * time.Second
)

// Client returns the client of a location. It looks for credentials at once, so
// that a start without any says so, and not the first upload.
func (l Location) Client(ctx context.Context) (*s3.Client, error) {
	options := []func(*config.LoadOptions) error{
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTransportOptions(transportOptions)),
		config.WithLogger(logging.Nop{}), // what matters comes as an error
	}
	if l.Region != "" {
		options = append(options, config.WithRegion(l.Region))
	}
	if l.Anonymous {
		options = append(options, config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	}
	settings, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("bucket: reading the configuration of AWS: %w", err)
	}
	var problem error
	client := s3.NewFromConfig(settings, func(o *s3.Options) {
		if l.Endpoint != "" {
			o.BaseEndpoint = &l.Endpoint
		}
		o.UsePathStyle = o.BaseEndpoint != nil // which also comes from AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_S3
		if l.PathStyle != nil {
			o.UsePathStyle = *l.PathStyle
		}
		if o.Region == "" {
			o.Region = "us-east-1" // what services other than AWS expect where they have no regions
			if o.BaseEndpoint == nil {
				problem = errors.New("bucket: no region; set AWS_REGION, or region= in the address")
			}
		}
	})
	if problem != nil {
		return nil, problem
	}
	if !l.Anonymous {
		asking, cancel := context.WithTimeout(ctx, credentialsTimeout)
		defer cancel()
		if _, err := settings.Credentials.Retrieve(asking); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, &Error{Doing: "opening " + l.String(), Reason: "no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, or run where a role is given", cause: err}
		}
	}
	return client, nil
}
