#include "core/server/version_rules.h"

#include <algorithm>
#include <utility>

#include "core/vocabulary/bytes.h"

namespace dp::server {
namespace {

using wire::ErrorCode;

Hash32 identity_of(std::string_view text, const crypto::Hasher& hasher) {
  // Field ciphertext is opaque and need not be canonical base64; then its text is its identity.
  if (const auto bytes = base64_decode(text)) return hasher.sha256(*bytes);
  return hasher.sha256(as_bytes(text));
}

Ruling refuse(ErrorCode code, const Standing& standing) {
  return {Ruling::Kind::refuse, code, 0, standing.current};
}

Ruling conflict(const Standing& standing) {
  return {Ruling::Kind::conflict, ErrorCode::internal, version_of(standing.current),
          standing.current};
}

bool holds_the_same_bytes(const Stored& current, const Change& change) {
  if (!change.text || current.row.deleted != change.deletion) return false;
  if (change.deletion) return current.row.tombstone == change.text;
  if (current.row.draft != change.text) return false;
  // A sealed preview is bound to its draft, so it cannot change under the same envelope.
  return change.base || !change.preview.present || change.preview.value == current.row.preview;
}

std::optional<Ruling> rule_repeat(const Standing& standing, const Change& change) {
  const Version current_v = version_of(standing.current);
  if (standing.current && holds_the_same_bytes(*standing.current, change)) {
    return Ruling{Ruling::Kind::repeat, ErrorCode::internal, current_v, standing.current};
  }
  if (!change.id) return std::nullopt;
  const auto known = std::ranges::find_if(standing.remembered, [&](const Remembered& one) {
    return one.id == *change.id && one.deletion == change.deletion;
  });
  if (known == standing.remembered.end()) return std::nullopt;
  if (known->version == current_v) {
    return Ruling{Ruling::Kind::repeat, ErrorCode::internal, current_v, standing.current};
  }
  // An older sealed change goes on to its conflict: the dots tell its writer that it is covered.
  if (change.base) return std::nullopt;
  return Ruling{Ruling::Kind::superseded, ErrorCode::internal, known->version, standing.current};
}

DraftRow next_row(const Standing& standing, const Change& change, Version version, Micros wall_us) {
  DraftRow row;
  row.slot = change.slot;
  row.version = version;
  row.deleted = change.deletion;
  row.sealed = change.base.has_value();
  row.changed_wall_us = wall_us;
  const DraftRow* before = standing.current ? &standing.current->row : nullptr;
  row.cleared_version = change.deletion ? version : (before ? before->cleared_version : 0);
  if (change.deletion) {
    row.tombstone = change.text;
    return row;
  }
  row.draft = change.text;
  if (change.preview.present) {
    row.preview = change.preview.value;
  } else if (!row.sealed && before && !before->deleted) {
    row.preview = before->preview;  // absent means "leave as it is"; a sealed one would not open
  }
  return row;
}

// The public header of what the change carries, if it is an envelope of this kind at the proposed
// version. The server reads it; only a device can tell whether it is genuine.
std::optional<crypto::Header> header_of(ByteView envelope, crypto::Kind kind, Version version) {
  const auto header = crypto::parse_header(envelope);
  if (!header || header->kind != kind || header->version != version) return std::nullopt;
  return *header;
}

bool preview_belongs(const Change& change, const crypto::Header& draft, const Hash32& draft_hash) {
  if (!change.preview.present || !change.preview.value) return true;
  const auto bytes = base64_decode(*change.preview.value);
  if (!bytes) return false;
  const auto header = header_of(*bytes, crypto::Kind::preview, draft.version);
  return header && header->slot_id == draft.slot_id && header->parent == draft_hash;
}

Ruling rule_sealed(const Standing& standing, const Change& change, Micros wall_us,
                   const crypto::Hasher& hasher) {
  if (!change.text) return refuse(ErrorCode::envelope_invalid, standing);
  const Version proposed = *change.proposed;
  const auto bytes = base64_decode(*change.text);
  if (!bytes) return refuse(ErrorCode::envelope_invalid, standing);
  const auto kind = change.deletion ? crypto::Kind::tombstone : crypto::Kind::draft;
  const auto header = header_of(*bytes, kind, proposed);
  if (!header) return refuse(ErrorCode::envelope_invalid, standing);
  const Hash32 hash = hasher.sha256(*bytes);
  if (!preview_belongs(change, *header, hash)) {
    return refuse(ErrorCode::envelope_invalid, standing);
  }

  const Hash32 stored_hash =
      standing.current ? standing.current->hash.value_or(Hash32{}) : Hash32{};
  if (*change.base != version_of(standing.current) || header->parent != stored_hash) {
    return conflict(standing);
  }
  if (proposed <= standing.highest || proposed - standing.highest > kVersionJumpMax ||
      proposed > kVersionMax) {
    return refuse(ErrorCode::version_invalid, standing);
  }
  auto stored = std::make_shared<Stored>();
  stored->row = next_row(standing, change, proposed, wall_us);
  stored->hash = hash;
  return {Ruling::Kind::store, ErrorCode::internal, proposed, std::move(stored)};
}

Ruling rule_field(const Standing& standing, const Change& change, Micros wall_us,
                  const crypto::Hasher& hasher) {
  if (standing.current && standing.current->row.sealed) {
    return refuse(ErrorCode::slot_sealed, standing);
  }
  if (change.seen && version_of(standing.current) > *change.seen) return conflict(standing);
  if (!change.deletion && (!change.text || change.text->empty())) {
    return refuse(ErrorCode::envelope_invalid, standing);  // never an empty record (R03)
  }
  const Version version = standing.highest + 1;
  if (version > kVersionMax) return refuse(ErrorCode::version_invalid, standing);
  return {Ruling::Kind::store, ErrorCode::internal, version,
          make_stored(next_row(standing, change, version, wall_us), hasher)};
}

}  // namespace

StoredRef make_stored(DraftRow row, const crypto::Hasher& hasher) {
  auto stored = std::make_shared<Stored>();
  stored->row = std::move(row);
  const wire::NullableText& text = stored->row.deleted ? stored->row.tombstone : stored->row.draft;
  if (text) stored->hash = identity_of(*text, hasher);
  return stored;
}

Version version_of(const StoredRef& stored) {
  return stored ? stored->row.version : 0;
}

Ruling rule(const Standing& standing, const Change& change, Micros wall_us,
            const crypto::Hasher& hasher) {
  // Half a sealed change is no change, not even a repeated one (DP-FRAME-002).
  if (change.base.has_value() != change.proposed.has_value()) {
    return refuse(ErrorCode::invalid_frame, standing);
  }
  if (auto known = rule_repeat(standing, change)) return *std::move(known);
  return change.base ? rule_sealed(standing, change, wall_us, hasher)
                     : rule_field(standing, change, wall_us, hasher);
}

}  // namespace dp::server
