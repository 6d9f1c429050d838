// The shell of a query-protocol reply, of IAM and STS.
#pragma once

#include <functional>
#include <string_view>

#include "base/ids.h"
#include "http/message.h"
#include "wire/xml.h"

namespace sekisho::iam {

// <XResponse xmlns=…><XResult>…</XResult><ResponseMetadata>…</XResponse>
http::Reply query_reply(std::string_view operation, std::string_view xml_namespace, bool has_result, const RequestId& id,
                        const std::function<void(wire::XmlWriter&)>& result);

}  // namespace sekisho::iam
