// What a server reads of sealed things: the public header, and that it hands the bytes on as they
// are.
#include "conformance/suites/server/plays.h"
#include "conformance/suites/server/themes.h"
#include "core/crypto/envelope.h"

namespace dp::conformance {
namespace {

using wire::ErrorCode;

constexpr std::size_t kSuiteAt = 4;
constexpr std::size_t kKindAt = 5;
constexpr std::size_t kFlagsAt = 6;
constexpr std::size_t kSlotAt = 24;
constexpr std::size_t kVersionAt = 40;
constexpr std::size_t kParentAt = 48;

using Forge = std::function<Bytes(Bytes)>;

std::string forged(const std::string& base64, const Forge& forge) {
  return base64_encode(forge(base64_decode(base64).value_or(Bytes{})));
}

Forge byte(std::size_t at, std::uint8_t value) {
  return [=](Bytes bytes) {
    bytes[at] = value;
    return bytes;
  };
}

Forge changed(std::size_t at) {
  return [=](Bytes bytes) {
    bytes[at] ^= 0x40;
    return bytes;
  };
}

Forge cut(std::size_t length) {
  return [=](Bytes bytes) {
    bytes.resize(length);
    return bytes;
  };
}

enum class Part : std::uint8_t { draft, preview, tombstone };

std::string frame_with(Slot& slot, Part part,
                       const std::function<std::string(std::string)>& spell) {
  if (part == Part::tombstone) {
    wire::DeleteDraft frame = slot.deletion();
    frame.encrypted_tombstone = spell(*frame.encrypted_tombstone);
    return wire::encode(frame);
  }
  wire::UpdateDraft frame = slot.update();
  std::string& text =
      part == Part::draft ? *frame.encrypted_draft_md : *frame.encrypted_draft_preview.value;
  text = spell(text);
  return wire::encode(frame);
}

// On a slot that holds a draft: refused by this code, and the draft stays.
auto refused_sealed(Part part, std::function<std::string(std::string)> spell) {
  return [=](Bench& bench) {
    Connection& line = bench.connect(bench.party());
    Connection& other = bench.connect(bench.party());
    Slot slot = bench.party().slot();
    bench.store(line, slot);
    other.hear_all();
    other.news();
    Slot rival = slot;
    const auto error =
        line.refused(std::string_view(frame_with(rival, part, spell)), ErrorCode::envelope_invalid);
    bench.check(error.chat_id == slot.id() && error.change_id.has_value(),
                "chat_id and change_id in the error", "not both", "wrong-change-id");
    other.no_news("the change was refused");
    bench.check_holds(line, slot);
    bench.store(line, slot);
    bench.check_holds(line, slot);
  };
}

auto forging(Part part, Forge forge) {
  return refused_sealed(part, [=](const std::string& text) { return forged(text, forge); });
}

struct Row {
  const char* id;
  const char* title;
  Part part;
  Forge forge;
};

std::vector<Row> malformed() {
  constexpr std::size_t kShortest = crypto::kHeaderBytes + crypto::kTagBytes;
  return {
      {"DP-VER-009/magic", "Another magic is refused", Part::draft, byte(0, 'X')},
      {"DP-VER-009/magic-2", "A magic of another version is refused", Part::draft, byte(3, '2')},
      {"DP-VER-009/suite-0", "Suite 0 is refused", Part::draft, byte(kSuiteAt, 0)},
      {"DP-VER-009/suite-3", "Suite 3 is refused", Part::draft, byte(kSuiteAt, 3)},
      {"DP-VER-009/kind-0", "Kind 0 is refused", Part::draft, byte(kKindAt, 0)},
      {"DP-VER-009/kind-7", "Kind 7 is refused", Part::draft, byte(kKindAt, 7)},
      {"DP-VER-009/preview-for-text", "A preview is no text", Part::draft, byte(kKindAt, 2)},
      {"DP-VER-009/tombstone-for-text", "A tombstone is no text", Part::draft, byte(kKindAt, 5)},
      {"DP-VER-009/row-for-text", "A local row is no text", Part::draft, byte(kKindAt, 4)},
      {"DP-VER-009/draft-for-tombstone", "A draft is no tombstone", Part::tombstone,
       byte(kKindAt, 1)},
      {"DP-VER-009/message-for-tombstone", "A message is no tombstone", Part::tombstone,
       byte(kKindAt, 6)},
      {"DP-VER-009/flags", "Flags are refused", Part::draft, byte(kFlagsAt, 1)},
      {"DP-VER-009/high-flags", "High flags are refused", Part::draft, byte(kFlagsAt + 1, 0x80)},
      {"DP-VER-009/other-version", "Another version than proposed_v is refused", Part::draft,
       byte(kVersionAt, 99)},
      {"DP-VER-009/tombstone-version", "So is that of a tombstone", Part::tombstone,
       byte(kVersionAt, 99)},
      {"DP-VER-009/short", "An envelope of 151 bytes is refused", Part::draft, cut(kShortest - 1)},
      {"DP-VER-009/header-only", "A header alone is refused", Part::draft,
       cut(crypto::kHeaderBytes)},
      {"DP-VER-009/one-byte", "One byte is refused", Part::draft, cut(1)},
      {"DP-ENV-013/version-0", "Version 0 of a draft is refused", Part::draft, byte(kVersionAt, 0)},
      {"DP-ENV-013/version-2-to-53", "A version above 2^53 - 1 is refused", Part::draft,
       byte(kVersionAt + 7, 1)},
      {"DP-ENV-013/tombstone-suite", "An unknown suite of a tombstone is refused", Part::tombstone,
       byte(kSuiteAt, 9)},
      {"DP-ENV-013/preview-flags", "Flags of a preview are refused", Part::preview,
       byte(kFlagsAt, 2)},
      {"DP-VER-012/kind", "A preview of kind draft is refused", Part::preview, byte(kKindAt, 1)},
      {"DP-VER-012/version", "A preview of another version is refused", Part::preview,
       byte(kVersionAt, 77)},
      {"DP-VER-012/slot", "A preview of another slot is refused", Part::preview, changed(kSlotAt)},
      {"DP-VER-012/parent", "A preview of another draft is refused", Part::preview,
       changed(kParentAt)},
      {"DP-VER-012/short", "A preview cut short is refused", Part::preview, cut(100)},
  };
}

auto spelling(Part part, std::function<std::string(std::string)> spell) {
  return refused_sealed(part, std::move(spell));
}

std::string url_alphabet(std::string text) {
  bool any = false;
  for (char& c : text) {
    if (c != '+' && c != '/') continue;
    c = c == '+' ? '-' : '_';
    any = true;
  }
  return any ? text : "-" + text.substr(1);
}

// 152 + 512 bytes leave one sextet with spare bits, which must be zero.
std::string spare_bits(std::string text) {
  const std::size_t last = text.find_last_not_of('=');
  text[last] = text[last] == 'A' ? 'B' : static_cast<char>(text[last] + 1);
  return text;
}

// ---- byte for byte ------------------------------------------------------------------------------

void same_bytes_everywhere(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  bench.store(line, slot);
  const auto told = other.await<wire::ChatDraftUpdated>();
  bench.check(told.encrypted_draft_md == slot.sealed, "the same bytes to others", "others",
              "other-bytes");
  bench.check_holds(other, slot);
  Slot rival = slot;
  const auto conflict = conflicting(other, rival.update_at(0, 9, Hash32{}));
  bench.check(conflict.encrypted_draft_md == slot.sealed &&
                  conflict.encrypted_draft_preview == slot.preview,
              "the same bytes in a conflict", "others", "other-bytes");
  for (const auto& page : listing_of(line)) {
    for (const wire::ChatDetails& one : page.chats) {
      if (one.chat_id != slot.id()) continue;
      bench.check(one.encrypted_draft_md == slot.sealed, "the same bytes in a listing", "others",
                  "other-bytes");
    }
  }
}

void same_text_field(Bench& bench) {
  Connection& line = bench.connect(bench.field_party());
  Connection& other = bench.connect(bench.field_party());
  Slot slot = bench.field_party().slot();
  for (const std::string_view text :
       {"plain", " \t\n", "\"\\/\b\f\r", "\x01\x1f\x7f", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
        "\xe2\x80\xa8</script>", "e\xcc\x81 is not \xc3\xa9", "QUJD\n", "QUJD==", "null"}) {
    wire::UpdateDraft frame = slot.field_update();
    frame.encrypted_draft_md = std::string(text);
    bench.store_field(line, slot, frame);
    const auto held = bench.read(line, slot);
    bench.check(held.encrypted_draft_md == text, "the text byte for byte",
                held.encrypted_draft_md.value_or("null"), "other-text");
    bench.check(other.await<wire::ChatDraftUpdated>().encrypted_draft_md == text,
                "the text byte for byte, to others", "another", "other-text");
  }
}

void same_message(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Connection& other = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  const wire::ChatMessageAdded message = slot.message();
  line.replies_to(message);
  const auto told = other.await<wire::ChatMessageReceived>();
  bench.check(
      told.encrypted_content == message.encrypted_content && told.message_id == message.message_id,
      "the message byte for byte", "another", "other-bytes");
}

// ---- refusals name their change -----------------------------------------------------------------

void names_of_refusals(Bench& bench) {
  Connection& line = bench.connect(bench.party());
  Slot slot = bench.party().slot();
  const wire::UpdateDraft good = slot.update();
  const std::string text = wire::encode(good);
  const auto spoilt =
      line.refused(std::string_view(respelt(text, "\"proposed_v\":1", "\"proposed_v\":\"1\"")),
                   ErrorCode::invalid_frame);
  bench.check(spoilt.chat_id == slot.id() && spoilt.change_id == good.change_id,
              "chat_id and change_id of a frame with another bad field", "not both",
              "wrong-change-id");
  const std::string id = "\"" + good.change_id->value + "\"";
  const auto nameless =
      line.refused(std::string_view(respelt(text, id, "\"?\"")), ErrorCode::invalid_frame);
  bench.check(nameless.chat_id == slot.id() && !nameless.change_id,
              "chat_id, and no change_id that cannot be read", "otherwise", "wrong-change-id");
  const auto homeless =
      line.refused(std::string_view(respelt(text, slot.chat, "nowhere")), ErrorCode::invalid_frame);
  bench.check(!homeless.chat_id && homeless.change_id == good.change_id,
              "change_id, and no chat_id that cannot be read", "otherwise", "wrong-change-id");
  line.answer<wire::DraftUpdateReceipt>(good);
}

}  // namespace

std::vector<ServerCase> server_envelope_cases() {
  std::vector<ServerCase> all;
  for (Row& row : malformed()) {
    all.push_back(server_case(row.id, row.title, forging(row.part, std::move(row.forge))));
  }
  const auto add = [&](const char* id, const char* title, Play play) {
    all.push_back(server_case(id, title, std::move(play)));
  };
  add("DP-VER-009/empty", "An empty text is no envelope",
      spelling(Part::draft, [](const std::string&) { return std::string(); }));
  add("DP-WIRE-017/url-alphabet", "Base64 of the other alphabet is refused",
      spelling(Part::draft, url_alphabet));
  add("DP-WIRE-017/no-padding", "Base64 without padding is refused",
      spelling(Part::draft, [](std::string text) {
        while (text.ends_with('=')) text.pop_back();
        return text.substr(0, text.size() - (text.size() % 4 == 0 ? 1 : 0));
      }));
  add("DP-WIRE-017/line-break", "Base64 with a line break is refused",
      spelling(Part::draft, [](std::string text) { return text.insert(76, "\n"); }));
  add("DP-WIRE-017/blank", "Base64 with a blank is refused",
      spelling(Part::tombstone, [](const std::string& text) { return text + " "; }));
  add("DP-WIRE-017/spare-bits", "Spare bits that are not zero are refused",
      spelling(Part::draft, spare_bits));
  add("DP-WIRE-019/sealed", "Sealed bytes come back as they were", same_bytes_everywhere);
  add("DP-WIRE-019/field", "Field texts come back as they were", same_text_field);
  add("DP-WIRE-019/message", "Messages are told as they were", same_message);
  add("DP-WIRE-014/names", "Refusals name their change", names_of_refusals);
  const auto no_tombstone = [](Slot& slot) {
    wire::DeleteDraft frame = slot.deletion();
    frame.encrypted_tombstone.reset();
    return wire::encode(frame);
  };
  const auto no_text = [](Slot& slot) {
    wire::UpdateDraft frame = slot.update();
    frame.encrypted_draft_md.reset();
    frame.encrypted_draft_preview = {};
    return wire::encode(frame);
  };
  add("DP-FRAME-009/no-tombstone", "A sealed deletion without a tombstone is refused",
      refuses_request(ErrorCode::envelope_invalid, no_tombstone));
  add("DP-FRAME-009/no-text", "A sealed update to nothing is refused",
      refuses_request(ErrorCode::envelope_invalid, no_text));
  return all;
}

}  // namespace dp::conformance
