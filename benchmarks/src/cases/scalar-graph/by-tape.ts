/** The graph by hand: a class with a closure an op, and an iterative topological order. */
import { ADD, EXP, MUL, type RandomGraph, SIN, TANH } from './random-graph.ts';

class Value {
  grad = 0;
  seen = false;
  back: (() => void) | undefined = undefined;
  readonly data: number;
  readonly parents: readonly Value[];

  constructor(data: number, parents: readonly Value[]) {
    this.data = data;
    this.parents = parents;
  }

  add(other: Value): Value {
    const result = new Value(this.data + other.data, [this, other]);
    result.back = () => {
      this.grad += result.grad;
      other.grad += result.grad;
    };
    return result;
  }

  mul(other: Value): Value {
    const result = new Value(this.data * other.data, [this, other]);
    result.back = () => {
      this.grad += other.data * result.grad;
      other.grad += this.data * result.grad;
    };
    return result;
  }

  sin(): Value {
    const result = new Value(Math.sin(this.data), [this]);
    result.back = () => (this.grad += Math.cos(this.data) * result.grad);
    return result;
  }

  exp(): Value {
    const result = new Value(Math.exp(this.data), [this]);
    result.back = () => (this.grad += result.data * result.grad);
    return result;
  }

  tanh(): Value {
    const result = new Value(Math.tanh(this.data), [this]);
    result.back = () => (this.grad += (1 - result.data * result.data) * result.grad);
    return result;
  }

  backward(): void {
    const order: Value[] = [];
    const open: Value[] = [this];
    const next: number[] = [0]; // which parent of each open one comes next
    this.seen = true;
    while (open.length > 0) {
      const value = open.at(-1)!;
      const k = next[next.length - 1]!++;
      const parent = value.parents[k];
      if (parent === undefined) {
        order.push(value);
        open.pop();
        next.pop();
      } else if (!parent.seen) {
        parent.seen = true;
        open.push(parent);
        next.push(0);
      }
    }
    this.grad = 1;
    for (let k = order.length - 1; k >= 0; k--) order[k]!.back?.();
  }
}

export function buildByTape({ inputs, ops, first, second }: RandomGraph): Value[] {
  const values: Value[] = Array.from(inputs, (input) => new Value(input, []));
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
export function gradientByTape(graph: RandomGraph): number[] {
  const values = buildByTape(graph);
  values.at(-1)!.backward();
  return values.slice(0, graph.inputs.length).map((input) => input.grad);
}
