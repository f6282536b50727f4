// Files that hold what must not be lost, and folders that one process owns at a time.
//
// Guarantees: a file is replaced whole or not at all, and durable when write_durably returned; a
// lock is held until the process ends, however it ends.
// Does not: follow its own path when the folder is renamed while in use.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "core/vocabulary/result.h"

namespace dp::hosts {

// The whole file. Fails with Fault::storage, "cannot_read"; the detail is a sentence with the path.
Result<std::string> read_file(const std::filesystem::path& path, std::size_t bytes_max);
// Readable by its owner only. Fails with Fault::storage, "cannot_write".
Result<void> write_durably(const std::filesystem::path& path, std::string_view bytes);

// A folder that exists, may be written, and belongs to this process alone.
class OwnedFolder {
 public:
  // Makes the folder, for its owner only, unless it is there. Fails with Fault::storage:
  // "cannot_use_folder", or "folder_in_use" while another process owns it.
  static Result<OwnedFolder> take(const std::filesystem::path& path);

  OwnedFolder(OwnedFolder&& other) noexcept
      : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}
  OwnedFolder& operator=(OwnedFolder&&) = delete;
  ~OwnedFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  OwnedFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_;
};

}  // namespace dp::hosts
