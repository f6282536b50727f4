// What oracles and expectations read of a World.
#include "sim/world/state.h"

namespace dp::sim {

Phase World::phase() const {
  return state_->phase;
}
const WorldConfig& World::config() const {
  return state_->config;
}
const DeviceConfig& World::device_config(DeviceId device) const {
  return state_->device(device).config;
}
const client::Client* World::client(DeviceId device) const {
  return std::get_if<client::Client>(&state_->device(device).core);
}
const FieldClient* World::field_client(DeviceId device) const {
  return std::get_if<FieldClient>(&state_->device(device).core);
}
ClientPort* World::port(DeviceId device) const {
  return state_->device(device).port.get();
}
bool World::is_sealed(DeviceId device) const {
  const Device& host = state_->device(device);
  return std::holds_alternative<client::Client>(host.core) ||
         std::holds_alternative<ForeignClient>(host.core);
}
const client::Config& World::client_config(DeviceId device) const {
  return state_->device(device).config.client;
}
std::vector<client::SlotDraft> World::drafts(DeviceId device) const {
  if (const auto* ours = client(device)) return ours->drafts();
  std::vector<client::SlotDraft> out;
  if (!is_sealed(device)) return out;
  for (client::SlotFacts& facts : port(device)->slots()) {
    out.push_back({facts.chat, std::make_shared<const draft::Draft>(std::move(facts.local))});
  }
  return out;
}
std::vector<client::QueuedChange> World::queued(DeviceId device) const {
  const auto* ours = client(device);
  return ours == nullptr ? std::vector<client::QueuedChange>() : ours->queued();
}
std::vector<client::ArchivedText> World::archive(DeviceId device) const {
  if (const auto* ours = client(device)) return ours->archive();
  if (!is_sealed(device)) return {};
  return port(device)->archive();
}
std::optional<std::string> World::cached_preview(DeviceId device, const ChatId& chat) const {
  if (const auto* ours = client(device)) return ours->cached_preview(chat, device_now(device));
  if (!is_sealed(device)) return std::nullopt;
  return port(device)->cached_preview(chat);
}
std::uint64_t World::revision(DeviceId device) const {
  if (const auto* ours = client(device)) return ours->revision();
  return is_sealed(device) ? port(device)->revision() : 0;
}
client::View World::view(DeviceId device) const {
  if (const auto* sealed = client(device)) return sealed->view();
  if (const auto* field = field_client(device)) return field->view();
  if (is_sealed(device)) return port(device)->view();
  return {};
}
std::vector<client::SlotFacts> World::slots(DeviceId device) const {
  if (const auto* sealed = client(device)) return sealed->slots();
  if (const auto* field = field_client(device)) return field->slots();
  if (is_sealed(device)) return port(device)->slots();
  return {};
}
Now World::device_now(DeviceId device) const {
  return state_->device(device).clock.at(state_->now_us);
}
const Disk& World::disk(DeviceId device) const {
  return state_->device(device).storage.disk;
}
const server::Server* World::server() const {
  return state_->server.core ? &*state_->server.core : nullptr;
}
const server::DatabaseTable& World::database() const {
  return state_->server.table;
}
std::size_t World::queued_jobs() const {
  return state_->server.jobs.size();
}

std::vector<Bytes> World::key_material() const {
  return state_->keys.material();
}
Result<crypto::Opened> World::audit_open(std::size_t account, const crypto::OpenRequest& request,
                                         ByteView envelope) const {
  crypto::OpenRequest with_key = request;
  with_key.key = state_->keys.key(account);
  with_key.account = state_->accounts[account];
  const crypto::Cipher& cipher = state_->keys.cipher();
  return cipher.open(with_key, envelope);
}
Result<Bytes> World::audit_open_field(std::size_t account, ByteView iv_ct_tag) const {
  return state_->keys.cipher().open_field(state_->keys.key(account), iv_ct_tag);
}

Hash32 World::audit_hash(ByteView envelope) const {
  const crypto::Cipher& cipher = state_->keys.cipher();
  return cipher.sha256(envelope);
}
Result<SlotId> World::slot_id(std::size_t account, const ChatId& chat) const {
  const crypto::Cipher& cipher = state_->keys.cipher();
  return cipher.slot_id(state_->keys.key(account), chat);
}

void World::attach(Observer* observer) {
  state_->observers.value.push_back(observer);
}
void World::detach(Observer* observer) {
  std::erase(state_->observers.value, observer);
}
DigestValue World::digest() const {
  return state_->digest.value();
}
std::uint64_t World::events() const {
  return state_->next_sequence;
}
std::uint64_t World::frames_delivered() const {
  return state_->frames_delivered;
}
const std::vector<RecordedEvent>& World::trace() const {
  return state_->trace;
}
const FaultCounts& World::fault_counts() const {
  return state_->counts;
}
const Tape& World::tape() const {
  return state_->tape;
}
Tape& World::tape() {
  return state_->tape;
}

}  // namespace dp::sim
