#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mixvae {

/// A command line that asks for a text, as the words after the program's name, and that text.
struct Answer {
  std::vector<std::string> words;
  std::string text;
};

/// Answers as the content of a file: the words of each, an empty word, its text, every one of them
/// ended by a NUL. No word is empty, none holds a NUL, nor does a text (otherwise Bug).
std::string answer_file(std::span<const Answer> answers);

/// The text for exactly these words in the content of such a file; none where it has no answer.
std::optional<std::string_view> find_answer(std::string_view file,
                                            std::span<const std::string> words);

}  // namespace mixvae
