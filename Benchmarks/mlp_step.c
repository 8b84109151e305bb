// Training as a bare loop in C: sgemm of OpenBLAS, everything between two products in one pass, Adam in one pass over all parameters. A limit
// for the epochs of mlp.py, which compiles it; nothing here is checked, and the sizes are known beforehand.
//
//     mlp_step epochs FILE_OF_SAMPLES FILE_OF_CLASSES SIZE,SIZE,... BATCH...     times epochs, and their products alone: JSON
//     mlp_step rate                                                             GFLOP/s of a large sgemm: JSON
#include <cblas.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { most_layers = 8, repetitions = 7, checked = 3 };

typedef struct {
  int depth, sizes[most_layers + 1], samples, batch;
  size_t parameters;
  const float *x;         // samples as columns
  const int *y;           // their classes
  float *weights[most_layers], *biases[most_layers];             // into `values`
  float *weight_gradients[most_layers], *bias_gradients[most_layers];  // into `gradient`
  float *values, *gradient, *first, *second;                     // parameters, their gradient and moments
  float *activations[most_layers + 1], *deltas[most_layers + 1];  // of a batch, by layers
  float *largest, *total;                                        // of each sample of a batch
  int *order, *classes;
  uint64_t random;
  long steps;
} training;

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void *memory(size_t count) {
  void *result = aligned_alloc(64, (count * 4 + 63) / 64 * 64);
  memset(result, 0, count * 4);
  return result;
}

// xorshift64*
static uint64_t next_random(training *t) {
  t->random ^= t->random >> 12, t->random ^= t->random << 25, t->random ^= t->random >> 27;
  return t->random * 0x2545f4914f6cdd1dULL;
}

static void start(training *t, const float *x, const int *y, int samples, int batch) {
  t->x = x, t->y = y, t->samples = samples, t->batch = batch, t->random = 1, t->steps = 0, t->parameters = 0;
  for (int l = 0; l < t->depth; l++) t->parameters += (size_t)(t->sizes[l] + 1) * (size_t)t->sizes[l + 1];
  t->values = memory(t->parameters), t->gradient = memory(t->parameters);
  t->first = memory(t->parameters), t->second = memory(t->parameters);
  size_t place = 0;
  for (int l = 0; l < t->depth; l++) {
    size_t inputs = (size_t)t->sizes[l], outputs = (size_t)t->sizes[l + 1];
    t->weights[l] = t->values + place, t->weight_gradients[l] = t->gradient + place;
    place += inputs * outputs;
    t->biases[l] = t->values + place, t->bias_gradients[l] = t->gradient + place;
    place += outputs;
    float bound = sqrtf(6 / (float)(inputs + outputs));
    for (size_t i = 0; i < inputs * outputs; i++) t->weights[l][i] = bound * (2 * (float)(next_random(t) >> 40) * 0x1p-24f - 1);
  }
  for (int l = 0; l <= t->depth; l++) {
    t->activations[l] = memory((size_t)t->sizes[l] * (size_t)batch), t->deltas[l] = memory((size_t)t->sizes[l] * (size_t)batch);
  }
  t->order = memory((size_t)samples), t->classes = memory((size_t)batch);
  t->largest = memory((size_t)batch), t->total = memory((size_t)batch);
  for (int i = 0; i < samples; i++) t->order[i] = i;
}

static void end(training *t) {
  free(t->values), free(t->gradient), free(t->first), free(t->second), free(t->order), free(t->classes), free(t->largest), free(t->total);
  for (int l = 0; l <= t->depth; l++) free(t->activations[l]), free(t->deltas[l]);
}

static void shuffle(training *t) {
  for (int i = t->samples - 1; i > 0; i--) {
    int j = (int)((next_random(t) >> 32) * (uint64_t)(i + 1) >> 32), kept = t->order[i];
    t->order[i] = t->order[j], t->order[j] = kept;
  }
}

static void gather(training *t, const int *order) {
  size_t inputs = (size_t)t->sizes[0];
  for (int j = 0; j < t->batch; j++) {
    memcpy(t->activations[0] + (size_t)j * inputs, t->x + (size_t)order[j] * inputs, inputs * 4);
    t->classes[j] = t->y[order[j]];
  }
}

// OpenBLAS has kernels that pack nothing for products of at most a million multiplications. The result is cut into blocks for them where that
// is faster; sums are never cut.
enum { most_multiplications = 1000000 };
static int cut;

static int least(int a, int b) { return a < b ? a : b; }

static void product(CBLAS_TRANSPOSE turn_a, CBLAS_TRANSPOSE turn_b, int rows, int columns, int inner, const float *a, const float *b, float *c) {
  int lead_a = turn_a == CblasTrans ? inner : rows, lead_b = turn_b == CblasTrans ? columns : inner;
  int height = rows, width = columns;
  if (cut && (double)rows * columns * inner > most_multiplications) {
    height = least(rows, 64 * 16 * inner > most_multiplications ? 32 : 64);
    width = least(columns, most_multiplications / (height * inner) / 16 * 16);
    if (width == 0) width = 16;
  }
  for (int i = 0; i < rows; i += height) {
    for (int j = 0; j < columns; j += width) {
      const float *first = a + (turn_a == CblasTrans ? (size_t)i * (size_t)inner : (size_t)i);
      const float *second = b + (turn_b == CblasTrans ? (size_t)j : (size_t)j * (size_t)inner);
      cblas_sgemm(CblasColMajor, turn_a, turn_b, least(height, rows - i), least(width, columns - j), inner, 1, first, lead_a, second, lead_b,
                  0, c + i + (size_t)j * (size_t)rows, rows);
    }
  }
}

// The three kinds of products: W A, D A', W' D. What belongs to the outputs has samples as rows, so that softmax runs over samples.
static void forward_product(training *t, int l) {
  int inputs = t->sizes[l], outputs = t->sizes[l + 1];
  const float *a = t->activations[l], *w = t->weights[l];
  float *z = t->activations[l + 1];
  if (l < t->depth - 1) {
    product(CblasNoTrans, CblasNoTrans, outputs, t->batch, inputs, w, a, z);
  } else {
    product(CblasTrans, CblasTrans, t->batch, outputs, inputs, a, w, z);
  }
}

static void gradient_product(training *t, int l) {
  CBLAS_TRANSPOSE turn = l < t->depth - 1 ? CblasNoTrans : CblasTrans;
  product(turn, CblasTrans, t->sizes[l + 1], t->sizes[l], t->batch, t->deltas[l + 1], t->activations[l], t->weight_gradients[l]);
}

static void delta_product(training *t, int l) {
  CBLAS_TRANSPOSE turn = l < t->depth - 1 ? CblasNoTrans : CblasTrans;
  product(CblasTrans, turn, t->sizes[l], t->batch, t->sizes[l + 1], t->weights[l], t->deltas[l + 1], t->deltas[l]);
}

static void bias_and_relu(training *t, int l) {
  size_t outputs = (size_t)t->sizes[l + 1];
  const float *restrict bias = t->biases[l];
  for (int j = 0; j < t->batch; j++) {
    float *restrict z = t->activations[l + 1] + (size_t)j * outputs;
    for (size_t i = 0; i < outputs; i++) z[i] = fmaxf(z[i] + bias[i], 0);
  }
}

// exp for -87 <= x <= 0, to about 2e-7: 2^n e^r with |r| <= log(2)/2; the polynomial is that of Cephes' expf.
static inline float exponential(float x) {
  x = fmaxf(x, -87);
  float n = rintf(x * 1.44269504f), r = fmaf(n, 2.12194440e-4f, fmaf(n, -0.693359375f, x));
  float p = fmaf(fmaf(fmaf(fmaf(fmaf(1.9875691500e-4f, r, 1.3981999507e-3f), r, 8.3334519073e-3f), r, 4.1665795894e-2f), r,
                      1.6666665459e-1f), r, 5.0000001201e-1f);
  union { int32_t bits; float value; } power = {((int32_t)n + 127) << 23};
  return fmaf(p, r * r, r + 1) * power.value;
}

// Softmax and, by the mean over the batch, (p - y)/batch with its column sums. Returns the sum of the losses.
static double softmax_delta(training *t) {
  int outputs = t->sizes[t->depth], batch = t->batch;
  float *restrict z = t->activations[t->depth], *restrict delta = t->deltas[t->depth];
  float *restrict largest = t->largest, *restrict total = t->total;
  const float *bias = t->biases[t->depth - 1];
  float *sums = t->bias_gradients[t->depth - 1];
  for (int j = 0; j < batch; j++) largest[j] = -FLT_MAX, total[j] = 0;
  for (int i = 0; i < outputs; i++) {
    float *restrict column = z + (size_t)i * (size_t)batch;
    for (int j = 0; j < batch; j++) column[j] += bias[i], largest[j] = fmaxf(largest[j], column[j]);
  }
  for (int i = 0; i < outputs; i++) {
    float *restrict column = z + (size_t)i * (size_t)batch, *restrict p = delta + (size_t)i * (size_t)batch;
    for (int j = 0; j < batch; j++) column[j] -= largest[j], total[j] += p[j] = exponential(column[j]);
  }
  float loss = 0;
  for (int j = 0; j < batch; j++) loss += logf(total[j]), total[j] = 1 / (total[j] * (float)batch);
  for (int i = 0; i < outputs; i++) {
    float *restrict column = z + (size_t)i * (size_t)batch, *restrict p = delta + (size_t)i * (size_t)batch, sum = 0;
    for (int j = 0; j < batch; j++) {
      float y = t->classes[j] == i ? 1 : 0;
      loss -= y * column[j];
      sum += p[j] = p[j] * total[j] - y / (float)batch;
    }
    sums[i] = sum;
  }
  return (double)loss;
}

static void relu_delta(training *t, int l) {
  size_t outputs = (size_t)t->sizes[l + 1];
  float *restrict sums = t->bias_gradients[l];
  memset(sums, 0, outputs * 4);
  for (int j = 0; j < t->batch; j++) {
    float *restrict delta = t->deltas[l + 1] + (size_t)j * outputs;
    const float *restrict a = t->activations[l + 1] + (size_t)j * outputs;
    for (size_t i = 0; i < outputs; i++) sums[i] += delta[i] = a[i] > 0 ? delta[i] : 0;
  }
}

static void adam(training *t) {
  const float beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f, l2 = 1e-4f;
  double k = (double)++t->steps;
  float a = (float)(1e-3 * sqrt(1 - pow(0.999, k)) / (1 - pow(0.9, k)));
  float *restrict p = t->values, *restrict m = t->first, *restrict v = t->second;
  const float *restrict g = t->gradient;
  for (size_t i = 0; i < t->parameters; i++) {
    float slope = g[i] + l2 * p[i];
    m[i] = beta1 * m[i] + (1 - beta1) * slope;
    v[i] = beta2 * v[i] + (1 - beta2) * slope * slope;
    p[i] -= a * m[i] / (sqrtf(v[i]) + epsilon);
  }
}

static double step(training *t, const int *order) {
  gather(t, order);
  for (int l = 0; l < t->depth; l++) {
    forward_product(t, l);
    if (l < t->depth - 1) bias_and_relu(t, l);
  }
  double loss = softmax_delta(t);
  for (int l = t->depth - 1; l >= 0; l--) {
    gradient_product(t, l);
    if (l > 0) delta_product(t, l), relu_delta(t, l - 1);
  }
  adam(t);
  return loss;
}

// The parts of an epoch that can be timed: all of it, products alone, the optimiser alone, gathering alone.
enum { whole, products, optimiser, gathering, parts };

static double epoch(training *t, int part) {
  double loss = 0;
  if (part == whole || part == gathering) shuffle(t);
  for (int first = 0; first + t->batch <= t->samples; first += t->batch) {
    if (part == whole) {
      loss += step(t, t->order + first);
    } else if (part == products) {
      for (int l = 0; l < t->depth; l++) forward_product(t, l);
      for (int l = t->depth - 1; l >= 0; l--) {
        gradient_product(t, l);
        if (l > 0) delta_product(t, l);
      }
    } else if (part == optimiser) {
      adam(t);
    } else {
      gather(t, t->order + first);
    }
  }
  return loss / t->samples;
}

static int by_value(const void *a, const void *b) {
  return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

typedef struct { double wall, processor; } seconds;

// As the peers are timed: seven times at least a twentieth of a second.
static seconds timed(training *t, int part) {
  double once = now(CLOCK_MONOTONIC);
  epoch(t, part);
  once = now(CLOCK_MONOTONIC) - once;
  int count = once >= 0.05 ? 1 : (int)(0.05 / once + 1);
  double walls[repetitions], processor[repetitions];
  for (int r = 0; r < repetitions; r++) {
    walls[r] = now(CLOCK_MONOTONIC), processor[r] = now(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < count; i++) epoch(t, part);
    walls[r] = (now(CLOCK_MONOTONIC) - walls[r]) / count, processor[r] = (now(CLOCK_PROCESS_CPUTIME_ID) - processor[r]) / count;
  }
  qsort(walls, repetitions, sizeof *walls, by_value), qsort(processor, repetitions, sizeof *processor, by_value);
  return (seconds){walls[repetitions / 2], processor[repetitions / 2]};
}

static void *read_file(const char *path, size_t *count) {
  FILE *file = fopen(path, "rb");
  if (!file) perror(path), exit(66);
  fseek(file, 0, SEEK_END);
  *count = (size_t)ftell(file) / 4;
  rewind(file);
  void *result = memory(*count);
  if (fread(result, 4, *count, file) != *count) perror(path), exit(66);
  fclose(file);
  return result;
}

static void time_epochs(char **words, int count) {
  training t = {0};
  t.depth = -1;
  for (char *size = strtok(words[2], ","); size; size = strtok(NULL, ",")) t.sizes[++t.depth] = atoi(size);
  size_t entries, samples;
  float *x = read_file(words[0], &entries);
  int *y = read_file(words[1], &samples);
  printf("[");
  for (int i = 3; i < count; i++) {
    start(&t, x, y, (int)samples, atoi(words[i]));
    double loss = 0, by_cut[2];
    for (cut = 0; cut < 2; cut++) epoch(&t, whole), by_cut[cut] = timed(&t, whole).wall;
    cut = by_cut[1] < by_cut[0];
    end(&t), start(&t, x, y, (int)samples, atoi(words[i]));
    for (int k = 0; k < checked; k++) loss = epoch(&t, whole);
    seconds found[parts];
    for (int part = 0; part < parts; part++) found[part] = timed(&t, part);
    printf("%s{\"batch\": %d, \"loss\": %.9g, \"cut\": %s", i > 3 ? ", " : "", t.batch, loss, cut ? "true" : "false");
    static const char *names[] = {"epoch", "products", "optimiser", "gathering"};
    for (int part = 0; part < parts; part++) {
      printf(", \"%s\": {\"wall\": %.9g, \"processor\": %.9g}", names[part], found[part].wall, found[part].processor);
    }
    printf("}");
    end(&t);
  }
  printf("]\n");
  free(x), free(y);
}

static void time_rate(void) {
  enum { n = 1024 };
  float *a = memory(n * n), *b = memory(n * n), *c = memory(n * n);
  for (size_t i = 0; i < n * n; i++) a[i] = (float)(i % 7) - 3, b[i] = (float)(i % 11) - 5;
  double best = 1e9;
  for (int r = 0; r < 15; r++) {
    double begin = now(CLOCK_MONOTONIC);
    cblas_sgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, a, n, b, n, 0, c, n);
    double time = now(CLOCK_MONOTONIC) - begin;
    if (time < best) best = time;
  }
  printf("{\"size\": %d, \"gflops\": %.4g}\n", n, 2.0 * n * n * n / best * 1e-9);
  free(a), free(b), free(c);
}

int main(int count, char **words) {
  if (count >= 6 && !strcmp(words[1], "epochs")) return time_epochs(words + 2, count - 2), 0;
  if (count == 2 && !strcmp(words[1], "rate")) return time_rate(), 0;
  fprintf(stderr, "usage: mlp_step epochs SAMPLES CLASSES SIZE,SIZE,... BATCH... | mlp_step rate\n");
  return 64;
}
