// GetObjectRetention, PutObjectRetention, GetObjectLegalHold, PutObjectLegalHold.
#include "services/s3/object_read.h"
#include "services/s3/op.h"
#include "services/s3/payload.h"
#include "services/s3/xml_body.h"

namespace sekisho::s3 {

namespace {

constexpr std::size_t lock_document_bytes_max = 16 * 1024;

// Whether there is a version that can have a lock.
Result<void> require_lockable(const Target& target, const Call& call) {
    if (!target.bucket->object_lock) return no_object_lock();
    return require_object(target, call);
}

std::unexpected<ApiError> no_lock_of_object() { return fail(error::s3::NoSuchObjectLockConfiguration); }

Result<Target> parse_target(const Call& call) {
    if (auto version = check_version_id(call); !version) return fail(std::move(version.error()));
    return Target{};
}

Task<Result<Reply>> set_lock(S3& s3, Target target, std::function<void(Lock&)> change) {
    Reply reply = empty_reply(200);
    add_version_id(reply, target);
    std::function<void(ObjectRow&)> on_row = [change = std::move(change)](ObjectRow& row) {
        if (!row.lock) row.lock.emplace();
        change(*row.lock);
    };
    Result<void> changed = co_await change_object(s3, std::move(target), std::move(on_row));
    if (!changed) co_return fail(std::move(changed.error()));
    co_return reply;
}

}  // namespace

struct GetObjectRetention {
    static constexpr std::string_view name = "GetObjectRetention";
    using Input = Target;

    static Result<Input> parse(const Call& call) { return parse_target(call); }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        return ask_about(in, call, s3, {"s3:GetObjectRetention", "s3:GetObjectRetention"});
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3&) {
        if (auto there = require_lockable(*in, call); !there) co_return fail(std::move(there.error()));
        const std::optional<Lock>& lock = in->found->row.lock;
        if (!lock || !lock->retention) co_return no_lock_of_object();
        Reply reply = xml_reply(retention_document(*lock->retention));
        add_version_id(reply, *in);
        co_return reply;
    }
};

struct PutObjectRetention {
    static constexpr std::string_view name = "PutObjectRetention";

    struct Input : Target {
        std::optional<Retention> retention;
        bool bypass = false;
    };

    static Result<Input> parse(const Call& call) {
        if (auto digest = require_digest(call.request.headers); !digest) return fail(std::move(digest.error()));
        auto target = parse_target(call);
        if (!target) return fail(std::move(target.error()));
        return Input{std::move(*target), std::nullopt, asks_bypass(call)};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        Result<Asks> asks = co_await ask_about(in, call, s3, {"s3:PutObjectRetention", "s3:PutObjectRetention"});
        if (!asks) co_return asks;
        Result<std::string> document = co_await read_document(call, lock_document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        auto retention = parse_retention(*document, s3.now_ms());
        if (!retention) co_return fail(std::move(retention.error()));
        in.retention = std::move(*retention);
        Lock wanted;
        wanted.retention = in.retention;
        add_lock_keys(asks->front().context, wanted, s3.now_ms());
        if (in.bypass && in.bucket->object_lock) {
            asks->push_back(asks->front());
            asks->back().action = "s3:BypassGovernanceRetention";
        }
        co_return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        if (auto there = require_lockable(*in, call); !there) co_return fail(std::move(there.error()));
        auto allowed = check_retention_change(in->found->row.lock, in->retention, in->bypass, s3.now_ms());
        if (!allowed) co_return fail(std::move(allowed.error()));
        std::function<void(Lock&)> change = [retention = in->retention](Lock& lock) { lock.retention = retention; };
        co_return co_await set_lock(s3, *in, std::move(change));
    }
};

struct GetObjectLegalHold {
    static constexpr std::string_view name = "GetObjectLegalHold";
    using Input = Target;

    static Result<Input> parse(const Call& call) { return parse_target(call); }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        return ask_about(in, call, s3, {"s3:GetObjectLegalHold", "s3:GetObjectLegalHold"});
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3&) {
        if (auto there = require_lockable(*in, call); !there) co_return fail(std::move(there.error()));
        const std::optional<Lock>& lock = in->found->row.lock;
        if (!lock || !lock->legal_hold) co_return no_lock_of_object();
        Reply reply = xml_reply(legal_hold_document(*lock->legal_hold));
        add_version_id(reply, *in);
        co_return reply;
    }
};

struct PutObjectLegalHold {
    static constexpr std::string_view name = "PutObjectLegalHold";

    struct Input : Target {
        bool on = false;
    };

    static Result<Input> parse(const Call& call) {
        if (auto digest = require_digest(call.request.headers); !digest) return fail(std::move(digest.error()));
        auto target = parse_target(call);
        if (!target) return fail(std::move(target.error()));
        return Input{std::move(*target), false};
    }

    static Task<Result<Asks>> asks(Input& in, const Call& call, S3& s3) {
        Result<Asks> asks = co_await ask_about(in, call, s3, {"s3:PutObjectLegalHold", "s3:PutObjectLegalHold"});
        if (!asks) co_return asks;
        Result<std::string> document = co_await read_document(call, lock_document_bytes_max);
        if (!document) co_return fail(std::move(document.error()));
        auto on = parse_legal_hold(*document);
        if (!on) co_return fail(std::move(on.error()));
        in.on = *on;
        Lock wanted;
        wanted.legal_hold = in.on;
        add_lock_keys(asks->front().context, wanted, s3.now_ms());
        co_return asks;
    }

    static Task<Result<Reply>> run(Authorized<Input> in, Call& call, S3& s3) {
        if (auto there = require_lockable(*in, call); !there) co_return fail(std::move(there.error()));
        std::function<void(Lock&)> change = [on = in->on](Lock& lock) { lock.legal_hold = on; };
        co_return co_await set_lock(s3, *in, std::move(change));
    }
};

template std::unique_ptr<services::AnyOperation> make_operation<GetObjectRetention>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutObjectRetention>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<GetObjectLegalHold>(S3&);
template std::unique_ptr<services::AnyOperation> make_operation<PutObjectLegalHold>(S3&);

}  // namespace sekisho::s3
