// The verbs of scenario steps; see vocabulary.h.
#include "sim/scenario/vocabulary.h"

namespace dp::sim {
namespace {

using Kind = ArgumentKind;
constexpr bool kRequired = true;
constexpr bool kOptional = false;

ArgumentSpec way(std::string_view doc, bool required = kOptional) {
  return {"way", Kind::word, required, doc, {"up", "down", "both"}};
}
ArgumentSpec text_argument(std::string_view doc) {
  return {"text", Kind::text, kRequired, doc};
}
ArgumentSpec chat_argument() {
  return {"chat", Kind::chat, kRequired, "which chat"};
}
ArgumentSpec line_argument() {
  return {"line", Kind::count, kRequired, "which line, from 1"};
}

void add_person(std::vector<VerbSpec>& out) {
  auto verb = [&](std::string_view name, std::string_view doc,
                  std::vector<ArgumentSpec> arguments = {}) {
    out.push_back({name, Who::device, Power::person, doc, std::move(arguments)});
  };
  verb("open",
       "Opens a chat, or switches to it from another one, and puts the cursor into the editor.",
       {chat_argument(),
        {"focus", Kind::flag, kOptional, "whether the cursor goes there; true if not said"}});
  verb("compose",
       "Opens an empty composer for a new chat; it gets its id with the first keystroke.",
       {{"as", Kind::new_name, kOptional, "the name by which later steps know the new chat"}});
  verb("leave", "Leaves the chat; none is open.");
  verb("type", "Types at the end of what the editor holds.",
       {text_argument("what is typed"),
        {"pace", Kind::duration, kOptional, "time between keystrokes; without it all at once"}});
  verb("set_text", "Replaces the whole text of the editor.", {text_argument("the new text")});
  verb("add_line", "Adds a line at the end.", {text_argument("the line")});
  verb("change_line", "Replaces one line of the text.",
       {line_argument(), text_argument("the line")});
  verb("remove_line", "Removes one line of the text.", {line_argument()});
  verb("backspace", "Deletes characters from the end of the text.",
       {{"times", Kind::count, kOptional, "how many; 1 if not said"}});
  verb("reset_editor", "The editor empties itself while it is being refilled; nobody deleted it.");
  verb("focus", "Puts the cursor into the editor.");
  verb("blur", "Takes the cursor out of the editor.");
  verb("hide", "Hides the page (another tab, a locked screen).");
  verb("show", "Shows the page again.");
  verb("close",
       "Tells the page that it is about to go: its last chance to save. The process lives "
       "on until power_off or crash.");
  verb("clear", "Presses the button that throws the draft away.");
  verb("send", "Sends the message; the draft is used up.");
  verb("delete_chat", "Deletes a chat with everything in it.", {chat_argument()});
  verb("look_at_list", "Draws the list of chats, so previews are decrypted and cached.");
  verb("lock", "Locks the device or logs out: the keys are gone, typed text stays in the editor.");
  verb("unlock", "Unlocks the device: the keys are at hand again.");
}

void add_process(std::vector<VerbSpec>& out) {
  auto verb = [&](std::string_view name, std::string_view doc,
                  std::vector<ArgumentSpec> arguments = {}) {
    out.push_back({name, Who::device, Power::process, doc, std::move(arguments)});
  };
  verb("power_on", "Starts the program on the device, on the store it has.");
  verb("power_off", "Ends the program in order: what was written to disk stays.");
  verb("crash", "Kills the program at once; writes that were not flushed may be lost.",
       {{"after_effects", Kind::count, kOptional,
         "not now, but after so many more effects of the client, between two of them"}});
  verb("restart", "Kills the program and starts it again at once.");
  verb("pause", "The process is frozen; clocks run and frames wait.");
  verb("suspend", "The device sleeps: nothing runs and its monotonic clock stands still.");
  verb("resume", "Ends pause and suspend.");
  verb("snapshot", "Keeps a copy of the device's durable store, in place of an earlier copy.");
  verb("restore", "Kills the program, puts the kept copy of the store in place and starts it.",
       {{"row", Kind::count, kOptional,
         "only this row of the store, from 0, and not the others; all of them if not said"}});
  verb("clone", "Kills the program of another device and starts it on a copy of this one's store.",
       {{"to", Kind::device, kRequired, "the other device, of the same account"}});
  verb("wipe", "Kills the program, empties the store and starts it again, as a new device.");
  verb("slow_cipher", "From now on sealing takes this long.",
       {{"delay", Kind::duration, kRequired, "how long; \"0s\" is as fast as before"}});
}

void add_network(std::vector<VerbSpec>& out) {
  auto verb = [&](std::string_view name, std::string_view doc,
                  std::vector<ArgumentSpec> arguments = {}) {
    out.push_back({name, Who::device, Power::network, doc, std::move(arguments)});
  };
  verb("disconnect", "Cuts the connection; what was on its way is lost; the client may reconnect.");
  verb(
      "go_offline", "No network: the connection is cut and none can be made.",
      {{"hint", Kind::flag, kOptional, "whether the platform tells the client; true if not said"}});
  verb(
      "go_online", "The network is back.",
      {{"hint", Kind::flag, kOptional, "whether the platform tells the client; true if not said"}});
  verb("set_link", "Sets how long frames take.",
       {{"delay", Kind::duration, kRequired, "the least time a frame takes"},
        {"jitter", Kind::duration, kOptional, "up to so much is added, drawn per frame"}});
  verb("stall", "The present connection looks open but nothing arrives any more (half open).");
  verb("unstall", "The stalled connection goes on where it stopped.");
  verb("partition", "Nothing arrives in one direction, on this and on later connections.",
       {way("which direction; both if not said")});
  verb("unpartition", "Both directions work again.");
  verb("read_slowly", "The device takes frames off its connection very slowly.");
  verb("read_normally", "Ends read_slowly.");
  verb("refuse", "Attempts to connect are refused.");
  verb("accept", "Attempts to connect are accepted again.");
  verb("session", "What the authority says from now on about tokens of this device's account.",
       {{"verdict", Kind::word, kRequired, "its answer", {"accepted", "invalid", "unavailable"}}});
}

void add_wire(std::vector<VerbSpec>& out) {
  auto verb = [&](std::string_view name, std::string_view doc,
                  std::vector<ArgumentSpec> arguments = {}) {
    out.push_back({name, Who::device, Power::wire, doc, std::move(arguments)});
  };
  const ArgumentSpec frames{"frames", Kind::frame_type, kRequired, "frames of this type"};
  const ArgumentSpec times{"times", Kind::count, kOptional, "how many of them; 1 if not said"};
  verb("hold", "From the next frame of a type on, all that goes its direction waits, in order.",
       {frames});
  verb("release", "Lets held frames go on, in their order.");
  verb("cut_at", "Cuts the connection just as the next frame of a type would arrive: it is lost.",
       {frames});
  verb("tamper", "A hostile network acts on the next frames of a type inside a living connection.",
       {frames,
        {"how",
         Kind::word,
         kRequired,
         "what happens to them",
         {"drop", "duplicate", "swap", "corrupt", "replay"}},
        times,
        {"field", Kind::text, kOptional,
         "where corrupt strikes: a text gets another letter, a number becomes one higher; the "
         "middle of the frame if not said"}});
  verb("say",
       "Sends a frame to the server as it stands, over this device's connection. "
       "\"@chat:NAME\" inside it becomes the id of the chat.",
       {{"frame", Kind::raw_frame, kRequired, "the frame, or a text that is not one"}});
  verb("hear", "Delivers a frame to the client as it stands, as if the server had sent it.",
       {{"frame", Kind::raw_frame, kRequired, "the frame, or a text that is not one"}});
  verb("start_counting", "Sets the counters behind sent, received, writes and notices to zero.");
}

// What somebody seals who holds the keys of an account and is none of its devices.
VerbSpec forge_verb() {
  return {
      "forge",
      Who::device,
      Power::wire,
      "Seals an envelope with the keys of this device's account, for frames that are said or heard "
      "later; it is sent nowhere by itself.",
      {{"as", Kind::new_envelope, kRequired, "the name by which frames know it"},
       chat_argument(),
       {"kind",
        Kind::word,
        kOptional,
        "draft if not said; unsealed is a draft as clients wrote it before envelopes",
        {"draft", "preview", "tombstone", "message", "unsealed"}},
       {"text", Kind::text, kOptional, "the text of the draft, preview or message"},
       {"knows", Kind::flag, kOptional,
        "whether it was written on top of what the server holds; true if not said"},
       {"same_dots", Kind::flag, kOptional,
        "whether it includes exactly the saves of what the server holds: another merge of them"},
       {"sent", Kind::flag, kOptional, "whether a tombstone is of a sent message, not of a clear"},
       {"writer", Kind::count, kOptional, "which of several strangers wrote it; 0 if not said"},
       {"copies", Kind::count, kOptional, "how many kept copies the draft carries"},
       {"copy_text", Kind::text, kOptional, "what each of them begins with"},
       {"version", Kind::count, kOptional, "the version in its header; the next if not said"},
       {"parent",
        Kind::word,
        kOptional,
        "what it follows: what the server holds, nothing, or something nobody has",
        {"current", "nothing", "unknown"}},
       {"after", Kind::envelope, kOptional, "another envelope that it follows instead"},
       {"beside", Kind::envelope, kOptional, "of a preview: the draft it belongs to"},
       {"wrong",
        Kind::word,
        kOptional,
        "what is wrong with it; flags, suite, kind and key are sealed like that, the others are "
        "changed afterwards or inside",
        {"magic", "suite", "kind", "flags", "key", "account", "commitment", "ciphertext", "tag",
         "shorter", "longer", "padding", "payload", "schema"}}}};
}

void add_disk_and_clock(std::vector<VerbSpec>& out) {
  auto verb = [&](Power power, std::string_view name, std::string_view doc,
                  std::vector<ArgumentSpec> arguments = {}) {
    out.push_back({name, Who::device, power, doc, std::move(arguments)});
  };
  verb(Power::disk, "fail_writes", "The next writes to the store fail.",
       {{"times", Kind::count, kOptional, "how many; 1 if not said"}});
  verb(Power::disk, "fill_disk", "The disk is full: writes fail until disk_heals.");
  verb(Power::disk, "slow_disk", "From now on a write takes this long to become durable.",
       {{"delay", Kind::duration, kRequired, "how long"}});
  verb(Power::disk, "crashes_leave", "What a crash from now on does to writes not yet durable.",
       {{"unsynced",
         Kind::word,
         kRequired,
         "torn also leaves the last row half written",
         {"kept", "lost", "torn"}}});
  verb(Power::disk, "rot", "Flips one bit in a stored row.",
       {{"row", Kind::count, kOptional, "which row, from 0; 0 if not said"},
        {"bit", Kind::count, kOptional, "which bit; 1000 if not said, inside the ciphertext"}});
  verb(Power::disk, "disk_heals", "The disk works again and is no longer slow or full.");
  verb(Power::clock, "jump_clock", "The wall clock of the device jumps.",
       {{"by", Kind::signed_duration, kRequired, "how far, backwards if negative"}});
  verb(Power::clock, "drift_clock", "From now on both clocks of the device run too fast.",
       {{"ppm", Kind::number, kRequired, "parts per million; too slow if negative"}});
}

void add_server(std::vector<VerbSpec>& out) {
  auto verb = [&](Power power, std::string_view name, std::string_view doc,
                  std::vector<ArgumentSpec> arguments = {}) {
    out.push_back({name, Who::server, power, doc, std::move(arguments)});
  };
  verb(Power::server, "crash", "Kills the server: cache, counters and waiting jobs are gone.",
       {{"after_effects", Kind::count, kOptional,
         "not now, but after so many more effects of the server, between two of them"}});
  verb(Power::server, "start", "Starts the server on its database.");
  verb(Power::server, "restart", "Kills the server and starts it again at once.");
  verb(Power::server, "stop", "Stops the server in order: it writes everything, then closes.");
  verb(Power::server, "evict", "The cache forgets a slot.",
       {chat_argument(),
        {"record", Kind::flag, kOptional, "the record goes; true if not said"},
        {"counter", Kind::flag, kOptional, "the counter goes; true if not said"}});
  verb(Power::server, "hollow", "The cached record keeps its version and loses its content.",
       {chat_argument()});
  verb(Power::server, "cache_down", "Every operation of the cache fails.");
  verb(Power::server, "cache_up", "The cache works again.");
  verb(Power::server, "database_down", "Every request to the database fails.");
  verb(Power::server, "database_mute",
       "Every request to the database is carried out, and an error is all that it returns.");
  verb(Power::server, "database_up", "The database works again.");
  verb(Power::server, "database_slow", "The database answers this late.",
       {{"delay", Kind::duration, kRequired, "how late"}});
  verb(Power::server, "hold_jobs", "Persistence jobs wait.");
  verb(Power::server, "release_jobs", "Waiting persistence jobs run, and later ones at once.",
       {{"order", Kind::word, kOptional, "fifo if not said", {"fifo", "reversed"}}});
  verb(Power::server, "drop_jobs", "Waiting persistence jobs are lost without an answer.");
  verb(Power::server, "duplicate_jobs", "From now on every persistence job runs twice.",
       {{"twice", Kind::flag, kOptional, "false ends it"}});
  verb(Power::server, "backup", "Keeps a copy of the database, in place of an earlier copy.");
  verb(Power::server, "restore_backup",
       "Kills the server, puts the kept copy of the database in place and starts it again.");
  verb(
      Power::wire, "keep", "Keeps the envelope and preview that the server holds, for frames.",
      {chat_argument(), {"as", Kind::new_envelope, kRequired, "the name by which frames know it"}});
  verb(Power::clock, "jump_clock", "The wall clock of the server jumps.",
       {{"by", Kind::signed_duration, kRequired, "how far, backwards if negative"}});
  verb(Power::wire, "start_counting", "Sets the counters behind sent and received to zero.");
}

std::vector<VerbSpec> all_verbs() {
  std::vector<VerbSpec> out;
  add_person(out);
  add_process(out);
  add_network(out);
  add_wire(out);
  out.push_back(forge_verb());
  add_disk_and_clock(out);
  add_server(out);
  return out;
}

}  // namespace

const std::vector<VerbSpec>& verbs() {
  static const std::vector<VerbSpec> all = all_verbs();
  return all;
}

const VerbSpec* find_verb(Who who, std::string_view name) {
  for (const VerbSpec& verb : verbs()) {
    if (verb.who == who && verb.name == name) return &verb;
  }
  return nullptr;
}

}  // namespace dp::sim
