// Sections 8 to 11: what is inside an envelope, and what may be learned from outside.
#include <cmath>

#include "conformance/suites/client/play.h"
#include "conformance/suites/client/themes.h"
#include "core/crypto/padding.h"
#include "core/draft/payload.h"

namespace dp::conformance {
namespace {

// A content sealed with the right keys: taken, or refused with a word about it.
auto content(const std::function<Bytes(Stage&, Bytes)>& change, bool taken) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    const std::string mine = words(stage);
    save(stage, device, mine);
    const auto head = stage.head(stage.chat());
    const std::string theirs = words(stage);
    const draft::Draft next = draft::saved(&head->opened.draft, theirs, stage.author_dot(), 9);
    const Bytes payload = change(stage, draft::encode_payload(next));
    const std::string sealed =
        stage.vault().seal({stage.chat(), crypto::Kind::draft, 2, head->opened.hash}, payload);
    device.forget();
    const std::string preview = stage.vault().seal_preview(stage.chat(), theirs, 2, sealed);
    device.receive(told(stage.chat(), sealed, preview));
    stage.advance(100);
    const std::string shown = device.state().editor_text;
    if (taken) return stage.check(shown != mine, "the new text is shown", "the old one", "refused");
    stage.check_text(mine, shown, "the editor still shows");
    std::size_t notices = 0;
    for (const Did& one : device.did()) notices += one.effect.kind == "ui.notice" ? 1 : 0;
    stage.check(notices > 0, "a notice that it was refused", "silence", "silent");
    stage.check(device.changes().empty(), "nothing is sent over it", "a change", "overwrites");
    reconnect(stage, device);
    stage.check_text(mine, stage.server_text(stage.chat()), "the server still has");
  };
}

// Positions: tag 1 at 0, its value at 5; tag 2 at 6, its value at 11; tag 3 at 12.
std::vector<std::tuple<std::string, std::string, std::function<Bytes(Stage&, Bytes)>>>
bad_payloads() {
  return {
      {"DP-PAY-001/tag-zero", "Tag 0 is refused", [](Stage&, Bytes p) { return p[0] = 0, p; }},
      {"DP-PAY-001/descending", "Tags that do not ascend are refused",
       [](Stage&, Bytes p) { return std::swap(p[0], p[6]), p; }},
      {"DP-PAY-002/no-schema", "A payload without its schema is refused",
       [](Stage&, Bytes p) { return p.erase(p.begin(), p.begin() + 6), p; }},
      {"DP-PAY-002/no-operation", "A payload without its operation is refused",
       [](Stage&, Bytes p) { return p.erase(p.begin() + 6, p.begin() + 12), p; }},
      {"DP-PAY-004/cut", "A payload cut short is refused",
       [](Stage&, Bytes p) { return p.pop_back(), p; }},
      {"DP-PAY-004/operation-9", "An unknown operation is refused",
       [](Stage&, Bytes p) { return p[11] = 9, p; }},
      {"DP-PAY-004/length-beyond", "A length beyond the end is refused",
       [](Stage&, Bytes p) { return p[16] = 0x7f, p; }},
      {"DP-PAY-004/clear-with-text", "A clear with a text is refused",
       [](Stage&, Bytes p) { return p[11] = 2, p; }},
      {"DP-PAY-004/empty", "An empty payload is refused", [](Stage&, Bytes) { return Bytes(); }},
      {"DP-PAY-005/cleared-lines", "Lines that are cleared are refused",
       [](Stage&, Bytes p) {
         // Field 6 (cleared: equal to the vector) goes before field 7 (text).
         std::size_t at = 0;
         while (at + 5 <= p.size() && p[at] < 6) {
           at += 5 + p[at + 1] + (static_cast<std::size_t>(p[at + 2]) << 8);
         }
         const Bytes field = {6, 1, 0, 0, 0, 1};
         p.insert(p.begin() + static_cast<std::ptrdiff_t>(at), field.begin(), field.end());
         return p;
       }},
      {"DP-PAY-007/schema-2", "Another schema is refused",
       [](Stage&, Bytes p) { return p[5] = 2, p; }},
      {"DP-EVO-002/schema-3", "Another schema is reported and left in place",
       [](Stage&, Bytes p) { return p[5] = 3, p; }},
      {"DP-ENV-012/four-gigabytes", "A field of 4 GiB is refused in bounded memory",
       [](Stage&, Bytes p) { return p[1] = p[2] = p[3] = p[4] = 0xff, p; }},
      {"DP-ENV-012/garbage", "Garbage is refused",
       [](Stage&, Bytes p) {
         for (std::size_t i = 0; i < p.size(); ++i) p[i] = static_cast<std::uint8_t>(i * 37 + 11);
         return p;
       }},
  };
}

auto bad_padding(int kind) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    const std::string mine = words(stage);
    save(stage, device, mine);
    const auto head = stage.head(stage.chat());
    const draft::Draft next =
        draft::saved(&head->opened.draft, words(stage), stage.author_dot(), 9);
    Bytes padded = draft::encode_payload(next);
    const std::size_t bytes = padded.size();
    padded.resize(kind == 2 ? 1024 : 512);
    if (kind != 0) padded[bytes] = 0x80;
    if (kind == 1) padded[bytes + 3] = 1;
    const std::string sealed = base64_encode(stage.vault().seal_padded(
        {stage.chat(), crypto::Kind::draft, 2, head->opened.hash}, padded));
    device.forget();
    device.receive(told(stage.chat(), sealed, ""));
    stage.advance(100);
    stage.check_text(mine, device.state().editor_text, "the editor still shows");
    reconnect(stage, device);
  };
}

std::vector<std::size_t> sealed_lengths(Device& device) {
  std::vector<std::size_t> out;
  for (const SentChange& one : device.changes()) {
    out.push_back(one.sealed.size());
    out.push_back(one.preview.size());
  }
  return out;
}

// Texts whose payload fits a bucket to the byte, and by one byte less and more.
auto bucket(std::size_t bytes) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    for (const std::size_t length : {bytes - 64, bytes - 48, bytes - 32, bytes}) {
      save(stage, device, std::string(length, 'b'));
    }
    stage.check(device.changes().size() >= 4, "four saves", std::to_string(device.changes().size()),
                "not-sent");
  };
}

void no_compression(Stage& stage) {
  Device& device = stage.ready();
  std::string random;
  while (random.size() < 3'000) random += words(stage);
  random.resize(3'000);
  save(stage, device, std::string(3'000, 'a'));
  save(stage, device, random);
  const auto lengths = sealed_lengths(device);
  stage.check(lengths[lengths.size() - 2] == lengths[lengths.size() - 4],
              "equal lengths for equal lengths", "others", "compressed");
}

auto texts_of_any_kind(const std::string& text) {
  return [=](Stage& stage) {
    Device& device = stage.ready();
    stage.author_saves(stage.chat(), text);
    stage.advance(100);
    stage.check(device.state().editor_text == text, "the text, byte for byte", "another",
                "changed-text");
    save(stage, device, text + "\nmine");
    stage.check(stage.server_text(stage.chat()) == text + "\nmine", "the text, byte for byte",
                "another", "changed-text");
  };
}

auto kdf(std::int64_t operations, std::int64_t memory_kib) {
  return [=](Stage& stage) {
    const std::string input =
        R"({"account_id":")" + std::string(32, '1') + R"(","password":"p","salt":")" +
        std::string(32, '2') + R"(","operations":)" + std::to_string(operations) +
        R"(,"memory_kib":)" + std::to_string(memory_kib) + R"(,"wrapped_key":")" +
        stage.vault().seal_preview(stage.chat(), "x", 1, "") + R"("})";
    const Reply reply = stage.device().perform(
        Operation("crypto.run").with("name", "kdf.unlock").with_json("input", input));
    stage.check(reply.refused, "refused", "derived", "weak-parameters");
  };
}

void derived_ids(Stage& stage) {
  const auto opened = [&] {
    Device& device = stage.ready();
    save(stage, device, words(stage));
    return stage.vault().open(stage.chat(), crypto::Kind::draft, device.changes().back().sealed);
  }();
  stage.check(opened.has_value(), "key_id and slot_id as derived", "others", "derivation");
}

// The same life with other secrets: what a server sees has the same shape.
std::string shape_of_life(Stage& stage, std::size_t number, const std::string& text,
                          const Vault& keys, std::int64_t wall_ms) {
  const std::string folder = stage.device().folder() + "-" + std::to_string(number);
  std::filesystem::create_directories(folder);
  std::string shape;
  const auto call = [&](const Operation& operation) {
    const Reply reply = stage.call(stage.device(), operation);
    stage.check(reply.ok(), operation.name() + " is performed", reply.error_code,
                "operation-refused");
    for (const AdapterEffect& one : reply.effects) {
      if (!one.kind.starts_with("conn.")) continue;
      shape += one.kind + " " + frame_type(one.text) + " " + std::to_string(one.text.size()) + "\n";
    }
    return reply;
  };
  call(Operation("case.begin")
           .with("case", stage.case_id())
           .with("level", "L3")
           .with("wall_ms", wall_ms)
           .with_json("config", stage.config_json()));
  Operation open("client.open");
  open.with("dir", folder).with("entropy", std::string(64, '7')).with("boot", std::int64_t{1});
  open.with("url", "ws://draftproof.test/ws").with("token", "t");
  call(open.with_json("account", keys.account_json()));
  call(Operation("conn.accept").with("conn", std::int64_t{1}));
  call(Operation("conn.frame")
           .with("conn", std::int64_t{1})
           .with("text", R"({"type":"initial_sync_response","payload":{"chats":[],)"
                         R"("authoritative":true,"deleted_chat_ids":[]}})"));
  call(Operation("ui.switch").with("chat_id", stage.chat()));
  call(Operation("ui.edit").with("text", text));
  call(Operation("clock.advance").with("to_ms", std::int64_t{1'200}));
  call(Operation("client.crash"));
  return shape;
}

auto same_shape(int what) {
  return [=](Stage& stage) {
    stage.device().open();
    stage.device().crash();
    const Vault other(4'242);
    const std::string one = words(stage);
    const std::string two = words(stage);
    constexpr std::int64_t kWall = 1'767'225'600'000;
    const std::string first = shape_of_life(stage, 1, one, stage.vault(), kWall);
    const std::string second =
        shape_of_life(stage, 2, what == 0 ? two : one, what == 1 ? other : stage.vault(),
                      what == 2 ? kWall + 86'400'000'123 : kWall);
    stage.check(first == second, "frames of the same kinds, lengths and order", "others",
                "secret-shows");
    stage.check(first.find("update_draft") != std::string::npos, "the text is sent", "it is not",
                "not-sent");
  };
}

// A clean merge and a conflict look alike from outside.
void merges_look_alike(Stage& stage) {
  Device& device = stage.ready();
  std::vector<std::vector<std::string>> seen;
  for (const bool conflict : {false, true}) {
    const std::string chat = stage.chat(conflict ? 1 : 2);
    device.switch_to(chat);
    save(stage, device, "alpha\nbeta\ngamma\ndelta");
    device.hold_up = true;
    device.edit("mine!\nbeta\ngamma\ndelta");
    stage.advance(1'200);
    stage.author_saves(chat, conflict ? "other\nbeta\ngamma\ndelta" : "alpha\nbeta\ngamma\nother");
    device.forget();
    device.hold_up = false;
    stage.settle();
    std::vector<std::string> frames;
    for (const SentFrame& one : device.sent()) {
      if (one.type != "ping") frames.push_back(one.type);
    }
    seen.push_back(std::move(frames));
  }
  const auto joined = [](const std::vector<std::string>& frames) {
    std::string out;
    for (const std::string& one : frames) out += one + " ";
    return out;
  };
  stage.check(seen[0] == seen[1], "for a conflict what a merge sends: " + joined(seen[0]),
              joined(seen[1]), "conflict-shows");
}

// Chi-square over the pooled ciphertext of a megabyte.
void looks_random(Stage& stage) {
  Device& device = stage.ready();
  std::array<double, 256> counts{};
  double total = 0;
  for (int i = 0; i < 18; ++i) {
    save(stage, device, std::string(59'000, static_cast<char>('a' + i)));
    const Bytes bytes = *base64_decode(device.changes().back().sealed);
    for (std::size_t at = crypto::kHeaderBytes; at < bytes.size(); ++at) counts[bytes[at]] += 1;
    total += static_cast<double>(bytes.size() - crypto::kHeaderBytes);
    device.forget();
  }
  double chi = 0;
  for (const double count : counts) {
    chi += (count - total / 256) * (count - total / 256) / (total / 256);
  }
  stage.check(total >= 1 << 20, "a megabyte", std::to_string(total), "harness");
  stage.check(chi < 420 && chi > 130, "chi-square of 255 degrees between 130 and 420",
              std::to_string(chi), "not-random");
}

void imports_field(Stage& stage) {
  const std::string text = words(stage, "unsealed ");
  stage.author_frame(R"({"type":"update_draft","payload":{"chat_id":")" + stage.chat() +
                     R"(","encrypted_draft_md":")" + stage.vault().seal_field(text) +
                     R"(","encrypted_draft_preview":null}})");
  Device& device = stage.device();
  device.open();
  stage.until([&] { return device.state().connection == "online"; }, 20'000);
  device.switch_to(stage.chat());
  device.focus();
  stage.advance(2'000);
  stage.check_text(text, device.state().editor_text, "the unsealed draft is imported: the editor");
  const std::string more = text + " and more";
  save(stage, device, more);
  stage.check_text(more, stage.server_text(stage.chat()), "written back sealed: the server has");
}

}  // namespace

std::vector<ClientCase> sealing_cases() {
  std::vector<ClientCase> all;
  for (const auto& [id, title, change] : bad_payloads()) {
    all.push_back(client_case(id, title, content(change, false)));
  }
  all.push_back(client_case("DP-PAY-004/control", "The same payload, unspoilt, is taken",
                            content([](Stage&, Bytes p) { return p; }, true)));
  const std::vector<std::string> paddings = {"no-marker", "after-the-marker", "larger-bucket"};
  for (int i = 0; i < 3; ++i) {
    all.push_back(client_case("DP-PAD-002/" + paddings[static_cast<std::size_t>(i)],
                              "Another padding is refused", bad_padding(i)));
  }
  for (const std::size_t bytes : {512u, 1'024u, 4'096u, 8'192u, 20'000u}) {
    all.push_back(client_case("DP-PAD-001/" + std::to_string(bytes),
                              "The smallest bucket around " + std::to_string(bytes) + " bytes",
                              bucket(bytes)));
  }
  all.push_back(client_case("DP-PAD-003/not-compressed", "Nothing is compressed", no_compression));
  using namespace std::string_literals;
  all.push_back(client_case("DP-PAY-006/nul", "NUL is text", texts_of_any_kind("a\0b"s)));
  all.push_back(client_case("DP-PAY-006/cr", "CR is text", texts_of_any_kind("a\r\nb\r")));
  all.push_back(client_case("DP-PAY-006/unassigned", "Unassigned code points are text",
                            texts_of_any_kind("\xf3\xb0\x80\x80 \xcd\xb8")));
  all.push_back(client_case("DP-PAY-006/astral", "Astral code points are text",
                            texts_of_any_kind("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80")));
  all.push_back(
      client_case("DP-KEY-001/derivations", "Everything opens with the derived keys", workout));
  all.push_back(client_case("DP-KEY-005/key-id", "The key id is derived", derived_ids));
  all.push_back(client_case("DP-KEY-002/operations-below", "2 operations are refused",
                            kdf(2, 262'144), {"DP-KEY-003"}, {"crypto:kdf.unlock"}));
  all.push_back(client_case("DP-KEY-002/memory-below", "255 MiB are refused", kdf(3, 261'120), {},
                            {"crypto:kdf.unlock"}));
  all.push_back(client_case("DP-KEY-002/operations-above", "17 operations are refused",
                            kdf(17, 262'144), {}, {"crypto:kdf.unlock"}));
  all.push_back(client_case("DP-KEY-002/memory-above", "More than 1 GiB is refused",
                            kdf(3, 1'048'577), {}, {"crypto:kdf.unlock"}));
  all.push_back(client_case("DP-KEY-006/not-authentic",
                            "A wrapped key that does not open is unused", kdf(3, 262'144), {},
                            {"crypto:kdf.unlock"}));
  all.push_back(client_case("DP-ENV-001/fresh-nonces", "Nonces never repeat", workout));
  for (const std::int64_t suite : {1, 2}) {
    all.push_back(client_case("DP-KEY-001/suite-" + std::to_string(suite),
                              "Envelopes of suite " + std::to_string(suite),
                              [suite](Stage& stage) {
                                stage.settings.suite = suite;
                                workout(stage);
                              },
                              {}, {"suite:" + std::to_string(suite)}));
  }
  all.push_back(client_case("DP-PRIV-001/another-text", "Another text looks the same",
                            same_shape(0), {}, {"crash"}));
  all.push_back(client_case("DP-PRIV-008/another-key", "Another key looks the same", same_shape(1),
                            {}, {"crash"}));
  all.push_back(client_case("DP-PRIV-005/another-clock", "Another wall clock looks the same",
                            same_shape(2), {}, {"crash"}));
  all.push_back(client_case("DP-PRIV-002/canaries", "No typed text leaves the process", workout));
  all.push_back(
      client_case("DP-PRIV-003/opaque-bytes", "Opaque bytes are what the keys make", workout));
  all.push_back(
      client_case("DP-PRIV-004/alike", "Merges and conflicts look alike", merges_look_alike));
  all.push_back(client_case("DP-PRIV-006/logs", "Logs and notices hold no secret", workout));
  all.push_back(
      client_case("DP-PRIV-007/random", "A megabyte of ciphertext looks random", looks_random));
  all.push_back(client_case("DP-FIELD-002/import", "An unsealed draft is imported once",
                            imports_field, {}, {"field_import"}));
  return all;
}

}  // namespace dp::conformance
