#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "data/dataset.hpp"
#include "data/prepare/preprocessing.hpp"

namespace mixvae {

/// Annotation of the features of cytometry data that says what a channel measures.
inline constexpr std::string_view kChannelKind = "channel_kind";

/// Annotation of the same features: the channel's own name ($PnN), which is the detector's.
inline constexpr std::string_view kChannelName = "channel";

// What channels measure. Only markers tell types apart; the others are left out unless asked for.
inline constexpr std::string_view kMetalMarker = "metal marker";  // mass cytometry
inline constexpr std::string_view kFluorescenceMarker = "fluorescence marker";
inline constexpr std::string_view kTime = "time";
inline constexpr std::string_view kEventLength = "event length";
inline constexpr std::string_view kPulseShape = "pulse shape";
inline constexpr std::string_view kScatter = "scatter";
inline constexpr std::string_view kImageFeature = "image feature";  // of imaging cytometers
inline constexpr std::string_view kBead = "bead";
inline constexpr std::string_view kDna = "DNA";
inline constexpr std::string_view kViability = "viability";
inline constexpr std::string_view kBarcode = "barcode";
inline constexpr std::string_view kUnlabelled = "unlabelled";
inline constexpr std::string_view kAnnotation = "annotation";

/// The kinds of a data set's features, [D]; empty for data that are not cytometry.
std::vector<std::string> channel_kinds(const Dataset& dataset);

/// Whether channels of this kind carry antibodies (or reporters).
bool is_marker(std::string_view kind);

/// The features by which values are judged and which are used by default, in their order: markers
/// where kinds are known (and there are any), else all.
std::vector<Index> marker_features(const Dataset& dataset);

/// What the values of a data set look like: images where it holds them; of channels their markers,
/// on a linear scale or transformed already (judge_channel_values); else by judge_matrix.
ValueJudgement judge_dataset(const Dataset& dataset);

/// The divisor of arcsinh that suits the markers: 150 for fluorescence, else 5.
double suitable_cofactor(const Dataset& dataset);

/// What was left out, by kind: "time: Time; DNA: 191Ir_DNA1, 193Ir_DNA2". Empty when nothing was.
std::string left_out_by_kind(const Dataset& dataset);

}  // namespace mixvae
