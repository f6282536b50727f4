// The version rules of a server: every kind of change over every kind of slot.
#include <functional>

#include "conformance/vectors/areas.h"
#include "conformance/vectors/craft.h"

namespace dp::vectors {
namespace {

using crypto::Header;
using crypto::Kind;

constexpr const char* kChat = "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d";
constexpr Version kJump = kVersionJumpMax;

Json frame(const char* type, Json payload) {
  Json whole = {{"chat_id", kChat}};
  whole.update(payload);
  return {{"type", type}, {"payload", std::move(whole)}};
}

// A public header and sixteen bytes behind it: all of an envelope that a server looks at.
struct Sealed {
  explicit Sealed(Kind kind, Version version, const Hash32& parent, std::uint8_t fill = 1) {
    header.kind = kind;
    header.version = version;
    header.parent = parent;
    header.key_id.bytes.fill(0xcd);
    header.slot_id.bytes.fill(0xab);
    header.nonce.fill(fill);
  }
  Bytes bytes() const {
    Bytes out;
    crypto::append_header(out, header);
    out.resize(out.size() + crypto::kTagBytes, 0x77);
    return out;
  }
  std::string text() const { return base64_encode(bytes()); }
  Hash32 hash() const { return sha256(bytes()); }

  Header header;
};

// A slot, how it came to be, and what the next sealed change has to name.
struct State {
  const char* name;
  std::vector<Json> before;
  Version version = 0;
  Hash32 hash{};
  bool sealed = false;

  Sealed draft(Version above = 1) const { return Sealed(Kind::draft, version + above, hash, 9); }
  Sealed end(Version above = 1) const { return Sealed(Kind::tombstone, version + above, hash, 9); }
};

Json update_of(const State& state, const Sealed& draft) {
  return {{"encrypted_draft_md", draft.text()},
          {"base_version", state.version},
          {"proposed_v", draft.header.version},
          {"change_id", "c-new"}};
}
Json delete_of(const State& state, const Sealed& end) {
  return {{"encrypted_tombstone", end.text()},
          {"base_version", state.version},
          {"proposed_v", end.header.version},
          {"change_id", "c-new"}};
}
Json with(Json payload, const char* name, Json value) {
  payload[name] = std::move(value);
  return payload;
}
Json without(Json payload, const char* name) {
  payload.erase(name);
  return payload;
}

State then(State state, const char* name, Json next, Version version, const Hash32& hash,
           bool sealed) {
  state.before.push_back({{"frame", std::move(next)}});
  return {name, std::move(state.before), version, hash, sealed};
}

const std::string kFieldText = "aXYtb2YtMTItYnl0Y2lwaGVydGV4dHRhZy1vZi0xNi1ieXRlcyE=";

State then_sealed(const State& state, const char* name, Version above, bool deletion) {
  const Sealed next(deletion ? Kind::tombstone : Kind::draft, state.version + above, state.hash, 5);
  Json payload = deletion ? delete_of(state, next) : update_of(state, next);
  payload["change_id"] = "c-" + std::to_string(next.header.version);
  return then(state, name, frame(deletion ? "delete_draft" : "update_draft", std::move(payload)),
              next.header.version, next.hash(), true);
}

std::vector<State> states() {
  const State empty{"an empty slot", {}, 0, {}, false};
  const Hash32 field_hash = sha256(*base64_decode(kFieldText));
  const State field =
      then(empty, "a field draft",
           frame("update_draft", {{"encrypted_draft_md", kFieldText}, {"change_id", "f-1"}}), 1,
           field_hash, false);
  const State odd = then(empty, "a field draft that is not base64",
                         frame("update_draft", {{"encrypted_draft_md", "not base64!"}}), 1,
                         sha256(as_bytes("not base64!")), false);
  const State field_gone =
      then(field, "a field deletion", frame("delete_draft", Json::object()), 2, {}, false);
  const State draft = then_sealed(empty, "a sealed draft", 1, false);
  const State jumped = then_sealed(draft, "a sealed draft after a jump of 2^32", kJump, false);
  const State ended = then_sealed(draft, "a sealed tombstone", 1, true);
  const State again = then_sealed(ended, "a sealed draft after a tombstone", 1, false);
  const State imported = then_sealed(field, "a sealed draft over a field draft", 1, false);
  return {empty, field, odd, field_gone, draft, jumped, ended, again, imported};
}

// One author and the state whose vectors are being written.
struct Writer {
  Author& author;
  const State& state;

  Json input(Json last) const { return {{"before", state.before}, {"frame", std::move(last)}}; }
  std::string about(std::string_view what) const {
    return std::string(state.name) + ": " + std::string(what);
  }
  void good(std::string_view what, Json last) const { author.rule(about(what), input(last)); }
  void edge(std::string_view what, Json last) const { author.boundary(about(what), input(last)); }
  void bad(const char* defect, std::string_view what, Json last) const {
    author.defect(defect, about(what), input(last));
  }
};

Json with_preview(const State& state, const Sealed& draft, const Sealed& preview) {
  return frame("update_draft",
               with(update_of(state, draft), "encrypted_draft_preview", preview.text()));
}

Json replay(Json entries) {
  return {{"type", "sync_offline_changes"}, {"payload", {{"changes", std::move(entries)}}}};
}
Json replayed(const State& state, const Sealed& sealed, bool deletion) {
  Json entry = {{"change_id", "c-new"},
                {"chat_id", kChat},
                {"type", deletion ? "delete_draft" : "draft"},
                {"value", deletion ? Json(nullptr) : Json(sealed.text())},
                {"version_before_edit", state.version},
                {"proposed_v", sealed.header.version}};
  if (deletion) entry["encrypted_tombstone"] = sealed.text();
  return entry;
}
Json send_of(const State& state, const Sealed& end) {
  return frame("chat_message_added", {{"message_id", "m-1"},
                                      {"encrypted_content", "QUJD"},
                                      {"base_version", state.version},
                                      {"proposed_v", end.header.version},
                                      {"encrypted_tombstone", end.text()}});
}

void good_sealed(const Writer& out) {
  const State& state = out.state;
  const Sealed draft = state.draft();
  const Sealed preview(Kind::preview, draft.header.version, draft.hash());
  out.good("a sealed draft", frame("update_draft", update_of(state, draft)));
  out.good("with its preview", with_preview(state, draft, preview));
  out.good(
      "with no preview, said as null",
      frame("update_draft", with(update_of(state, draft), "encrypted_draft_preview", nullptr)));
  out.edge("a jump of two", frame("update_draft", update_of(state, state.draft(2))));
  out.edge("a jump of 2^32", frame("update_draft", update_of(state, state.draft(kJump))));
  out.good("a sealed deletion", frame("delete_draft", delete_of(state, state.end())));
  out.edge("a sealed deletion with a jump of 2^32",
           frame("delete_draft", delete_of(state, state.end(kJump))));
  out.good("a sealed send", send_of(state, state.end()));
  out.good("a sealed send that keeps the draft",
           frame("chat_message_added",
                 with(send_of(state, state.end())["payload"], "preserve_draft", true)));
  out.good("a replayed draft", replay(Json::array({replayed(state, draft, false)})));
  out.good("a replayed deletion", replay(Json::array({replayed(state, state.end(), true)})));
}

void bad_numbers(const Writer& out) {
  const State& state = out.state;
  const auto update = [&](const Sealed& draft) { return update_of(state, draft); };
  out.bad("stale_base", "a base above the version",
          frame("update_draft", with(update(state.draft(2)), "base_version", state.version + 1)));
  if (state.version > 0) {
    out.bad("stale_base", "a base below the version",
            frame("update_draft", with(update(state.draft()), "base_version", state.version - 1)));
    out.bad("stale_base", "base 0",
            frame("delete_draft", with(delete_of(state, state.end()), "base_version", 0)));
    out.bad("version_not_above", "the number that is taken",
            frame("update_draft", update(state.draft(0))));
    out.bad("version_not_above", "a deletion with the number that is taken",
            frame("delete_draft", delete_of(state, state.end(0))));
  }
  if (state.version > 1) {
    Sealed first = state.draft();
    first.header.version = 1;
    out.bad("version_not_above", "version 1 again", frame("update_draft", update(first)));
  }
  out.bad("jump_too_wide", "a jump of 2^32 + 1",
          frame("update_draft", update(state.draft(kJump + 1))));
  out.bad("jump_too_wide", "a deletion that jumps 2^32 + 1",
          frame("delete_draft", delete_of(state, state.end(kJump + 1))));
  Sealed highest = state.draft();
  highest.header.version = kVersionMax;
  out.bad("jump_too_wide", "the highest number there is", frame("update_draft", update(highest)));
  out.bad("half_sealed", "no base",
          frame("update_draft", without(update(state.draft()), "base_version")));
  out.bad("half_sealed", "no proposed number",
          frame("delete_draft", without(delete_of(state, state.end()), "proposed_v")));
}

void bad_parents(const Writer& out) {
  const State& state = out.state;
  Sealed draft = state.draft();
  draft.header.parent[31] ^= 1;
  out.bad("other_parent", "one bit of the parent", frame("update_draft", update_of(state, draft)));
  out.bad("other_parent", "one bit of a replayed parent",
          replay(Json::array({replayed(state, draft, false)})));
  Sealed end = state.end();
  end.header.parent[0] ^= 0x80;
  out.bad("other_parent", "one bit of a tombstone's parent",
          frame("delete_draft", delete_of(state, end)));
  out.bad("other_parent", "a send whose tombstone has another parent", send_of(state, end));
  if (state.hash == Hash32{}) return;
  draft.header.parent = {};
  out.bad("other_parent", "no parent", frame("update_draft", update_of(state, draft)));
}

void bad_envelopes(const Writer& out) {
  const State& state = out.state;
  const auto update = [&](const std::string& text) {
    return frame("update_draft", with(update_of(state, state.draft()), "encrypted_draft_md", text));
  };
  const Bytes good = state.draft().bytes();
  for (const auto& [defect, at, value] : {std::tuple{"unknown_magic", 0, 'd'},
                                          {"unknown_suite", 4, 3},
                                          {"unknown_kind", 5, 7},
                                          {"unknown_flags", 6, 1}}) {
    Bytes bytes = good;
    bytes[static_cast<std::size_t>(at)] = static_cast<std::uint8_t>(value);
    out.bad(defect, "in a draft", update(base64_encode(bytes)));
  }
  out.bad("too_short", "a header alone", update(base64_encode(ByteView(good).first(136))));
  std::string spelt = base64_encode(good);
  out.bad("base64_white_space", "a line break behind it", update(spelt + "\n"));
  out.bad("base64_alphabet", "an envelope that is not base64", update("not*base64"));
  out.bad("other_kind", "a tombstone for a draft",
          frame("update_draft", update_of(state, state.end())));
  out.bad("other_kind", "a draft for a tombstone",
          frame("delete_draft", delete_of(state, state.draft())));
  Sealed message(Kind::message, 0, {});
  out.bad("other_kind", "a message for a draft", update(message.text()));
  out.bad("other_version", "the header says another number",
          frame("update_draft",
                with(update_of(state, state.draft()), "proposed_v", state.version + 2)));
  out.bad(
      "other_version", "the tombstone's header does",
      frame("delete_draft", with(delete_of(state, state.end()), "proposed_v", state.version + 2)));
  out.bad(
      "null_text", "a sealed draft without a text",
      frame("update_draft", with(update_of(state, state.draft()), "encrypted_draft_md", nullptr)));
  out.bad("no_tombstone", "a sealed deletion without its tombstone",
          frame("delete_draft", without(delete_of(state, state.end()), "encrypted_tombstone")));
}

void bad_previews(const Writer& out) {
  const State& state = out.state;
  const Sealed draft = state.draft();
  const Sealed good(Kind::preview, draft.header.version, draft.hash());
  const auto bad = [&](const char* defect, const char* what,
                       const std::function<void(Header&)>& change) {
    Sealed preview = good;
    change(preview.header);
    out.bad(defect, what, with_preview(state, draft, preview));
  };
  bad("other_kind", "a preview that is a draft", [](Header& h) { h.kind = Kind::draft; });
  bad("other_version", "a preview of another version", [](Header& h) { ++h.version; });
  bad("other_slot", "a preview of another slot", [](Header& h) { h.slot_id.bytes[3] ^= 1; });
  bad("other_parent", "a preview of another draft", [](Header& h) { h.parent[7] ^= 1; });
  bad("unknown_suite", "a preview of no known suite",
      [](Header& h) { h.suite = static_cast<crypto::Suite>(9); });
  out.bad("base64_padding", "a preview that is not base64",
          frame("update_draft", with(update_of(state, draft), "encrypted_draft_preview", "QQ")));
}

void unsealed(const Writer& out) {
  const State& state = out.state;
  const Json texts[] = {{{"encrypted_draft_md", "bmV3"}},
                        {{"encrypted_draft_md", "bmV3"}, {"encrypted_draft_preview", "cHJl"}},
                        {{"encrypted_draft_md", nullptr}}};
  for (const Json& payload : texts) {
    const Json last = frame("update_draft", payload);
    if (state.sealed) {
      out.bad("slot_sealed", "an unsealed " + payload.dump(), last);
    } else {
      out.good("an unsealed " + payload.dump(), last);
    }
  }
  const Json deletion = frame("delete_draft", {{"change_id", "f-9"}});
  const Json entry = {{"change_id", "f-9"},
                      {"chat_id", kChat},
                      {"type", "draft"},
                      {"value", "bmV3"},
                      {"version_before_edit", state.version}};
  if (state.sealed) {
    out.bad("slot_sealed", "an unsealed deletion", deletion);
    out.bad("slot_sealed", "an unsealed replay", replay(Json::array({entry})));
    return;
  }
  out.good("an unsealed deletion", deletion);
  out.good("an unsealed replay", replay(Json::array({entry})));
  out.edge("an unsealed replay that has seen more",
           replay(Json::array({with(entry, "version_before_edit", state.version + 1)})));
  out.good("an unsealed send",
           frame("chat_message_added", {{"message_id", "m-1"}, {"encrypted_content", "QUJD"}}));
  out.good("an unsealed send that keeps the draft",
           frame("chat_message_added",
                 {{"message_id", "m-1"}, {"encrypted_content", "QUJD"}, {"preserve_draft", true}}));
  out.good(
      "only the literal true keeps it",
      frame("chat_message_added",
            {{"message_id", "m-1"}, {"encrypted_content", "QUJD"}, {"preserve_draft", "true"}}));
  out.bad("empty_text", "an unsealed text that is empty",
          frame("update_draft", {{"encrypted_draft_md", ""}}));
  if (state.version > 0) {
    out.bad("stale_base", "an unsealed replay that has seen less",
            replay(Json::array({with(entry, "version_before_edit", state.version - 1)})));
  }
}

// The same frame once more, and an older one.
void repeats(const Writer& out) {
  const State& state = out.state;
  if (state.before.empty()) return;
  const Json last = state.before.back()["frame"];
  out.good("its last change again", last);
  Json renamed = last;
  renamed["payload"]["change_id"] = "c-other";
  const bool bytes = renamed["payload"].contains("encrypted_draft_md") ||
                     renamed["payload"].contains("encrypted_tombstone");
  if (bytes) out.good("the same bytes under another id", renamed);
  Json half = last;
  if (state.sealed) {
    half["payload"].erase("proposed_v");
    out.bad("half_sealed", "its last change without its number", half);
  }
  if (state.before.size() < 2) return;
  const Json older = state.before.front()["frame"];
  const bool older_sealed = older["payload"].contains("proposed_v");
  if (older_sealed) out.bad("stale_base", "an older sealed change again", older);
  if (!older_sealed && !state.sealed) out.good("an older unsealed change, by its id", older);
}

void replays_of_one_slot(const Writer& out) {
  const State& state = out.state;
  Json second = replayed(state, state.draft(2), false);
  second["change_id"] = "c-second";
  out.bad("second_change", "a second change of the slot in one replay",
          replay(Json::array({replayed(state, state.draft(), false), second})));
}

void owners(Author& author) {
  const State empty{"someone's chat", {}, 0, {}, false};
  const Json theirs = {{"from", "stranger"},
                       {"frame", frame("update_draft", {{"encrypted_draft_md", "bXk="}})}};
  const Json gone = {{"frame", {{"type", "delete_chat"}, {"payload", {{"chat_id", kChat}}}}}};
  for (const auto& [defect, first] : {std::pair{"foreign_chat", theirs}, {"deleted_chat", gone}}) {
    for (const Json& last :
         {frame("update_draft", {{"encrypted_draft_md", "bmV3"}}),
          frame("update_draft", update_of(empty, empty.draft())),
          frame("delete_draft", delete_of(empty, empty.end())),
          frame("chat_message_added", {{"message_id", "m-1"}, {"encrypted_content", "QUJD"}}),
          replay(Json::array({replayed(empty, empty.draft(), false)}))}) {
      author.defect(defect, last["type"].get<std::string>(),
                    {{"before", Json::array({first})}, {"frame", last}});
    }
  }
}

}  // namespace

Author server_rules_area() {
  Author author("slots", "What a server makes of a change, given what came before (sections 4, 5)");
  for (const State& state : states()) {
    author.group("slot", {{"chat_id", kChat}, {"before", state.before}});
    const Writer out{author, state};
    good_sealed(out);
    bad_numbers(out);
    bad_parents(out);
    if (state.before.size() < 2) {  // what is wrong in itself is so over any slot
      bad_envelopes(out);
      bad_previews(out);
    }
    unsealed(out);
    repeats(out);
    replays_of_one_slot(out);
  }
  author.group("slot", {{"chat_id", kChat}});
  owners(author);
  return author;
}

}  // namespace dp::vectors
