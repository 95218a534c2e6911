// What compiled programs are measured against, written out in C++ for each job alone. Built and run by by-c.ts:
//
//   by-hand JOB SECONDS
//
// takes a turn for each line that it reads: calls the job until that much processor time is over, and prints a line of JSON,
// seconds a call and what the job gave at first.
// Numbers are doubles but in `fused`, as they were where the bars were set.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <vector>

/** Nothing before it may be left out or put off. */
static inline void barrier() { asm volatile("" ::: "memory"); }

/** As `hashAt` and `numbers` of data.ts. */
static double numberAt(uint32_t seed, uint32_t index) {
  uint32_t x = seed * 0x9e3779b9u + index;
  x = (x ^ (x >> 16)) * 0x7feb352du;
  x = (x ^ (x >> 15)) * 0x846ca68bu;
  return ((x ^ (x >> 16)) >> 8) / 8388608.0 - 1;
}

/** Inputs differ from call to call. */
static const int variants = 4;
static int call = 0;

// Networks: four examples, squared error, steepest descent.

static const int examples = 4;
static const double rate = 0.05;
static const double corners[examples][2] = {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, targets[examples] = {0, 1, 1, 0};
static double inputs[variants][examples][2];

struct Sigmoid {
  static double value(double z) { return 1 / (1 + std::exp(-z)); }
  static double slope(double y) { return y * (1 - y); }
};
struct Tanh {
  static double value(double z) { return std::tanh(z); }
  static double slope(double y) { return 1 - y * y; }
};
struct Identity {
  static double value(double z) { return z; }
  static double slope(double) { return 1; }
};

template <int In, int Out, class Activation> struct Layer {
  double weight[In][Out], bias[Out], result[examples][Out];

  Layer() {
    for (int k = 0; k < In * Out; k++) weight[k / Out][k % Out] = std::sin(1.0 + k) / std::sqrt(In);
    for (int k = 0; k < Out; k++) bias[k] = std::sin(1.0 + k) / 3;
  }

  void forward(const double (&x)[examples][In]) {
    for (int e = 0; e < examples; e++) {
      double sum[Out];
      for (int o = 0; o < Out; o++) sum[o] = bias[o];
      for (int i = 0; i < In; i++)
        for (int o = 0; o < Out; o++) sum[o] += x[e][i] * weight[i][o];
      for (int o = 0; o < Out; o++) result[e][o] = sum[o];
    }
    for (int e = 0; e < examples; e++)
      for (int o = 0; o < Out; o++) result[e][o] = Activation::value(result[e][o]);
  }

  /** From the derivative of the loss by the result: by the input, where that is wanted; and takes the step. */
  template <bool wanted> void backward(const double (&x)[examples][In], double (&g)[examples][Out], double (&gx)[examples][In]) {
    for (int e = 0; e < examples; e++)
      for (int o = 0; o < Out; o++) g[e][o] *= Activation::slope(result[e][o]);
    if (wanted)
      for (int e = 0; e < examples; e++)
        for (int i = 0; i < In; i++) {
          double sum = 0;
          for (int o = 0; o < Out; o++) sum += g[e][o] * weight[i][o];
          gx[e][i] = sum;
        }
    for (int i = 0; i < In; i++)
      for (int o = 0; o < Out; o++) {
        double sum = 0;
        for (int e = 0; e < examples; e++) sum += x[e][i] * g[e][o];
        weight[i][o] -= rate * sum;
      }
    for (int o = 0; o < Out; o++) {
      double sum = 0;
      for (int e = 0; e < examples; e++) sum += g[e][o];
      bias[o] -= rate * sum;
    }
  }
};

static double squaredError(const double (&y)[examples][1], double (&g)[examples][1]) {
  double loss = 0;
  for (int e = 0; e < examples; e++) {
    const double error = y[e][0] - targets[e];
    loss += error * error / examples;
    g[e][0] = 2 * error / examples;
  }
  return loss;
}

static Layer<2, 2, Sigmoid> hidden;
static Layer<2, 1, Sigmoid> output;

__attribute__((noinline)) static double sigmoidStep(const double (&x)[examples][2]) {
  double g1[examples][1], g0[examples][2], unused[examples][2];
  hidden.forward(x);
  output.forward(hidden.result);
  const double loss = squaredError(output.result, g1);
  output.backward<true>(hidden.result, g1, g0);
  hidden.backward<false>(x, g0, unused);
  return loss;
}

static Layer<2, 16, Tanh> first;
static Layer<16, 16, Tanh> second;
static Layer<16, 1, Identity> third;

__attribute__((noinline)) static double tanhStep(const double (&x)[examples][2]) {
  double g2[examples][1], g1[examples][16], g0[examples][16], unused[examples][2];
  first.forward(x);
  second.forward(first.result);
  third.forward(second.result);
  const double loss = squaredError(third.result, g2);
  third.backward<true>(second.result, g2, g1);
  second.backward<true>(first.result, g1, g0);
  first.backward<false>(x, g0, unused);
  return loss;
}

// sum(tanh(x) exp(-x^2) + sin(x)) and its gradient, f32. The cosine has a loop of its own: beside a sine of the same number
// gcc makes both of them one call, which it has for single numbers only.

static const int count = 1000000, block = 1000;
static std::vector<float> x, slope;

__attribute__((noinline)) static double fused() {
  double sum = 0;
  for (int start = 0; start < count; start += block) {
    const float *in = &x[start];
    float *out = &slope[start], part = 0;
    for (int k = 0; k < block; k++) {
      const float at = in[k], t = std::tanh(at), bell = std::exp(-at * at), both = t * bell;
      part += both + std::sin(at);
      out[k] = bell - t * both - 2 * at * both;
    }
    barrier();
    for (int k = 0; k < block; k++) out[k] += std::cos(in[k]);
    sum += part;
  }
  return sum;
}

// Second derivatives of sum(100 (x[k+1] - x[k]^2)^2 + (1 - x[k])^2), which are on three diagonals.

static const int n = 100;
static double points[variants][n], along[n], product[n], matrix[n][n];

__attribute__((noinline)) static void productStep(const double (&p)[n]) {
  std::fill(product, product + n, 0.0);
  for (int k = 0; k + 1 < n; k++) {
    const double corner = -400 * p[k];
    product[k] += (1200 * p[k] * p[k] - 400 * p[k + 1] + 2) * along[k] + corner * along[k + 1];
    product[k + 1] += corner * along[k] + 200 * along[k + 1];
  }
}

__attribute__((noinline)) static void matrixStep(const double (&p)[n]) {
  memset(matrix, 0, sizeof matrix);
  for (int k = 0; k + 1 < n; k++) {
    matrix[k][k] += 1200 * p[k] * p[k] - 400 * p[k + 1] + 2;
    matrix[k + 1][k + 1] += 200;
    matrix[k][k + 1] = matrix[k + 1][k] = -400 * p[k];
  }
}

static double processorSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

struct Job {
  const char *name;
  std::function<double()> run;
  /** What the first calls gave, as numbers to compare. */
  std::function<std::vector<double>()> given;
};

int main(int, char **arguments) {
  for (int v = 0; v < variants; v++) {
    for (int e = 0; e < examples; e++)
      for (int i = 0; i < 2; i++) inputs[v][e][i] = corners[e][i] + 1e-3 * (v + 1);
    for (int k = 0; k < n; k++) points[v][k] = numberAt(v + 1, k);
  }
  for (int k = 0; k < n; k++) along[k] = numberAt(9, k);
  const auto losses = [](double (*step)(const double (&)[examples][2])) {
    return [=] { return std::vector<double>{step(inputs[0]), step(inputs[1]), step(inputs[2]), step(inputs[3])}; };
  };
  const Job jobs[] = {
      {"sigmoid-2-2-1", [] { return sigmoidStep(inputs[call++ % variants]); }, losses(sigmoidStep)},
      {"tanh-2-16-16-1", [] { return tanhStep(inputs[call++ % variants]); }, losses(tanhStep)},
      {"fused", fused, [] { return std::vector<double>{fused(), slope[0], slope[1], slope[count - 1]}; }},
      {"product", [] { productStep(points[call++ % variants]); return 0.0; },
       [] { productStep(points[0]); return std::vector<double>(product, product + n); }},
      {"matrix", [] { matrixStep(points[call++ % variants]); return 0.0; },
       [] { matrixStep(points[0]); return std::vector<double>(matrix[0], matrix[0] + n * n); }},
  };
  for (const Job &job : jobs) {
    if (strcmp(job.name, arguments[1]) != 0) continue;
    if (strcmp(job.name, "fused") == 0) {
      x.resize(count);
      slope.resize(count);
      for (int k = 0; k < count; k++) x[k] = 3 * numberAt(1, k);
    }
    const std::vector<double> given = job.given();
    const double least = atof(arguments[2]);
    volatile double kept;
    long calls = 1;
    while (getchar() != EOF) {
      double taken = 0;
      for (;; calls *= 2) {
        const double before = processorSeconds();
        for (long k = 0; k < calls; k++) {
          kept = job.run();
          barrier();
        }
        taken = processorSeconds() - before;
        if (taken >= least) break;
      }
      printf("{\"seconds\":%.6g,\"given\":[", taken / calls);
      for (size_t k = 0; k < given.size(); k++) printf("%s%.17g", k > 0 ? "," : "", given[k]);
      printf("]}\n");
      fflush(stdout);
    }
    return 0;
  }
  return 1;
}
