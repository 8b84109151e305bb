// Elements per nanosecond of the elementwise kernels, on one core and in cache, beside a loop over the C library's scalar
// function: `make bench-kernels`. Figures are the best of nine; arguments are of moderate size, as data have them.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fusion.h"

enum { count = 4096, tries = 9 };

static double x[count], y[count];
static float xs[count], ys[count];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/// Elements per nanosecond of `body`, which is repeated.
#define RATE(result, repetitions, elements, body)                       \
  {                                                                     \
    double best = INFINITY;                                             \
    for (int try = 0; try < tries; try++) {                             \
      double start = now();                                             \
      for (int r = 0; r < (repetitions); r++) {                         \
        body;                                                           \
        __asm__ volatile("" ::: "memory");                              \
      }                                                                 \
      double time = (now() - start) / (repetitions);                    \
      if (time < best) best = time;                                     \
    }                                                                   \
    result = (elements) / best * 1e-9;                                  \
  }

#define LIBRARY_LOOP(f64, f32)                                                    \
  {                                                                               \
    RATE(library[0], 3, count, for (int i = 0; i < count; i++) { y[i] = (f64); }) \
    RATE(library[1], 3, count, for (int i = 0; i < count; i++) { ys[i] = (f32); }) \
  }

/// What the C library has, alone or in the usual formula.
static int library_rate(const char *name, double library[2]) {
#define SAME(function) \
  if (!strcmp(name, #function)) LIBRARY_LOOP(function(x[i]), function##f(xs[i])) else
  SAME(sqrt) SAME(exp) SAME(expm1) SAME(log) SAME(log1p) SAME(sin) SAME(cos) SAME(tan) SAME(asin) SAME(acos) SAME(atan)
  SAME(sinh) SAME(cosh) SAME(tanh) SAME(erf) SAME(erfc)
  if (!strcmp(name, "sigmoid")) LIBRARY_LOOP(1 / (1 + exp(-x[i])), 1 / (1 + expf(-xs[i])))
  else if (!strcmp(name, "softplus")) LIBRARY_LOOP(log1p(exp(x[i])), log1pf(expf(xs[i])))
  else if (!strcmp(name, "silu")) LIBRARY_LOOP(x[i] / (1 + exp(-x[i])), xs[i] / (1 + expf(-xs[i])))
  else if (!strcmp(name, "elu")) LIBRARY_LOOP(x[i] > 0 ? x[i] : expm1(x[i]), xs[i] > 0 ? xs[i] : expm1f(xs[i]))
  else if (!strcmp(name, "gelu")) LIBRARY_LOOP(0.5 * x[i] * erfc(-0.7071 * x[i]), 0.5f * xs[i] * erfcf(-0.7071f * xs[i]))
  else if (!strcmp(name, "pow")) LIBRARY_LOOP(pow(x[i], 2.7), powf(xs[i], 2.7f))
  else return 0;
  return 1;
}

static void print_function(const char *name, int function) {
  double low = -4, high = 4;
  if (!strcmp(name, "sqrt") || !strcmp(name, "log") || !strcmp(name, "pow")) low = 0, high = 10;
  if (!strcmp(name, "asin") || !strcmp(name, "acos")) low = -1, high = 1;
  if (!strcmp(name, "log1p")) low = -0.9, high = 2;
  for (int i = 0; i < count; i++) xs[i] = (float)(x[i] = low + (high - low) * ((rand() + 0.5) / ((double)RAND_MAX + 1)));
  double library[2] = {0, 0}, ours[2] = {0, 0};
  int compared = library_rate(name, library);
  printf("%-11s", name);
  for (int type = 0; type < 2; type++) {
    for (sk_instructions set = sk_instructions_plain; set <= sk_best_instructions(); set++) {
      if (type == 0) {
        RATE(ours[0], 30, count,
             function < 0 ? sk_pow_with_f64(set, y, x, count, 2.7) : sk_apply_with_f64(set, (sk_function)function, y, x, count))
      } else {
        RATE(ours[1], 30, count,
             function < 0 ? sk_pow_with_f32(set, ys, xs, count, 2.7f) : sk_apply_with_f32(set, (sk_function)function, ys, xs, count))
      }
      printf(" %7.2f", ours[type]);
    }
    if (compared) {
      printf(" %8.2f %6.1f  |", library[type], ours[type] / library[type]);
    } else {
      printf(" %8s %6s  |", "", "");
    }
  }
  printf("\n");
}

/// Two fused programs and softmax, at the sizes of small networks, in float.
static void print_programs(void) {
  static const size_t sizes[][2] = {{1, 1}, {10, 1}, {10, 128}, {64, 128}, {128, 512}, {1000, 100}};
  printf("\n%-10s %26s %30s %24s\n", "float", "sigmoid(X + b)", "d = D.*Y.*(1-Y), row sums", "softmax and logsumexp");
  for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
    size_t m = sizes[k][0], n = sizes[k][1], elements = m * n;
    float *a = calloc(elements, 4), *b = calloc(elements, 4), *d = calloc(elements, 4), *rows = calloc(m, 4), *sums = calloc(n, 4);
    sk_instruction forward[] = {{.operation = sk_operation_load, .to = 0, .slot = 0},
                                {.operation = sk_operation_load, .to = 1, .slot = 1},
                                {.operation = sk_operation_add, .to = 2, .a = 0, .b = 1},
                                {.operation = sk_operation_apply, .function = sk_function_sigmoid, .to = 3, .a = 2},
                                {.operation = sk_operation_store, .a = 3, .slot = 0}};
    sk_instruction backward[] = {{.operation = sk_operation_load, .to = 0, .slot = 0},
                                 {.operation = sk_operation_load, .to = 1, .slot = 1},
                                 {.operation = sk_operation_multiply, .to = 2, .a = 0, .b = 0},
                                 {.operation = sk_operation_subtract, .to = 2, .a = 0, .b = 2},
                                 {.operation = sk_operation_multiply, .to = 2, .a = 2, .b = 1},
                                 {.operation = sk_operation_store, .a = 2, .slot = 0},
                                 {.operation = sk_operation_row_sums, .a = 2, .slot = 1}};
    sk_program first = {m, n, forward, 5}, second = {m, n, backward, 7};
    sk_input inputs[] = {{a, m, sk_shape_full}, {rows, 1, sk_shape_per_row}};
    sk_input more_inputs[] = {{b, m, sk_shape_full}, {a, m, sk_shape_full}};
    sk_output outputs[] = {{b, m, 0}}, more_outputs[] = {{d, m, 0}, {rows, 1, 0}};
    double *workspace = calloc(sk_workspace_count(&second) + 1, 8);
    int repetitions = 1 + (int)(2000000 / (elements + 200));
    double rates[3];
    RATE(rates[0], repetitions, elements, sk_run_f32(&first, inputs, outputs, workspace))
    RATE(rates[1], repetitions, elements, sk_run_f32(&second, more_inputs, more_outputs, workspace))
    RATE(rates[2], repetitions, elements, sk_softmax_logsumexp_columns_f32(d, sums, a, m, n, m, m))
    printf("%4zu x %-4zu", m, n);
    for (int i = 0; i < 3; i++) printf(" %10.0f ns %6.2f/ns    ", (double)elements / rates[i], rates[i]);
    printf("\n");
    free(a), free(b), free(d), free(rows), free(sums), free(workspace);
  }
}

int main(void) {
  printf("elements/ns, double%28s|  float\n%-11s", "", "function");
  for (int type = 0; type < 2; type++) {
    static const char *names[] = {"plain", "AVX2", "AVX512"};
    for (sk_instructions set = sk_instructions_plain; set <= sk_best_instructions(); set++) printf(" %7s", names[set]);
    printf(" %8s %6s  |", "library", "ratio");
  }
  printf("\n");
#define X(name) print_function(#name, sk_function_##name);
  SK_FUNCTIONS(X)
#undef X
  print_function("pow", -1);
  print_programs();
}
