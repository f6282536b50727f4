// A file the user asked for: opened before the work starts, so that a wrong path costs nothing, and
// checked to the last byte, so that a full disk never looks like success.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

namespace dp::cli {

class ReportFile {
 public:
  ReportFile() = default;  // nobody asked: writes go nowhere and succeed
  ~ReportFile();
  ReportFile(const ReportFile&) = delete;
  ReportFile& operator=(const ReportFile&) = delete;

  // "" is none, "-" standard output. False if it cannot be opened; see problem().
  bool open(const std::string& path);
  bool write(std::string_view text);
  bool close();
  bool is_open() const { return file_ != nullptr; }
  const std::string& problem() const { return problem_; }

 private:
  bool fail(const char* doing);

  std::string path_;
  std::string problem_;
  std::FILE* file_ = nullptr;
};

}  // namespace dp::cli
