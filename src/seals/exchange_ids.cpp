// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/seals/exchange_ids.hpp"

#include <algorithm>
#include <utility>

#include "tollgate/operations/id_places.hpp"
#include "tollgate/operations/id_words.hpp"
#include "tollgate/usage/json_path_scanner.hpp"

namespace tollgate::seals {

using operations::IdKind;

std::optional<std::string> ExchangeIds::open(std::string_view id) {
  if (!Seals::looks_sealed(id)) return std::nullopt;
  const auto known = opened_.find(std::string(id));
  if (known != opened_.end()) return known->second;
  std::optional<ledger::StoredObject> object = seals_.open(id);
  if (!object || object->client_name != client_) return std::nullopt;
  std::string original = object->id;
  opened_.emplace(id, original);
  shown_.emplace(original, id);
  told_.emplace(original, std::move(*object));
  return original;
}

std::optional<std::string> ExchangeIds::open_at_place(std::string_view id) {
  const bool looks_like_one =
      Seals::looks_sealed(id) || operations::id_kind(id) != operations::IdKind::none;
  if (!looks_like_one || bare_.contains(std::string(id))) return std::nullopt;
  std::optional<std::string> opened = open(id);
  if (!opened) bare_.emplace(id);
  return opened;
}

void ExchangeIds::answered(const usage::UsageRecord& record,
                           const operations::Operation& operation) {
  record_ = &record;
  path_ = operation.v1_path.empty() ? operation.legacy_path : operation.v1_path;
  leaves_object_ = operation.leaves_id(operations::Leaves::answer);
}

std::optional<std::string> ExchangeIds::of(std::size_t path, std::string_view value) {
  if (record_ == nullptr || !operations::is_id_place(path) ||
      value.size() > usage::JsonPathScanner::kLongestValue)
    return std::nullopt;
  const bool is_own = leaves_object_ && operations::is_own_id(path) && !value.empty();
  if (!is_own && operations::id_kind(value) == IdKind::none) return std::nullopt;
  const std::string& out = shown(value);
  return out == value ? std::nullopt : std::optional(out);
}

std::string ExchangeIds::shown_url(std::string_view url) {
  std::string out;
  const std::size_t end = std::min(url.find_first_of("?#"), url.size());
  for (std::size_t at = 0; at < end;) {
    const std::size_t stop = std::min(url.find('/', at), end);
    const std::string_view segment = url.substr(at, stop - at);
    const bool is_id = operations::id_kind(segment) != IdKind::none;
    out.append(is_id ? std::string_view(shown(segment)) : segment);
    if (stop < end) out.push_back('/');
    at = stop + 1;
  }
  return out.append(url.substr(end));
}

const std::string& ExchangeIds::shown(std::string_view id) {
  const auto found = shown_.find(std::string(id));
  if (found != shown_.end()) return found->second;
  return shown_.emplace(id, seals_.seal(described(id))).first->second;
}

/// What is sealed with an id must not depend on where it is shown, or it would be another one each
/// time: models and deployments go with those alone that the operation is about.
ledger::StoredObject ExchangeIds::described(std::string_view id) const {
  ledger::StoredObject out{std::string(id), client_, record_->backend, {}, {}, {}};
  const auto is_below = [this](std::string_view root) { return path_.starts_with(root); };
  const IdKind kind = operations::id_kind(id);
  const bool names_all = (kind == IdKind::response && is_below("/responses")) ||
                         (kind == IdKind::batch && is_below("/batches")) ||
                         (kind == IdKind::assistant && is_below("/assistants"));
  const bool names_model = kind == IdKind::file && (is_below("/files") || is_below("/batches"));
  if (names_all) out.deployment = record_->backend_deployment;
  if (names_all || names_model) out.model = record_->requested_model;
  if (names_all && kind == IdKind::response) out.conversation = record_->conversation_id;
  return out;
}

}  // namespace tollgate::seals
