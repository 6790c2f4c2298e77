// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// Journals as a crash or a bad disk may leave them: read to their end over any damage.
#include <string>

#include "entry_scanner.hpp"
#include "record_codec.hpp"
#include "splits.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tollgate;
  const std::string_view bytes = fuzz::view(data, size);
  if (const auto record = ledger::decode_record(bytes)) {
    std::string encoded;
    ledger::encode_record(*record, encoded);
    const auto again = ledger::decode_record(encoded);
    fuzz::require(again && again->record_id == record->record_id);
  }
  // Segments are 8-byte aligned mappings; the scanner reads them with aligned loads.
  std::string segment(bytes);
  segment.resize((segment.size() + 7) & ~std::size_t{7});
  std::size_t entries = 0;
  ledger::EntryScanner scanner(segment);
  while (scanner.next_over_damage()) fuzz::require(++entries <= segment.size());
  return 0;
}
