// What a server holds that this device cannot read: left in place, or replaced.
#include <utility>

#include "conformance/suites/client/play.h"
#include "conformance/suites/client/themes.h"
#include "core/draft/payload.h"

namespace dp::conformance {
namespace {

using Spoil = std::function<std::string(Stage&, const std::string& sealed)>;

std::string flipped(const std::string& sealed, std::size_t at) {
  Bytes bytes = *base64_decode(sealed);
  bytes[at] ^= 1;
  return base64_encode(bytes);
}

// Another device's change, stored at the server as it is. Returns its base64.
std::string store_unreadable(Stage& stage, const Spoil& spoil) {
  const auto now = stage.head(stage.chat());
  const draft::Draft next = draft::saved(&now->opened.draft, words(stage), stage.author_dot(), 9);
  const Version version = now->opened.version + 1;
  const std::string sealed =
      spoil(stage, stage.vault().seal_draft(stage.chat(), next, version, now->opened.hash));
  stage.author_frame(R"({"type":"update_draft","payload":{"chat_id":")" + stage.chat() +
                     R"(","encrypted_draft_md":")" + sealed +
                     R"(","encrypted_draft_preview":null,"base_version":)" +
                     std::to_string(version - 1) + R"(,"proposed_v":)" + std::to_string(version) +
                     R"(,"change_id":"unreadable"}})");
  return sealed;
}

std::string stored(Stage& stage) {
  const auto& drafts = stage.server().table().drafts();
  const auto at = drafts.find({stage.vault().account(), *ChatId::parse(stage.chat())});
  return at == drafts.end() ? "" : at->second.draft.value_or("");
}

// A changed bit in the ciphertext: no device of the account can ever open it.
void spoiled_is_replaced(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  save(stage, device, text);
  device.forget();
  const std::string spoilt = store_unreadable(
      stage, [](Stage&, const std::string& sealed) { return flipped(sealed, 300); });
  stage.check(stage.until([&] { return !device.changes().empty(); }, 600'000),
              "the own draft is offered again", "not within ten minutes", "gives-up");
  const std::size_t fetched = device.sent("get_chat_details").size();
  stage.check(fetched >= 3, "not before it was fetched four times in all",
              std::to_string(fetched) + " fetches", "too-soon");
  const SentChange offer = device.changes().front();
  const auto opened = stage.vault().open_draft(stage.chat(), offer.sealed);
  stage.check(offer.base == 2 && opened && opened->parent == stage.vault().hash_of(spoilt),
              "the spoiled state as its base and parent", "another", "base");
  stage.settle();
  stage.check_text(text, stage.server_text(stage.chat()), "the server has");
  const std::string after = words(stage);
  save(stage, device, after);
  stage.check_text(after, stage.server_text(stage.chat()), "saving goes on; the server has");
}

auto unknown_is_kept(const Spoil& spoil) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    save(stage, device, words(stage));
    device.forget();
    const std::string unreadable = store_unreadable(stage, spoil);
    for (int i = 0; i < 6; ++i) {
      stage.advance(20'000);
      device.disconnect();
    }
    const std::string typed = words(stage);
    device.edit(typed);
    stage.advance(60'000);
    stage.check(device.changes(stage.chat()).empty(), "nothing is sent over it", "a change",
                "overwrites");
    stage.check(stored(stage) == unreadable, "the server still has it", "something else",
                "overwrites");
    stage.check_text(typed, device.state().editor_text, "the person's text stays in the editor");
  };
}

std::string of_another_key(Stage&, const std::string& sealed) {
  return flipped(sealed, 8);
}

std::string of_another_schema(Stage& stage, const std::string&) {
  const auto now = stage.head(stage.chat());
  Bytes payload =
      draft::encode_payload(draft::saved(&now->opened.draft, words(stage), stage.author_dot(), 9));
  payload[5] = 2;
  return stage.vault().seal({stage.chat(), crypto::Kind::draft, 2, now->opened.hash}, payload);
}

const std::string& noise() {
  static const std::string kNoise = base64_encode(Bytes(90, 0x3c));
  return kNoise;
}

void noise_in_a_new_slot(Stage& stage) {
  Device& device = stage.ready();
  device.forget();
  stage.author_frame(R"({"type":"update_draft","payload":{"chat_id":")" + stage.chat(5) +
                     R"(","encrypted_draft_md":")" + noise() +
                     R"(","encrypted_draft_preview":null,"change_id":"noise"}})");
  stage.advance(5'000);
  stage.check(device.notices("security_authentication") > 0, "security_authentication", "silence",
              "silent");
  stage.check(device.notices("security_downgrade") == 0, "and nothing else", "security_downgrade",
              "mistaken");
}

void noise_in_a_sealed_slot(Stage& stage) {
  Device& device = stage.ready();
  const std::string text = words(stage);
  save(stage, device, text);
  const std::string frame = caught_broadcast(stage, stage.chat(), words(stage));
  device.forget();
  device.hold_up = true;  // or it would ask, and be told the truth
  device.receive(replaced(frame, member_text(frame, "encrypted_draft_md"), noise()));
  stage.advance(100);
  check_untouched(stage, device, text);
  stage.check(device.notices("security_authentication") > 0, "security_authentication", "silence",
              "silent");
  stage.check(device.notices("security_downgrade") == 0, "and nothing else", "security_downgrade",
              "mistaken");
  reconnect(stage, device);
}

}  // namespace

std::vector<ClientCase> replacement_cases() {
  return {
      client_case("DP-ALARM-009/spoiled", "What no device can open is replaced after four fetches",
                  spoiled_is_replaced),
      client_case("DP-ALARM-010/key", "What another key sealed is not replaced",
                  unknown_is_kept(of_another_key)),
      client_case("DP-ALARM-010/schema", "What another schema wrote is not replaced",
                  unknown_is_kept(of_another_schema)),
      client_case("DP-ALARM-011/new-slot", "Noise in a slot nobody sealed does not authenticate",
                  noise_in_a_new_slot),
      client_case("DP-ALARM-011/sealed-slot", "Noise in a sealed slot does not authenticate",
                  noise_in_a_sealed_slot),
  };
}

}  // namespace dp::conformance
