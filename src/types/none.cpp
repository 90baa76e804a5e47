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

namespace {
constinit const runtime::Binding binding{&None::type, nullptr};
constinit Immortal<None> the_none(binding);
}  // namespace

Ref<None> none() noexcept { return Ref<None>::adopt(&the_none.object); }

}  // namespace exuvia::types
