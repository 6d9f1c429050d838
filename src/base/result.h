// Answers that an API defines, as values. Three kinds of "no" are never mixed:
//   answers  – Result<T>: what AWS documents for this input (NoSuchBucket, InvalidSubnet.Conflict, …)
//   denials  – authz::Denial: a decision, with the statement that made it
//   faults   – C++ exceptions: disk, kernel, peer. Caught once per request and once per background loop.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sekisho {

// One row of the error tables in wire/errors/: AWS's code, its HTTP status, and its usual text.
struct ErrorCode {
    std::string_view code;
    int status;
    std::string_view text;
};

struct ApiError {
    std::string code;
    int status = 400;
    std::string message;
    // Further elements of the error document (S3: BucketName, Region, …), in order; also headers, written "header:Name".
    std::vector<std::pair<std::string, std::string>> details;
};

template <class T>
using Result = std::expected<T, ApiError>;

inline std::unexpected<ApiError> fail(const ErrorCode& code) {
    return std::unexpected(ApiError{std::string(code.code), code.status, std::string(code.text), {}});
}
inline std::unexpected<ApiError> fail(const ErrorCode& code, std::string message) {
    return std::unexpected(ApiError{std::string(code.code), code.status, std::move(message), {}});
}
inline std::unexpected<ApiError> fail(const ErrorCode& code, std::string message,
                                      std::vector<std::pair<std::string, std::string>> details) {
    return std::unexpected(ApiError{std::string(code.code), code.status, std::move(message), std::move(details)});
}
inline std::unexpected<ApiError> fail(ApiError error) { return std::unexpected(std::move(error)); }

// A fault: something below us failed. What goes to the client is InternalError; what goes to the log is what().
class Fault : public std::exception {
   public:
    explicit Fault(std::string what) : what_(std::move(what)) {}
    const char* what() const noexcept override { return what_.c_str(); }

   private:
    std::string what_;
};

// Throws a Fault that names the call and errno's text.
[[noreturn]] void throw_errno(std::string_view call);
[[noreturn]] void throw_errno(std::string_view call, int error);

}  // namespace sekisho
