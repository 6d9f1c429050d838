// Organizations: the service, and what the rest of the server knows of organisations. One state for the whole server: which
// accounts there are, the trees they stand in, and the policies that are attached there.
//
// Accounts that CreateAccount makes are accounts of this server: IAM's directory takes them up before the answer. place() reads
// a snapshot; any thread.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "authz/organization.h"
#include "base/clock.h"
#include "base/entropy.h"
#include "base/task.h"
#include "services/iam/directory.h"
#include "services/operation.h"
#include "services/organizations/model.h"

namespace sekisho::organizations {

class Organizations {
   public:
    Organizations(store::Tables& tables, iam::Directory& directory);
    // At start, after the directory's: takes up the accounts that were made here.
    Task<void> load(Time now);

    // Where the account stands, with the policies that hold for it; null: in no organisation.
    authz::SharedPlace place(const AccountId& account) const;

    std::shared_ptr<const State> read() const { return state_.read(); }
    // As StateStore::change; what place() says has changed when it returns.
    Task<Result<std::string>> change(std::function<Result<std::string>(State&)> change);
    iam::Directory& directory() const { return directory_; }

   private:
    using Places = std::map<std::string, authz::SharedPlace, std::less<>>;
    void renew_places();

    StateStore state_;
    iam::Directory& directory_;
    std::mutex renewing_;
    std::atomic<std::shared_ptr<const Places>> places_{std::make_shared<const Places>()};
};

// The service as the gate sees it. `organizations` outlives it.
std::unique_ptr<services::Service> service(Organizations& organizations);

}  // namespace sekisho::organizations
