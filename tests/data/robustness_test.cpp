// Damaged files: every small valid file cut at every byte and with every byte changed is either
// read as a valid data set or refused as a fault of the input; nothing else may happen.

#include <cstdint>

#include "base/philox.hpp"
#include "data/arrays.hpp"
#include "data/files.hpp"
#include "data/io/fcs/fcs_draft.hpp"
#include "data/io/read.hpp"
#include "support/valid_matrix.hpp"

namespace mixvae {
namespace robustness_test {

using namespace testing_files;

struct Sample {
  std::string name;
  std::string content;
  std::string orientation = "auto";
};

void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.name; }

std::vector<Sample> samples() {
  const std::string csv = "cell,type,g1,g2\na,\"T, x\",1,0.5\nb,B,0,NA\n";
  const std::string genes_in_rows =
      "\"A1\",\"A2\"\n\"ENSG00000072858\",0,1\n\"ENSG00000129749\",0,2\n";
  const std::string mtx =
      "%%MatrixMarket matrix coordinate integer general\n%\n3 2 3\n1 1 5\n3 1 2\n2 2 7\n";
  const std::string matrix =
      npy_file(npy_dictionary("<f4", "(2, 2)"), bytes_of<float>({1, 2, 3, 4}));
  const std::string labels =
      npy_file(npy_dictionary("<U2", "(2,)"), bytes_of<std::uint32_t>({'T', 'a', 'B', 0}));
  const std::vector<std::pair<std::string, std::string>> sparse = {
      {"format.npy", npy_file(npy_dictionary("|S3", "()"), "csc")},
      {"shape.npy", npy_file(npy_dictionary("|u1", "(2,)"), "\x02\x02")},
      {"data.npy", npy_file(npy_dictionary("|u1", "(2,)"), "\x05\x06")},
      {"indices.npy", npy_file(npy_dictionary("|u1", "(2,)"), std::string("\x01\x00", 2))},
      {"indptr.npy", npy_file(npy_dictionary("|u1", "(3,)"), std::string("\x00\x01\x02", 3))}};
  const std::string images = idx_file({2, 1, 3}, std::string("\x00\x01\x02\xff\x04\x05", 6));
  FcsDraft events = float_draft();
  events.set("$SPILLOVER", "2,A,B,1,0.1,0.2,1");
  return {
      {"f.fcs", events.bytes()},
      {"i.fcs", integer_draft({10, 6}, true, "\x11\x22\x33\x44", 2).bytes()},
      {"t.csv", csv},
      {"r.csv", genes_in_rows},
      {"t.csv.gz", gzipped(csv)},
      {"m.mtx", mtx, "cells-in-columns"},
      {"m.mtx.gz", gzipped(mtx), "cells-in-columns"},
      {"a.npy", matrix},
      {"stored.npz", zip_file({{"X.npy", matrix}, {"y.npy", labels}})},
      {"deflated.npz", zip_file({{"X.npy", matrix}, {"y.npy", labels}}, true)},
      {"sparse.npz", zip_file(sparse)},
      {"images", images},
      {"images.gz", gzipped(images)},
  };
}

void expect_consistent(const Dataset& dataset) {
  if (const auto* sparse = std::get_if<CsrMatrix>(&dataset.x)) {
    EXPECT_TRUE(support::is_valid(*sparse));
  } else {
    const auto& dense = std::get<DenseMatrix>(dataset.x);
    EXPECT_EQ(dense.values.size(), static_cast<std::size_t>(dense.rows * dense.columns));
  }
  EXPECT_GT(dataset.cell_count(), 0);
  EXPECT_EQ(dataset.cells.rows(), dataset.cell_count());
  EXPECT_EQ(dataset.features.rows(), dataset.feature_count());
  for (const Table* table : {&dataset.cells, &dataset.features}) {
    for (const Column& column : table->columns) {
      EXPECT_EQ(column.size(), table->rows());
    }
  }
}

/// True when the content was read.
bool read_or_refused(const TemporaryFolder& folder, const Sample& sample,
                     const std::string& content) {
  const std::string path = folder.write(sample.name, content);
  try {
    expect_consistent(read_dataset(path, {.orientation = sample.orientation}));
    return true;
  } catch (const InputError& error) {
    EXPECT_FALSE(error.fault().what.empty());
    return false;
  }
}

class DamagedFiles : public ::testing::TestWithParam<Sample> {};

TEST_P(DamagedFiles, AreRefusedOrReadWhenCut) {
  const TemporaryFolder folder;
  const Sample& sample = GetParam();
  EXPECT_TRUE(read_or_refused(folder, sample, sample.content));
  for (std::size_t size = 0; size < sample.content.size(); ++size) {
    read_or_refused(folder, sample, sample.content.substr(0, size));
  }
}

TEST_P(DamagedFiles, AreRefusedOrReadWhenAByteIsChanged) {
  const TemporaryFolder folder;
  const Sample& sample = GetParam();
  PhiloxStream stream(5, Purpose::test);
  for (std::size_t at = 0; at < sample.content.size(); ++at) {
    std::string content = sample.content;
    content[at] = static_cast<char>(content[at] ^ (1 << stream.integer(8)));
    read_or_refused(folder, sample, content);
    content[at] = static_cast<char>(stream.integer(256));
    content[(at * 7919) % content.size()] = static_cast<char>(stream.integer(256));
    read_or_refused(folder, sample, content);
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, DamagedFiles, ::testing::ValuesIn(samples()));

}  // namespace robustness_test
}  // namespace mixvae
