// Sections 4.3, 5.1 and 5.2: what is kept, for how long, and through which ends of the program.
#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"

namespace dp::conformance {
namespace {

constexpr std::chrono::seconds kStopsWithin{15};

void wait_out_the_cache(Bench& bench, Connection& line) {
  const Micros ttl_us = bench.limit("DRAFT_PERSISTENCE_TTL_SECONDS") * kSecond;
  if (ttl_us > 5 * kSecond) {
    throw CaseOver{Verdict::not_applicable, "ttl-too-long", "a TTL of at most 5 s",
                   std::to_string(ttl_us / kSecond), ""};
  }
  pass_time(bench, line, ttl_us + kSecond + kSecond / 2);
}

void start_again(Bench& bench) {
  const auto launched = bench.subject().launch();
  bench.check(launched.has_value(), "it starts again on the same folder",
              launched ? "" : launched.error().detail, "no-start");
}

void stop_gracefully(Bench& bench) {
  const auto ending = bench.subject().stop(kStopsWithin);
  bench.check(ending.has_value(), "it ends after SIGTERM", "it runs on", "runs-on");
  start_again(bench);
}

// ---- reading ------------------------------------------------------------------------------------

void tombstone_hides_draft(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  for (int i = 0; i < 5; ++i) {
    bench.store(line, slot);
    bench.remove(line, slot);
    bench.check_holds(other, slot);
    const auto told = versions_of(other, {slot.id()});
    bench.check(version_in(told.versions, slot.id()) == 0, "version 0 right after the deletion",
                "another", "wrong-version");
    bench.check(!is_listed(other, slot.id()), "not listed right after the deletion", "it is",
                "listed");
  }
}

void newest_is_read(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  for (int i = 0; i < 10; ++i) {
    bench.store(line, slot);
    bench.check_holds(other, slot);
  }
}

void read_after_expiry(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  bench.store(line, slot);
  wait_out_the_cache(bench, line);
  const auto told = versions_of(line, {slot.id()});
  bench.check(version_in(told.versions, slot.id()) == 2 &&
                  !version_in(told.tombstone_versions, slot.id()) &&
                  hash_in(told.hashes, slot.id()) == slot.parent,
              "version 2, its hash and no tombstone", "otherwise", "wrong-version");
  bench.check_holds(line, slot);
  bench.check(is_listed(line, slot.id()), "the chat is listed", "it is not", "left-out");
  bench.store(line, slot);
  bench.check_holds(line, slot);
}

void expired_while_used(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  wait_out_the_cache(bench, line);
  bench.check_holds(other, slot);
  bench.store(line, slot);
  bench.check_holds(other, slot);
  wait_out_the_cache(bench, line);
  bench.check_holds(other, slot);
}

void not_told_of_expiry(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  wait_out_the_cache(bench, line);
  line.no_news("a record that expires is no deletion");
  bench.check_holds(line, slot);
}

void versions_after_expiry(Bench& bench) {
  Party& party = bench.field_party();
  Connection& line = bench.connect(party);
  Slot slot = party.slot();
  Slot deleted = party.slot();
  bench.store_field(line, slot, slot.field_update());
  bench.store_field(line, slot, slot.field_update());
  bench.store_field(line, deleted, deleted.field_update());
  line.answer<wire::DraftDeleteReceipt>(deleted.field_deletion());
  wait_out_the_cache(bench, line);
  bench.check_number(3, bench.store_field(line, slot, slot.field_update()),
                     "the version after the expiry");
  bench.check_number(3, bench.store_field(line, deleted, deleted.field_update()),
                     "the version after the expiry of a tombstone");
}

// The window is long, the record's life is short: it may not expire before it is durable.
void not_before_durable(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  std::vector<Slot> slots;
  for (int i = 0; i < 5; ++i) {
    slots.push_back(bench.party().slot());
    bench.store(line, slots.back());
  }
  wait_out_the_cache(bench, line);
  for (const Slot& one : slots) bench.check_holds(line, one);
}

// ---- stopping and killing -----------------------------------------------------------------------

// All kinds of things, then an end, then all of it is as it was.
struct Estate {
  std::vector<Slot> sealed;
  Slot field;
  wire::UpdateDraft field_draft;
  Slot gone;
  Slot with_message;

  Estate(Bench& bench, Connection& line, Connection& field_line)
      : field(bench.field_party()), gone(bench.party()), with_message(bench.party()) {
    for (int i = 0; i < 4; ++i) {
      sealed.emplace_back(bench.party());
      for (int n = 0; n <= i; ++n) bench.store(line, sealed.back());
    }
    bench.remove(line, sealed[2]);
    field_draft = field.field_update();
    bench.store_field(field_line, field, field.field_update());
    bench.store_field(field_line, field, field_draft);
    bench.store(line, gone);
    line.answer<wire::ChatDeleteReceipt>(wire::DeleteChat{gone.id(), {}});
    line.replies_to(with_message.message());
    with_message.accepted();
  }

  void check(Bench& bench, Connection& line, Connection& field_line) {
    for (const Slot& one : sealed) bench.check_holds(line, one);
    bench.check_holds(line, with_message);
    bench.check_number(1, bench.read(line, with_message).messages_v, "messages_v");
    const auto held = bench.read(field_line, field);
    bench.check(held.draft_v == 2 && held.encrypted_draft_md == field_draft.encrypted_draft_md &&
                    held.encrypted_draft_preview == field_draft.encrypted_draft_preview.value,
                "the field draft with its preview", "otherwise", "wrong-draft");
    line.refused(gone.details(), wire::ErrorCode::chat_deleted);
    std::vector<ChatId> expected;
    for (std::size_t i : {0u, 1u, 3u}) expected.push_back(sealed[i].id());
    expected.push_back(with_message.id());
    bench.check(chats_in(listing_of(line)) == expected, "the listing as it was", "another",
                "wrong-listing");
    bench.store(line, sealed[0]);
    bench.check_number(3, bench.store_field(field_line, field, field.field_update()),
                       "the next version of the field slot");
  }
};

void after_a_stop(Bench& bench) {
  Estate estate(bench, bench.connect(bench.party()), bench.connect(bench.field_party()));
  stop_gracefully(bench);
  estate.check(bench, bench.connect(bench.party()), bench.connect(bench.field_party()));
}

// When the last connection closes, changes are made durable at once; so much time it has.
void after_the_last_connection(Bench& bench) {
  constexpr Micros kAtOnceUs = 800 * kMillisecond;
  Connection& line = bench.connect(bench.party());
  Connection& field_line = bench.connect(bench.field_party());
  Estate estate(bench, line, field_line);
  for (Connection* one : {&line, &field_line}) {
    one->leave();
    one->wait_for_end();
  }
  pass_time(bench, bench.connect(bench.stranger()), kAtOnceUs);
  bench.subject().kill();
  start_again(bench);
  estate.check(bench, bench.connect(bench.party()), bench.connect(bench.field_party()));
}

// Whatever was durable when it was killed, rules hold: no number comes back with other bytes.
void after_kill_9(Bench& bench) {
  constexpr int kRounds = 3;
  Slot slot = bench.party().slot();
  Slot field = bench.field_party().slot();
  Version newest_field = 0;
  for (int round = 0; round < kRounds; ++round) {
    Connection& line = bench.connect(bench.party());
    Connection& field_line = bench.connect(bench.field_party());
    for (int i = 0; i < 10; ++i) {
      bench.store(line, slot);
      newest_field = bench.store_field(field_line, field, field.field_update());
    }
    bench.subject().kill();
    start_again(bench);
    Connection& after = bench.connect(bench.party());
    const auto held = bench.read(after, slot);
    bench.check(held.draft_v <= slot.version, "no version that was never accepted",
                std::to_string(held.draft_v), "wrong-version");
    if (held.draft_v < slot.version) {  // lost what was not durable: the device writes it again
      Slot again(bench.party(), slot.chat);
      again.version = held.draft_v;
      if (held.encrypted_draft_md) {
        again.parent = bench.party().vault().hash_of(*held.encrypted_draft_md);
      }
      after.answer<wire::DraftUpdateReceipt>(
          again.update_at(again.version, slot.version + 1, again.parent));
      again.accepted();
      slot = again;
    }
    bench.check_holds(after, slot);
    Connection& field_after = bench.connect(bench.field_party());
    const Version kept = bench.read(field_after, field).draft_v;
    bench.check(kept <= newest_field, "no field version that was never accepted",
                std::to_string(kept), "wrong-version");
    bench.check_number(kept + 1, bench.store_field(field_after, field, field.field_update()),
                       "the next field version");
  }
}

void newest_job_wins(Bench& bench) {
  Slot updated = bench.party().slot();
  Slot deleted = bench.party().slot();
  {
    Connection& line = bench.connect(bench.party());
    for (int i = 0; i < 20; ++i) {
      line.say(updated.update());
      updated.accepted();
      line.say(deleted.update());
      deleted.accepted();
    }
    line.say(deleted.deletion());
    deleted.accepted();
    line.hear_all();
  }
  stop_gracefully(bench);
  Connection& line = bench.connect(bench.party());
  bench.check_holds(line, updated);
  bench.check_holds(line, deleted);
  bench.check(!is_listed(line, deleted.id()), "the deleted draft stays away", "it is listed",
              "listed");
}

void tombstones_after_a_stop(Bench& bench) {
  Slot slot = bench.party().slot();
  Slot field = bench.field_party().slot();
  {
    Connection& line = bench.connect(bench.party());
    bench.store(line, slot);
    bench.remove(line, slot);
    Connection& field_line = bench.connect(bench.field_party());
    bench.store_field(field_line, field, field.field_update());
    field_line.answer<wire::DraftDeleteReceipt>(field.field_deletion());
  }
  stop_gracefully(bench);
  Connection& line = bench.connect(bench.party());
  bench.check_holds(line, slot);
  line.refused(slot.field_update(), wire::ErrorCode::slot_sealed);
  Connection& field_line = bench.connect(bench.field_party());
  const auto told = versions_of(field_line, {field.id()});
  bench.check(version_in(told.tombstone_versions, field.id()) == 2, "tombstone version 2",
              "another or none", "wrong-tombstone");
  bench.check_number(3, bench.store_field(field_line, field, field.field_update()),
                     "the version after the tombstone");
}

void repeats_after_a_stop(Bench& bench) {
  Slot slot = bench.party().slot();
  wire::UpdateDraft frame;
  wire::ChatMessageAdded message = slot.message();
  message.preserve_draft = true;
  {
    Connection& line = bench.connect(bench.party());
    frame = bench.store(line, slot);
    line.answer<wire::ChatMessageReceipt>(message);
  }
  stop_gracefully(bench);
  Connection& line = bench.connect(bench.party());
  const auto again = line.answer<wire::DraftUpdateReceipt>(frame);
  bench.check_number(1, again.draft_v, "the version of the repeated change");
  line.answer<wire::ChatMessageReceipt>(message);
  bench.check_number(1, bench.read(line, slot).messages_v, "messages_v");
  bench.check_holds(line, slot);
}

}  // namespace

std::vector<ServerCase> server_storage_cases() {
  const SubjectLimits brief = {{"DRAFT_PERSISTENCE_TTL_SECONDS", 1}};
  std::vector<ServerCase> all;
  const auto expiring = [&](const char* id, const char* title, Play play) {
    all.push_back(server_case(id, title, std::move(play)).with(brief));
  };
  const auto ending = [&](const char* id, const char* title, Play play,
                          std::vector<std::string> also = {}) {
    all.push_back(server_case(id, title, std::move(play), std::move(also)).alone());
  };
  all.push_back(server_case("DP-READ-001/tombstone", "A tombstone hides what was before it",
                            tombstone_hides_draft));
  all.push_back(server_case("DP-READ-002/newest", "The newest version is read", newest_is_read));
  expiring("DP-READ-003/after-expiry", "A draft is read after its record expired",
           read_after_expiry);
  expiring("DP-READ-004/warmed", "A draft that was warmed does not hide a newer one",
           expired_while_used);
  expiring("DP-READ-005/no-deletion", "Expiry is no deletion", not_told_of_expiry);
  expiring("DP-VER-030/expiry", "Versions go on after an expiry", versions_after_expiry);
  all.push_back(
      server_case("DP-PERS-003/not-before-durable", "A record does not expire before it is durable",
                  not_before_durable)
          .with({{"DRAFT_PERSISTENCE_TTL_SECONDS", 1}, {"persistence_window_ms", 60'000}}));
  ending("DP-PERS-001/written", "What was stored is in the database after a stop", after_a_stop);
  ending("DP-PERS-002/newest", "Of many jobs the newest version stays", newest_job_wins);
  ending("DP-PERS-006/last-connection", "The last connection's close makes changes durable",
         after_the_last_connection);
  all.back().limits = {{"persistence_window_ms", 60'000}};
  ending("DP-PERS-008/deletion", "No late job brings a deleted draft back", newest_job_wins);
  ending("DP-VER-030/restart", "Versions go on after a restart", tombstones_after_a_stop);
  ending("DP-DEL-001/restart", "Tombstones are in the database", tombstones_after_a_stop);
  ending("DP-VER-040/restart", "Repeats are known after a restart", repeats_after_a_stop);
  ending("DP-RUN-002/kill-9", "After kill -9 all rules hold for what was durable", after_kill_9);
  ending("DP-VER-031/kill-9", "After kill -9 no number comes back", after_kill_9);
  return all;
}

}  // namespace dp::conformance
