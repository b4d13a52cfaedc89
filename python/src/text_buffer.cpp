#include "text_buffer.hpp"

#include <utility>

#include "errors.hpp"

namespace mixvae::python {

TextBuffer::int_type TextBuffer::overflow(int_type letter) {
  if (letter != traits_type::eof()) {
    text_ += traits_type::to_char_type(letter);
  }
  return traits_type::not_eof(letter);
}

std::streamsize TextBuffer::xsputn(const char* letters, std::streamsize count) {
  text_.append(letters, static_cast<std::size_t>(count));
  return count;
}

int TextBuffer::sync() {
  const std::string text = std::exchange(text_, {});
  if (text.empty()) {
    return 0;
  }
  const py::gil_scoped_acquire gil;
  try {
    write_(py::bytes(keyword_words(text)).attr("decode")("utf-8", "replace"));
  } catch (py::error_already_set& error) {
    error.discard_as_unraisable("showing a message of mixvae");
  }
  return 0;
}

}  // namespace mixvae::python
