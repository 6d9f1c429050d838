// The pieces of validate(): what each kind of policy is checked for beyond the grammar, and AWS's texts for what is wrong.
#pragma once

#include <string>
#include <string_view>

#include "policy/document_data.h"

namespace sekisho::policy {

// The message of the first thing that is wrong, empty when nothing is.
std::string check_identity(const Document& document);  // and boundaries and session policies
std::string check_trust(const Document& document);
std::string check_endpoint(const Document& document);
bool fit_for_scp(const Document& document);
bool fit_for_rcp(const Document& document);
std::string check_bucket(const Document& document, std::string_view bucket_arn);

const PrincipalEntry* invalid_principal(const Document& document);  // the first that is none
bool unique_sids(const Document& document);
const Condition* invalid_condition(const Document& document);  // the first with a value that its operator cannot read

}  // namespace sekisho::policy
