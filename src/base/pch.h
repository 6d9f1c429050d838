// Precompiled: the headers nearly every file needs. A file still includes what it uses (the fuzz preset builds without this).
#include <fmt/format.h>

#include <atomic>
#include <coroutine>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>
