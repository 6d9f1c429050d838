// Sts: temporary credentials. It keeps nothing: what a session is stands sealed in its token (iam/session_tokens.h).
#pragma once

#include <memory>

#include "services/iam/directory.h"
#include "services/operation.h"

namespace sekisho::sts {

class Sts {
   public:
    explicit Sts(const iam::Directory& directory) : directory(directory) {}
    const iam::Directory& directory;
};

// The service as the gate sees it. `sts` outlives it.
std::unique_ptr<services::Service> service(Sts& sts);

}  // namespace sekisho::sts
