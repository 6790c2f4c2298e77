// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/signed_note.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <utility>

#include "tollgate/base/base64.hpp"
#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"

namespace tollgate::trail {
namespace {

constexpr char kEd25519 = '\x01';
constexpr std::size_t kPublicKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kHashBytes = 4;
constexpr std::string_view kDash = "\xE2\x80\x94 ";  // em dash

struct FreeSigning {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Signing = std::unique_ptr<EVP_MD_CTX, FreeSigning>;
struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Key = std::unique_ptr<EVP_PKEY, FreeKey>;
struct FreeReader {
  void operator()(BIO* reader) const { BIO_free(reader); }
};

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hash_of(const std::string& name, const std::string& public_key) {
  const Sha256 hash = sha256(name + "\n" + kEd25519 + public_key);
  return std::string(hash.begin(), hash.begin() + kHashBytes);
}

bool is_name(std::string_view name) {
  return !name.empty() && name.find_first_of("+ \t\r\n") == std::string_view::npos;
}

int no_pass_phrase(char*, int, int, void*) { return 0; }

Key read_key(const Secret& pem) {
  const std::unique_ptr<BIO, FreeReader> reader(
      BIO_new_mem_buf(pem.reveal().data(), static_cast<int>(pem.reveal().size())));
  return Key(reader ? PEM_read_bio_PrivateKey(reader.get(), nullptr, no_pass_phrase, nullptr)
                    : nullptr);
}

bool fits(const NoteVerifier& verifier, std::string_view text, std::string_view signature) {
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(verifier.public_key),
                                            verifier.public_key.size()));
  const Signing context(EVP_MD_CTX_new());
  return key != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(text),
                          text.size()) == 1;
}

Error not_a_verifier() {
  return Error{Errc::invalid_input, "not a public key of the form NAME+HASH+KEY for Ed25519"};
}

std::optional<SignedNote::Signature> parse_signature(std::string_view line) {
  if (!line.starts_with(kDash)) return std::nullopt;
  line.remove_prefix(kDash.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !is_name(line.substr(0, space))) return std::nullopt;
  const auto signature = from_base64(line.substr(space + 1));
  if (!signature || signature->size() <= kHashBytes) return std::nullopt;
  return SignedNote::Signature{std::string(line.substr(0, space)), signature->substr(0, kHashBytes),
                               signature->substr(kHashBytes)};
}

}  // namespace

std::string NoteVerifier::to_string() const {
  return name + "+" + to_hex(key_hash) + "+" + to_base64(kEd25519 + public_key);
}

Result<NoteVerifier> NoteVerifier::parse(std::string_view text) {
  const std::size_t first = text.find('+');
  const std::size_t second = text.find('+', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return not_a_verifier();
  NoteVerifier out;
  out.name = text.substr(0, first);
  const auto key = from_base64(text.substr(second + 1));
  if (!key || key->size() != kPublicKeyBytes + 1 || key->front() != kEd25519) {
    return not_a_verifier();
  }
  out.public_key = key->substr(1);
  out.key_hash = hash_of(out.name, out.public_key);
  const bool known_by_hash = from_hex(text.substr(first + 1, second - first - 1)) == out.key_hash;
  return is_name(out.name) && known_by_hash ? Result<NoteVerifier>(out) : not_a_verifier();
}

Result<NoteSigner> NoteSigner::read(std::string name, const Secret& pem) {
  if (!is_name(name)) {
    return Error{Errc::invalid_input, "a signing key's name has neither white space nor '+'"};
  }
  Key key = read_key(pem);
  if (key == nullptr || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) {
    return Error{Errc::invalid_input, "the signing key is not an Ed25519 private key in PEM"};
  }
  NoteSigner out;
  out.verifier_.public_key.resize(kPublicKeyBytes);
  std::size_t size = kPublicKeyBytes;
  EVP_PKEY_get_raw_public_key(
      key.get(), reinterpret_cast<unsigned char*>(out.verifier_.public_key.data()), &size);
  out.verifier_.key_hash = hash_of(name, out.verifier_.public_key);
  out.verifier_.name = std::move(name);
  out.key_ = std::shared_ptr<EVP_PKEY>(key.release(), FreeKey());
  return out;
}

Result<std::string> NoteSigner::sign(std::string_view text) const {
  const Signing context(EVP_MD_CTX_new());
  std::string out(kSignatureBytes, '\0');
  std::size_t size = out.size();
  const bool done = context != nullptr &&
                    EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr,
                                       static_cast<EVP_PKEY*>(key_.get())) == 1 &&
                    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()),
                                   &size, bytes(text), text.size()) == 1;
  if (!done) return Error{Errc::internal, "OpenSSL cannot sign"};
  return out;
}

Result<std::string> sign_note(const std::string& text, std::span<const NoteSigner> signers) {
  std::string out = text + "\n";
  for (const NoteSigner& signer : signers) {
    const Result<std::string> signature = signer.sign(text);
    if (!signature) return signature.error();
    out.append(kDash).append(signer.verifier().name).append(" ");
    out.append(to_base64(signer.verifier().key_hash + *signature)).append("\n");
  }
  return out;
}

std::optional<SignedNote> SignedNote::parse(std::string_view note) {
  const std::size_t blank = note.rfind("\n\n");
  if (blank == std::string_view::npos || !note.ends_with('\n')) return std::nullopt;
  SignedNote out;
  out.text = note.substr(0, blank + 1);
  std::string_view lines = note.substr(blank + 2);
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    auto signature = parse_signature(lines.substr(0, end));
    if (!signature) return std::nullopt;
    out.signatures.push_back(std::move(*signature));
    lines.remove_prefix(end + 1);
  }
  if (out.signatures.empty()) return std::nullopt;
  return out;
}

Signed check_signatures(const SignedNote& note, std::span<const NoteVerifier> known) {
  Signed out = Signed::unknown;
  for (const SignedNote::Signature& signature : note.signatures) {
    for (const NoteVerifier& verifier : known) {
      if (verifier.name != signature.name || verifier.key_hash != signature.key_hash) continue;
      if (!fits(verifier, note.text, signature.bytes)) return Signed::forged;
      out = Signed::valid;
    }
  }
  return out;
}

}  // namespace tollgate::trail
