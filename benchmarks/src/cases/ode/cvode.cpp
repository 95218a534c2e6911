// SUNDIALS' CVODE on the problems of the case ode-stiff: BDF, Newton, exact Jacobian, dense or banded. Prints a line of
// JSON for each problem and tolerance: seconds of processor time (median), counts, the state at the end.
//
//   g++ -O3 -std=c++17 cvode.cpp -o cvode -lsundials_cvode -lsundials_nvecserial -lsundials_sunlinsoldense \
//     -lsundials_sunlinsolband -lsundials_sunmatrixdense -lsundials_sunmatrixband
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cvode/cvode.h>
#include <ctime>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_band.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_band.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <vector>

using Rhs = int (*)(realtype, N_Vector, N_Vector, void *);
using Jac = int (*)(realtype, N_Vector, N_Vector, SUNMatrix, void *, N_Vector, N_Vector, N_Vector);

static int vanDerPol(realtype, N_Vector y, N_Vector f, void *) {
  const double a = NV_Ith_S(y, 0), b = NV_Ith_S(y, 1);
  NV_Ith_S(f, 0) = b;
  NV_Ith_S(f, 1) = 1000 * (1 - a * a) * b - a;
  return 0;
}

static int vanDerPolJacobian(realtype, N_Vector y, N_Vector, SUNMatrix J, void *, N_Vector, N_Vector, N_Vector) {
  const double a = NV_Ith_S(y, 0), b = NV_Ith_S(y, 1);
  SM_ELEMENT_D(J, 0, 0) = 0;
  SM_ELEMENT_D(J, 0, 1) = 1;
  SM_ELEMENT_D(J, 1, 0) = -2000 * a * b - 1;
  SM_ELEMENT_D(J, 1, 1) = 1000 * (1 - a * a);
  return 0;
}

static int robertson(realtype, N_Vector y, N_Vector f, void *) {
  const double a = 0.04 * NV_Ith_S(y, 0), b = 1e4 * NV_Ith_S(y, 1) * NV_Ith_S(y, 2), c = 3e7 * NV_Ith_S(y, 1) * NV_Ith_S(y, 1);
  NV_Ith_S(f, 0) = b - a;
  NV_Ith_S(f, 1) = a - b - c;
  NV_Ith_S(f, 2) = c;
  return 0;
}

static int robertsonJacobian(realtype, N_Vector y, N_Vector, SUNMatrix J, void *, N_Vector, N_Vector, N_Vector) {
  const double b = NV_Ith_S(y, 1), c = NV_Ith_S(y, 2);
  SM_ELEMENT_D(J, 0, 0) = -0.04;
  SM_ELEMENT_D(J, 0, 1) = 1e4 * c;
  SM_ELEMENT_D(J, 0, 2) = 1e4 * b;
  SM_ELEMENT_D(J, 1, 0) = 0.04;
  SM_ELEMENT_D(J, 1, 1) = -1e4 * c - 6e7 * b;
  SM_ELEMENT_D(J, 1, 2) = -1e4 * b;
  SM_ELEMENT_D(J, 2, 0) = 0;
  SM_ELEMENT_D(J, 2, 1) = 6e7 * b;
  SM_ELEMENT_D(J, 2, 2) = 0;
  return 0;
}

static const int n = 500;
static const double rate = 251.0 * 251.0 / 50;

static int brusselator(realtype, N_Vector vy, N_Vector vf, void *) {
  const double *y = NV_DATA_S(vy);
  double *f = NV_DATA_S(vf);
  for (int i = 0; i < n; i += 2) {
    const double u = y[i], v = y[i + 1];
    const double uLeft = i == 0 ? 1 : y[i - 2], vLeft = i == 0 ? 3 : y[i - 1];
    const double uRight = i == n - 2 ? 1 : y[i + 2], vRight = i == n - 2 ? 3 : y[i + 3];
    const double uuv = u * u * v;
    f[i] = 1 + uuv - 4 * u + rate * (uLeft - 2 * u + uRight);
    f[i + 1] = 3 * u - uuv + rate * (vLeft - 2 * v + vRight);
  }
  return 0;
}

static int brusselatorJacobian(realtype, N_Vector vy, N_Vector, SUNMatrix J, void *, N_Vector, N_Vector, N_Vector) {
  const double *y = NV_DATA_S(vy);
  SUNMatZero(J);
  for (int j = 0; j < n; j += 2) {
    const double u = y[j], v = y[j + 1];
    SM_ELEMENT_B(J, j, j) = 2 * u * v - 4 - 2 * rate;
    SM_ELEMENT_B(J, j + 1, j) = 3 - 2 * u * v;
    SM_ELEMENT_B(J, j, j + 1) = u * u;
    SM_ELEMENT_B(J, j + 1, j + 1) = -u * u - 2 * rate;
    for (int k = j; k < j + 2; k++) {
      if (k >= 2) SM_ELEMENT_B(J, k - 2, k) = rate;
      if (k < n - 2) SM_ELEMENT_B(J, k + 2, k) = rate;
    }
  }
  return 0;
}

struct Problem {
  const char *name;
  Rhs f;
  Jac jacobian;
  std::vector<double> y0;
  double end, atolPerRtol;
  int band;
};

struct Run {
  std::vector<double> y;
  long steps, f, jacobians, factorizations;
};

static Run solve(SUNContext context, const Problem &p, double rtol) {
  const int size = p.y0.size();
  N_Vector y = N_VNew_Serial(size, context);
  std::copy(p.y0.begin(), p.y0.end(), NV_DATA_S(y));
  void *memory = CVodeCreate(CV_BDF, context);
  CVodeInit(memory, p.f, 0, y);
  CVodeSStolerances(memory, rtol, rtol * p.atolPerRtol);
  SUNMatrix A = p.band > 0 ? SUNBandMatrix(size, p.band, p.band, context) : SUNDenseMatrix(size, size, context);
  SUNLinearSolver solver = p.band > 0 ? SUNLinSol_Band(y, A, context) : SUNLinSol_Dense(y, A, context);
  CVodeSetLinearSolver(memory, solver, A);
  CVodeSetJacFn(memory, p.jacobian);
  CVodeSetMaxNumSteps(memory, 10000000);
  CVodeSetStopTime(memory, p.end);
  realtype t;
  const int code = CVode(memory, p.end, y, &t, CV_NORMAL);
  if (code < 0) fprintf(stderr, "CVode: %d\n", code);
  Run run;
  CVodeGetNumSteps(memory, &run.steps);
  CVodeGetNumRhsEvals(memory, &run.f);
  CVodeGetNumJacEvals(memory, &run.jacobians);
  CVodeGetNumLinSolvSetups(memory, &run.factorizations);
  run.y.assign(NV_DATA_S(y), NV_DATA_S(y) + size);
  CVodeFree(&memory);
  SUNLinSolFree(solver);
  SUNMatDestroy(A);
  N_VDestroy(y);
  return run;
}

static double processorSeconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

int main() {
  SUNContext context;
  SUNContext_Create(nullptr, &context);
  std::vector<double> start(n, 3);
  for (int i = 0; i < n; i += 2) start[i] = 1 + sin(2 * M_PI * (i / 2 + 1) / 251);
  const Problem problems[] = {
      {"van-der-pol-1000", vanDerPol, vanDerPolJacobian, {2, 0}, 2000, 1e-3, 0},
      {"robertson", robertson, robertsonJacobian, {1, 0, 0}, 1e11, 1e-4, 0},
      {"brusselator", brusselator, brusselatorJacobian, start, 10, 1e-3, 2},
  };
  for (const Problem &p : problems) {
    for (double rtol = 1e-4; rtol > 5e-10; rtol /= std::sqrt(10)) {
      Run run;
      std::vector<double> times;
      for (int k = 0; k < 15; k++) {
        const double before = processorSeconds();
        run = solve(context, p, rtol);
        times.push_back(processorSeconds() - before);
      }
      std::sort(times.begin(), times.end());
      printf("{\"problem\":\"%s\",\"rtol\":%.3g,\"seconds\":%.3g,\"steps\":%ld,\"f\":%ld,\"jacobians\":%ld,\"factorizations\":%ld,\"y\":[",
             p.name, rtol, times[times.size() / 2], run.steps, run.f, run.jacobians, run.factorizations);
      for (size_t i = 0; i < run.y.size(); i++) printf("%s%.17g", i > 0 ? "," : "", run.y[i]);
      printf("]}\n");
    }
  }
}
