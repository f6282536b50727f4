// Section 10: the device merges, and the result is compared with the rules, to the last byte.
#include "conformance/suites/client/play.h"
#include "conformance/suites/client/themes.h"
#include "core/draft/merge.h"
#include "core/draft/payload.h"

namespace dp::conformance {
namespace {

constexpr std::string_view kClear = "\x01";  // instead of a text: clears, or sends
constexpr std::string_view kSend = "\x02";

struct Row {
  std::string id;
  std::string title;
  std::string base;  // "" for none
  std::string mine;
  std::string theirs;
};

void make_change(Stage& stage, Device& device, std::string_view what) {
  if (what == kClear) {
    device.clear();
  } else if (what == kSend) {
    device.send();
  } else {
    device.edit(what);
  }
  stage.advance(1'200);
}

std::optional<draft::Draft> last_sent(Stage& stage, Device& device) {
  const auto changes = device.changes(stage.chat());
  if (changes.empty()) return std::nullopt;
  const auto opened = stage.vault().open_draft(stage.chat(), changes.back().sealed);
  if (!opened) return std::nullopt;
  return opened->draft;
}

// Its own change is on the wire when another device's arrives first.
void merges(Stage& stage, const Row& row) {
  Device& device = stage.ready();
  std::vector<draft::Draft> ancestors;
  if (!row.base.empty()) {
    save(stage, device, row.base);
    ancestors.push_back(stage.head(stage.chat())->opened.draft);
  }
  device.hold_up = true;
  device.forget();
  make_change(stage, device, row.mine);
  const auto mine = last_sent(stage, device);
  stage.check(mine.has_value(), "the own change on the wire", "none", "not-sent");
  if (row.theirs == kClear) {
    stage.author_clears(stage.chat());
  } else {
    stage.author_saves(stage.chat(), row.theirs);
  }
  const draft::Draft theirs = stage.head(stage.chat())->opened.draft;
  device.hold_up = false;
  stage.settle();
  stage.advance(2'000);
  stage.settle();
  const draft::Reconciled expected = draft::reconcile(&*mine, theirs, ancestors);
  const auto head = stage.head(stage.chat());
  stage.check_text(draft::text_of(expected.draft), head->text(), "the merged text is");
  stage.check(
      head->opened.draft.copies == expected.draft.copies,
      std::to_string(expected.draft.copies.size()) + " kept copies, as section 10 makes them",
      std::to_string(head->opened.draft.copies.size()), "copies");
  stage.check(head->opened.draft.vv == expected.draft.vv, "the join of both vectors", "another",
              "vector");
  stage.check(draft::encode_payload(head->opened.draft) == draft::encode_payload(expected.draft),
              "the payload of section 10, byte for byte", "another", "payload");
  stage.check_text(head->text(), device.state().editor_text, "the editor shows");
}

std::vector<Row> rows() {
  const std::string five = "a\nb\nc\nd\ne";
  const std::string send(kSend);
  const std::string clear(kClear);
  return {
      {"DP-MERGE-001/base", "The base is the newest agreed state", five, "a1\nb\nc\nd\ne",
       "a\nb\nc\nd\ne2"},
      {"DP-MERGE-003/cleared-lines", "Cleared lines leave the other side", "x\ny", "x\ny\nmine",
       clear},
      {"DP-MERGE-003/sent-lines", "Sent lines leave the other side", "x\ny", send, "x\ny\ntheirs"},
      {"DP-MERGE-004/tombstone", "A tombstone yields what is left", "x", "x\n\nmine", clear},
      {"DP-MERGE-005/equal", "Equal texts join", five, "a\nb\nsame\nd\ne", "a\nb\nsame\nd\ne"},
      {"DP-MERGE-005/equal-no-base", "Equal texts join without a base", "", "same", "same"},
      {"DP-MERGE-006/disjoint", "Disjoint changes join", five, "mine\nb\nc\nd\ne",
       "a\nb\nc\nd\ntheirs"},
      {"DP-MERGE-006/insertions", "Insertions apart join", five, "0\na\nb\nc\nd\ne",
       "a\nb\nc\nd\ne\nf"},
      {"DP-MERGE-006/equal-changes", "Equal changes count once", five, "a\nB\nc\nd\ne2",
       "a\nB\nc\nd\ne"},
      {"DP-MERGE-006/deletion", "A deletion and a change apart join", five, "b\nc\nd\ne",
       "a\nb\nc\nd\nE"},
      {"DP-MERGE-007/conflict", "The same line twice is a conflict", five, "a\nb\nmine\nd\ne",
       "a\nb\ntheirs\nd\ne"},
      {"DP-MERGE-007/adjacent", "Adjacent changes are a conflict", five, "a\nmine\nc\nd\ne",
       "a\nb\ntheirs\nd\ne"},
      {"DP-MERGE-008/no-base", "Without a base any difference is a conflict", "", "mine", "theirs"},
      {"DP-MERGE-008/no-base-lines", "Without a base nothing is joined", "", "one\ntwo\nthree",
       "one\ntwo\nfour"},
      {"DP-MERGE-012/vector", "The vector is the join", five, "a\nb\nc\nd\nmine",
       "theirs\nb\nc\nd\ne"},
      {"DP-MERGE-014/nothing-left", "Nothing left is a tombstone", "x", send, clear},
      {"DP-MERGE-016/dots", "Only changed lines get the new dot", five, "a\nb\nC\nd\ne",
       "A\nb\nc\nd\ne"},
      {"DP-MERGE-018/unseen", "An unseen edit survives a clear", "x\ny\nz", clear,
       "x\ny\nz\nunseen"},
      {"DP-MERGE-018/unseen-send", "An unseen edit survives a send", "x\ny\nz", send,
       "x\nunseen\nz"},
      {"DP-MERGE-021/repeats", "Repeated lines are matched as prescribed", "q\nq\nq\nw\nq",
       "q\nq\nw\nq\nq", "q\nq\nq\nw\nq\nend"},
      {"DP-MERGE-022/joined-dots", "Joined lines keep the prescribed dot", five,
       "a\nb\nS\nd\ne\nmine", "a\nb\nS\nd\ne"},
      {"DP-MERGE-023/winner", "Dot and clock are the winner's", five, "1\nb\nc\nd\ne",
       "a\nb\nc\nd\n2"},
      {"DP-MERGE-024/empty-lines", "Empty lines left over leave too", "x\n\ny", "x\n\ny\n", clear},
  };
}

void a_conflict_with_copies(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, "base");
  for (int i = 0; i < 3; ++i) {
    const Row row{"", "", "", "mine " + std::to_string(i), "theirs " + std::to_string(i)};
    device.hold_up = true;
    device.forget();
    device.edit(row.mine);
    stage.advance(1'200);
    stage.author_saves(stage.chat(), row.theirs);
    device.hold_up = false;
    stage.settle();
  }
  const auto head = stage.head(stage.chat());
  stage.check(head->opened.draft.copies.size() >= 2, "copies of both sides are kept",
              std::to_string(head->opened.draft.copies.size()), "copies");
  stage.check(device.notices("conflict_kept_copy") > 0, "a notice of the kept copy", "none",
              "silent");
}

void many_copies(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, "base");
  const std::string long_line(1'500, 'c');
  for (int i = 0; i < 14; ++i) {
    device.hold_up = true;
    device.edit("mine " + std::to_string(i) + long_line);
    stage.advance(1'200);
    stage.author_saves(stage.chat(), "theirs " + std::to_string(i) + long_line);
    device.hold_up = false;
    stage.settle();
  }
  const auto head = stage.head(stage.chat());
  stage.check(head->opened.draft.copies.size() <= 8, "at most 8 copies",
              std::to_string(head->opened.draft.copies.size()), "copies");
  const auto archive = device.state().archive;
  stage.check(!archive.empty(), "what does not fit is in the archive", "nothing is", "lost");
  const std::size_t before = archive.size();
  device.kill();
  device.open();
  stage.check(device.state().archive.size() >= before, "the archive after kill -9", "less", "lost");
}

void bases_survive(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, "a\nb\nc\nd\ne");
  device.go_offline();
  device.edit("mine\nb\nc\nd\ne");
  stage.advance(1'200);
  device.kill();
  stage.author_saves(stage.chat(), "a\nb\nc\nd\ntheirs");
  device.online = true;
  device.open();
  device.switch_to(stage.chat());
  stage.settle();
  stage.check_text("mine\nb\nc\nd\ntheirs", stage.server_text(stage.chat()), "the server has");
  stage.check(stage.head(stage.chat())->opened.draft.copies.empty(), "no copy", "one", "no-base");
}

void too_large_a_join(Stage& stage) {
  stage.settings.max_draft_chars = 3'000;
  Device& device = stage.ready();
  save(stage, device, "a\nb\nc\nd\ne");
  device.hold_up = true;
  device.edit(std::string(1'200, 'm') + "\nb\nc\nd\ne");
  stage.advance(1'200);
  stage.author_saves(stage.chat(), "a\nb\nc\nd\n" + std::string(1'200, 't'));
  device.hold_up = false;
  stage.advance(5'000);
  for (const SentChange& one : device.changes()) {
    stage.check(one.sealed.size() <= 3'000, "at most MAX_DRAFT_CHARS characters",
                std::to_string(one.sealed.size()), "too-long");
  }
}

// Both orders of arrival, on two devices: the same bytes.
void commutes(Stage& stage) {
  Device& one = stage.ready(0);
  Device& two = stage.ready(1);
  save(stage, one, "x\ny\nz");
  one.go_offline();
  two.go_offline();
  one.edit("x one\ny\nz");
  two.edit("x two\ny\nz");
  stage.advance(1'200);
  one.go_online();
  two.go_online();
  stage.settle();
  stage.advance(3'000);
  stage.settle();
  const auto head = stage.head(stage.chat());
  stage.check_text(head->text(), one.state().editor_text, "the first editor shows");
  stage.check_text(head->text(), two.state().editor_text, "the second editor shows");
  stage.check(head->opened.draft.copies.size() == 1, "one kept copy",
              std::to_string(head->opened.draft.copies.size()), "copies");
}

// A field of a newer schema comes back unchanged from a device that edits and merges the draft.
auto unknown_field(bool merged) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    save(stage, device, "a\nb\nc\nd\ne");
    draft::Draft next = draft::saved(&stage.head(stage.chat())->opened.draft, "a\nb\nc\nd\ne2",
                                     stage.author_dot(), 9);
    next.unknown.push_back({77, {1, 2, 3}});
    if (merged) device.hold_up = true;
    if (merged) device.edit("a1\nb\nc\nd\ne");
    if (merged) stage.advance(1'200);
    stage.upload(stage.chat(), next);
    device.hold_up = false;
    stage.settle();
    if (!merged) save(stage, device, "a\nb\nmine\nd\ne2");
    const auto head = stage.head(stage.chat());
    stage.check(head->opened.draft.dot.writer != next.dot.writer || merged,
                "the device's own change at the server", "the other's", "not-sent");
    stage.check(head->opened.draft.unknown == next.unknown, "the unknown field, unchanged",
                "it is gone or changed", "unknown-lost");
  };
}

void clear_covers_all(Stage& stage) {
  Device& device = stage.ready();
  save(stage, device, words(stage));
  device.clear();
  stage.settle();
  const auto head = stage.head(stage.chat());
  stage.check(head && head->deleted, "a tombstone", "none", "not-deleted");
  stage.check(head->opened.draft.cleared == head->opened.draft.vv, "cleared equal to the vector",
              "another", "cleared");
  stage.check(head->opened.draft.vv.covers(head->opened.draft.dot), "a dot of its own", "none",
              "cleared");
}

// One device, every kind of trouble: no copy ever.
void alone_without_copies(Stage& stage) {
  Device& device = stage.ready();
  for (int i = 0; i < 6; ++i) {
    if (i % 3 == 1) swallow_down(stage, "draft_update_receipt");
    if (i % 3 == 2) swallow_up(stage, "update_draft");
    device.edit(words(stage, "round " + std::to_string(i) + "\n"));
    stage.advance(1'300);
    if (i % 2 == 1) {
      device.kill();
      device.open();
      device.switch_to(stage.chat());
    }
    reconnect(stage, device);
    stage.check(stage.head(stage.chat())->opened.draft.copies.empty(), "no copy", "one", "copies");
  }
  stage.check(device.notices("conflict_kept_copy") == 0, "no notice of a copy", "one", "copies");
}

}  // namespace

std::vector<ClientCase> merge_cases() {
  std::vector<ClientCase> all;
  for (const Row& row : rows()) {
    all.push_back(client_case(row.id, row.title, [row](Stage& stage) { merges(stage, row); }));
  }
  all.push_back(client_case("DP-MERGE-002/after-kill", "The base survives kill -9", bases_survive));
  all.push_back(
      client_case("DP-MERGE-009/several", "Copies of both sides are kept", a_conflict_with_copies));
  all.push_back(client_case("DP-MERGE-010/overflow", "What does not fit goes to the archive",
                            many_copies, {"DP-MERGE-026"}, {"archive"}));
  all.push_back(client_case("DP-MERGE-011/too-large", "A join that is too long is a conflict",
                            too_large_a_join));
  all.push_back(client_case("DP-MERGE-013/commutes", "Two devices merge to the same", commutes,
                            {"DP-MERGE-025"}));
  all.push_back(
      client_case("DP-MERGE-017/clear", "A clear covers everything seen", clear_covers_all));
  all.push_back(
      client_case("DP-MERGE-019/alone", "One writer never makes a copy", alone_without_copies));
  all.push_back(
      client_case("DP-MERGE-020/merged", "Unknown fields survive a merge", unknown_field(true)));
  all.push_back(client_case("DP-EVO-001/edited", "Unknown fields survive an edit",
                            unknown_field(false), {"DP-PAY-003"}));
  return all;
}

}  // namespace dp::conformance
