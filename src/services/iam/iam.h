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

// A user or role whose ARN means something else now: policies elsewhere that name `arn` as a principal have to name `now`
// instead, which is the unique id after a deletion and the new ARN after a change of name or path.
struct PrincipalChange {
    std::string arn;
    std::string now;
};

class Iam {
   public:
    explicit Iam(Directory& directory) : directory(directory) {}

    Directory& directory;
    // Called after such a change is durable, before it is acknowledged; IAM sees to its own trust policies itself.
    std::function<Task<void>(PrincipalChange)> on_principal_change;
};

// The service as the gate sees it. `iam` outlives it.
std::unique_ptr<services::Service> service(Iam& iam);

}  // namespace sekisho::iam
