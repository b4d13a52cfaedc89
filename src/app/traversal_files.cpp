#include "app/traversal_files.hpp"

#include <algorithm>
#include <limits>

#include "base/index.hpp"
#include "data/io/npy_writer.hpp"
#include "data/prepare/feature_alignment.hpp"

namespace mixvae::app {
namespace {

using analysis::StateWalk;
using analysis::Traversal;
using analysis::TraversedType;

constexpr const char* kTraversalRecord = "mixvae_traversal";

/// Numbers of all walks one after another, as a list of them tells.
template <class Part>
std::vector<double> of_all_walks(const Traversal& traversal, const Part& part) {
  std::vector<double> all;
  for (const TraversedType& type : traversal.types) {
    for (const StateWalk& walk : type.walks) {
      const auto& numbers = part(walk);
      all.insert(all.end(), numbers.begin(), numbers.end());
    }
  }
  return all;
}

/// A column [D of the data] for each walk of each type.
DenseMatrix walk_columns(const Traversal& traversal, const std::vector<Index>& columns,
                         Index features, std::vector<double> StateWalk::*part) {
  Index walks = 0;
  for (const TraversedType& type : traversal.types) {
    walks += std::ssize(type.walks);
  }
  DenseMatrix array(features, walks);
  std::ranges::fill(array.values, std::numeric_limits<float>::quiet_NaN());
  Index column = 0;
  for (const TraversedType& type : traversal.types) {
    for (const StateWalk& walk : type.walks) {
      for (std::size_t d = 0; d < columns.size(); ++d) {
        if (columns[d] >= 0) {
          array(columns[d], column) = static_cast<float>((walk.*part)[d]);
        }
      }
      ++column;
    }
  }
  return array;
}

}  // namespace

void write_traversal_npz(const std::string& path, const Traversal& traversal) {
  std::vector<std::string> of;
  std::vector<std::string> along;
  for (const TraversedType& type : traversal.types) {
    of.push_back(type.name);
  }
  for (const StateWalk& walk : traversal.types.front().walks) {
    along.push_back(walk.name);
  }
  const Index types = std::ssize(of);
  const Index walks = std::ssize(along);
  const Index steps = std::ssize(traversal.quantiles);
  const Index features = std::ssize(traversal.features);
  const auto per_feature = [&](std::vector<double> StateWalk::*part) {
    return npy_content(
        of_all_walks(
            traversal, [part](const StateWalk& walk) -> const auto& { return walk.*part; }),
        {types, walks, features});
  };
  write_npz(path,
            {{"of", npy_content(of)},
             {"along", npy_content(along)},
             {"feature_names", npy_content(traversal.features)},
             {"quantiles", npy_content(traversal.quantiles)},
             {"position", npy_content(of_all_walks(
                                          traversal, [](const StateWalk& walk) -> const auto& {
                                            return walk.position;
                                          }),
                                      {types, walks, steps})},
             {"values", npy_content(of_all_walks(
                                        traversal, [](const StateWalk& walk) -> const auto& {
                                          return walk.values.values;
                                        }),
                                    {types, walks, steps, features})},
             {"effect", per_feature(&StateWalk::effect)},
             {"in_sd", per_feature(&StateWalk::in_sd)},
             {"monotone", per_feature(&StateWalk::monotone)}});
}

Additions traversal_additions(const Traversal& traversal, const Dataset& dataset,
                              const Preprocessing& preprocessing) {
  const std::vector<Index> columns = align_features(preprocessing, dataset, 0).columns;
  const std::string record = kTraversalRecord;
  Additions additions;
  for (const auto& [name, part] :
       {std::pair("effect", &StateWalk::effect), std::pair("in_sd", &StateWalk::in_sd),
        std::pair("monotone", &StateWalk::monotone)}) {
    additions.feature_arrays[record + "_" + name] =
        walk_columns(traversal, columns, dataset.feature_count(), part);
  }
  std::vector<std::string> names;
  for (const TraversedType& type : traversal.types) {
    for (const StateWalk& walk : type.walks) {
      std::string name = type.name + " " + walk.name;
      std::ranges::replace(name, '/', '_');  // which would open a group of the file
      additions.unstructured[record + "/position/" + name] = walk.position;
      names.push_back(std::move(name));
    }
  }
  additions.unstructured[record + "/columns"] = names;
  additions.unstructured[record + "/quantiles"] = traversal.quantiles;
  additions.unstructured[record + "/arm"] = static_cast<std::int64_t>(traversal.arm + 1);
  return additions;
}

}  // namespace mixvae::app
