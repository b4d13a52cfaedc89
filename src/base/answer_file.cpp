#include "base/answer_file.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace mixvae {
namespace {

constexpr char kEnd = '\0';

/// What stands before the text that answers these words.
std::string answer_key(std::span<const std::string> words) {
  std::string key;
  for (const std::string& word : words) {
    key += word + kEnd;
  }
  return key + kEnd;
}

/// Cuts everything up to the next NUL off the file; returns it without the NUL.
std::string_view take_string(std::string_view& file) {
  const std::size_t length = std::min(file.find(kEnd), file.size());
  const std::string_view taken = file.substr(0, length);
  file.remove_prefix(std::min(length + 1, file.size()));
  return taken;
}

bool can_be_kept(const std::string& text) { return text.find(kEnd) == text.npos; }

}  // namespace

std::string answer_file(std::span<const Answer> answers) {
  std::string file;
  for (const Answer& answer : answers) {
    for (const std::string& word : answer.words) {
      MIXVAE_ASSERT(!word.empty() && can_be_kept(word), "words of an answer end at their NUL");
    }
    MIXVAE_ASSERT(can_be_kept(answer.text), "the text of an answer ends at its NUL");
    file += answer_key(answer.words) + answer.text + kEnd;
  }
  return file;
}

std::optional<std::string_view> find_answer(std::string_view file,
                                            std::span<const std::string> words) {
  const std::string key = answer_key(words);
  while (!file.empty()) {
    const std::string_view record = file;
    while (!take_string(file).empty()) {
    }
    const std::string_view head = record.substr(0, record.size() - file.size());
    const std::string_view text = take_string(file);
    if (head == key) {
      return text;
    }
  }
  return std::nullopt;
}

}  // namespace mixvae
