package bucket

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

func transportOptions(t *http.Transport) { t.ResponseHeaderTimeout = answerTimeout }

// Error is a failure of the service or on the way to it, told for people. What
// the SDK has to say of it, with addresses and request ids, is behind Unwrap.
type Error struct {
	Doing  string // such as "writing s3://bucket/key"
	Reason string // why, and what to do about it
	Code   string // of the service, such as NoSuchBucket; may be empty
	cause  error
}

// Error implements error.
func (e *Error) Error() string {
	if e.Code == "" {
		return e.Doing + ": " + e.Reason
	}
	return e.Doing + ": " + e.Reason + " (" + e.Code + ")"
}

// Unwrap returns the error of the SDK.
func (e *Error) Unwrap() error { return e.cause }

// Is makes an object that isn't there fs.ErrNotExist, and a refusal
// fs.ErrPermission.
func (e *Error) Is(target error) bool {
	switch e.Reason {
	case reasonNoObject:
		return target == fs.ErrNotExist
	case reasonDenied, reasonSignature, reasonKey:
		return target == fs.ErrPermission
	}
	return false
}

const (
	reasonNoObject  = "there is no such object"
	reasonNoBucket  = "there is no such bucket"
	reasonDenied    = "access is denied; the credentials lack a permission for this"
	reasonSignature = "the service refuses the signature; is AWS_SECRET_ACCESS_KEY right?"
	reasonKey       = "the service doesn't know the access key; is AWS_ACCESS_KEY_ID right?"
)

// reasons tell what the codes of S3 mean
// (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
var reasons = map[string]string{
	"NoSuchKey":                    reasonNoObject,
	"NoSuchVersion":                reasonNoObject,
	"NotFound":                     reasonNoObject, // HEAD has no body to tell more
	"NoSuchBucket":                 reasonNoBucket,
	"AccessDenied":                 reasonDenied,
	"Forbidden":                    reasonDenied,
	"AllAccessDisabled":            reasonDenied,
	"SignatureDoesNotMatch":        reasonSignature,
	"InvalidAccessKeyId":           reasonKey,
	"XAdminUserNotFound":           reasonKey, // versitygw
	"ExpiredToken":                 "the credentials have expired",
	"InvalidToken":                 "the credentials are of no use here",
	"RequestTimeTooSkewed":         "the clock of this machine is wrong",
	"PermanentRedirect":            "the bucket is in another region; set AWS_REGION",
	"AuthorizationHeaderMalformed": "the bucket is in another region; set AWS_REGION",
	"PreconditionFailed":           "the object has changed meanwhile",
	"SlowDown":                     "the service asks to slow down",
	"EntityTooLarge":               "the object is larger than the service takes",
}

// Explain turns an error of the SDK into an *Error. The end of a context stays
// recognisable. nil stays nil.
func Explain(doing string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", doing, contextError(err))
	}
	told := &Error{Doing: doing, cause: err}
	var api smithy.APIError
	if errors.As(err, &api) {
		told.Code, told.Reason = api.ErrorCode(), reasons[api.ErrorCode()]
		if told.Reason != "" {
			return told
		}
	}
	var answer *awshttp.ResponseError
	var sending *smithyhttp.RequestSendError
	var network net.Error
	switch {
	case errors.As(err, &answer) && told.Code == "" && answer.HTTPStatusCode() != 0:
		told.Reason = answerReason(answer.HTTPStatusCode())
	case told.Code != "":
		told.Reason = "the service refuses it"
	case errors.As(err, &network) && network.Timeout():
		told.Reason = "the service doesn't answer in time"
	case errors.As(err, &network), errors.As(err, &sending):
		told.Reason = "the service can't be reached; is the endpoint right?"
	default:
		return fmt.Errorf("%s: %w", doing, err)
	}
	return told
}

// contextError finds the plain error of a context, since the SDK writes the
// whole request around it.
func contextError(err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return context.DeadlineExceeded
	}
	return context.Canceled
}

func answerReason(status int) string {
	switch {
	case status == http.StatusNotFound:
		return reasonNoObject
	case status == http.StatusForbidden, status == http.StatusUnauthorized:
		return reasonDenied
	case status == http.StatusMovedPermanently:
		return reasons["PermanentRedirect"]
	case status >= 500:
		return fmt.Sprintf("the service is in trouble: status %d", status)
	}
	return fmt.Sprintf("the service refuses it: status %d", status)
}
