#include "comparison_json.hpp"

#include <nlohmann/json.hpp>

namespace exuvia::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kComparisonVersion = 1;

const char* unit_of(Kind kind) {
  switch (kind) {
    case Kind::kDuration:
      return "ns";
    case Kind::kBytes:
      return "bytes";
    case Kind::kCount:
      return "count";
  }
  return "";
}

Json series_json(const Series& series) {
  return {{"median", series.median()},
          {"lowest", series.lowest()},
          {"highest", series.highest()},
          {"values", series.values}};
}

Json figure_json(const Figure& figure) {
  Json json = {{"name", figure.name},
               {"unit", unit_of(figure.kind)},
               {"stock", series_json(figure.stock)},
               {"exuvia", series_json(figure.exuvia)},
               {"ratio", nullptr}};
  if (figure.stock.median() != 0) json["ratio"] = figure.ratio();
  return json;
}

// The mode of the Exuvia side.
Json mode_json(const Comparison& comparison) {
  if (comparison.exuvia.empty() || !comparison.exuvia.front().recorded.is_present) return nullptr;
  const RecordedFigures& recorded = comparison.exuvia.front().recorded;
  return {{"interpreter", recorded.interpreter},
          {"allocator", recorded.allocator_active ? "exuvia" : "stock"},
          {"collector", recorded.collector_active ? "exuvia" : "stock"},
          {"note", recorded.note}};
}

}  // namespace

std::string comparison_json(const Comparison& comparison) {
  Json json = {{"format", "exuvia-compare"},
               {"version", kComparisonVersion},
               {"program", comparison.program},
               {"exuvia", mode_json(comparison)},
               {"runs", comparison.exuvia.size()},
               {"same_output", comparison.behaviour.is_same_output},
               {"same_status", comparison.behaviour.is_same_status},
               {"steady_on_stock", comparison.behaviour.is_steady_on_stock()},
               {"figures", Json::array()}};
  for (const Figure& figure : comparison.figures()) json["figures"].push_back(figure_json(figure));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace exuvia::cli
