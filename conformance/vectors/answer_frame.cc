// Section 3: which frames are read, and what a server answers to the others.
#include "conformance/vectors/input.h"
#include "core/wire/codec.h"

namespace dp::vectors {
namespace {

std::string frame_text(const Json& input) {
  if (!input.contains("text_hex")) return text_of(input, "text");
  return std::string(as_text(hex_of(input, "text_hex")));
}

bool is_half_sealed(const wire::ClientFrame& frame) {
  const auto half = [](const auto& one) {
    return one.base_version.has_value() != one.proposed_v.has_value();
  };
  if (const auto* one = std::get_if<wire::UpdateDraft>(&frame)) return half(*one);
  if (const auto* one = std::get_if<wire::DeleteDraft>(&frame)) return half(*one);
  if (const auto* one = std::get_if<wire::ChatMessageAdded>(&frame)) return half(*one);
  return false;
}

// A server says which change it refuses, as far as it could read that.
Answer server_refuses(const wire::DecodeError& error) {
  Json reply = {{"code", wire::name(error.code)}};
  // Of what is no JSON an implementation may read more or less.
  if (error.code != wire::ErrorCode::invalid_frame) return refused(std::move(reply));
  if (error.chat_id) reply["chat_id"] = error.chat_id->text();
  if (error.change_id) reply["change_id"] = error.change_id->value;
  return refused(std::move(reply));
}

Answer at_server(const Json& input) {
  const std::string text = frame_text(input);
  const auto frame = wire::decode_client_frame(text, wire::WireLimits{});
  if (!frame) return server_refuses(frame.error());
  if (is_half_sealed(*frame)) {  // DP-FRAME-002, which the version rules look after
    wire::DecodeError error;
    error.code = wire::ErrorCode::invalid_frame;
    std::visit(
        [&error](const auto& one) {
          if constexpr (requires { one.chat_id; }) error.chat_id = one.chat_id;
          if constexpr (requires { one.change_id; }) error.change_id = one.change_id;
          if constexpr (requires { one.message_id; }) {
            error.change_id = ChangeId{one.message_id.value};
          }
        },
        *frame);
    return server_refuses(error);
  }
  return accepted({{"type", wire::type_name(*frame)}});
}

Answer at_client(const Json& input) {
  const auto frame = wire::decode_server_frame(frame_text(input), wire::WireLimits{});
  if (!frame) return refused();
  return accepted({{"type", wire::type_name(*frame)}});
}

}  // namespace

std::vector<NamedAnswerer> frame_answerers() {
  return {{"frame_at_server", at_server}, {"frame_at_client", at_client}};
}

}  // namespace dp::vectors
