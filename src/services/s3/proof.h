// Proof that an object's bytes are still what was written, by reading them all: their entity tag is what it was, and encrypted
// ones have their own tags.
#pragma once

#include "base/task.h"
#include "services/s3/object_table.h"

namespace sekisho::s3 {

class S3;

enum class Proof {
    whole,      // they are
    broken,     // they are not, or not all there
    not_known,  // a customer's key encrypts them, which the server does not have
    replaced,   // while they were read: there is nothing to say of them any more
};
Task<Proof> prove(S3& s3, Target target);  // of an object, not a delete marker

}  // namespace sekisho::s3
