// The hands of bind.h: reads typed pieces out of a document and collects problems.
//
// Each reader returns nullopt (or false) after noting a problem, so that binding goes on and a
// person sees all mistakes of a file at once.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/document.h"
#include "sim/scenario/scenario.h"

namespace dp::sim {

class Binder {
 public:
  Binder(std::string_view file, Scenario& scenario) : file_(file), scenario_(scenario) {}

  // ---- bind.cc: the top of the file
  void bind_top(const Value& root, std::string_view stem);

  const std::vector<Problem>& problems() const { return problems_; }

 private:
  // ---- binder_values.cc
  void problem(Position at, std::string message);
  bool expect_kind(const Value& value, Value::Kind kind, std::string_view what);
  // Notes every key that is not one of `keys`.
  void check_keys(const Value& object, std::span<const std::string_view> keys,
                  std::string_view where);
  std::optional<std::string> read_text(const Value& value, std::string_view what);
  std::optional<bool> read_flag(const Value& value, std::string_view what);
  std::optional<std::int64_t> read_number(const Value& value, std::string_view what,
                                          std::int64_t least);
  std::optional<Micros> read_duration(const Value& value, std::string_view what,
                                      bool allow_negative);
  std::optional<std::string> read_word(const Value& value, std::string_view what,
                                       std::span<const std::string_view> choices);
  std::optional<std::string> read_name(const Value& value, std::string_view what);
  std::optional<std::string> read_long_text(const Value& value, std::string_view what);
  std::optional<std::vector<std::string>> read_texts(const Value& value, std::string_view what);
  std::optional<std::size_t> read_device(const Value& value);
  std::optional<std::size_t> read_chat(const Value& value);
  std::optional<std::size_t> read_account(const Value& value);
  std::optional<std::size_t> read_envelope(const Value& value);
  std::optional<std::size_t> read_new_envelope(const Value& value, std::string_view what);
  std::optional<std::size_t> find_chat(std::string_view name, Position at);

  // ---- bind.cc
  bool bind_format(const Value& root);
  void bind_identity(const Value& root, std::string_view stem);
  void bind_covers(const Value& value);
  void bind_seeds(const Value& value);
  void bind_accounts(const Value& value);
  void bind_settings(const Value& value);
  void bind_side_settings(const Value& value, Who who, client::Config& client);
  std::optional<NetworkProfile> bind_network(const Value& value);
  void bind_devices(const Value& value);
  void bind_device(const Value& value);
  void bind_chats(const Value& value);
  void bind_faults(const Value& value);
  void bind_heal(const Value& value);

  // ---- bind_steps.cc
  std::vector<Step> bind_steps(const Value& value, std::size_t times);
  std::optional<Step> bind_step(const Value& value, std::size_t times);
  // Counts simulated time that a step may take, as often as it is done.
  void spend(Position at, Micros duration_us);
  std::optional<Step> bind_timed(const Value& value, Step step);
  std::optional<Step> bind_repeat(const Value& value, Step step, std::size_t times);
  std::optional<std::vector<std::size_t>> bind_on(const Value& value, bool& server);
  std::optional<Action> bind_action(const Value& value, std::vector<std::size_t> devices,
                                    bool server);
  std::optional<ArgumentValue> bind_argument(const Value& value, const ArgumentSpec& spec,
                                             const Action& action);
  std::optional<Expectation> bind_expectation(const Value& value, std::vector<std::size_t> devices,
                                              bool server);

  // ---- bind_checks.cc
  void bind_check(const Value& value, std::string_view key, Position at, Who who,
                  std::vector<Check>& out);
  std::optional<std::vector<Condition>> bind_conditions(const Value& value,
                                                        const ExpectationSpec& spec);
  std::optional<Condition> bind_plain(const Value& value, const ExpectationSpec& spec);
  std::optional<Condition> bind_condition(std::string_view word, const Value& value,
                                          const ExpectationSpec& spec);

  std::string_view file_;
  Scenario& scenario_;
  std::vector<Problem> problems_;
  client::Config client_settings_;
  std::uint64_t steps_performed_ = 0;
  std::size_t times_ = 1;  // how often the step that is being bound will be done
  Micros time_passed_us_ = 0;
  std::size_t text_bytes_ = 0;
};

}  // namespace dp::sim
