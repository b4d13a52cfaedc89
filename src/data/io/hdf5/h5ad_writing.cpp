#include "data/io/hdf5/h5ad_writing.hpp"

#include <fstream>
#include <limits>
#include <set>

#include "base/atomic_file.hpp"
#include "base/error.hpp"
#include "data/io/hdf5/frame_writing.hpp"
#include "data/io/hdf5/modernise.hpp"

namespace mixvae {
namespace {

using hdf5::Group;
using hdf5::Member;

/// Under uns[record]: names of the results that stand in obs and obsm.
constexpr const char* kRecordedColumns = "obs";
constexpr const char* kRecordedArrays = "obsm";

Group require_dict(const Group& parent, const std::string& name) {
  return parent.member(name) == Member::absent ? hdf5::create_dict(parent, name)
                                               : parent.group(name);
}

void remove_if_present(const Group& parent, const std::string& name) {
  if (parent.member(name) != Member::absent) {
    hdf5::remove_member(parent, name);
  }
}

struct UnstructuredWriter {
  const Group& group;
  const std::string& name;

  void operator()(const std::string& text) const { hdf5::write_text(group, name, text); }
  void operator()(const std::vector<std::string>& texts) const {
    hdf5::write_texts(group, name, texts);
  }
  void operator()(const std::vector<double>& values) const {
    const std::array<Index, 1> shape = {static_cast<Index>(values.size())};
    hdf5::write_numbers<double>(group, name, values, shape);
  }
  template <class Number>
  void operator()(Number value) const {
    hdf5::write_numbers<Number>(group, name, std::span<const Number>(&value, 1), {});
  }
};

void write_nested(const Group& group, const std::string& key, const Unstructured& value) {
  const auto slash = key.find('/');
  if (slash == std::string::npos) {
    std::visit(UnstructuredWriter{group, key}, value);
  } else {
    write_nested(require_dict(group, key.substr(0, slash)), key.substr(slash + 1), value);
  }
}

void set_unstructured(const Group& root, const std::map<std::string, Unstructured>& values) {
  const Group uns = require_dict(root, "uns");
  std::set<std::string> first_keys;
  for (const auto& [key, value] : values) {
    first_keys.insert(key.substr(0, key.find('/')));
  }
  for (const std::string& key : first_keys) {
    remove_if_present(uns, key);
  }
  for (const auto& [key, value] : values) {
    write_nested(uns, key, value);
  }
}

void set_arrays(const Group& root, const std::string& part,
                const std::map<std::string, DenseMatrix>& arrays, Index rows) {
  const Group group = require_dict(root, part);
  for (const auto& [name, array] : arrays) {
    MIXVAE_ASSERT(array.rows == rows, "an array has one row per cell or feature");
    remove_if_present(group, name);
    const std::array<Index, 2> shape = {array.rows, array.columns};
    hdf5::write_numbers<float>(group, name, array.values, shape);
  }
}

/// Throws UsageError where the features that were read are not those of var (those of raw, of
/// chosen types).
void set_feature_arrays(const Group& root, const std::map<std::string, DenseMatrix>& arrays) {
  const Index features = arrays.empty() ? 0 : hdf5::frame_rows(root.group("var"));
  for (const auto& [name, array] : arrays) {
    if (array.rows != features) {
      throw UsageError({.what = "results of features cannot be written into this file, for other "
                                "features were read than its var has",
                        .found = std::to_string(array.rows) + " that were read, " +
                                 std::to_string(features) + " in var",
                        .expected = "another output, such as .csv"});
    }
  }
  if (!arrays.empty()) {
    set_arrays(root, "varm", arrays, features);
  }
}

void write_sparse(const Group& root, const CsrMatrix& x) {
  const Group group = hdf5::create_group(root, "X");
  hdf5::write_encoding(group, "csr_matrix", "0.1.0");
  const std::array<Index, 2> shape = {x.rows, x.columns};
  hdf5::write_attribute(group, "shape", shape);
  const std::array<Index, 1> entries = {x.nonzeros()};
  const std::array<Index, 1> lines = {x.rows + 1};
  const bool small = x.nonzeros() <= std::numeric_limits<std::int32_t>::max();
  hdf5::write_raw(group, "data", H5T_NATIVE_FLOAT, x.values.data(), entries, H5T_NATIVE_FLOAT);
  hdf5::write_raw(group, "indices", H5T_NATIVE_INT32, x.column_numbers.data(), entries,
                  small ? H5T_NATIVE_INT32 : H5T_NATIVE_INT64);
  hdf5::write_raw(group, "indptr", H5T_NATIVE_INT64, x.offsets.data(), lines,
                  small ? H5T_NATIVE_INT32 : H5T_NATIVE_INT64);
}

void write_matrix(const Group& root, const Matrix& x) {
  if (const auto* sparse = std::get_if<CsrMatrix>(&x)) {
    write_sparse(root, *sparse);
  } else {
    const auto& matrix = std::get<DenseMatrix>(x);
    const std::array<Index, 2> shape = {matrix.rows, matrix.columns};
    hdf5::write_numbers<float>(root, "X", matrix.values, shape);
  }
}

/// A byte-wise copy: attributes, references, links and data behind any filter stay what they were.
void copy_bytes(const std::string& input, const std::string& output) {
  const std::ifstream in(input, std::ios::binary);
  std::ofstream out(output, std::ios::binary | std::ios::trunc);
  out << in.rdbuf();
  out.close();
  if (!in || !out) {
    throw SystemError({.what = "cannot copy the file",
                       .where = input + " to " + output,
                       .hint = "is the disk full?"});
  }
}

/// The names that an earlier writer kept under uns[record][part].
std::vector<std::string> recorded_names(const Group& root, const std::string& record,
                                        const std::string& part) {
  if (record.empty() || !root.has_group("uns") || !root.group("uns").has_group(record)) {
    return {};
  }
  const Group kept = root.group("uns").group(record);
  return kept.has_array(part) ? kept.array(part).texts() : std::vector<std::string>{};
}

void remove_earlier_results(const Group& root, const std::string& record) {
  for (const std::string& name : recorded_names(root, record, kRecordedColumns)) {
    hdf5::remove_column(root.group("obs"), name);
  }
  for (const std::string& name : recorded_names(root, record, kRecordedArrays)) {
    remove_if_present(require_dict(root, "obsm"), name);
  }
}

/// The unstructured additions with the names of all others.
std::map<std::string, Unstructured> with_record(const Additions& additions) {
  std::map<std::string, Unstructured> values = additions.unstructured;
  std::vector<std::string> columns;
  std::vector<std::string> arrays;
  for (const Column& column : additions.cells) {
    columns.push_back(column.name);
  }
  for (const auto& [name, array] : additions.arrays) {
    arrays.push_back(name);
  }
  for (const auto& [part, names] :
       {std::pair(kRecordedColumns, columns), std::pair(kRecordedArrays, arrays)}) {
    if (!additions.record.empty() && !names.empty()) {
      values[additions.record + "/" + part] = names;
    }
  }
  return values;
}

void add_to_file(const Group& root, const Additions& additions, Index cells) {
  remove_earlier_results(root, additions.record);
  const Group obs = root.group("obs");
  for (const Column& column : additions.cells) {
    MIXVAE_ASSERT(column.size() == cells, "a column has one value per cell");
    hdf5::set_column(obs, column);
  }
  set_arrays(root, "obsm", additions.arrays, cells);
  set_feature_arrays(root, additions.feature_arrays);
  set_unstructured(root, with_record(additions));
}

}  // namespace

void annotate_h5ad(const std::string& input, const Additions& additions, const std::string& output,
                   Compatibility compatibility) {
  AtomicFile file(output);
  {
    const Group source = hdf5::open_file(input);
    copy_bytes(input, file.temporary());
  }
  {
    const Group root = hdf5::open_for_writing(file.temporary());
    if (compatibility == Compatibility::anndata_0_8) {
      hdf5::rewrite_newer_encodings(root);
    }
    hdf5::rewrite_records(root);
    add_to_file(root, additions, hdf5::frame_rows(root.group("obs")));
    hdf5::flush(root);
  }
  file.commit();
}

void write_h5ad(const Dataset& dataset, const Additions& additions, const std::string& path) {
  AtomicFile file(path);
  {
    const Group root = hdf5::create_file(file.temporary());
    hdf5::write_encoding(root, "anndata", "0.1.0");
    write_matrix(root, dataset.x);
    hdf5::write_frame(root, "obs", dataset.cells);
    hdf5::write_frame(root, "var", dataset.features);
    set_arrays(root, "obsm", dataset.arrays, dataset.cell_count());
    set_unstructured(root, {dataset.texts.begin(), dataset.texts.end()});
    add_to_file(root, additions, dataset.cell_count());
    hdf5::flush(root);
  }
  file.commit();
}

}  // namespace mixvae
