// One handler per frame a client may send. Each is run again after every answer until it is done;
// see tasks.h for what a handler may rely on.
#pragma once

#include "core/server/state.h"
#include "core/server/tasks.h"

namespace dp::server {

// changes.cc
Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::UpdateDraft& frame);
Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::DeleteDraft& frame);
// replay.cc
Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::SyncOfflineChanges& frame);
// messages.cc
Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::ChatMessageAdded& frame);
Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::DeleteChat& frame);
// listing.cc
Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::GetDraftVersions& frame);
Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::GetChatDetails& frame);
// initial_sync.cc
Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::InitialSyncRequest& frame);
// changes.cc
Progress handle_frame(Turn& turn, ConnId conn, const AccountId& account, Task& task,
                      const wire::Ping& frame);

}  // namespace dp::server
