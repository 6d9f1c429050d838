// Whether a condition is met by the keys of a request.
#pragma once

#include "policy/context.h"
#include "policy/document_data.h"

namespace sekisho::policy {

bool met(const Condition& condition, const KeySource& keys);

}  // namespace sekisho::policy
