#pragma once

#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace mixvae {

/// What an annotation holds.
struct AnnotationSummary {
  std::string name;
  std::string kind;    // "labels", "ordered labels", "text", "number", "integer", "truth value"
  Index distinct = 0;  // different values, missing ones aside
  Index missing = 0;   // rows without a value
  std::vector<std::string> examples;  // the commonest labels, or the first values; at most 5
};

/// A channel of a cytometer.
struct ChannelSummary {
  std::string name;     // as --features takes it: the marker's, else the channel's
  std::string channel;  // the detector's
  std::string kind;     // data/io/channel_kinds.hpp
  bool used = false;    // by a fit that is not told otherwise
};

/// A distribution over cells.
struct SpreadSummary {
  double minimum = 0;
  double mean = 0;
  double median = 0;
  double maximum = 0;
};

/// What `mixvae inspect` tells about a data set.
struct DatasetSummary {
  Source source;
  Index cells = 0;
  Index features = 0;
  bool sparse = false;        // in memory
  double nonzero_share = 0;   // in [0, 1]
  std::string values;         // what the values look like, or why that cannot be said
  std::string values_reason;  // what speaks for it; empty where it cannot be said
  double minimum = 0;         // over all values, zeros included
  double maximum = 0;
  Index not_finite = 0;  // NaN and infinite values; left out of all sums
  SpreadSummary cell_sums;
  SpreadSummary cell_features;  // features with a non-zero value, per cell
  Index empty_cells = 0;        // cells with zeros only
  Index empty_features = 0;
  Index repeated_cell_names = 0;
  Index repeated_feature_names = 0;
  std::vector<ChannelSummary> panel;  // of cytometry data; else empty
  std::vector<AnnotationSummary> cell_annotations;
  std::vector<AnnotationSummary> feature_annotations;
  std::vector<std::string> arrays;  // "X_umap [N, 2]"
  std::vector<std::string> texts;   // names of unstructured texts
};

DatasetSummary summarise(const Dataset& dataset);

}  // namespace mixvae
