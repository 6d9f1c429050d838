#include "services/organizations/aws_policies.h"

#include <array>

namespace sekisho::organizations {

namespace {

Policy make(std::string_view id, std::string_view type, std::string_view name, std::string_view description,
            std::string_view content) {
    Policy row;
    row.id = id;
    row.type = type;
    row.name = name;
    row.description = description;
    row.content = content;
    row.compiled = policy::compile(row.content, kind_of(type));
    return row;
}

const std::array<Policy, 2>& table() {
    static const std::array<Policy, 2> rows = {
        make("p-FullAWSAccess", scp_type, "FullAWSAccess", "Allows access to every operation",
             R"({
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "*",
      "Resource": "*"
    }
  ]
})"),
        make("p-RCPFullAWSAccess", rcp_type, "RCPFullAWSAccess", "Allow all access",
             R"({
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": "*",
      "Action": "*",
      "Resource": "*"
    }
  ]
})"),
    };
    return rows;
}

}  // namespace

std::span<const Policy> aws_policies() { return table(); }

const Policy* find_aws_policy(std::string_view id) {
    for (const Policy& row : table())
        if (row.id == id) return &row;
    return nullptr;
}

const Policy& full_access(std::string_view type) { return table()[type == rcp_type ? 1 : 0]; }

}  // namespace sekisho::organizations
