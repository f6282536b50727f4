#include "conformance/hosts/files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace dp::hosts {
namespace fs = std::filesystem;
namespace {

class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  ~Descriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

std::string because(const fs::path& path) {
  return path.string() + ": " + std::strerror(errno);
}

bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ::ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool sync_folder(const fs::path& folder) {
  const Descriptor opened(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.is_open() && ::fsync(opened.get()) == 0;
}

}  // namespace

Result<std::string> read_file(const fs::path& path, std::size_t bytes_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.is_open()) return fail(Fault::storage, "cannot_read", because(path));
  std::string bytes;
  for (char chunk[16384];;) {
    const ::ssize_t count = ::read(file.get(), chunk, sizeof chunk);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(Fault::storage, "cannot_read", because(path));
    if (count == 0) return bytes;
    bytes.append(chunk, static_cast<std::size_t>(count));
    if (bytes.size() > bytes_max) {
      return fail(Fault::storage, "cannot_read", path.string() + ": too large");
    }
  }
}

Result<void> write_durably(const fs::path& path, std::string_view bytes) {
  fs::path draft = path;
  draft += ".new";
  {
    const Descriptor file(
        ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!file.is_open() || !write_all(file.get(), bytes) || ::fsync(file.get()) != 0) {
      return fail(Fault::storage, "cannot_write", because(draft));
    }
  }
  if (::rename(draft.c_str(), path.c_str()) != 0 || !sync_folder(path.parent_path())) {
    return fail(Fault::storage, "cannot_write", because(path));
  }
  return {};
}

Result<OwnedFolder> OwnedFolder::take(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);  // the next call says what went wrong
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
    return fail(Fault::storage, "cannot_use_folder", because(path));
  }
  const fs::path name = path / "lock";
  Descriptor lock(::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (!lock.is_open()) return fail(Fault::storage, "cannot_use_folder", because(name));
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return fail(Fault::storage, "folder_in_use", path.string() + ": another process is using it");
  }
  return OwnedFolder(path, lock.release());
}

OwnedFolder::~OwnedFolder() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace dp::hosts
