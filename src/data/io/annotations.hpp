#pragma once

#include <string>

#include "data/dataset.hpp"
#include "data/io/csv.hpp"

namespace mixvae {

/// Adds the columns of a table (one row per cell, in any order) to the annotations of the cells.
/// Where both sides have names, rows are joined by them: the column `key` when it is not empty,
/// else the column that holds the names of at least half of the cells or rows; exactly or by one of
/// the rules of match_names, one to one. Names that are repeated are joined together with an
/// annotation that both sides have (such as "sample") where that tells them apart, and refused
/// otherwise. Where the cells or the rows have no names, they are joined by position, and so they
/// are when `key` is "row"; there must be as many rows as cells. A column replaces one of the same
/// name; cells without a row get missing values; all of this is noted in source.notes. `file` is
/// named in messages. Throws InputError.
void join_annotations(Dataset& dataset, const TextTable& table, const std::string& key,
                      const std::string& file);

/// A file of annotations and the column that joins them; empty: found by itself.
struct AnnotationFile {
  std::string path;
  std::string key;
};

/// Reads "FILE" or "FILE:KEY": where no file has the whole text as its name, what follows the last
/// colon is the key.
AnnotationFile annotation_file(const std::string& file_and_key);

/// The same from "FILE" or "FILE:KEY"; FILE is a text table, or any data set, whose cells'
/// annotations are taken.
void join_annotation_file(Dataset& dataset, const std::string& file_and_key, char decimal = '.');

}  // namespace mixvae
