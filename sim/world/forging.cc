// Envelopes sealed by somebody who holds an account's keys and is none of its devices.
//
// Honest ones are traced as seals of the device they are made for, so that the oracles take them
// for what they are: content of this account. Those under a wrong header are not, so the first
// device that opens one is caught.
#include "sim/tape/core_random.h"
#include "sim/world/cipher_tap.h"
#include "sim/world/state.h"

namespace dp::sim {
namespace {

constexpr std::uint32_t kForgerNode = 0xFFFFFFFE;

}  // namespace

Result<Bytes> World::seal_as(DeviceId device, crypto::SealRequest request,
                             ByteView padded_plaintext) {
  WorldState& state = running();
  const Device& host = state.device(device);
  const std::size_t account = host.config.account;
  request.key = state.keys.key(account);
  request.account = state.accounts[account];
  request.suite = state.config.accounts[account].suite;
  CipherTap tap(state, host.node);
  crypto::RecordingCipher cipher(state.keys.cipher(), tap);
  CoreRandom random(state.config.seed, kForgerNode, state.forger_draws);
  return cipher.seal(request, padded_plaintext, random);
}

Result<Bytes> World::seal_field_as(DeviceId device, ByteView text) {
  WorldState& state = running();
  const Device& host = state.device(device);
  CipherTap tap(state, host.node);
  crypto::RecordingFieldSealer sealer(state.keys.field_sealer(), tap);
  CoreRandom random(state.config.seed, kForgerNode, state.forger_draws);
  return sealer.seal_field(state.keys.key(host.config.account), text, random);
}

Result<Bytes> World::reseal_as(DeviceId device, std::size_t account, ByteView honest,
                               ByteView header, ByteView padded_plaintext) const {
  const std::size_t own = account_of(device);
  return state_->keys.reseal(own, state_->accounts[account], honest, header, padded_plaintext);
}

}  // namespace dp::sim
