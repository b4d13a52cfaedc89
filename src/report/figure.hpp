#pragma once

#include <string>

namespace mixvae::report {

/// A picture with the table behind it.
struct Figure {
  std::string name;     // in file names and links: "type-sizes"
  std::string title;    // one line
  std::string caption;  // what is to be seen, in plain words; one or two sentences
  std::string svg;      // a document (report/svg.hpp)
  std::string csv;      // the numbers that are drawn
};

}  // namespace mixvae::report
