#include "s3/support.h"

#include "authn/post_form.h"
#include "wire/errors/common.h"

#include "base/bytes.h"
#include "base/loop.h"
#include "services/s3control/control.h"
#include "wire/dialect.h"

namespace sekisho::s3::test {

namespace {

class MemoryBody final : public http::BodyReader {
   public:
    MemoryBody(std::string bytes, std::size_t piece_bytes) : bytes_(std::move(bytes)), piece_bytes_(piece_bytes) {}
    Task<std::string> read() override {
        std::string piece = bytes_.substr(at_, piece_bytes_);
        at_ += piece.size();
        co_return piece;
    }
    std::optional<std::uint64_t> content_length() const override { return bytes_.size(); }

   private:
    std::string bytes_;
    std::size_t piece_bytes_, at_ = 0;
};

Task<std::string> read_all(std::unique_ptr<http::BodySource> source) {
    std::string all;
    for (;;) {
        std::string piece = co_await source->read();
        if (piece.empty()) co_return all;
        all += piece;
    }
}

Answer answer_of(http::Reply reply) {
    Answer answer;
    answer.status = reply.status;
    answer.headers = std::move(reply.headers);
    if (auto* text = std::get_if<std::string>(&reply.body)) answer.body = std::move(*text);
    if (auto* stream = std::get_if<http::StreamBody>(&reply.body)) answer.body = sync_wait(read_all(std::move(stream->source)));
    if (reply.head_content_length) answer.headers.set("Content-Length", std::to_string(*reply.head_content_length));
    return answer;
}

}  // namespace

std::vector<std::string> Answer::elements(std::string_view name) const {
    std::vector<std::string> found;
    std::string open = "<" + std::string(name) + ">", close = "</" + std::string(name) + ">";
    for (std::size_t at = body.find(open); at != std::string::npos; at = body.find(open, at)) {
        at += open.size();
        found.push_back(body.substr(at, body.find(close, at) - at));
    }
    return found;
}

std::string Answer::element(std::string_view name) const {
    auto all = elements(name);
    return all.empty() ? "" : all.front();
}

std::vector<authz::NamedPolicy> Policies::identity_policies(const authn::Caller& caller) const {
    auto found = by_arn.find(caller.arn);
    if (found == by_arn.end()) return {};
    return {{"policy of the test", policy::compile(found->second, policy::Kind::identity)}};
}

authz::NamedPolicy Policies::endpoint_policy(const origin::EndpointRoad&) const {
    return {"policy of the endpoint",
            policy::compile(R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}})",
                            policy::Kind::endpoint)};
}

authn::Caller root_of(std::string account) {
    authn::Caller caller;
    caller.kind = authn::Caller::Kind::root;
    caller.account = AccountId(account);
    caller.arn = "arn:aws:iam::" + account + ":root";
    caller.principal_id = account;
    caller.proof = authn::Caller::Proof::header;
    return caller;
}

authn::Caller user_of(std::string account, std::string name) {
    authn::Caller caller = root_of(account);
    caller.kind = authn::Caller::Kind::user;
    caller.arn = "arn:aws:iam::" + account + ":user/" + name;
    caller.user_name = std::move(name);
    caller.principal_id = "AIDATESTTESTTESTTEST";
    return caller;
}

authn::Caller anonymous() { return {}; }

origin::Origin from_vpc(std::string vpc) {
    origin::Origin origin;
    origin::EndpointRoad road;
    road.vpce = VpceId("vpce-0123456789abcdef0");
    road.vpc = VpcId(std::move(vpc));
    road.account = AccountId("123456789012");
    road.region = Region("us-east-1");
    origin.endpoint = std::move(road);
    return origin;
}

void BetweenTables::happen(Happenings& happenings, const std::string& key) {
    auto at = happenings.find(key);
    if (at == happenings.end()) return;
    auto happens = std::move(at->second);
    happenings.erase(at);
    happens();
}

Task<std::optional<std::string>> BetweenTables::get(std::string partition, std::string key) {
    happen(before_get_, key);
    ++rows_read;
    return inner_->get(std::move(partition), std::move(key));
}

Task<std::vector<store::Row>> BetweenTables::scan(std::string partition, store::Range range) {
    happen(before_scan_, range.from);
    std::vector<store::Row> rows = co_await inner_->scan(std::move(partition), std::move(range));
    rows_read += rows.size();
    co_return rows;
}

Task<store::CommitResult> BetweenTables::commit(store::Commit commit) {
    std::vector<std::string> keys;
    for (const store::Commit::Write& write : commit.writes) keys.push_back(write.key);
    for (const std::string& key : keys) happen(before_commit_, key);
    return inner_->commit(std::move(commit));
}

Settings settings_of(int shards, int keys) {
    Settings settings{{"us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1"}, {"localhost"}, 100, shards};
    settings.encrypt_at_rest = keys > 0;
    constexpr std::size_t line_bytes = 45;
    if (keys > 0)
        settings.master_keys = std::make_shared<const store::MasterKeys>(
            store::MasterKeys::parse(master_keys_text.substr(0, line_bytes * static_cast<std::size_t>(keys)), "the test"));
    return settings;
}

World::World(int shards) : World(settings_of(shards)) {}

World::World(Settings settings)
    : s3(*tables, *objects, clock, entropy, principals, std::move(settings)),
      service(s3::service(s3)),
      control(s3control::service(s3)) {
    sync_wait(s3.load());
}

World::World(World& killed) : World(killed, killed.s3.settings) {}

World::World(World& killed, Settings settings)
    : tables(killed.tables),
      objects(killed.objects),
      clock(killed.clock.now() + std::chrono::minutes(1)),
      entropy(43),
      s3(*tables, *objects, clock, entropy, principals, std::move(settings)),
      service(s3::service(s3)),
      control(s3control::service(s3)) {
    sync_wait(s3.load());
}

Answer World::finish(http::Reply reply) { return answer_of(std::move(reply)); }

Answer World::call(std::string method, std::string target, Fields headers, std::string body) {
    operation_ = {};
    Answer answer = finish(begin(std::move(method), std::move(target), std::move(headers), std::move(body)));
    answer.operation = operation_;
    return answer;
}

http::Reply World::begin(std::string method, std::string target, Fields headers, std::string body) {
    http::Request request;
    request.method = std::move(method);
    request.target = target;
    std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) request.query = target.substr(question + 1);
    request.headers.add("Host", "127.0.0.1:4566");
    for (auto& [name, value] : headers) request.headers.set(name, value);
    request.body = std::make_unique<MemoryBody>(std::move(body), piece_bytes);
    auto listener = std::make_shared<http::Listener>();
    listener->vpce = endpoint;
    request.connection.listener = std::move(listener);
    request.connection.tls = tls;

    services::Call call{
        request, RequestId("TESTREQUEST00001"), clock.now(), wire::Dialect::rest_xml, Region(region), {}, {}, {}, {}, {}, {},
        false};
    call.caller = caller;
    call.account = caller.kind == authn::Caller::Kind::anonymous ? AccountId("123456789012") : caller.account;
    const services::Service& asked = request.headers.find("x-amz-account-id") ? *control : *service;
    auto finished = [&](http::Reply reply) {
        asked.finish(call, reply);
        return reply;
    };
    auto failed = [&](const ApiError& error) {
        return finished(wire::error_reply(call.dialect, error, call.id, request.path));
    };
    if (request.method == "OPTIONS") {
        auto answer = asked.preflight(call);
        return *answer ? std::move(**answer) : failed(answer->error());
    }
    if (authn::is_post_form(request)) {
        auto form = sync_wait(authn::read_post_form(request));
        if (!form) return failed(form.error());
        call.form = std::move(*form);
    }
    auto operation = asked.find(call);
    if (!operation) return failed(operation.error());
    operation_ = (*operation)->name();
    for (questions = 1;; ++questions) {
        auto prepared = sync_wait((*operation)->prepare(call));
        if (!prepared) return failed(prepared.error());
        authz::RequestFacts facts;
        facts.id = call.id;
        facts.time = call.time;
        facts.operation = (*operation)->name();
        facts.service = "s3";
        facts.region = call.region;
        auto decided = authorizer.authorize(call.caller, origin, (*prepared)->asks(), (*prepared)->each(), facts);
        if (auto* denial = std::get_if<authz::Denial>(&decided))
            return failed(ApiError{"AccessDenied", 403, denial->message, {}});
        if (auto happens = std::exchange(after_approval, nullptr)) {
            auto as = std::exchange(caller, root_of("123456789012"));
            const int so_far = questions;
            happens();
            questions = so_far;
            caller = std::move(as);
        }
        Result<http::Reply> reply = fail(error::InternalError);
        try {
            reply = sync_wait((*prepared)->run(std::move(std::get<authz::Approval>(decided))));
        } catch (const http::BodyFault& fault) {
            return failed(ApiError{fault.code, fault.status, fault.message, {}});
        }
        if (reply) return finished(std::move(*reply));
        if (!services::asks_again(reply.error()) || questions == services::questions_max) return failed(reply.error());
    }
}

void World::make_bucket(const std::string& name) {
    Answer made = put("/" + name);
    ASSERT_EQ(made.status, 200) << made.body;
}

std::size_t World::blobs() {
    std::size_t count = 0;
    std::function<void(const store::BlobId&)> visit = [&count](const store::BlobId&) { ++count; };
    sync_wait(objects->for_each(visit));
    return count;
}

}  // namespace sekisho::s3::test
