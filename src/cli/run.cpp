#include <CLI/CLI.hpp>
#include <cstdio>

#include "cli/commands.h"
#include "cli/master_key.h"
#include "process/supervisor.h"

namespace sekisho::cli {

namespace {

// What stands after "--" is the command's own: CLI11 would read its flags as ours.
std::vector<std::string> cut_at_dashes(int& argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (std::string_view(argv[i]) == "--") {
            std::vector<std::string> rest(argv + i + 1, argv + argc);
            argc = i;
            return rest;
        }
    return {};
}

}  // namespace

int run(int argc, char** argv) {
    // `sekisho aws [--data DIR] …` hands everything from the first word that is not ours to the AWS CLI.
    if (argc > 1 && std::string_view(argv[1]) == "aws") {
        std::filesystem::path data = process::default_data_folder();
        int next = 2;
        if (argc > 3 && std::string_view(argv[2]) == "--data") {
            data = argv[3];
            next = 4;
        }
        return aws(data, {argv + next, argv + argc});
    }

    std::vector<std::string> command = cut_at_dashes(argc, argv);
    CLI::App app{"sekisho: an S3-compatible object store in which the network that a request came by is part of who is asking"};
    app.require_subcommand(1);
    app.set_version_flag("--version", "sekisho 0.1.0");

    ServeFlags flags;
    flags.data = process::default_data_folder();
    flags.network = "lab";
    flags.at_rest = "encrypted";
    std::filesystem::path data = process::default_data_folder();
    std::string region, request_id, instance;
    bool json = false;
    std::function<int()> chosen;

    auto* serve_command = app.add_subcommand("serve", "run the server");
    serve_command->add_option("--data", flags.data, "data folder")->capture_default_str();
    serve_command->add_option("--listen", flags.listen, "address:port of the API (default 127.0.0.1:4566; may be repeated)");
    serve_command->add_option("--console", flags.console, "off: there is no console yet")->check(CLI::IsMember({"off"}));
    serve_command->add_option("--network", flags.network, "lab: VPCs as Linux networks; static: listeners of --config; none")
        ->check(CLI::IsMember({"lab", "static", "none"}))
        ->capture_default_str();
    serve_command->add_option("--config", flags.config, "TOML file with the listeners of --network static");
    serve_command->add_option("--account", flags.account, "account id (default 123456789012)");
    serve_command->add_option("--region", flags.region, "default region (default us-east-1)");
    serve_command->add_option("--regions", flags.regions, "regions served, separated by commas (default: all commercial ones)");
    serve_command->add_option("--access-key", flags.access_key, "root's access key id");
    serve_command->add_option("--secret-key", flags.secret_key, "root's secret access key");
    serve_command->add_flag("--audit-data-events", flags.audit_data_events,
                            "write allowed object requests to the audit log, too");
    serve_command->add_option("--at-rest", flags.at_rest, "how new objects lie on disk: encrypted or plain")
        ->check(CLI::IsMember({"encrypted", "plain"}))
        ->capture_default_str();
    serve_command->add_option("--master-key", flags.master_key,
                              "where the master keys come from: file:PATH, env:NAME or command:CMD (default: the file "
                              "master-key in the data folder, made at the first start)");
    serve_command->add_option("--loops", flags.loops, "event loops (default: one per core)")->check(CLI::Range(1, 256));
    serve_command->add_option("--ready-fd", flags.ready_fd, "descriptor that gets one line when the server answers");
    serve_command->callback([&] { chosen = [&] { return serve(flags); }; });

    auto client_command = [&](const char* name, const char* text) {
        auto* made = app.add_subcommand(name, text);
        made->add_option("--data", data, "data folder of the server")->capture_default_str();
        return made;
    };
    auto* env_command = client_command("env", "lines to eval for the AWS CLI, SDKs and Terraform");
    env_command->add_flag("--json", json, "as JSON");
    env_command->callback([&] { chosen = [&] { return env(data, json); }; });

    app.add_subcommand("aws", "the AWS CLI against the server: sekisho aws [--data DIR] s3 ls");

    auto* status_command = client_command("status", "networks, endpoints, instances and what the kernel counts");
    status_command->add_option("--region", region, "another region than the server's default");
    status_command->add_flag("--json", json, "as JSON");
    status_command->callback([&] { chosen = [&] { return status(data, region, json); }; });

    auto* scrub_command = client_command("scrub", "read every object and say what is not as it was written");
    scrub_command->add_flag("--json", json, "as JSON");
    scrub_command->callback([&] { chosen = [&] { return scrub(data, json); }; });

    auto* why_command = client_command("why", "why a request was allowed or denied");
    why_command->add_option("request-id", request_id, "the request id that the client printed")->required();
    why_command->add_flag("--json", json, "as JSON");
    why_command->callback([&] { chosen = [&] { return why(data, request_id, json); }; });

    auto* rotate_command = client_command("rotate-key", "add a master key to the file that holds them");
    rotate_command->add_option("--master-key", flags.master_key, "file:PATH (default: master-key in the data folder)");
    rotate_command->callback([&] { chosen = [&] { return rotate_key(data, flags.master_key); }; });

    auto* session_command = client_command("session", "a shell in an instance, or one command after --");
    session_command->add_option("--region", region, "another region than the server's default");
    session_command->add_option("instance", instance, "instance id")->required();
    session_command->callback([&] { chosen = [&] { return session(data, region, instance, command); }; });

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_yes : exit_unusable;
    }
    if (!command.empty() && !session_command->parsed()) {
        std::fprintf(stderr, "sekisho: nothing is expected after --\n");
        return exit_unusable;
    }
    try {
        return chosen();
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "sekisho: %s\n", fault.what());
        return exit_unknown;
    }
}

}  // namespace sekisho::cli
