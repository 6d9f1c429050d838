// StateStore<State>: control-plane state (IAM of one account, the networks of one account and region, the buckets) as a value.
//
// A State is a struct of Collections (maps from id to shared immutable rows). Readers take the current snapshot without
// a lock and keep it as long as they like. A change is a function from a copy of the state to a new one: it runs alone,
// is compared with what was before, and the difference is committed as rows in one atomic commit, conditional on the
// partition's revision row; the snapshot is swapped before the change is acknowledged. So operations on control-plane
// state are plain functions over maps, read-after-write holds, and a second writer (a cluster) is caught by the revision.
//
//     struct State {
//         Collection<Vpc> vpcs{"vpc/"};
//         template <class F> void each(F&& f) { f(vpcs); … }        // the collections, always in this order
//     };
//     const Vpc* vpc = state.vpcs.find(id);          state.vpcs.put(id, vpc);          state.vpcs.erase(id);
//
// A row of a Collection<T> is a format byte (1) and T as JSON: T needs nlohmann's to_json/from_json.
// What must be fast to use (a compiled policy) is built by from_json, so it is compiled once per change.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

#include "base/loop.h"
#include "base/result.h"
#include "store/tables/tables.h"

namespace sekisho::store {

template <class T>
class Collection {
   public:
    using Map = std::map<std::string, std::shared_ptr<const T>, std::less<>>;

    explicit Collection(std::string prefix) : prefix_(std::move(prefix)) {}

    const T* find(std::string_view id) const {
        auto it = rows_.find(id);
        return it == rows_.end() ? nullptr : it->second.get();
    }
    std::shared_ptr<const T> share(std::string_view id) const {
        auto it = rows_.find(id);
        return it == rows_.end() ? nullptr : it->second;
    }
    bool contains(std::string_view id) const { return rows_.find(id) != rows_.end(); }
    void put(std::string id, T row) { rows_[std::move(id)] = std::make_shared<const T>(std::move(row)); }
    bool erase(std::string_view id) {
        auto it = rows_.find(id);
        if (it == rows_.end()) return false;
        rows_.erase(it);
        return true;
    }
    std::size_t size() const { return rows_.size(); }
    bool empty() const { return rows_.empty(); }
    auto begin() const { return rows_.begin(); }  // pair<const string, shared_ptr<const T>>, in order of id
    auto end() const { return rows_.end(); }

    const std::string& prefix() const { return prefix_; }

    // For StateStore.
    void load(std::string_view id, std::string_view value) {
        put(std::string(id), nlohmann::json::parse(value.substr(1)).template get<T>());
    }
    void difference(const Collection& before, Commit& commit) const {
        auto a = before.rows_.begin();
        auto b = rows_.begin();
        while (a != before.rows_.end() || b != rows_.end()) {
            if (b == rows_.end() || (a != before.rows_.end() && a->first < b->first)) {
                commit.erase(prefix_ + a->first);
                ++a;
            } else {
                bool same = a != before.rows_.end() && a->first == b->first && a->second == b->second;
                if (!same) commit.put(prefix_ + b->first, '\x01' + nlohmann::json(*b->second).dump());
                if (a != before.rows_.end() && a->first == b->first) ++a;
                ++b;
            }
        }
    }

   private:
    std::string prefix_;
    Map rows_;
};

template <class State>
class StateStore {
   public:
    // Loads the partition (sync_wait is fine here: a StateStore is made at start, before any loop runs).
    StateStore(Tables& tables, std::string partition) : tables_(tables), partition_(std::move(partition)) {}

    Task<void> load() {
        auto state = std::make_shared<State>();
        revision_ = co_await tables_.get(partition_, "revision");
        std::vector<Row> all;
        std::string from;
        for (;;) {
            Range range;
            range.from = from;
            std::vector<Row> rows = co_await tables_.scan(partition_, range);
            bool more = rows.size() == rows_per_read_max;
            if (more) from = rows.back().key + '\0';
            for (Row& row : rows) all.push_back(std::move(row));
            if (!more) break;
        }
        state->each([&](auto& collection) {
            const std::string& prefix = collection.prefix();
            for (const Row& row : all)
                if (row.key.starts_with(prefix)) collection.load(std::string_view(row.key).substr(prefix.size()), row.value);
        });
        snapshot_.store(std::move(state));
    }

    std::shared_ptr<const State> read() const { return snapshot_.load(); }

    // Runs `change` on a copy of the state; when it answers with a value, commits the difference and returns the value
    // once it is durable and visible. `change` may be run again (on fresh state) and must have no effect of its own.
    template <class T>
    Task<Result<T>> change(std::function<Result<T>(State&)> change) {
        co_await lock();
        std::optional<Result<T>> answer;
        std::exception_ptr error;
        try {
            auto before = snapshot_.load();
            auto after = std::make_shared<State>(*before);
            answer.emplace(change(*after));
            if (*answer) {
                Commit commit;
                commit.partition = partition_;
                difference(*before, *after, commit);
                if (!commit.writes.empty()) {
                    std::string revision = std::to_string(revision_ ? std::stoull(*revision_) + 1 : 1);
                    commit.conditions.push_back({"revision", revision_});
                    commit.put("revision", revision);
                    if (co_await tables_.commit(std::move(commit)) == CommitResult::conflict)
                        throw Fault("state of " + partition_ + " was changed by another process");
                    revision_ = revision;
                    snapshot_.store(std::shared_ptr<const State>(std::move(after)));
                }
            }
        } catch (...) {
            error = std::current_exception();
        }
        unlock();
        if (error) std::rethrow_exception(error);
        co_return std::move(*answer);
    }

   private:
    static void difference(const State& before, State& after, Commit& commit) {
        // each() is written once, for a mutable State; `before` is only read through it.
        std::vector<const void*> olds;
        const_cast<State&>(before).each([&](auto& collection) { olds.push_back(&collection); });
        std::size_t i = 0;
        after.each([&](auto& collection) {
            using C = std::remove_reference_t<decltype(collection)>;
            collection.difference(*static_cast<const C*>(olds[i++]), commit);
        });
    }

    // Changes queue here, in order; a waiting coroutine holds no thread.
    auto lock() {
        return resume_later([this](std::function<void()> resume) {
            {
                std::lock_guard guard(mutex_);
                if (locked_) {
                    waiting_.push_back(std::move(resume));
                    return;
                }
                locked_ = true;
            }
            resume();
        });
    }
    void unlock() {
        std::function<void()> next;
        {
            std::lock_guard guard(mutex_);
            if (waiting_.empty())
                locked_ = false;
            else {
                next = std::move(waiting_.front());
                waiting_.erase(waiting_.begin());
            }
        }
        if (next) next();
    }

    Tables& tables_;
    const std::string partition_;
    std::optional<std::string> revision_;  // guarded by the change lock
    std::atomic<std::shared_ptr<const State>> snapshot_;
    std::mutex mutex_;
    bool locked_ = false;
    std::vector<std::function<void()>> waiting_;
};

}  // namespace sekisho::store
