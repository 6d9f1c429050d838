// Dialects: how each AWS protocol writes errors and names its replies.
#pragma once

#include <string>
#include <string_view>

#include "base/ids.h"
#include "base/result.h"
#include "http/message.h"

namespace sekisho::wire {

enum class Dialect {
    rest_xml,    // S3: <Error><Code>…
    s3_control,  // S3 Control: <ErrorResponse><Error><Code>…, with S3's ids
    query,       // IAM, STS: <ErrorResponse><Error><Type>Sender…
    ec2,         // EC2: <Response><Errors><Error>…
    json,        // sekisho, SSM: {"__type":"…","message":"…"}
    plain,       // instance metadata
};

// The error as a reply of that dialect, with the request id in body and headers.
http::Reply error_reply(Dialect dialect, const ApiError& error, const RequestId& id, std::string_view resource_path = {});

// The request-id header(s) of a reply of that dialect (x-amz-request-id and x-amz-id-2, or x-amzn-RequestId).
void add_request_id(Dialect dialect, http::Reply& reply, const RequestId& id);

// S3's ids are 16 upper-case letters and digits, everybody else's are UUIDs.
}  // namespace sekisho::wire
