// Iam: the service. Its state is the directory's; operations are plain functions over the state of the caller's account.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/entropy.h"
#include "base/task.h"
#include "services/iam/directory.h"
#include "services/operation.h"

namespace sekisho::iam {

class Iam {
   public:
    explicit Iam(Directory& directory) : directory(directory) {}

    Directory& directory;
    // Makes policies of other services follow; called after the change is durable, before it is acknowledged, and perhaps more
    // than once. IAM sees to its own trust policies itself. `still`: whether it is still to be followed. It has to be asked
    // under the lock of what is rewritten: once all have followed, another principal may have that ARN.
    std::function<Task<void>(PrincipalChange change, std::function<bool()> still)> on_principal_change;

    // Whatever changes of an account's principals are not followed everywhere yet: makes it so.
    Task<void> follow_principal_changes(AccountId account);
    // Of all accounts: at start, before any request.
    Task<void> follow_principal_changes();
};

// The service as the gate sees it. `iam` outlives it.
std::unique_ptr<services::Service> service(Iam& iam);

}  // namespace sekisho::iam
