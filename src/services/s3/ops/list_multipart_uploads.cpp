#include "services/s3/acl.h"
#include "services/s3/listing.h"
#include "services/s3/op.h"
#include "services/s3/replies.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

struct ListMultipartUploads {
    static constexpr std::string_view name = "ListMultipartUploads";

    struct Input : OnBucket {
        std::string prefix, delimiter, key_marker, upload_id_marker;
        int uploads_max = 1000;
        KeyEncoding encoding;
    };

    static Result<Input> parse(const Call& call) {
        Input in;
        in.prefix = call.params.get("prefix");
        in.delimiter = call.params.get("delimiter");
        in.key_marker = call.params.get("key-marker");
        // Without a key it says nothing.
        if (!in.key_marker.empty()) in.upload_id_marker = call.params.get("upload-id-marker");
        auto max = parse_entries_max("max-uploads", call.params.find("max-uploads"));
        if (!max) return fail(std::move(max.error()));
        in.uploads_max = *max;
        auto encoding = KeyEncoding::parse(call.params.find("encoding-type"));
        if (!encoding) return fail(std::move(encoding.error()));
        in.encoding = *encoding;
        for (std::string_view text : {"prefix", "delimiter", "key-marker", "upload-id-marker"})
            if (auto value = call.params.find(text); value && value->find('\0') != std::string_view::npos)
                return invalid_argument(text, "", "Invalid Argument");
        return in;
    }

    static Result<Asks> asks(Input& in, const Call& call, S3& s3) {
        return ask_on_bucket(in, call, s3, "s3:ListBucketMultipartUploads");
    }

    struct Page {
        struct Entry {
            std::string key, upload_id;
            UploadRow row;
        };
        std::vector<Entry> uploads;
        std::vector<std::string> common_prefixes;
        bool truncated = false;
        std::string next_key, next_upload_id;
    };

    // The first row, without u/, that the page may show.
    static std::string first_row(const Input& in) {
        if (in.key_marker < in.prefix) return in.prefix;
        if (!in.upload_id_marker.empty()) return in.key_marker + '\0' + in.upload_id_marker + '\0';
        std::size_t at = in.delimiter.empty() ? std::string::npos : in.key_marker.find(in.delimiter, in.prefix.size());
        if (at != std::string::npos && at + in.delimiter.size() == in.key_marker.size())
            return store::after_prefix(in.key_marker);
        return in.key_marker.empty() ? "" : in.key_marker + '\1';
    }

    static Task<Page> read(Authorized<Input> in, S3& s3) {
        Page page;
        if (in->uploads_max <= 0) co_return page;
        MergedRows rows(s3.tables, in->bucket, "u/", in->prefix);
        std::string from = first_row(*in);
        const auto entries_max = static_cast<std::size_t>(in->uploads_max);
        for (;;) {
            const store::Row* row = co_await rows.next(from, entries_max + 1);
            if (!row) co_return page;
            auto parsed = parse_upload_row_key("u/" + row->key);
            if (!parsed) throw Fault("a row among the uploads is none");
            if (page.uploads.size() + page.common_prefixes.size() == entries_max) {
                page.truncated = true;
                co_return page;
            }
            const auto& [key, upload_id] = *parsed;
            std::size_t at = in->delimiter.empty() ? std::string::npos : key.find(in->delimiter, in->prefix.size());
            if (at == std::string::npos) {
                page.uploads.push_back({key, upload_id, decode_upload(row->value)});
                page.next_key = key;
                page.next_upload_id = upload_id;
                from = row->key + '\0';
            } else {
                page.common_prefixes.push_back(key.substr(0, at + in->delimiter.size()));
                page.next_key = page.common_prefixes.back();
                page.next_upload_id.clear();
                from = store::after_prefix(page.next_key);
            }
        }
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        const KeyEncoding encoding = in->encoding;
        const Input input = *in;
        Page page = co_await read(std::move(in), s3);
        wire::XmlWriter xml;
        xml.open("ListMultipartUploadsResult", s3_namespace).text("Bucket", call.bucket);
        xml.text("KeyMarker", encoding(input.key_marker)).text("UploadIdMarker", input.upload_id_marker);
        if (page.truncated) xml.text("NextKeyMarker", encoding(page.next_key)).text("NextUploadIdMarker", page.next_upload_id);
        xml.text("Prefix", encoding(input.prefix));
        if (!input.delimiter.empty()) xml.text("Delimiter", encoding(input.delimiter));
        xml.number("MaxUploads", input.uploads_max);
        if (encoding.url()) xml.text("EncodingType", "url");
        xml.boolean("IsTruncated", page.truncated);
        for (const Page::Entry& entry : page.uploads) {
            xml.open("Upload").text("Key", encoding(entry.key)).text("UploadId", entry.upload_id);
            write_initiator(xml, entry.row);
            write_owner(xml, "Owner", owner_of(*input.bucket, entry.row.owner));
            xml.text("StorageClass", shown_storage_class(entry.row.storage_class));
            xml.text("Initiated", xml_time(entry.row.initiated_ms));
            if (entry.row.checksum) {
                xml.text("ChecksumAlgorithm", authn::name(entry.row.checksum->first));
                xml.text("ChecksumType", authn::name(entry.row.checksum->second));
            }
            xml.close();
        }
        for (const std::string& prefix : page.common_prefixes)
            xml.open("CommonPrefixes").text("Prefix", encoding(prefix)).close();
        xml.close();
        co_return xml_reply(xml.take());
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<ListMultipartUploads>(S3&);

}  // namespace sekisho::s3
