// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "capacity_entries.hpp"
#include "document.hpp"
#include "price_entries.hpp"
#include "settings.hpp"
#include "tollgate/base/file_fault.hpp"
#include "tollgate/config/price_file.hpp"

namespace tollgate::config {
namespace {

bool is_currency(const std::string& text) {
  return text.size() == 3 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// What a file of prices holds, and `prices` itself when it names no file.
void declare_price_keys(MappingReader& reader, PriceDraft& out) {
  reader.text("currency", out.currency,
              "ISO 4217, such as USD: of every price here. Required with entries and provisioned.");
  if (!out.currency.empty() && !is_currency(out.currency))
    reader.error_at("currency", "must be three capital letters, such as USD");
  reader.list("entries", "What each model costs, from a day on.", false,
              [&](MappingReader& entry) { declare_price_entry(entry, out); });
  reader.list("adjustments", "What was agreed on top of the list.", false,
              [&](MappingReader& adjustment) { declare_adjustment(adjustment, out); });
  reader.list("provisioned", "Deployments that are paid by the hour (PTU).", false,
              [&](MappingReader& capacity) { declare_capacity(capacity, out.capacities); });
}

/// What concerns several settings at once.
void check_together(MappingReader& reader, PriceDraft draft, Prices& out) {
  if (reader.documenting()) return;
  const bool any = !draft.entries.empty() || !draft.capacities.empty();
  if (draft.currency.empty() && any) reader.error("needs currency");
  for (const pricing::PriceFault& fault : faults_of(draft.entries, draft.adjustments))
    reader.error_on(fault.line, fault.message);
  for (const pricing::PriceFault& fault : faults_of(draft.capacities))
    reader.error_on(fault.line, fault.message);
  out.list = {std::move(draft.currency), std::move(draft.entries), std::move(draft.adjustments),
              pricing::CapacityList(std::move(draft.capacities))};
}

/// Each error of the file, at the line that names the file.
void take_file(MappingReader& reader, Prices& out) {
  reader.tell_of_file(out.file);
  PriceFile read = load_price_file(out.file);
  for (const ConfigError& error : read.errors) {
    std::string text = format_errors(out.file, {error});
    text.pop_back();  // the line's end
    reader.error_at("file", text);
  }
  read.prices.file = out.file;
  if (read.errors.empty()) out = std::move(read.prices);
}

void declare_price_settings(MappingReader& reader, Prices& out) {
  reader.text("file", out.file,
              "A YAML file with the other keys of this section, in place of them. It is read with "
              "this one, and watched likewise.");
  PriceDraft draft;
  declare_price_keys(reader, draft);
  if (out.file.empty()) return check_together(reader, std::move(draft), out);
  for (const char* const key : {"currency", "entries", "adjustments", "provisioned"}) {
    if (reader.has(key)) reader.error_at(key, "must stand in the file that prices.file names");
  }
  if (!reader.documenting()) take_file(reader, out);
}

}  // namespace

void declare_prices(MappingReader& root, Prices& out) {
  root.mapping("prices", "What the work costs: docs/cost.md. Without it no record has a cost.",
               false, [&](MappingReader& reader) { declare_price_settings(reader, out); });
}

PriceFile read_price_file(std::string_view yaml) {
  PriceFile out;
  ReadContext context;
  const std::optional<YAML::Node> document = parse_document(yaml, context.errors);
  try {
    if (document) {
      MappingReader root(context, *document, {});
      root.refuse("prices",
                  "must not stand in a file of prices: what is below it stands at the top itself");
      PriceDraft draft;
      declare_price_keys(root, draft);
      root.finish();
      check_together(root, std::move(draft), out.prices);
    }
  } catch (const YAML::Exception& exception) {
    context.errors.push_back({exception.mark.line + 1, exception.mark.column + 1, exception.msg});
  }
  out.errors = std::move(context.errors);
  sort_errors(out.errors);
  return out;
}

PriceFile load_price_file(const std::string& path) {
  if (const auto fault = file_fault(path)) return {.errors = {{0, 0, "the file " + *fault}}};
  const auto text = read_file(path, kLargestPriceFile);
  if (!text) return {.errors = {{0, 0, "the file is larger than 16 MiB or cannot be read"}}};
  return read_price_file(*text);
}

pricing::Pricer make_pricer(const Config& config) {
  std::vector<pricing::DeploymentTerms> deployments;
  for (const Model& model : config.models) {
    for (const Target& target : model.targets)
      deployments.push_back({target.backend, target.deployment, target.sku, target.serves});
  }
  return {config.prices.list, std::move(deployments)};
}

}  // namespace tollgate::config
