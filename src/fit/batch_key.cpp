#include "fit/batch_key.hpp"

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/index.hpp"
#include "base/text.hpp"
#include "data/label_column.hpp"

namespace mixvae::fit {
namespace {

constexpr const char* kBetweenValues = " / ";
constexpr std::size_t kNamesShown = 5;

/// The batch of each kept cell as text, empty where an annotation is missing; nothing where a
/// column is.
std::vector<std::string> batch_texts(const std::vector<std::string>& key, const Table& cells,
                                     const std::vector<Index>& kept) {
  std::vector<std::string> texts(kept.size());
  for (std::size_t c = 0; c < key.size(); ++c) {
    const Column* column = cells.find(key[c]);
    if (column == nullptr) {
      return {};
    }
    const Categorical labels = as_labels(*column);
    for (std::size_t i = 0; i < kept.size(); ++i) {
      const std::string_view value = labels.label(kept[i]);
      if (value.empty() || (c > 0 && texts[i].empty())) {
        texts[i].clear();
      } else {
        texts[i] += (c > 0 ? kBetweenValues : "") + std::string(value);
      }
    }
  }
  return texts;
}

void require_several(const Categorical& batches, const std::string& key, const std::string& where) {
  std::vector<Index> sizes(batches.categories.size(), 0);
  for (const std::int32_t code : batches.codes) {
    ++sizes[at(code)];
  }
  const auto smallest = std::ranges::min_element(sizes);
  const std::string& name = batches.categories[at(smallest - sizes.begin())];
  if (sizes.size() < 2) {
    throw InputError({.what = "all cells come from one batch",
                      .where = where,
                      .found = "--batch-key " + key + ": " + name,
                      .expected = "at least two batches",
                      .hint = "leave --batch-key out"});
  }
  if (*smallest < 2) {
    throw InputError({.what = "a batch has a single cell, which tells nothing of it",
                      .where = where,
                      .found = "--batch-key " + key + ": " + name + ", one of " +
                               std::to_string(sizes.size()) + " batches",
                      .expected = "an annotation of samples, runs, plates or donors",
                      .hint = "name another column, or leave such cells out"});
  }
}

}  // namespace

Options options(BatchOptions& batch) {
  return {{.name = "batch-key",
           .target = &batch.batch_key,
           .meaning = "annotations that say from which batch (sample, run, plate, donor) each cell "
                      "comes: its effect is taken out of the principal components, so that types "
                      "do not follow it",
           .placeholder = "COLUMN,...",
           .needs = {"space=pca", "augment=none|augment=neighbours"}}};
}

Batches training_batches(const BatchOptions& options, const Dataset& dataset,
                         const std::vector<Index>& kept) {
  for (const std::string& name : options.batch_key) {
    label_column(dataset.cells, name, dataset.source.path);
  }
  const std::vector<std::string> texts = batch_texts(options.batch_key, dataset.cells, kept);
  const auto missing = std::ranges::find(texts, std::string());
  const std::string key = join(options.batch_key, ",");
  if (missing != texts.end()) {
    throw InputError({.what = "a cell has no batch",
                      .where = dataset.source.path,
                      .found = dataset.cells.names[at(kept[at(missing - texts.begin())])] +
                               " has no value in --batch-key " + key,
                      .expected = "a batch for every cell"});
  }
  const Categorical batches = Categorical::from_labels(texts);
  require_several(batches, key, dataset.source.path);
  return {batches.categories, batches.codes};
}

DenseMatrix BatchEffects::remove(const DenseMatrix& components, const Table& cells,
                                 const std::vector<Index>& kept,
                                 std::vector<std::string>& notes) const {
  std::vector<std::string> texts = batch_texts(key, cells, kept);
  texts.resize(kept.size());
  std::map<std::string, std::vector<Index>> further;  // rows of batches that are not known
  std::vector<std::int32_t> codes;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const auto found = std::ranges::find(names, texts[i]);
    codes.push_back(static_cast<std::int32_t>(found - names.begin()));
    if (found == names.end()) {
      further[texts[i]].push_back(static_cast<Index>(i));
    }
  }
  cluster::BatchCorrection complete = correction;
  std::vector<std::string> mapped;
  for (const auto& [name, rows] : further) {
    for (const Index row : rows) {
      codes[at(row)] = static_cast<std::int32_t>(complete.batches());
    }
    complete = cluster::with_further_batch(std::move(complete),
                                           std::get<DenseMatrix>(select_rows(components, rows)));
    mapped.push_back(name.empty() ? "cells without a batch" : name);
  }
  if (!mapped.empty()) {
    const std::size_t shown = std::min(mapped.size(), kNamesShown);
    notes.push_back(
        std::to_string(mapped.size()) + " of the batches (" +
        join(std::vector(mapped.begin(), mapped.begin() + static_cast<Index>(shown)), ", ") +
        (shown < mapped.size() ? ", ..." : "") +
        ") were not in the training data: each is brought near it by its own cells");
  }
  return cluster::without_batches(complete, components, codes);
}

}  // namespace mixvae::fit
