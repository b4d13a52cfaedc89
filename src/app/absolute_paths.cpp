#include "app/absolute_paths.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "app/memory_exchange.hpp"
#include "data/io/annotations.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;

std::string absolute_path(const std::string& path) {
  return path.empty() ? path : fs::absolute(path).lexically_normal().string();
}

bool names_a_file(const std::string& text) {
  constexpr std::array<std::string_view, 5> kWords = {"none", "knn", "distance", "auto", "all"};
  const bool number = text.find_first_not_of("0123456789") == std::string::npos;
  std::error_code no_path;  // a long list of names
  return !number && std::ranges::find(kWords, text) == kWords.end() && fs::exists(text, no_path);
}

}  // namespace

void make_paths_absolute(std::string& input, ReadOptions& read, fit::FitOptions& fit) {
  if (MemoryExchange::data_named(input) == nullptr) {
    input = absolute_path(input);
  }
  if (!read.annotations.empty()) {
    const auto [file, key] = annotation_file(read.annotations);
    read.annotations = absolute_path(file) + (key.empty() ? "" : ":" + key);
  }
  fit.similarity.pairs = absolute_path(fit.similarity.pairs);
  fit.weak_labels.reference_prior = absolute_path(fit.weak_labels.reference_prior);
  for (std::string* text : {&fit.preprocessing.features, &fit.similarity.similarity}) {
    if (names_a_file(*text)) {
      *text = absolute_path(*text);
    }
  }
}

}  // namespace mixvae::app
