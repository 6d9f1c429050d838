// Error codes of requests whose signature cannot be accepted; which of them a service answers is in authn/refusal.cpp.
// Source: S3 API reference, "Error responses"; IAM and EC2 API references, "Common errors"; IAM guide, "Troubleshoot signed
// requests".
#pragma once

#include "base/result.h"

namespace sekisho::error {

// S3
inline constexpr ErrorCode AuthorizationHeaderMalformed{"AuthorizationHeaderMalformed", 400,
                                                        "The authorization header is malformed"};
inline constexpr ErrorCode AuthorizationQueryParametersError{"AuthorizationQueryParametersError", 400,
                                                             "Error parsing the X-Amz-Credential parameter"};
inline constexpr ErrorCode InvalidAccessKeyId{"InvalidAccessKeyId", 403,
                                              "The AWS Access Key Id you provided does not exist in our records."};
inline constexpr ErrorCode RequestTimeTooSkewed{"RequestTimeTooSkewed", 403,
                                                "The difference between the request time and the current time is too large."};
inline constexpr ErrorCode InvalidToken{"InvalidToken", 400, "The provided token is malformed or otherwise invalid."};
inline constexpr ErrorCode S3ExpiredToken{"ExpiredToken", 400, "The provided token has expired."};
inline constexpr ErrorCode S3SignatureDoesNotMatch{
    "SignatureDoesNotMatch", 403,
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."};
inline constexpr ErrorCode XAmzContentSHA256Mismatch{
    "XAmzContentSHA256Mismatch", 400, "The provided 'x-amz-content-sha256' header does not match what was computed."};
inline constexpr ErrorCode SignatureInvalidArgument{"InvalidArgument", 400, "Invalid Argument"};
inline constexpr ErrorCode SignatureInvalidRequest{"InvalidRequest", 400, "Invalid Request"};
inline constexpr ErrorCode DecodedLengthMissing{"MissingContentLength", 411,
                                                "You must provide the Content-Length HTTP header."};
inline constexpr ErrorCode IncompleteBody{"IncompleteBody", 400, "The request body terminated unexpectedly"};
inline constexpr ErrorCode InvalidChunkSize{"InvalidChunkSizeError", 403,
                                            "Only the last chunk is allowed to have a size less than 8192 bytes"};
inline constexpr ErrorCode MalformedTrailer{
    "MalformedTrailerError", 400,
    "The request contained trailing data that was not well-formed or did not conform to our published schema."};

// IAM, STS and others with the query protocol
inline constexpr ErrorCode IncompleteSignature{"IncompleteSignature", 400,
                                               "The request signature does not conform to AWS standards."};
inline constexpr ErrorCode MissingAuthenticationToken{"MissingAuthenticationToken", 403,
                                                      "Request is missing Authentication Token"};
inline constexpr ErrorCode InvalidClientTokenId{"InvalidClientTokenId", 403,
                                                "The security token included in the request is invalid."};
inline constexpr ErrorCode ExpiredToken{"ExpiredToken", 403, "The security token included in the request is expired"};
inline constexpr ErrorCode SignatureDoesNotMatch{
    "SignatureDoesNotMatch", 403,
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
    "signing method. Consult the service documentation for details."};

// EC2
inline constexpr ErrorCode AuthFailure{"AuthFailure", 401, "AWS was not able to validate the provided access credentials"};
inline constexpr ErrorCode RequestExpired{"RequestExpired", 400, "Request has expired."};
inline constexpr ErrorCode MissingAccessKeyParameter{"MissingParameter", 400,
                                                     "The request must contain the parameter AWSAccessKeyId"};

// JSON protocols
inline constexpr ErrorCode IncompleteSignatureException{"IncompleteSignatureException", 400,
                                                        "The request signature does not conform to AWS standards."};
inline constexpr ErrorCode MissingAuthenticationTokenException{"MissingAuthenticationTokenException", 400,
                                                               "Missing Authentication Token"};
inline constexpr ErrorCode UnrecognizedClientException{"UnrecognizedClientException", 400,
                                                       "The security token included in the request is invalid."};
inline constexpr ErrorCode ExpiredTokenException{"ExpiredTokenException", 400,
                                                 "The security token included in the request is expired"};
inline constexpr ErrorCode InvalidSignatureException{
    "InvalidSignatureException", 400,
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and "
    "signing method. Consult the service documentation for details."};

}  // namespace sekisho::error
