#include "services/s3/delete_request.h"
#include "services/s3/names.h"
#include "services/s3/object_read.h"
#include "services/s3/object_table.h"
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/versions.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

// Decided and answered item by item: one denied key does not keep the others.
struct DeleteObjects {
    static constexpr std::string_view name = "DeleteObjects";
    static constexpr bool each = true;
    static constexpr std::size_t document_bytes_max = 4 * 1024 * 1024;

    struct Input : OnBucket {
        DeleteRequest request;
        std::vector<std::size_t> asks_end;  // by item: one after its last ask
        bool bypass = false;                // of retention in governance mode
    };

    static Result<Input> parse(const Call& call) {
        if (auto digest = require_digest(call.request.headers); !digest) return fail(std::move(digest.error()));
        return Input{};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        auto bucket = addressed_bucket(call, s3);
        if (!bucket) co_return fail(std::move(bucket.error()));
        in.bucket = std::move(*bucket);
        Result<std::string> document = co_await read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        auto request = parse_delete_request(*document);
        if (!request) co_return fail(std::move(request.error()));
        in.request = std::move(*request);
        in.bypass = in.bucket->object_lock && asks_bypass(call);
        Asks asks;
        asks.reserve(in.request.items.size());
        for (const DeleteRequest::Item& item : in.request.items) {
            if (in.bypass && !item.version.empty())
                asks.push_back(ask_object("s3:BypassGovernanceRetention", *in.bucket, item.key, call));
            std::string_view action = item.version.empty() ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
            asks.push_back(ask_object(action, *in.bucket, item.key, call));
            if (!item.version.empty()) asks.back().context.set("s3:VersionId", item.version);
            co_await add_delete_condition(asks, item.etag, in.bucket, item.key, call, s3);
            in.asks_end.push_back(asks.size());
        }
        co_return asks;
    }

    // What stands against deleting an item, before the tables are asked.
    static Result<void> check(const Authorized<Input>& in, std::size_t at) {
        const DeleteRequest::Item& item = in->request.items[at];
        // Through an access point each question is several.
        const std::size_t each = in.approval().asks() / in->asks_end.back();
        for (std::size_t ask = each * (at == 0 ? 0 : in->asks_end[at - 1]); ask < each * in->asks_end[at]; ++ask)
            if (!in.approval().allowed(ask)) return fail(error::AccessDenied, in.approval().denied_message(ask));
        if (auto key = check_key(item.key); !key) return fail(std::move(key.error()));
        if (!item.version.empty() && !valid_version_id(item.version))
            return fail(error::s3::NoSuchVersion, std::string(error::s3::NoSuchVersion.text));
        if (item.unbuilt) return fail(error::NotImplemented);
        return {};
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        const std::vector<DeleteRequest::Item>& items = in->request.items;
        std::vector<Result<Deleted>> answers(items.size());
        std::vector<Deletion> deletions;
        std::vector<std::size_t> of_item;
        for (std::size_t i = 0; i < items.size(); ++i) {
            if (auto checked = check(in, i); !checked) {
                answers[i] = fail(std::move(checked.error()));
                continue;
            }
            Deletion deletion;
            deletion.key = items[i].key;
            deletion.match = items[i].etag;
            deletion.bypass_governance = in->bypass;
            if (!items[i].version.empty()) deletion.version = items[i].version;
            deletions.push_back(std::move(deletion));
            of_item.push_back(i);
        }
        std::vector<Result<Deleted>> deleted = co_await delete_objects(s3, in->bucket, std::move(deletions));
        for (std::size_t i = 0; i < deleted.size(); ++i) answers[of_item[i]] = std::move(deleted[i]);
        co_return xml_reply(document(in->request, answers));
    }

    static std::string document(const DeleteRequest& request, const std::vector<Result<Deleted>>& answers) {
        wire::XmlWriter xml;
        xml.open("DeleteResult", s3_namespace);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            const DeleteRequest::Item& item = request.items[i];
            if (answers[i] && request.quiet) continue;
            xml.open(answers[i] ? "Deleted" : "Error").text("Key", item.key);
            if (!item.version.empty()) xml.text("VersionId", item.version);
            if (answers[i] && answers[i]->delete_marker)
                xml.boolean("DeleteMarker", true).text("DeleteMarkerVersionId", answers[i]->version);
            if (!answers[i]) xml.text("Code", answers[i].error().code).text("Message", answers[i].error().message);
            xml.close();
        }
        xml.close();
        return xml.take();
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<DeleteObjects>(S3&);

}  // namespace sekisho::s3
