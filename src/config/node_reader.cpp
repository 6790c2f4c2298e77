// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "node_reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

#include "tollgate/base/network.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/config/values.hpp"

namespace tollgate::config {
namespace {

std::string path_of(const std::string& section, const std::string& key) {
  return section.empty() ? key : section + "." + key;
}

std::string text_of(milliseconds value) {
  const auto ms = value.count();
  if (ms % 86'400'000 == 0 && ms > 0) return std::to_string(ms / 86'400'000) + "d";
  if (ms % 60'000 == 0 && ms > 0) return std::to_string(ms / 60'000) + "m";
  if (ms % 1000 == 0) return std::to_string(ms / 1000) + "s";
  return std::to_string(ms) + "ms";
}

std::string text_of_size(std::size_t value) {
  for (const auto& [shift, unit] : {std::pair{30, "GiB"}, {20, "MiB"}, {10, "KiB"}}) {
    if (value != 0 && value % (1ULL << shift) == 0) return std::to_string(value >> shift) + unit;
  }
  return std::to_string(value);
}

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

}  // namespace

MappingReader::MappingReader(ReadContext& context, const YAML::Node& node, std::string section)
    : context_(context), node_(node), section_(std::move(section)) {
  if (!documenting()) find_duplicates();
}

int MappingReader::line() const { return documenting() ? 0 : line_of(node_); }

bool MappingReader::has(const std::string& key) const {
  if (documenting()) return false;
  const YAML::Node node = node_;
  return node[key].IsDefined() && !node[key].IsNull();
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
    } else if (!seen.insert(entry.first.Scalar()).second) {
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
    context_.docs->push_back({section_, key, type, std::move(fallback), required, doc});
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

void MappingReader::text(const std::string& key, std::string& out, const char* doc, bool required) {
  if (const auto value = scalar(key, "text", out, required, doc)) {
    if (value->empty()) return error_at(key, "must not be empty");
    out = *value;
  }
}

void MappingReader::name(const std::string& key, std::string& out, const char* doc, bool required) {
  if (const auto value = scalar(key, "a name", out, required, doc)) {
    if (!is_name(*value)) return error_at(key, "must be printable text of 1 to 256 bytes");
    out = *value;
  }
}

void MappingReader::duration(const std::string& key, milliseconds& out, const char* doc) {
  if (const auto value = scalar(key, "a duration", text_of(out), false, doc)) {
    const auto parsed = parse_duration(*value);
    if (!parsed || parsed->count() <= 0) {
      return error_at(key, "must be a duration with its unit, such as 500ms, 30s, 15m or 30d");
    }
    out = *parsed;
  }
}

void MappingReader::size(const std::string& key, std::size_t& out, const char* doc,
                         std::size_t least) {
  if (const auto value = scalar(key, "a size", text_of_size(out), false, doc)) {
    const auto parsed = parse_size(*value);
    if (!parsed) return error_at(key, "must be a size such as 64KiB, 10MiB or 1GiB");
    if (*parsed < least) return error_at(key, "must be at least " + text_of_size(least));
    out = *parsed;
  }
}

void MappingReader::number(const std::string& key, std::size_t& out, const char* doc,
                           std::size_t least, std::size_t most) {
  if (const auto value = scalar(key, "a number", std::to_string(out), false, doc)) {
    std::size_t parsed = 0;
    const auto [end, failure] =
        std::from_chars(value->data(), value->data() + value->size(), parsed);
    if (failure != std::errc() || end != value->data() + value->size() || parsed < least ||
        parsed > most) {
      return error_at(key, "must be a whole number from " + std::to_string(least) + " to " +
                               std::to_string(most));
    }
    out = parsed;
  }
}

void MappingReader::ratio(const std::string& key, double& out, const char* doc) {
  std::array<char, 32> shortest{};
  const auto written = std::to_chars(shortest.data(), shortest.data() + shortest.size(), out);
  if (const auto value =
          scalar(key, "a ratio", std::string(shortest.data(), written.ptr), false, doc)) {
    double parsed = 0;
    const auto [end, failure] =
        std::from_chars(value->data(), value->data() + value->size(), parsed);
    if (failure != std::errc() || end != value->data() + value->size() ||
        !(parsed >= 0 && parsed <= 1)) {
      return error_at(key, "must be a number from 0 to 1, such as 0.25");
    }
    out = parsed;
  }
}

void MappingReader::boolean(const std::string& key, bool& out, const char* doc) {
  std::size_t index = out ? 1 : 0;
  choice(key, {"false", "true"}, index, doc);
  out = index == 1;
}

void MappingReader::guid(const std::string& key, std::string& out, const char* doc, bool required) {
  if (const auto value = scalar(key, "a GUID", out, required, doc)) {
    const auto parsed = parse_guid(*value);
    if (!parsed) return error_at(key, "must be a GUID");
    out = *parsed;
  }
}

void MappingReader::endpoint(const std::string& key, std::string& out, const char* doc,
                             bool required, bool allow_loopback_http) {
  if (const auto value = scalar(key, "an endpoint", out, required, doc)) {
    if (const auto fault = endpoint_fault(*value, allow_loopback_http))
      return error_at(key, *fault);
    out = *value;
  }
}

void MappingReader::texts(const std::string& key, std::vector<std::string>& out, const char* doc) {
  const auto node = take(key, "a list of texts", "[]", false, doc);
  if (!node) return;
  if (!node->IsSequence()) return error_at(key, "must be a list");
  out.clear();
  for (const auto& entry : *node) {
    if (!entry.IsScalar() || !is_name(entry.Scalar())) {
      context_.errors.push_back({line_of(entry), entry.Mark().column + 1,
                                 path_of(section_, key) + " holds something that is no text"});
      continue;
    }
    out.push_back(entry.Scalar());
  }
}

void MappingReader::guids(const std::string& key, std::vector<std::string>& out, const char* doc) {
  texts(key, out, doc);
  for (std::string& value : out) {
    const auto parsed = parse_guid(value);
    if (parsed) {
      value = *parsed;
    } else {
      error_at(key, "holds something that is no GUID: " + value);
    }
  }
}

void MappingReader::networks(const std::string& key, std::vector<std::string>& out,
                             const char* doc) {
  texts(key, out, doc);
  for (const std::string& value : out) {
    if (!Network::parse(value)) {
      error_at(key,
               "holds something that is no network in CIDR form (host bits must be 0): " + value);
    }
  }
}

void MappingReader::tags(const std::string& key, std::map<std::string, std::string>& out,
                         const char* doc) {
  const auto node = take(key, "names with texts", "{}", false, doc);
  if (!node) return;
  if (!node->IsMap()) return error_at(key, "must be a mapping of names to texts");
  for (const auto& entry : *node) {
    const bool usable = entry.first.IsScalar() && entry.second.IsScalar() &&
                        is_name(entry.first.Scalar()) && is_name(entry.second.Scalar());
    if (!usable || !out.emplace(entry.first.Scalar(), entry.second.Scalar()).second) {
      context_.errors.push_back({line_of(entry.first), entry.first.Mark().column + 1,
                                 path_of(section_, key) + " holds an unusable or repeated tag"});
    }
  }
}

void MappingReader::secret(const std::string& key, Secret& out, const char* doc, bool required) {
  const auto node = take(key, "a secret: {env: NAME} or {file: PATH}", "", required, doc);
  if (node) resolve_secret(key, *node, out);
}

void MappingReader::resolve_secret(const std::string& key, const YAML::Node& node, Secret& out) {
  const bool env =
      node.IsMap() && node.size() == 1 && node["env"].IsDefined() && node["env"].IsScalar();
  const bool file =
      node.IsMap() && node.size() == 1 && node["file"].IsDefined() && node["file"].IsScalar();
  if (!env && !file) {
    return error_at(key, "must be {env: NAME} or {file: PATH}: a secret never stands in the file");
  }
  const std::string place = node[env ? "env" : "file"].Scalar();
  const auto value = env ? context_.secrets->environment(place) : context_.secrets->file(place);
  if (!value || value->empty()) {
    return error_at(
        key, env ? "names an environment variable that is not set: " + place
                 : "names a file that cannot be read, is empty, or that others may read: " + place);
  }
  out = Secret(*value);
}

bool MappingReader::hashed_secret(const std::string& env, const std::string& file, Sha256& out) {
  const auto value =
      env.empty() ? context_.secrets->file(file) : context_.secrets->environment(env);
  if (!value || value->empty()) {
    error_at(env.empty() ? "file" : "env", "leads to no secret: " + (env.empty() ? file : env));
    return false;
  }
  out = sha256(*value);
  return true;
}

bool MappingReader::on_host() const { return !documenting() && context_.secrets->host; }

std::string MappingReader::host_variable(const std::string& name) const {
  return on_host() ? context_.secrets->host(name).value_or("") : "";
}

std::optional<std::string> MappingReader::secret_file(const std::string& path) const {
  return documenting() ? std::nullopt : context_.secrets->file(path);
}

void MappingReader::choice(const std::string& key, const std::vector<std::string>& values,
                           std::size_t& out, const char* doc) {
  std::string list;
  for (const std::string& value : values) list.append(list.empty() ? "" : " or ").append(value);
  if (const auto value = scalar(key, list.c_str(), values[out], false, doc)) {
    const auto found = std::find(values.begin(), values.end(), *value);
    if (found == values.end()) return error_at(key, "must be " + list);
    out = static_cast<std::size_t>(found - values.begin());
  }
}

void MappingReader::mapping(const std::string& key, const char* doc, bool required,
                            const std::function<void(MappingReader&)>& read) {
  const auto node = take(key, "a mapping", "", required, doc);
  if (!documenting() && !node) return;
  if (node && !node->IsMap()) return error_at(key, "must be a mapping");
  MappingReader reader(context_, node.value_or(YAML::Node()), path_of(section_, key));
  read(reader);
  reader.finish();
}

void MappingReader::list(const std::string& key, const char* doc, bool required,
                         const std::function<void(MappingReader&)>& read) {
  const auto node = take(key, "a list of mappings", "", required, doc);
  if (documenting()) {
    MappingReader reader(context_, YAML::Node(), path_of(section_, key) + "[]");
    return read(reader);
  }
  if (!node) return;
  if (!node->IsSequence()) return error_at(key, "must be a list");
  if (required && node->size() == 0) return error_at(key, "must not be empty");
  std::size_t index = 0;
  for (const auto& entry : *node) {
    const std::string section = path_of(section_, key) + "[" + std::to_string(index++) + "]";
    if (!entry.IsMap()) {
      context_.errors.push_back(
          {line_of(entry), entry.Mark().column + 1, section + " must be a mapping"});
      continue;
    }
    MappingReader reader(context_, entry, section);
    read(reader);
    reader.finish();
  }
}

std::string MappingReader::nearest_key(const std::string& unknown) const {
  std::string best;
  std::size_t distance = 3;
  for (const std::string& key : declared_) {
    const std::size_t candidate = edit_distance(unknown, key);
    if (candidate >= distance) continue;
    distance = candidate;
    best = key;
  }
  return best;
}

void MappingReader::finish() {
  if (documenting()) return;
  for (const auto& entry : node_) {
    if (!entry.first.IsScalar()) continue;
    const std::string& key = entry.first.Scalar();
    if (declared_.count(key) != 0) continue;
    std::string message = path_of(section_, key);
    if (const auto refused = refused_.find(key); refused != refused_.end()) {
      message.append(" ").append(refused->second);
    } else {
      message += " is unknown";
      if (const std::string near = nearest_key(key); !near.empty())
        message += "; did you mean " + near + "?";
    }
    context_.errors.push_back({line_of(entry.first), entry.first.Mark().column + 1, message});
  }
}

}  // namespace tollgate::config
