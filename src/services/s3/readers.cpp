#include "services/s3/readers.h"

#include "base/log.h"
#include "services/s3/payload.h"
#include "services/s3/s3.h"

namespace sekisho::s3 {

std::shared_ptr<void> Readers::hold(S3& s3, const std::vector<Segment>& segments) {
    if (segments.empty()) return nullptr;
    store::BlobId first = segments.front().blob;
    {
        std::lock_guard lock(mutex_);
        ++held_[first].readers;
    }
    return std::shared_ptr<void>(this, [&s3, first](void* readers) { static_cast<Readers*>(readers)->release(s3, first); });
}

bool Readers::defer(std::vector<Segment>& segments) {
    if (segments.empty()) return false;
    std::lock_guard lock(mutex_);
    auto at = held_.find(segments.front().blob);
    if (at == held_.end()) return false;
    at->second.erase = std::move(segments);
    return true;
}

void Readers::release(S3& s3, const store::BlobId& first) {
    std::vector<Segment> erase;
    {
        std::lock_guard lock(mutex_);
        auto at = held_.find(first);
        if (--at->second.readers > 0) return;
        erase = std::move(at->second.erase);
        held_.erase(at);
    }
    if (erase.empty()) return;
    spawn(erase_blobs(s3, std::move(erase)), [](std::exception_ptr error) {
        // They are orphans now, which the sweep after the next start erases.
        if (error) log::warning("s3: a replaced object's blobs could not be erased");
    });
}

}  // namespace sekisho::s3
