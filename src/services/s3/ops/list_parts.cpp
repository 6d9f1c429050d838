#include "services/s3/acl.h"
#include "services/s3/multipart.h"
#include "services/s3/op.h"
#include "services/s3/replies.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct ListParts {
    static constexpr std::string_view name = "ListParts";

    struct Input : OnBucket {
        std::string upload_id;
        int parts_max = 1000;
        int after = 0;
        KeyEncoding encoding;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        in.upload_id = call.params.get("uploadId");
        auto max = parse_entries_max("max-parts", call.params.find("max-parts"));
        if (!max) return fail(std::move(max.error()));
        in.parts_max = *max;
        if (auto marker = call.params.find("part-number-marker"); marker && !marker->empty()) {
            auto after = parse_u64(*marker);
            if (!after || *after > INT32_MAX)
                return invalid_argument("part-number-marker", *marker,
                                        "Argument part-number-marker must be an integer between 0 and 2147483647");
            in.after = static_cast<int>(*after);
        }
        auto encoding = KeyEncoding::parse(call.params.find("encoding-type"));
        if (!encoding) return fail(std::move(encoding.error()));
        in.encoding = *encoding;
        return in;
    }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        auto bucket = addressed_bucket(call, s3);
        if (!bucket) return fail(std::move(bucket.error()));
        in.bucket = std::move(*bucket);
        return only(ask_object("s3:ListMultipartUploadParts", *in.bucket, call.key, call));
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        std::optional<Upload> upload = co_await find_upload(s3, in->bucket, call.key, in->upload_id);
        if (!upload) co_return no_such_upload(in->upload_id);
        Parts parts = co_await read_parts(s3, in->bucket, call.key, in->upload_id);
        std::vector<std::pair<int, const PartRow*>> page;
        auto next = parts.by_number.upper_bound(in->after);
        for (; next != parts.by_number.end() && page.size() < static_cast<std::size_t>(in->parts_max); ++next)
            page.emplace_back(next->first, &next->second);
        const bool truncated = in->parts_max > 0 && next != parts.by_number.end();

        wire::XmlWriter xml;
        xml.open("ListPartsResult", s3_namespace);
        xml.text("Bucket", call.bucket).text("Key", in->encoding(call.key)).text("UploadId", in->upload_id);
        write_initiator(xml, upload->row);
        write_owner(xml, "Owner", owner_of(*in->bucket, upload->row.owner));
        xml.text("StorageClass", shown_storage_class(upload->row.storage_class));
        xml.number("PartNumberMarker", in->after);
        xml.number("NextPartNumberMarker", page.empty() ? 0 : page.back().first);
        xml.number("MaxParts", in->parts_max);
        if (in->encoding.url()) xml.text("EncodingType", "url");
        xml.boolean("IsTruncated", truncated);
        if (upload->row.checksum) {
            xml.text("ChecksumAlgorithm", authn::name(upload->row.checksum->first));
            xml.text("ChecksumType", authn::name(upload->row.checksum->second));
        }
        for (const auto& [number, row] : page) {
            xml.open("Part").number("PartNumber", number).text("LastModified", xml_time(row->modified_ms));
            xml.text("ETag", quoted_etag(to_hex(row->md5))).number("Size", row->size);
            if (row->checksum) xml.text(authn::element_name(row->checksum->algorithm), to_base64(row->checksum->raw));
            xml.close();
        }
        xml.close();
        co_return xml_reply(xml.take());
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<ListParts>(S3&);

}  // namespace sekisho::s3
