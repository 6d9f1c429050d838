// What every engine asks of ids and reads.
#pragma once

#include "store/objects/objects.h"

namespace sekisho::store {

bool is_blob_id(std::string_view text);
void check_blob_id(const BlobId& id);        // throws a Fault
void check_read_length(std::size_t length);  // throws a Fault

}  // namespace sekisho::store
