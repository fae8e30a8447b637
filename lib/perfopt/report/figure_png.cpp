// SPDX-License-Identifier: Apache-2.0
// By librsvg on a surface of cairo: text is drawn with the fonts of this machine.
#include <cairo.h>
#include <librsvg/rsvg.h>

#include <cmath>
#include <memory>
#include <string>

#include "perfopt/core/error.hpp"
#include "perfopt/report/figure_forms.hpp"

namespace perfopt::report {
namespace {

struct Release {
  void operator()(RsvgHandle* handle) const { g_object_unref(handle); }
  void operator()(GError* error) const { g_error_free(error); }
  void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
  void operator()(cairo_t* context) const { cairo_destroy(context); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

constexpr double kMostPixels = 32'000;  // a side that cairo can draw
constexpr double kLargestArea = 100e6;  // 400 MB while it is drawn

[[noreturn]] void refuse(GError* error) {
  const Owned<GError> owned(error);
  throw Error(ExitCode::internal,
              "librsvg cannot draw the chart: " + std::string(owned ? owned->message : "it does not say why"));
}

void require(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS) {
    throw Error(ExitCode::internal, "cairo cannot draw the chart: " + std::string(cairo_status_to_string(status)));
  }
}

cairo_status_t append(void* into, const unsigned char* bytes, unsigned length) {
  static_cast<std::string*>(into)->append(reinterpret_cast<const char*>(bytes), length);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

std::string figure_png(const std::string& svg, double scale) {
  GError* error = nullptr;
  const Owned<RsvgHandle> handle(
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error));
  if (!handle) refuse(error);
  double width = 0;
  double height = 0;
  if (rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &width, &height) == 0) refuse(nullptr);
  width = std::ceil(width * scale);
  height = std::ceil(height * scale);
  if (width > kMostPixels || height > kMostPixels || width * height > kLargestArea) {
    throw BadInput("the chart is " + std::to_string(std::llround(width)) + " by " +
                   std::to_string(std::llround(height)) +
                   " pixels, more than PNG files are drawn with here (32,000 a side, 100 million in all); "
                   "choose problems with --filter, or write SVG");
  }
  const Owned<cairo_surface_t> surface(
      cairo_image_surface_create(CAIRO_FORMAT_ARGB32, static_cast<int>(width), static_cast<int>(height)));
  require(cairo_surface_status(surface.get()));
  const Owned<cairo_t> context(cairo_create(surface.get()));
  const RsvgRectangle whole{.x = 0, .y = 0, .width = width, .height = height};
  if (rsvg_handle_render_document(handle.get(), context.get(), &whole, &error) == 0) refuse(error);
  require(cairo_status(context.get()));
  std::string png;
  require(cairo_surface_write_to_png_stream(surface.get(), append, &png));
  return png;
}

}  // namespace perfopt::report
