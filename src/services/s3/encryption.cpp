#include "services/s3/encryption.h"

#include <algorithm>
#include <array>

#include "authn/digest.h"
#include "base/bytes.h"
#include "services/s3/replies.h"
#include "services/s3/s3.h"
#include "store/encryption/chunks.h"
#include "wire/errors/s3.h"

namespace sekisho::s3 {

namespace {

constexpr std::string_view aes256 = "AES256";
constexpr std::string_view sse = "x-amz-server-side-encryption";
constexpr std::string_view kms_key_id = "x-amz-server-side-encryption-aws-kms-key-id";

struct CustomerNames {
    std::string_view algorithm, key, md5;
};
constexpr CustomerNames of_object{"x-amz-server-side-encryption-customer-algorithm",
                                  "x-amz-server-side-encryption-customer-key", "x-amz-server-side-encryption-customer-key-MD5"};
constexpr CustomerNames of_source{"x-amz-copy-source-server-side-encryption-customer-algorithm",
                                  "x-amz-copy-source-server-side-encryption-customer-key",
                                  "x-amz-copy-source-server-side-encryption-customer-key-MD5"};

struct CustomerKey {
    std::string bytes;  // of any length
    std::string md5;    // in base64
    ~CustomerKey() { std::ranges::fill(bytes, '\0'); }
};

// Most requests say nothing of encryption: one pass over their headers finds that out.
bool mentions_encryption(const http::Headers& headers, bool copy_source) {
    const std::string_view start = copy_source ? of_source.algorithm.substr(0, of_source.algorithm.size() - 9) : sse;
    return std::ranges::any_of(headers, [&](const auto& field) {
        return field.first.size() >= start.size() &&
               equal_ignoring_case(std::string_view(field.first).substr(0, start.size()), start);
    });
}

// As recorded of the service, all errors of SSE-C name this argument, whichever header is wrong.
std::unexpected<ApiError> wrong(std::string message) { return invalid_argument(sse, "null", std::move(message)); }

// nullopt: the request has none of SSE-C's headers. `write`: the key must come with its MD5 and be one of AES-256; a read with
// a wrong key is another matter.
Result<std::optional<CustomerKey>> parse_customer_key(const services::Call& call, const CustomerNames& names, bool write) {
    const http::Headers& headers = call.request.headers;
    auto algorithm = headers.find(names.algorithm), key = headers.find(names.key), md5 = headers.find(names.md5);
    if (!algorithm && !key && !md5) return std::nullopt;
    if (!call.request.connection.tls)
        return wrong(
            "Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.");
    if (auto other = headers.find(sse); other && &names == &of_object)
        return invalid_argument(
            sse, *other,
            "Server Side Encryption with Customer provided key is incompatible with the encryption method specified");
    if (!algorithm)
        return wrong(
            "Requests specifying Server Side Encryption with Customer provided keys must provide a valid encryption "
            "algorithm.");
    if (*algorithm != aes256)
        return fail(error::s3::InvalidEncryptionAlgorithmError, std::string(error::s3::InvalidEncryptionAlgorithmError.text),
                    {{"ArgumentName", std::string(sse)}, {"ArgumentValue", std::string(*algorithm)}});
    if (!key)
        return wrong(
            "Requests specifying Server Side Encryption with Customer provided keys must provide an appropriate secret key.");
    if (write && !md5)
        return wrong(
            "Requests specifying Server Side Encryption with Customer provided keys must provide the client calculated MD5 of "
            "the secret key.");
    std::optional<std::string> bytes = from_base64(trim(*key));
    if (!bytes) return wrong("The secret key was invalid for the specified algorithm.");
    authn::Digest digest(authn::Digest::Kind::md5);
    digest.update(*bytes);
    CustomerKey given{std::move(*bytes), to_base64(digest.finish())};
    if (md5 && trim(*md5) != given.md5)
        return wrong("The calculated MD5 hash of the key did not match the hash that was provided.");
    if (write && given.bytes.size() != store::key_bytes)
        return wrong("The secret key was invalid for the specified algorithm.");
    return given;
}

std::string place_of(std::string_view bucket_id, std::string_view key) {
    std::string place;
    place.reserve(bucket_id.size() + 1 + key.size());
    place.append(bucket_id).append(1, '\0').append(key);
    return place;
}

const store::MasterKeys& master_keys(const S3& s3) {
    if (!s3.settings.master_keys) throw Fault("an object is encrypted, and the server was given no master key");
    return *s3.settings.master_keys;
}

// Where SSE-C is not asked for: x-amz-server-side-encryption and its companions.
Result<void> check_sse(const services::Call& call, const S3& s3) {
    auto method = call.request.headers.find(sse);
    if (method == "aws:kms" || method == "aws:kms:dsse")
        return fail(error::NotImplemented, std::string(error::NotImplemented.text), {{"Header", std::string(sse)}});
    if (method && *method != aes256) return invalid_argument(sse, *method, "The encryption method specified is not supported");
    if (auto id = call.request.headers.find(kms_key_id))
        return invalid_argument(
            kms_key_id, *id,
            "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms");
    // Whoever asks for it must not get less.
    if (method && !s3.settings.encrypt_at_rest)
        return fail(error::NotImplemented, std::string(error::NotImplemented.text), {{"Header", std::string(sse)}});
    return {};
}

// S3 guide, "Blocking or unblocking SSE-C for a general purpose bucket".
Result<void> check_blocked(const services::Call& call, const Bucket& bucket, const authn::Caller& caller) {
    if (!bucket.encryption.blocks_sse_c()) return {};
    if (caller.kind == authn::Caller::Kind::anonymous) return fail(error::AccessDenied);
    return fail(
        error::AccessDenied,
        fmt::format("User: {} is not authorized to perform: s3:PutObject on resource: \"{}\" because this bucket has blocked "
                    "upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify "
                    "a different server-side encryption type",
                    caller.arn, bucket.arn(call.key)));
}

}  // namespace

Result<DataKey> new_data_key(S3& s3, const services::Call& call, const Bucket& bucket, const authn::Caller& caller) {
    DataKey made;
    if (mentions_encryption(call.request.headers, false)) {
        auto customer = parse_customer_key(call, of_object, true);
        if (!customer) return fail(std::move(customer.error()));
        if (*customer) {
            if (auto allowed = check_blocked(call, bucket, caller); !allowed) return fail(std::move(allowed.error()));
            made.secret = store::SecretKey::random(s3.entropy);
            made.wrapped = store::wrap_for_customer(*made.secret, store::SecretKey((*customer)->bytes),
                                                    place_of(bucket.id, call.key), s3.entropy);
            made.customer_md5 = (*customer)->md5;
            return made;
        }
        if (auto checked = check_sse(call, s3); !checked) return fail(std::move(checked.error()));
    }
    if (!s3.settings.encrypt_at_rest) return made;
    made.secret = store::SecretKey::random(s3.entropy);
    made.wrapped = store::wrap(*made.secret, master_keys(s3), place_of(bucket.id, call.key), s3.entropy);
    return made;
}

Result<DataKey> data_key_of_upload(S3& s3, const services::Call& call, const Bucket& bucket, const UploadRow& upload) {
    DataKey of_upload;
    of_upload.wrapped = upload.data_key;
    const store::WrappedBy by = store::wrapped_by(upload.data_key);
    std::optional<CustomerKey> given;
    if (mentions_encryption(call.request.headers, false)) {
        auto customer = parse_customer_key(call, of_object, true);
        if (!customer) return fail(std::move(customer.error()));
        given = std::move(*customer);
        if (auto method = call.request.headers.find(sse))
            return invalid_argument(sse, *method, "x-amz-server-side-encryption header is not supported for this operation.");
    }
    if (given.has_value() != (by == store::WrappedBy::customer))
        return fail(error::s3::InvalidRequest,
                    "The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate "
                    "encryption parameters.");
    const std::string place = place_of(bucket.id, call.key);
    if (by == store::WrappedBy::master_key) of_upload.secret = store::unwrap(upload.data_key, master_keys(s3), place);
    if (!given) return of_upload;
    of_upload.secret = store::unwrap_for_customer(upload.data_key, store::SecretKey(given->bytes), place);
    if (!of_upload.secret)
        return fail(error::s3::InvalidRequest, "The provided encryption parameters did not match the ones used originally.");
    if (auto allowed = check_blocked(call, bucket, call.caller); !allowed) return fail(std::move(allowed.error()));
    of_upload.customer_md5 = given->md5;
    return of_upload;
}

Result<void> unlock(Target& target, const services::Call& call, const S3& s3, bool copy_source) {
    (void)s3;
    const ObjectRow& row = target.found->row;
    target.data_key.wrapped = row.data_key;
    const store::WrappedBy by = store::wrapped_by(row.data_key);
    std::optional<CustomerKey> given;
    if (mentions_encryption(call.request.headers, copy_source)) {
        auto customer = parse_customer_key(call, copy_source ? of_source : of_object, false);
        if (!customer) return fail(std::move(customer.error()));
        given = std::move(*customer);
        // "Encryption request headers … should not be sent for GET requests": API reference, GetObject.
        if (auto method = call.request.headers.find(sse); method && !copy_source)
            return invalid_argument(sse, *method, "x-amz-server-side-encryption header is not supported for this operation.");
    }
    if (by != store::WrappedBy::customer && given)
        return fail(error::s3::InvalidRequest, "The encryption parameters are not applicable to this object.");
    if (by != store::WrappedBy::customer) return {};
    if (!given)
        return fail(error::s3::InvalidRequest,
                    "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to "
                    "retrieve the object.");
    if (given->bytes.size() == store::key_bytes)
        target.data_key.secret =
            store::unwrap_for_customer(row.data_key, store::SecretKey(given->bytes), place_of(target.bucket->id, target.key));
    if (!target.data_key.secret)
        return fail(
            error::AccessDenied,
            "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.");
    target.data_key.customer_md5 = given->md5;
    return {};
}

store::SecretKey secret_of(const Target& target, const S3& s3) {
    if (target.data_key.secret) return *target.data_key.secret;
    const std::string& wrapped = target.found->row.data_key;
    return store::unwrap(wrapped, master_keys(s3), place_of(target.bucket->id, target.key));
}

std::string inlined_bytes(const Target& target, const S3& s3) {
    ObjectRow& row = target.found->row;
    if (row.data_key.empty()) return row.inlined;
    std::optional<std::string> plain = store::unseal_small(secret_of(target, s3), row.inlined);
    if (!plain || plain->size() != row.size)
        throw Fault("the bytes in the row of object " + target.key + " are not what was written");
    return std::move(*plain);
}

std::string renewed(const S3& s3, std::string_view bucket_id, std::string_view key, std::string wrapped) {
    if (!s3.settings.master_keys || store::wrapped_by(wrapped) != store::WrappedBy::master_key) return wrapped;
    const store::MasterKeys& keys = *s3.settings.master_keys;
    if (store::master_key_of(wrapped) == keys.newest()) return wrapped;
    const std::string place = place_of(bucket_id, key);
    return store::wrap(store::unwrap(wrapped, keys, place), keys, place, s3.entropy);
}

void add_encryption_header(http::Reply& reply, std::string_view wrapped) {
    if (store::wrapped_by(wrapped) == store::WrappedBy::master_key) reply.headers.add(std::string(sse), std::string(aes256));
}

void add_encryption_headers(http::Reply& reply, const DataKey& data_key) {
    add_encryption_header(reply, data_key.wrapped);
    if (data_key.customer_md5.empty()) return;
    reply.headers.add(std::string(of_object.algorithm), std::string(aes256));
    reply.headers.add(std::string(of_object.md5), data_key.customer_md5);
}

}  // namespace sekisho::s3
