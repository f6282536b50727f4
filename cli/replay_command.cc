#include "cli/replay_command.h"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/corpus.h"
#include "cli/failure_keeper.h"
#include "cli/foreign_arguments.h"
#include "cli/maker.h"
#include "cli/place.h"
#include "cli/report_file.h"
#include "cli/terminal.h"
#include "sim/capsule/failure_story.h"
#include "sim/capsule/replay.h"
#include "sim/trace/event.h"

namespace dp::cli {
namespace {

using sim::ExitCode;

void complain(std::string_view text) {
  fmt::print(stderr, "draftproof: {}\n", text);
}

// Every event as a line, into a file.
class TraceLines : public sim::Observer {
 public:
  explicit TraceLines(ReportFile& file) : file_(file) {}
  void observe(const sim::TraceEvent& event, const sim::World&) override {
    file_.write(sim::line_of(event) + "\n");
  }

 private:
  ReportFile& file_;
};

class Replaying {
 public:
  Replaying(const ReplayOptions& options, sim::Capsule capsule)
      : options_(options),
        capsule_(std::move(capsule)),
        out_(options.trace_file == "-" ? stderr : stdout, options.color, options.quiet) {}

  ExitCode perform() {
    if (!trace_.open(options_.trace_file)) {
      complain(trace_.problem());
      return ExitCode::broken;
    }
    if (!meet()) return met_problem_;
    say_maker();
    if (!capsule_.outcome && !met_ && dies_again()) return ExitCode::violation;
    if (trace_.is_open()) trace_.write(std::string(sim::kTraceFormat) + "\n");
    TraceLines lines(trace_);
    sim::JudgeOptions judging;
    judging.clients = met_ ? &met_->clients : nullptr;
    if (trace_.is_open()) judging.watchers.push_back(&lines);
    const sim::Replay replay = sim::replay(capsule_, judging);
    const ExitCode code = tell(replay);
    if (!trace_.close()) {
      complain(trace_.problem());
      return ExitCode::broken;
    }
    return out_.flush() ? code : ExitCode::broken;
  }

 private:
  // A capsule of a foreign client is about that client and no other.
  bool meet() {
    const std::string& wanted = capsule_.one.client;
    if (wanted.empty() && options_.client.empty()) return true;
    met_problem_ = ExitCode::bad_input;
    if (wanted.empty()) {
      complain("this capsule is of our own client: replay it without --client");
      return false;
    }
    if (options_.client.empty()) {
      complain(
          fmt::format("this capsule is of the client {}: name its adapter with --client", wanted));
      return false;
    }
    met_ = meet_client(options_.client, capsule_.one.one_foreign, options_.reply_ms);
    met_problem_ = ExitCode::incomplete;  // untestable
    if (met_ && met_->implementation != wanted && !options_.quiet) {
      out_.line(
          fmt::format("the capsule is of the client {}; this is {}", wanted, met_->implementation));
    }
    return met_.has_value();
  }

  bool same_program() const { return capsule_.maker == this_program(); }

  void say_maker() {
    if (same_program() || options_.quiet) return;
    out_.line(fmt::format("the capsule was made by draftproof {} (build {}); this is {} (build {})",
                          capsule_.maker.version, capsule_.maker.build, this_program().version,
                          this_program().build));
  }

  // A run without an outcome ended its process: it is run first where that does no harm.
  bool dies_again() {
    out_.flush();
    const ::pid_t child = ::fork();
    if (child == 0) {
      sim::replay(capsule_);
      ::_exit(0);
    }
    int status = 0;
    if (child < 0 || ::waitpid(child, &status, 0) != child) return false;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return false;
    out_.line(out_.inked(sim::failure_text(capsule_, again()), Ink::bad));
    out_.line(fmt::format("reproduced: the run ended its process again, with {} {}",
                          WIFSIGNALED(status) ? "signal" : "code",
                          WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status)));
    return true;
  }

  std::string again() const {
    return replay_again(options_.program, options_.capsule, options_.client);
  }

  ExitCode tell(const sim::Replay& replay) {
    if (replay.end == sim::ReplayEnd::diverged) return tell_difference(replay);
    if (replay.end == sim::ReplayEnd::held) {
      const char* how = capsule_.outcome ? "every law held, as the capsule says"
                                         : "the run came to its end this time, and every law held";
      out_.line(out_.inked(
          fmt::format("{}: mix {} seed {}", how, capsule_.one.mix, capsule_.one.seed), Ink::good));
      return ExitCode::all_hold;
    }
    out_.line(out_.inked(sim::failure_text(seen_now(replay), again()), Ink::bad));
    const char* how = capsule_.outcome ? "reproduced: the same events with the same digest"
                                       : "the run did not end its process now, but it fails";
    out_.line(fmt::format("{} {}", how, sim::text_of(replay.outcome.result.digest)));
    if (options_.promote_file.empty()) return ExitCode::violation;
    if (const Kept kept = promote(capsule_.one, replay.signature, options_.promote_file); !kept) {
      complain(kept.error());
      return ExitCode::broken;
    }
    out_.line(
        fmt::format("  scenario: {} run {}", options_.program, shell_word(options_.promote_file)));
    return ExitCode::violation;
  }

  sim::Capsule seen_now(const sim::Replay& replay) const {
    return sim::capsule_after(this_program(), capsule_.one, replay.outcome, replay.signature,
                              sim::story_of(capsule_.one, replay.outcome, replay.signature,
                                            met_ ? &met_->clients : nullptr));
  }

  ExitCode tell_difference(const sim::Replay& replay) {
    const bool fixed = replay.signature.empty() && !capsule_.outcome->signature.empty();
    if (fixed && (met_ || !same_program())) {
      out_.line(out_.inked(fmt::format("every law holds now: fixed? The capsule says {}",
                                       capsule_.outcome->signature),
                           Ink::good));
      say_place(replay);
      return ExitCode::all_hold;
    }
    out_.line(out_.inked("diverged: this is another run than the one recorded", Ink::bad));
    say_place(replay);
    out_.line(fmt::format("  then: {}", then_text(capsule_.outcome->signature)));
    out_.line(fmt::format("  now:  {}", then_text(replay.signature)));
    out_.line(met_ ? "  why:  the client is another one now, or does not do the same thing twice"
              : same_program()
                  ? "  why:  the program is the same, so it is not deterministic: a bug of its own"
                  : "  why:  the program is another one, and does something else from there on");
    return ExitCode::incomplete;
  }

  static std::string then_text(const std::string& signature) {
    return signature.empty() ? "every law held" : signature;
  }

  void say_place(const sim::Replay& replay) {
    const sim::Divergence& place = *replay.divergence;
    if (place.first_event == place.last_event) {
      out_.line(
          fmt::format("  the first event that differs is number {}; now it is", place.first_event));
    } else {
      out_.line(fmt::format("  the first event that differs is one of {}..{}; now they are",
                            place.first_event, place.last_event));
    }
    for (const std::string& line : place.lines) out_.line("    | " + line);
    if (place.lines.empty()) out_.line("    | nothing: the run is over by then");
    for (const std::string& decision : place.unasked) {
      out_.line("  a recorded decision was not answered so: " + decision);
    }
  }

  const ReplayOptions& options_;
  std::optional<MetClient> met_;
  ExitCode met_problem_ = ExitCode::all_hold;
  sim::Capsule capsule_;
  Terminal out_;
  ReportFile trace_;
};

}  // namespace

ExitCode replay_command(const ReplayOptions& options) {
  if (!options.promote_file.empty()) {
    if (const std::string why = cannot_promote(options.promote_file); !why.empty()) {
      complain(why);
      return ExitCode::bad_input;
    }
  }
  const auto text = read_file(options.capsule, sim::kCapsuleBytesMax);
  if (!text) {
    complain(text.error());
    return ExitCode::bad_input;
  }
  auto capsule = sim::read_capsule(options.capsule, *text);
  if (!capsule) {
    complain(capsule.error());
    return ExitCode::bad_input;
  }
  if (!options.promote_file.empty() && !sim::is_one_run(capsule->one)) {
    complain(fmt::format(
        "{}: only a single run can become a scenario, and this capsule is of the mix {}: replay it "
        "without --promote",
        options.capsule, capsule->one.mix));
    return ExitCode::bad_input;
  }
  return Replaying(options, std::move(*capsule)).perform();
}

}  // namespace dp::cli
