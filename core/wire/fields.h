// Typed access to the members of one JSON object, with one sticky refusal per frame.
//
// A frame's reader asks for its fields in a row and never checks in between: the first field that
// is missing, mistyped or out of range fills the Refusal, later questions get empty values, and the
// caller looks at the Refusal once. Members nobody asks for are ignored.
//
//   Fields fields(index, JsonIndex::kRoot, Place{}, refusal);
//   const ChatId chat_id = fields.chat_id("chat_id");
//   const auto base_version = fields.optional_number("base_version");
//
// Presence: a plain accessor requires the member; `optional_` accepts its absence. Null counts as a
// wrong type everywhere except in the three nullable accessors. A path holds only names the
// protocol defines and positions, never a byte the peer chose (SEC-48).
// Lifetime: the index, and the Fields an inner Fields came from, must outlive the inner one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire/frames.h"
#include "core/wire/json_index.h"

namespace dp::wire {

// Where a value lies, as a chain on the stack that is only rendered when something is refused.
struct Place {
  const Place* outer = nullptr;
  std::string_view name = {};                 // empty for items and members of maps
  std::uint32_t position = JsonIndex::kNone;  // kNone for named members

  std::string path() const;  // e.g. "payload.changes[3].chat_id"
};

struct Refusal {
  bool refused = false;
  std::string path;
  std::uint32_t object = JsonIndex::kNone;  // the object whose member was refused
};

class Fields {
 public:
  // `object` may be kNone: then every required member is missing.
  Fields(const JsonIndex& index, std::uint32_t object, const Place& place, Refusal& refusal)
      : index_(index), object_(object), place_(place), refusal_(refusal) {}
  Fields(const Fields&) = delete;
  Fields& operator=(const Fields&) = delete;

  ChatId chat_id(std::string_view name);
  std::optional<ChatId> optional_chat_id(std::string_view name);
  ChangeId change_id(std::string_view name);
  std::optional<ChangeId> optional_change_id(std::string_view name);
  MessageId message_id(std::string_view name);
  std::uint64_t number(std::string_view name);  // [0, 2^53 - 1]
  std::optional<std::uint64_t> optional_number(std::string_view name);
  bool boolean(std::string_view name);
  bool optional_boolean(std::string_view name);  // absent is false
  bool is_exactly_true(std::string_view name);   // anything else is false, and never refused
  std::string text(std::string_view name);
  NullableText nullable_text(std::string_view name);           // must be present: text or null
  NullableText optional_nullable_text(std::string_view name);  // absent means the same as null
  MaybeText maybe_text(std::string_view name);                 // absent, null and text all differ

  bool has(std::string_view name);
  Fields object(std::string_view name);  // required
  std::vector<ChatId> chat_ids(std::string_view name);

  // A required array of objects. `read(Fields&)` runs for at most `items_max` of them; what lies
  // beyond is not looked at.
  template <class Read>
  void each_object(std::string_view name, std::size_t items_max, Read read);
  // A required object used as a map: `read(key, node)` runs for each member and returns false to
  // refuse it.
  template <class Read>
  void each_member(std::string_view name, Read read);

  void refuse(std::string_view name) { refuse_at(Place{&place_, name}, object_); }

 private:
  // The index of the member, or kNone. Starts behind the last hit: peers that write fields in our
  // order are read without searching.
  std::uint32_t find(std::string_view name);
  // The member if it has this kind; refuses and returns nullptr if it is absent or has another.
  const JsonNode* required(std::string_view name, JsonKind kind);
  // As above, but nullptr without a refusal if it is absent.
  const JsonNode* optional(std::string_view name, JsonKind kind);
  void refuse_at(const Place& place, std::uint32_t object);
  template <class Name>
  Name opaque_name(std::string_view name, const JsonNode* node);

  const JsonIndex& index_;
  const std::uint32_t object_;
  const Place place_;
  Refusal& refusal_;
  std::uint32_t last_hit_ = JsonIndex::kNone;
};

template <class Read>
void Fields::each_object(std::string_view name, std::size_t items_max, Read read) {
  const JsonNode* const list = required(name, JsonKind::array);
  if (list == nullptr) return;
  const Place list_place{&place_, name};
  const std::uint32_t array = last_hit_;
  std::uint32_t position = 0;
  for (auto item = index_.first_child(array); item != JsonIndex::kNone && position < items_max;
       item = index_.next_sibling(array, item), ++position) {
    const Place item_place{&list_place, {}, position};
    if (index_.node(item).kind != JsonKind::object) return refuse_at(item_place, object_);
    Fields fields(index_, item, item_place, refusal_);
    read(fields);
    if (refusal_.refused) return;
  }
}

template <class Read>
void Fields::each_member(std::string_view name, Read read) {
  if (required(name, JsonKind::object) == nullptr) return;
  const Place map_place{&place_, name};
  const std::uint32_t map = last_hit_;
  std::uint32_t position = 0;
  for (auto item = index_.first_child(map); item != JsonIndex::kNone;
       item = index_.next_sibling(map, item), ++position) {
    const JsonNode& node = index_.node(item);
    if (!read(node.key, node)) return refuse_at(Place{&map_place, {}, position}, object_);
  }
}

}  // namespace dp::wire
