// Section 4.1: sealed changes.
#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

using wire::ErrorCode;

constexpr Hash32 kZeros{};

// The conflict shows what the slot holds.
void check_conflict(Bench& bench, const wire::DraftConflict& told, const Slot& slot,
                    const std::optional<ChangeId>& change) {
  bench.check(told.chat_id == slot.id() && told.change_id == change,
              "chat_id and change_id of the change", "others", "wrong-change-id");
  bench.check_number(slot.version, told.draft_v, "draft_v of the conflict");
  const bool deleted = slot.version > 0 && !slot.holds_draft;
  bench.check(told.deleted == deleted, deleted ? "deleted true" : "deleted false", "the other",
              "wrong-deleted");
  const wire::NullableText draft =
      slot.holds_draft ? wire::NullableText(slot.sealed) : std::nullopt;
  const wire::NullableText tombstone = deleted ? wire::NullableText(slot.sealed) : std::nullopt;
  bench.check(told.encrypted_draft_md == draft, "the draft the slot holds", "another",
              "wrong-draft");
  bench.check(told.encrypted_tombstone == tombstone, "the tombstone the slot holds", "another",
              "wrong-tombstone");
}

// A change that does not follow from what the slot holds: a conflict, nothing stored, nobody told.
auto conflicts(const std::function<wire::ClientFrame(Slot& rival)>& change, int writes,
               bool deleted) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    Connection& other = bench.connect(bench.party());
    Slot slot = bench.party().slot();
    for (int i = 0; i < writes; ++i) bench.store(line, slot);
    if (deleted) bench.remove(line, slot);
    other.hear_all();
    other.news();
    Slot rival = slot;
    const wire::ClientFrame frame = change(rival);
    const auto* update = std::get_if<wire::UpdateDraft>(&frame);
    const auto* deletion = std::get_if<wire::DeleteDraft>(&frame);
    check_conflict(bench, conflicting(line, frame), slot,
                   update != nullptr ? update->change_id : deletion->change_id);
    other.no_news("the change was not accepted");
    bench.check_holds(line, slot);
    bench.store(line, slot);
    bench.check_holds(line, slot);
  };
}

wire::ClientFrame stale_base(Slot& rival) {
  return rival.update_at(rival.version - 1, rival.version + 1, rival.parent);
}

wire::ClientFrame future_base(Slot& rival) {
  return rival.update_at(rival.version + 1, rival.version + 2, rival.parent);
}

wire::ClientFrame other_parent(Slot& rival) {
  Hash32 parent = rival.parent;
  parent[31] ^= 1;
  return rival.update_at(rival.version, rival.version + 1, parent);
}

wire::ClientFrame zero_parent(Slot& rival) {
  return rival.update_at(rival.version, rival.version + 1, kZeros);
}

wire::ClientFrame from_nothing(Slot& rival) {
  return rival.update_at(0, rival.version + 1, kZeros);
}

wire::ClientFrame stale_deletion(Slot& rival) {
  return rival.deletion_at(rival.version - 1, rival.version + 1, rival.parent);
}

wire::ClientFrame deletion_of_other_parent(Slot& rival) {
  return rival.deletion_at(rival.version, rival.version + 1, kZeros);
}

wire::ClientFrame parent_of_nothing(Slot& rival) {
  Hash32 parent{};
  parent[0] = 1;
  return rival.update_at(0, 1, parent);
}

void accepted_in_a_row(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  for (int i = 0; i < 4; ++i) {
    bench.store(line, slot);
    bench.check_holds(line, slot);
  }
  bench.remove(line, slot);
  bench.check_holds(line, slot);
  bench.store(line, slot);
  bench.check_holds(line, slot);
}

// Several connections offer changes on one base at one time.
void exactly_one(Bench& bench) {
  constexpr int kWriters = 4;
  constexpr int kRounds = 8;
  std::vector<Connection*> lines;
  for (int i = 0; i < kWriters; ++i) lines.push_back(&bench.connect(bench.party()));
  for (Connection* one : lines) one->hear_all();
  Slot slot = bench.party().slot();
  for (int round = 0; round < kRounds; ++round) {
    std::vector<Slot> rivals(kWriters, slot);
    for (int i = 0; i < kWriters; ++i) {
      const std::size_t at = static_cast<std::size_t>(i);
      lines[at]->say(rivals[at].update());
      rivals[at].accepted();
    }
    int accepted = 0;
    for (int i = 0; i < kWriters; ++i) {
      const std::size_t at = static_cast<std::size_t>(i);
      for (const Heard& one : lines[at]->hear_all()) {
        if (one.is_news()) continue;
        const auto* receipt = one.as<wire::DraftUpdateReceipt>();
        bench.check(receipt != nullptr || one.as<wire::DraftConflict>() != nullptr,
                    "a receipt or a conflict", one.text, "wrong-answer");
        if (receipt == nullptr) continue;
        ++accepted;
        slot = rivals[at];
      }
    }
    bench.check_number(1, static_cast<std::uint64_t>(accepted), "how many were accepted");
    bench.check_holds(*lines[0], slot);
  }
}

void exactly_as_proposed(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  for (const Version proposed : {Version{7}, Version{8}, Version{90}}) {
    const auto receipt =
        line.answer<wire::DraftUpdateReceipt>(slot.update_at(slot.version, proposed, slot.parent));
    bench.check_number(proposed, receipt.draft_v, "the number in the receipt");
    slot.accepted();
    bench.check_holds(line, slot);
    bench.check(version_in(versions_of(line, {slot.id()}).versions, slot.id()) == proposed,
                "the proposed number in versions", "another", "wrong-version");
    bench.check_number(proposed, other.await<wire::ChatDraftUpdated>().draft_v,
                       "the number told to others");
  }
  line.answer<wire::DraftDeleteReceipt>(slot.deletion_at(slot.version, 200, slot.parent));
  slot.accepted();
  bench.check_holds(line, slot);
}

auto refused_number(const std::function<Version(Version)>& proposed, ErrorCode code, bool deleted) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    Connection& other = bench.connect(bench.party());
    Slot slot = bench.party().slot();
    line.answer<wire::DraftUpdateReceipt>(slot.update_at(0, 10, kZeros));
    slot.accepted();
    if (deleted) bench.remove(line, slot);
    other.hear_all();
    other.news();
    Slot rival = slot;
    const wire::UpdateDraft bad =
        rival.update_at(slot.version, proposed(slot.version), slot.parent);
    const auto error = line.refused(bad, code);
    bench.check(error.change_id == bad.change_id && error.chat_id == slot.id(),
                "chat_id and change_id in the error", "others", "wrong-change-id");
    other.no_news("the change was refused");
    bench.check_holds(line, slot);
    bench.store(line, slot);
  };
}

auto jump(Version by, bool from_nothing_at_all) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    Slot slot = bench.party().slot();
    if (!from_nothing_at_all) bench.store(line, slot);
    line.answer<wire::DraftUpdateReceipt>(
        slot.update_at(slot.version, slot.version + by, slot.parent));
    slot.accepted();
    bench.check_holds(line, slot);
    bench.store(line, slot);
  };
}

// The refused number of a deletion counts as little as that of a draft.
void deletion_number(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  Slot rival = slot;
  line.refused(rival.deletion_at(slot.version, slot.version, slot.parent),
               ErrorCode::version_invalid);
  bench.check_holds(line, slot);
  bench.remove(line, slot);
  bench.check_holds(line, slot);
}

void never_to_other_bytes(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  bench.store(line, slot);
  for (int i = 0; i < 3; ++i) {
    Slot rival = slot;
    line.refused(rival.update_at(slot.version, slot.version, slot.parent),
                 ErrorCode::version_invalid);
  }
  bench.check_holds(line, slot);
}

}  // namespace

std::vector<ServerCase> server_version_cases() {
  std::vector<ServerCase> all;
  const auto add = [&](const char* id, const char* title, Play play,
                       std::vector<std::string> also = {}) {
    all.push_back(server_case(id, title, std::move(play), std::move(also)));
  };
  add("DP-VER-001/in-a-row", "Changes that follow from each other are accepted", accepted_in_a_row);
  add("DP-VER-001/parent", "The right base with another parent is a conflict",
      conflicts(other_parent, 2, false));
  add("DP-VER-001/parent-zeros", "Zeros are the parent of nothing only",
      conflicts(zero_parent, 1, false));
  add("DP-VER-001/parent-of-nothing", "An empty slot has zeros for a parent",
      conflicts(parent_of_nothing, 0, false));
  add("DP-VER-001/stale", "A base that is past is a conflict", conflicts(stale_base, 2, false));
  add("DP-VER-001/future", "A base that is to come is a conflict",
      conflicts(future_base, 1, false));
  add("DP-VER-001/stale-deletion", "A deletion of what is past is a conflict",
      conflicts(stale_deletion, 2, false));
  add("DP-VER-001/deletion-parent", "A deletion has a parent too",
      conflicts(deletion_of_other_parent, 1, false));
  add("DP-VER-003/draft", "A conflict carries the draft", conflicts(from_nothing, 2, false));
  add("DP-VER-003/tombstone", "A conflict carries the tombstone", conflicts(from_nothing, 1, true));
  add("DP-VER-003/nothing", "A conflict with nothing says so", conflicts(future_base, 0, false));
  add("DP-VER-002/at-once", "Check and change are one step", exactly_one);
  add("DP-VER-010/exactly-one", "Of changes on one base one is accepted", exactly_one);
  add("DP-VER-004/as-proposed", "The version is the one proposed", exactly_as_proposed);
  add("DP-VER-005/as-sealed", "The number is the one that was sealed", exactly_as_proposed);
  add("DP-VER-006/same", "The current number again is refused",
      refused_number([](Version v) { return v; }, ErrorCode::version_invalid, false));
  add("DP-VER-006/lower", "A lower number is refused",
      refused_number([](Version v) { return v - 5; }, ErrorCode::version_invalid, false));
  add("DP-VER-006/after-deletion", "The number of a deletion again is refused",
      refused_number([](Version v) { return v; }, ErrorCode::version_invalid, true));
  add("DP-VER-006/deletion", "A deletion needs a higher number too", deletion_number);
  constexpr Version kJump = Version{1} << 32;
  add("DP-VER-007/too-wide", "A jump of 2^32 + 1 is refused",
      refused_number([](Version v) { return v + kVersionJumpMax + 1; }, ErrorCode::version_invalid,
                     false));
  add("DP-VER-007/to-the-end", "A jump to 2^53 - 1 is refused",
      refused_number([](Version) { return kVersionMax; }, ErrorCode::version_invalid, false));
  add("DP-VER-008/widest", "A jump of 2^32 is accepted", jump(kJump, false));
  add("DP-VER-008/from-nothing", "From nothing too", jump(kJump, true));
  add("DP-VER-031/other-bytes", "A number is never given to other bytes", never_to_other_bytes);
  return all;
}

}  // namespace dp::conformance
