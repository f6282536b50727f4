// Everything that can happen to a client: people, clocks, disks and the network, as values.
//
// A host delivers exactly one event per step. Completion events (StoreWritten, SealTurnCame, Conn*)
// answer effects of the same id; a host may lose them only by crashing the client.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/crypto/cipher.h"
#include "core/vocabulary/bytes.h"
#include "core/vocabulary/ids.h"

namespace dp::client {

// ---- the process --------------------------------------------------------------------------------
struct StoreRow {
  std::string key;
  Bytes value;
  auto operator<=>(const StoreRow&) const = default;
};
// First event of every boot, with all rows the disk holds. `boot` grows with each boot of the host.
struct StoreOpened {
  std::vector<StoreRow> rows;
  std::uint64_t boot = 0;
};
struct Unlocked {  // keys are at hand; until then nothing is sealed, written or sent
  crypto::KeyRef key;
};
struct Locked {};  // keys are gone (logout, locked device); typed text stays in the editor
struct TimerFired {};

// ---- the person ---------------------------------------------------------------------------------
struct ChatOpened {  // switching chats: the previous draft is flushed, the stored text restored
  ChatId chat;
};
struct ComposerOpened {};  // a new chat; the client draws its id once, at the first keystroke
struct ChatClosed {};      // no chat is open any more
struct Edited {            // the whole new text of the open editor
  std::string text;
};
// The editor reports "" while it is being refilled (R54): a UI artefact, not a person's deletion.
struct EditorReset {};
struct Focused {};
struct Blurred {};
struct Hidden {};
struct Shown {};
struct Closing {};  // the page or program is about to go: last chance to flush
struct ClearPressed {};
struct SendPressed {};
struct ChatDeletePressed {
  ChatId chat;
};
struct PreviewsNeeded {};  // the chat list is being drawn: previews are decrypted into the cache

// ---- the network --------------------------------------------------------------------------------
struct NetHint {  // the platform believes there is or is no network
  bool online = true;
};
struct ConnOpened {
  ConnEpoch epoch;
};
struct ConnClosed {  // also a refused or failed attempt: code 0
  ConnEpoch epoch;
  std::uint16_t code = 0;
};
struct FrameArrived {
  ConnEpoch epoch;
  std::string text;
};

// ---- completions --------------------------------------------------------------------------------
struct StoreWritten {
  WriteId write;
  bool ok = true;
};
struct SealTurnCame {
  SealId seal;
};

using Event =
    std::variant<StoreOpened, Unlocked, Locked, TimerFired, ChatOpened, ComposerOpened, ChatClosed,
                 Edited, EditorReset, Focused, Blurred, Hidden, Shown, Closing, ClearPressed,
                 SendPressed, ChatDeletePressed, PreviewsNeeded, NetHint, ConnOpened, ConnClosed,
                 FrameArrived, StoreWritten, SealTurnCame>;

}  // namespace dp::client
