// The version rules against a model of one slot, as a RapidCheck state machine.
//
// The model knows nothing of caches, jobs and tables: it is what section 4 of the protocol says,
// in a page. The real server is driven through frames, with evictions, hollow records, failing
// jobs, held answers and restarts between them.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <rapidcheck/state.h>

#include "tests/core/server/rig.h"

namespace dp::server::testing {
namespace {

// What the protocol says a slot is. Everything here is durable: the model is restarted only when
// the server has nothing in memory alone.
struct Model {
  Version current = 0;
  Version highest = 0;
  bool deleted = false;
  bool sealed = false;
  std::string text;  // the stored ciphertext or tombstone; empty if there is none
  Hash32 hash{};
};

struct World {
  Rig rig;
  ConnId writer = rig.connect();
  ConnId reader = rig.connect();
  Version highest_announced = 0;
  const ChatId slot = chat(1);

  // Every announcement to the reader names a higher version than the one before it.
  void check_announcements() {
    for (const auto& frame : rig.heard(reader)) {
      Version version = 0;
      if (const auto* update = std::get_if<wire::ChatDraftUpdated>(&frame)) {
        version = update->draft_v;
      } else if (const auto* deletion = std::get_if<wire::DraftDeleted>(&frame)) {
        version = deletion->draft_v.value();
      } else {
        continue;
      }
      RC_ASSERT(version > highest_announced);
      highest_announced = version;
    }
  }
  void check(const Model& model) {
    check_announcements();
    const auto details = rig.answer<wire::ChatDetails>(reader, wire::GetChatDetails{slot});
    RC_ASSERT(details.has_value());
    RC_ASSERT(details->draft_v == (model.deleted ? 0 : model.current));
    const auto& shown = model.deleted ? details->encrypted_tombstone : details->encrypted_draft_md;
    RC_ASSERT(shown.value_or("") == model.text);
    if (model.deleted) RC_ASSERT(details->cleared_draft_v == model.current);
  }
};

using Command = rc::state::Command<Model, World>;

void store(Model& model, Version version, bool deletion, bool sealed,
           const wire::NullableText& text) {
  model.current = model.highest = version;
  model.deleted = deletion;
  model.sealed = sealed;
  model.text = text.value_or("");
  model.hash = Hash32{};
  if (text) model.hash = field_hash(*text);
}

struct SealedChange : Command {
  bool deletion = *rc::gen::arbitrary<bool>();
  bool right_base = *rc::gen::weightedElement<bool>({{4, true}, {1, false}});
  bool right_parent = *rc::gen::weightedElement<bool>({{6, true}, {1, false}});
  Version above =
      *rc::gen::element<Version>(0, 1, 1, 1, 2, 1000, kVersionJumpMax, kVersionJumpMax + 1);
  std::string content = "s" + std::to_string(*rc::gen::inRange(0, 1'000'000));

  SealedSlot slot_of(const Model& model) const {
    SealedSlot slot{chat(1), model.current, model.hash};
    if (!right_base) ++slot.version;
    if (!right_parent) slot.hash[5] ^= 1;
    return slot;
  }
  Version number(const Model& model) const { return std::max<Version>(1, model.highest + above); }
  bool accepted(const Model& model) const {
    return right_base && right_parent && number(model) > model.highest &&
           number(model) - model.highest <= kVersionJumpMax;
  }
  wire::NullableText text(const Model& model) const {
    const SealedSlot slot = slot_of(model);
    if (deletion) return slot.remove(number(model)).encrypted_tombstone;
    return slot.update(content, number(model)).encrypted_draft_md;
  }

  void apply(Model& model) const override {
    if (accepted(model)) store(model, number(model), deletion, true, text(model));
  }
  void run(const Model& model, World& world) const override {
    const SealedSlot slot = slot_of(model);
    world.check_announcements();
    if (deletion) {
      auto frame = slot.remove(number(model));
      frame.change_id = ChangeId{content};
      world.rig.say(world.writer, frame);
    } else {
      world.rig.say(world.writer, slot.update(content, number(model)));
    }
    check_reply(model, world);
    Model after = model;
    apply(after);
    world.check(after);
  }
  void check_reply(const Model& model, World& world) const {
    const auto frames = world.rig.heard(world.writer);
    RC_ASSERT(!frames.empty());
    const auto& reply = frames.back();
    if (accepted(model)) {
      const auto* update = std::get_if<wire::DraftUpdateReceipt>(&reply);
      const auto* removal = std::get_if<wire::DraftDeleteReceipt>(&reply);
      RC_ASSERT((deletion ? removal != nullptr : update != nullptr) == true);
      RC_ASSERT((deletion ? *removal->draft_v : update->draft_v) == number(model));
    } else if (!right_base || !right_parent) {
      const auto* conflict = std::get_if<wire::DraftConflict>(&reply);
      RC_ASSERT((conflict != nullptr) == true);
      RC_ASSERT(conflict->draft_v == model.current);
      RC_ASSERT(conflict->deleted == model.deleted);
    } else {
      const auto* error = std::get_if<wire::ErrorFrame>(&reply);
      RC_ASSERT((error != nullptr) == true);
      RC_ASSERT(error->code == wire::ErrorCode::version_invalid);
    }
  }
  void show(std::ostream& os) const override {
    os << "SealedChange(" << (deletion ? "delete" : "update") << ", base " << right_base
       << ", parent " << right_parent << ", +" << above << ")";
  }
};

struct FieldChange : Command {
  bool deletion = *rc::gen::arbitrary<bool>();
  std::string content = "f" + std::to_string(*rc::gen::inRange(0, 1'000'000));

  void apply(Model& model) const override {
    if (model.sealed) return;
    const wire::NullableText text =
        deletion ? wire::NullableText{} : wire::NullableText(field_ciphertext(content));
    if (!deletion && model.text == *text) return;
    store(model, model.highest + 1, deletion, false, text);
  }
  void run(const Model& model, World& world) const override {
    world.check_announcements();
    if (deletion) {
      world.rig.say(world.writer, field_delete(world.slot));
    } else {
      world.rig.say(world.writer, field_update(world.slot, content));
    }
    Model after = model;
    apply(after);
    const auto frames = world.rig.heard(world.writer);
    RC_ASSERT(!frames.empty());
    if (model.sealed) {
      RC_ASSERT(std::get<wire::ErrorFrame>(frames.back()).code == wire::ErrorCode::slot_sealed);
    } else if (deletion) {
      RC_ASSERT(std::get<wire::DraftDeleteReceipt>(frames.back()).draft_v == after.current);
    } else {
      RC_ASSERT(std::get<wire::DraftUpdateReceipt>(frames.back()).draft_v == after.current);
    }
    world.check(after);
  }
  void show(std::ostream& os) const override {
    os << "FieldChange(" << (deletion ? "delete" : content) << ")";
  }
};

// Things that befall the server and must change nothing that a device can see.
struct Misfortune : Command {
  int kind = *rc::gen::inRange(0, 7);

  void apply(Model&) const override {}
  void run(const Model& model, World& world) const override {
    Rig& rig = world.rig;
    switch (kind) {
      case 0:
        rig.evict(world.slot, true, true);
        break;
      case 1:
        rig.evict(world.slot, true, false);
        break;
      case 2:
        rig.evict(world.slot, false, true);
        break;
      case 3:
        rig.hollow(world.slot);
        break;
      case 4:  // only where everything acknowledged is durable, so that a restart loses nothing
        if (!rig.last.idle) break;
        rig.crash();
        world.writer = rig.connect();
        world.reader = rig.connect();
        break;
      case 5:
        rig.advance(kSecond);
        break;
      default:
        rig.cache_available(false);
        rig.cache_available(true);
        break;
    }
    world.check(model);
  }
  void show(std::ostream& os) const override { os << "Misfortune(" << kind << ")"; }
};

// From here on jobs fail, or succeed again; a recovery waits for the queue to drain.
struct Jobs : Command {
  bool fail = *rc::gen::arbitrary<bool>();

  void apply(Model&) const override {}
  void run(const Model& model, World& world) const override {
    const bool failing = fail;
    world.rig.fails = [failing](const Query& query) { return failing && query.is_job; };
    if (!fail) {
      world.rig.advance(2 * kSecond);
      RC_ASSERT(world.rig.server.oldest_unpersisted_age_us(world.rig.now) == 0);
    }
    world.check(model);
  }
  void show(std::ostream& os) const override {
    os << "Jobs(" << (fail ? "fail" : "succeed") << ")";
  }
};

RC_GTEST_PROP(VersionRules, TheServerIsTheSlotOfTheProtocolUnderEveryMisfortune, ()) {
  Config config;
  config.persistence_window_us = kDay;  // the window has its own tests
  World world{Rig(config)};
  rc::state::check(Model{}, world,
                   rc::state::gen::execOneOfWithArgs<SealedChange, FieldChange, FieldChange,
                                                     Misfortune, Misfortune, Jobs>());
}

}  // namespace
}  // namespace dp::server::testing
