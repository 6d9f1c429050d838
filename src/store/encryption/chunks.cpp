#include "store/encryption/chunks.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/result.h"
#include "store/objects/ids.h"

namespace sekisho::store {

namespace {

// Of one read below: as many chunks as fit into what a reader of blobs returns at a time.
constexpr std::size_t chunks_per_read_max = read_bytes_max / sealed_chunk_bytes;

Nonce nonce_of(std::uint64_t number, bool last) {
    Nonce nonce{};
    nonce[3] = last ? 1 : 0;
    for (int i = 0; i < 8; ++i) nonce[static_cast<std::size_t>(11 - i)] = static_cast<unsigned char>(number >> (8 * i));
    return nonce;
}

// Room for `size` more bytes, not yet written.
char* grow(std::string& text, std::size_t size) {
    const std::size_t at = text.size();
    text.resize_and_overwrite(at + size, [whole = at + size](char*, std::size_t) { return whole; });
    return text.data() + at;
}

std::uint64_t chunks_of(std::uint64_t plain) { return (plain + chunk_bytes - 1) / chunk_bytes; }

class EncryptingWriter final : public BlobWriter {
   public:
    EncryptingWriter(std::unique_ptr<BlobWriter> inner, const SecretKey& data_key)
        : inner_(std::move(inner)), key_(key_of_blob(data_key, inner_->id())) {}
    const BlobId& id() const override { return inner_->id(); }

    Task<void> append(std::string bytes) override {
        // A chunk is sealed once something follows it: only then it is known not to be the last.
        if (held_.size() + bytes.size() <= chunk_bytes) {
            held_ += bytes;
            co_return;
        }
        std::string_view rest = bytes;
        std::string sealed;
        sealed.reserve(sealed_size(held_.size() + rest.size()));
        if (!held_.empty()) {
            const std::size_t missing = chunk_bytes - held_.size();
            held_.append(rest.substr(0, missing));
            rest.remove_prefix(missing);
            if (!rest.empty()) seal_chunk(held_, false, sealed);
        }
        if (!rest.empty()) {
            for (; rest.size() > chunk_bytes; rest.remove_prefix(chunk_bytes))
                seal_chunk(rest.substr(0, chunk_bytes), false, sealed);
            held_.assign(rest);
        }
        if (!sealed.empty()) co_await inner_->append(std::move(sealed));
    }

    Task<void> seal() override {
        std::string sealed;
        if (!held_.empty()) {
            seal_chunk(held_, true, sealed);
            held_.clear();
            co_await inner_->append(std::move(sealed));
        }
        co_await inner_->seal();
    }

   private:
    void seal_chunk(std::string_view plain, bool last, std::string& out) {
        store::seal(key_, nonce_of(number_++, last), {}, plain, grow(out, plain.size() + tag_bytes));
    }

    std::unique_ptr<BlobWriter> inner_;
    const SecretKey key_;
    std::string held_;
    std::uint64_t number_ = 0;
};

class DecryptingReader final : public BlobReader {
   public:
    DecryptingReader(std::unique_ptr<BlobReader> inner, const SecretKey& data_key, BlobId id)
        : inner_(std::move(inner)), key_(key_of_blob(data_key, id)), id_(std::move(id)) {
        std::optional<std::uint64_t> plain = plain_size(inner_->size());
        if (!plain) throw Fault("objects: blob " + id_.value + " has a size that no encrypted blob has");
        size_ = *plain;
        chunks_ = chunks_of(size_);
    }
    std::uint64_t size() const override { return size_; }
    int file() const override { return -1; }

    Task<std::string> read(std::uint64_t offset, std::size_t length) override {
        check_read_length(length);
        std::string out;
        if (offset >= size_) co_return out;
        length = static_cast<std::size_t>(std::min<std::uint64_t>(length, size_ - offset));
        if (length == 0) co_return out;
        out.reserve(length);
        std::uint64_t number = offset / chunk_bytes;
        const std::uint64_t end = (offset + length - 1) / chunk_bytes + 1;
        while (number < end) {
            const std::uint64_t count = std::min<std::uint64_t>(end - number, chunks_per_read_max);
            const std::uint64_t from = number * sealed_chunk_bytes;
            const auto wanted =
                static_cast<std::size_t>(std::min<std::uint64_t>(inner_->size() - from, count * sealed_chunk_bytes));
            std::string sealed = co_await inner_->read(from, wanted);
            if (sealed.size() != wanted) throw Fault("objects: blob " + id_.value + " has become shorter than it was");
            std::string_view rest = sealed;
            for (const std::uint64_t until = number + count; number < until; ++number) {
                std::string_view chunk = rest.substr(0, sealed_chunk_bytes);
                rest.remove_prefix(chunk.size());
                append_plain(number, chunk, offset, length, out);
            }
        }
        co_return out;
    }

   private:
    // Of the chunk's plaintext, what lies in [offset, offset + length).
    void append_plain(std::uint64_t number, std::string_view sealed, std::uint64_t offset, std::size_t length,
                      std::string& out) {
        const std::uint64_t begin = number * chunk_bytes;
        const std::size_t plain = sealed.size() - tag_bytes;
        const std::size_t skip = offset > begin ? static_cast<std::size_t>(offset - begin) : 0;
        const auto end = static_cast<std::size_t>(std::min<std::uint64_t>(plain, offset + length - begin));
        if (skip == 0 && end == plain) return unseal_chunk(number, sealed, grow(out, plain));
        // A part of it, at an end of the range: proved whole all the same.
        std::string whole;
        unseal_chunk(number, sealed, grow(whole, plain));
        out.append(whole, skip, end - skip);
    }

    void unseal_chunk(std::uint64_t number, std::string_view sealed, char* out) const {
        if (!unseal(key_, nonce_of(number, number + 1 == chunks_), {}, sealed, out))
            throw Fault("objects: chunk " + std::to_string(number) + " of blob " + id_.value + " is not what was written");
    }

    std::unique_ptr<BlobReader> inner_;
    const SecretKey key_;
    const BlobId id_;
    std::uint64_t size_ = 0, chunks_ = 0;
};

}  // namespace

std::uint64_t sealed_size(std::uint64_t plain) { return plain + chunks_of(plain) * tag_bytes; }

std::optional<std::uint64_t> plain_size(std::uint64_t sealed) {
    const std::uint64_t chunks = (sealed + sealed_chunk_bytes - 1) / sealed_chunk_bytes;
    // The last chunk has a byte at least.
    if (chunks > 0 && sealed - (chunks - 1) * sealed_chunk_bytes <= tag_bytes) return std::nullopt;
    return sealed - chunks * tag_bytes;
}

std::string seal_small(const SecretKey& key, std::string_view plain) {
    std::string out;
    seal(key, nonce_of(0, true), {}, plain, grow(out, plain.size() + tag_bytes));
    return out;
}

std::optional<std::string> unseal_small(const SecretKey& key, std::string_view sealed) {
    if (sealed.size() < tag_bytes) return std::nullopt;
    std::string out;
    char* at = grow(out, sealed.size() - tag_bytes);
    if (!unseal(key, nonce_of(0, true), {}, sealed, at)) return std::nullopt;
    return out;
}

SecretKey key_of_blob(const SecretKey& data_key, const BlobId& id) { return derive(data_key, "blob " + id.value); }

std::unique_ptr<BlobWriter> encrypting_writer(std::unique_ptr<BlobWriter> inner, const SecretKey& data_key) {
    return std::make_unique<EncryptingWriter>(std::move(inner), data_key);
}

std::unique_ptr<BlobReader> decrypting_reader(std::unique_ptr<BlobReader> inner, const SecretKey& data_key, BlobId id) {
    return std::make_unique<DecryptingReader>(std::move(inner), data_key, std::move(id));
}

}  // namespace sekisho::store
