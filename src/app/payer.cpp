// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "payer.hpp"

#include "tollgate/base/nearest_name.hpp"
#include "tollgate/reports/usage_row.hpp"

namespace tollgate::app {

Result<Payer> Payer::parse(const StatementOptions& options) {
  const int named = (options.tag.empty() ? 0 : 1) + (options.client.empty() ? 0 : 1) +
                    (options.unused_capacity ? 1 : 0);
  if (named != 1) {
    return Error{Errc::invalid_input,
                 "a statement is of a --tag NAME=VALUE, of a --client or of --unused-capacity"};
  }
  Payer out;
  if (!options.client.empty()) {
    out.kind_ = Kind::client;
    out.name_ = options.client;
  }
  if (options.tag.empty()) return out;
  const std::size_t sign = options.tag.find('=');
  if (sign == std::string::npos || sign == 0)
    return Error{Errc::invalid_input, "--tag takes a name and a value: cost_center=4711"};
  out.kind_ = Kind::tag;
  out.name_ = options.tag.substr(0, sign);
  out.value_ = options.tag.substr(sign + 1);
  return out;
}

bool Payer::pays(const usage::UsageRecord& record) const {
  const bool rest = reports::kind_of_reason(record.cost_reason) != reports::RowKind::operations;
  // Of an hour that is not shared out nobody knows the rest: not yet, or never, as its reason says.
  const bool open = record.cost_basis == usage::CostBasis::allocated_later;
  if (kind_ == Kind::nobody) return rest || open;
  if (rest) return false;
  if (kind_ == Kind::client) return record.client_name == name_;
  const auto found = record.tags.find(name_);
  return found != record.tags.end() && found->second == value_;
}

std::string Payer::words() const {
  if (kind_ == Kind::nobody) return "nobody: unused capacity";
  return kind_ == Kind::client ? "client " + name_ : name_ + "=" + value_;
}

std::string Payer::group() const {
  if (kind_ == Kind::nobody) return "";
  return kind_ == Kind::client ? "client" : "tag:" + name_;
}

Result<void> Payer::known(const std::map<std::string, std::map<std::string, std::string>>& clients,
                          const std::set<std::string>& met) const {
  if (kind_ == Kind::nobody) return {};
  std::set<std::string> tags;
  std::set<std::string> values = met;
  for (const auto& [client, of_client] : clients) {
    if (kind_ == Kind::client) values.insert(client);
    for (const auto& [tag, value] : of_client) {
      tags.insert(tag);
      if (kind_ == Kind::tag && tag == name_) values.insert(value);
    }
  }
  const std::string& wanted = kind_ == Kind::client ? name_ : value_;
  if (values.contains(wanted)) return {};
  const std::string nobody = "no client and no record of this time ";
  if (kind_ == Kind::client)
    return Error{Errc::invalid_input, nobody + "is named " + name_ + did_you_mean(name_, values)};
  if (values.empty()) {
    return Error{Errc::invalid_input, nobody + "has the tag " + name_ + did_you_mean(name_, tags)};
  }
  return Error{Errc::invalid_input,
               nobody + "has the tag " + words() + did_you_mean(value_, values)};
}

}  // namespace tollgate::app
