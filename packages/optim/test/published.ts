// The published formulas, in plain loops over numbers: nothing here is Edgewise's.

/** Ten parameters' worth of state is three numbers here: a weight of two and a bias. */
export type Numbers = readonly number[];

const inputs = [
  [1, 2],
  [0.3, -1],
  [-0.7, 0.4],
  [2, -0.5],
];
const targets = [0.5, -1, 2, 0.25];
/** Where every run starts: two weights and a bias. */
export const start: Numbers = [0.3, -0.2, 0.1];

/** The fixed problem: the mean squared error of a line through four points, plus the weights' fourth powers. */
export function lossAt([p = 0, q = 0, b = 0]: Numbers): number {
  const errors = inputs.map(([x = 0, y = 0], k) => p * x + q * y + b - targets[k]!);
  return errors.reduce((sum, error) => sum + error * error, 0) / 4 + p ** 4 + q ** 4;
}

/** Its gradient, by hand. */
export function gradientAt([p = 0, q = 0, b = 0]: Numbers): number[] {
  const gradient = [4 * p ** 3, 4 * q ** 3, 0];
  inputs.forEach(([x = 0, y = 0], k) => {
    const error = (2 * (p * x + q * y + b - targets[k]!)) / 4;
    gradient[0]! += error * x;
    gradient[1]! += error * y;
    gradient[2]! += error;
  });
  return gradient;
}

/** The same data, for the loss written with tensors. */
export const problem: { readonly inputs: number[][]; readonly targets: number[] } = { inputs, targets };

/** Parameters after each of `count` steps. */
type Run = (count: number) => Numbers[];

/** Robbins, Monro 1951. */
export const descent =
  (rateOf: (step: number) => number): Run =>
  (count) => {
    let at = [...start];
    return Array.from({ length: count }, (_, step) => {
      const g = gradientAt(at);
      at = at.map((p, k) => p - rateOf(step) * g[k]!);
      return at;
    });
  };

/** Classical momentum as Sutskever, Martens, Dahl, Hinton 2013 write it, (1) and (2): the velocity is a step. */
export const classicalMomentum =
  (rate: number, momentum: number): Run =>
  (count) => {
    let at = [...start];
    let velocity = at.map(() => 0);
    return Array.from({ length: count }, () => {
      const g = gradientAt(at);
      velocity = velocity.map((v, k) => momentum * v - rate * g[k]!);
      at = at.map((p, k) => p + velocity[k]!);
      return at;
    });
  };

/** Nesterov's momentum, the same paper's (3) and (4). The gradient is taken ahead of the parameters, and given is that point. */
export const nesterovMomentum =
  (rate: number, momentum: number): Run =>
  (count) => {
    let at = [...start];
    let velocity = at.map(() => 0);
    const ahead = (): number[] => at.map((p, k) => p + momentum * velocity[k]!);
    return Array.from({ length: count }, () => {
      const g = gradientAt(ahead());
      velocity = velocity.map((v, k) => momentum * v - rate * g[k]!);
      at = at.map((p, k) => p + velocity[k]!);
      return ahead();
    });
  };

/** Kingma, Ba 2015, Algorithm 1, line by line. */
export const adamAlgorithm1 =
  (alpha: number, beta1: number, beta2: number, epsilon: number): Run =>
  (count) => {
    let theta = [...start];
    let m = theta.map(() => 0);
    let v = theta.map(() => 0);
    return Array.from({ length: count }, (_, before) => {
      const t = before + 1;
      const g = gradientAt(theta);
      m = m.map((old, k) => beta1 * old + (1 - beta1) * g[k]!);
      v = v.map((old, k) => beta2 * old + (1 - beta2) * g[k]! * g[k]!);
      const mHat = m.map((value) => value / (1 - beta1 ** t));
      const vHat = v.map((value) => value / (1 - beta2 ** t));
      theta = theta.map((p, k) => p - (alpha * mHat[k]!) / (Math.sqrt(vHat[k]!) + epsilon));
      return theta;
    });
  };
