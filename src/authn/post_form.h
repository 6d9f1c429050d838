// Post form: a browser's form upload to S3. Its fields say what the object is and who sends it, its last field, "file", is the
// object. Fields are read first and are few; the file streams through.
//
// Source: S3 API reference, "Browser-Based Uploads Using POST" and "POST Object"; RFC 7578; RFC 2046, 5.1.1.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "authn/authenticate.h"
#include "authn/caller.h"
#include "authn/signing_keys.h"
#include "base/result.h"
#include "base/task.h"
#include "http/message.h"

namespace sekisho::authn {

struct PostForm {
    std::vector<std::pair<std::string, std::string>> fields;  // in their order, names as sent; without the file
    std::string file_name;                                    // as the browser gave it, without folders

    std::optional<std::string_view> find(std::string_view name) const;  // the first; case is ignored
};

// Of names and values of the fields before the file, together.
inline constexpr std::size_t form_fields_bytes_max = 20 * 1024;

// multipart/form-data as a state machine over pieces of any size.
class FormParser {
   public:
    explicit FormParser(std::string boundary);
    // Takes what came in; appends to `out` what of it was the file's. MalformedPOSTRequest, MaxPostPreDataLengthExceededError,
    // IncorrectNumberOfFilesInPostRequest.
    Result<void> feed(std::string_view in, std::string& out);
    // At the end of the body: whether there was a whole file.
    Result<void> end() const;
    bool in_file() const { return state_ == State::file || state_ == State::after_file; }
    const PostForm& form() const { return form_; }
    PostForm take_form() { return std::move(form_); }

   private:
    enum class State { begin, head, value, file, after_file };
    Result<bool> step(std::string& out);
    Result<bool> read_delimiter();
    Result<bool> read_head();
    Result<bool> read_value();
    void read_file(std::string& out);

    const std::string delimiter_;  // CR LF -- boundary
    State state_ = State::begin;
    std::string buffer_;
    std::string name_;  // of the field whose value comes
    std::size_t fields_bytes_ = 0;
    PostForm form_;
};

// Whether the request is a form upload: multipart/form-data to a URL without a query, and no signature outside the form.
bool is_post_form(const http::Request& request);

// Reads the fields up to the file. The request's body is the file's then: it ends where the file does, and throws
// http::BodyFault where the form ends without it.
Task<Result<std::shared_ptr<const PostForm>>> read_post_form(http::Request& request);

// Who signed the form's policy; anonymous where nobody did. What the policy says is the operation's to compare.
Result<Caller> authenticate_post_form(const PostForm& form, const Expected& expected, const CredentialSource& credentials,
                                      SigningKeys& keys, Time now);

}  // namespace sekisho::authn
