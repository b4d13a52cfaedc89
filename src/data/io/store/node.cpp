#include "data/io/store/node.hpp"

namespace mixvae::store {

std::string describe(Kind kind) {
  switch (kind) {
    case Kind::integer:
      return "whole numbers";
    case Kind::real:
      return "numbers";
    case Kind::truth:
      return "truth values";
    case Kind::text:
      return "texts";
    case Kind::compound:
      return "records";
    case Kind::reference:
      return "references";
    case Kind::other:
      break;
  }
  return "values of a kind that is not read";
}

std::string Node::where() const { return path().empty() ? file() : file() + ": '" + path() + "'"; }

std::string Node::text_attribute(const std::string& name) const {
  const auto texts = texts_attribute(name);
  return texts.size() == 1 ? texts.front() : std::string{};
}

}  // namespace mixvae::store
