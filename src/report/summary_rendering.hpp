#pragma once

#include <string>

#include "data/summary.hpp"

namespace mixvae::report {

/// For people, several lines.
std::string summary_text(const DatasetSummary& summary);

/// For machines: one JSON object with the fields of the summary by name.
std::string summary_json(const DatasetSummary& summary);

/// The modalities of a file of MuData and how to look into one: for people, several lines.
std::string modalities_text(const std::string& path, const std::vector<Modality>& modalities);

/// The same for machines: "path" and "modalities" with name, cells and features.
std::string modalities_json(const std::string& path, const std::vector<Modality>& modalities);

}  // namespace mixvae::report
