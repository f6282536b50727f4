#include "conformance/vectors/defects.h"

#include <algorithm>
#include <iterator>

namespace dp::vectors {
namespace {

constexpr Defect kDefects[] = {
    // keys and passwords
    {"bad_epoch", "an epoch outside 1 to 1024"},
    {"bad_chat_id", "a chat id that is not a lowercase UUIDv4"},
    {"kdf_below_floor", "Argon2id parameters below the floor (DP-KEY-002)"},
    {"kdf_above_ceiling", "Argon2id parameters above the ceiling (DP-KEY-002)"},
    // spelling and padding
    {"base64_padding", "padding signs missing, too many, or in another place"},
    {"base64_length", "a number of letters that no bytes have"},
    {"base64_trailing_bits", "bits behind the last byte that are not zero"},
    {"base64_alphabet", "a character outside the standard alphabet"},
    {"base64_white_space", "white space"},
    {"content_too_long", "content that does not fit the kind's single bucket"},
    {"padding_not_zero", "a byte behind the marker that is not zero"},
    {"padding_without_marker", "no marker 0x80 behind the content"},
    {"padding_not_a_bucket", "a length that is no bucket"},
    {"padding_larger_bucket", "a bucket larger than the content needs"},
    {"padding_smaller_bucket", "a bucket below the kind's smallest"},
    // headers
    {"unknown_magic", "another magic than DSE1"},
    {"unknown_suite", "a suite that is not defined"},
    {"unknown_kind", "a kind that is not defined"},
    {"unknown_flags", "a flag that is set"},
    {"version_too_high", "a version above 2^53 - 1"},
    {"version_of_kind", "a version that the kind does not have"},
    {"parent_of_kind", "a parent where the kind has none"},
    {"slot_of_kind", "a slot id where the kind has none"},
    {"too_short", "too short for a header and a tag"},
    // opening
    {"changed_bit", "one bit changed since it was sealed"},
    {"changed_suite", "the number of the other suite"},
    {"missing_byte", "bytes missing since it was sealed"},
    {"additional_byte", "a byte added since it was sealed"},
    {"other_account", "sealed for another account"},
    {"other_key", "sealed under another key"},
    {"other_slot", "sealed for another slot"},
    {"other_kind", "sealed as another kind"},
    {"other_version", "delivered as another version than it was sealed for"},
    {"other_parent", "delivered with another parent than it was sealed for"},
    // payload
    {"payload_truncated", "a field that ends beyond the payload"},
    {"payload_missing_field", "a required field is missing"},
    {"payload_order", "fields that do not ascend, or tag 0"},
    {"payload_schema", "another schema than 1"},
    {"payload_operation", "no such operation"},
    {"payload_vector", "a vector in another spelling, or with sequence 0"},
    {"payload_dot", "a dot that the vector does not cover"},
    {"payload_number", "a number in another spelling, or above 2^53 - 1"},
    {"payload_cleared", "a field 6 in another spelling"},
    {"payload_cleared_dot", "a line that is cleared (DP-PAY-005)"},
    {"payload_text", "a text where there must be none, or none where there must be one"},
    {"payload_runs", "runs that do not match the lines"},
    {"payload_utf8", "a text that is not UTF-8"},
    {"payload_copies", "copies in another spelling or order"},
    // frames
    {"json_syntax", "no JSON"},
    {"not_an_object", "JSON, but not an object"},
    {"duplicate_key", "an object has the same key twice"},
    {"too_deep", "nested deeper than 8 levels"},
    {"lone_surrogate", "an escaped surrogate without its partner"},
    {"not_utf8", "bytes that are not UTF-8"},
    {"no_type", "neither type nor event is a string"},
    {"unknown_type", "no frame of that name goes this way"},
    {"missing_field", "a required field is missing"},
    {"wrong_type", "a field of the wrong type"},
    {"bad_value", "a text that is none of those allowed"},
    {"bad_name", "an id that is not 1 to 64 characters of A-Z a-z 0-9 _ -"},
    {"number_not_plain", "a number negative, fractional, with an exponent, or above 2^53 - 1"},
    {"two_chat_ids", "chat_id and chatId differ"},
    {"half_sealed", "only one of base_version and proposed_v"},
    // changes of slots
    {"stale_base", "a base that is not the slot's version"},
    {"version_not_above", "a number that is not above all known ones"},
    {"jump_too_wide", "a number more than 2^32 above the slot's"},
    {"null_text", "a sealed change without a text"},
    {"no_tombstone", "a sealed deletion without its tombstone"},
    {"slot_sealed", "an unsealed change of a slot that has held something sealed"},
    {"empty_text", "an unsealed text that is empty"},
    {"second_change", "a second change of one slot in one replay"},
    {"foreign_chat", "a chat of another account"},
    {"deleted_chat", "a chat that was deleted"},
    // sequences of states shown by a server
    {"rollback", "a state older than one that was shown before"},
    {"fork", "another envelope under a version that was shown before"},
    {"equivocation", "a history beside the one that was shown before"},
    {"loss", "a state that was shown before is gone, within W"},
    {"downgrade", "unsealed content in a slot that was sealed"},
};

}  // namespace

std::span<const Defect> all_defects() {
  return kDefects;
}

std::string_view description_of(std::string_view name) {
  const auto at = std::ranges::find(kDefects, name, &Defect::name);
  return at == std::end(kDefects) ? std::string_view() : at->description;
}

}  // namespace dp::vectors
