// What a foreign client leaves where others can read it, besides its frames and log lines.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>

#include "conformance/foreign/device_port.h"

namespace dp::conformance {
namespace {

constexpr std::size_t kFileBytesMax = 4u << 20;  // of one file is looked at

constexpr std::chrono::milliseconds kCoarsestStamp{50};

std::string beginning_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string bytes(kFileBytesMax, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return bytes;
}

}  // namespace

// What was said before a reply is there when the reply is, so equal runs show it at equal places.
void DevicePort::see_errors() {
  const std::string_view said = adapter_->errors();
  if (said.size() <= errors_seen_) return;
  effects_.emplace_back(sim::PortLog{std::string(said.substr(errors_seen_))});
  errors_seen_ = said.size();
}

void DevicePort::see_store() {
  namespace fs = std::filesystem;
  std::error_code error;
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator at(folder_, error), end; !error && at != end;
       at.increment(error)) {
    if (at->is_regular_file(error)) files.push_back(at->path());
  }
  std::ranges::sort(files);
  for (const fs::path& file : files) {
    const std::string name = file.lexically_relative(folder_).string();
    const SeenFile now{fs::last_write_time(file, error), fs::file_size(file, error), 0};
    SeenFile& seen = files_seen_[name];
    // The system's stamps are coarse: what is young may have changed since, under the same one.
    const bool old = fs::file_time_type::clock::now() - now.written > kCoarsestStamp;
    if (old && seen.written == now.written && seen.bytes == now.bytes) continue;
    std::string bytes = beginning_of(file);
    const std::size_t hash = std::hash<std::string>{}(bytes);
    const bool same = seen.hash == hash && seen.bytes == now.bytes;
    seen = {now.written, now.bytes, hash};
    if (!same) effects_.emplace_back(sim::PortStored{name, std::move(bytes)});
  }
}

}  // namespace dp::conformance
