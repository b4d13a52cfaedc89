#include "app/next_command.hpp"

#include <algorithm>
#include <filesystem>
#include <variant>

#include "base/text.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;

}  // namespace

std::string command_line(const std::vector<std::string>& words) {
  std::string line = "mixvae";
  for (const std::string& word : words) {
    line += " " + shell_quoted(word);
  }
  return line;
}

std::string path_word(const std::string& path) {
  return path.starts_with('-') ? "./" + path : path;
}

std::vector<std::string> given_words(const Options& given, const Options& usual,
                                     const std::vector<std::string>& left_out) {
  std::vector<std::string> words;
  for (const Option& option : given) {
    const std::string text = option_text(option);
    const bool needed = std::ranges::find(left_out, option.name) == left_out.end();
    if (needed && text != option_text(find_option(usual, option.name))) {
      words.push_back("--" + option.name);
      if (!std::holds_alternative<bool*>(option.target)) {
        words.push_back(text);
      }
    }
  }
  return words;
}

std::string free_name(const std::string& name) {
  const bool folder = name.ends_with('/');
  const fs::path plain = folder ? name.substr(0, name.size() - 1) : name;
  std::string candidate = name;
  for (int number = 2; fs::exists(candidate); ++number) {
    candidate = plain.stem().string() + "-" + std::to_string(number) + plain.extension().string() +
                (folder ? "/" : "");
  }
  return candidate;
}

std::string suggested_output(const Source& source) {
  if (!source.files.empty()) {
    return free_name("typed/");
  }
  if (source.format == "fcs") {
    return free_name("typed.fcs");
  }
  return free_name(source.format == "h5ad" && source.cells_unnamed ? "types.csv"
                                                                   : "annotated.h5ad");
}

}  // namespace mixvae::app
