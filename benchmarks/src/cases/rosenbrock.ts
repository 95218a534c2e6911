import type { Tensor } from '@edgewise/core';

/** Rosenbrock's function: sum of 100 (x[k + 1] - x[k]^2)^2 + (1 - x[k])^2. */
export function rosenbrock(x: Tensor): Tensor {
  const [head, tail] = [x.slice([[0, -1]]), x.slice([[1]])];
  return tail.sub(head.square()).square().mul(100).add(head.neg().add(1).square()).sum();
}
