#include "gate/run_gate.h"

#include <condition_variable>
#include <mutex>

#include "authz/audit.h"
#include "authz/authorizer.h"
#include "base/log.h"
#include "gate/data_files.h"
#include "gate/gate.h"
#include "gate/identity.h"
#include "gate/instances.h"
#include "gate/lab_sockets.h"
#include "gate/master_keys.h"
#include "gate/network_report.h"
#include "gate/pages.h"
#include "gate/scrub_report.h"
#include "gate/settings.h"
#include "gate/static_listeners.h"
#include "http/certificates.h"
#include "http/server.h"
#include "process/confinement.h"
#include "process/lab_client.h"
#include "process/roles.h"
#include "services/cloudtrail/cloudtrail.h"
#include "services/ec2/service.h"
#include "services/iam/iam.h"
#include "services/organizations/organizations.h"
#include "services/s3/master_key_use.h"
#include "services/s3/principals.h"
#include "services/s3/s3.h"
#include "services/s3control/control.h"
#include "services/sekisho/service.h"
#include "services/sts/sts.h"
#include "store/objects/objects.h"
#include "store/tables/tables.h"

namespace sekisho::gate {

namespace {

constexpr std::size_t table_cache_bytes = 16u << 20;
constexpr std::chrono::seconds stop_grace{5};

// Set once, by the supervisor's word; main waits for it.
class StopSignal {
   public:
    void set() {
        std::lock_guard lock(mutex_);
        stopped_ = true;
        changed_.notify_all();
    }
    void wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return stopped_; });
    }

   private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool stopped_ = false;
};

constexpr std::chrono::seconds lifecycle_tick{1};

// Runs in the background on a loop; a fault is logged, never fatal.
void in_background(Loop& loop, const char* what, std::function<Task<void>()> start) {
    loop.post([what, start = std::move(start)] {
        spawn(start(), [what](std::exception_ptr error) {
            if (!error) return;
            try {
                std::rethrow_exception(error);
            } catch (const std::exception& fault) {
                log::error("{}: {}", what, fault.what());
            }
        });
    });
}

// The server's own account has everything scrubbed, another one what is its own.
Task<std::optional<nlohmann::json>> scrub_step(s3::S3* s3, AccountId account, AccountId servers_own, std::string token) {
    std::optional<s3::ScrubPosition> from = parse_scrub_token(token);
    std::optional<nlohmann::json> report;
    if (!from) co_return report;
    std::function<bool(const s3::Bucket&)> wanted = [all = account == servers_own, account](const s3::Bucket& bucket) {
        return all || bucket.owner == account;
    };
    s3::ScrubStep step = co_await s3::scrub(*s3, std::move(*from), std::move(wanted));
    report = scrub_report(step);
    co_return report;
}

own::Own own_service(const authz::Authorizer& authorizer, net::Fabric& fabric, http::LoopPool& loops, const ec2::Ec2& ec2,
                     s3::S3& s3, const AccountId& servers_own) {
    return {authorizer,
            fabric,
            loops,
            [&ec2](const AccountId& account, const Region& region) { return network_report(ec2.snapshot(), account, region); },
            [&s3, servers_own](const AccountId& account, std::string token) {
                return scrub_step(&s3, account, servers_own, std::move(token));
            },
            [&ec2](const AccountId& account, const Region& region, const InstanceId& id) -> std::optional<ApiError> {
                auto facts = ec2.instance(id);
                if (!facts || facts->account != account || facts->region != region)
                    return ApiError{"InvalidInstanceID.NotFound", 400, "The instance ID '" + id.value + "' does not exist", {}};
                if (facts->state != "running")
                    return ApiError{"IncorrectInstanceState", 400, "The instance '" + id.value + "' is " + facts->state, {}};
                return std::nullopt;
            },
            [&ec2](const AccountId& account, const Region& region, const InstanceId& id) {
                auto facts = ec2.instance(id);
                if (!facts || facts->account != account || facts->region != region) return ec2::Tags();
                return facts->tags;
            }};
}

Task<void> follow_in_bucket_policies(s3::S3* s3, iam::PrincipalChange change, std::function<bool()> still) {
    int count = co_await s3::follow_principal(*s3, change.arn, change.now, std::move(still));
    if (count > 0) log::info("{} policies of buckets name {} by {} now", count, change.arn, change.now);
}

int run(process::GateStart& start) {
    Settings settings = read_settings(start.options);
    process::confine_gate(start);
    // INVARIANT: beyond this point the process has no way to other files, processes, namespaces or networks.

    SystemClock clock;
    SystemEntropy entropy;
    PooledEntropy request_ids(entropy);
    const std::filesystem::path& data = start.data_folder;
    auto tables = store::rocksdb_tables((data / "tables").string(), table_cache_bytes);
    auto objects = store::file_objects((data / "objects").string());
    RootKey root = root_key(data, settings.root_key, entropy);
    auto authority = std::make_shared<http::CertificateAuthority>(data / "ca", std::vector<std::string>{}, clock, entropy);

    // Who there is, and what they may.
    iam::Directory directory(*tables, entropy, {{settings.account, root.id, root.secret}});
    sync_wait(directory.load(clock.now()));
    organizations::Organizations organizations(*tables, directory);
    sync_wait(organizations.load(clock.now()));
    directory.set_places([&organizations](const AccountId& account) { return organizations.place(account); });
    Identity identity(directory, static_policies(settings), static_roads(settings));
    identity.set_organizations(organizations);
    authz::AuditOptions audit_options;
    audit_options.folder = (data / "audit").string();
    audit_options.data_events = settings.audit_data_events;
    authz::AuditLog audit(audit_options);
    authz::Authorizer authorizer(identity, &audit);

    // The path, and the sockets that lead to it.
    http::LoopPool loops(settings.loops);
    const std::vector<std::string> host_suffixes{"localhost"};
    GateSettings gate_settings{settings.account, settings.region, settings.regions, host_suffixes};
    Gate gate(gate_settings, clock, request_ids, directory, authorizer);
    http::Server server(
        loops, http::Limits(), authority, [&gate](http::Request request) { return gate.handle(std::move(request)); },
        [&gate](int status, std::string code, std::string message) {
            return gate.error_below_http(status, std::move(code), std::move(message));
        });

    // The network: the lab, or its twin where there is none.
    std::unique_ptr<ec2::Ec2> ec2;
    LabSockets lab_sockets(server, loops, [&ec2, &settings](const dns::Question& question, const std::string& vpc) {
        return resolve_in_vpc(*ec2, settings.region, question, vpc);
    });
    std::unique_ptr<net::Fabric> fabric;
    process::LabClient* lab = nullptr;
    if (start.network == process::NetworkMode::lab) {
        auto client = std::make_unique<process::LabClient>(lab_sockets.callbacks());
        lab = client.get();
        fabric = std::move(client);
    } else {
        fabric = net::memory_fabric("the server runs without a lab (--network static or none)");
    }

    // The services.
    ec2::Options ec2_options;
    ec2_options.ca_certificate_pem = authority->ca_pem();
    ec2_options.regions = settings.regions;
    ec2_options.loop = &loops.next();
    ec2 = std::make_unique<ec2::Ec2>(*tables, *fabric, clock, entropy, identity, ec2_options);
    identity.set_ec2(*ec2);
    s3::Settings s3_settings{settings.regions, host_suffixes};
    s3_settings.encrypt_at_rest = settings.encrypt_at_rest;
    s3_settings.master_keys = master_keys(data, settings, *tables, entropy);
    s3::S3 s3(*tables, *objects, clock, entropy, identity, std::move(s3_settings));
    auto s3_control = s3control::service(s3);
    iam::Iam iam(directory);
    own::Sekisho own(own_service(authorizer, *fabric, loops, *ec2, s3, settings.account));
    auto s3_service = s3::service(s3);
    iam.on_principal_change = [&s3](iam::PrincipalChange change, std::function<bool()> still) {
        return follow_in_bucket_policies(&s3, std::move(change), std::move(still));
    };
    auto iam_service = iam::service(iam);
    sts::Sts sts(directory);
    auto sts_service = sts::service(sts);
    cloudtrail::Cloudtrail cloudtrail(audit_options.folder, [&audit] { audit.flush(); });
    auto cloudtrail_service = cloudtrail::service(cloudtrail);
    auto organizations_service = organizations::service(organizations);
    for (services::Service* service : std::initializer_list<services::Service*>{
             s3_service.get(), s3_control.get(), ec2.get(), iam_service.get(), sts_service.get(), organizations_service.get(),
             cloudtrail_service.get(), &own})
        gate.add(*service);
    imds::Metadata metadata(metadata_sources(*ec2, directory, clock), clock, entropy);
    gate.set_on_authenticated([&directory](const authn::Caller& caller, Time time) { directory.used(caller, time); });
    gate.set_seal([&directory](std::string_view text) { return directory.tokens().seal_message(text); });
    gate.set_metadata([&metadata](const http::Request& request) { return metadata.answer(request); });
    Pages pages(server, audit);
    gate.set_own_pages([&pages](const http::Request& request) { return pages.answer(request); });

    // What the tables hold is there before the first request; the lab is brought to it meanwhile.
    sync_wait(s3.load());
    sync_wait(ec2->load());
    sync_wait(iam.follow_principal_changes());
    StopSignal stop;
    start.link->start(
        [lab](Fd channel) {
            if (lab) lab->connect(std::move(channel));
        },
        [&stop] { stop.set(); });
    in_background(loops.next(), "bringing the lab to what the tables hold", [&ec2] { return ec2->realise(); });
    in_background(loops.next(), "sweeping objects", [&s3] { return s3.sweep(); });
    in_background(loops.next(), "wrapping data keys under the newest master key", [&s3] { return s3::renew_data_keys(s3); });

    // Whether a pass of lifecycle rules is due costs nothing to ask.
    Loop& lifecycle_loop = loops.next();
    std::function<void()> lifecycle = [&] {
        if (!s3.lifecycles.due()) return lifecycle_loop.post_after(lifecycle_tick, [&] { lifecycle(); });
        spawn(s3.lifecycles.pass(),
              [&](std::exception_ptr) { lifecycle_loop.post_after(lifecycle_tick, [&] { lifecycle(); }); });
    };
    lifecycle_loop.post([&] { lifecycle(); });

    std::string served;
    for (process::HostListener& listener : start.listeners) {
        http::Listener facts = listener_facts(settings, listener.name);
        facts.name = listener.address;
        facts.loopback = listener.loopback;
        server.add_listener(std::move(listener.socket), std::move(facts));
        if (listener.name != "api") continue;
        if (served.empty()) {
            std::string host = listener.address.substr(0, listener.address.rfind(':'));
            if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
            if (host == "0.0.0.0") host = "127.0.0.1";
            if (host == "::") host = "::1";
            write_server_file(data, host, listener.port, settings);
        }
        served += (served.empty() ? "http://" : ", http://") + listener.address;
    }
    start.link->ready("sekisho serves " + served + " (data: " + data.string() + ")");
    stop.wait();

    server.stop(std::chrono::duration_cast<std::chrono::milliseconds>(stop_grace));
    lab_sockets.stop();
    loops.stop();
    audit.flush();
    return 0;
}

}  // namespace

int run_gate() {
    log::set_process_name("gate");
    process::GateStart start = process::receive_gate_start();
    try {
        return run(start);
    } catch (const std::exception& fault) {
        // Told while the link to the supervisor lives: it ends a gate whose link is gone, whatever that has still to say.
        log::error("{}", fault.what());
        return 1;
    }
}

}  // namespace sekisho::gate
