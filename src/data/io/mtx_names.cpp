#include "data/io/mtx_names.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "data/io/delimited.hpp"
#include "data/io/orientation.hpp"
#include "data/io/text_values.hpp"

namespace mixvae {
namespace {

namespace fs = std::filesystem;
using Records = std::vector<std::vector<std::string>>;

struct SideWord {
  std::string_view word;
  NamedSide side;
};

/// Longer words stand before those that they hold.
constexpr std::array<SideWord, 22> kSideWords = {{
    {"cell_metadata", NamedSide::cells}, {"cellmetadata", NamedSide::cells},
    {"all_genes", NamedSide::genes},     {"genes.names", NamedSide::genes},
    {"gene_names", NamedSide::genes},    {"genenames", NamedSide::genes},
    {"barcodes", NamedSide::cells},      {"barcode", NamedSide::cells},
    {"cell_names", NamedSide::cells},    {"cellnames", NamedSide::cells},
    {"cells", NamedSide::cells},         {"features", NamedSide::genes},
    {"feature", NamedSide::genes},       {"genes", NamedSide::genes},
    {"gene", NamedSide::genes},          {"peaks", NamedSide::genes},
    {"rownames", NamedSide::rows},       {"colnames", NamedSide::columns},
    {"rows", NamedSide::rows},           {"cols", NamedSide::columns},
    {"obs", NamedSide::cells},           {"var", NamedSide::genes},
}};

constexpr std::array<std::string_view, 5> kEndings = {".tsv", ".txt", ".csv", ".bed", ".tab"};

bool is_separator(char c) { return c == '_' || c == '.' || c == '-' || c == ' '; }

/// Without ".gz" and the ending of a table.
std::string bare_name(std::string name) {
  if (name.ends_with(".gz")) {
    name.resize(name.size() - 3);
  }
  for (const std::string_view ending : kEndings) {
    if (lower(name).ends_with(ending)) {
      name.resize(name.size() - ending.size());
      break;
    }
  }
  return name;
}

/// The text without the word at `at`, and without separators at its ends or twice in a row.
std::string without(const std::string& text, std::size_t at, std::size_t size) {
  std::string out;
  for (const char c : text.substr(0, at) + "_" + text.substr(at + size)) {
    if (!is_separator(c)) {
      out += c;
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  if (out.ends_with('_')) {
    out.pop_back();
  }
  return lower(out);
}

/// What identifies the data set in the name of its matrix file.
std::string matrix_stem(std::string name) {
  name = name.substr(0, name.rfind(".mtx"));
  for (const std::string_view word : {"matrix", "counts", "count", "mtx"}) {
    const std::size_t at = lower(name).rfind(word);
    if (at != std::string::npos) {
      return without(name, at, word.size());
    }
  }
  return without(name, name.size(), 0);
}

/// The last word for a side in the name that stands by itself.
std::optional<std::pair<std::size_t, SideWord>> find_side(const std::string& bare) {
  const std::string text = lower(bare);
  std::optional<std::pair<std::size_t, SideWord>> last;
  for (const SideWord& word : kSideWords) {
    const std::size_t at = text.rfind(word.word);
    if (at == std::string::npos) {
      continue;
    }
    const std::size_t end = at + word.word.size();
    const bool alone =
        (at == 0 || is_separator(text[at - 1])) && (end == text.size() || is_separator(text[end]));
    const bool later = !last || end > last->first + last->second.word.size();
    if (alone && later) {
      last = {at, word};
    }
  }
  return last;
}

/// Nothing for a file that names no side, or that shares its name with another matrix.
std::optional<NameFile> judge_file(const fs::path& file, const std::string& stem,
                                   const std::set<std::string>& other_stems) {
  const std::string name = file.filename().string();
  const std::string bare = bare_name(name);
  const bool known_ending = bare != name && bare + ".gz" != name;
  const auto found = find_side(bare);
  if (!found || name.find(".mtx") != std::string::npos ||
      (!known_ending && bare.find('.') != std::string::npos)) {
    return std::nullopt;
  }
  NameFile judged;
  judged.path = file.string();
  judged.side = found->second.side;
  const std::string rest = without(bare, found->first, found->second.word.size());
  judged.shares_name = rest == stem;
  if (!judged.shares_name && !rest.empty() && other_stems.contains(rest)) {
    return std::nullopt;
  }
  return judged;
}

Records read_records(const std::string& path) {
  Records records;
  DelimitedReader reader(path, path.find(".csv", path.rfind('/') + 1) != std::string::npos
                                   ? std::nullopt
                                   : std::optional('\t'));
  while (reader.next()) {
    auto& record = records.emplace_back();
    for (const std::string_view field : reader.fields()) {
      record.emplace_back(trimmed(field));
    }
  }
  if (records.empty()) {
    throw InputError({.what = "the file of names is empty", .where = path});
  }
  return records;
}

bool is_ensembl_id(const std::string& name) {
  return name.size() > 8 && name.starts_with("ENS") &&
         name.find_first_of("0123456789") != std::string::npos;
}

/// The texts of one column of the records after the first `skipped`; short records give empty ones.
std::vector<std::string> column_of(const Records& records, std::size_t skipped,
                                   std::size_t column) {
  std::vector<std::string> texts;
  for (std::size_t i = skipped; i < records.size(); ++i) {
    texts.push_back(column < records[i].size() ? records[i][column] : "");
  }
  return texts;
}

/// A file of names as columns, without row numbers before the names.
struct NameColumns {
  std::vector<std::string> header;  // empty where the file has none
  std::vector<std::vector<std::string>> columns;
};

bool counts_rows(const std::vector<std::string>& texts) {
  if (texts.size() < 2) {
    return false;
  }
  const double start = number_of(texts.front()).value_or(-1);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (number_of(texts[i]) != start + static_cast<double>(i)) {
      return false;
    }
  }
  return start == 0 || start == 1;
}

NameColumns split_columns(const NameFile& file, Index count) {
  const auto skipped = file.records.size() - static_cast<std::size_t>(count);
  NameColumns split;
  std::size_t width = 0;
  for (const auto& record : file.records) {
    width = std::max(width, record.size());
  }
  for (std::size_t c = 0; c < width; ++c) {
    split.columns.push_back(column_of(file.records, skipped, c));
  }
  if (skipped > 0) {
    split.header = file.records.front();
    if (split.header.size() + 1 == width) {  // R: the row names have no header
      split.header.insert(split.header.begin(), "");
    }
    split.header.resize(width);
  }
  if (width > 1 && counts_rows(split.columns.front())) {
    split.columns.erase(split.columns.begin());
    if (!split.header.empty()) {
      split.header.erase(split.header.begin());
    }
  }
  return split;
}

bool all_alike(const std::vector<std::string>& texts) {
  return std::ranges::all_of(texts, [&](const std::string& text) { return text == texts.front(); });
}

bool is_feature_type(const std::string& text) {
  return text == "Gene Expression" || text == "Antibody Capture" || text == "Peaks" ||
         text == "CRISPR Guide Capture" || text == "Custom" || text == "Multiplexing Capture";
}

template <class Words>
std::optional<std::size_t> column_called(const NameColumns& split, const Words& words) {
  for (const std::string_view word : words) {
    for (std::size_t c = 0; c < split.header.size(); ++c) {
      if (lower(trimmed(split.header[c])) == word) {
        return c;
      }
    }
  }
  return std::nullopt;
}

/// Which columns hold what; no value: none does.
struct FeatureColumns {
  std::size_t name = 0;
  std::optional<std::size_t> id;
  std::optional<std::size_t> type;
};

FeatureColumns by_header(const NameColumns& split) {
  constexpr std::array<std::string_view, 8> kNames = {
      "gene_name",       "gene_symbol", "symbol", "gene_names",
      "gene_short_name", "name",        "gene",   "genes"};
  constexpr std::array<std::string_view, 6> kIds = {"gene_id", "gene_ids", "ensembl_id",
                                                    "geneid",  "ensembl",  "id"};
  constexpr std::array<std::string_view, 2> kTypes = {"feature_type", "feature_types"};
  FeatureColumns found;
  const auto name = column_called(split, kNames);
  found.id = column_called(split, kIds);
  found.type = column_called(split, kTypes);
  found.name = name.value_or(found.id.value_or(0));
  if (found.id == found.name) {
    found.id = std::nullopt;
  }
  return found;
}

bool is_mostly(const std::vector<std::string>& texts, bool (*test)(const std::string&)) {
  return 2 * std::ranges::count_if(texts, test) > static_cast<std::ptrdiff_t>(texts.size());
}

/// As 10x writes them: id, symbol, type.
FeatureColumns by_place(const NameColumns& split) {
  FeatureColumns found;
  const auto& columns = split.columns;
  for (std::size_t c = 1; c < columns.size() && !found.type; ++c) {
    if (is_mostly(columns[c], is_feature_type) ||
        (c == 2 && !is_mostly(columns[c], [](const std::string& text) {
           return number_of(text).has_value();
         }))) {
      found.type = c;
    }
  }
  const bool second_names =
      columns.size() > 1 && found.type != 1 &&
      !is_mostly(columns[1], [](const std::string& text) { return number_of(text).has_value(); }) &&
      (columns[1].size() <= 3 || !all_alike(columns[1]));
  if (!second_names) {
    return found;
  }
  const bool swapped =
      is_mostly(columns[1], is_ensembl_id) && !is_mostly(columns[0], is_ensembl_id);
  found.name = swapped ? 0 : 1;
  found.id = swapped ? 1 : 0;
  return found;
}

bool is_bed(const NameFile& file, const NameColumns& split) {
  return lower(fs::path(file.path).filename().string()).find(".bed") != std::string::npos &&
         split.columns.size() >= 3;
}

std::vector<std::string> peak_names(const NameColumns& split) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < split.columns[0].size(); ++i) {
    names.push_back(split.columns[0][i] + ":" + split.columns[1][i] + "-" + split.columns[2][i]);
  }
  return names;
}

}  // namespace

bool NameFile::has_header_words() const {
  return std::ranges::any_of(records.front(), [](const std::string& text) {
    const std::string word = lower(trimmed(text));
    return is_gene_header(word) || is_cell_header(word) || word.empty() || word == "x" ||
           word == "v1" || word == "index" || word == "id" || word == "name";
  });
}

std::vector<NameFile> name_files(const std::string& matrix_path) {
  const std::string stem = matrix_stem(fs::path(matrix_path).filename().string());
  const fs::path folder = fs::path(matrix_path).parent_path();
  std::set<std::string> stems;
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(folder.empty() ? fs::path(".") : folder)) {
    const fs::path name = entry.path().filename();
    if (name.string().find(".mtx") != std::string::npos) {
      stems.insert(matrix_stem(name.string()));
    } else if (entry.is_regular_file()) {
      files.push_back(folder / name);
    }
  }
  std::vector<NameFile> found;
  for (const fs::path& file : files) {
    if (auto judged = judge_file(file, stem, stems)) {
      found.push_back(std::move(*judged));
    }
  }
  std::ranges::sort(found, [](const NameFile& a, const NameFile& b) {
    return a.shares_name != b.shares_name   ? a.shares_name
           : a.path.size() != b.path.size() ? a.path.size() < b.path.size()
                                            : natural_less(a.path, b.path);
  });
  std::vector<NameFile> chosen;
  for (NameFile& file : found) {
    const bool has_better = std::ranges::any_of(chosen, [&](const NameFile& other) {
      return other.side == file.side && other.shares_name && !file.shares_name;
    });
    if (!has_better) {
      file.records = read_records(file.path);
      chosen.push_back(std::move(file));
    }
  }
  return chosen;
}

Table cell_table(const NameFile& file, Index count) {
  const NameColumns split = split_columns(file, count);
  Table table;
  table.names = split.columns.front();
  for (std::size_t c = 1; c < split.header.size() && c < split.columns.size(); ++c) {
    const std::string name =
        split.header[c].empty() ? "column " + std::to_string(c + 1) : split.header[c];
    table.set({name, typed_column(split.columns[c])});
  }
  return table;
}

Table feature_table(const NameFile& file, Index count) {
  const NameColumns split = split_columns(file, count);
  Table table;
  if (is_bed(file, split)) {
    table.names = peak_names(split);
    return table;
  }
  const FeatureColumns found =
      split.columns.size() > 1 && !split.header.empty() ? by_header(split) : by_place(split);
  table.names = split.columns[found.name];
  if (found.id) {
    const auto& ids = split.columns[*found.id];
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (is_missing(table.names[i])) {
        table.names[i] = ids[i];
      }
    }
    table.set({"gene_ids", ids});
  }
  if (found.type) {
    table.set({"feature_types", labels_with_missing(split.columns[*found.type])});
  }
  return table;
}

}  // namespace mixvae
