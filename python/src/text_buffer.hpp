#pragma once

#include <ostream>
#include <pybind11/pybind11.h>
#include <streambuf>
#include <string>

namespace mixvae::python {

namespace py = pybind11;

/// A buffer whose text, in the words of the package, reaches a Python function at each flush, from
/// any thread, with or without the GIL. Texts that the function refuses are dropped, as Python
/// drops what a destructor raises.
class TextBuffer : public std::streambuf {
 public:
  /// The function must outlive the buffer.
  explicit TextBuffer(const py::function& write) : write_(write) {}

 private:
  int_type overflow(int_type letter) override;
  std::streamsize xsputn(const char* letters, std::streamsize count) override;
  int sync() override;

  const py::function& write_;
  std::string text_;
};

}  // namespace mixvae::python
