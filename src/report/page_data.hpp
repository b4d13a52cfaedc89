#pragma once

#include <string>
#include <vector>

#include "analysis/overview.hpp"
#include "report/cell_colors.hpp"

namespace mixvae::report {

/// What the page's script reads (web/report.ts).
struct PageData {
  std::string directory;  // JSON: types, map, colours, and where their arrays begin
  std::string arrays;     // base64 of a zlib stream of all arrays, little endian
};

/// The map of the cells and their colours: places as 16 bits, numbers as 8 (v / 254 between low and
/// high, 255: missing), labels as 16 (65535: missing).
PageData page_data(const analysis::Overview& seen, const std::vector<CellColors>& colors);

/// One colour alone in the same form: the directory is its entry among the colours.
PageData color_data(const CellColors& colors);

/// RFC 4648, with padding.
std::string base64(const std::string& bytes);

}  // namespace mixvae::report
