#include "services/s3/encryption.h"
#include "services/s3/multipart.h"
#include "services/s3/object_read.h"
#include "services/s3/object_table.h"
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/replies.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct CompleteMultipartUpload {
    static constexpr std::string_view name = "CompleteMultipartUpload";
    static constexpr std::size_t document_bytes_max = 4 * 1024 * 1024;
    // One commit makes the object and forgets the upload; with very many parts, some of their rows are erased after it.
    static constexpr std::size_t part_rows_per_commit_max = 8000;

    struct Input : OnBucket {
        std::string upload_id;
        WriteConditions conditions;
        std::optional<std::uint64_t> size;  // x-amz-mp-object-size
        std::optional<Upload> upload;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        in.upload_id = call.params.get("uploadId");
        auto conditions = parse_write_conditions(call.request.headers);
        if (!conditions) return fail(std::move(conditions.error()));
        in.conditions = std::move(*conditions);
        if (auto size = header(call, "x-amz-mp-object-size")) {
            in.size = parse_u64(*size);
            if (!in.size) return fail(error::s3::InvalidRequest, "Value for x-amz-mp-object-size header is invalid.");
        }
        return in;
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        auto bucket = addressed_bucket(call, s3);
        if (!bucket) co_return fail(std::move(bucket.error()));
        in.bucket = std::move(*bucket);
        in.upload = co_await find_upload(s3, in.bucket, call.key, in.upload_id);
        Asks asks = only(ask_to_go_on(*in.bucket, call, in.upload ? &in.upload->row : nullptr, true));
        if (in.conditions.compares()) co_await ask_to_compare(asks, in.bucket, call.key, call, s3);
        co_return asks;
    }

    // x-amz-checksum-… and -type of this request are of the object to be, not of its body.
    static Result<void> check_claims(const Call& call, const ObjectRow& object, const Input& in) {
        if (in.size && *in.size != object.size)
            return fail(error::s3::InvalidRequest,
                        fmt::format("The provided 'x-amz-mp-object-size' header value {} does not match what was computed: {}",
                                    *in.size, object.size));
        if (auto type = header(call, "x-amz-checksum-type");
            type && object.checksum && *type != authn::name(object.checksum->type))
            return fail(error::s3::InvalidRequest,
                        fmt::format("The upload was created using the {} checksum mode. The complete request must use the same "
                                    "checksum mode.",
                                    authn::name(object.checksum->type)));
        for (authn::ChecksumAlgorithm algorithm : authn::checksum_algorithms) {
            auto value = header(call, authn::header_name(algorithm));
            if (!value) continue;
            std::string_view base64 = value->substr(0, value->find('-'));
            bool same = object.checksum && object.checksum->algorithm == algorithm &&
                        authn::parse_checksum(algorithm, base64) == object.checksum->raw;
            if (!same)
                return fail(error::s3::BadDigest, fmt::format("The {} you specified did not match the calculated checksum.",
                                                              to_lower(authn::name(algorithm))));
        }
        return {};
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        const std::optional<Upload>& upload = in->upload;
        if (!upload) co_return no_such_upload(in->upload_id);
        Claims body_claims;
        Result<std::string> document = co_await read_document(call, document_bytes_max, body_claims);
        if (!document) co_return fail(std::move(document.error()));
        auto wanted = parse_complete_request(*document);
        if (!wanted) co_return fail(std::move(wanted.error()));
        Parts parts = co_await read_parts(s3, in->bucket, call.key, in->upload_id);

        ObjectRow object;
        object.modified_ms = s3.now_ms();
        object.storage_class = upload->row.storage_class;
        object.owner = upload->row.owner;
        object.acl = upload->row.acl;
        object.metadata = upload->row.metadata;
        object.tags = upload->row.tags;
        object.lock = new_lock(in->bucket->object_lock, upload->row.lock, object.modified_ms);
        object.data_key = renewed(s3, in->bucket->id, call.key, upload->row.data_key);
        Result<void> assembled = assemble(object, *wanted, parts.by_number, upload->row, in->upload_id);
        if (!assembled) co_return fail(std::move(assembled.error()));
        if (auto claims = check_claims(call, object, *in); !claims) co_return fail(std::move(claims.error()));

        Reply reply = xml_reply(result(call, object));
        add_encryption_header(reply, object.data_key);
        add_expiration_header(reply, in->bucket->lifecycle, {call.key, object.size, &object.tags}, object.modified_ms);
        std::vector<Segment> unused = unused_segments(parts, *wanted);
        Replace replace;
        replace.conditions = in->conditions;
        replace.more = [row_key = upload_row_key(call.key, in->upload_id), raw = upload->raw,
                        rows = std::move(parts.row_keys)](store::Commit& commit) {
            commit.require(row_key, raw);
            commit.erase(row_key);
            for (std::size_t i = 0; i < rows.size() && i < part_rows_per_commit_max; ++i) commit.erase(rows[i]);
        };
        // The upload is gone, or a part was replaced after it was read.
        replace.lost = [] { return fail(services::ask_again).error(); };
        std::vector<Segment> used = object.segments;
        Result<std::string> replaced = co_await replace_object(s3, in->bucket, call.key, std::move(object), std::move(replace));
        if (!replaced) co_return fail(std::move(replaced.error()));
        co_await erase_blobs(s3, std::move(unused));
        co_await forget_parts(s3, in->bucket, call.key, in->upload_id, std::move(used));
        if (!replaced->empty()) reply.headers.add("x-amz-version-id", std::move(*replaced));
        co_return reply;
    }

    static std::vector<Segment> unused_segments(Parts& parts, const std::vector<CompletePart>& wanted) {
        std::vector<Segment> unused = std::move(parts.superseded);
        auto next = wanted.begin();
        for (auto& [number, row] : parts.by_number) {
            while (next != wanted.end() && next->number < number) ++next;
            if (next == wanted.end() || next->number != number) unused.push_back(std::move(row.segment));
        }
        return unused;
    }

    // http://host/path, as the client addressed it.
    static std::string result(const Call& call, const ObjectRow& object) {
        wire::XmlWriter xml;
        std::string_view scheme = call.request.connection.tls ? "https" : "http";
        xml.open("CompleteMultipartUploadResult", s3_namespace);
        xml.text("Location", fmt::format("{}://{}{}", scheme, header(call, "Host").value_or(""), call.request.path));
        xml.text("Bucket", call.bucket).text("Key", call.key).text("ETag", quoted_etag(object.etag));
        if (object.checksum) write_checksum(xml, *object.checksum, object.segments.size());
        xml.close();
        return xml.take();
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<CompleteMultipartUpload>(S3&);

}  // namespace sekisho::s3
