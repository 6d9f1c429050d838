#include "services/s3/moves.h"

namespace sekisho::s3 {

std::shared_ptr<void> Moves::begin(const std::vector<Segment>& segments) {
    std::vector<store::BlobId> blobs;
    for (const Segment& segment : segments)
        if (!segment.blob.empty()) blobs.push_back(segment.blob);
    if (blobs.empty()) return nullptr;
    std::lock_guard lock(mutex_);
    moving_.insert(blobs.begin(), blobs.end());
    if (watched_) seen_.insert(blobs.begin(), blobs.end());
    return std::shared_ptr<void>(this, [blobs = std::move(blobs)](void* self) {
        auto& moves = *static_cast<Moves*>(self);
        std::lock_guard guard(moves.mutex_);
        for (const store::BlobId& blob : blobs) moves.moving_.erase(moves.moving_.find(blob));
    });
}

std::shared_ptr<void> Moves::watch() {
    std::lock_guard lock(mutex_);
    watched_ = true;
    seen_ = {moving_.begin(), moving_.end()};
    return std::shared_ptr<void>(this, [](void* self) {
        auto& moves = *static_cast<Moves*>(self);
        std::lock_guard guard(moves.mutex_);
        moves.watched_ = false;
        moves.seen_.clear();
    });
}

bool Moves::seen(const store::BlobId& blob) const {
    std::lock_guard lock(mutex_);
    return seen_.contains(blob);
}

}  // namespace sekisho::s3
