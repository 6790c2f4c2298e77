// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "reading_notes.hpp"

#include <utility>

#include "complaint.hpp"

namespace tollgate::app {

void ReadingNotes::add(const trail::StoredRow& row) {
  if (is_of_one_) clients_.insert(row.row.client_name);
  if (row.content == trail::ContentState::erased) ++erased_;
}

std::string ReadingNotes::clients() {
  if (clients_.size() <= told_) return {};
  told_ = clients_.size();
  std::string out = std::to_string(told_) + " clients have used this conversation id (";
  const char* between = "";
  for (const std::string& client : clients_)
    out.append(std::exchange(between, ", ")).append(client);
  return out.append("): --client says whose conversation is meant");
}

std::string ReadingNotes::erased() const {
  if (erased_ == 0) return {};
  return "the content of " + counted(erased_, "row") +
         " that fit was erased: what was in it is neither found nor shown";
}

}  // namespace tollgate::app
