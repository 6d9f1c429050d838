// What the store costs on this disk, beside what the disk itself costs. Each engine figure and the raw figure it stands
// beside are taken in turn, several times; the median is printed. Usage: store_bench FOLDER [seconds per figure]
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/fd.h"
#include "base/loop.h"
#include "base/result.h"
#include "store/objects/files.h"
#include "store/tables/tables.h"

using namespace sekisho;
using namespace sekisho::store;

namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }
double cpu_seconds() {
    rusage usage;
    ::getrusage(RUSAGE_SELF, &usage);
    auto seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6; };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}
double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Rate {
    double per_second = 0, cpu_us = 0;
};
using Operation = std::function<Task<void>(int)>;  // its number

Task<void> repeat(const Operation& operation, int& next, Clock::time_point end) {
    while (Clock::now() < end) co_await operation(next++);
}

// `in_flight` callers on one loop, each asking again when it was answered.
Rate run(int in_flight, double seconds, int& next, Operation operation) {
    SimpleLoop loop;
    Loop::Scope scope(loop);
    const int first = next;
    const double cpu = cpu_seconds();
    const auto start = Clock::now();
    const auto end = start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    int ended = 0;
    for (int i = 0; i < in_flight; ++i)
        spawn(repeat(operation, next, end), [&](std::exception_ptr error) {
            if (error) std::rethrow_exception(error);
            loop.post([&] { ++ended; });
        });
    loop.run_until([&] { return ended == in_flight; });
    const int count = next - first;
    return {count / seconds_since(start), (cpu_seconds() - cpu) / count * 1e6};
}

double raw_sync(const std::string& path, std::size_t bytes, double seconds) {
    Fd file(::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600));
    const std::string data(bytes, 'x');
    const auto start = Clock::now();
    int count = 0;
    for (; seconds_since(start) < seconds; ++count)
        if (::write(file.get(), data.data(), bytes) < 0 || ::fdatasync(file.get()) != 0) throw_errno("raw write");
    return count / seconds_since(start);
}

void bench_commits(const std::string& folder, double seconds) {
    auto tables = rocksdb_tables(folder + "/tables", 8 << 20);
    int next = 0;
    const std::string value(300, 'v');
    auto commit = [&](int i) -> Task<void> {
        Commit commit;
        commit.partition = "bench";
        const std::string key = "key" + std::to_string(i);
        commit.require_absent(key);
        commit.put(key, value);
        if (co_await tables->commit(std::move(commit)) != CommitResult::committed) throw Fault("conflict");
    };
    std::printf("commits of one row of 300 bytes, on condition that it is absent; raw = write 300 bytes + fdatasync, serial\n");
    std::vector<double> raws;
    for (int in_flight : {1, 16, 64}) {
        std::vector<double> rates, ratios, cpu;
        for (int round = 0; round < 5; ++round) {
            const double raw = raw_sync(folder + "/raw", 300, seconds / 5);
            const Rate rate = run(in_flight, seconds / 5, next, commit);
            rates.push_back(rate.per_second);
            cpu.push_back(rate.cpu_us);
            raws.push_back(raw);
            ratios.push_back(rate.per_second / raw);
        }
        std::printf("  %2d in flight %8.0f/s  %5.2f x raw  %5.0f us CPU each\n", in_flight, median(rates), median(ratios),
                    median(cpu));
    }
    std::printf("  raw          %8.0f/s\n", median(raws));

    int read = 0;
    auto get = [&](int i) -> Task<void> {
        std::string key = "key" + std::to_string(static_cast<unsigned>(i) * 7919u % static_cast<unsigned>(next));
        if (!co_await tables->get("bench", std::move(key))) throw Fault("lost row");
    };
    std::printf("gets of %d rows        %8.0f/s\n", next, run(1, seconds / 2, read, get).per_second);
    auto scan = [&](int i) -> Task<void> {
        Range range;
        range.from = "key" + std::to_string(i % 90);
        std::vector<Row> rows = co_await tables->scan("bench", range);
        if (rows.empty()) throw Fault("lost rows");
    };
    std::printf("scans of 1,024 rows    %8.0f/s\n", run(1, seconds / 2, read, scan).per_second);
    tables.reset();
    std::vector<double> opens;
    for (int i = 0; i < 5; ++i) {
        const auto start = Clock::now();
        tables = rocksdb_tables(folder + "/tables", 8 << 20);
        opens.push_back(seconds_since(start) * 1e3);
        tables.reset();
    }
    std::printf("open of these tables   %8.1f ms\n", median(opens));
}

void bench_blobs(const std::string& folder, double seconds, bool nameless) {
    auto objects =
        file_objects(folder + (nameless ? "/objects" : "/objects-tmp"), FileObjectsOptions{.nameless_files = nameless});
    int next = 0;
    for (std::size_t bytes : {std::size_t(64) << 10, std::size_t(1) << 20, std::size_t(16) << 20}) {
        const std::string piece(std::min<std::size_t>(bytes, 64 << 10), 'b');
        auto write = [&](int i) -> Task<void> {
            char id[33];
            std::snprintf(id, sizeof id, "%032x", static_cast<unsigned>(i) * 0x9e3779b1u);
            std::string name = id + 24;
            name += id;
            auto writer = objects->create(BlobId(name.substr(0, 32)));
            for (std::size_t at = 0; at < bytes; at += piece.size()) co_await writer->append(piece);
            co_await writer->seal();
            co_await objects->erase(writer->id());
        };
        std::printf("blobs of %zu KiB written, sealed and erased (%s):\n", bytes >> 10,
                    nameless ? "nameless" : "temporary names");
        for (int in_flight : {1, 16}) {
            std::vector<double> rates, ratios, cpu;
            for (int round = 0; round < 3; ++round) {
                const double raw = raw_sync(folder + "/raw", bytes, seconds / 6);
                const Rate rate = run(in_flight, seconds / 3, next, write);
                rates.push_back(rate.per_second);
                ratios.push_back(rate.per_second / raw);
                cpu.push_back(rate.cpu_us);
            }
            std::printf("  %2d in flight %8.0f/s  %7.1f MiB/s  %5.2f x raw  %6.0f us CPU each\n", in_flight, median(rates),
                        median(rates) * static_cast<double>(bytes) / (1 << 20), median(ratios), median(cpu));
        }
    }
}

void print_memory() {
    std::ifstream rollup("/proc/self/smaps_rollup");
    for (std::string line; std::getline(rollup, line);)
        if (line.starts_with("Pss:")) std::printf("memory of an open, empty store: %s\n", line.c_str());
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: %s FOLDER [seconds per figure]\n", argv[0]);
        return 2;
    }
    const std::string folder = std::string(argv[1]) + "/store_bench." + std::to_string(::getpid());
    const double seconds = argc > 2 ? std::atof(argv[2]) : 5;
    std::filesystem::create_directories(folder);
    {
        const auto start = Clock::now();
        auto tables = rocksdb_tables(folder + "/empty", 8 << 20);
        const double tables_ms = seconds_since(start) * 1e3;
        auto objects = file_objects(folder + "/empty-objects");
        std::printf("first open: tables %.1f ms, objects %.1f ms\n", tables_ms, seconds_since(start) * 1e3 - tables_ms);
        print_memory();
    }
    bench_commits(folder, seconds);
    bench_blobs(folder, seconds, true);
    bench_blobs(folder, seconds, false);
    std::filesystem::remove_all(folder);
}
