// Damaged, hostile and unusual Zarr stores: each is read, or refused with the place and the reason.

#include <csignal>
#include <filesystem>
#include <functional>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "base/philox.hpp"
#include "data/arrays.hpp"
#include "data/files.hpp"
#include "data/io/hdf5/python.hpp"
#include "data/io/read.hpp"
#include "data/io/zarr/files.hpp"
#include "data/io/zarr/packing.hpp"
#include "data/io/zarr/stores.hpp"
#include "data/io/zarr/zarr.hpp"

namespace mixvae {
namespace zarr_refusals_test {

using namespace std::string_literals;
using support::TemporaryFolder;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing_files::refusal;
using testing_files::zip_file;
using Json = nlohmann::json;
using Files = std::vector<std::pair<std::string, std::string>>;

std::string array_v2(const std::string& type, const std::string& shape, const std::string& chunks) {
  return R"({"zarr_format": 2, "dtype": ")" + type + R"(", "shape": )" + shape + R"(, "chunks": )" +
         chunks + R"(, "order": "C", "compressor": null, "filters": null, "fill_value": 0})";
}

std::string array_v3(const std::string& shape, const std::string& chunk,
                     const std::string& codecs) {
  return R"({"zarr_format": 3, "node_type": "array", "data_type": "float32", "fill_value": "NaN",
    "chunk_key_encoding": {"name": "default"}, "chunk_grid": {"name": "regular", "configuration":
    {"chunk_shape": )" +
         chunk + R"(}}, "shape": )" + shape + R"(, "codecs": )" + codecs + "}";
}

const std::string kFrame =
    R"({"encoding-type": "dataframe", "_index": "_index", "column-order": []})";
const std::string kValues("\0\0\x80\x3f\0\0\0\0\0\0\0\x40\0\0\0\0\0\0\0\0\0\0\x40\x40", 24);

/// Cells c1, c2 and features g1, g2, g3 with X = [[1, 0, 2], [0, 0, 3]], unpacked.
Files small_store() {
  return {{".zgroup", R"({"zarr_format": 2})"},
          {".zattrs", R"({"encoding-type": "anndata"})"},
          {"obs/.zgroup", R"({"zarr_format": 2})"},
          {"obs/.zattrs", kFrame},
          {"obs/_index/.zarray", array_v2("|S2", "[2]", "[2]")},
          {"obs/_index/0", "c1c2"},
          {"var/.zgroup", R"({"zarr_format": 2})"},
          {"var/.zattrs", kFrame},
          {"var/_index/.zarray", array_v2("<U2", "[3]", "[2]")},
          {"var/_index/0", "g\0\0\0001\0\0\0g\0\0\0002\0\0\0"s},
          {"var/_index/1", "g\0\0\0003\0\0\0\0\0\0\0\0\0\0\0"s},
          {"X/.zarray", array_v2("<f4", "[2, 3]", "[2, 3]")},
          {"X/0.0", kValues}};
}

void write_store(const TemporaryFolder& folder, const Files& files) {
  for (const auto& [name, content] : files) {
    folder.write(name, content);
  }
}

/// What reading says when these files are added to the small store or replaced in it.
std::string message(const Files& changed) {
  const TemporaryFolder folder;
  write_store(folder, small_store());
  write_store(folder, changed);
  return refusal([&] { read_dataset(folder.path()); });
}

std::string without(const std::string& json, const std::string& text, const std::string& instead) {
  std::string changed = json;
  return changed.replace(changed.find(text), text.size(), instead);
}

const std::string kX = array_v2("<f4", "[2, 3]", "[2, 3]");

TEST(ZarrRefusals, TheSmallStoreIsSound) {
  const TemporaryFolder folder;
  write_store(folder, small_store());
  const Dataset found = read_dataset(folder.path());
  EXPECT_THAT(found.cells.names, ElementsAre("c1", "c2"));
  EXPECT_THAT(found.features.names, ElementsAre("g1", "g2", "g3"));
  EXPECT_THAT(std::get<DenseMatrix>(found.x).values, ElementsAre(1, 0, 2, 0, 0, 3));
  for (const char* ending : {"/", "//", "/.", "/obs/.."}) {
    EXPECT_EQ(read_dataset(folder.path() + ending).cell_count(), 2) << ending;
  }
}

TEST(ZarrRefusals, ChunksThatAreNotStoredHoldTheFillValue) {
  for (const auto& [fill, value] :
       std::vector<std::pair<std::string, float>>{{"7", 7.F},
                                                  {"null", 0.F},
                                                  {"-2.5", -2.5F},
                                                  {"\"Infinity\"", INFINITY},
                                                  {"\"0x3f800000\"", 1.F},
                                                  {"true", 1.F}}) {
    const TemporaryFolder folder;
    write_store(folder, small_store());
    folder.write("X/.zarray", without(kX, "\"fill_value\": 0", "\"fill_value\": " + fill));
    std::filesystem::remove(folder / "X/0.0");
    EXPECT_THAT(std::get<DenseMatrix>(read_zarr(folder.path()).x).values,
                ElementsAre(value, value, value, value, value, value));
  }
}

TEST(ZarrRefusals, OtherNumbersAreConverted) {
  for (const auto& [type, bytes] : std::vector<std::pair<std::string, std::string>>{
           {"|b1", "\1\0\1\0\0\1"s},
           {"|i1", "\1\0\xfe\0\0\3"s},
           {">i2", "\0\1\0\0\xff\xfe\0\0\0\0\0\3"s},
           {"<f2", "\0\x3c\0\0\0\xc0\0\0\0\0\0\x42"s}}) {
    const TemporaryFolder folder;
    write_store(folder, small_store());
    folder.write("X/.zarray", array_v2(type, "[2, 3]", "[2, 3]"));
    folder.write("X/0.0", bytes);
    const float two = type == "|b1" ? 1 : -2;
    const float three = type == "|b1" ? 1 : 3;
    EXPECT_THAT(std::get<DenseMatrix>(read_zarr(folder.path()).x).values,
                ElementsAre(1, 0, two, 0, 0, three))
        << type;
  }
}

TEST(ZarrRefusals, SizesThatCannotBe) {
  EXPECT_THAT(
      message({{"obs/_index/.zarray", array_v2("|S2", "[99000000000]", "[2]")}}),
      AllOf(HasSubstr("claims more values than its file can hold"), HasSubstr("99000000000")));
  EXPECT_THAT(message({{"X/.zarray", array_v2("<f4", "[2, 3]", "[4611686018427387904, 4]")}}),
              AllOf(HasSubstr("larger than any program"), HasSubstr("4611686018427387904 x 4"),
                    HasSubstr("'X'")));
  EXPECT_THAT(message({{"X/0.0", kValues.substr(1)}}),
              AllOf(HasSubstr("differs in length"), HasSubstr("X/0.0"), HasSubstr("23 bytes")));
  EXPECT_THAT(message({{"X/.zarray", array_v2("<f4", "[2, 3]", "[2]")}}),
              AllOf(HasSubstr("1 dimensions of the chunks"), HasSubstr("X/.zarray")));
  EXPECT_THAT(message({{"X/.zarray", array_v2("<f4", "[2, -3]", "[2, 3]")}}),
              HasSubstr("whole numbers from 0"));
  EXPECT_THAT(message({{"X/.zarray", array_v2("<f4", "[2, 3]", "[2, 0]")}}),
              HasSubstr("whole numbers from 1"));
  EXPECT_THAT(message({{"X/.zarray", array_v2("<f4", "[2, 4]", "[2, 4]")}, {"X/0.0", ""}}),
              HasSubstr("does not fit the tables of cells and features"));
}

TEST(ZarrRefusals, MetadataThatCannotBeUnderstood) {
  EXPECT_THAT(message({{"X/.zarray", "{"}}), AllOf(HasSubstr("X/.zarray"), HasSubstr("JSON")));
  EXPECT_THAT(message({{"obs/.zattrs", "[1]"}}), HasSubstr("a JSON object"));
  EXPECT_THAT(message({{"X/.zarray", without(kX, "2", "1")}}), HasSubstr("'zarr_format': 1"));
  EXPECT_THAT(message({{"X/.zarray", without(kX, "\"fill_value\": 0", "\"fill_value\": \"x\"")},
                       {"X/0.0", kValues}}),
              HasSubstr("the fill value of the array is no number"));
  EXPECT_THAT(message({{"X/.zarray",
                        without(kX, "\"order\"", "\"dimension_separator\": \"-\", \"order\"")}}),
              HasSubstr("'-' between the numbers of chunks"));
  EXPECT_THAT(message({{"X/.zarray", without(kX, "<f4", "<M8[ns]")}}),
              HasSubstr("values of a kind that is not read"));
  EXPECT_THAT(message({{"X/zarr.json", R"({"zarr_format": 4, "node_type": "array"})"}}),
              HasSubstr("a group or an array of version 3"));
  EXPECT_THAT(
      message({{"obs/zarr.json", R"({"zarr_format": 3, "node_type": "group", "attributes": 5})"}}),
      HasSubstr("'attributes': 5"));
}

TEST(ZarrRefusals, CodecsThatAreNotRead) {
  const auto packed = [](const std::string& codec) {
    return without(kX, "\"compressor\": null", "\"compressor\": {\"id\": \"" + codec + "\"}");
  };
  EXPECT_THAT(message({{"X/.zarray", packed("bz2")}}),
              AllOf(HasSubstr("codec that is not read"), HasSubstr("'bz2'"), HasSubstr("'X'"),
                    HasSubstr("write_h5ad")));
  for (const char* codec : {"zstd", "blosc", "lz4", "gzip", "zlib"}) {
    EXPECT_THAT(message({{"X/.zarray", packed(codec)}}),
                AllOf(HasSubstr("are damaged"), HasSubstr(codec), HasSubstr("X/0.0")));
    EXPECT_THAT(message({{"X/.zarray", packed(codec)}, {"X/0.0", ""}}), HasSubstr("are damaged"));
  }
  EXPECT_THAT(message({{"X/.zarray",
                        without(kX, "\"filters\": null", "\"filters\": [{\"id\": \"delta\"}]")}}),
              HasSubstr("'delta'"));
  EXPECT_THAT(message({{"X/.zarray",
                        without(kX, "\"filters\": null", "\"filters\": [{\"id\": \"zlib\"}]")}}),
              AllOf(HasSubstr("a codec where it is not read"), HasSubstr("'zlib'")));
}

TEST(ZarrRefusals, VersionThree) {
  const std::string bytes = R"({"name": "bytes"})";
  const std::string values = kValues;
  const auto x = [&](const std::string& json, const std::string& chunk) {
    return message({{"X/zarr.json", json}, {"X/c/0/0", chunk}});
  };
  EXPECT_THAT(
      x(without(array_v3("[2,3]", "[2,3]", "[" + bytes + "]"), "regular", "rectilinear"), values),
      HasSubstr("chunks of one shape"));
  EXPECT_THAT(x(array_v3("[2,3]", "[2,3]", "[]"), values), HasSubstr("a list of codecs"));
  EXPECT_THAT(x(array_v3("[2,3]", "[2,3]",
                         R"([{"name":"transpose","configuration":{"order":[0,0]}},)" + bytes + "]"),
                values),
              HasSubstr("an order of the dimensions"));
  EXPECT_THAT(x(array_v3("[2,3]", "[2,3]", "[" + bytes + R"(, "pcodec"])"), values),
              HasSubstr("'pcodec'"));
  EXPECT_THAT(x(array_v3("[2,3]", "[2,3]", "[" + bytes + R"(, "crc32c"])"), values + "1234"),
              AllOf(HasSubstr("the checksum differs"), HasSubstr("X/c/0/0")));
  EXPECT_THAT(x(without(array_v3("[2,3]", "[2,3]", "[" + bytes + "]"), "\"shape\"",
                        R"("storage_transformers": [{"name": "mirror"}], "shape")"),
                values),
              HasSubstr("'mirror'"));
}

TEST(ZarrRefusals, Shards) {
  const std::string bytes = R"({"name": "bytes"})";
  const auto sharded = [&](const std::string& chunk, const std::string& inner,
                           const std::string& index) {
    return array_v3("[2,3]", "[2,3]",
                    R"([{"name": "sharding_indexed", "configuration": {"chunk_shape": )" + chunk +
                        R"(, "codecs": [)" + inner + R"(], "index_codecs": [)" + index + "]}}]");
  };
  const auto x = [&](const std::string& json, const std::string& chunk) {
    return message({{"X/zarr.json", json}, {"X/c/0/0", chunk}});
  };
  const std::string sound = sharded("[2,3]", bytes, bytes);
  const auto entry = [](unsigned char begin, unsigned char length) {
    return std::string(1, static_cast<char>(begin)) + std::string(7, '\0') +
           std::string(1, static_cast<char>(length)) + std::string(7, '\0');
  };
  const TemporaryFolder folder;
  write_store(folder, small_store());
  write_store(folder, {{"X/zarr.json", sound}, {"X/c/0/0", kValues + entry(0, 24)}});
  EXPECT_THAT(std::get<DenseMatrix>(read_zarr(folder.path()).x).values,
              ElementsAre(1, 0, 2, 0, 0, 3));
  EXPECT_THAT(x(sound, kValues + entry(1, 40)),
              AllOf(HasSubstr("leads out of it"), HasSubstr("40 bytes from 1")));
  EXPECT_THAT(x(sound, kValues + entry(0, 23)), HasSubstr("differs in length"));
  EXPECT_THAT(x(sound, "short"), HasSubstr("a shard is shorter than its index"));
  EXPECT_THAT(x(sharded("[2,2]", bytes, bytes), kValues), HasSubstr("parts of shards of 2 x 3"));
  EXPECT_THAT(x(sharded("[2,3]", bytes, bytes + ", \"crc32c\""), kValues + entry(0, 24) + "1234"),
              HasSubstr("the checksum differs"));
  EXPECT_THAT(x(sharded("[2,3]", bytes, bytes + ", \"gzip\""), kValues),
              HasSubstr("gzip of the index of shards"));
  EXPECT_THAT(
      x(sharded("[2,3]",
                R"({"name": "sharding_indexed", "configuration": {"chunk_shape": [1, 1]}})", bytes),
        kValues),
      HasSubstr("sharding_indexed of another sharding_indexed"));
}

TEST(ZarrRefusals, CategoriesOfAnndata07) {
  const TemporaryFolder folder;
  write_store(folder, small_store());
  const Files labels = {{"obs/.zattrs", without(kFrame, "[]", "[\"type\"]")},
                        {"obs/type/.zarray", array_v2("|i1", "[2]", "[2]")},
                        {"obs/type/0", "\1\0"s},
                        {"obs/type/.zattrs", R"({"categories": "__categories/type"})"},
                        {"obs/__categories/type/.zarray", array_v2("|S1", "[2]", "[2]")},
                        {"obs/__categories/type/0", "AB"},
                        {"obs/__categories/type/.zattrs", R"({"ordered": true})"}};
  write_store(folder, labels);
  const auto found = std::get<Categorical>(read_zarr(folder.path()).cells.columns.at(0).values);
  EXPECT_THAT(found.categories, ElementsAre("A", "B"));
  EXPECT_THAT(found.codes, ElementsAre(1, 0));
  EXPECT_TRUE(found.ordered);
  folder.write("obs/type/.zattrs", R"({"categories": 5})");
  EXPECT_THAT(refusal([&] { read_zarr(folder.path()); }),
              AllOf(HasSubstr("'categories' is no reference"), HasSubstr("obs/type")));
}

TEST(ZarrRefusals, FilesThatAreNotWhatWasListed) {
  const TemporaryFolder folder;
  write_store(folder, small_store());
  const zarr::Files files(folder.path());
  EXPECT_THAT(refusal([&] { files.read("X/0.1"); }),
              AllOf(HasSubstr("lacks a file"), HasSubstr("'X/0.1'")));
  folder.write("X/0.0", "short");
  EXPECT_THAT(refusal([&] { files.read("X/0.0"); }),
              AllOf(HasSubstr("cannot be read"), HasSubstr("X/0.0"), HasSubstr("24 bytes")));
  std::filesystem::resize_file(folder / "X/.zarray", std::uintmax_t{300} << 20);
  EXPECT_THAT(refusal([&] { read_zarr(folder.path()); }),
              AllOf(HasSubstr("JSON of a usual length"), HasSubstr("X/.zarray")));
}

TEST(ZarrRefusals, DamagedTexts) {
  const std::string texts = without(
      without(array_v2("|O", "[2]", "[2]"), "null, \"fill", R"([{"id": "vlen-utf8"}], "fill)"),
      "0}", "\"\"}");
  const auto names = [&](const std::string& chunk) {
    return message({{"obs/_index/.zarray", texts}, {"obs/_index/0", chunk}});
  };
  EXPECT_THAT(names("\3\0\0\0"s), AllOf(HasSubstr("3 texts, 2 expected"), HasSubstr("_index/0")));
  EXPECT_THAT(names("\2\0\0\0\2\0\0\0c1\xff\xff\xff\xff"s), HasSubstr("cut off"));
  EXPECT_THAT(names("\2\0"s), HasSubstr("cut off"));
  EXPECT_THAT(message({{"var/_index/0", "g\0\0\0\0\0\0\x7fg\0\0\0002\0\0\0"s}}),
              HasSubstr("no character of Unicode"));
}

TEST(ZarrRefusals, NamesAndLinksThatLeadOut) {
  EXPECT_THAT(message({{"obs/.zattrs", without(kFrame, "[]", "[\"../X\"]")}}),
              AllOf(HasSubstr("leads out of its group"), HasSubstr("'../X'"), HasSubstr("'obs'")));
  EXPECT_THAT(message({{"obs/.zattrs", without(kFrame, ": \"_index", ": \"../../secret")}}),
              HasSubstr("leads out of its group"));
  const TemporaryFolder outside;
  const TemporaryFolder folder;
  write_store(folder, small_store());
  std::filesystem::remove(folder / "X/0.0");
  std::filesystem::create_symlink(outside.write("secret", kValues), folder / "X/0.0");
  EXPECT_THAT(refusal([&] { read_dataset(folder.path()); }),
              AllOf(HasSubstr("holds a link"), HasSubstr("'X/0.0'"), HasSubstr("cp -rL")));
  std::filesystem::create_symlink(folder.path(), outside / "link.zarr");
  std::filesystem::remove(folder / "X/0.0");
  EXPECT_NO_THROW(read_dataset(outside / "link.zarr"));  // the user's own
}

TEST(ZarrRefusals, OtherStoresAreNamed) {
  const auto alone = [](const Files& files) {
    const TemporaryFolder folder;
    write_store(folder, files);
    return refusal([&] { read_dataset(folder.path()); });
  };
  const std::string group = R"({"zarr_format": 2})";
  EXPECT_THAT(alone({{".zarray", kX}}), HasSubstr("holds one array"));
  EXPECT_THAT(alone({{".zattrs", "{}"}}), HasSubstr("neither .zgroup nor zarr.json"));
  EXPECT_THAT(alone({{".zgroup", group}, {"alpha/.zgroup", group}}),
              AllOf(HasSubstr("no data set of anndata"), HasSubstr("members: alpha")));
  EXPECT_THAT(alone({{".zgroup", group}, {"tables/.zgroup", group}, {"tables/t/.zgroup", group}}),
              AllOf(HasSubstr("SpatialData"), HasSubstr("STORE/tables/t")));
  EXPECT_THAT(alone({{".zgroup", group}, {".zattrs", R"({"multiscales": []})"}}),
              HasSubstr("OME-Zarr"));
  EXPECT_THAT(alone({{".zgroup", group},
                     {".zattrs", R"({"encoding-type": "dataframe"})"},
                     {"obs/.zgroup", group},
                     {"var/.zgroup", group}}),
              AllOf(HasSubstr("something else than one data set"), HasSubstr("'dataframe'")));
  const TemporaryFolder folder;
  const std::string packed = folder.write("a.zip", zip_file({{"a/.zgroup", group}, {"b", "x"}}));
  EXPECT_THAT(refusal([&] { read_dataset(packed); }), HasSubstr("no data set of anndata"));
  EXPECT_THAT(refusal([&] {
                read_dataset(folder.write("b.zip", zip_file({{"b", "x"}})));
              }),
              HasSubstr("archive (.zip)"));
}

TEST(ZarrPackings, SizesAreCheckedBeforeTheyAreBelieved) {
  const std::string announced("\0\0\0\x40\x10x", 6);  // lz4: 1 GiB
  EXPECT_THAT(refusal([&] { zarr::unpack("lz4", announced, std::nullopt, "here"); }),
              AllOf(HasSubstr("claims more bytes than it can hold"), HasSubstr("here")));
  EXPECT_THAT(refusal([&] { zarr::unpack("lz4", announced, 8, "here"); }),
              HasSubstr("1073741824 bytes announced, 8 expected"));
  EXPECT_THAT(
      refusal([&] { zarr::unpack("lz4", std::string(200'000, '\xff'), std::nullopt, "here"); }),
      HasSubstr("more bytes than lz4 can hold"));
  const std::string packed = testing_files::gzipped(std::string(1000, 'x'));
  EXPECT_EQ(zarr::unpack("gzip", packed, std::nullopt, "here"), std::string(1000, 'x'));
  EXPECT_THAT(refusal([&] { zarr::unpack("gzip", packed, 999, "here"); }),
              HasSubstr("more bytes than expected"));
  EXPECT_THAT(refusal([&] { zarr::unpack("gzip", packed, 1001, "here"); }),
              HasSubstr("1000 bytes, 1001 expected"));
  EXPECT_THAT(refusal([&] {
                zarr::unpack("gzip", std::string_view(packed).substr(0, packed.size() - 9), 1000,
                             "here");
              }),
              HasSubstr("zlib cannot unpack"));
}

/// How reading ends, in a process of its own: 0 read or refused, else what went wrong.
int outcome(const std::string& path) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(20);
    try {
      read_dataset(path);
    } catch (const InputError&) {
    } catch (const std::exception&) {
      ::_exit(1);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

std::vector<std::string> files_of(const std::string& path) {
  if (!std::filesystem::is_directory(path)) {
    return {path};
  }
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.is_regular_file() && entry.file_size() > 0) {
      files.push_back(entry.path().string());
    }
  }
  std::ranges::sort(files);
  return files;
}

/// Changes a byte of a file of the store at random, or cuts the file off, and mends it again.
void expect_survived(const std::string& store, int mutants) {
  const std::vector<std::string> files = files_of(store);
  PhiloxStream stream(17, Purpose::test);
  for (int round = 0; round < mutants; ++round) {
    const std::string& path = files[stream.integer(files.size())];
    const std::string sound = support::bytes_of_file(path);
    std::string damaged = sound;
    const auto at = stream.integer(damaged.size());
    damaged[at] = round % 2 == 0 ? static_cast<char>(stream.integer(256))
                                 : static_cast<char>(damaged[at] ^ (1 << stream.integer(8)));
    if (round % 10 == 9) {
      damaged.resize(at);
    }
    std::ofstream(path, std::ios::binary) << damaged;
    EXPECT_EQ(outcome(store), 0) << path << " at " << at;
    std::ofstream(path, std::ios::binary) << sound;
  }
  EXPECT_NO_THROW(read_dataset(store));
}

void expect_survived(int mutants) {
  const TemporaryFolder folder;
  const auto made = testing::run_python(testing::kZarrFunctions + R"py(
cells(9, 4).write_zarr(at("blosc.zarr"))
for name, coder in [("zstd", numcodecs.Zstd()), ("lz4", numcodecs.LZ4()), ("zlib", numcodecs.Zlib())]:
    recode("blosc.zarr", name + ".zarr", coder)
v3("blosc.zarr", "shards.zarr", length=2, per_shard=2)
with zarr.ZipStore(at("packed.zip"), mode="w") as packed: zarr.copy_store(zarr.DirectoryStore(at("blosc.zarr")), packed)
)py",
                                        folder.path());
  ASSERT_EQ(made.status, 0) << made.output;
  for (const char* name :
       {"blosc.zarr", "zstd.zarr", "lz4.zarr", "zlib.zarr", "shards.zarr", "packed.zip"}) {
    expect_survived(folder / name, mutants);
  }
}

TEST(ZarrDamage, MutantsAreReadOrRefused) {
  MIXVAE_NEED_PYTHON("zarr");
  MIXVAE_NEED_PYTHON("anndata");
  expect_survived(30);
}

TEST(ZarrDamageSlow, MoreMutantsAreReadOrRefused) {
  MIXVAE_NEED_PYTHON("zarr");
  MIXVAE_NEED_PYTHON("anndata");
  expect_survived(400);
}

}  // namespace zarr_refusals_test
}  // namespace mixvae
