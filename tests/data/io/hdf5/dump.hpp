#pragma once

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "data/dataset.hpp"
#include "support/valid_matrix.hpp"

namespace mixvae::testing {

template <class Value>
void dump_raw(const std::string& path, const std::vector<Value>& values) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size() * sizeof(Value)));
}

inline nlohmann::json dump_column(const Column& column) {
  nlohmann::json values;
  if (const auto* labels = std::get_if<Categorical>(&column.values)) {
    return {{"name", column.name},
            {"kind", "categorical"},
            {"codes", labels->codes},
            {"categories", labels->categories},
            {"ordered", labels->ordered}};
  }
  std::string kind = "text";
  std::visit(
      [&](const auto& all) {
        using Values = std::decay_t<decltype(all)>;
        if constexpr (std::is_same_v<Values, std::vector<double>>) {
          kind = "real";
          for (const double value : all) {
            values.push_back(std::isnan(value) ? nlohmann::json() : nlohmann::json(value));
          }
        } else if constexpr (!std::is_same_v<Values, Categorical>) {
          values = all;
          if (std::is_same_v<Values, std::vector<bool>>) kind = "truth";
          if (std::is_same_v<Values, std::vector<std::int64_t>>) kind = "integer";
        }
      },
      column.values);
  return {{"name", column.name}, {"kind", kind}, {"values", values}};
}

inline nlohmann::json dump_table(const Table& table) {
  nlohmann::json columns = nlohmann::json::array();
  for (const Column& column : table.columns) columns.push_back(dump_column(column));
  return {{"names", table.names}, {"columns", columns}};
}

/// Writes everything of a data set into a folder, for a script to compare.
inline void dump_dataset(const Dataset& dataset, const std::string& folder) {
  std::filesystem::create_directories(folder);
  nlohmann::json all = {{"rows", dataset.cell_count()},
                        {"columns", dataset.feature_count()},
                        {"cells", dump_table(dataset.cells)},
                        {"features", dump_table(dataset.features)},
                        {"texts", dataset.texts},
                        {"notes", dataset.source.notes},
                        {"layers", dataset.source.layers}};
  if (const auto* sparse = std::get_if<CsrMatrix>(&dataset.x)) {
    EXPECT_TRUE(support::is_valid(*sparse));
    all["sparse"] = true;
    dump_raw(folder + "/offsets", sparse->offsets);
    dump_raw(folder + "/columns", sparse->column_numbers);
    dump_raw(folder + "/values", sparse->values);
  } else {
    all["sparse"] = false;
    dump_raw(folder + "/values", std::get<DenseMatrix>(dataset.x).values);
  }
  all["arrays"] = nlohmann::json::object();
  int number = 0;
  const std::string within = folder + "/";
  for (const auto& [name, array] : dataset.arrays) {
    const std::string file = "array" + std::to_string(number++);
    dump_raw(within + file, array.values);
    all["arrays"][name] = {{"file", file}, {"shape", {array.rows, array.columns}}};
  }
  std::ofstream(folder + "/dataset.json") << all;
}

}  // namespace mixvae::testing
