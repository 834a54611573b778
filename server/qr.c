#include "server/qr.h"

#include <qrencode.h>
#include <stdbool.h>

enum { QR_QUIET = 2 }; /* white squares around the code; cameras want some */

static bool qr_is_dark(const QRcode *code, int x, int y) {
  bool inside = x >= 0 && y >= 0 && x < code->width && y < code->width;
  return inside && (code->data[y * code->width + x] & 1);
}

static const char *qr_square_pair(bool upper, bool lower) {
  if (upper)
    return lower ? "\u2588" : "\u2580";
  return lower ? "\u2584" : " ";
}

void qr_print(FILE *out, const char *text) {
  QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
  if (!code)
    return;
  for (int y = -QR_QUIET; y < code->width + QR_QUIET; y += 2) {
    fputs("  \x1b[30;107m", out);
    for (int x = -QR_QUIET; x < code->width + QR_QUIET; x++)
      fputs(qr_square_pair(qr_is_dark(code, x, y), qr_is_dark(code, x, y + 1)), out);
    fputs("\x1b[0m\n", out);
  }
  QRcode_free(code);
}
