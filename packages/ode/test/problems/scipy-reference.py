"""Writes references.json (states at the end) and scipy.json (what SciPy's solvers do) beside itself.

    python3 scipy-reference.py references
    python3 scipy-reference.py table [problem ...]

References come from closed forms where there are any, and otherwise from two independent computations, whose largest
difference is kept with them: for small problems collocation at the five Radau points (order 9) in extended precision on a
grid and on that grid halved; for large ones SciPy's Radau and LSODA at tight tolerances. `published` in the problem's file
is held against them by a test.
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import scipy
from scipy.integrate import solve_ivp
from scipy.sparse import csc_matrix, diags

HERE = Path(__file__).parent
L = np.longdouble
RTOLS = [1e-4, 1e-6, 1e-8, 1e-10]
NONSTIFF = ["RK23", "RK45", "DOP853"]
STIFF = ["Radau", "BDF"]


# --- the problems; they are written once more, in TypeScript, in the files beside this one -----------------------------


def exponential(t, y):
    return [-y[0]]


def harmonic(t, y):
    return [y[1], -y[0]]


def lorenz(t, y):
    return [10 * (y[1] - y[0]), y[0] * (28 - y[2]) - y[1], y[0] * y[1] - 8 * y[2] / 3]


MU = 0.012277471


def arenstorf(t, y):
    mu = MU
    x, z, u, v = y
    d1 = ((x + mu) ** 2 + z * z) ** 1.5
    d2 = ((x - (1 - mu)) ** 2 + z * z) ** 1.5
    return [
        u,
        v,
        x + 2 * v - (1 - mu) * (x + mu) / d1 - mu * (x - (1 - mu)) / d2,
        z - 2 * u - (1 - mu) * z / d1 - mu * z / d2,
    ]


def pleiades(t, w):
    w = np.asarray(w)
    x, y = w[:7], w[7:14]
    dx, dy = x[None, :] - x[:, None], y[None, :] - y[:, None]
    r3 = (dx * dx + dy * dy) ** 1.5 + np.eye(7)
    m = np.arange(1, 8)[None, :]
    return np.concatenate([w[14:], (m * dx / r3).sum(1), (m * dy / r3).sum(1)])


def kepler(t, y):
    r3 = (y[0] * y[0] + y[1] * y[1]) ** 1.5
    return [y[2], y[3], -y[0] / r3, -y[1] / r3]


def van_der_pol(mu):
    return (
        lambda t, y: [y[1], mu * (1 - y[0] * y[0]) * y[1] - y[0]],
        lambda t, y: [[0, 1], [-2 * mu * y[0] * y[1] - 1, mu * (1 - y[0] * y[0])]],
    )


def robertson(t, y):
    a, b, c = 4 * y[0] / 100, 10000 * y[1] * y[2], 30000000 * y[1] * y[1]
    return [b - a, a - b - c, c]


def robertson_jacobian(t, y):
    return [[-0.04, 1e4 * y[2], 1e4 * y[1]], [0.04, -1e4 * y[2] - 6e7 * y[1], -1e4 * y[1]], [0, 6e7 * y[1], 0]]


HIRES = np.zeros((8, 8), dtype=L)
for i, j, rate in [
    (0, 0, "-1.71"), (0, 1, "0.43"), (0, 2, "8.32"), (1, 0, "1.71"), (1, 1, "-8.75"), (2, 2, "-10.03"), (2, 3, "0.43"),
    (2, 4, "0.035"), (3, 1, "8.32"), (3, 2, "1.71"), (3, 3, "-1.12"), (4, 4, "-1.745"), (4, 5, "0.43"), (4, 6, "0.43"),
    (5, 3, "0.69"), (5, 4, "1.71"), (5, 5, "-0.43"), (5, 6, "0.69"), (6, 6, "-1.81"), (7, 6, "1.81"),
]:  # fmt: skip
    HIRES[i, j] = L(rate)
HIRES_DOUBLE = HIRES.astype(float)


def hires(t, y):
    extended = isinstance(y[0], L)
    d = (HIRES if extended else HIRES_DOUBLE) @ np.asarray(y)
    r = 280 * y[5] * y[7]
    d[0] += L("0.0007") if extended else 0.0007
    d[5] -= r
    d[6] += r
    d[7] -= r
    return d


def hires_jacobian(t, y):
    J = HIRES_DOUBLE.copy()
    for row, sign in ((5, -1), (6, 1), (7, -1)):
        J[row, 5] += sign * 280 * y[7]
        J[row, 7] += sign * 280 * y[5]
    return J


def oregonator(t, y):
    s, w, q = (L("77.27"), L("0.161"), L("8.375e-6")) if isinstance(y[0], L) else (77.27, 0.161, 8.375e-6)
    return [s * (y[1] + y[0] * (1 - q * y[0] - y[1])), (y[2] - (1 + y[0]) * y[1]) / s, w * (y[0] - y[2])]


def oregonator_jacobian(t, y):
    s, w, q = 77.27, 0.161, 8.375e-6
    return [
        [s * (1 - 2 * q * y[0] - y[1]), s * (1 - y[0]), 0],
        [-y[1] / s, -(1 + y[0]) / s, 1 / s],
        [w, 0, -w],
    ]


def e5(t, y):
    A, C = (L("7.89e-10"), L("1.13e3")) if isinstance(y[0], L) else (7.89e-10, 1.13e3)
    a, b, c, d = A * y[0], 11000000 * y[0] * y[2], 1000000 * C * y[1] * y[2], C * y[3]
    return [-a - b, a - c, a - b - c + d, b - d]


def e5_jacobian(t, y):
    A, B, C, M = 7.89e-10, 1.1e7, 1.13e3, 1e6
    return [
        [-A - B * y[2], 0, -B * y[0], 0],
        [A, -M * C * y[2], -M * C * y[1], 0],
        [A - B * y[2], -M * C * y[2], -B * y[0] - M * C * y[1], C],
        [B * y[2], 0, B * y[0], -C],
    ]


N_BRUSSELATOR = 250
BRUSSELATOR_RATE = (N_BRUSSELATOR + 1) ** 2 / 50


def brusselator(t, y):
    u, v = y[0::2], y[1::2]
    lap = lambda w, edge: np.concatenate([[edge], w[:-1]]) - 2 * w + np.concatenate([w[1:], [edge]])
    d = np.empty_like(y)
    uuv = u * u * v
    d[0::2] = 1 + uuv - 4 * u + BRUSSELATOR_RATE * lap(u, 1.0)
    d[1::2] = 3 * u - uuv + BRUSSELATOR_RATE * lap(v, 3.0)
    return d


def brusselator_jacobian(t, y):
    u, v = y[0::2], y[1::2]
    n = len(y)
    main, up, down = np.empty(n), np.zeros(n - 1), np.zeros(n - 1)
    main[0::2] = 2 * u * v - 4 - 2 * BRUSSELATOR_RATE
    main[1::2] = -u * u - 2 * BRUSSELATOR_RATE
    up[0::2] = u * u
    down[0::2] = 3 - 2 * u * v
    far = np.full(n - 2, BRUSSELATOR_RATE)
    return diags([far, down, main, up, far], [-2, -1, 0, 1, 2], format="csc")


N_HEAT = 2000


def heat(t, y):
    d = -2 * y
    d[1:] += y[:-1]
    d[:-1] += y[1:]
    return (N_HEAT + 1) ** 2 * d


HEAT_JACOBIAN = (N_HEAT + 1) ** 2 * diags([np.ones(N_HEAT - 1), np.full(N_HEAT, -2.0), np.ones(N_HEAT - 1)], [-1, 0, 1], format="csc")

N_AKZO = 200
zeta = np.arange(1, N_AKZO + 1) / N_AKZO
ALPHA = 2 * (zeta - 1) ** 3 / 16 * N_AKZO / 2
BETA = (zeta - 1) ** 4 / 16 * N_AKZO**2


def medical_akzo_nobel(t, y):
    u, v = y[0::2], y[1::2]
    phi = 2.0 if t <= 5 else 0.0
    left, right = np.concatenate([[phi], u[:-1]]), np.concatenate([u[1:], u[-1:]])
    kuv = 100 * u * v
    d = np.empty_like(y)
    d[0::2] = ALPHA * (right - left) + BETA * (left - 2 * u + right) - kuv
    d[1::2] = -kuv
    return d


def medical_akzo_nobel_jacobian(t, y):
    u, v = y[0::2], y[1::2]
    n = len(y)
    main, up, down = np.empty(n), np.zeros(n - 1), np.zeros(n - 1)
    main[0::2] = -2 * BETA - 100 * v
    main[n - 2] += ALPHA[-1] + BETA[-1]
    main[1::2] = -100 * u
    up[0::2] = -100 * u
    down[0::2] = -100 * v
    right, left = np.zeros(n - 2), np.zeros(n - 2)
    right[0::2] = (ALPHA + BETA)[:-1]
    left[0::2] = (BETA - ALPHA)[1:]
    return diags([left, down, main, up, right], [-2, -1, 0, 1, 2], format="csc")


def pendulum_angle(t, y):
    g = L("9.81") if isinstance(y[0], L) else 9.81
    return [y[1], -g * np.sin(y[0])]


def heat_start():
    x = np.arange(1, N_HEAT + 1) / (N_HEAT + 1)
    return np.sin(np.pi * x) + np.sin(4 * np.pi * x) / 2


def brusselator_start():
    y = np.full(2 * N_BRUSSELATOR, 3.0)
    y[0::2] = 1 + np.sin(2 * np.pi * np.arange(1, N_BRUSSELATOR + 1) / (N_BRUSSELATOR + 1))
    return y


PLEIADES_START = [3, 3, -1, -3, 2, -2, 2, 3, -3, 2, 0, 0, -4, 4, 0, 0, 0, 0, 0, 1.75, -1.5, 0, 0, 0, -1.25, 1, 0, 0]
BAND = dict(uband=2, lband=2)

# name: right-hand side, Jacobian, start, end, atol as a function of rtol, methods, more options of LSODA
PROBLEMS = {
    "exponential": (exponential, None, [1], 5, lambda r: r * 1e-3, NONSTIFF + STIFF, {}),
    "harmonic-oscillator": (harmonic, None, [1, 0], 20, lambda r: r * 1e-3, NONSTIFF + STIFF, {}),
    "lorenz": (lorenz, None, [1, 1, 1], 5, lambda r: r * 1e-3, NONSTIFF, {}),
    "arenstorf": (arenstorf, None, [0.994, 0, 0, -2.0015851063790824], 17.065216560157964, lambda r: r * 1e-3, NONSTIFF, {}),
    "pleiades": (pleiades, None, PLEIADES_START, 3, lambda r: r * 1e-3, NONSTIFF, {}),
    "kepler": (kepler, None, [0.4, 0, 0, 2], 20, lambda r: r * 1e-3, NONSTIFF, {}),
    "van-der-pol-1": (*van_der_pol(1), [2, 0], 20, lambda r: r * 1e-3, NONSTIFF + STIFF, {}),
    "van-der-pol-1000": (*van_der_pol(1000), [2, 0], 2000, lambda r: r * 1e-3, STIFF, {}),
    "robertson": (robertson, robertson_jacobian, [1, 0, 0], 1e11, lambda r: r * 1e-8, STIFF, {}),
    "hires": (hires, hires_jacobian, [1, 0, 0, 0, 0, 0, 0, 0.0057], 321.8122, lambda r: r * 1e-4, STIFF, {}),
    "oregonator": (oregonator, oregonator_jacobian, [1, 2, 3], 360, lambda r: r * 1e-6, STIFF, {}),
    "e5": (e5, e5_jacobian, [1.76e-3, 0, 0, 0], 1e10, lambda r: 1.7e-24, STIFF, {}),
    "brusselator": (brusselator, brusselator_jacobian, brusselator_start(), 10, lambda r: r * 1e-3, STIFF, BAND),
    "heat": (heat, HEAT_JACOBIAN, heat_start(), 0.1, lambda r: r, STIFF, dict(uband=1, lband=1)),
    "medical-akzo-nobel": (medical_akzo_nobel, medical_akzo_nobel_jacobian, np.tile([0.0, 1.0], N_AKZO), 20, lambda r: r, STIFF, BAND),
}  # fmt: skip


# --- references --------------------------------------------------------------------------------------------------------


def radau_points(s):
    """Nodes and coefficients of Radau IIA with s stages, to the last digit of extended precision."""
    import mpmath as mp

    mp.mp.dps = 40
    p = lambda x: mp.legendre(s, 2 * x - 1) - mp.legendre(s - 1, 2 * x - 1)
    approximate = np.polynomial.legendre.Legendre([0] * (s - 1) + [-1, 1]).roots()
    c = [mp.mpf(1) if abs(x - 1) < 1e-9 else mp.findroot(p, (x + 1) / 2) for x in approximate]
    V = mp.matrix([[ci**k for ci in c] for k in range(s)])
    A = [[None] * s for _ in range(s)]
    for i in range(s):
        row = mp.lu_solve(V, mp.matrix([c[i] ** (k + 1) / (k + 1) for k in range(s)]))
        for j in range(s):
            A[i][j] = L(mp.nstr(row[j], 30))
    return np.array([L(mp.nstr(x, 30)) for x in c]), np.array(A)


def numerical_jacobian(f, t, y):
    n = len(y)
    J = np.empty((n, n))
    for k in range(n):
        e = np.zeros(n, dtype=L)
        e[k] = max(abs(y[k]), L(1e-6)) * L(1e-7)
        J[:, k] = ((np.asarray(f(t, y + e)) - np.asarray(f(t, y - e))) / (2 * e[k])).astype(float)
    return J


def collocate(f, y, grid, refine):
    """Radau IIA of order 9 on a grid, each step cut in `refine`; Newton's corrections in double, residuals in extended."""
    c, A = radau_points(5)
    s, n = 5, len(y)
    y = np.array(y, dtype=L)
    A64 = A.astype(float)
    for a, b in zip(grid[:-1], grid[1:]):
        for part in range(refine):
            t0 = L(a) + (L(b) - L(a)) * part / refine
            h = (L(b) - L(a)) / refine
            J = numerical_jacobian(f, t0 + h / 2, y)
            M = np.linalg.inv(np.eye(n * s) - float(h) * np.kron(A64, J))
            Z = np.zeros((s, n), dtype=L)
            least = np.inf
            for iteration in range(60):
                F = np.array([np.asarray(f(t0 + c[i] * h, y + Z[i]), dtype=L) for i in range(s)])
                residual = h * (A @ F) - Z
                step = (M @ residual.astype(float).ravel()).reshape(s, n)
                Z = Z + step
                size = float(np.max(np.abs(step) / np.maximum(np.abs(y).astype(float), 1e-30)))
                if size < 1e-18 or (iteration > 3 and size < 1e-15 and size > least / 2):
                    break
                least = min(least, size)
            y = y + Z[-1]
    return y


def closed_forms():
    import mpmath as mp

    mp.mp.dps = 40
    e, t = mp.mpf("0.6"), mp.mpf(20)
    E = mp.findroot(lambda E: E - e * mp.sin(E) - t, 20)
    w = 1 / (1 - e * mp.cos(E))
    b = mp.sqrt(1 - e * e)
    x = np.arange(1, N_HEAT + 1) / (N_HEAT + 1)
    rate = lambda k: 4 * (N_HEAT + 1) ** 2 * mp.sin(k * mp.pi / (2 * (N_HEAT + 1))) ** 2
    modes = [float(mp.exp(-rate(1) * mp.mpf("0.1"))), float(mp.exp(-rate(4) * mp.mpf("0.1"))) / 2]
    return {
        "exponential": [float(mp.exp(-5))],
        "harmonic-oscillator": [float(mp.cos(20)), float(-mp.sin(20))],
        "kepler": [float(v) for v in (mp.cos(E) - e, b * mp.sin(E), -mp.sin(E) * w, b * mp.cos(E) * w)],
        "heat": (modes[0] * np.sin(np.pi * x) + modes[1] * np.sin(4 * np.pi * x)).tolist(),
    }


def references():
    out = {name: {"source": "closed form", "y": y} for name, y in closed_forms().items()}
    starts = {"hires": [L(1)] + [L(0)] * 6 + [L("0.0057")], "e5": [L("1.76e-3"), L(0), L(0), L(0)]}
    for name in ["lorenz", "arenstorf", "pleiades", "van-der-pol-1", "van-der-pol-1000", "robertson", "hires", "oregonator", "e5", "pendulum"]:
        f, jac, y0, t1, atol, _, _ = PROBLEMS.get(name) or (pendulum_angle, None, [L(np.pi) / 2, L(0)], 5, lambda r: r, None, None)
        if name in ("van-der-pol-1000", "robertson", "hires", "oregonator", "e5"):
            guide = dict(method="Radau", rtol=1e-9, atol=atol(1e-9), jac=lambda t, y: np.array(jac(t, y)))
        else:
            guide = dict(method="DOP853", rtol=1e-11, atol=1e-13)
        grid = solve_ivp(f, (0, t1), np.array(y0, dtype=float), **guide).t
        y0 = starts.get(name, y0)
        parts = 8 if name in ("arenstorf", "e5", "pleiades") else 2
        coarse, fine = collocate(f, y0, grid, parts), collocate(f, y0, grid, 2 * parts)
        y = fine
        if name == "pendulum":
            expand = lambda q: np.array([np.sin(q[0]), -np.cos(q[0]), q[1] * np.cos(q[0]), q[1] * np.sin(q[0]), q[1] ** 2 + L("9.81") * np.cos(q[0])])
            coarse, y = expand(coarse), expand(fine)
        out[name] = {"source": "Radau IIA of order 9 in extended precision, on two grids", "difference": float(np.max(np.abs(y - coarse) / (np.abs(y) + atol(1e-10) / 1e-10))), "y": y.astype(float).tolist()}
        print(name, out[name], file=sys.stderr, flush=True)
    for name in ["brusselator", "medical-akzo-nobel"]:
        f, jac, y0, t1, *_ , band = PROBLEMS[name]
        ends = []
        for kw in (dict(method="Radau", jac=jac, rtol=1e-12, atol=1e-14), dict(method="LSODA", rtol=1e-12, atol=1e-14, **band)):
            y = y0
            for span in ((0, 5 - 1e-14), (5 + 1e-14, t1)) if name.startswith("med") else ((0, t1),):
                y = solve_ivp(f, span, y, **kw).y[:, -1]
            ends.append(y)
        out[name] = {"source": "SciPy's Radau at rtol 1e-12, and its LSODA at 1e-12", "difference": float(np.max(np.abs(ends[0] - ends[1]))), "y": ends[0].tolist()}
        print(name, out[name]["difference"], file=sys.stderr, flush=True)
    rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in out.items())
    (HERE / "references.json").write_text(f"{{\n{rows}\n}}\n")


# --- the table ---------------------------------------------------------------------------------------------------------


def table(only):
    truth = json.loads((HERE / "references.json").read_text())
    path = HERE / "scipy.json"
    out = json.loads(path.read_text())["problems"] if path.exists() else {}
    for name, (f, jac, y0, t1, atol, methods, band) in PROBLEMS.items():
        if only and name not in only:
            continue
        ref = np.array(truth[name]["y"])
        out[name] = []
        for method in [*methods, "LSODA"]:
            for rtol in RTOLS:
                kw = dict(method=method, rtol=rtol, atol=atol(rtol))
                if method in STIFF and jac is not None:
                    kw["jac"] = jac if not callable(jac) or band else (lambda t, y: np.array(jac(t, y)))
                if method == "LSODA":
                    kw |= band if band else {"jac": lambda t, y: np.array(jac(t, y))} if jac is not None else {}
                r = solve_ivp(f, (0, t1), y0, **kw)
                scale = np.abs(ref) + atol(rtol) / rtol
                error = float(np.max(np.abs(r.y[:, -1] - ref) / scale)) if r.success else None
                row = dict(method=method, rtol=rtol, atol=atol(rtol), error=error, steps=len(r.t) - 1, f=int(r.nfev), jacobians=int(r.njev), factorisations=int(r.nlu))
                out[name].append(row)
                print(name, row, file=sys.stderr, flush=True)
        order = {k: out[k] for k in PROBLEMS if k in out}
        rows = ",\n".join(f'"{k}": [\n' + ",\n".join(json.dumps(r) for r in v) + "\n]" for k, v in order.items())
        path.write_text(f'{{\n"scipy": "{scipy.__version__}",\n"problems": {{\n{rows}\n}}\n}}\n')


warnings.filterwarnings("ignore", message=".*rtol.*")
if sys.argv[1:2] == ["references"]:
    references()
else:
    table(sys.argv[2:])
