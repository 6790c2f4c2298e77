// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "tollgate/config/load.hpp"
#include "tollgate/config/setting_values.hpp"

namespace tollgate::config {

/// What one declared setting says of itself; the same declaration reads it and documents it.
struct SettingDoc {
  std::string section;
  std::string key;
  std::string type;
  std::string fallback;  ///< the default as text; empty: none
  bool required = false;
  bool at_restart = false;
  std::string text;
};

/// Shared by all readers of one load: the errors so far, or, when documenting, the declarations.
struct ReadContext {
  const SecretSources* secrets = nullptr;
  std::vector<ConfigError> errors;
  std::vector<ConfigError> warnings;
  std::vector<Secret> resolved;
  SettingValues values;  ///< those read so far, defaults included
  std::vector<SettingDoc>* docs =
      nullptr;  ///< set: nothing is read, declarations are noted instead
};

/// Where a mapping stands: for errors by its number in a list, for comparisons by its name.
struct Place {
  std::string section;
  std::string path;
};

/// 1-based.
int line_of(const YAML::Node& node);
std::string path_of(const std::string& section, const std::string& key);

/// Reads one mapping. Every call declares a setting: its key, where its value goes (which holds the
/// default), and what it means. finish() reports the keys that no call declared.
class MappingReader {
 public:
  MappingReader(ReadContext& context, const YAML::Node& node, Place place);

  /// Before they are declared: settings whose change takes effect at the next start (see
  /// keep_until_restart); a mapping's with all that is in it.
  void at_restart(std::initializer_list<std::string> keys) { at_restart_ = keys; }

  bool documenting() const { return context_.docs != nullptr; }
  bool has(const std::string& key) const;
  /// Whether a list stands there; for keys that take a mapping as well.
  bool has_list(const std::string& key) const;
  bool has_mapping(const std::string& key) const;
  int line() const;

  void text(const std::string& key, std::string& out, const char* doc, bool required = false);
  void name(const std::string& key, std::string& out, const char* doc, bool required = true);
  void duration(const std::string& key, milliseconds& out, const char* doc);
  void size(const std::string& key, std::size_t& out, const char* doc, std::size_t least = 1,
            std::size_t most = static_cast<std::size_t>(-1));
  /// Without a default: what is not given is said elsewhere.
  void duration(const std::string& key, std::optional<milliseconds>& out, const char* doc);
  void size(const std::string& key, std::optional<std::size_t>& out, const char* doc);
  void number(const std::string& key, std::size_t& out, const char* doc, std::size_t least,
              std::size_t most);
  /// A number from 0 to 1, such as 0.25.
  void ratio(const std::string& key, double& out, const char* doc);
  void boolean(const std::string& key, bool& out, const char* doc);
  void guid(const std::string& key, std::string& out, const char* doc, bool required);
  /// A required https endpoint with a path; out: without a slash at its end, and without /openai or
  /// /openai/v1, which requests bring.
  void base_url(const std::string& key, std::string& out, const char* doc);
  void endpoint(const std::string& key, std::string& out, const char* doc, bool required,
                bool allow_loopback_http = false);
  void texts(const std::string& key, std::vector<std::string>& out, const char* doc);
  void guids(const std::string& key, std::vector<std::string>& out, const char* doc);
  void networks(const std::string& key, std::vector<std::string>& out, const char* doc);
  void tags(const std::string& key, std::map<std::string, std::string>& out, const char* doc);
  void secret(const std::string& key, Secret& out, const char* doc, bool required = true);
  /// The secret in an environment variable or file (one of them empty); reports and returns false
  /// when there is none.
  bool given_secret(const std::string& env, const std::string& file, Secret& out);
  /// Its SHA-256.
  bool hashed_secret(const std::string& env, const std::string& file, Sha256& out);
  /// Whether credentials are to be checked against the host that this runs on.
  bool on_host() const;
  /// The platform's variable, or empty; always empty unless on_host().
  std::string host_variable(const std::string& name) const;
  /// Before such a file is read: whoever watches the configuration's files looks at it first.
  void tell_of_file(const std::string& path) const;
  /// The text of a file that nobody but its owner and group may read; nullopt otherwise.
  std::optional<std::string> secret_file(const std::string& path) const;
  /// A value out of a fixed list; sets the index.
  void choice(const std::string& key, const std::vector<std::string>& values, std::size_t& out,
              const char* doc);

  /// A nested mapping; `read` is called with its reader when it is there (always when documenting).
  void mapping(const std::string& key, const char* doc, bool required,
               const std::function<void(MappingReader&)>& read);
  /// A list of mappings; not an empty one when it is required.
  /// With `text_key`, an entry that is a plain text is read as a mapping of that key alone.
  void list(const std::string& key, const char* doc, bool required,
            const std::function<void(MappingReader&)>& read, const char* text_key = nullptr);
  /// A key that would be right elsewhere: refused with a reason.
  void refuse(const std::string& key, const char* why) { refused_[key] = why; }

  void finish();

  /// Why a file gave no secret, as the end of a sentence about the setting that names it.
  std::string file_complaint(const std::string& path) const;

  /// About the mapping itself, or about one of its keys; both are named in front of the message.
  void error(const std::string& message);
  void error_at(const std::string& key, const std::string& message);
  /// About an entry of a list; named KEY[INDEX].
  void error_in(const std::string& key, std::size_t index, const std::string& message);
  /// About what was read before, on the line where that stands.
  void error_on(int line, const std::string& message);

  /// Every secret that this load has read so far, those of which only the hash is kept included.
  const std::vector<Secret>& resolved_secrets() const { return context_.resolved; }

 private:
  std::optional<YAML::Node> take(const std::string& key, const char* type, std::string fallback,
                                 bool required, const char* doc);
  std::optional<std::string> scalar(const std::string& key, const char* type, std::string fallback,
                                    bool required, const char* doc);
  /// Keeps a setting's value, given or default, for comparisons.
  void note(const std::string& key, std::string value);
  void read_entry(const std::string& key, const YAML::Node& entry, std::size_t index,
                  const std::function<void(MappingReader&)>& read);
  YAML::Mark place_of(const std::string& key) const;
  void find_duplicates();
  void warn_of_guessable(const std::string& key, std::string_view secret);
  void resolve_secret(const std::string& key, const YAML::Node& node, Secret& out);

  ReadContext& context_;
  YAML::Node node_;
  std::string section_;
  std::string path_;
  std::set<std::string> declared_;
  bool waits_for_restart(const std::string& key) const {
    return all_at_restart_ || at_restart_.contains(key);
  }

  std::set<std::string> at_restart_;
  bool all_at_restart_ = false;
  std::map<std::string, const char*> refused_;
};

}  // namespace tollgate::config
