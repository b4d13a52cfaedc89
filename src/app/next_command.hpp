#pragma once

#include <string>
#include <vector>

#include "base/options.hpp"
#include "data/dataset.hpp"

namespace mixvae::app {

/// A command line of this program that a shell takes as it stands, words quoted where needed.
std::string command_line(const std::vector<std::string>& words);

/// A path as a word that is no option.
std::string path_word(const std::string& path);

/// The options that were given, as words for another command: those whose values differ from the
/// usual ones, but for the names in `left_out`.
std::vector<std::string> given_words(const Options& given, const Options& usual,
                                     const std::vector<std::string>& left_out);

/// A file of this name in the working folder that is not there yet: "types.csv", else
/// "types-2.csv",
/// ...; of a folder, "typed/".
std::string free_name(const std::string& name);

/// Where results of these data may go: FOLDER/ for data from a folder of files, an FCS file for
/// one, .csv for an .h5ad whose cells have no names, else an .h5ad; a name that is free.
std::string suggested_output(const Source& source);

}  // namespace mixvae::app
