#include "conformance/kits/cpp/file_store.h"

#include <filesystem>
#include <fstream>
#include <iterator>

namespace dp::kit {
namespace {

constexpr std::uint32_t kErased = 0xFFFFFFFF;

std::uint64_t sum_of(ByteView bytes) {  // FNV-1a: finds a record that was cut short
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const std::uint8_t byte : bytes) sum = (sum ^ byte) * 0x100000001b3;
  return sum;
}

Bytes record_of(const client::StorePut& put) {
  Bytes out;
  append_u32(out, static_cast<std::uint32_t>(put.key.size()));
  append_u32(out, put.value ? static_cast<std::uint32_t>(put.value->size()) : kErased);
  append(out, as_bytes(put.key));
  if (put.value) append(out, *put.value);
  append_u64(out, sum_of(out));
  return out;
}

}  // namespace

FileStore::FileStore(const std::string& folder) {
  const std::string path = (std::filesystem::path(folder) / "rows.log").string();
  load(path);
  file_.reset(std::fopen(path.c_str(), "ab"));
}

void FileStore::load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  const Bytes all{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  std::size_t good = 0;
  for (ByteReader reader(all); reader.remaining() > 0;) {
    const std::uint32_t key_length = reader.u32();
    const std::uint32_t value_length = reader.u32();
    const ByteView key = reader.take(key_length);
    const ByteView value = reader.take(value_length == kErased ? 0 : value_length);
    const std::size_t end = all.size() - reader.remaining();
    const std::uint64_t sum = reader.u64();
    if (!reader.ok() || sum != sum_of(ByteView(all).subspan(good, end - good))) break;
    good = all.size() - reader.remaining();
    const std::string name(as_text(key));
    if (value_length == kErased) {
      rows_.erase(name);
    } else {
      rows_[name] = Bytes(value.begin(), value.end());
    }
  }
  std::error_code ignored;
  if (good < all.size()) std::filesystem::resize_file(path, good, ignored);
}

std::vector<client::StoreRow> FileStore::rows() const {
  std::vector<client::StoreRow> out;
  for (const auto& [key, value] : rows_) out.push_back({key, value});
  return out;
}

bool FileStore::write(const std::vector<client::StorePut>& puts) {
  Bytes all;
  for (const client::StorePut& put : puts) {
    append(all, record_of(put));
    if (put.value) {
      rows_[put.key] = *put.value;
    } else {
      rows_.erase(put.key);
    }
  }
  return std::fwrite(all.data(), 1, all.size(), file_.get()) == all.size() &&
         std::fflush(file_.get()) == 0;
}

}  // namespace dp::kit
