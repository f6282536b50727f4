// Shows every call at the cipher seam of one node to the trace.
//
// Lifetime: made on the stack for one step, so that worlds hold no pointers into themselves.
#pragma once

#include "core/crypto/recording_cipher.h"
#include "sim/world/state.h"

namespace dp::sim {

class CipherTap final : public crypto::CipherObserver {
 public:
  CipherTap(WorldState& world, NodeId node) : world_(world), node_(node) {}

  void saw_seal(const crypto::SealSeen& seen) override;
  void saw_open(const crypto::OpenSeen& seen) override;
  void saw_field_seal(const crypto::FieldSeen& seen) override;
  void saw_field_open(const crypto::FieldSeen& seen) override;

 private:
  WorldState& world_;
  NodeId node_;
};

}  // namespace dp::sim
