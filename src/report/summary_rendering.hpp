#pragma once

#include <string>

#include "data/summary.hpp"

namespace mixvae::report {

/// For people, several lines.
std::string summary_text(const DatasetSummary& summary);

/// For machines: one JSON object with the fields of the summary by name.
std::string summary_json(const DatasetSummary& summary);

}  // namespace mixvae::report
