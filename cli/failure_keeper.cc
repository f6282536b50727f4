#include "cli/failure_keeper.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/interrupt.h"
#include "cli/maker.h"
#include "cli/place.h"
#include "cli/shrink_workers.h"
#include "sim/capsule/failure_story.h"
#include "sim/capsule/promotion.h"

namespace dp::cli {
namespace {

sim::Capsule capsule_of(const sim::FuzzCase& one, const std::string& signature,
                        const sim::ForeignClients* clients) {
  sim::JudgeOptions options;
  options.detailed = true;
  options.checkpoints = true;
  options.clients = clients;
  const sim::RunOutcome outcome = sim::judge_case(one, options);
  return sim::capsule_after(this_program(), one, outcome, signature,
                            sim::story_of(one, outcome, signature, clients));
}

constexpr Micros kUsualRest = 3 * kMinute;

bool fails(const sim::FuzzCase& one, const std::string& signature,
           const sim::ForeignClients* clients) {
  sim::JudgeOptions options;
  options.clients = clients;
  return sim::judge_case(one, options).violation_of(signature) != nullptr;
}

Shrunk shrunk_case(const sim::FuzzCase& one, const std::string& signature,
                   const FuzzOptions& options, Terminal& out, const sim::ForeignClients* clients) {
  ShrinkWork work;
  work.clients = clients;
  work.one = one;
  work.signature = signature;
  work.jobs = options.jobs;
  work.stop = interrupted;
  work.ticking = [&out](const sim::ShrinkProgress& progress) {
    out.progress(fmt::format("shrinking: {} of {} decisions left, {} trials, {}",
                             progress.decisions, progress.at_start, progress.trials,
                             progress.pass));
  };
  if (signature.starts_with("quiescence/")) work.quiesce_limit_us = kUsualRest;
  Shrunk result = shrink(work);
  if (work.quiesce_limit_us && !fails(result.one, signature, clients)) {
    work.quiesce_limit_us.reset();  // some do come to rest, later
    result = shrink(work);
  }
  out.end_progress();
  return result;
}

}  // namespace

std::string replay_again(const std::string& program, const std::filesystem::path& capsule,
                         const std::string& client) {
  std::string out = fmt::format("{} replay {}", program, shell_word(capsule.string()));
  if (!client.empty()) out += " --client " + shell_word(client);
  return out;
}

std::expected<KeptFailure, std::string> keep_failure(const sim::FuzzCase& one,
                                                     const std::string& signature, Corpus& corpus,
                                                     const FuzzOptions& options, Terminal& out,
                                                     const sim::ForeignClients* clients) {
  const std::filesystem::path folder = corpus.failure_folder(signature);
  KeptFailure kept{"", folder / "capsule.json", one};
  sim::Capsule capsule = capsule_of(one, signature, clients);
  if (Kept written = corpus.keep(signature, "capsule.json", sim::capsule_text(capsule)); !written) {
    return std::unexpected(written.error());
  }
  if (capsule.outcome->signature.empty()) {
    kept.story = fmt::format(
        "seed {} failed by {} and did not when it was run again: the program is not deterministic",
        one.seed, signature);
  }
  std::string how;
  if (options.shrink && !capsule.outcome->signature.empty()) {
    const Shrunk shrunk = shrunk_case(one, signature, options, out, clients);
    how = fmt::format("\n  shrunk:   {} of {} decisions left after {} trials in {}.{} s{}",
                      shrunk.progress.decisions, shrunk.progress.at_start, shrunk.progress.trials,
                      shrunk.spent.count() / 1'000, shrunk.spent.count() % 1'000 / 100,
                      shrunk.minimal ? "" : ", not minimal: there was no more time");
    capsule = capsule_of(shrunk.one, signature, clients);
    kept.capsule = folder / "shrunk.json";
    kept.one = shrunk.one;
    if (Kept written = corpus.keep(signature, "shrunk.json", sim::capsule_text(capsule));
        !written) {
      return std::unexpected(written.error());
    }
  }
  if (kept.story.empty()) {
    const std::string again = replay_again(options.program, kept.capsule, options.client);
    kept.story = sim::failure_text(capsule, again) + how;
  }
  if (Kept written = corpus.keep(signature, "story.txt", kept.story + "\n"); !written) {
    return std::unexpected(written.error());
  }
  return kept;
}

std::string cannot_promote(const std::string& file) {
  namespace fs = std::filesystem;
  const fs::path path(file);
  const std::string name = path.stem().string();
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  constexpr std::size_t kCharsMax = 48;  // of a scenario's name; said before a campaign, not after
  if (name.empty() || name.size() > kCharsMax || !std::ranges::all_of(name, is_plain)) {
    return fmt::format(
        "--promote {}: the file's name becomes the scenario's: at most {} characters, lower case "
        "words with dashes, such as my-claim.json",
        file, kCharsMax);
  }
  std::error_code error;
  const fs::path folder = path.parent_path().empty() ? fs::path(".") : path.parent_path();
  if (!fs::is_directory(folder, error)) {
    return fmt::format("--promote {}: there is no folder {}: make it first", file, folder.string());
  }
  if (fs::is_directory(path, error)) {
    return fmt::format("--promote {}: this is a folder, not a file", file);
  }
  return "";
}

Kept promote(const sim::FuzzCase& one, const std::string& signature, const std::string& file) {
  const auto text = sim::promoted(one, signature, std::filesystem::path(file).stem().string());
  if (!text) return std::unexpected(fmt::format("{}: not written: {}", file, text.error()));
  return replace_file(file, *text);
}

}  // namespace dp::cli
