/** How a run shows that it goes on: a bar in a terminal, plain lines elsewhere. All of it, times too, goes to stderr. */
import { SingleBar } from 'cli-progress';

export interface Progress {
  /** Says how many steps are done, and what is known so far. */
  update(done: number, note: string): void;
  /** Ends the bar's line. */
  stop(): void;
}

/** Progress towards a number of steps. */
export function showProgress(total: number, stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? bar(total, stream) : lines(total, stream);
}

function bar(total: number, stream: NodeJS.WriteStream): Progress {
  const shown = new SingleBar({
    format: '{bar} {percentage} % | {note} | {duration} s',
    barsize: 24,
    barCompleteChar: '\u2588',
    barIncompleteChar: '\u2591',
    hideCursor: true,
    stream,
  });
  shown.start(total, 0, { note: 'starting' });
  return {
    update: (done, note) => shown.update(done, { note }),
    stop: () => shown.stop(),
  };
}

/** Milliseconds from one plain line to the next. */
const pause = 2000;

function lines(total: number, stream: NodeJS.WriteStream): Progress {
  const start = performance.now();
  let last = -Infinity;
  return {
    update: (done, note) => {
      const now = performance.now();
      if (now - last < pause && done < total) return;
      last = now;
      const share = `${Math.floor((100 * done) / total)}`.padStart(3);
      stream.write(`${share} % | ${note} | ${((now - start) / 1000).toFixed(1)} s\n`);
    },
    stop: () => {},
  };
}
