#include "app/benchmark/plan.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include <toml++/toml.h>

#include "analysis/clustering_options.hpp"
#include "app/benchmark/task.hpp"
#include "base/error.hpp"
#include "base/nearest_hint.hpp"
#include "base/text.hpp"

namespace mixvae::app {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const toml::node& node, const std::string& what,
                         const std::string& expected, const std::string& hint = {}) {
  const auto& source = node.source();
  throw InputError(
      {.what = what,
       .where = (source.path ? *source.path : "") + ", line " + std::to_string(source.begin.line),
       .expected = expected,
       .hint = hint});
}

/// A table whose keys are taken one by one; whatever is left over is unknown.
class Section {
 public:
  Section(const toml::table& table, std::string name) : table_(table), name_(std::move(name)) {}

  const toml::node* take(const std::string& key) {
    known_.push_back(key);
    return table_.get(key);
  }
  std::string text(const std::string& key, bool required = false) {
    const toml::node* node = take(key);
    if (node == nullptr && required) {
      refuse(table_, name_ + " has no '" + key + "'", "a text");
    }
    return node == nullptr ? "" : text_of(*node, key);
  }
  std::vector<std::string> texts(const std::string& key) {
    const toml::node* node = take(key);
    return node == nullptr ? std::vector<std::string>{} : texts_of(*node, key);
  }
  OptionTexts options(const std::string& key) {
    OptionTexts options;
    if (const toml::table* table = subtable(key)) {
      for (const auto& [name, node] : *table) {
        options[std::string(name.str())] = scalar_or_list(node, std::string(name.str()));
      }
    }
    return options;
  }
  std::map<std::string, std::vector<std::string>> lists(const std::string& key) {
    std::map<std::string, std::vector<std::string>> lists;
    if (const toml::table* table = subtable(key)) {
      for (const auto& [name, node] : *table) {
        lists[std::string(name.str())] = texts_of(node, std::string(name.str()));
      }
    }
    return lists;
  }
  std::vector<Section> sections(const std::string& key) {
    const toml::node* node = take(key);
    std::vector<Section> sections;
    if (node == nullptr) {
      return sections;
    }
    if (!node->is_array_of_tables()) {
      refuse(*node, "'" + key + "' is not a list of tables", "[[" + key + "]] before each");
    }
    for (const toml::node& element : *node->as_array()) {
      sections.emplace_back(*element.as_table(), "[[" + key + "]]");
    }
    return sections;
  }
  void refuse_unknown() const {
    for (const auto& [key, node] : table_) {
      if (std::ranges::find(known_, key.str()) == known_.end()) {
        refuse(node, name_ + " has no key '" + std::string(key.str()) + "'", join(known_, ", "),
               nearest_hint(key.str(), known_, 1));
      }
    }
  }
  [[noreturn]] void refuse_here(const std::string& what, const std::string& expected) const {
    refuse(table_, what, expected);
  }

  static std::string text_of(const toml::node& node, const std::string& key) {
    if (const auto* text = node.as_string()) {
      return text->get();
    }
    if (const auto* whole = node.as_integer()) {
      return std::to_string(whole->get());
    }
    if (const auto* number = node.as_floating_point()) {
      return shortest(number->get());
    }
    if (const auto* truth = node.as_boolean()) {
      return truth->get() ? "true" : "false";
    }
    refuse(node, "'" + key + "' has a value of the wrong kind", "a text, number or truth value");
  }
  static std::vector<std::string> texts_of(const toml::node& node, const std::string& key) {
    std::vector<std::string> texts;
    if (const auto* list = node.as_array()) {
      for (const toml::node& element : *list) {
        texts.push_back(text_of(element, key));
      }
    } else {
      texts.push_back(text_of(node, key));
    }
    return texts;
  }

 private:
  static std::string scalar_or_list(const toml::node& node, const std::string& key) {
    return join(texts_of(node, key), ",");
  }
  const toml::table* subtable(const std::string& key) {
    const toml::node* node = take(key);
    if (node != nullptr && !node->is_table()) {
      refuse(*node, "'" + key + "' is not a table", "[" + key + "] or " + key + " = {...}");
    }
    return node == nullptr ? nullptr : node->as_table();
  }

  const toml::table& table_;
  std::string name_;
  std::vector<std::string> known_;
};

std::int64_t whole_number(const toml::node& node, const std::string& key, std::int64_t minimum) {
  const auto* number = node.as_integer();
  if (number == nullptr || number->get() < minimum) {
    refuse(node, "'" + key + "' has a value of the wrong kind",
           "integer >= " + std::to_string(minimum));
  }
  return number->get();
}

bool truth_value(const toml::node& node, const std::string& key) {
  const auto* value = node.as_boolean();
  if (value == nullptr) {
    refuse(node, "'" + key + "' has a value of the wrong kind", "true or false");
  }
  return value->get();
}

/// A list of seeds, or how many of them from 0.
std::vector<std::int64_t> seeds_of(const toml::node& node) {
  std::vector<std::int64_t> seeds;
  if (const auto* list = node.as_array()) {
    for (const toml::node& element : *list) {
      seeds.push_back(whole_number(element, "seeds", 0));
    }
  } else {
    seeds.resize(
        static_cast<std::size_t>(std::min<std::int64_t>(whole_number(node, "seeds", 1), 10000)));
    std::ranges::generate(seeds, [next = std::int64_t{0}]() mutable { return next++; });
  }
  return seeds;
}

std::string path_from(const std::string& path, const std::string& here) {
  return path.empty() ? path : (fs::path(here) / path).lexically_normal().string();
}

BenchmarkData benchmark_data_of(Section section, const std::string& here) {
  BenchmarkData data;
  data.name = section.text("name", true);
  data.path = path_from(section.text("path", true), here);
  data.labels = section.text("labels", true);
  data.read.annotations = path_from(section.text("annotations"), here);
  const std::string layer = section.text("layer");
  data.read.layer = layer.empty() ? data.read.layer : layer;
  data.filter = section.texts("filter");
  data.merge = section.lists("merge");
  if (const toml::node* types = section.take("types")) {
    data.types = whole_number(*types, "types", 1);
  }
  if (const toml::node* optional = section.take("optional")) {
    data.optional = truth_value(*optional, "optional");
  }
  data.options = section.options("options");
  section.refuse_unknown();
  return data;
}

BenchmarkMethod method_of(Section section, const std::vector<BenchmarkData>& data) {
  BenchmarkMethod method;
  method.name = section.text("name", true);
  method.method = section.text("method");
  method.command = section.texts("command");
  method.data = section.texts("data");
  method.options = section.options("options");
  for (const std::string& name : method.data) {
    if (std::ranges::find(data, name, &BenchmarkData::name) == data.end()) {
      section.refuse_here("method '" + method.name + "' names unknown data '" + name + "'",
                          "the name of a [[data]]");
    }
  }
  if (!method.command.empty() && !method.options.empty()) {
    section.refuse_here("method '" + method.name + "' has both command and options",
                        "options for mixvae fit, or the words of another command");
  }
  if (!method.method.empty()) {
    const auto& known = analysis::clustering_methods();
    if (std::ranges::find(known, method.method, &analysis::ClusteringMethod::name) == known.end()) {
      section.refuse_here("'" + method.name + "' names unknown method '" + method.method + "'",
                          "a method of mixvae cluster");
    }
    if (!method.command.empty()) {
      section.refuse_here("method '" + method.name + "' has both method and command",
                          "a method of mixvae cluster, or the words of another command");
    }
  }
  section.refuse_unknown();
  return method;
}

PublishedValue published_of(Section section) {
  PublishedValue value{section.text("data", true), section.text("method", true),
                       section.text("metric", true), section.text("value", true)};
  section.text("source");
  section.refuse_unknown();
  return value;
}

template <class Item>
void require_distinct_names(const std::vector<Item>& items, const std::string& kind,
                            const std::string& path) {
  std::map<std::string, std::string> names;  // by their place on disk
  for (const Item& item : items) {
    const auto [other, is_new] = names.emplace(path_part(item.name), item.name);
    if (!is_new) {
      throw InputError({.what = "two [[" + kind + "]] have the same name",
                        .where = path,
                        .found = other->second == item.name
                                     ? item.name
                                     : "'" + other->second + "' and '" + item.name +
                                           "', whose results would both be kept under " +
                                           other->first});
    }
  }
  if (items.empty()) {
    throw InputError({.what = "the benchmark has no [[" + kind + "]]", .where = path});
  }
}

toml::table parse_plan(const std::string& path) {
  if (!fs::is_regular_file(path)) {
    throw InputError({.what = "cannot read the benchmark file", .where = path});
  }
  try {
    return toml::parse_file(path);
  } catch (const toml::parse_error& error) {
    throw InputError({.what = "the benchmark file is not valid TOML",
                      .where = path + ", line " + std::to_string(error.source().begin.line),
                      .found = std::string(error.description())});
  }
}

}  // namespace

BenchmarkPlan read_benchmark_plan(const std::string& path) {
  const toml::table table = parse_plan(path);
  Section root(table, "the benchmark file");
  BenchmarkPlan plan;
  plan.here = fs::absolute(path).parent_path().string();
  plan.title = root.text("title");
  if (const toml::node* seeds = root.take("seeds")) {
    plan.seeds = seeds_of(*seeds);
  }
  const std::vector<std::string> metrics = root.texts("metrics");
  plan.metrics = metrics.empty() ? plan.metrics : metrics;
  plan.options = root.options("options");
  for (Section& section : root.sections("data")) {
    plan.data.push_back(benchmark_data_of(section, plan.here));
  }
  for (Section& section : root.sections("method")) {
    plan.methods.push_back(method_of(section, plan.data));
  }
  for (Section& section : root.sections("published")) {
    plan.published.push_back(published_of(section));
  }
  root.refuse_unknown();
  require_distinct_names(plan.data, "data", path);
  require_distinct_names(plan.methods, "method", path);
  return plan;
}

OptionTexts merged_options(const BenchmarkPlan& plan, const BenchmarkData& data,
                           const BenchmarkMethod& method) {
  OptionTexts options = method.options;
  options.insert(data.options.begin(), data.options.end());
  options.insert(plan.options.begin(), plan.options.end());
  return options;
}

}  // namespace mixvae::app
