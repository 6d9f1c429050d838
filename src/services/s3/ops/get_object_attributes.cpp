#include "services/s3/acl.h"
#include "services/s3/encryption.h"
#include "services/s3/integrity.h"
#include "services/s3/object_read.h"
#include "services/s3/op.h"
#include "services/s3/replies.h"
#include "services/s3/xml_body.h"

#include <algorithm>

namespace sekisho::s3 {

struct GetObjectAttributes {
    static constexpr std::string_view name = "GetObjectAttributes";

    struct Input : Target {
        std::vector<std::string> wanted;
        int parts_max = 1000;
        int after_part = 0;
        bool wants(std::string_view attribute) const { return std::ranges::find(wanted, attribute) != wanted.end(); }
    };

    static Result<Input> parse(const Call& call) {
        if (auto version = check_version_id(call); !version) return fail(std::move(version.error()));
        Input in;
        for (std::string_view list : call.request.headers.all("x-amz-object-attributes"))
            for (std::string_view attribute : split(list, ',')) {
                attribute = trim(attribute);
                if (attribute.empty()) continue;
                constexpr std::string_view known[] = {"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"};
                if (std::ranges::find(known, attribute) == std::end(known))
                    return invalid_argument("x-amz-object-attributes", attribute, "Invalid attribute name specified.");
                in.wanted.emplace_back(attribute);
            }
        if (in.wanted.empty())
            return fail(error::s3::InvalidRequest,
                        "The x-amz-object-attributes header specifying the attributes to be retrieved "
                        "is either missing or empty");
        auto max = parse_entries_max("x-amz-max-parts", header(call, "x-amz-max-parts"));
        if (!max) return fail(std::move(max.error()));
        in.parts_max = *max;
        if (auto marker = header(call, "x-amz-part-number-marker")) {
            auto after = parse_u64(*marker);
            if (!after || *after > 10'000)
                return invalid_argument("x-amz-part-number-marker", *marker,
                                        "Part number must be an integer between 0 and 10000, inclusive");
            in.after_part = static_cast<int>(*after);
        }
        return in;
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        Result<Asks> asks = co_await ask_about(in, call, s3, {"s3:GetObject", "s3:GetObjectVersion"});
        if (!asks) co_return asks;
        bool version = call.params.has("versionId");
        asks->push_back(
            ask_object(version ? "s3:GetObjectVersionAttributes" : "s3:GetObjectAttributes", *in.bucket, in.key, call));
        if (in.found) {
            add_existing_tags(asks->back(), in.found->row.tags);
            add_object_acl(asks->back(), *in.bucket, in.key, in.found->row);
        }
        co_return asks;
    }

    static void write_parts(wire::XmlWriter& xml, const Input& in, const ObjectRow& row) {
        xml.open("ObjectParts").number("PartsCount", row.segments.size());
        // Parts are shown one by one only where they have checksums.
        if (row.checksum) {
            int shown = 0, last = 0;
            bool truncated = false;
            std::string_view element = authn::element_name(row.checksum->algorithm);
            std::vector<const Segment*> page;
            for (const Segment& segment : row.segments) {
                if (segment.part_number <= in.after_part) continue;
                truncated = shown == in.parts_max;
                if (truncated) break;
                page.push_back(&segment);
                last = segment.part_number;
                ++shown;
            }
            xml.number("PartNumberMarker", in.after_part).number("NextPartNumberMarker", last);
            xml.number("MaxParts", in.parts_max).boolean("IsTruncated", truncated);
            for (const Segment* segment : page) {
                xml.open("Part").number("PartNumber", segment->part_number).number("Size", segment->size);
                if (!segment->checksum.empty()) xml.text(element, to_base64(segment->checksum));
                xml.close();
            }
        }
        xml.close();
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        if (auto there = require_object(*in, call); !there) co_return fail(std::move(there.error()));
        Target target = *in;
        if (auto unlocked = unlock(target, call, s3); !unlocked) co_return fail(std::move(unlocked.error()));
        const ObjectRow& row = in->found->row;
        wire::XmlWriter xml;
        xml.open("GetObjectAttributesResponse", s3_namespace);
        if (in->wants("ETag")) xml.text("ETag", row.etag);
        if (in->wants("Checksum") && row.checksum) {
            xml.open("Checksum");
            // Here a composite checksum stands without the number of parts.
            write_checksum(xml, *row.checksum, 0);
            xml.close();
        }
        if (in->wants("ObjectParts") && row.multipart()) write_parts(xml, *in, row);
        if (in->wants("StorageClass")) xml.text("StorageClass", shown_storage_class(row.storage_class));
        if (in->wants("ObjectSize")) xml.number("ObjectSize", row.size);
        xml.close();
        Reply reply = xml_reply(xml.take());
        reply.headers.add("Last-Modified", header_time(row.modified_ms));
        add_version_id(reply, *in);
        co_return reply;
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetObjectAttributes>(S3&);

}  // namespace sekisho::s3
