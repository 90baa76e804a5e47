#include "exuvia/types/generator.hpp"

#include "laws/types/python.hpp"

namespace exuvia::types {
namespace {

constexpr const char* kInPython = R"(
sys.unraisablehook = lambda ignored: None  # of generators that are dropped as they are
def plain():
  a = yield 1
  b = yield a
  yield b
def handling():
  got = None
  while got != 'stop':
    try: got = yield got
    except ValueError as error: got = 'handled ' + str(error)
def stubborn():
  try: yield 1
  except GeneratorExit: yield 2
def step(f):
  try: return f()
  except StopIteration: return 'the end'
)";

Yields plain() {
  const Value a = co_yield integer(1);
  const Value b = co_yield Value(a);
  co_yield Value(b);
}

Yields handling() {
  Value got = none();
  while (shown(got) != "'stop'") {
    const Result<Value> sent = co_yield catching(got);
    if (sent) {
      got = *sent;
    } else if (sent.error().kind == ErrorKind::kValueError) {
      got = text("handled " + sent.message());
    } else {
      co_yield sent.error();
    }
  }
}

Yields stubborn() {
  const Result<Value> sent = co_yield catching(integer(1));
  if (sent) co_return;
  if (sent.error().kind != ErrorKind::kGeneratorExit) co_yield sent.error();
  co_yield integer(2);
}

class GeneratorDifferentialTest : public DifferentialTest {
 protected:
  void expect_step(const std::string& expression, Result<Value> answer) {
    if (answer && !*answer) answer = Value(text("the end"));
    expect({"step(lambda: ", expression, ")"}, answer);
  }
  void take_a_step(Generator& generator) {
    const std::vector<Value> values{none(), integer(7), text("stop")};
    const Value& value = any_of(values);
    switch (below(6)) {
      case 0:
      case 1:
        return expect_step("next(g)", next(Value::to(generator)));
      case 2:
        return expect_step("g.send(" + shown(value) + ")", send(generator, value));
      case 3:
        return expect_step("g.throw(ValueError('v'))", throw_into(generator, value_error("v")));
      case 4:
        return expect_step("g.throw(TypeError('t'))", throw_into(generator, type_error("t")));
      default:
        if (below(2) == 0) expect("g.close()", close(generator));
    }
  }
};

TEST_F(GeneratorDifferentialTest, GeneratorsAreSentValuesAndErrorsAndClosedAlike) {
  statement(kInPython);
  for (int i = 0; i < 600; ++i) {
    const std::uint64_t which = below(3);
    statement({"g = ", which == 0 ? "plain" : which == 1 ? "handling" : "stubborn", "()"});
    const Ref<Generator> generator = cast<Generator>(*make_generator(which == 0   ? plain()
                                                                     : which == 1 ? handling()
                                                                                  : stubborn()));
    for (std::uint64_t n = below(8); n > 0; --n) take_a_step(*generator);
  }
  compare();
}

}  // namespace
}  // namespace exuvia::types
