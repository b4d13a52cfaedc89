#pragma once

#include <string>

#include <gmock/gmock.h>

#include "data/dataset.hpp"

namespace mixvae::testing {

struct ColumnText {
  std::string operator()(const Categorical& labels) const {
    std::string text = labels.ordered ? "ordered labels of" : "labels of";
    for (const std::string& category : labels.categories) text += " '" + category + "'";
    text += ":";
    for (const std::int32_t code : labels.codes) text += " " + std::to_string(code);
    return text;
  }
  std::string operator()(const std::vector<std::string>& texts) const {
    std::string text = "texts:";
    for (const std::string& one : texts) text += " '" + one + "'";
    return text;
  }
  template <class Number>
  std::string operator()(const std::vector<Number>& numbers) const {
    std::string text = std::is_same_v<Number, double> ? "numbers:" : "whole numbers:";
    for (const Number number : numbers) text += " " + std::to_string(number);
    return text;
  }
  std::string operator()(const std::vector<bool>& truths) const {
    std::string text = "truth values:";
    for (const bool truth : truths) text += truth ? " true" : " false";
    return text;
  }
};

inline std::vector<std::string> column_texts(const Table& table) {
  std::vector<std::string> texts;
  for (const Column& column : table.columns) {
    texts.push_back(column.name + ": " + std::visit(ColumnText{}, column.values));
  }
  return texts;
}

inline void expect_same_matrix(const Matrix& a, const Matrix& b) {
  ASSERT_EQ(a.index(), b.index());
  if (const auto* sparse = std::get_if<CsrMatrix>(&a)) {
    const auto& other = std::get<CsrMatrix>(b);
    EXPECT_EQ(sparse->offsets, other.offsets);
    EXPECT_EQ(sparse->column_numbers, other.column_numbers);
    EXPECT_EQ(sparse->values, other.values);
  } else {
    EXPECT_EQ(std::get<DenseMatrix>(a).values, std::get<DenseMatrix>(b).values);
  }
}

/// All but where the two came from.
inline void expect_same_dataset(const Dataset& a, const Dataset& b) {
  expect_same_matrix(a.x, b.x);
  EXPECT_EQ(a.cells.names, b.cells.names);
  EXPECT_EQ(a.features.names, b.features.names);
  EXPECT_EQ(column_texts(a.cells), column_texts(b.cells));
  EXPECT_EQ(column_texts(a.features), column_texts(b.features));
  EXPECT_EQ(a.texts, b.texts);
  EXPECT_EQ(a.source.layers, b.source.layers);
  EXPECT_EQ(a.source.notes, b.source.notes);
  ASSERT_EQ(a.arrays.size(), b.arrays.size());
  for (const auto& [name, array] : a.arrays) {
    ASSERT_TRUE(b.arrays.contains(name)) << name;
    EXPECT_EQ(array.columns, b.arrays.at(name).columns) << name;
    EXPECT_EQ(array.values, b.arrays.at(name).values) << name;
  }
}

}  // namespace mixvae::testing
