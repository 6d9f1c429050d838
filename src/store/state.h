// StateStore<State>: control-plane state (IAM of one account, the networks of one account and region, the buckets) as a value.
//
// A State is a struct of Collections (collection.h). Readers take the current snapshot without waiting and keep it as long
// as they like. A change is a function on a copy of the state: changes run one at a time, in the order they were asked
// for; what a change did is committed as rows in one atomic commit, conditional on the partition's revision row, and the
// snapshot is swapped before the change is acknowledged. So operations on control-plane state are plain functions over
// maps, and read-after-write holds. A second writer (another gate over one cluster) is caught by the revision: the state
// is read again and the change run again.
//
//     struct State {
//         Collection<Vpc> vpcs{"vpc/"};
//         template <class F> void each(F&& f) { f(vpcs); … }        // the collections, always in this order
//     };
//     const Vpc* vpc = state.vpcs.find(id);          state.vpcs.put(id, vpc);          state.vpcs.erase(id);
//
// A row of a Collection<T> is a format byte (1) and T as JSON: T needs nlohmann's to_json/from_json. The JSON is all that
// counts: a row put again with the same JSON is not written. No prefix may be the beginning of another, or of "revision".
// What must be fast to use (a compiled policy) is built by from_json, so it is compiled once per change.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "base/check.h"
#include "base/loop.h"
#include "base/result.h"
#include "store/collection.h"
#include "store/tables/tables.h"

namespace sekisho::store {

template <class State>
class StateStore {
   public:
    // Empty until load(), which comes before anything else (sync_wait is fine there: no loop runs at start).
    StateStore(Tables& tables, std::string partition) : tables_(tables), partition_(std::move(partition)) {}

    Task<void> load() {
        auto state = std::make_shared<State>();
        check_prefixes(*state);
        for (;;) {
            std::optional<std::string> revision = co_await tables_.get(partition_, revision_key);
            std::vector<Row> rows = co_await read_rows();
            revision_ = co_await tables_.get(partition_, revision_key);
            if (revision_ != revision) continue;  // another process wrote meanwhile: what was read may be half of each
            state->each([&](auto& collection) { collection.load(rows); });
            break;
        }
        snapshot_.store(std::move(state));
    }

    std::shared_ptr<const State> read() const { return snapshot_.load(); }

    // Runs `change` on a copy of the state; when it answers with a value, commits what it changed and returns the value
    // once that is durable and visible. When it answers with an error, or throws, nothing is changed. `change` may be run
    // again (on fresh state) and must have no effect of its own.
    template <class T>
    Task<Result<T>> change(std::function<Result<T>(State&)> change) {
        if (!try_lock()) {
            ResumeLater turn = wait_for_turn();
            co_await turn;
        }
        std::optional<Result<T>> answer;
        std::exception_ptr error;
        try {
            for (int attempt = 1;; ++attempt) {
                std::shared_ptr<const State> before = snapshot_.load();
                auto after = std::make_shared<State>(*before);
                answer.emplace(change(*after));
                if (!*answer) break;
                Commit commit = difference(*before, *after);
                if (!commit.writes.empty()) {
                    std::string next = std::to_string(revision_ ? std::stoull(*revision_) + 1 : 1);
                    commit.conditions.push_back({revision_key, revision_});
                    commit.put(revision_key, next);
                    CommitResult result = co_await tables_.commit(std::move(commit));
                    if (result == CommitResult::conflict) {
                        if (attempt == attempts_max) throw Fault("state: " + partition_ + " is changed by others all the time");
                        co_await load();
                        continue;
                    }
                    revision_ = std::move(next);
                }
                snapshot_.store(std::shared_ptr<const State>(std::move(after)));
                break;
            }
        } catch (...) {
            error = std::current_exception();
        }
        unlock();
        if (error) std::rethrow_exception(error);
        co_return std::move(*answer);
    }

   private:
    static constexpr const char* revision_key = "revision";
    static constexpr int attempts_max = 16;

    static void check_prefixes(State& state) {
        std::vector<std::string> prefixes = {revision_key};
        state.each([&](auto& collection) { prefixes.push_back(collection.prefix()); });
        for (const std::string& one : prefixes)
            for (const std::string& other : prefixes) SEKISHO_CHECK(&one == &other || !other.starts_with(one));
    }

    Task<std::vector<Row>> read_rows() {
        std::vector<Row> all;
        for (Range range;;) {
            std::vector<Row> rows = co_await tables_.scan(partition_, range);
            const bool more = rows.size() == rows_per_read_max;
            if (more) range.from = rows.back().key + '\0';
            std::move(rows.begin(), rows.end(), std::back_inserter(all));
            if (!more) co_return all;
        }
    }

    Commit difference(const State& before, State& after) const {
        Commit commit;
        commit.partition = partition_;
        // each() is written once, for a mutable State; `before` is only read through it.
        std::vector<const void*> olds;
        const_cast<State&>(before).each([&](auto& collection) { olds.push_back(&collection); });
        std::size_t i = 0;
        after.each([&](auto& collection) {
            using C = std::remove_reference_t<decltype(collection)>;
            collection.difference(*static_cast<const C*>(olds[i++]), commit);
        });
        return commit;
    }

    // The lock of changes. Waiting for it holds no thread; unlock() hands it to the one who has waited longest.
    bool try_lock() {
        std::lock_guard guard(mutex_);
        return !std::exchange(locked_, true);
    }
    ResumeLater wait_for_turn() {
        return resume_later([this](std::function<void()> resume) {
            {
                std::lock_guard guard(mutex_);
                if (std::exchange(locked_, true)) {
                    waiting_.push_back(std::move(resume));
                    return;
                }
            }
            resume();  // it was unlocked in between
        });
    }
    void unlock() {
        std::function<void()> next;
        {
            std::lock_guard guard(mutex_);
            if (waiting_.empty()) {
                locked_ = false;
                return;
            }
            next = std::move(waiting_.front());
            waiting_.pop_front();
        }
        next();
    }

    Tables& tables_;
    const std::string partition_;
    std::optional<std::string> revision_;  // guarded by the lock of changes
    std::atomic<std::shared_ptr<const State>> snapshot_{std::make_shared<const State>()};
    std::mutex mutex_;
    bool locked_ = false;
    std::deque<std::function<void()>> waiting_;
};

}  // namespace sekisho::store
