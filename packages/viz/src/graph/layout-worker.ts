/** Runs in a thread of its own, of Node or of a page: lays out what it is sent, one text after the other. */
import { nodeModule } from '../node-modules.ts';
import { loadGraphviz, runGraphviz } from './graphviz.ts';
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

async function answer({ dot, engine }: LayoutRequest): Promise<void> {
  send(await runGraphviz(dot, engine));
}

// Whoever sends these is `layout-thread.ts`, with the same type.
if (port === null || port === undefined) page.addEventListener('message', ({ data }) => void answer(data));
else port.on('message', (request) => void answer(request as LayoutRequest));

await loadGraphviz();
send('ready');
