// What a server may show a device over time, and what the device has to say about it.
#include <functional>

#include "conformance/vectors/areas.h"
#include "conformance/vectors/craft.h"
#include "conformance/vectors/family.h"
#include "core/crypto/account_keys.h"
#include "core/draft/merge.h"
#include "core/draft/payload.h"

namespace dp::vectors {
namespace {

using crypto::Kind;
using crypto::Suite;
using draft::Draft;
using draft::Operation;

constexpr const char* kChat = "7b0c0f3e-6a55-4d5c-9c3e-0d6a1f2b3c4d";
constexpr const char* kOtherChat = "00000000-0000-4000-8000-000000000000";
constexpr std::uint64_t kWindowMs = 30'000;
constexpr std::uint64_t kLong = 1'000'000;  // far beyond W
constexpr std::uint32_t kEpoch = 3;

std::array<std::uint8_t, 32> master_key() {
  std::array<std::uint8_t, 32> key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::uint8_t>(0x20 + i);
  return key;
}
std::array<std::uint8_t, 16> account_id(std::uint8_t fill) {
  std::array<std::uint8_t, 16> id{};
  id.fill(fill);
  return id;
}

// Everything that decides how a state is sealed.
struct How {
  Suite suite = Suite::xchacha20_poly1305;
  std::uint32_t epoch = kEpoch;
  std::uint8_t account = 0xa1;
  const char* chat = kChat;
  std::uint8_t nonce = 1;
};

Place place_of(const How& how) {
  const auto master = master_key();
  const auto keys = crypto::AccountKeys::derive(*crypto::initialise(), crypto::KeyMemory::plain,
                                                crypto::KeyView(master), how.epoch);
  crypto::HmacState of_master;
  of_master.absorb_key(master);
  Bytes context = {'d', 's', '1', '/', 'e', 'p', 'o', 'c', 'h', 0};
  append_u32(context, how.epoch);
  std::array<std::uint8_t, crypto::kHmacBytes> mac{};
  of_master.mac({context}, mac);
  Place place;
  place.account = account_id(how.account);
  std::copy_n(mac.begin(), place.key.size(), place.key.begin());
  place.slot = keys->slot_id(*ChatId::parse(how.chat));
  return place;
}

// A state of the slot at one version: what was sealed, and how a server shows it.
struct State {
  Version version = 0;
  Bytes envelope;
  bool tombstone = false;
  Json preview = nullptr;

  Hash32 hash() const { return sha256(envelope); }
  Json shown(std::uint64_t at_ms) const {
    const std::string text = base64_encode(envelope);
    return {{"at_ms", at_ms},
            {"version", version},
            {"encrypted_draft_md", tombstone ? Json(nullptr) : Json(text)},
            {"encrypted_draft_preview", preview},
            {"encrypted_tombstone", tombstone ? Json(text) : Json(nullptr)}};
  }
  State altered(const std::function<void(Bytes&)>& change) const {
    State other = *this;
    change(other.envelope);
    return other;
  }
  State at(Version number) const {
    State other = *this;
    other.version = number;
    return other;
  }
};

crypto::Nonce nonce_of(const How& how, Version version) {
  crypto::Nonce nonce{};
  nonce.fill(how.nonce);
  nonce[0] = static_cast<std::uint8_t>(version);
  return nonce;
}

State sealed_state(const Draft& draft, Version version, const Hash32& parent, const How& how) {
  const Place place = place_of(how);
  const Kind kind = draft.is_tombstone() ? Kind::tombstone : Kind::draft;
  const crypto::Header header =
      header_at(place, how.suite, kind, version, parent, nonce_of(how, version));
  return {version, sealed(place, header, draft::encode_payload(draft)), draft.is_tombstone(),
          nullptr};
}

Json preview_of(const State& draft, const Hash32& parent, Version version, const How& how) {
  const Place place = place_of(how);
  const crypto::Header header =
      header_at(place, how.suite, Kind::preview, version, parent, nonce_of(how, version + 100));
  (void)draft;
  return base64_encode(sealed(place, header, as_bytes("a preview")));
}

Json unsealed(std::uint64_t at_ms, Version version, const std::string& text) {
  return {{"at_ms", at_ms},
          {"version", version},
          {"encrypted_draft_md", text},
          {"encrypted_draft_preview", nullptr},
          {"encrypted_tombstone", nullptr}};
}
Json nothing(std::uint64_t at_ms) {
  Json step = unsealed(at_ms, 0, "");
  step["encrypted_draft_md"] = nullptr;
  return step;
}

// One device's saves, one after the other, and another device beside it.
struct Story {
  explicit Story(How h) : how(h) {
    d1 = saved_text("one\ntwo\nthree", dot(4, 1), 1);
    d2 = draft::saved(&d1, "one\ntwo\nthree\nfour", dot(4, 2), 2);
    d3 = draft::saved(&d2, "ONE\ntwo\nthree\nfour", dot(4, 3), 3);
    far = draft::saved(&d1, "start\none\ntwo\nthree", dot(5, 1), 2);
    near = draft::saved(&d1, "one\ntwo\nTHREE\nFOUR", dot(5, 1), 2);
    joined = draft::merge(&d1, d2, far).draft;
    ended = draft::consumed(&d2, Operation::clear, dot(4, 3), 3);
    again = draft::saved(&ended, "again", dot(4, 4), 4);
    s1 = sealed_state(d1, 1, {}, how);
    s2 = sealed_state(d2, 2, s1.hash(), how);
    s3 = sealed_state(d3, 3, s2.hash(), how);
    e3 = sealed_state(ended, 3, s2.hash(), how);
    s4 = sealed_state(again, 4, e3.hash(), how);
  }
  static draft::Dot dot(std::uint64_t writer, std::uint64_t sequence) {
    return {WriterId{writer}, sequence};
  }
  State sealed(const Draft& draft, Version version, const Hash32& parent = {}) const {
    return sealed_state(draft, version, parent, how);
  }
  State sealed(const Draft& draft, Version version, const How& other) const {
    return sealed_state(draft, version, {}, other);
  }
  How with_nonce(std::uint8_t nonce) const {
    How other = how;
    other.nonce = nonce;
    return other;
  }

  How how;
  Draft d1, d2, d3, far, near, joined, ended, again;
  State s1, s2, s3, e3, s4;
};

Json steps(std::initializer_list<Json> all) {
  return {{"steps", Json(all)}};
}

void honest(Author& author, const Story& s) {
  author.rule("one draft", steps({s.s1.shown(0)}));
  author.rule("two drafts", steps({s.s1.shown(0), s.s2.shown(kLong)}));
  author.rule("three within W", steps({s.s1.shown(0), s.s2.shown(10), s.s3.shown(20)}));
  author.rule("a version was missed; the parent is unknown, and that is no alarm",
              steps({s.s1.shown(0), s.s3.shown(kLong)}));
  author.boundary("a jump of numbers",
                  steps({s.s1.shown(0), s.sealed(s.d2, Version{1} << 32).shown(kLong)}));
  author.boundary("the highest number",
                  steps({s.s1.shown(0), s.sealed(s.d2, kVersionMax).shown(9)}));
  author.rule("a parent that never was",
              steps({s.s1.shown(0), s.sealed(s.d2, 2, {1, 2, 3}).shown(5)}));
  author.rule("the same state again", steps({s.s2.shown(0), s.s2.shown(kLong)}));
  author.rule("nothing, and then a draft", steps({nothing(0), s.s1.shown(kLong)}));
  author.rule("a deletion", steps({s.s2.shown(0), s.e3.shown(kLong)}));
  author.rule("a draft after it", steps({s.s2.shown(0), s.e3.shown(5), s.s4.shown(kLong)}));
  author.rule("a deletion, first of all", steps({s.e3.shown(0)}));
  author.rule("what another device joined",
              steps({s.s2.shown(0), s.sealed(s.joined, 3).shown(kLong)}));
  author.rule("the same content under another number and nonce",
              steps({s.s2.shown(0), s.sealed(s.d2, 3).shown(kLong)}));
  How old = s.how;
  old.epoch = 1;
  author.flagged("earlier_epoch", "an earlier epoch's key still opens",
                 steps({s.sealed(s.d1, 1, old).shown(0)}));
  author.flagged("earlier_epoch", "and a later one goes on",
                 steps({s.sealed(s.d1, 1, old).shown(0), s.s2.shown(kLong)}));
  State with_preview = s.s1;
  with_preview.preview = preview_of(s.s1, s.s1.hash(), 1, s.how);
  author.rule("a draft with its preview", steps({with_preview.shown(0)}));
  author.rule("loss, healed by something newer",
              steps({s.s2.shown(0), s.s1.shown(10), s.s3.shown(20)}));
  author.rule("an alarm ends with its cause",
              steps({s.s2.shown(0), s.s1.shown(kLong), s.s3.shown(kLong + 10)}));
}

void going_back(Author& author, const Story& s) {
  author.defect("rollback", "to the draft before",
                steps({s.s1.shown(0), s.s2.shown(5), s.s1.shown(kLong)}));
  author.defect("rollback", "by two", steps({s.s3.shown(0), s.s1.shown(kLong)}));
  author.boundary("W is measured from when the state was learned: seen again is not learned again",
                  steps({s.s2.shown(0), s.s2.shown(kWindowMs - 1)}));
  author.defect("rollback", "seen again is not learned again",
                steps({s.s2.shown(0), s.s2.shown(kWindowMs - 1), s.s1.shown(kWindowMs + 1)}));
  author.defect("rollback", "exactly W later", steps({s.s2.shown(0), s.s1.shown(kWindowMs)}));
  author.defect("loss", "a millisecond before W",
                steps({s.s2.shown(0), s.s1.shown(kWindowMs - 1)}));
  author.defect("loss", "at once", steps({s.s2.shown(0), s.s1.shown(0)}));
  author.defect("rollback", "to nothing", steps({s.s2.shown(0), nothing(kLong)}));
  author.defect("loss", "to nothing, within W", steps({s.s2.shown(0), nothing(100)}));
  author.defect("rollback", "an old content under a new number",
                steps({s.s2.shown(0), s.sealed(s.d1, 3).shown(kLong)}));
  author.defect("rollback", "the draft before its deletion",
                steps({s.s2.shown(0), s.e3.shown(5), s.s2.shown(kLong)}));
  author.defect("rollback", "an old deletion after a new draft",
                steps({s.e3.shown(0), s.s4.shown(5), s.e3.shown(kLong)}));
  author.defect("loss", "an old deletion, within W",
                steps({s.e3.shown(0), s.s4.shown(5), s.e3.shown(10)}));
}

void other_histories(Author& author, const Story& s) {
  const How again = s.with_nonce(9);
  author.defect("fork", "the same content sealed twice under one number",
                steps({s.s2.shown(0), s.sealed(s.d2, 2, again).shown(kLong)}));
  author.defect("fork", "another draft, far from ours: both are joined",
                steps({s.s1.shown(0), s.s2.shown(5), s.sealed(s.far, 2).shown(kLong)}));
  author.defect("fork", "another draft of the same lines: one is kept as a copy",
                steps({s.s1.shown(0), s.s2.shown(5), s.sealed(s.near, 2).shown(kLong)}));
  author.defect("fork", "no common draft is known",
                steps({s.s2.shown(0), s.sealed(s.near, 2).shown(kLong)}));
  author.defect("fork", "a deletion under the draft's number",
                steps({s.s3.shown(0), s.e3.shown(kLong)}));
  author.defect("loss", "another draft under the same number, within W",
                steps({s.s1.shown(0), s.s2.shown(5), s.sealed(s.far, 2).shown(100)}));
  author.defect("equivocation", "a later number, and our last save is missing",
                steps({s.s1.shown(0), s.s2.shown(5), s.sealed(s.far, 3).shown(kLong)}));
  author.defect("equivocation", "the same lines differ",
                steps({s.s1.shown(0), s.s2.shown(5), s.sealed(s.near, 7).shown(kLong)}));
  author.defect(
      "equivocation", "a history that has nothing of ours",
      steps({s.s2.shown(0), s.sealed(saved_text("new", Story::dot(6, 1), 9), 9).shown(kLong)}));
  author.defect("loss", "a later number without our save, within W",
                steps({s.s1.shown(0), s.s2.shown(5), s.sealed(s.far, 3).shown(100)}));
}

void swapped(Author& author, const Story& s) {
  How how = s.how;
  how.chat = kOtherChat;
  author.defect("other_slot", "another chat's draft",
                steps({s.s1.shown(0), s.sealed(s.d2, 2, how).shown(5)}));
  author.defect("other_slot", "as the first thing shown", steps({s.sealed(s.d1, 1, how).shown(0)}));
  how = s.how;
  how.account = 0xb2;
  author.defect("other_account", "another account's draft",
                steps({s.s1.shown(0), s.sealed(s.d2, 2, how).shown(5)}));
  how = s.how;
  how.epoch = kEpoch + 1;
  author.defect("other_key", "an epoch that the device does not have",
                steps({s.s1.shown(0), s.sealed(s.d2, 2, how).shown(5)}));
  author.defect("other_version", "an old draft under a new number",
                steps({s.s1.shown(0), s.s1.at(2).shown(kLong)}));
  author.defect("other_version", "a new draft under an old number",
                steps({s.s3.shown(0), s.s4.at(3).shown(kLong)}));
  author.defect("other_version", "as the first thing shown", steps({s.s2.at(5).shown(0)}));
  State wrong = s.e3;
  wrong.tombstone = false;
  author.defect("other_kind", "a tombstone as a draft", steps({s.s2.shown(0), wrong.shown(5)}));
  wrong = s.s3;
  wrong.tombstone = true;
  author.defect("other_kind", "a draft as a tombstone", steps({s.s2.shown(0), wrong.shown(5)}));
  State with_preview = s.s2;
  with_preview.preview = preview_of(s.s1, s.s1.hash(), 2, s.how);
  author.defect("other_parent", "the preview of another draft; the draft itself counts",
                steps({s.s1.shown(0), with_preview.shown(5)}));
  with_preview.preview = preview_of(s.s2, s.s2.hash(), 1, s.how);
  author.defect("other_version", "a preview of another version",
                steps({s.s1.shown(0), with_preview.shown(5)}));
}

void spoiled(Author& author, const Story& s) {
  for (const std::size_t at : {std::size_t{8}, std::size_t{60}, std::size_t{90}, std::size_t{110},
                               std::size_t{200}, s.s2.envelope.size() - 1}) {
    author.defect("changed_bit", "in byte " + std::to_string(at),
                  steps({s.s1.shown(0), s.s2.altered([&](Bytes& b) { b[at] ^= 4; }).shown(5)}));
  }
  author.defect("missing_byte", "the last",
                steps({s.s1.shown(0), s.s2.altered([](Bytes& b) { b.pop_back(); }).shown(5)}));
  author.defect("additional_byte", "at the end",
                steps({s.s1.shown(0), s.s2.altered([](Bytes& b) { b.push_back(0); }).shown(5)}));
  author.defect("too_short", "the magic alone",
                steps({s.s1.shown(0), s.s2.altered([](Bytes& b) { b.resize(4); }).shown(5)}));
  Json step = s.s2.shown(5);
  step["encrypted_draft_md"] = step["encrypted_draft_md"].get<std::string>() + "\n";
  author.defect("base64_white_space", "a line break behind it", steps({s.s1.shown(0), step}));
  const auto master = master_key();
  const std::string field =
      base64_encode(field_sealed(master, Bytes(12, 0x31), as_bytes("unsealed text")));
  author.defect("downgrade", "genuine field ciphertext in a sealed slot",
                steps({s.s1.shown(0), unsealed(5, 2, field)}));
  author.defect("downgrade", "after a deletion", steps({s.e3.shown(0), unsealed(5, 4, field)}));
}

void drawn(Author& author, const Story& s) {
  Draws draws(1001 + static_cast<std::uint64_t>(s.how.suite));
  const State* const chain[] = {&s.s1, &s.s2, &s.s3};
  for (int i = 0; i < 6; ++i) {
    Json all = Json::array();
    std::uint64_t at_ms = 0;
    std::size_t next = 0;
    while (next < std::size(chain)) {
      all.push_back(chain[next]->shown(at_ms));
      at_ms += draws.below(2 * kWindowMs);
      next += static_cast<std::size_t>(draws.below(2));
    }
    author.random("a history shown in order", {{"steps", all}});
    all.push_back(s.s1.shown(at_ms + kWindowMs + 2 * kLong));
    if (all.size() > 2) author.defect("rollback", "and then its beginning again", {{"steps", all}});
  }
}

}  // namespace

Author sequences_area() {
  Author author("sequences",
                "What a device concludes from what a server shows (sections 7.2, 7.3)");
  for (const Suite suite : {Suite::xchacha20_poly1305, Suite::aes256_gcm}) {
    How how;
    how.suite = suite;
    const Story story(how);
    author.group("sequence", {{"suite", static_cast<int>(suite)},
                              {"account_id", hex_encode(account_id(0xa1))},
                              {"master_key", hex_encode(master_key())},
                              {"epoch", kEpoch},
                              {"chat_id", kChat},
                              {"persistence_window_ms", kWindowMs}});
    honest(author, story);
    going_back(author, story);
    other_histories(author, story);
    swapped(author, story);
    spoiled(author, story);
    drawn(author, story);
  }
  return author;
}

}  // namespace dp::vectors
