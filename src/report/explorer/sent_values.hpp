#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace mixvae::report::explorer {

/// The JSON object that was sent with a request, field by field. Every fault is an InputError that
/// names the field.
class SentValues {
 public:
  /// Throws InputError for a body that is no JSON object, or holds a field beside these.
  SentValues(const std::string& body, const std::vector<std::string>& fields);

  /// A text that must be there; of a field that may be left out: empty without it.
  std::string text(const std::string& field) const;
  std::string text_or_none(const std::string& field) const;
  std::vector<std::string> texts(const std::string& field) const;
  /// Numbers that a float can hold; of a field that may be left out: none without it.
  std::vector<double> numbers_or_none(const std::string& field) const;
  bool has(const std::string& field) const { return values_.contains(field); }

 private:
  const nlohmann::json& required(const std::string& field) const;

  nlohmann::json values_;
};

}  // namespace mixvae::report::explorer
