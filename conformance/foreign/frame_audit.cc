#include "conformance/foreign/frame_audit.h"

#include <cstdlib>

namespace dp::conformance {
namespace {

// base64 of the magic "DSE1", as far as it does not depend on the byte behind it.
constexpr std::string_view kBeginning = "\"RFNFM";

crypto::RealCipher real_cipher() {
  const auto proof = crypto::initialise();
  if (!proof) std::abort();
  auto cipher =
      crypto::RealCipher::create(*proof, crypto::KeyMemory::plain, crypto::KdfPolicy::simulation());
  if (!cipher) std::abort();
  return std::move(*cipher);
}

}  // namespace

std::vector<std::string_view> envelopes_in(std::string_view frame) {
  std::vector<std::string_view> out;
  for (std::size_t at = frame.find(kBeginning); at != std::string_view::npos;
       at = frame.find(kBeginning, at)) {
    const std::size_t end = frame.find('"', at + 1);
    if (end == std::string_view::npos) break;
    out.push_back(frame.substr(at + 1, end - at - 1));
    at = end;
  }
  return out;
}

FrameAudit::FrameAudit() : cipher_(real_cipher()) {}

crypto::KeyRef FrameAudit::add_account(const Bytes& master_key) {
  const auto key = cipher_.add_account(crypto::KeyView(master_key), 1);
  return key ? *key : crypto::KeyRef{};
}

void FrameAudit::delivered(std::string_view frame) {
  for (const std::string_view text : envelopes_in(frame)) {
    if (auto bytes = base64_decode(text)) seen_.insert(std::move(*bytes));
  }
}

std::map<SlotId, ChatId> FrameAudit::slots_in(std::string_view frame, crypto::KeyRef key) const {
  constexpr std::string_view kMember = "\"chat_id\":\"";
  std::map<SlotId, ChatId> out;
  for (std::size_t at = frame.find(kMember); at != std::string_view::npos;
       at = frame.find(kMember, at)) {
    at += kMember.size();
    const auto chat = ChatId::parse(frame.substr(at, frame.find('"', at) - at));
    const auto slot = chat ? cipher_.slot_id(key, *chat) : Result<SlotId>(fail(Fault::peer, ""));
    if (slot) out.emplace(*slot, *chat);
  }
  return out;
}

FrameAudit::Sent FrameAudit::sent(std::string_view frame, const AccountId& account,
                                  crypto::KeyRef key) {
  Sent out;
  const std::vector<std::string_view> all = envelopes_in(frame);
  const auto slots = all.empty() ? std::map<SlotId, ChatId>() : slots_in(frame, key);
  for (const std::string_view text : all) {
    auto bytes = base64_decode(text);
    if (bytes && !seen_.insert(*bytes).second) continue;
    const auto header =
        bytes ? crypto::parse_header(*bytes) : Result<crypto::Header>(fail(Fault::peer, "base64"));
    if (!header) {
      ++out.unreadable;
      continue;
    }
    const auto opened = cipher_.open({key, account, header->kind, header->slot_id}, *bytes);
    if (!opened) {
      ++out.unreadable;
      continue;
    }
    const auto slot = slots.find(header->slot_id);
    if (slot == slots.end()) ++out.misplaced;
    out.chats.push_back(slot == slots.end() ? ChatId() : slot->second);
    crypto::SealRequest request;
    request.account = account;
    request.suite = header->suite;
    request.kind = header->kind;
    request.slot_id = header->slot_id;
    request.version = header->version;
    request.parent = header->parent;
    out.sealed.push_back({request, opened->plaintext, std::move(*bytes)});
  }
  return out;
}

}  // namespace dp::conformance
