// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <charconv>

#include "node_reader.hpp"
#include "tollgate/base/hashed_key.hpp"
#include "tollgate/base/hex.hpp"
#include "tollgate/base/network.hpp"
#include "tollgate/config/values.hpp"

// MappingReader's settings, one kind after the other.
namespace tollgate::config {
namespace {

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

std::string text_of(double value) {
  std::array<char, 32> shortest{};
  const auto written = std::to_chars(shortest.data(), shortest.data() + shortest.size(), value);
  return {shortest.data(), written.ptr};
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out.append(text).append("\n");
  return out;
}

/// Why it is no tag; empty: it is one.
std::string tag_fault(const YAML::Node& name, const YAML::Node& value) {
  const std::string text = name.IsScalar() ? name.Scalar() : "";
  if (!is_name(text))
    return "a tag whose name is empty, longer than 256 bytes or no printable text";
  if (value.IsNull()) {
    const std::size_t colon = text.find(':');
    const std::string unset = "the tag " + text + " without a value";
    if (colon == text.npos) return unset;
    return unset + ": a blank belongs behind the colon, " + text.substr(0, colon) + ": " +
           text.substr(colon + 1);
  }
  if (value.IsScalar() && is_name(value.Scalar())) return "";
  return "the tag " + text +
         " with a value that is empty, longer than 256 bytes or no printable text";
}

/// Secrets are compared, never kept.
std::string hex_digest(std::string_view secret) {
  const Sha256 digest = sha256(secret);
  return to_hex({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

/// A key that is made at random in fewer characters can be found by trying.

/// The name of a variable as a message may show it: what is written in another way may be a secret
/// that was put in the name's place.
std::string shown_name(const std::string& name) {
  const auto is_usual = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool usual = !name.empty() && name.size() <= 64 && (name[0] < '0' || name[0] > '9') &&
                     std::all_of(name.begin(), name.end(), is_usual);
  if (usual) return ": " + name;
  return "; its name is not shown, because it does not look like one (A_NAME) and may be a secret";
}

std::string unset_variable(const std::string& name) {
  return "names an environment variable that is not set or empty" + shown_name(name);
}

}  // namespace

void MappingReader::text(const std::string& key, std::string& out, const char* doc, bool required) {
  if (const auto value = scalar(key, "text", out, required, doc)) {
    if (value->empty()) return error_at(key, "must not be empty");
    out = *value;
  } else if (has(key)) {
    return;  // something else than a text: no value is known
  }
  note(key, out);
}

void MappingReader::name(const std::string& key, std::string& out, const char* doc, bool required) {
  if (const auto value = scalar(key, "a name", out, required, doc)) {
    if (!is_name(*value)) return error_at(key, "must be printable text of 1 to 256 bytes");
    out = *value;
  }
  note(key, out);
}

void MappingReader::duration(const std::string& key, milliseconds& out, const char* doc) {
  if (const auto value = scalar(key, "a duration", text_of(out), false, doc)) {
    const auto parsed = parse_duration(*value);
    if (!parsed || parsed->count() <= 0) {
      return error_at(key, "must be a duration with its unit, such as 500ms, 30s, 15m or 30d");
    }
    out = *parsed;
  }
  note(key, text_of(out));
}

void MappingReader::size(const std::string& key, std::size_t& out, const char* doc,
                         std::size_t least, std::size_t most) {
  if (const auto value = scalar(key, "a size", text_of_size(out), false, doc)) {
    const auto parsed = parse_size(*value);
    if (!parsed) return error_at(key, "must be a size such as 64KiB, 10MiB or 1GiB");
    if (*parsed < least) return error_at(key, "must be at least " + text_of_size(least));
    if (*parsed > most) return error_at(key, "must be at most " + text_of_size(most));
    out = *parsed;
  }
  note(key, text_of_size(out));
}

void MappingReader::duration(const std::string& key, std::optional<milliseconds>& out,
                             const char* doc) {
  if (const auto value = scalar(key, "a duration", "", false, doc)) {
    const auto parsed = parse_duration(*value);
    if (!parsed || parsed->count() <= 0) {
      return error_at(key, "must be a duration with its unit, such as 500ms, 30s, 15m or 30d");
    }
    out = *parsed;
  }
  note(key, out ? text_of(*out) : "");
}

void MappingReader::size(const std::string& key, std::optional<std::size_t>& out, const char* doc) {
  if (const auto value = scalar(key, "a size", "", false, doc)) {
    const auto parsed = parse_size(*value);
    if (!parsed || *parsed == 0) {
      return error_at(key, "must be a size such as 64KiB, 10MiB or 1GiB");
    }
    out = *parsed;
  }
  note(key, out ? text_of_size(*out) : "");
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
  note(key, std::to_string(out));
}

void MappingReader::ratio(const std::string& key, double& out, const char* doc) {
  if (const auto value = scalar(key, "a ratio", text_of(out), false, doc)) {
    double parsed = 0;
    const auto [end, failure] =
        std::from_chars(value->data(), value->data() + value->size(), parsed);
    if (failure != std::errc() || end != value->data() + value->size() ||
        !(parsed >= 0 && parsed <= 1)) {
      return error_at(key, "must be a number from 0 to 1, such as 0.25");
    }
    out = parsed;
  }
  note(key, text_of(out));
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
  note(key, out);
}

void MappingReader::base_url(const std::string& key, std::string& out, const char* doc) {
  if (const auto value = scalar(key, "an endpoint", out, true, doc)) {
    const std::string url = without_operations_root(*value);
    if (const auto fault = base_url_fault(url)) return error_at(key, *fault);
    out = url;
  }
  note(key, out);
}

void MappingReader::endpoint(const std::string& key, std::string& out, const char* doc,
                             bool required, bool allow_loopback_http) {
  if (const auto value = scalar(key, "an endpoint", out, required, doc)) {
    if (const auto fault = endpoint_fault(*value, allow_loopback_http))
      return error_at(key, *fault);
    out = *value;
  }
  note(key, out);
}

void MappingReader::texts(const std::string& key, std::vector<std::string>& out, const char* doc) {
  const auto node = take(key, "a list of texts", "[]", false, doc);
  if (!node) return note(key, joined(out));
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
  note(key, joined(out));
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
  note(key, joined(out));
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
  if (!node) return note(key, "");
  if (!node->IsMap()) return error_at(key, "must be a mapping of names to texts");
  for (const auto& entry : *node) {
    std::string fault = tag_fault(entry.first, entry.second);
    if (fault.empty() && !out.emplace(entry.first.Scalar(), entry.second.Scalar()).second)
      fault = "the tag " + entry.first.Scalar() + " twice";
    if (!fault.empty())
      context_.errors.push_back({line_of(entry.first), entry.first.Mark().column + 1,
                                 path_of(section_, key) + " holds " + fault});
  }
  std::string text;
  for (const auto& [name, value] : out) text.append(name).append("=").append(value).append("\n");
  note(key, std::move(text));
}

void MappingReader::secret(const std::string& key, Secret& out, const char* doc, bool required) {
  const auto node = take(key, "a secret: {env: NAME} or {file: PATH}", "", required, doc);
  if (node) resolve_secret(key, *node, out);
}

std::string MappingReader::file_complaint(const std::string& path) const {
  if (context_.secrets->file_fault)
    return "names a file that " + context_.secrets->file_fault(path) + ": " + path;
  return "names a file that cannot be read, is empty, or that others may read: " + path;
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
    return error_at(key, env ? unset_variable(place) : file_complaint(place));
  }
  out = Secret(*value);
  context_.resolved.push_back(out);
  note(key, hex_digest(*value));
}

bool MappingReader::given_secret(const std::string& env, const std::string& file, Secret& out) {
  const auto value =
      env.empty() ? context_.secrets->file(file) : context_.secrets->environment(env);
  const char* const key = env.empty() ? "file" : "env";
  if (!value || value->empty()) {
    error_at(key, env.empty() ? file_complaint(file) : unset_variable(env));
    return false;
  }
  context_.resolved.emplace_back(*value);
  out = Secret(*value);
  note(key, hex_digest(*value));
  return true;
}

bool MappingReader::hashed_secret(const std::string& env, const std::string& file, Sha256& out) {
  Secret secret;
  if (!given_secret(env, file, secret)) return false;
  warn_of_guessable(env.empty() ? "file" : "env", secret.reveal());
  out = sha256(secret.reveal());
  return true;
}

void MappingReader::warn_of_guessable(const std::string& key, std::string_view secret) {
  if (secret.size() >= kShortestKey) return;
  const YAML::Mark mark = place_of(key);
  context_.warnings.push_back({mark.line + 1, mark.column + 1,
                               path_of(section_, key) + " leads to an API key of fewer than " +
                                   std::to_string(kShortestKey) +
                                   " characters, which can be guessed: `tollgate key` makes one"});
}

void MappingReader::tell_of_file(const std::string& path) const {
  const SecretSources* const sources = context_.secrets;
  if (sources != nullptr && sources->before_file) sources->before_file(path);
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
  note(key, values[out]);
}

}  // namespace tollgate::config
