#include "exuvia/types/none.hpp"

#include "exuvia/types/protocol.hpp"

namespace exuvia::types {

constinit const Type None::type{{.name = "NoneType", .size = 0},
                                {.hash = [](const Object&) -> Result<Hash> { return 0xFCA86420; },
                                 .repr = [](const Object&, std::string& out) -> Result<void> {
                                   out += "None";
                                   return {};
                                 },
                                 .truth = [](const Object&) -> Result<bool> { return false; }}};

constinit const Type NotImplemented::type{
    {.name = "NotImplementedType", .size = 0},
    {.repr = [](const Object&, std::string& out) -> Result<void> {
      out += "NotImplemented";
      return {};
    }}};

namespace {
constinit const runtime::Binding binding{&None::type, nullptr};
constinit Immortal<None> the_none(binding);
constinit const runtime::Binding other_binding{&NotImplemented::type, nullptr};
constinit Immortal<NotImplemented> the_not_implemented(other_binding);
}  // namespace

Ref<None> none() noexcept { return Ref<None>::adopt(&the_none.object); }

Ref<NotImplemented> not_implemented() noexcept {
  return Ref<NotImplemented>::adopt(&the_not_implemented.object);
}

}  // namespace exuvia::types
