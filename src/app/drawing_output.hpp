#pragma once

#include <string>
#include <vector>

#include "report/figure.hpp"

namespace mixvae::app {

/// Where figures are written: one file, .svg, .png or .csv (the numbers that are drawn), or a
/// folder of .svg files with a .csv table beside each.
class DrawingOutput {
 public:
  /// Makes the folder. Throws UsageError for other extensions and for a folder where a file is
  /// meant or the other way round, SystemError where it cannot be written or, for .png,
  /// rsvg-convert is not there.
  DrawingOutput(std::string out, bool folder);

  /// The files of a figure of that name, the drawing first.
  std::vector<std::string> files(const std::string& name) const;
  void write(const report::Figure& figure) const;

 private:
  std::string out_;
  bool folder_;
};

}  // namespace mixvae::app
