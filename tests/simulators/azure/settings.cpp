// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "settings.hpp"

#include <stdexcept>

namespace tollgate::simulator {

using nlohmann::json;

namespace {

Settings::AbortBilling abort_billing(const std::string& text) {
  if (text == "full") return Settings::AbortBilling::full;
  if (text == "produced") return Settings::AbortBilling::produced;
  throw std::invalid_argument("abort_billing is full or produced");
}

void set(Settings& out, const std::string& name, const json& value) {
  if (name == "abort_billing") {
    out.abort_billing = abort_billing(value.get<std::string>());
  } else if (name == "work_ms") {
    out.work_ms = value.get<int>();
  } else if (name == "work_polls") {
    out.work_polls = value.get<int>();
  } else if (name == "blob_blocks") {
    out.blob_blocks = value.get<int>();
  } else if (name == "batch_usage") {
    out.batch_usage = value.get<bool>();
  } else {
    throw std::invalid_argument("unknown setting: " + name);
  }
}

}  // namespace

Settings SettingsStore::get() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

void SettingsStore::update(const json& given) {
  Settings changed = get();
  for (const auto& [name, value] : given.items()) set(changed, name, value);
  const std::lock_guard lock(mutex_);
  settings_ = changed;
}

void SettingsStore::reset() {
  const std::lock_guard lock(mutex_);
  settings_ = {};
}

}  // namespace tollgate::simulator
