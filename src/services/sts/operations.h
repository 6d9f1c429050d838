// The operations of STS; each is whole in ops/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "services/iam/model.h"
#include "services/operation.h"
#include "services/sts/sts.h"

namespace sekisho::sts {

inline constexpr std::string_view xml_namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

struct AssumeRole {
    static constexpr std::string_view name = "AssumeRole";
    struct Input {
        std::string role_arn;
        std::string session_name;
        std::optional<std::int64_t> duration_s;
        std::optional<std::string> policy;
        std::vector<std::string> policy_arns;
        std::optional<std::string> external_id;
        std::vector<iam::Tag> tags;
        std::vector<std::string> transitive_tag_keys;
        std::string source_identity;
    };
    static Result<Input> parse(const services::Call& call);
    static std::vector<authz::Ask> asks(const Input& input, const services::Call& call, Sts& sts);
    static Task<Result<http::Reply>> run(authz::Authorized<Input> in, services::Call& call, Sts& sts);
};

struct GetCallerIdentity {
    static constexpr std::string_view name = "GetCallerIdentity";
    struct Input {};
    static Result<Input> parse(const services::Call& call);
    static std::vector<authz::Ask> asks(const Input& input, const services::Call& call, Sts& sts);
    static Task<Result<http::Reply>> run(authz::Authorized<Input> in, services::Call& call, Sts& sts);
};

struct GetSessionToken {
    static constexpr std::string_view name = "GetSessionToken";
    struct Input {
        std::optional<std::int64_t> duration_s;
    };
    static Result<Input> parse(const services::Call& call);
    static std::vector<authz::Ask> asks(const Input& input, const services::Call& call, Sts& sts);
    static Task<Result<http::Reply>> run(authz::Authorized<Input> in, services::Call& call, Sts& sts);
};

struct GetAccessKeyInfo {
    static constexpr std::string_view name = "GetAccessKeyInfo";
    struct Input {
        std::string access_key_id;
    };
    static Result<Input> parse(const services::Call& call);
    static std::vector<authz::Ask> asks(const Input& input, const services::Call& call, Sts& sts);
    static Task<Result<http::Reply>> run(authz::Authorized<Input> in, services::Call& call, Sts& sts);
};

struct DecodeAuthorizationMessage {
    static constexpr std::string_view name = "DecodeAuthorizationMessage";
    struct Input {
        std::string message;
    };
    static Result<Input> parse(const services::Call& call);
    static std::vector<authz::Ask> asks(const Input& input, const services::Call& call, Sts& sts);
    static Task<Result<http::Reply>> run(authz::Authorized<Input> in, services::Call& call, Sts& sts);
};

}  // namespace sekisho::sts
