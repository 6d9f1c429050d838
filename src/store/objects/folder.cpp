#include "store/objects/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "store/objects/ids.h"

namespace sekisho::store {

namespace {

std::string part_name(unsigned part) { return fmt::format("{:02x}", part); }

[[noreturn]] void fail(std::string_view what, const std::string& name, int error = errno) {
    throw_errno(fmt::format("objects: cannot {} {}", what, name), error);
}

Fd open_folder(int at, const std::string& name) {
    Fd fd(::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) fail("open folder", name);
    return fd;
}

void make_folder(int at, const std::string& name) {
    if (::mkdirat(at, name.c_str(), 0700) != 0 && errno != EEXIST) fail("make folder", name);
}

std::vector<std::string> entries(int at, const std::string& name) {
    Fd fd = open_folder(at, name);
    std::unique_ptr<DIR, int (*)(DIR*)> folder(::fdopendir(fd.get()), &::closedir);
    if (!folder) fail("list", name);
    (void)fd.release();  // closedir closes it
    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(folder.get());
        if (!entry) break;
        std::string_view found = entry->d_name;
        if (found != "." && found != "..") names.emplace_back(found);
    }
    if (errno != 0) fail("list", name);
    return names;
}

}  // namespace

BlobFolder::BlobFolder(const std::string& path, bool nameless_files) : path_(path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) fail("make folder", path, error.value());
    folder_ = open_folder(AT_FDCWD, path);
    make_folder(folder_.get(), "tmp");
    // Also when all is there: a process that made parts may have been killed before it came to this.
    if (::fsync(folder_.get()) != 0) fail("sync", path);
    for (unsigned part = 0; part < parts; ++part)
        durable_[part] = ::faccessat(folder_.get(), part_name(part).c_str(), F_OK, 0) == 0;

    temporaries_ = open_folder(folder_.get(), "tmp");
    for (const std::string& name : entries(temporaries_.get(), "."))
        if (::unlinkat(temporaries_.get(), name.c_str(), 0) != 0) fail("remove temporary", name);

    nameless_files_ = nameless_files && can_link_nameless();
}

// Whether a file without a name can be made here and named later: by its descriptor (Linux 6.10, or with privileges), or by
// way of /proc (which a confined process may not see).
bool BlobFolder::can_link_nameless() {
    Fd file(::openat(temporaries_.get(), ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    if (!file) return false;
    bool linked = link_nameless(file, temporaries_, "probe");
    if (!linked) {
        own_files_ = Fd(::open("/proc/self/fd", O_PATH | O_DIRECTORY | O_CLOEXEC));
        linked = own_files_ && link_nameless(file, temporaries_, "probe");
    }
    if (linked) ::unlinkat(temporaries_.get(), "probe", 0);
    return linked;
}

bool BlobFolder::link_nameless(const Fd& file, const Fd& place, const std::string& name) const {
    if (!own_files_) return ::linkat(file.get(), "", place.get(), name.c_str(), AT_EMPTY_PATH) == 0;
    const std::string number = std::to_string(file.get());
    return ::linkat(own_files_.get(), number.c_str(), place.get(), name.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

Fd BlobFolder::make_part(unsigned part) {
    const std::string name = part_name(part);
    if (!durable_[part]) make_folder(folder_.get(), name);
    return open_folder(folder_.get(), name);
}

void BlobFolder::sync_part(unsigned part) {
    if (durable_[part]) return;
    if (::fsync(folder_.get()) != 0) fail("sync", path_);
    durable_[part] = true;
}

Fd BlobFolder::open(const BlobId& id) const {
    const std::string name = id.value.substr(0, 2) + "/" + id.value;
    Fd fd(::openat(folder_.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd && errno != ENOENT) fail("open blob", id.value);
    return fd;
}

Fd BlobFolder::open_cached(const BlobId& id) const {
    const std::string name = id.value.substr(0, 2) + "/" + id.value;
    open_how how{};
    how.flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW;
    how.resolve = RESOLVE_CACHED;
    // Any error (also of a kernel or a sandbox without this call) means: ask again by open().
    return Fd(static_cast<int>(::syscall(SYS_openat2, folder_.get(), name.c_str(), &how, sizeof how)));
}

void BlobFolder::erase(const BlobId& id) const {
    const std::string name = id.value.substr(0, 2) + "/" + id.value;
    // Not synced: a blob that is back after a power cut is an orphan like any other.
    if (::unlinkat(folder_.get(), name.c_str(), 0) != 0 && errno != ENOENT) fail("erase blob", id.value);
}

std::vector<BlobId> BlobFolder::list(unsigned part) const {
    std::vector<BlobId> ids;
    if (::faccessat(folder_.get(), part_name(part).c_str(), F_OK, 0) != 0 && errno == ENOENT) return ids;
    for (std::string& name : entries(folder_.get(), part_name(part)))
        if (is_blob_id(name)) ids.emplace_back(std::move(name));
    return ids;
}

UnsealedFile::UnsealedFile(BlobFolder& folder, const BlobId& id)
    : folder_(folder), name_(id.value), part_(static_cast<unsigned>(std::stoul(name_.substr(0, 2), nullptr, 16))) {}

void UnsealedFile::make() {
    if (file_) return;
    if (!place_) place_ = folder_.make_part(part_);
    if (folder_.nameless_files_) {
        file_ = Fd(::openat(place_.get(), ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    } else {
        file_ = Fd(::openat(folder_.temporaries_.get(), name_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
        if (file_) temporary_ = name_;
    }
    if (!file_) fail("create blob", name_);
}

UnsealedFile::~UnsealedFile() { remove_temporary(); }

void UnsealedFile::remove_temporary() {
    if (!temporary_.empty()) ::unlinkat(folder_.temporaries_.get(), temporary_.c_str(), 0);
    temporary_.clear();
}

void UnsealedFile::append(const std::vector<std::string>& pieces) {
    make();
    for (std::string_view rest : pieces) {
        while (!rest.empty()) {
            ssize_t n = ::pwrite(file_.get(), rest.data(), rest.size(), static_cast<off_t>(size_));
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) fail("write blob", name_);
            size_ += static_cast<std::uint64_t>(n);
            rest.remove_prefix(static_cast<std::size_t>(n));
        }
    }
}

// The name comes before the syncs: then one commit of the file system's journal carries bytes and name, which is about
// twice as fast as two. A crash in between leaves at worst a broken file that no row names.
void UnsealedFile::seal() {
    make();
    link();
    try {
        if (::fsync(file_.get()) != 0 || ::fsync(place_.get()) != 0) fail("sync blob", name_);
        folder_.sync_part(part_);
    } catch (...) {
        ::unlinkat(place_.get(), name_.c_str(), 0);
        throw;
    }
    file_.reset();
    place_.reset();
}

void UnsealedFile::link() {
    // linkat, not rename: it never replaces a blob.
    const bool linked = temporary_.empty()
                            ? folder_.link_nameless(file_, place_, name_)
                            : ::linkat(folder_.temporaries_.get(), temporary_.c_str(), place_.get(), name_.c_str(), 0) == 0;
    if (!linked && errno == EEXIST) throw Fault("objects: there is a blob " + name_ + " already");
    if (!linked) fail("name blob", name_);
    remove_temporary();
}

}  // namespace sekisho::store
