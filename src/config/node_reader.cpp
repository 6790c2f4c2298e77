// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "node_reader.hpp"

#include <utility>

#include "tollgate/base/nearest_name.hpp"

namespace tollgate::config {
namespace {

std::string scalar_in(const YAML::Node& entry, const char* key) {
  const YAML::Node value = entry[key];
  return value.IsDefined() && value.IsScalar() ? value.Scalar() : "";
}

/// What tells a list's entry from the others, wherever it stands: a listener has an address, a
/// target two names.
std::string name_of(const YAML::Node& entry, std::size_t index) {
  for (const char* key : {"name", "address"}) {
    if (std::string name = scalar_in(entry, key); !name.empty()) return name;
  }
  const std::string backend = scalar_in(entry, "backend");
  if (backend.empty()) return std::to_string(index);
  const std::string deployment = scalar_in(entry, "deployment");
  return deployment.empty() ? backend : backend + "/" + deployment;
}

/// Digits, perhaps with a point.
bool is_number(const YAML::Node& node) {
  return node.IsScalar() && !node.Scalar().empty() &&
         node.Scalar().find_first_not_of("0123456789.") == std::string::npos;
}

/// What `{input: 4,00}` is read as behind the comma: a key without a value.
template <class Entry>
bool is_rest_of_number(const Entry& entry) {
  return is_number(entry.first) && entry.second.IsNull();
}

}  // namespace

int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

std::string path_of(const std::string& section, const std::string& key) {
  return section.empty() ? key : section + "." + key;
}

MappingReader::MappingReader(ReadContext& context, const YAML::Node& node, Place place)
    : context_(context),
      node_(node),
      section_(std::move(place.section)),
      path_(std::move(place.path)) {
  if (!documenting()) find_duplicates();
}

void MappingReader::note(const std::string& key, std::string value) {
  if (documenting()) return;
  const bool given = has(key);
  context_.values.insert_or_assign(path_of(path_, key),
                                   SettingValue{std::move(value), waits_for_restart(key), given,
                                                given ? place_of(key).line + 1 : 0});
}

int MappingReader::line() const { return documenting() ? 0 : line_of(node_); }

bool MappingReader::has(const std::string& key) const {
  if (documenting()) return false;
  const YAML::Node node = node_;
  return node[key].IsDefined() && !node[key].IsNull();
}

bool MappingReader::has_list(const std::string& key) const {
  return has(key) && YAML::Node(node_)[key].IsSequence();
}

bool MappingReader::has_mapping(const std::string& key) const {
  return has(key) && YAML::Node(node_)[key].IsMap();
}

void MappingReader::error_in(const std::string& key, std::size_t index,
                             const std::string& message) {
  const YAML::Node entry = YAML::Node(node_)[key][index];
  const YAML::Mark mark = entry.IsDefined() ? entry.Mark() : place_of(key);
  context_.errors.push_back(
      {mark.line + 1, mark.column + 1,
       path_of(section_, key) + "[" + std::to_string(index) + "] " + message});
}

void MappingReader::error_on(int line, const std::string& message) {
  context_.errors.push_back({line, 0, message});
}

void MappingReader::error(const std::string& message) {
  if (documenting()) return;
  const std::string text = section_.empty() ? message : section_ + " " + message;
  context_.errors.push_back({line_of(node_), node_.Mark().column + 1, text});
}

/// Where the key's value stands; where the key does when it has none.
YAML::Mark MappingReader::place_of(const std::string& key) const {
  for (const auto& entry : node_) {
    if (!entry.first.IsScalar() || entry.first.Scalar() != key) continue;
    return entry.second.IsNull() ? entry.first.Mark() : entry.second.Mark();
  }
  return node_.Mark();
}

void MappingReader::error_at(const std::string& key, const std::string& message) {
  if (documenting()) return;
  const YAML::Mark mark = place_of(key);
  context_.errors.push_back(
      {mark.line + 1, mark.column + 1, path_of(section_, key) + " " + message});
}

void MappingReader::find_duplicates() {
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    if (!entry.first.IsScalar()) {
      context_.errors.push_back({line_of(entry.first), 1, "a key must be a plain word"});
    } else if (!is_rest_of_number(entry) && !seen.insert(entry.first.Scalar()).second) {
      context_.errors.push_back({line_of(entry.first), entry.first.Mark().column + 1,
                                 path_of(section_, entry.first.Scalar()) + " is given twice"});
    }
  }
}

std::optional<YAML::Node> MappingReader::take(const std::string& key, const char* type,
                                              std::string fallback, bool required,
                                              const char* doc) {
  declared_.insert(key);
  if (documenting()) {
    context_.docs->push_back(
        {section_, key, type, std::move(fallback), required, waits_for_restart(key), doc});
    return std::nullopt;
  }
  const YAML::Node node = node_;
  const YAML::Node value = node[key];
  if (value.IsDefined() && !value.IsNull()) return value;
  if (value.IsDefined()) {
    // `tls:` or `models:` with everything below it commented out must not quietly mean none or all.
    error_at(key, "has no value; leave the key out for its default");
    return std::nullopt;
  }
  if (required) error("needs " + key);
  return std::nullopt;
}

std::optional<std::string> MappingReader::scalar(const std::string& key, const char* type,
                                                 std::string fallback, bool required,
                                                 const char* doc) {
  const auto node = take(key, type, std::move(fallback), required, doc);
  if (!node) return std::nullopt;
  if (node->IsScalar()) return node->Scalar();
  error_at(key, std::string("must be ") + type);
  return std::nullopt;
}

void MappingReader::mapping(const std::string& key, const char* doc, bool required,
                            const std::function<void(MappingReader&)>& read) {
  const auto node = take(key, "a mapping", "", required, doc);
  if (!documenting() && !node) return;
  if (node && !node->IsMap()) return error_at(key, "must be a mapping");
  if (node) note(key, "");
  MappingReader reader(context_, node.value_or(YAML::Node()),
                       {path_of(section_, key), path_of(path_, key)});
  reader.all_at_restart_ = waits_for_restart(key);
  read(reader);
  reader.finish();
}

void MappingReader::list(const std::string& key, const char* doc, bool required,
                         const std::function<void(MappingReader&)>& read, const char* text_key) {
  const auto node = take(key, "a list of mappings", "", required, doc);
  if (documenting()) {
    MappingReader reader(context_, YAML::Node(), {path_of(section_, key) + "[]", ""});
    return read(reader);
  }
  if (!node) return;
  if (!node->IsSequence()) return error_at(key, "must be a list");
  if (required && node->size() == 0) return error_at(key, "must not be empty");
  std::size_t index = 0;
  for (const auto& entry : *node) {
    if (text_key == nullptr || !entry.IsScalar()) {
      read_entry(key, entry, index++, read);
      continue;
    }
    YAML::Node alone;
    alone[text_key] = YAML::Node(entry);
    read_entry(key, alone, index++, read);
  }
}

void MappingReader::read_entry(const std::string& key, const YAML::Node& entry, std::size_t index,
                               const std::function<void(MappingReader&)>& read) {
  const std::string section = path_of(section_, key) + "[" + std::to_string(index) + "]";
  if (!entry.IsMap()) {
    context_.errors.push_back(
        {line_of(entry), entry.Mark().column + 1, section + " must be a mapping"});
    return;
  }
  std::string name = key + "[" + name_of(entry, index) + "]";
  if (context_.values.contains(path_of(path_, name)))
    name.append("#").append(std::to_string(index));
  note(name, "");
  MappingReader reader(context_, entry, {section, path_of(path_, name)});
  read(reader);
  reader.finish();
}

void MappingReader::finish() {
  if (documenting()) return;
  std::string before;
  for (const auto& entry : node_) {
    if (!entry.first.IsScalar()) continue;
    const std::string& key = entry.first.Scalar();
    const std::string number_before = std::exchange(before, is_number(entry.second) ? key : "");
    if (declared_.count(key) != 0) continue;
    if (!number_before.empty() && is_rest_of_number(entry)) {
      error_at(number_before,
               "must be a decimal number such as 4 or 0.40, with a point and no "
               "comma");
      continue;
    }
    std::string message = path_of(section_, key);
    if (const auto refused = refused_.find(key); refused != refused_.end()) {
      message.append(" ").append(refused->second);
    } else {
      message += " is unknown" + did_you_mean(key, declared_);
    }
    context_.errors.push_back({line_of(entry.first), entry.first.Mark().column + 1, message});
  }
}

}  // namespace tollgate::config
