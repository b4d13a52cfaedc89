#include "training/history.hpp"

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "base/text.hpp"

namespace mixvae::training {
namespace {

constexpr std::int64_t kFixedColumns = 5;

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::vector<std::string> phase_names(const History& history) {
  std::vector<std::string> names;
  for (const EpochRecord& record : history.epochs) {
    if (std::ranges::find(names, record.phase) == names.end()) {
      names.push_back(record.phase);
    }
  }
  return names;
}

/// The values in the order of the terms; 0 for terms that only later epochs have.
std::vector<double> padded(std::vector<double> values, const std::vector<std::string>& terms) {
  values.resize(std::max(values.size(), terms.size()));
  return values;
}

std::vector<std::string> fields(const std::string& line) {
  std::vector<std::string> parts;
  for (std::size_t begin = 0; begin <= line.size();) {
    const std::size_t end = std::min(line.find(',', begin), line.size());
    parts.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

[[noreturn]] void refuse_history(const std::string& path, std::size_t line,
                                 const std::string& found) {
  throw InputError({.what = "the history of a run is damaged",
                    .where = path + ", line " + std::to_string(line),
                    .found = found,
                    .expected = "epoch,phase,step,seconds,learning_rate,train_loss,...",
                    .hint = "fit again"});
}

/// Terms whose columns begin with a word, as "train_loss".
std::vector<std::string> terms_with(const std::string& prefix,
                                    const std::vector<std::string>& header) {
  std::vector<std::string> terms;
  for (const std::string& name : header) {
    if (name.starts_with(prefix)) {
      terms.push_back(name.substr(prefix.size()));
    }
  }
  return terms;
}

}  // namespace

std::string csv_text(const History& history) {
  std::string text = "epoch,phase,step,seconds,learning_rate";
  for (const std::string& term : history.training_terms) {
    text.append(",train_").append(term);
  }
  for (const std::string& term : history.validation_terms) {
    text.append(",validation_").append(term);
  }
  text += '\n';
  for (const EpochRecord& record : history.epochs) {
    text.append(std::to_string(record.epoch)).append(",").append(record.phase);
    text.append(",").append(std::to_string(record.step));
    text.append(",").append(shortest(record.seconds));
    text.append(",").append(shortest(record.learning_rate));
    for (const auto& values : {padded(record.training, history.training_terms),
                               padded(record.validation, history.validation_terms)}) {
      for (const double value : values) {
        text.append(",").append(shortest(value));
      }
    }
    text += '\n';
  }
  return text;
}

History history_of_csv(const std::string& text, const std::string& path) {
  const std::vector<std::string> rows = lines(text);
  const std::vector<std::string> header = rows.empty() ? rows : fields(rows.front());
  History history{terms_with("train_", header), terms_with("validation_", header), {}};
  const std::size_t training = history.training_terms.size();
  const std::size_t columns = kFixedColumns + training + history.validation_terms.size();
  if (header.size() != columns || header.front() != "epoch") {
    refuse_history(path, 1, rows.empty() ? "nothing" : rows.front());
  }
  for (std::size_t line = 1; line < rows.size(); ++line) {
    const std::vector<std::string> parts = fields(rows[line]);
    std::vector<double> numbers;
    for (const std::string& part : parts) {
      char* end = nullptr;
      numbers.push_back(std::strtod(part.c_str(), &end));
      const bool phase = numbers.size() == 2;
      if (!phase && (part.empty() || *end != '\0')) {
        refuse_history(path, line + 1, rows[line]);
      }
    }
    if (parts.size() != columns) {
      refuse_history(path, line + 1, rows[line]);
    }
    const auto values = numbers.begin() + kFixedColumns;
    const auto middle = values + static_cast<std::ptrdiff_t>(training);
    history.epochs.push_back({.epoch = static_cast<std::int64_t>(numbers[0]),
                              .phase = parts[1],
                              .step = static_cast<std::int64_t>(numbers[2]),
                              .seconds = numbers[3],
                              .learning_rate = numbers[4],
                              .training = {values, middle},
                              .validation = {middle, numbers.end()}});
  }
  return history;
}

void store_history(const History& history, TensorFile& file) {
  const std::vector<std::string> phases = phase_names(history);
  file.metadata["history.training"] = join(history.training_terms, "\n");
  file.metadata["history.validation"] = join(history.validation_terms, "\n");
  file.metadata["history.phases"] = join(phases, "\n");
  const auto terms =
      static_cast<std::int64_t>(history.training_terms.size() + history.validation_terms.size());
  torch::Tensor table = torch::empty(
      {static_cast<std::int64_t>(history.epochs.size()), kFixedColumns + terms}, torch::kFloat64);
  double* out = table.data_ptr<double>();
  for (const EpochRecord& record : history.epochs) {
    *out++ = static_cast<double>(record.epoch);
    *out++ = static_cast<double>(std::ranges::find(phases, record.phase) - phases.begin());
    *out++ = static_cast<double>(record.step);
    *out++ = record.seconds;
    *out++ = record.learning_rate;
    out = std::ranges::copy(padded(record.training, history.training_terms), out).out;
    out = std::ranges::copy(padded(record.validation, history.validation_terms), out).out;
  }
  file.tensors["history"] = table;
}

History load_history(const TensorFile& file, const std::string& path) {
  History history{.training_terms = lines(find_fact(file, "history.training", path)),
                  .validation_terms = lines(find_fact(file, "history.validation", path)),
                  .epochs = {}};
  const std::vector<std::string> phases = lines(find_fact(file, "history.phases", path));
  const torch::Tensor& table = find_tensor(file, "history", path);
  const std::size_t training = history.training_terms.size();
  const std::size_t validation = history.validation_terms.size();
  const auto columns = kFixedColumns + static_cast<std::int64_t>(training + validation);
  if (table.dim() != 2 || table.size(1) != columns || table.scalar_type() != torch::kFloat64) {
    throw InputError({.what = "the history in " + path + " does not fit its list of terms"});
  }
  const double* row = table.data_ptr<double>();
  for (std::int64_t e = 0; e < table.size(0); ++e, row += columns) {
    if (!(row[1] >= 0 && row[1] < static_cast<double>(phases.size()))) {
      throw InputError({.what = "the history in " + path + " names a phase that is not listed"});
    }
    const double* terms = row + kFixedColumns;
    history.epochs.push_back({.epoch = static_cast<std::int64_t>(row[0]),
                              .phase = phases[static_cast<std::size_t>(row[1])],
                              .step = static_cast<std::int64_t>(row[2]),
                              .seconds = row[3],
                              .learning_rate = row[4],
                              .training = {terms, terms + training},
                              .validation = {terms + training, terms + training + validation}});
  }
  return history;
}

}  // namespace mixvae::training
