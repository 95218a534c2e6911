// Loops as users write them. Each gives what is done a step, and a number that shows that something was done.

/** A recurrent cell of four units. */
function cell({ variable, tensor }) {
  const w = variable([0.5, -0.3, 0.9, 0.1], { name: 'w' });
  const b = variable([0.1, 0.2, -0.1, 0], { name: 'b' });
  return { w, b, h: tensor([0, 0, 0, 0]), next: (h) => h.mul(w).add(b).tanh() };
}

/** What all this is about: history that somebody might ask for is kept, 300 bytes a node. */
export const remembering = {
  'a recurrent cell that remembers': {
    steps: 1_000_000,
    start: (core) => {
      const parts = cell(core);
      let { h } = parts;
      return { step: () => (h = parts.next(h)), result: () => h.sum().item() };
    },
  },
};

/** A loss with its least value, 0, at (1, -2, 3). */
const target = [1, -2, 3];

export const loops = {
  'a recurrent cell inside inference': {
    steps: 1_000_000,
    start: (core) => {
      const parts = cell(core);
      let { h } = parts;
      return { step: () => (h = core.inference(() => parts.next(h))), result: () => h.sum().item() };
    },
  },
  'a recurrent cell whose state is in a Variable': {
    steps: 1_000_000,
    start: (core) => {
      const { h, next } = cell(core);
      const state = core.variable(h, { name: 'state', trainable: false });
      return { step: () => state.assign(next(state.value)), result: () => state.value.sum().item() };
    },
  },
  'a recurrent cell of plain tensors': {
    steps: 1_000_000,
    start: (core) => {
      const { w, b, h: start } = cell(core);
      const [weight, bias] = [core.tensor(w.value.data), core.tensor(b.value.data)];
      let h = start;
      return { step: () => (h = h.mul(weight).add(bias).tanh()), result: () => h.sum().item() };
    },
  },
  'inference with a derivative in every step': {
    steps: 100_000,
    start: ({ grad, inference, tensor, variable }) => {
      const w = variable(0.5);
      const slope = grad((x) => x.mul(w).tanh().sum());
      let x = tensor([0.1, 0.2]);
      return { step: () => (x = inference(() => x.add(slope(x).mul(1e-3)))), result: () => x.sum().item() };
    },
  },
  'descent by w - rate * grad(f)(w)': {
    steps: 100_000,
    start: ({ grad, tensor }) => {
      const best = tensor(target);
      const slope = grad((w) => w.sub(best).square().sum());
      let w = tensor([0, 0, 0]);
      return { step: () => (w = w.sub(slope(w).mul(1e-4))), result: () => w.sub(best).square().sum().item() };
    },
  },
  'descent of a Variable by backward': {
    steps: 100_000,
    start: ({ tensor, variable }) => {
      const best = tensor(target);
      const w = variable([0, 0, 0]);
      const loss = () => w.value.sub(best).square().sum();
      return {
        step: () => {
          loss().backward();
          w.assign(w.value.sub(w.grad.mul(1e-4)));
          w.clearGrad();
        },
        result: () => loss().item(),
      };
    },
  },
  'a traced step that is run': {
    steps: 20_000,
    start: ({ run, spec, tensor, trace, variable }) => {
      const best = tensor(target);
      const w = variable([0, 0, 0]);
      const graph = trace((rate) => {
        const loss = w.value.sub(best).square().sum();
        loss.backward();
        w.assign(w.value.sub(w.grad.mul(rate)));
        w.clearGrad();
        return loss;
      }, spec([]));
      const rate = tensor(5e-4);
      let loss = Number.NaN;
      return { step: () => (loss = run(graph, rate).item()), result: () => loss };
    },
  },
};
