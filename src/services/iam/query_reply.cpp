#include "services/iam/query_reply.h"

namespace sekisho::iam {

http::Reply query_reply(std::string_view operation, std::string_view name_space, bool has_result, const RequestId& id,
                        const std::function<void(wire::XmlWriter&)>& result) {
    wire::XmlWriter out;
    std::string name(operation);
    out.open(name + "Response", "xmlns=\"" + std::string(name_space) + "\"");
    if (has_result) {
        out.open(name + "Result");
        result(out);
        out.close();
    } else {
        result(out);
    }
    out.open("ResponseMetadata").text("RequestId", id.value).close().close();
    http::Reply reply;
    reply.headers.add("Content-Type", "text/xml");
    reply.body = out.take();
    return reply;
}

}  // namespace sekisho::iam
