// The engine of files, for those who must choose how it writes (tests). Everybody else: file_objects() in objects.h.
#pragma once

#include "store/objects/objects.h"

namespace sekisho::store {

struct FileObjectsOptions {
    // Blobs being written have no name (O_TMPFILE) where the file system can do that; else, or when false, one in tmp/.
    bool nameless_files = true;
};
std::unique_ptr<Objects> file_objects(const std::string& folder, FileObjectsOptions options);

}  // namespace sekisho::store
