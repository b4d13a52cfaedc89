#include "data/io/npy.hpp"

#include <cmath>
#include <cstdint>
#include <sstream>

#include "data/arrays.hpp"
#include "data/files.hpp"
#include "data/io/read.hpp"

namespace mixvae {
namespace npy_test {

using namespace testing_files;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string array_refusal(const std::string& bytes) {
  return refusal([&] { npy_matrix(parse_npy(bytes, "x.npy"), "x.npy"); });
}

template <class Value>
void expect_numbers(const std::string& descr, const std::vector<Value>& values) {
  const std::string bytes =
      npy_file(npy_dictionary(descr, "(" + std::to_string(values.size()) + ",)"), bytes_of(values));
  EXPECT_EQ(npy_numbers(parse_npy(bytes, ""), ""),
            std::vector<double>(values.begin(), values.end()))
      << descr;
}

TEST(Npy, ReadsEveryKindOfNumber) {
  expect_numbers<double>("<f8", {1.5, -2e300, 0});
  expect_numbers<float>("<f4", {1.5F, -2e30F});
  expect_numbers<std::int8_t>("|i1", {-128, 127});
  expect_numbers<std::int16_t>("<i2", {-32768, 5});
  expect_numbers<std::int32_t>("<i4", {-2147483647, 5});
  expect_numbers<std::int64_t>("<i8", {-5, std::int64_t{1} << 40});
  expect_numbers<std::uint8_t>("|u1", {0, 255});
  expect_numbers<std::uint16_t>("<u2", {65535});
  expect_numbers<std::uint32_t>("<u4", {4294967295U});
  expect_numbers<std::uint64_t>("<u8", {std::uint64_t{1} << 63});
  expect_numbers<std::uint8_t>("|b1", {0, 1, 1});
}

TEST(Npy, ReadsHalfPrecision) {
  // 1, -2, 65504 (largest), 2^-24 (smallest), infinity
  const std::vector<std::uint16_t> halves = {0x3c00, 0xc000, 0x7bff, 0x0001, 0x7c00};
  const std::string bytes = npy_file(npy_dictionary("<f2", "(5,)"), bytes_of(halves));
  EXPECT_THAT(npy_numbers(parse_npy(bytes, ""), ""),
              ElementsAre(1, -2, 65504, std::ldexp(1.0, -24), INFINITY));
}

TEST(Npy, ReadsBigEndianAndFortranOrder) {
  const std::string big =
      npy_file(npy_dictionary(">i2", "(1, 2)"), std::string("\x01\x02\xff\xfe", 4));
  EXPECT_THAT(npy_matrix(parse_npy(big, ""), "").values, ElementsAre(258, -2));
  const std::vector<float> columns_first = {1, 4, 2, 5, 3, 6};
  const std::string fortran =
      npy_file(npy_dictionary("<f4", "(2, 3)", true), bytes_of(columns_first));
  EXPECT_THAT(npy_matrix(parse_npy(fortran, ""), "").values, ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(Npy, FlattensImages) {
  const std::string bytes = npy_file(npy_dictionary("|u1", "(2, 2, 2)"),
                                     std::string("\x01\x02\x03\x04\x05\x06\x07\x08", 8));
  const DenseMatrix matrix = npy_matrix(parse_npy(bytes, ""), "");
  EXPECT_EQ(matrix.columns, 4);
  EXPECT_EQ(matrix(1, 0), 5.0F);
}

TEST(Npy, ReadsVersionsTwoAndThree) {
  for (const char version : {2, 3}) {
    const std::string dictionary = npy_dictionary("|u1", "(1, 1)");
    std::string bytes("\x93NUMPY", 6);
    bytes.append(1, version).append(1, '\0').append(little_endian(dictionary.size(), 4));
    bytes.append(dictionary).append("\x07");
    EXPECT_THAT(npy_matrix(parse_npy(bytes, ""), "").values, ElementsAre(7));
  }
}

TEST(Npy, ReadsTextAsUtf8) {
  const std::vector<std::uint32_t> codes = {'T', 0, 0xe9, 0x4e2d, 0x1f600, 0};
  const std::string wide = npy_file(npy_dictionary("<U2", "(3,)"), bytes_of(codes));
  EXPECT_THAT(npy_texts(parse_npy(wide, "")), ElementsAre("T", "é中", "😀"));
  const std::string narrow = npy_file(npy_dictionary("|S2", "(2,)"), std::string("ab\0\0", 4));
  EXPECT_THAT(npy_texts(parse_npy(narrow, "")), ElementsAre("ab", ""));
}

TEST(Npy, GivesColumnsTheirKind) {
  const auto column = [](const std::string& descr, const std::string& shape,
                         std::string_view data) {
    const std::string bytes = npy_file(npy_dictionary(descr, shape), data);
    return npy_column(parse_npy(bytes, ""), "");
  };
  EXPECT_THAT(std::get<std::vector<std::int64_t>>(column("|i1", "(2,)", "\x01\x02")),
              ElementsAre(1, 2));
  EXPECT_THAT(std::get<std::vector<bool>>(column("|b1", "(2,)", std::string("\x01\x00", 2))),
              ElementsAre(true, false));
  EXPECT_THAT(std::get<std::vector<double>>(column("<f4", "(1,)", bytes_of<float>({0.5F}))),
              ElementsAre(0.5));
  EXPECT_EQ(std::get<Categorical>(column("|S1", "(4,)", "TBTB")).label(1), "B");
}

TEST(Npy, RefusesWhatItCannotRead) {
  const auto with = [](const std::string& descr) {
    return npy_file(npy_dictionary(descr, "(1, 1)"), std::string(64, '\0'));
  };
  EXPECT_THAT(array_refusal(with("|O")), HasSubstr("Python objects"));
  EXPECT_THAT(array_refusal(with("<c16")), HasSubstr("items of kind '<c16' cannot be read"));
  EXPECT_THAT(array_refusal(with("<f3")), HasSubstr("items of kind '<f3' cannot be read"));
  EXPECT_THAT(array_refusal(with("<")), HasSubstr("kind of the items"));
  EXPECT_THAT(array_refusal(with("<U4")), HasSubstr("the array holds text"));
  EXPECT_THAT(array_refusal(npy_file(
                  "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1, 1)}", "")),
              HasSubstr("array of records"));
  EXPECT_THAT(array_refusal(npy_file("{'descr': '<f4', 'shape': (1, 1)}", "")),
              HasSubstr("lacks 'fortran_order'"));
  EXPECT_THAT(array_refusal(npy_file("{'descr': '<f4', 'fortran_order': 1, 'shape': (1, 1)}", "")),
              HasSubstr("order of the array"));
  for (const char* shape : {"(1, x)", "(-1, 1)", "(1 1)", "1"}) {
    EXPECT_THAT(array_refusal(npy_file(npy_dictionary("<f4", shape), "")),
                HasSubstr("the shape of the array cannot be read"))
        << shape;
  }
  EXPECT_THAT(array_refusal("no array at all"), HasSubstr("this is not a numpy array"));
  EXPECT_THAT(array_refusal(std::string("\x93NUMPY\x09\x00\x00\x00\x00\x00", 12)),
              HasSubstr("version 9"));
}

TEST(Npy, RefusesWrongSizesAndShapes) {
  EXPECT_THAT(array_refusal(npy_file(npy_dictionary("<f4", "(2, 2)"), std::string(15, '\0'))),
              AllOf(HasSubstr("cut off"), HasSubstr("15 bytes"), HasSubstr("16 bytes")));
  EXPECT_THAT(array_refusal(npy_file(npy_dictionary("<f8", "(4611686018427387904, 4)"), "")),
              HasSubstr("cut off"));
  EXPECT_THAT(array_refusal(npy_file(npy_dictionary("<f4", "(0, 3)"), "")),
              HasSubstr("the matrix is empty"));
  EXPECT_THAT(array_refusal(npy_file(npy_dictionary("|u1", "(2,)"), "ab")),
              AllOf(HasSubstr("the array is not a matrix"), HasSubstr("1 dimensions")));
  EXPECT_THAT(array_refusal(npy_file(npy_dictionary("|u1", "(1, 1, 1)", true), "a")),
              HasSubstr("3 dimensions in Fortran order"));
}

TEST(Npy, IsReadAsADataSetOfNumberedRowsAndColumns) {
  const TemporaryFolder folder;
  const std::string path =
      folder.write("x", npy_file(npy_dictionary("<f4", "(1, 2)"), bytes_of<float>({1, 2})));
  const Dataset dataset = read_dataset(path);
  EXPECT_EQ(dataset.source.format, "npy");
  EXPECT_THAT(dataset.cells.names, ElementsAre("C1"));
  EXPECT_THAT(dataset.features.names, ElementsAre("F1", "F2"));
}

TEST(NpyRealData, AgreesWithNumpy) {
  const std::string folder = shared_file("conformance/npy/");
  MIXVAE_NEEDS(folder);
  for (const char* name : {"FlowIO_B01_preprocessed_events.npy", "regress_test_small.npy"}) {
    const Dataset dataset = read_dataset(folder + name);
    const std::string expected = python("import numpy as np\na = np.load('" + folder + name +
                                        "').astype(np.float32)\nprint(a.shape[0], a.shape[1])\n"
                                        "print(*[repr(float(v)) for v in a.ravel()[:60]])");
    if (expected.empty()) {
      GTEST_SKIP() << "numpy is not here";
    }
    std::istringstream text(expected);
    Index rows = 0;
    Index columns = 0;
    text >> rows >> columns;
    EXPECT_EQ(dataset.cell_count(), rows);
    EXPECT_EQ(dataset.feature_count(), columns);
    const auto& values = std::get<DenseMatrix>(dataset.x).values;
    for (std::size_t i = 0; i < 60; ++i) {
      double value = 0;
      text >> value;
      EXPECT_EQ(values[i], static_cast<float>(value));
    }
  }
}

}  // namespace npy_test
}  // namespace mixvae
