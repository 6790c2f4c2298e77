// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/secret.hpp"

// Texts with signatures in the form of C2SP's signed-note (c2sp.org/signed-note), by Ed25519.
namespace tollgate::trail {

/// Who signs: a public key and its name.
struct NoteVerifier {
  std::string name;
  std::string key_hash;    ///< 4 bytes: SHA-256(name, 0x0A, 0x01, public key), its beginning
  std::string public_key;  ///< 32 bytes

  /// `NAME+HASH+KEY`, as signed-note writes it: the hash in hexadecimal, 0x01 and the key in
  /// base64.
  std::string to_string() const;
  /// Error invalid_input: not of that form, another kind of key, or the hash is not that of the
  /// key.
  static Result<NoteVerifier> parse(std::string_view text);
};

/// An Ed25519 private key under a name.
class NoteSigner {
 public:
  /// From PEM (PKCS #8, as `openssl genpkey -algorithm ed25519` writes it). Error invalid_input: no
  /// such key, encrypted, of another algorithm, or the name is empty or holds white space or '+'.
  static Result<NoteSigner> read(std::string name, const Secret& pem);

  const NoteVerifier& verifier() const { return verifier_; }
  /// 64 bytes. Error internal.
  Result<std::string> sign(std::string_view text) const;

 private:
  std::shared_ptr<void> key_;  ///< an EVP_PKEY: signers are copied, OpenSSL's keys are not
  NoteVerifier verifier_;
};

/// The text with one signature line per signer. The text ends in a line feed. Error internal.
Result<std::string> sign_note(const std::string& text, std::span<const NoteSigner> signers);

/// A note, taken apart.
struct SignedNote {
  struct Signature {
    std::string name;
    std::string key_hash;
    std::string bytes;
  };
  std::string text;  ///< what is signed
  std::vector<Signature> signatures;

  /// nullopt: not of that form.
  static std::optional<SignedNote> parse(std::string_view note);
};

/// What a note's signatures are worth, given the keys that are known: those of others are ignored,
/// as signed-note wants it.
enum class Signed {
  valid,    ///< by at least one known key, and no known key's signature is wrong
  unknown,  ///< by no key that is known
  forged,   ///< a known key's signature does not fit
};
Signed check_signatures(const SignedNote& note, std::span<const NoteVerifier> known);

}  // namespace tollgate::trail
