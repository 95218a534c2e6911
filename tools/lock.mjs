// One installer or builder at a time, when two commands are started at once.

import { readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './process.mjs';

const file = new URL('.edgewise-lock', root);
const beat = 1000; // ms between two signs of life of the holder
const dead = 15_000; // ms without one after which the lock is void: its pid may have passed to another process

/** Calls `action` while holding the lock, which is a file with the holder's pid. */
export async function withLock(action) {
  for (let said = false; !take(); said = true) {
    const holder = readHolder();
    if (holder === undefined) continue;
    if (!holder.alive) {
      rmSync(file, { force: true });
      continue;
    }
    if (!said) console.error(`[edgewise] waiting for another run to finish its install or build`);
    await sleep(100);
  }
  const heartbeat = setInterval(touch, beat);
  process.once('exit', release);
  try {
    return await action();
  } finally {
    clearInterval(heartbeat);
    process.removeListener('exit', release);
    release();
  }
}

/** Not if the lock was taken for void, as after this computer slept, and is somebody else's now. */
function release() {
  if (readHolder()?.pid === process.pid) rmSync(file, { force: true });
}

function touch() {
  if (readHolder()?.pid === process.pid) utimesSync(file, new Date(), new Date());
}

function take() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Undefined if the lock vanished meanwhile. */
function readHolder() {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    const silent = Date.now() - statSync(file).mtimeMs;
    // An empty file is a holder between creating it and writing its pid: only its age counts.
    return { pid, alive: silent < dead && (pid === 0 || (pid !== process.pid && exists(pid))) };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function exists(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
