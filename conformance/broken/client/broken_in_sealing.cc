// Wrong about what is inside an envelope, and about which envelopes are believed.
#include <algorithm>
#include <utility>

#include "conformance/broken/client/broken_clients.h"
#include "conformance/broken/client/switches.h"
#include "core/crypto/padding.h"
#include "core/draft/payload.h"

namespace dp::conformance {
namespace {

using crypto::Kind;

BrokenClient broken(std::string name, std::string requirement, std::string what, bool grave,
                    std::function<void(crypto::SealRequest&, Bytes&)> seal) {
  return {std::move(name), std::move(requirement), std::move(what), grave,
          [seal = std::move(seal)] {
            Switches switches;
            switches.seal = seal;
            return altered(std::move(switches));
          }};
}

bool is_draft(const crypto::SealRequest& request) {
  return request.kind == Kind::draft || request.kind == Kind::tombstone;
}

// Changes the draft inside before it is sealed.
std::function<void(crypto::SealRequest&, Bytes&)> inside(
    std::function<void(draft::Draft&)> change) {
  return [=](crypto::SealRequest& request, Bytes& padded) {
    if (!is_draft(request)) return;
    const auto content = crypto::unpad(request.kind, padded);
    auto draft = content ? draft::decode_payload(*content) : Result<draft::Draft>();
    if (!content || !draft) return;
    change(*draft);
    if (auto again = crypto::pad(request.kind, draft::encode_payload(*draft))) padded = *again;
  };
}

BrokenClient opens(std::string name, std::string requirement, std::string what,
                   std::function<void(crypto::OpenRequest&, ByteView)> open) {
  return {std::move(name), std::move(requirement), std::move(what), true, [open = std::move(open)] {
            Switches switches;
            switches.open = open;
            return altered(std::move(switches));
          }};
}

BrokenClient with(std::string name, std::string requirement, std::string what, bool grave,
                  std::function<Switches()> make) {
  return {std::move(name), std::move(requirement), std::move(what), grave,
          [make = std::move(make)] { return altered(make()); }};
}

Switches same_writer() {
  Switches out;
  out.draw = [](Draw label, std::span<std::uint8_t> bytes) {
    if (label == Draw::writer_id) std::ranges::fill(bytes, std::uint8_t{3});
  };
  return out;
}

}  // namespace

std::vector<BrokenClient> clients_broken_in_sealing() {
  return {
      with("same-nonce", "DP-ENV-001", "seals with one nonce", true,
           [] {
             Switches out;
             out.fixed_nonces = true;
             return out;
           }),
      with("same-writer", "DP-STORE-002", "has one writer id for ever", true, same_writer),
      broken("double-padding", "DP-PAD-001", "pads to twice the bucket", false,
             [](crypto::SealRequest& request, Bytes& padded) {
               if (request.kind == Kind::draft) padded.resize(padded.size() * 2);
             }),
      broken("another-version-inside", "DP-ENV-006", "seals another version", false,
             [](crypto::SealRequest& request, Bytes&) {
               if (is_draft(request)) ++request.version;
             }),
      broken("loose-preview", "DP-ENV-007", "binds previews to nothing", false,
             [](crypto::SealRequest& request, Bytes&) {
               if (request.kind == Kind::preview) request.parent = Hash32{};
             }),
      broken("preview-as-draft", "DP-PREV-002", "seals previews as messages", false,
             [](crypto::SealRequest& request, Bytes&) {
               if (request.kind != Kind::preview) return;
               request.kind = Kind::message;
               request.version = 0;
               request.parent = Hash32{};
             }),
      broken("short-preview", "DP-PREV-001", "cuts previews at 20 bytes", false,
             [](crypto::SealRequest& request, Bytes& padded) {
               if (request.kind != Kind::preview) return;
               auto text = crypto::unpad(Kind::preview, padded);
               if (!text || text->size() <= 20) return;
               text->resize(20);
               padded = *crypto::pad(Kind::preview, *text);
             }),
      broken("another-slot", "DP-KEY-001", "derives slot ids otherwise", false,
             [](crypto::SealRequest& request, Bytes&) {
               if (is_draft(request)) request.slot_id.bytes[0] ^= 1;
             }),
      broken("drops-copies", "DP-MERGE-007", "keeps no copy of the losing side", true,
             inside([](draft::Draft& draft) { draft.copies.clear(); })),
      broken("drops-unknown", "DP-EVO-001", "drops fields of newer schemas", true,
             inside([](draft::Draft& draft) { draft.unknown.clear(); })),
      broken("fresh-dots", "DP-MERGE-016", "gives every line the newest dot", true,
             inside([](draft::Draft& draft) {
               for (draft::Line& line : draft.lines) line.dot = draft.dot;
             })),
      broken("clears-nothing", "DP-MERGE-017", "clears without saying what", true,
             inside([](draft::Draft& draft) {
               if (draft.is_tombstone()) draft.cleared = draft::VersionVector();
             })),
      broken("wrong-clock", "DP-MERGE-023", "counts the logical clock twice", false,
             inside([](draft::Draft& draft) { draft.logical_clock *= 2; })),
      opens("any-kind", "DP-ENV-005", "opens envelopes of any kind as drafts",
            [](crypto::OpenRequest& request, ByteView envelope) {
              const auto header = crypto::parse_header(envelope);
              if (header && request.kind == Kind::draft) request.kind = header->kind;
            }),
      opens("any-slot", "DP-ENV-009", "opens envelopes of any slot",
            [](crypto::OpenRequest& request, ByteView envelope) {
              const auto header = crypto::parse_header(envelope);
              if (header) request.slot_id = header->slot_id;
            }),
  };
}

}  // namespace dp::conformance
