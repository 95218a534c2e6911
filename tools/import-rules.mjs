// Which way imports flow, as data. tools/check-imports.mjs holds the code to it; docs/design may explain it.

/**
 * The packages, and what each imports of the others: from its sources, and beyond that from its tests.
 * Besides, a source imports what its package.json lists under `dependencies`, and nothing of Node (it runs in browsers).
 */
export const packages = {
  core: { sources: [], tests: [] },
  optim: { sources: ['@edgewise/core'], tests: ['@edgewise/core/testing'] },
  ode: { sources: ['@edgewise/core'], tests: ['@edgewise/core/testing'] },
  nn: { sources: ['@edgewise/core'], tests: ['@edgewise/core/testing'] },
  viz: { sources: ['@edgewise/core'], tests: ['@edgewise/core/testing'] },
};

/**
 * The rooms: folders of packages/core/src. A room imports itself and the rooms above it; fewer, where it has a list.
 * A new room gets its line here, at the place where STYLE's map has it.
 */
export const rooms = {
  errors: [],
  wasm: ['errors'],
  graph: ['errors'],
  tensor: ['graph', 'errors'],
  'kernel-ir': [],
  kernels: ['kernel-ir', 'tensor', 'errors'],
  emit: ['kernels', 'kernel-ir', 'wasm', 'tensor', 'errors'],
  op: undefined,
  random: undefined,
  ops: undefined,
  derive: undefined,
  control: undefined,
  json: undefined,
  transforms: undefined,
  compile: undefined,
  module: undefined,
  inspect: undefined,
  testing: undefined,
};

/** Rooms that only some may load: others know their types. A page without `compile` carries no kernel language. */
export const loadedBy = { 'kernel-ir': ['emit', 'compile'] };

/** The one room that stands beside users: it may import core's index, which otherwise nobody inside does. */
export const roomAboveTheIndex = 'testing';

/** Files of packages/core/src that stand above the rooms and import any of them. No room imports these. */
export const aboveTheRooms = ['index.ts', 'methods.ts'];

/** The only files that may be named index.ts: the doors of the packages. Everything else is imported from where it is. */
export const indexFiles = /^packages\/\w+\/src\/(testing\/)?index\.ts$/;
