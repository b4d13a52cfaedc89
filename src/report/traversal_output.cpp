#include "report/traversal_output.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/index.hpp"
#include "data/io/csv_writer.hpp"

namespace mixvae::report {
namespace {

using analysis::SetEffect;
using analysis::StateWalk;
using analysis::TraversedType;
using nlohmann::json;

std::string six_digits(double value) {
  return std::isnan(value) ? "" : fmt::format("{:.6g}", value);
}

json features_json(const TraversalList& list, const StateWalk& walk, Index n) {
  json features = json::array();
  for (const Index d : moved_features(walk, n)) {
    features.push_back({{"feature", list.traversal.features[at(d)]},
                        {"effect", walk.effect[at(d)]},
                        {"in_sd", walk.in_sd[at(d)]},
                        {"monotone", walk.monotone[at(d)]}});
  }
  return features;
}

json sets_json(const TraversalList& list, const StateWalk& walk) {
  json sets = json::array();
  for (const analysis::FeatureSet& set : list.sets.sets) {
    const SetEffect effect = analysis::set_effect(walk, set);
    sets.push_back({{"set", set.name},
                    {"genes", set.features.size()},
                    {"rank", effect.rank},
                    {"in_sd", effect.in_sd},
                    {"size", effect.size},
                    {"monotone", effect.monotone}});
  }
  return sets;
}

/// What a state follows; the direction is none.
json following_json(const TraversalList& list, std::size_t type, std::size_t walk) {
  json follows = json::object();
  for (const analysis::StateFollowing& of : list.following[type]) {
    if (walk < of.states.size()) {
      follows[of.property] = of.states[walk];
    }
  }
  return follows;
}

}  // namespace

std::vector<Index> moved_features(const StateWalk& walk, Index n) {
  std::vector<Index> moved;
  for (const Index d : walk.order) {
    if (std::ssize(moved) == n || std::isnan(walk.in_sd[at(d)]) ||
        std::isnan(walk.monotone[at(d)])) {
      break;
    }
    moved.push_back(d);
  }
  return moved;
}

TablePrinter traversal_table(const TraversalList& list, Index n) {
  TablePrinter table({"of", "along", "feature", "effect", "in s.d.", "monotone"});
  for (const TraversedType& type : list.traversal.types) {
    for (const StateWalk& walk : type.walks) {
      for (const Index d : moved_features(walk, n)) {
        table.add({type.name, walk.name, list.traversal.features[at(d)], fixed(walk.effect[at(d)]),
                   fixed(walk.in_sd[at(d)]), fixed(walk.monotone[at(d)], 2)});
      }
    }
  }
  return table;
}

TablePrinter following_table(const TraversalList& list) {
  std::vector<std::string> header{"of", "state"};
  if (!list.following.empty()) {
    for (const analysis::StateFollowing& of : list.following.front()) {
      header.push_back(of.property);
    }
  }
  const bool known = header.size() > 2;
  TablePrinter table(std::move(header));
  for (std::size_t t = 0; t < list.following.size() && known; ++t) {
    for (Index s = 0; s < list.traversal.states; ++s) {
      std::vector<std::string> row{list.traversal.types[t].name, std::to_string(s + 1)};
      for (const analysis::StateFollowing& of : list.following[t]) {
        row.push_back(fixed(of.states[at(s)], 2));
      }
      table.add(std::move(row));
    }
  }
  return table;
}

TablePrinter set_table(const TraversalList& list) {
  TablePrinter table({"of", "along", "set", "genes", "mean rank", "in s.d.", "size", "monotone"});
  for (const TraversedType& type : list.traversal.types) {
    for (const StateWalk& walk : type.walks) {
      for (const analysis::FeatureSet& set : list.sets.sets) {
        const SetEffect effect = analysis::set_effect(walk, set);
        table.add({type.name, walk.name, set.name, std::to_string(set.features.size()),
                   fixed(effect.rank, 1), fixed(effect.in_sd), fixed(effect.size),
                   fixed(effect.monotone, 2)});
      }
    }
  }
  return table;
}

std::string traversal_csv(const analysis::Traversal& traversal) {
  return traversal_csv(traversal, static_cast<Index>(traversal.features.size()));
}

std::string traversal_csv(const analysis::Traversal& traversal, Index n) {
  std::string text = "of,type,along,feature,rank,start,end,effect,in_sd,monotone\n";
  for (const TraversedType& type : traversal.types) {
    const std::string of =
        csv_field(type.name) + "," + csv_field(traversal.type_names[at(type.type)]) + ",";
    for (const StateWalk& walk : type.walks) {
      for (std::size_t place = 0; place < std::min(walk.order.size(), at(n)); ++place) {
        const Index d = walk.order[place];
        text += of + walk.name + "," + csv_field(traversal.features[at(d)]) + "," +
                std::to_string(place + 1);
        for (const double value : {static_cast<double>(walk.values(0, d)),
                                   static_cast<double>(walk.values(walk.values.rows - 1, d)),
                                   walk.effect[at(d)], walk.in_sd[at(d)], walk.monotone[at(d)]}) {
          text += "," + six_digits(value);
        }
        text += "\n";
      }
    }
  }
  return text;
}

std::string traversal_json(const TraversalList& list, Index n) {
  const analysis::Traversal& traversal = list.traversal;
  json types = json::array();
  for (std::size_t t = 0; t < traversal.types.size(); ++t) {
    const TraversedType& type = traversal.types[t];
    json walks = json::array();
    for (std::size_t w = 0; w < type.walks.size(); ++w) {
      const StateWalk& walk = type.walks[w];
      walks.push_back({{"along", walk.name},
                       {"position", walk.position},
                       {"features", features_json(list, walk, n)},
                       {"sets", sets_json(list, walk)},
                       {"follows", following_json(list, t, w)}});
    }
    types.push_back({{"of", type.name},
                     {"type", traversal.type_names[at(type.type)]},
                     {"cells", type.cells},
                     {"walks", std::move(walks)}});
  }
  const json all{{"arm", traversal.arm + 1},
                 {"quantiles", traversal.quantiles},
                 {"features", traversal.features.size()},
                 {"types", std::move(types)},
                 {"left_out", traversal.left_out},
                 {"unknown_in_sets", list.sets.unknown}};
  return all.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace mixvae::report
