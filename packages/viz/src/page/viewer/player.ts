/** Plays the forward and the backward pass, one edge a step: chain rule on the edge, sum rule at the node. */
import type { GraphModel } from '../../graph/model.ts';
import type { PageStep } from '../page-data.ts';
import { byId, inputById, makeSvg } from './page-parts.ts';
import type { Stage } from './stage.ts';

/** In pictures of more boxes only the step itself is written down. */
const mostWritten = 40;

export class Player {
  /** How many steps have been taken. */
  at = 0;
  readonly length: number;
  /** Told after every step, with what happened in words. */
  onStep: (words: string) => void = () => {};

  private readonly model: GraphModel;
  private readonly steps: readonly PageStep[];
  private readonly stage: Stage;
  private readonly nameOf: (node: number) => string;
  private timer = 0;

  constructor(model: GraphModel, steps: readonly PageStep[], stage: Stage, nameOf: (node: number) => string) {
    this.model = model;
    this.steps = steps;
    this.stage = stage;
    this.nameOf = nameOf;
    this.length = steps.length;
    if (steps.length === 0) return;
    byId('player').hidden = false;
    inputById('jump').max = String(steps.length);
    inputById('jump').addEventListener('input', () => this.go(Number(inputById('jump').value)));
    const actions: Readonly<Record<string, () => void>> = {
      start: () => this.go(0),
      back: () => this.go(this.at - 1),
      step: () => this.go(this.at + 1),
      end: () => this.go(this.length),
      play: () => this.toggle(),
    };
    for (const [id, act] of Object.entries(actions)) byId(id).addEventListener('click', act);
    byId('speed').addEventListener('change', () => {
      if (this.timer === 0) return;
      this.toggle();
      this.toggle();
    });
    this.draw();
  }

  /** Whether a node's gradient is complete at this step; where nothing is played, what is known is known. */
  hasPassed(node: number): boolean {
    const index = this.steps.findIndex((step) => step.kind === 'node' && step.node === node);
    return index < this.at;
  }

  toggle(): void {
    if (this.length === 0) return;
    if (this.timer !== 0) {
      this.stop();
      return;
    }
    if (this.at === this.length) this.go(0);
    const speed = byId('speed');
    const pause = speed instanceof HTMLSelectElement ? Number(speed.value) : 1200;
    this.timer = window.setInterval(() => this.move(this.at + 1), pause);
    byId('play').textContent = 'Pause';
  }

  /** Jumps, and stops playing. */
  go(step: number): void {
    this.stop();
    this.move(step);
  }

  /** Writes the numbers again, after the picture has changed. */
  draw(): void {
    const { stage, steps, at } = this;
    for (const marked of stage.element.querySelectorAll('.now')) marked.classList.remove('now');
    stage.overlay.replaceChildren();
    inputById('jump').value = String(at);
    const written = new Map<string, { x: number; y: number; text: string; kind: string }>();
    const isSmall = new Set(stage.names).size <= mostWritten;
    for (let k = isSmall || at === 0 ? 0 : at - 1; k < at; k++) {
      const step = steps[k];
      if (step !== undefined) this.write(step, k === at - 1, written);
    }
    for (const { x, y, text, kind } of written.values()) {
      const made = makeSvg('text', { x, y, class: kind });
      made.textContent = text;
      stage.overlay.append(made);
    }
    byId('count').textContent = this.count();
    byId('rule').textContent =
      at === 0 ? 'Nothing has been computed yet: no values, and no gradients.' : this.words(at - 1);
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = 0;
    byId('play').textContent = 'Play';
  }

  private move(step: number): void {
    this.at = Math.min(this.length, Math.max(0, step));
    if (this.at === this.length) this.stop();
    this.draw();
    const node = this.nodeOf(this.steps[this.at - 1]);
    if (node !== undefined) this.stage.reveal(this.stage.names[node] ?? '');
    this.onStep(byId('rule').textContent ?? '');
  }

  /** Where a step ends: forward at the op, backward at what it depends on. */
  private nodeOf(step: PageStep | undefined): number | undefined {
    if (step === undefined) return undefined;
    if (step.kind === 'node') return step.node;
    const edge = this.model.edges[step.edge];
    return step.kind === 'forward' ? (edge?.of ?? edge?.to) : edge?.from;
  }

  private write(
    step: PageStep,
    isNow: boolean,
    written: Map<string, { x: number; y: number; text: string; kind: string }>,
  ): void {
    const now = isNow ? ' now' : '';
    if (step.kind === 'node') {
      this.writeAtNode(step.node, 'sum', `∂ ${step.total}`, now, written);
      if (isNow) this.mark(step.node);
      return;
    }
    const edge = this.model.edges[step.edge];
    if (edge === undefined) return;
    const wire = this.stage.wires.findIndex(({ edges }) => edges.includes(step.edge));
    if (isNow) {
      this.stage.wire(wire)?.classList.add('now');
      if (wire < 0) this.mark(edge.to);
    }
    if (step.kind === 'forward') {
      if (this.isLeaf(edge.from)) this.writeAtNode(edge.from, 'value', this.valueOf(edge.from), '', written);
      const user = edge.of ?? edge.to;
      if (step.completes) this.writeAtNode(user, 'value', this.valueOf(user), now, written);
      return;
    }
    this.writeAtNode(edge.from, 'sum', `∂ ${step.sum}`, now, written);
    const middle = this.stage.middleOf(wire);
    if (middle === undefined || (!isNow && step.share.includes('['))) return;
    const text = step.local === undefined ? step.share : `× ${step.local} = ${step.share}`;
    written.set(`wire ${wire}`, { x: middle.x, y: middle.y - 6, text: short(text), kind: `share${now}` });
  }

  /** Numbers of what is folded are not written: a box would have many. */
  private writeAtNode(
    node: number,
    kind: 'value' | 'sum',
    text: string,
    now: string,
    written: Map<string, { x: number; y: number; text: string; kind: string }>,
  ): void {
    const place = this.stage.placeOf(`n${node}`);
    // Many numbers are long: they stand there only while they are new, and in the details afterwards.
    if (place === undefined || text === '' || (now === '' && text.includes('['))) {
      written.delete(`${kind} ${node}`);
      return;
    }
    const y = kind === 'value' ? place.y - 5 : place.y + place.height + 14;
    written.set(`${kind} ${node}`, { x: place.x + place.width / 2, y, text: short(text), kind: `${kind}${now}` });
  }

  private mark(node: number): void {
    this.stage.box(this.stage.names[node] ?? '')?.classList.add('now');
  }

  private isLeaf(node: number): boolean {
    const kind = this.model.nodes[node]?.kind;
    return kind !== 'op' && kind !== 'backward';
  }

  private valueOf(node: number): string {
    return this.model.nodes[node]?.value?.text ?? '';
  }

  private count(): string {
    const visits = new Map<number, number>();
    for (const step of this.steps.slice(0, this.at)) {
      if (step.kind === 'edge') visits.set(step.edge, (visits.get(step.edge) ?? 0) + 1);
    }
    const edges = new Set(this.steps.flatMap((step) => (step.kind === 'edge' ? [step.edge] : []))).size;
    const most = Math.max(0, ...visits.values());
    const often = most === 0 ? '' : most === 1 ? ', each once' : `, one of them ${most} times`;
    return `Step ${this.at} of ${this.length}. Backward: ${visits.size} of ${edges} edges visited${often}.`;
  }

  private words(index: number): string {
    const step = this.steps[index];
    if (step === undefined) return '';
    if (step.kind === 'node') {
      return `Backward, at ${this.nameOf(step.node)}: every use has been visited, so its gradient is complete: ${step.total}.`;
    }
    const edge = this.model.edges[step.edge];
    if (edge === undefined) return '';
    const user = edge.of ?? edge.to;
    const [from, to] = [this.nameOf(edge.from), this.nameOf(user)];
    if (step.kind === 'forward') {
      const value = this.valueOf(user);
      const done = step.completes ? `; ${to} is ${value === '' ? 'known' : value}` : '';
      return `Forward, ${from} into ${to}, slot ${edge.slot}${done}.`;
    }
    const local = step.local === undefined ? '' : ` ${step.total} × ${step.local} =`;
    return `Backward, ${to} to ${from}. Chain rule on the edge:${local} ${step.share}. Sum rule at ${from}: ${step.sum} so far.`;
  }
}

function short(text: string): string {
  return text.length <= 44 ? text : `${text.slice(0, 43)}…`;
}
