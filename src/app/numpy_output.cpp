#include "app/numpy_output.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/npy_writer.hpp"

namespace mixvae::app {
namespace {

struct ColumnContent {
  NpyContent operator()(const Categorical& labels) const {
    std::vector<std::string> texts;
    texts.reserve(labels.codes.size());
    for (Index cell = 0; cell < std::ssize(labels.codes); ++cell) {
      texts.emplace_back(labels.label(cell));
    }
    return npy_content(texts);
  }
  template <class Value>
  NpyContent operator()(const std::vector<Value>& values) const {
    return npy_content(values);
  }
};

struct UnstructuredContent {
  NpyContent operator()(const std::string& text) const { return npy_item(text); }
  NpyContent operator()(double number) const { return npy_item(number); }
  NpyContent operator()(std::int64_t number) const { return npy_item(number); }
  template <class Value>
  NpyContent operator()(const std::vector<Value>& values) const {
    return npy_content(values);
  }
};

}  // namespace

void write_npz_results(const std::string& path, const std::vector<std::string>& cells,
                       const Additions& additions) {
  std::vector<std::pair<std::string, NpyContent>> arrays;
  arrays.emplace_back("obs_names", npy_content(cells));
  for (const Column& column : additions.cells) {
    arrays.emplace_back(column.name, std::visit(ColumnContent{}, column.values));
  }
  for (const auto& [name, array] : additions.arrays) {
    arrays.emplace_back(name, npy_content(array));
  }
  for (const auto& [key, value] : additions.unstructured) {
    std::string name = key;
    std::ranges::replace(name, '/', '_');
    arrays.emplace_back(name, std::visit(UnstructuredContent{}, value));
  }
  write_npz(path, arrays);
}

void write_npy_results(const std::string& path, const Additions& additions) {
  if (additions.arrays.size() != 1) {
    std::vector<std::string> names;
    names.reserve(additions.arrays.size());
    for (const auto& [name, array] : additions.arrays) {
      names.push_back(name);
    }
    throw UsageError({.what = "a .npy file holds one array",
                      .where = path,
                      .found = names.empty() ? "results without an array" : join(names, ", "),
                      .expected = "another output, such as .npz"});
  }
  write_npy(path, npy_content(additions.arrays.begin()->second));
}

}  // namespace mixvae::app
