// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/seals/seals.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

#include "sealed_text.hpp"
#include "siv.hpp"
#include "tollgate/base/base64.hpp"
#include "tollgate/base/digest.hpp"

namespace tollgate::seals {
namespace {

/// Behind the word: nothing that a backend draws begins so, and another form would have another
/// number.
constexpr std::string_view kMark = "tg1";
constexpr std::size_t kLongestWord = 16;
constexpr std::size_t kMostConversation = 64;

/// One of the keys.
struct Key {
  char id;  ///< tells which, not what it is
  Siv cipher;
};

std::string derived(std::string_view key, std::string_view purpose) {
  const Sha256 out = hmac_sha256(key, purpose);
  return {out.begin(), out.end()};
}

Result<Key> read_key(const Secret& coded) {
  const auto key = from_base64(coded.reveal());
  if (!key || key->empty()) return Error{Errc::internal, "a key to seal with is not in base64"};
  Result<Siv> cipher =
      Siv::make(Secret(derived(*key, "tollgate object ids, authentication")
                           .append(derived(*key, "tollgate object ids, content"))));
  if (!cipher) return cipher.error();
  return Key{derived(*key, "tollgate object ids, name of the key").front(), std::move(*cipher)};
}

/// What stands before the part that a backend draws.
std::string_view word_of(std::string_view id) {
  const std::size_t mark = id.find_first_of("_-");
  const bool is_word = mark <= kLongestWord && mark + 1 < id.size() &&
                       std::all_of(id.begin(), id.begin() + static_cast<std::ptrdiff_t>(mark),
                                   [](char c) { return c >= 'a' && c <= 'z'; });
  return id.substr(0, is_word ? mark + 1 : 0);
}

std::string bound_to(std::string_view word, char key) {
  return std::string(word).append(kMark).append(1, key);
}

template <class Tag>
class Names {
 public:
  void add(const std::string& name, Tag tag) { names_.emplace(tag, name); }
  std::string of(const Tag& tag) const {
    const auto found = names_.find(tag);
    return found == names_.end() ? std::string() : found->second;
  }

 private:
  std::map<Tag, std::string> names_;
};

}  // namespace

struct Seals::Parts {
  std::vector<Key> keys;
  Names<LongTag> clients;
  Names<LongTag> backends;
  Names<ShortTag> deployments;
  Names<ShortTag> models;

  void read_names(const config::Config& config) {
    for (const config::Client& one : config.clients) clients.add(one.name, long_tag(one.name));
    for (const config::Backend& one : config.backends) backends.add(one.name, long_tag(one.name));
    for (const config::Model& model : config.models) {
      models.add(model.name, short_tag(model.name));
      for (const config::Target& target : model.targets)
        deployments.add(target.deployment, short_tag(target.deployment));
    }
  }
};

Seals::Seals(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Seals::~Seals() = default;

Result<std::unique_ptr<Seals>> Seals::make(const config::Config& config) {
  auto parts = std::make_unique<Parts>();
  for (const Secret& coded : config.objects.seal_keys) {
    Result<Key> key = read_key(coded);
    if (!key) return key.error();
    parts->keys.push_back(std::move(*key));
  }
  if (parts->keys.empty()) return Error{Errc::internal, "there is no key to seal with"};
  parts->read_names(config);
  return std::unique_ptr<Seals>(new Seals(std::move(parts)));
}

std::string Seals::seal(const ledger::StoredObject& object) const {
  const std::string_view word = word_of(object.id);
  SealedText text{long_tag(object.client_name),  long_tag(object.backend),
                  short_tag(object.deployment),  short_tag(object.model),
                  object.id.substr(word.size()), {}};
  const bool own = object.conversation == object.id;
  if (!own && object.conversation.size() <= kMostConversation)
    text.conversation = object.conversation;
  const Key& key = parts_->keys.front();
  const auto sealed = key.cipher.seal(bound_to(word, key.id), encode(text));
  if (!sealed) throw std::runtime_error("OpenSSL cannot seal an id");
  return std::string(word).append(kMark).append(
      to_base64url(std::string(1, key.id).append(*sealed)));
}

std::optional<ledger::StoredObject> Seals::open(std::string_view id) const {
  if (!looks_sealed(id)) return std::nullopt;
  const std::string_view word = word_of(id);
  const auto bytes = from_base64url(id.substr(word.size() + kMark.size()));
  if (!bytes || bytes->empty()) return std::nullopt;
  for (const Key& key : parts_->keys) {
    if (key.id != bytes->front()) continue;
    const auto opened = key.cipher.open(bound_to(word, key.id), std::string_view(*bytes).substr(1));
    const auto text = opened ? decode(*opened) : std::nullopt;
    if (!text) continue;
    return ledger::StoredObject{.id = std::string(word).append(text->rest),
                                .client_name = parts_->clients.of(text->client),
                                .backend = parts_->backends.of(text->backend),
                                .deployment = parts_->deployments.of(text->deployment),
                                .model = parts_->models.of(text->model),
                                .conversation = text->conversation};
  }
  return std::nullopt;
}

bool Seals::looks_sealed(std::string_view id) {
  constexpr std::size_t kLeast = 40;
  const std::string_view rest = id.substr(word_of(id).size());
  return rest.size() >= kLeast && rest.starts_with(kMark);
}

}  // namespace tollgate::seals
