/** The graph in ours, eager: f64 tensors of rank 0 that start at Variables. */
import { type Tensor, type Variable, tensor, variable } from '@edgewise/core';
import { ADD, EXP, MUL, type RandomGraph, SIN, TANH } from './random-graph.ts';

export function variablesOf({ inputs }: RandomGraph): Variable[] {
  return Array.from(inputs, (input) => variable(tensor(input, { dtype: 'f64' })));
}

export function buildByEdgewise({ inputs, ops, first, second }: RandomGraph, start: readonly Tensor[]): Tensor[] {
  const values = [...start];
  for (let i = inputs.length; i < ops.length; i++) {
    const p = values[first[i]!]!;
    switch (ops[i]!) {
      case ADD:
        values.push(p.add(values[second[i]!]!));
        break;
      case MUL:
        values.push(p.mul(values[second[i]!]!));
        break;
      case SIN:
        values.push(p.sin());
        break;
      case EXP:
        values.push(p.exp());
        break;
      case TANH:
        values.push(p.tanh());
        break;
    }
  }
  return values;
}

/** Builds the graph, walks back, and gives the gradient of its inputs. */
export function gradientByEdgewise(graph: RandomGraph, variables: readonly Variable[]): number[] {
  const start = variables.map((input) => input.value);
  buildByEdgewise(graph, start).at(-1)!.backward();
  return variables.map((input) => {
    const gradient = input.grad!.item();
    input.clearGrad();
    return gradient;
  });
}
