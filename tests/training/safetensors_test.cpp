#include "training/safetensors.hpp"

#include <cstdlib>
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/philox.hpp"
#include "support/refusal.hpp"
#include "support/temporary_folder.hpp"

namespace mixvae::training {
namespace {

using support::bytes_of_file;
using support::TemporaryFolder;
using testing::HasSubstr;

class SafetensorsTest : public testing::Test {
 protected:
  static TensorFile example() {
    return {.metadata = {{"format", "test"}, {"text", "line\n\"quoted\" \\ back é \x01"}},
            .tensors = {{"weight", torch::arange(6, torch::kFloat32).view({2, 3})},
                        {"double", torch::full({3}, 0.1, torch::kFloat64)},
                        {"mask", torch::tensor({true, false, true})},
                        {"count", torch::full({}, 7, torch::kInt64)},
                        {"empty", torch::empty({0, 4})},
                        {"half", torch::ones({3}, torch::kFloat16)}}};
  }
  std::string refusal(const std::string& bytes) const {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << bytes;
    try {
      read_safetensors(path_);
    } catch (const InputError& error) {
      return error.what();
    }
    return "accepted";
  }
  /// A file of that header, without a checksum unless the header has one.
  static std::string with_header(const std::string& header, const std::string& values = "") {
    std::string bytes(8, '\0');
    const std::uint64_t length = header.size();
    std::memcpy(bytes.data(), &length, 8);
    return bytes + header + values;
  }
  TemporaryFolder folder_;
  std::string path_ = folder_.path("x.safetensors");
};

TEST_F(SafetensorsTest, WhatIsWrittenIsReadBack) {
  write_safetensors(path_, example());
  const TensorFile back = read_safetensors(path_);
  EXPECT_EQ(back.metadata, example().metadata);
  ASSERT_EQ(back.tensors.size(), example().tensors.size());
  for (const auto& [name, tensor] : example().tensors) {
    EXPECT_EQ(back.tensors.at(name).scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(torch::equal(back.tensors.at(name), tensor)) << name;
  }
}

TEST_F(SafetensorsTest, TheSameContentGivesTheSameBytes) {
  write_safetensors(path_, example());
  write_safetensors(folder_.path("y.safetensors"), example());
  EXPECT_EQ(bytes_of_file(path_), bytes_of_file(folder_.path("y.safetensors")));
}

TEST_F(SafetensorsTest, PythonReadsIt) {
  write_safetensors(path_, example());
  const std::string script =
      "import json,struct,sys\n"
      "try:\n import numpy as np\nexcept ImportError: sys.exit(77)\n"
      "b=open(sys.argv[1],'rb').read()\n"
      "n=struct.unpack('<Q',b[:8])[0]; assert n%8==0\n"
      "h=json.loads(b[8:8+n]); d=b[8+n:]\n"
      "t={'F64':'<f8','F32':'<f4','F16':'<f2','I64':'<i8','BOOL':'?'}\n"
      "m=h.pop('__metadata__')\n"
      "assert m['text']=='line\\n\"quoted\" \\\\ back \\u00e9 \\x01', m\n"
      "def get(k):\n e=h[k]; s,f=e['data_offsets']; assert s%np.dtype(t[e['dtype']]).itemsize==0\n"
      " return np.frombuffer(d[s:f],t[e['dtype']]).reshape(e['shape'])\n"
      "assert (get('weight')==np.arange(6).reshape(2,3)).all()\n"
      "assert (get('double')==np.full(3,0.1)).all() and get('count')==7\n"
      "assert get('mask').tolist()==[True,False,True] and get('empty').shape==(0,4)\n"
      "assert max(e['data_offsets'][1] for e in h.values())==len(d)\n";
  std::ofstream(folder_.path("read.py")) << script;
  const int status = std::system(
      (std::string(MIXVAE_PYTHON) + " " + folder_.path("read.py") + " " + path_).c_str());
  if (WEXITSTATUS(status) == 77 || WEXITSTATUS(status) == 127) {
    GTEST_SKIP() << "Python or its module numpy is missing";
  }
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(SafetensorsTest, EveryTruncationIsRefused) {
  write_safetensors(path_, example());
  const std::string whole = bytes_of_file(path_);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_NE(refusal(whole.substr(0, length)), "accepted") << length << " bytes";
  }
  EXPECT_NE(refusal(whole + "x"), "accepted");
}

TEST_F(SafetensorsTest, AFlippedBitOfAnyByteIsRefused) {
  write_safetensors(path_, example());
  std::string bytes = bytes_of_file(path_);
  const Philox random(2, Purpose::test);
  for (std::size_t byte = 0; byte < bytes.size(); ++byte) {
    const auto flip = static_cast<char>(1U << random.integer(byte, 8));
    bytes[byte] = static_cast<char>(bytes[byte] ^ flip);
    EXPECT_NE(refusal(bytes), "accepted") << "byte " << byte;
    bytes[byte] = static_cast<char>(bytes[byte] ^ flip);
  }
  EXPECT_EQ(refusal(bytes), "accepted");
}

TEST_F(SafetensorsTest, RandomDamageOfSeveralBytesIsRefused) {
  write_safetensors(path_, example());
  const std::string whole = bytes_of_file(path_);
  PhiloxStream random(1, Purpose::test);
  for (int attempt = 0; attempt < 500; ++attempt) {
    std::string bytes = whole;
    for (int change = 0; change < 4; ++change) {
      bytes[random.integer(bytes.size())] = static_cast<char>(random.integer(256));
    }
    if (bytes != whole) {
      EXPECT_NE(refusal(bytes), "accepted");
    }
  }
}

TEST_F(SafetensorsTest, RefusalsSayWhatIsWrong) {
  EXPECT_THAT(refusal(std::string(8, '\xff') + "{}"), HasSubstr("at most 100 MB"));
  EXPECT_THAT(refusal("short"), HasSubstr("5 bytes"));
  EXPECT_THAT(refusal(with_header("[]")), HasSubstr("expected: '{'"));
  EXPECT_THAT(refusal(with_header("{}")), HasSubstr("no checksum"));
  EXPECT_THAT(refusal(with_header(R"({"a":{"dtype":"F32"}})")),
              HasSubstr("dtype, shape and two data_offsets of tensor 'a'"));
  const std::string sum = R"({"__metadata__":{"checksum":"0000000000000000"})";
  EXPECT_THAT(refusal(with_header(sum + R"(,"__metadata__":{}})")), HasSubstr("only once"));
  const auto entry = [&](const std::string& type, const std::string& shape,
                         const std::string& offsets) {
    return with_header(sum + R"(,"a":{"dtype":")" + type + R"(","shape":[)" + shape +
                           R"(],"data_offsets":[)" + offsets + "]}}",
                       "12345678");
  };
  EXPECT_THAT(refusal(entry("F32", "2", "0,8")), HasSubstr("checksum"));
  EXPECT_THAT(refusal(entry("F31", "2", "0,8")), HasSubstr("numbers of type 'F31'"));
  EXPECT_THAT(refusal(entry("F32", "3", "0,8")), HasSubstr("12 for its shape"));
  EXPECT_THAT(refusal(entry("F32", "2", "4,8")), HasSubstr("bytes from 0"));
  EXPECT_THAT(refusal(entry("F32", "1", "0,4")), HasSubstr("4 as the header says"));
  EXPECT_THAT(refusal(entry("F32", "2", "8,0")), HasSubstr("at bytes 8 to 0"));
  EXPECT_THAT(refusal(entry("F32", "4611686018427387904,4611686018427387904", "0,8")),
              HasSubstr("impossible shape"));
  EXPECT_THAT(refusal(entry("F32", "9223372036854775808", "0,8")), HasSubstr("below 2^62"));
  EXPECT_THAT(refusal(entry("F32", "-1", "0,8")), HasSubstr("a whole number"));
}

TEST_F(SafetensorsTest, FactsAreReadFromTheHeaderAlone) {
  write_safetensors(path_, example());
  std::string bytes = bytes_of_file(path_);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);  // a value, whose damage is not seen
  folder_.write("x.safetensors", bytes);
  EXPECT_EQ(read_facts(path_).metadata, example().metadata);
  EXPECT_TRUE(read_facts(path_).tensors.empty());
  folder_.write("x.safetensors", bytes.substr(0, bytes.size() - 1));
  EXPECT_THAT(support::refusal<InputError>([&] { read_facts(path_); }), HasSubstr("is damaged"));
}

TEST_F(SafetensorsTest, AMissingFileTensorOrFactIsNamed) {
  const std::string none = folder_.path("none");
  EXPECT_THAT(support::refusal<InputError>([&] { read_safetensors(none); }),
              HasSubstr("cannot open " + none));
  EXPECT_THAT(support::refusal<InputError>([&] { find_tensor(example(), "bias", path_); }),
              HasSubstr(path_ + " holds no tensor 'bias'"));
  EXPECT_THAT(support::refusal<InputError>([&] { find_fact(example(), "version", path_); }),
              HasSubstr(path_ + " does not say 'version'"));
  EXPECT_EQ(find_fact(example(), "format", path_), "test");
}

}  // namespace
}  // namespace mixvae::training
