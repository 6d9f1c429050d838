// BinaryEquals: the policy's value is base64, the request's the bytes themselves.
#include "policy/match/operator.h"

namespace sekisho::policy::match {

bool binary(const BinaryValue& wanted, std::string_view actual) { return wanted.bytes == actual; }

}  // namespace sekisho::policy::match
