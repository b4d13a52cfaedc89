#pragma once

#include <string>
#include <vector>

namespace mixvae::app {

/// Names of a run and others: the last part of each folder, or the folders as they were given where
/// these are alike.
std::vector<std::string> names_of_runs(const std::string& run,
                                       const std::vector<std::string>& others);

/// Checks that others can be compared with a run. Throws InputError for one that is not finished or
/// was fitted to other data than the run, UsageError for a run that is named twice.
void require_comparable(const std::string& run, const std::vector<std::string>& others);

}  // namespace mixvae::app
