/**
 * Where a Variable lives in the arena: one address for all programs, for as long as the Variable lives. Numbers go in only
 * when the host has assigned something new, and come out only when somebody reads.
 */
import type { Cell } from '../tensor/frame.ts';
import type { Spec } from '../tensor/spec.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { giveBlock, takeBlock } from '../emit/arena.ts';
import { bytesIn, download, upload } from './transfer.ts';

export class Home {
  readonly address: number;
  private readonly spec: Spec;
  /** The content that lies here, as the host knows it; none while the cell is emptied or was written by a program. */
  private resident: Tensor | undefined;

  constructor(cell: Cell) {
    this.spec = cell.of.spec;
    const bytes = bytesIn(this.spec.shape, this.spec.dtype);
    this.address = takeBlock(bytes);
    givenBack.register(cell.of, { address: this.address, bytes });
  }

  /** Before a program reads: what the host assigned since is put here. */
  enter(cell: Cell): void {
    if (cell.away === this || cell.content === this.resident) return;
    upload(cell.content!, this.address);
    this.resident = cell.content;
  }

  /** After a program wrote: the content is here, until somebody fetches it. */
  leave(cell: Cell): void {
    this.resident = undefined;
    cell.away = this;
  }

  /** After a program wrote here what is not to be: the host's content is put here again. */
  forget(): void {
    this.resident = undefined;
  }

  fetch(cell: Cell): Tensor {
    this.resident = cell.asRead(download(this.spec, this.address));
    return this.resident;
  }
}

const homes = new WeakMap<Cell, Home>();
const givenBack = new FinalizationRegistry<{ address: number; bytes: number }>(({ address, bytes }) =>
  giveBlock(address, bytes),
);

export function homeOf(cell: Cell): Home {
  let home = homes.get(cell);
  if (home === undefined) homes.set(cell, (home = new Home(cell)));
  return home;
}
