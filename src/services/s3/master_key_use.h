// Which master keys the data keys in this data folder are wrapped under: a row for each in the partition s3/master-keys,
// written before the first use and erased when nothing needs the key any more. So a key that is missing is found at start, and
// not by a reader.
#pragma once

#include <vector>

#include "base/task.h"
#include "store/encryption/master_keys.h"
#include "store/tables/tables.h"

namespace sekisho::s3 {

class S3;

Task<std::vector<store::MasterKeyId>> master_keys_in_use(store::Tables& tables);

// At start: throws a Fault when a key in use was not given; notes that the newest is used from now on.
Task<void> check_master_keys(S3& s3);

// In the background: wraps every data key under the newest master key that is not, without reading an object's bytes, and
// forgets the older master keys then.
Task<void> renew_data_keys(S3& s3);

}  // namespace sekisho::s3
