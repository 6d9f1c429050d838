// The folder of blob files: docs/formats.md, "Blobs". Plain blocking calls; files.cpp decides on which thread they run.
//
//     FOLDER/3f/3f0a…(32 digits)   a blob: its payload, nothing else; each of the 256 parts is made when it is needed
//     FOLDER/tmp/                  blobs being written, where the file system has no nameless files; emptied at open
#pragma once

#include <array>
#include <atomic>
#include <string>
#include <vector>

#include "base/fd.h"
#include "store/objects/objects.h"

namespace sekisho::store {

class BlobFolder;

// A blob being written. Its file is made by the first append or seal, and has no name (O_TMPFILE) or one in tmp/ until it
// is sealed. Discarded when it ends unsealed.
class UnsealedFile {
   public:
    UnsealedFile(BlobFolder& folder, const BlobId& id);
    ~UnsealedFile();
    UnsealedFile(const UnsealedFile&) = delete;
    UnsealedFile& operator=(const UnsealedFile&) = delete;

    void append(const std::vector<std::string>& pieces);
    // Gives the file its name, then makes bytes and name durable; takes the name away again when that fails.
    void seal();

   private:
    void make();
    void link();
    void remove_temporary();

    BlobFolder& folder_;
    const std::string name_;
    const unsigned part_;
    Fd place_;               // the folder of its part
    std::string temporary_;  // its name in tmp/; empty: it has none
    Fd file_;
    std::uint64_t size_ = 0;
};

class BlobFolder {
   public:
    // Makes the folder where it is missing and removes what unsealed writers of an earlier process left.
    BlobFolder(const std::string& path, bool nameless_files);

    Fd open(const BlobId& id) const;         // none: there is no such blob
    Fd open_cached(const BlobId& id) const;  // as open, but none as well when the disk would have to be asked
    void erase(const BlobId& id) const;
    std::vector<BlobId> list(unsigned part) const;

    static constexpr unsigned parts = 256;

   private:
    friend class UnsealedFile;
    bool can_link_nameless();
    bool link_nameless(const Fd& file, const Fd& place, const std::string& name) const;
    Fd make_part(unsigned part);
    void sync_part(unsigned part);  // the entry of the part in the folder, not what the part holds

    const std::string path_;
    Fd folder_;
    Fd temporaries_;
    Fd own_files_;  // /proc/self/fd, where nameless files cannot be named without it
    bool nameless_files_ = false;
    std::array<std::atomic<bool>, parts> durable_{};  // the part is on disk
};

}  // namespace sekisho::store
