#pragma once

#include <string>
#include <string_view>

#include "data/table.hpp"

namespace mixvae {

/// A field of a CSV file: quoted where it holds a comma, a quote, a line break, or blanks at its
/// ends.
std::string csv_field(std::string_view text);

/// The table as CSV: a header, then one record per row that begins with its name. The column of
/// names is called `names`. Numbers are written in shortest form that reads back equal, missing
/// values as nothing.
std::string csv_text(const Table& table, std::string_view names = "cell");

/// Writes the table as CSV, whole or not at all. Throws SystemError.
void write_csv(const Table& table, const std::string& path, std::string_view names = "cell");

}  // namespace mixvae
