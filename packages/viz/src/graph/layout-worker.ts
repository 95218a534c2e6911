/**
 * Runs in a thread of its own, of Node or of a page: lays out what it is sent, one text after the other. It imports nothing later
 * and waits for nothing at the top, because bundlers make a plain script of it.
 */
import graphviz from 'graphviz-wasm';
import { nodeModule } from '../node-modules.ts';
import { startGraphviz } from './graphviz.ts';
import type { LayoutAnswer, LayoutRequest } from './layout-thread.ts';

/** A page's worker, from the inside. */
interface PageWorker {
  addEventListener(event: 'message', listener: (message: { readonly data: LayoutRequest }) => void): void;
  postMessage(answer: LayoutAnswer): void;
}

const port = nodeModule('node:worker_threads')?.parentPort;
const page = globalThis as unknown as PageWorker;

function send(answer: LayoutAnswer): void {
  if (port === null || port === undefined) page.postMessage(answer);
  else port.postMessage(answer);
}

const starting = startGraphviz(graphviz);

async function answer({ dot, engine }: LayoutRequest): Promise<void> {
  const run = await starting;
  send(run(dot, engine));
}

// Whoever sends these is `layout-thread.ts`, with the same type.
if (port === null || port === undefined) page.addEventListener('message', ({ data }) => void answer(data));
else port.on('message', (request) => void answer(request as LayoutRequest));

starting.then(
  () => send('ready'),
  // An error outside of all promises reaches whoever started the thread, in a page too.
  (error: unknown) =>
    setTimeout(() => {
      throw error instanceof Error ? error : new Error(String(error));
    }),
);
