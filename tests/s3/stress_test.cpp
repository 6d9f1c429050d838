// Readers against writers over the real stores: whoever opened an object reads that object to its end.
#include <atomic>
#include <thread>

#include "base/loop.h"
#include "s3/support.h"
#include "services/s3/payload.h"
#include "store/support.h"

namespace sekisho::s3::test {
namespace {

constexpr int segments_count = 6;
constexpr std::size_t segment_bytes = 3000;

Task<Segment> write_segment(S3& s3, int number, char what) {
    std::unique_ptr<store::BlobWriter> writer = s3.objects.create(s3.new_blob_id());
    std::string bytes(segment_bytes, what);
    co_await writer->append(std::move(bytes));
    co_await writer->seal();
    Segment segment;
    segment.blob = writer->id();
    segment.size = segment_bytes;
    segment.part_number = number;
    co_return segment;
}

// An object of several blobs, every byte of them the same.
Task<void> overwrite(S3& s3, BucketPtr bucket, std::string key, char what) {
    ObjectRow row;
    row.size = segments_count * segment_bytes;
    row.etag = "0123456789abcdef0123456789abcdef-6";
    row.owner = bucket->owner;
    for (int number = 1; number <= segments_count; ++number) {
        Segment segment = co_await write_segment(s3, number, what);
        row.segments.push_back(std::move(segment));
    }
    Replace replace;
    Result<std::string> replaced = co_await replace_object(s3, bucket, std::move(key), std::move(row), std::move(replace));
    if (!replaced) throw Fault(replaced.error().code);
}

// What a GET does; empty: replaced before the first byte.
Task<std::string> read_all(S3& s3, BucketPtr bucket, std::string key) {
    std::optional<Found> found = co_await find_object(s3, bucket, key);
    if (!found) throw Fault("the object is never absent");
    ByteRange all{0, found->row.size};
    Target target{bucket, key, std::make_shared<Found>(std::move(*found))};
    ObjectReader reader(s3, std::move(target), all);
    bool opened = co_await reader.open();
    std::string bytes;
    while (opened) {
        std::string piece = co_await reader.read();
        if (piece.empty()) break;
        bytes += piece;
    }
    co_return bytes;
}

struct Tally {
    std::atomic<int> writers{2}, ended{0}, read{0}, vanished{0};
    std::atomic<bool> whole{true}, over{false};
};

Task<void> write_often(S3& s3, BucketPtr bucket, Tally& tally, char first) {
    for (int n = 0; n < 60; ++n) co_await overwrite(s3, bucket, "k", static_cast<char>(first + n % 20));
    --tally.writers;
}

Task<void> read_often(S3& s3, BucketPtr bucket, Tally& tally) {
    while (tally.writers > 0) {
        std::string bytes = co_await read_all(s3, bucket, "k");
        ++(bytes.empty() ? tally.vanished : tally.read);
        if (!bytes.empty() && bytes != std::string(segments_count * segment_bytes, bytes.front())) tally.whole = false;
    }
}

// Keeps a loop awake.
Task<void> until(const std::atomic<bool>& over) {
    while (!over) co_await sleep_for(std::chrono::milliseconds(2));
}

TEST(Stress, a_reader_never_meets_an_erased_blob_or_a_mixture_while_others_overwrite) {
    store::TemporaryFolder folder;
    auto tables = store::rocksdb_tables(folder.path() + "/tables", 1 << 20);
    auto objects = store::file_objects(folder.path() + "/objects");
    SystemClock clock;
    SystemEntropy entropy;
    KnownPrincipals principals;
    S3 s3(*tables, *objects, clock, entropy, principals, Settings{{"us-east-1"}, {}, 100, 1});
    sync_wait(s3.load());
    Bucket made;
    made.name = "demo-bucket";
    made.id = entropy.hex(32);
    made.owner = AccountId("123456789012");
    made.region = Region("us-east-1");
    std::function<Result<bool>(BucketState&)> add = [made](BucketState& state) -> Result<bool> {
        state.buckets.put(made.name, made);
        return true;
    };
    ASSERT_TRUE(sync_wait(s3.buckets.change<bool>(std::move(add))));
    store::Commit open;
    open.partition = partition_of_shard(made, 0);
    open.put(std::string(open_row), std::string(open_value));
    sync_wait(s3.tables.commit(std::move(open)));
    BucketPtr bucket = s3.find_bucket("demo-bucket");
    sync_wait(overwrite(s3, bucket, "k", 'a'));

    Tally tally;
    std::vector<std::string> faults(5);
    std::vector<std::thread> threads;
    auto run = [&](std::size_t which, std::function<Task<void>()> work) {
        threads.emplace_back([&tally, &fault = faults[which], work = std::move(work)] {
            // A reader's end may start erasures that end on its loop: the loop runs until all is over.
            SimpleLoop loop;
            Loop::Scope scope(loop);
            spawn(work(), [&](std::exception_ptr error) {
                ++tally.ended;
                try {
                    if (error) std::rethrow_exception(error);
                } catch (const std::exception& caught) {
                    fault = caught.what();
                }
            });
            bool awake = true;
            spawn(until(tally.over), [&awake](std::exception_ptr) { awake = false; });
            loop.run_until([&] { return !awake; });
        });
    };
    run(0, [&] { return write_often(s3, bucket, tally, 'b'); });
    run(1, [&] { return write_often(s3, bucket, tally, 'B'); });
    for (std::size_t reader = 2; reader < 5; ++reader) run(reader, [&] { return read_often(s3, bucket, tally); });

    // Nothing is left but what the row names.
    auto blobs = [&] {
        std::size_t count = 0;
        std::function<void(const store::BlobId&)> visit = [&](const store::BlobId&) { ++count; };
        sync_wait(objects->for_each(visit));
        return count;
    };
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while ((tally.ended < 5 || blobs() != segments_count) && std::chrono::steady_clock::now() < deadline)
        std::this_thread::yield();
    EXPECT_EQ(blobs(), static_cast<std::size_t>(segments_count)) << tally.read << " read, " << tally.vanished << " vanished";
    objects.reset();  // when its threads have ended, whatever they woke is in the loops' queues
    tally.over = true;
    for (std::thread& thread : threads) thread.join();
    for (const std::string& fault : faults) EXPECT_EQ(fault, "");
    EXPECT_TRUE(tally.whole);
    EXPECT_GT(tally.read, 0);
}

}  // namespace
}  // namespace sekisho::s3::test
