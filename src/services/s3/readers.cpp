#include "services/s3/readers.h"

#include "base/log.h"

namespace sekisho::s3 {

struct Readers::State {
    struct Held {
        int readers = 0;
        bool erase = false;
    };
    std::mutex mutex;
    store::Objects* objects;  // null when the service has ended
    std::map<store::BlobId, Held> held;

    // Those to erase now.
    std::vector<store::BlobId> release(const std::vector<store::BlobId>& blobs);
};

namespace {

Task<void> erase(store::Objects& objects, std::vector<store::BlobId> blobs) {
    for (const store::BlobId& blob : blobs) co_await objects.erase(blob);
}

}  // namespace

std::vector<store::BlobId> Readers::State::release(const std::vector<store::BlobId>& blobs) {
    std::vector<store::BlobId> to_erase;
    std::lock_guard lock(mutex);
    for (const store::BlobId& blob : blobs) {
        auto at = held.find(blob);
        if (--at->second.readers > 0) continue;
        if (at->second.erase) to_erase.push_back(blob);
        held.erase(at);
    }
    if (!objects) to_erase.clear();
    return to_erase;
}

Readers::Readers(store::Objects& objects) : state_(std::make_shared<State>()) { state_->objects = &objects; }

Readers::~Readers() {
    std::lock_guard lock(state_->mutex);
    state_->objects = nullptr;
}

std::shared_ptr<void> Readers::hold(const std::vector<Segment>& segments) {
    struct Hold {
        std::shared_ptr<State> state;
        std::vector<store::BlobId> blobs;

        ~Hold() {
            std::vector<store::BlobId> to_erase = state->release(blobs);
            if (to_erase.empty()) return;
            spawn(erase(*state->objects, std::move(to_erase)), [](std::exception_ptr error) {
                // They are orphans now, which the sweep after the next start erases.
                if (error) log::warning("s3: a replaced object's blobs could not be erased");
            });
        }
    };
    auto hold = std::make_shared<Hold>();
    hold->blobs.reserve(segments.size());
    std::lock_guard lock(state_->mutex);
    for (const Segment& segment : segments) {
        if (segment.blob.empty()) continue;
        ++state_->held[segment.blob].readers;
        hold->blobs.push_back(segment.blob);
    }
    hold->state = state_;
    return hold;
}

bool Readers::defer(const store::BlobId& blob) {
    std::lock_guard lock(state_->mutex);
    auto at = state_->held.find(blob);
    if (at == state_->held.end()) return false;
    at->second.erase = true;
    return true;
}

}  // namespace sekisho::s3
