#include "cli/report_file.h"

#include <cerrno>
#include <cstring>

namespace dp::cli {

ReportFile::~ReportFile() {
  if (file_ != nullptr && file_ != stdout) std::fclose(file_);
}

bool ReportFile::open(const std::string& path) {
  if (path.empty()) return true;
  path_ = path;
  errno = 0;
  file_ = path == "-" ? stdout : std::fopen(path.c_str(), "wb");
  return file_ != nullptr || fail("opened");
}

bool ReportFile::write(std::string_view text) {
  if (file_ == nullptr) return problem_.empty();
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), file_) == text.size()) return true;
  return fail("written");
}

bool ReportFile::close() {
  if (file_ == nullptr) return problem_.empty();
  errno = 0;
  const bool flushed = std::fflush(file_) == 0 && std::ferror(file_) == 0;
  if (!flushed) fail("written");
  const bool closed = file_ == stdout || std::fclose(file_) == 0;
  file_ = nullptr;
  if (flushed && !closed) fail("written");
  return problem_.empty();
}

bool ReportFile::fail(const char* doing) {
  if (problem_.empty()) {
    problem_ = path_ + ": the report could not be " + doing + ": " +
               (errno != 0 ? std::strerror(errno) : "unknown reason");
  }
  return false;
}

}  // namespace dp::cli
