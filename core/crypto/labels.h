// Every label of every derivation, in one place (SEC-25).
//
// Guarantees (tested): no two are equal, none is a prefix of another, and the code mentions each
// exactly once, so no output of one derivation can stand in for an output of another.
#pragma once

#include <array>
#include <string_view>

namespace dp::crypto {

// The lengths are given because the trailing zero bytes belong to the labels.
inline constexpr std::string_view kLabelWrap{"ds1/wrap\0", 9};     // root -> wrap key
inline constexpr std::string_view kLabelAuth{"ds1/auth\0", 9};     // root -> auth secret
inline constexpr std::string_view kLabelIndex{"ds1/index\0", 10};  // M -> K_index
inline constexpr std::string_view kLabelEpoch{"ds1/epoch\0", 10};  // M, epoch -> Ke
inline constexpr std::string_view kLabelField{"ds1/field\0", 10};  // M -> K_field
inline constexpr std::string_view kLabelSlotId{"ds1/sid\0", 8};    // K_index, chat -> slot id
inline constexpr std::string_view kLabelRowId{"ds1/row\0", 8};     // K_index, row name -> row id
inline constexpr std::string_view kLabelKeyId{"ds1/kid\0", 8};     // Ke -> key id
inline constexpr std::string_view kLabelSlotKey{"ds1/slot", 8};    // Ke, slot id -> K_slot
inline constexpr std::string_view kLabelMessage{"ds1/msg\0", 8};   // K_slot, N, AAD -> OKM
inline constexpr std::string_view kLabelNonce{"ds1/nonce", 9};     // K_slot, randomness -> N
inline constexpr std::string_view kLabelAad{"draftsync/v1\0\0\0\0", 16};  // begins the AAD

inline constexpr std::array kLabels = {
    kLabelWrap,  kLabelAuth,  kLabelIndex,   kLabelEpoch,   kLabelField, kLabelSlotId,
    kLabelRowId, kLabelKeyId, kLabelSlotKey, kLabelMessage, kLabelNonce, kLabelAad,
};

}  // namespace dp::crypto
