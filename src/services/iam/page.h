// Pages: Marker, MaxItems and IsTruncated of every List operation.
#pragma once

#include <string>
#include <string_view>

#include "services/iam/operation.h"

namespace sekisho::iam {

// Goes over rows in the order of their keys. A marker names the last key of the page before, so a page is right also when rows
// came or went in between.
class Page {
   public:
    // ValidationError for a marker that was not made here.
    static Result<Page> of(const Arguments& arguments);

    // Whether the row of `key` belongs to this page; keys come in ascending order. Once it says no for good, full() is true.
    bool takes(std::string_view key);
    bool full() const { return truncated_; }
    // <IsTruncated> and <Marker>, after the list.
    void write(wire::XmlWriter& out) const;

   private:
    std::string after_;
    bool has_after_ = false;
    std::int64_t left_ = 100;
    bool truncated_ = false;
    std::string last_;
};

}  // namespace sekisho::iam
