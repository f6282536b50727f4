// The folder of a campaign: what is done, which runs are under way, and every kind of failure once.
//
//   DIR/journal.jsonl               which seeds are done and what they added up to
//   DIR/in-flight/WORKER.json       the capsule of the run under way on each thread
//   DIR/failures/NAME/capsule.json  the run as it was found; shrunk.json, the same made small;
//                     story.txt     what happened, for a person
//
// Guarantees: what was recorded survives a crash of the machine (fsync); what a crash tore is
// noticed and dropped; one process at a time. Every problem is one sentence with the file and what
// to do.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "sim/campaign/journal.h"
#include "sim/capsule/capsule.h"

namespace dp::cli {

using Kept = std::expected<void, std::string>;

class Corpus {
 public:
  // A journal is kept if `resumable`; else the folder only takes capsules.
  Corpus(std::filesystem::path folder, bool resumable);
  ~Corpus();
  Corpus(const Corpus&) = delete;
  Corpus& operator=(const Corpus&) = delete;

  // Makes the folder or goes on with it.
  Kept open(const sim::CampaignIdentity& identity);

  const sim::Journal& journal() const { return journal_; }
  // Capsules of runs that ended their process, by seed.
  const std::map<std::uint64_t, sim::Capsule>& died() const { return died_; }

  Kept begin_run(std::size_t worker, const sim::Capsule& capsule);  // from the worker's thread
  Kept record(sim::SeedRange done, const sim::CampaignTally& tally);
  bool knows(const std::string& signature) const;
  Kept keep(const std::string& signature, std::string_view file, std::string_view text);
  std::filesystem::path failure_folder(const std::string& signature) const;
  void end_runs(std::size_t workers);  // nothing is under way any more
  const std::filesystem::path& folder() const { return folder_; }

 private:
  Kept lock();
  Kept open_journal(const sim::CampaignIdentity& identity);
  Kept find_died();
  std::filesystem::path in_flight(std::size_t worker) const;

  std::filesystem::path folder_;
  bool resumable_;
  int lock_ = -1;
  int journal_file_ = -1;
  sim::Journal journal_;
  std::map<std::uint64_t, sim::Capsule> died_;
};

// A file replaced as a whole: a reader sees the old or the new one.
Kept replace_file(const std::filesystem::path& file, std::string_view text);
// At most `limit` bytes and one more, so that the caller notices more.
std::expected<std::string, std::string> read_file(const std::filesystem::path& file,
                                                  std::size_t limit);

}  // namespace dp::cli
