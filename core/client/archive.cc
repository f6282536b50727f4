// The archive: text that left a draft without a person having read it goes here first.
#include <algorithm>
#include <utility>

#include "core/client/transition.h"

namespace dp::client {
namespace {

std::string reason_name(NoticeKind reason) {
  switch (reason) {
    case NoticeKind::chat_deleted_kept_text:
      return "chat_deleted_kept_text";
    case NoticeKind::not_synced_refused:
      return "not_synced_refused";
    default:
      return "copy_archived";
  }
}

}  // namespace

void Transition::archive(Staged& staged, NoticeKind reason, const draft::Lines& lines) {
  if (lines.empty()) return;
  ArchivedText text{staged.row.chat, reason_name(reason), lines};
  const auto same = [&](const ArchivedText& other) {
    return other.chat == text.chat && other.lines == text.lines;
  };
  if (std::ranges::any_of(staged.archived, same)) return;
  const bool kept_already =
      std::ranges::any_of(s_.archive, [&](const ArchiveRow& row) { return same(row.text); });
  // The text leaves the editor all the same, so its person is told again where it is.
  if (kept_already && reason != NoticeKind::chat_deleted_kept_text) return;
  if (!kept_already) staged.archived.push_back(std::move(text));
  const std::pair<NoticeKind, std::string> said{reason, ""};
  if (std::ranges::find(staged.notices, said) == staged.notices.end()) {
    staged.notices.push_back(said);
  }
}

void Transition::archive_copies(Staged& staged, NoticeKind reason,
                                const std::vector<draft::Copy>& copies) {
  for (const draft::Copy& copy : copies) archive(staged, reason, copy.lines);
}

// Text that was never saved has no dots.
void Transition::archive_text(Staged& staged, NoticeKind reason, std::string_view text) {
  draft::Lines lines;
  for (const std::string_view line : draft::split_lines(text)) {
    lines.push_back({std::string(line), {}});
  }
  archive(staged, reason, lines);
}

}  // namespace dp::client
