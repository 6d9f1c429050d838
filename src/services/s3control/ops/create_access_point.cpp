#include <algorithm>
#include <cctype>

#include "services/s3/tags.h"
#include "services/s3control/op.h"

#include <pugixml.hpp>

namespace sekisho::s3control {

struct CreateAccessPoint {
    static constexpr std::string_view name = "CreateAccessPoint";
    static constexpr std::size_t points_max = 10'000;  // of one account in one region

    struct Input : OnAccessPoint {
        AccessPoint point;
        AccountId bucket_account;  // empty: whoever creates it owns the bucket, too
    };

    static Result<Input> parse(const Call& call) {
        auto named = parse_access_point(call);
        if (!named) return fail(std::move(named.error()));
        return Input{std::move(*named), AccessPoint(), AccountId()};
    }

    static bool is_vpc_id(std::string_view id) {
        constexpr std::string_view start = "vpc-";
        constexpr std::size_t bytes_max = 64;
        if (!id.starts_with(start) || id.size() == start.size() || id.size() > bytes_max) return false;
        return std::ranges::all_of(id.substr(start.size()), [](unsigned char c) { return std::isalnum(c) || c == '-'; });
    }

    static Result<void> read(Input& in, const std::string& document) {
        auto body = s3::XmlBody::parse(document);
        if (!body || s3::local_name(body->root()) != "CreateAccessPointRequest") return fail(error::s3::MalformedXML);
        in.point.bucket = s3::child_text(body->root(), "Bucket").value_or("");
        if (in.point.bucket.empty()) return fail(error::s3::MalformedXML);
        in.bucket_account = AccountId(s3::child_text(body->root(), "BucketAccountId").value_or(""));
        if (auto vpc = s3::child(body->root(), "VpcConfiguration")) {
            auto id = s3::child_text(vpc, "VpcId");
            if (!id || !is_vpc_id(*id)) return fail(error::s3::InvalidRequest, "The VPC id of the access point is not valid.");
            in.point.set_vpc(std::move(*id));
        }
        if (auto block = s3::child(body->root(), "PublicAccessBlockConfiguration")) {
            auto flags = s3::read_public_access_block(block);
            if (!flags) return fail(std::move(flags.error()));
            in.point.public_access_block = *flags;
        }
        if (auto list = s3::child(body->root(), "Tags")) {
            auto tags = s3::parse_tag_list(list, s3::bucket_tags_max);
            if (!tags) return fail(std::move(tags.error()));
            in.point.tags = std::move(*tags);
        }
        return {};
    }

    // Where it will be reached from is a condition key, so the document is read before anybody is asked.
    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        Result<std::string> document = co_await s3::read_document(call, document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        if (auto read_in = read(in, *document); !read_in) co_return fail(std::move(read_in.error()));
        in.point.name = in.name;
        in.point.account = in.account;
        in.point.region = call.region;
        Asks asks = s3::only(ask_access_point("s3:CreateAccessPoint", in, call, s3));
        asks.front().context.set("s3:AccessPointNetworkOrigin", std::string(in.point.network_origin()));
        s3::add_resource_tags(asks.front(), in.point.tags);
        if (!in.point.tags.empty()) {
            asks.push_back(asks.front());
            asks.back().action = "s3:TagResource";
        }
        co_return asks;
    }

    static Result<bool> add(BucketState& state, AccessPoint point, const AccountId& bucket_account) {
        const s3::Bucket* bucket = state.buckets.find(point.bucket);
        if (!bucket)
            return fail(error::s3::NoSuchBucket, std::string(error::s3::NoSuchBucket.text), {{"BucketName", point.bucket}});
        // Another account's bucket has to be named with its account.
        if (bucket->owner != (bucket_account.empty() ? point.account : bucket_account)) return fail(error::AccessDenied);
        if (bucket->region != point.region)
            return fail(error::s3::InvalidRequest, "The bucket and the access point must be in one region.");
        // Where clients put an access point's label before a host of their own, a bucket of that name would take its requests.
        if (state.buckets.find(point.label()))
            return fail(error::s3::InvalidRequest, "A bucket has the name that the access point's host name begins with.");
        if (state.access_points.find(point.id())) return fail(error::s3::AccessPointAlreadyOwnedByYou);
        std::size_t count = 0;
        for (const auto& [id, other] : state.access_points)
            count += other->account == point.account && other->region == point.region;
        if (count >= points_max) return fail(error::s3::TooManyAccessPoints);
        point.bucket_id = bucket->id;
        point.bucket_account = bucket->owner;
        std::string id = point.id(), alias = point.alias;
        state.aliases.put(std::move(alias), s3::AccessPointAlias{id});
        state.access_points.put(std::move(id), std::move(point));
        return true;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call&, S3& s3) {
        AccessPoint point = in->point;
        point.created_ms = s3.now_ms();
        point.alias = s3::new_alias(point.name, s3.entropy);
        wire::XmlWriter xml;
        xml.open("CreateAccessPointResult", control_namespace);
        xml.text("AccessPointArn", point.arn()).text("Alias", point.alias).close();
        std::function<Result<bool>(BucketState&)> change = [point, bucket_account = in->bucket_account](BucketState& state) {
            return add(state, point, bucket_account);
        };
        Result<bool> created = co_await s3.buckets.change<bool>(std::move(change));
        if (!created) co_return fail(std::move(created.error()));
        co_return s3::xml_reply(xml.take());
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<CreateAccessPoint>(S3&);

}  // namespace sekisho::s3control
