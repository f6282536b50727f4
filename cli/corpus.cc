#include "cli/corpus.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace dp::cli {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kJournalBytesMax = std::size_t{1} << 30;

std::unexpected<std::string> trouble(const fs::path& file, int error, std::string_view what_to_do) {
  return std::unexpected(
      fmt::format("{}: {}; {}", file.string(), std::strerror(error), what_to_do));
}

constexpr std::string_view kMakeRoom =
    "make it writable or free space, then run the same command again: it goes on where it stopped";

int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ::ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

std::uint64_t print_of(std::string_view text) {
  std::uint64_t sum = 0xCBF29CE484222325u;
  for (const char c : text) sum = (sum ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return sum;
}

}  // namespace

Kept replace_file(const fs::path& file, std::string_view text) {
  fs::path fresh = file;
  fresh += ".new";
  const int out = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (out < 0) return trouble(fresh, errno, kMakeRoom);
  int error = write_all(out, text);
  if (::close(out) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(fresh.c_str(), file.c_str()) != 0) error = errno;
  if (error == 0) return {};
  ::unlink(fresh.c_str());
  return trouble(file, error, kMakeRoom);
}

std::expected<std::string, std::string> read_file(const fs::path& file, std::size_t limit) {
  std::error_code status;
  if (fs::is_directory(file, status)) {
    return std::unexpected(fmt::format("{}: this is a folder, not a file", file.string()));
  }
  std::ifstream in(file, std::ios::binary);
  if (!in) return std::unexpected(fmt::format("{}: {}", file.string(), std::strerror(errno)));
  std::string text(limit + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return std::unexpected(fmt::format("{}: cannot be read", file.string()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

Corpus::Corpus(fs::path folder, bool resumable)
    : folder_(std::move(folder)), resumable_(resumable) {}

Corpus::~Corpus() {
  if (journal_file_ >= 0) ::close(journal_file_);
  if (lock_ >= 0) ::close(lock_);
}

Kept Corpus::open(const sim::CampaignIdentity& identity) {
  std::error_code error;
  if (fs::exists(folder_, error) && !fs::is_directory(folder_, error)) {
    return std::unexpected(
        fmt::format("{}: this is a file, and a corpus is a folder: name a new or an empty one",
                    folder_.string()));
  }
  const bool is_new = !fs::exists(folder_, error) || fs::is_empty(folder_, error);
  if (!is_new && resumable_ && !fs::exists(folder_ / "journal.jsonl", error)) {
    return std::unexpected(
        fmt::format("{}: this folder is not empty and holds no journal of a campaign; name a new "
                    "or an empty one",
                    folder_.string()));
  }
  for (const char* part : {"in-flight", "failures"}) {
    fs::create_directories(folder_ / part, error);
    if (error) return trouble(folder_ / part, error.value(), "name a folder that can be written");
  }
  if (!resumable_) return {};
  if (Kept locked = lock(); !locked) return locked;
  if (Kept opened = open_journal(identity); !opened) return opened;
  return find_died();
}

Kept Corpus::lock() {
  const fs::path file = folder_ / "lock";
  lock_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock_ < 0) return trouble(file, errno, kMakeRoom);
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return {};
  return std::unexpected(fmt::format(
      "{}: another campaign is using this folder; give each shard its own and put their "
      "summaries together with `draftproof merge`",
      folder_.string()));
}

Kept Corpus::open_journal(const sim::CampaignIdentity& identity) {
  const fs::path file = folder_ / "journal.jsonl";
  std::error_code error;
  std::string text;
  if (fs::exists(file, error)) {
    auto read =
        read_file(file, std::min<std::uintmax_t>(fs::file_size(file, error), kJournalBytesMax));
    if (!read) return std::unexpected(read.error());
    text = std::move(*read);
  }
  const bool begun = text.find('\n') != std::string::npos;
  if (begun) {
    auto journal = sim::read_journal(file.string(), text);
    if (!journal) {
      return std::unexpected(journal.error() +
                             "; this journal is damaged: name a new folder for the campaign");
    }
    if (const std::string why = sim::mismatch(journal->identity, identity); !why.empty()) {
      return std::unexpected(
          fmt::format("{}: this campaign cannot go on: {}; name a new folder", file.string(), why));
    }
    journal_ = std::move(*journal);
  }
  journal_file_ = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (journal_file_ < 0) return trouble(file, errno, kMakeRoom);
  // What a crash left behind the last line end would spoil the next line.
  if (::ftruncate(journal_file_, static_cast<::off_t>(journal_.whole_bytes)) != 0) {
    return trouble(file, errno, kMakeRoom);
  }
  if (begun) return {};
  journal_.identity = identity;
  const int failed = write_all(journal_file_, sim::journal_head(identity));
  if (failed != 0) return trouble(file, failed, kMakeRoom);
  return {};
}

// The lock is ours, so whatever is in flight here belonged to a process that is gone.
Kept Corpus::find_died() {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_ / "in-flight", error)) {
    if (entry.path().extension() == ".new") continue;
    const auto text = read_file(entry.path(), sim::kCapsuleBytesMax);
    if (!text) return std::unexpected(text.error());
    auto capsule = sim::read_capsule(entry.path().string(), *text);
    if (!capsule) {
      return std::unexpected(capsule.error() + "; delete this file and run the same command again");
    }
    const std::uint64_t seed = capsule->one.seed;
    if (!capsule->outcome && !journal_.done.contains(seed)) died_[seed] = std::move(*capsule);
    fs::remove(entry.path(), error);
  }
  return {};
}

fs::path Corpus::in_flight(std::size_t worker) const {
  const std::string name =
      resumable_ ? fmt::format("{}.json", worker) : fmt::format("{}-{}.json", ::getpid(), worker);
  return folder_ / "in-flight" / name;
}

Kept Corpus::begin_run(std::size_t worker, const sim::Capsule& capsule) {
  return replace_file(in_flight(worker), sim::capsule_text(capsule));
}

void Corpus::end_runs(std::size_t workers) {
  std::error_code error;
  for (std::size_t worker = 0; worker < workers; ++worker) fs::remove(in_flight(worker), error);
  if (resumable_) return;
  // Nothing was found: leave nothing behind. Folders that are not empty stay.
  for (const char* part : {"in-flight", "failures", ""}) ::rmdir((folder_ / part).c_str());
}

Kept Corpus::record(sim::SeedRange done, const sim::CampaignTally& tally) {
  journal_.done.add(done);
  journal_.total.add(tally);
  if (!resumable_) return {};
  int error = write_all(journal_file_, sim::journal_line(done, tally));
  if (error == 0 && ::fsync(journal_file_) != 0) error = errno;
  if (error == 0) return {};
  return trouble(folder_ / "journal.jsonl", error, kMakeRoom);
}

fs::path Corpus::failure_folder(const std::string& signature) const {
  std::string name = signature.substr(0, signature.find('/', signature.find('/') + 1));
  for (char& c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    if (!plain) c = '-';
  }
  return folder_ / "failures" /
         fmt::format("{}-{:08x}", name.substr(0, 80), print_of(signature) & 0xFFFFFFFFu);
}

bool Corpus::knows(const std::string& signature) const {
  std::error_code error;
  return fs::exists(failure_folder(signature) / "story.txt", error);
}

Kept Corpus::keep(const std::string& signature, std::string_view file, std::string_view text) {
  const fs::path folder = failure_folder(signature);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return trouble(folder, error.value(), kMakeRoom);
  return replace_file(folder / file, text);
}

}  // namespace dp::cli
