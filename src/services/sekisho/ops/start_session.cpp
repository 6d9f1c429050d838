#include "services/sekisho/ops/start_session.h"

#include "services/sekisho/session_relay.h"

namespace sekisho::own {

namespace {
constexpr std::size_t arguments_max = 256;
constexpr std::size_t argument_bytes_max = 128 * 1024;
constexpr int terminal_side_max = 10'000;
}  // namespace

Result<StartSession::Input> StartSession::parse(const services::Call& call) {
    auto json = input_of(call);
    if (!json) return fail(std::move(json.error()));
    Input input;
    try {
        input.instance = InstanceId(json->at("InstanceId").get<std::string>());
        input.command = json->value("Command", std::vector<std::string>());
        input.terminal = json->value("Terminal", false);
        input.rows = json->value("Rows", 24);
        input.columns = json->value("Columns", 80);
    } catch (const nlohmann::json::exception&) {
        return fail(ValidationException, "InstanceId must be a string, Command a list of strings, Terminal a boolean.");
    }
    if (input.command.size() > arguments_max) return fail(ValidationException, "Command has too many arguments.");
    for (const std::string& argument : input.command)
        if (argument.size() > argument_bytes_max || argument.find('\0') != std::string::npos)
            return fail(ValidationException, "An argument of Command is too long or holds a NUL.");
    if (input.rows < 1 || input.rows > terminal_side_max || input.columns < 1 || input.columns > terminal_side_max)
        return fail(ValidationException, "Rows and Columns are from 1 to 10000.");
    return input;
}

std::vector<authz::Ask> StartSession::asks(Input& input, const services::Call& call, Own& own) {
    authz::Ask ask;
    ask.action = "sekisho:StartSession";
    ask.resource = "arn:aws:ec2:" + call.region.value + ":" + call.account.value + ":instance/" + input.instance.value;
    ask.resource_account = call.account;
    input.tags = own.instance_tags(call.account, call.region, input.instance);
    for (const auto& [name, value] : input.tags) ask.context.set("aws:ResourceTag/" + name, value);
    return {std::move(ask)};
}

Task<Result<http::Reply>> StartSession::run(authz::Authorized<Input> in, services::Call& call, Own& own) {
    if (auto error = own.not_running(in.caller().account, call.region, in->instance)) co_return fail(std::move(*error));
    if (own.instance_tags(call.account, call.region, in->instance) != in->tags) co_return fail(services::ask_again);
    net::ShellRequest request;
    request.instance = in->instance.value;
    request.command = in->command;
    request.terminal = in->terminal;
    request.rows = in->rows;
    request.columns = in->columns;
    Result<net::Shell> shell = co_await own.fabric.open_shell(std::move(request));
    if (!shell) co_return fail(std::move(shell.error()));
    http::Reply reply;
    reply.status = 101;
    reply.headers.set("Upgrade", "sekisho-session");
    reply.body = relay_session(own.loops, std::move(*shell));
    co_return reply;
}

}  // namespace sekisho::own
