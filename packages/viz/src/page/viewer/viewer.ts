/** The page's behaviour: selection, folding, search, keys and the address, around the stage and the player. */
import { type BoxName, closed, groupsAround, openKey, opened } from '../../graph/fold.ts';
import { captionOf, contentsOf, titleOfGroup, titleOfNode } from '../../graph/model-dot.ts';
import { type PageData, type PageView, readJson } from '../page-data.ts';
import { readView, writeView } from './address.ts';
import { showDetail, showNothing } from './details.ts';
import { byId, inputById } from './page-parts.ts';
import { Player } from './player.ts';
import { Stage } from './stage.ts';
import { type Neighbours, neighboursOf, reach, search } from './walk-model.ts';

/** Below this scale letters are too small to be read. */
const readable = 0.6;

/** `n7` a node, `g3` a group, `e12` an edge; whether it is drawn or lies in a folded box. */
type Selected = string | undefined;

export class Viewer {
  private readonly data: PageData;
  /** Which of the page's graphs is shown. */
  private at = 0;
  private shown: PageView;
  private readonly stage: Stage;
  private readonly player: Player;
  private known: Neighbours | undefined;
  private selected: Selected;
  private lit: 'into' | 'outOf' | undefined;
  private found: readonly number[] = [];
  private foundAt = -1;
  /** The box from which the keyboard came here: across means to its other neighbours. */
  private cameFrom: { box: BoxName; forward: boolean } | undefined;
  private written = '';

  constructor(data: PageData) {
    this.data = data;
    const [first] = data.views;
    this.shown = first;
    this.stage = new Stage(first.model, first.states);
    this.player = new Player(first.model, data.steps, this.stage, (node) => this.nameOf(node));
    this.listen();
    this.restore();
  }

  /** When they are first asked for: of a hundred thousand nodes it takes a while. */
  private get neighbours(): Neighbours {
    return (this.known ??= neighboursOf(this.shown.model));
  }

  private listen(): void {
    const { stage, player } = this;
    stage.onMove = () => this.remember();
    stage.onRoom = () => this.restore();
    stage.onPick = (picked) => {
      this.cameFrom = undefined;
      if (typeof picked === 'number') {
        const edge = stage.wires[picked]?.edges[0];
        this.select(edge === undefined ? undefined : `e${edge}`);
      } else this.select(picked);
    };
    player.onStep = (words) => {
      if (this.selected !== undefined) this.show();
      this.say(words);
      this.remember();
    };
    byId('larger').addEventListener('click', () => stage.zoom(1.25));
    byId('smaller').addEventListener('click', () => stage.zoom(0.8));
    byId('fit').addEventListener('click', () => stage.fit());
    byId('first').addEventListener('click', () => {
      this.showState(0);
      stage.begin(readable);
    });
    byId('views').addEventListener('change', ({ target }) => {
      if (target instanceof HTMLSelectElement) this.turnTo(Number(target.value));
    });
    byId('help').addEventListener('click', () => this.toggleKeys());
    inputById('find').addEventListener('input', () => this.search(inputById('find').value));
    byId('finder').addEventListener('submit', (event) => {
      event.preventDefault();
      this.next();
    });
    stage.element.addEventListener('dblclick', () => this.toggleFold());
    document.addEventListener('keydown', (event) => this.key(event));
    window.addEventListener('hashchange', () => {
      if (location.hash.slice(1) !== this.written) this.restore();
    });
  }

  private key(event: KeyboardEvent): void {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element)) return;
    if (key === 'Escape') {
      // The browser would empty the search.
      event.preventDefault();
      if (target.id === 'find') this.stage.element.focus();
      else this.select(undefined);
      return;
    }
    if (target.closest('input, select, textarea, pre, summary') !== null) return;
    const inGraph = target.id === 'stage' || target === document.body;
    const isButton = target.closest('button') !== null;
    const act = this.keyAction(key, inGraph, isButton);
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  private keyAction(key: string, inGraph: boolean, isButton: boolean): (() => void) | undefined {
    const { stage, player } = this;
    const arrows = { ArrowRight: 'right', ArrowLeft: 'left', ArrowUp: 'up', ArrowDown: 'down' } as const;
    if (key in arrows) return inGraph ? () => this.walk(arrows[key as keyof typeof arrows]) : undefined;
    if (key === ' ') return isButton ? undefined : () => player.toggle();
    if (key === 'Enter') return inGraph ? () => this.otherEnd() : undefined;
    const others: Readonly<Record<string, () => void>> = {
      '/': () => inputById('find').focus(),
      '?': () => this.toggleKeys(),
      '+': () => stage.zoom(1.25),
      '=': () => stage.zoom(1.25),
      '-': () => stage.zoom(0.8),
      '0': () => stage.fit(),
      '.': () => player.go(player.at + 1),
      ',': () => player.go(player.at - 1),
      n: () => this.next(),
      f: () => this.toggleFold(),
      a: () => this.light('into'),
      d: () => this.light('outOf'),
      '[': () => this.turnTo(this.at - 1),
      ']': () => this.turnTo(this.at + 1),
    };
    return Object.hasOwn(others, key) ? others[key] : undefined;
  }

  // The graphs of the page

  /** Shows another graph of the page, from its beginning. */
  private turnTo(index: number): void {
    if (!this.hold(index)) {
      this.say('The page has no further graph.');
      return;
    }
    this.showState(0);
    this.stage.begin(readable);
    this.show();
    this.search(inputById('find').value);
    this.say(`${this.shown.name}. ${byId('caption').textContent ?? ''}`);
  }

  /** False where the page has no such graph. */
  private hold(index: number): boolean {
    const view = this.data.views[index];
    if (view === undefined) return false;
    const views = byId('views');
    if (views instanceof HTMLSelectElement) views.value = String(index);
    const legend = document.getElementById('legend');
    if (legend !== null) legend.hidden = view.model.legend === undefined;
    if (index === this.at) return true;
    this.at = index;
    this.shown = view;
    this.known = undefined;
    this.selected = undefined;
    this.lit = undefined;
    this.found = [];
    this.cameFrom = undefined;
    this.stage.hold(view.model, view.states);
    return true;
  }

  // Selection

  private select(selected: Selected): void {
    this.selected = selected;
    this.lit = undefined;
    const box = this.boxOf(selected);
    if (box !== undefined) this.stage.reveal(box);
    this.paint();
    this.show();
    this.say(selected === undefined ? 'Nothing selected.' : this.inWords(selected));
    this.remember();
  }

  /** The box that what is selected is drawn as, or in. */
  private boxOf(selected: Selected): BoxName | undefined {
    if (selected === undefined || selected.startsWith('e')) return undefined;
    const index = Number(selected.slice(1));
    if (selected.startsWith('n')) return this.stage.names[index];
    const { model } = this.shown;
    const inside = model.nodes.findIndex(({ group }) => groupsAround(model, group).includes(index));
    return this.stage.box(selected) === undefined ? this.stage.names[inside] : selected;
  }

  private nodesOf(selected: Selected): number[] {
    if (selected === undefined) return [];
    const { model } = this.shown;
    const index = Number(selected.slice(1));
    if (selected.startsWith('n')) return [index];
    if (selected.startsWith('e')) {
      const edge = model.edges[index];
      return edge === undefined ? [] : [this.lit === 'outOf' ? edge.to : edge.from];
    }
    return model.nodes.flatMap(({ group }, node) => (groupsAround(model, group).includes(index) ? [node] : []));
  }

  private paint(): void {
    const { stage, selected, lit } = this;
    const box = this.boxOf(selected);
    const edge = selected?.startsWith('e') === true ? Number(selected.slice(1)) : undefined;
    const bright =
      lit === undefined ? undefined : reach(this.shown.model, this.neighbours, this.nodesOf(selected), lit);
    const brightBoxes = bright === undefined ? undefined : new Set([...bright].map((node) => stage.names[node]));
    const found = new Set(this.found.map((node) => stage.names[node]));
    for (const { element, nodes, wire } of stage.drawn()) {
      element.classList.toggle(
        'selected',
        nodes === undefined ? edge !== undefined && wire?.edges.includes(edge) === true : nodes === box,
      );
      element.classList.toggle('found', nodes !== undefined && found.has(nodes));
      const isBright =
        brightBoxes === undefined ||
        (nodes === undefined ? brightBoxes.has(wire?.from) && brightBoxes.has(wire?.to) : brightBoxes.has(nodes));
      element.classList.toggle('dim', !isBright);
    }
  }

  private light(way: 'into' | 'outOf'): void {
    if (this.selected === undefined) {
      this.say('Select a box first.');
      return;
    }
    this.lit = this.lit === way ? undefined : way;
    this.paint();
    this.show();
    const count = reach(this.shown.model, this.neighbours, this.nodesOf(this.selected), way).size - 1;
    this.say(
      this.lit === undefined ? 'All is shown.' : `${count} ${way === 'into' ? 'ancestors' : 'descendants'} shown.`,
    );
  }

  /** To the other end of a selected edge; the end that was gone to last is where one is. */
  private otherEnd(): void {
    const edge = this.shown.model.edges[Number(this.selected?.slice(1))];
    if (this.selected?.startsWith('e') !== true || edge === undefined) return;
    const at = this.cameFrom?.box === `n${edge.from}` ? edge.to : edge.from;
    this.select(`n${at}`);
  }

  private show(): void {
    const { selected } = this;
    const { model } = this.shown;
    if (selected === undefined) {
      showNothing();
      return;
    }
    const index = Number(selected.slice(1));
    const lights = [
      { text: 'Ancestors', act: () => this.light('into'), pressed: this.lit === 'into' },
      { text: 'Descendants', act: () => this.light('outOf'), pressed: this.lit === 'outOf' },
    ];
    if (selected.startsWith('e')) {
      const edge = model.edges[index];
      if (edge === undefined) return;
      showDetail({
        title: `${this.nameOf(edge.from)} → ${this.nameOf(edge.to)}`,
        rows: [
          { name: 'carries', text: edge.spec },
          ...(edge.slot < 0 ? [] : [{ name: 'into slot', text: String(edge.slot) }]),
          { name: 'kind', text: edge.kind },
        ],
        actions: lights,
        numbers: [],
        links: [
          {
            title: 'Ends',
            links: [edge.from, edge.to].map((node) => ({
              text: this.nameOf(node),
              act: () => this.select(`n${node}`),
            })),
          },
        ],
      });
      return;
    }
    const isFolded = this.boxOf(selected)?.startsWith('g') === true;
    const group = selected.startsWith('g') ? index : model.nodes[index]?.group;
    const fold = group === undefined ? [] : [{ text: isFolded ? 'Unfold' : 'Fold', act: () => this.toggleFold() }];
    const inside = this.nodesOf(selected);
    const ends = (way: 'into' | 'outOf') => {
      const edges = inside.flatMap((node) => this.neighbours[way][node] ?? []);
      const other = edges.map((edge) => (way === 'into' ? model.edges[edge]?.from : model.edges[edge]?.to) ?? 0);
      const outside = [...new Set(other)].filter((node) => selected.startsWith('n') || !inside.includes(node));
      return outside.map((node) => ({
        text: `${this.nameOf(node)}  ${model.nodes[node]?.specs[0] ?? ''}`,
        act: () => this.select(`n${node}`),
      }));
    };
    const links = [
      { title: 'From', links: ends('into') },
      { title: 'To', links: ends('outOf') },
    ];
    if (selected.startsWith('g')) {
      const { path = '', kind = 'module', facts = [], code } = model.groups[index] ?? {};
      showDetail({
        title: this.titleOf(selected),
        rows: [
          { name: 'kind', text: kind },
          ...(kind === 'kernel' ? [] : [{ name: 'place', text: path }]),
          { name: 'holds', text: contentsOf(inside.flatMap((node) => model.nodes[node] ?? [])) },
          ...facts,
        ],
        code,
        actions: [...fold, ...lights],
        numbers: [],
        links,
      });
      return;
    }
    const node = model.nodes[index];
    if (node === undefined) return;
    const rows = [
      { name: 'problem', text: node.problem ?? '' },
      { name: 'op', text: node.op },
      { name: 'kind', text: node.kind },
      { name: 'shape', text: node.specs.join('; ') },
      { name: 'attributes', text: node.notes ?? '' },
      { name: 'with', text: node.constants ?? '' },
      { name: 'place', text: group === undefined ? '' : (model.groups[group]?.path ?? '') },
      { name: 'called at', text: node.line ?? '' },
      ...(node.facts ?? []),
      { name: 'rule of', text: node.pulled === undefined ? '' : this.nameOf(node.pulled) },
      { name: 'gradient', text: this.player.hasPassed(index) ? '' : 'none yet: the backward pass has not come here' },
      { name: 'kept', text: node.saved === true ? 'used again by the backward pass' : '' },
    ].filter(({ text }) => text !== '');
    showDetail({
      title: this.nameOf(index),
      rows,
      actions: [...fold, ...lights],
      numbers: [
        ...(node.value === undefined ? [] : [{ title: 'Value', of: node.value, isGradient: false }]),
        ...(node.gradient === undefined || !this.player.hasPassed(index)
          ? []
          : [{ title: 'Gradient', of: node.gradient, isGradient: true }]),
      ],
      links,
    });
  }

  // Folding

  private toggleFold(): void {
    const { model } = this.shown;
    const { open } = this.stage;
    const box = this.boxOf(this.selected);
    if (this.selected === undefined || box === undefined) {
      this.say('Select a box first.');
      return;
    }
    if (box.startsWith('g')) {
      const group = Number(box.slice(1));
      this.showNearest(opened(model, open, group), group, true);
      return;
    }
    const group = model.nodes[Number(box.slice(1))]?.group;
    if (group === undefined) this.say('This box is in no module.');
    else this.showNearest(closed(model, open, group), group, false);
  }

  /** Shows the state that was asked for; where the page holds none, the nearest one in which the group is as asked. */
  private showNearest(wanted: ReadonlySet<number>, group: number, isOpen: boolean): void {
    const { model, states } = this.shown;
    const key = openKey(model, wanted);
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    states.forEach((state, k) => {
      const open = new Set(state.open);
      const seen = groupsAround(model, group)
        .slice(1)
        .every((around) => open.has(around));
      if (open.has(group) !== isOpen || (isOpen && !seen)) return;
      const difference =
        openKey(model, open) === key
          ? -1
          : [...open].filter((each) => !wanted.has(each)).length + [...wanted].filter((each) => !open.has(each)).length;
      if (difference < least) [best, least] = [k, difference];
    });
    if (best < 0) {
      this.say('This page holds no picture of that; export it with a larger layoutBudget.');
      return;
    }
    this.showState(best);
    if (!isOpen) this.selected = `g${group}`;
    const box = this.boxOf(this.selected);
    if (box !== undefined) this.stage.reveal(box);
    this.paint();
    this.show();
    this.remember();
    const also = least > 0 ? ' Others were folded or unfolded, because the page holds no picture of both.' : '';
    this.say(`${isOpen ? 'Unfolded' : 'Folded'} ${this.titleOf(`g${group}`)}.${also}`);
  }

  private showState(index: number): void {
    this.stage.show(index);
    this.paint();
    this.player.draw();
    this.caption();
    this.remember();
  }

  private caption(): void {
    const { model } = this.shown;
    const folded = [...new Set(this.stage.names)]
      .filter((name) => name.startsWith('g'))
      .map((name) => this.titleOf(name));
    const list =
      folded.length > 6 ? `${folded.slice(0, 6).join('; ')} and ${folded.length - 6} more` : folded.join('; ');
    byId('caption').textContent = [
      captionOf(model),
      ...(folded.length === 0 ? [] : [`Folded: ${list}`]),
      ...(this.shown.note === undefined ? [] : [this.shown.note]),
    ].join('. ');
  }

  // Walking

  private walk(key: 'right' | 'left' | 'up' | 'down'): void {
    const isDown = this.shown.direction === 'down';
    const way = key === (isDown ? 'down' : 'right') ? 'on' : key === (isDown ? 'up' : 'left') ? 'back' : 'across';
    const box = this.boxOf(this.selected);
    if (box === undefined) {
      const [start] = this.stage.names;
      this.cameFrom = undefined;
      if (start !== undefined) this.select(start);
      return;
    }
    if (way === 'across') {
      this.across(box, key === 'down' || key === 'right');
      return;
    }
    const forward = way === 'on';
    const [next] = this.nextTo(box, forward);
    if (next === undefined) {
      this.say(`Nothing comes ${forward ? 'after' : 'before'} ${this.titleOf(box)}.`);
      return;
    }
    this.cameFrom = { box, forward };
    this.select(next);
  }

  private across(box: BoxName, isNext: boolean): void {
    const { cameFrom } = this;
    const [before] = this.nextTo(box, false);
    const from = cameFrom ?? (before === undefined ? undefined : { box: before, forward: true });
    const all = from === undefined ? [...new Set(this.stage.names)] : this.nextTo(from.box, from.forward);
    const at = all.indexOf(box);
    const next = all[(at + (isNext ? 1 : all.length - 1)) % all.length];
    if (next === undefined || next === box) this.say('There is nothing beside this.');
    else this.select(next);
    this.cameFrom = from;
  }

  /** Boxes at the other ends of wires, in order. */
  private nextTo(box: BoxName, forward: boolean): BoxName[] {
    const ends = this.stage.wires.flatMap(({ from, to }) =>
      forward ? (from === box ? [to] : []) : to === box ? [from] : [],
    );
    return [...new Set(ends)];
  }

  // Search

  private search(query: string): void {
    this.found = search(this.shown.model, query);
    this.foundAt = -1;
    const boxes = new Set(this.found.map((node) => this.stage.names[node])).size;
    byId('found').textContent =
      query.trim() === ''
        ? ''
        : this.found.length === 0
          ? 'nothing found'
          : `${this.found.length} found in ${boxes} ${boxes === 1 ? 'box' : 'boxes'}`;
    this.paint();
    this.remember();
  }

  private next(): void {
    if (this.found.length === 0) {
      this.say('Nothing found.');
      return;
    }
    this.foundAt = (this.foundAt + 1) % this.found.length;
    this.cameFrom = undefined;
    this.select(`n${this.found[this.foundAt]}`);
    byId('found').textContent = `${this.foundAt + 1} of ${this.found.length}`;
  }

  // Words

  private titleOf(name: string): string {
    const { nodes, groups } = this.shown.model;
    const index = Number(name.slice(1));
    const [node, group] = [nodes[index], groups[index]];
    if (name.startsWith('g')) return group === undefined ? '' : titleOfGroup(group);
    return node === undefined ? '' : titleOfNode(node);
  }

  /** A name that tells ops of one kind apart, where there are more: `add 2`. */
  private nameOf(index: number): string {
    const { nodes } = this.shown.model;
    const node = nodes[index];
    if (node === undefined) return '';
    const title = titleOfNode(node);
    const same = nodes.flatMap((other, k) => (titleOfNode(other) === title ? [k] : []));
    return same.length === 1 ? title : `${title} ${same.indexOf(index) + 1}`;
  }

  private inWords(selected: string): string {
    const { nodes, edges } = this.shown.model;
    const index = Number(selected.slice(1));
    const edge = edges[index];
    if (selected.startsWith('e')) {
      return edge === undefined ? '' : `Edge from ${this.nameOf(edge.from)} to ${this.nameOf(edge.to)}, ${edge.spec}.`;
    }
    const [into, outOf] = [this.nextTo(selected, false).length, this.nextTo(selected, true).length];
    const ends = `${into} in, ${outOf} out.`;
    if (selected.startsWith('g')) return `${this.titleOf(selected)}, folded, ${ends}`;
    const { kind = 'op', specs = [] } = nodes[index] ?? {};
    const box = this.boxOf(selected);
    if (box?.startsWith('g') === true)
      return `${this.nameOf(index)}, ${kind}, ${specs.join(', ')}, inside ${this.titleOf(box)}, folded.`;
    return `${this.nameOf(index)}, ${kind}, ${specs.join(', ')}, ${ends}`;
  }

  private say(words: string): void {
    byId('said').textContent = words;
  }

  private toggleKeys(): void {
    const keys = byId('keys');
    const isShown = keys.hidden === false;
    keys.hidden = isShown;
    byId('help').setAttribute('aria-expanded', String(!isShown));
    if (!isShown) keys.scrollIntoView({ block: 'nearest' });
  }

  // The address

  private remember(): void {
    const { stage, selected, player } = this;
    const { x, y, scale } = stage;
    const isFirst =
      openKey(this.shown.model, stage.open) === openKey(this.shown.model, new Set(this.shown.states[0]?.open));
    this.written = writeView({
      view: this.at,
      ...(isFirst ? {} : { open: [...stage.open] }),
      x,
      y,
      scale,
      ...(selected === undefined ? {} : { selected }),
      query: inputById('find').value,
      step: player.at,
    });
    try {
      history.replaceState(null, '', `${location.href.replace(/#.*$/, '')}#${this.written}`);
    } catch {
      // A page inside another may not have an address of its own.
    }
  }

  private restore(): void {
    const { view = 0, open, x, y, scale, selected, query, step } = readView(location.hash);
    this.hold(this.data.views[view] === undefined ? 0 : view);
    const { model, states } = this.shown;
    const key = open === undefined ? undefined : openKey(model, new Set(open));
    const index = key === undefined ? 0 : states.findIndex((state) => openKey(model, new Set(state.open)) === key);
    this.stage.show(Math.max(0, index));
    this.stage.begin(readable);
    this.caption();
    inputById('find').value = query ?? '';
    if (query !== undefined) this.search(query);
    if (step !== undefined) this.player.go(step);
    else this.player.draw();
    const { focus } = model;
    if (selected !== undefined) this.select(selected);
    else if (focus !== undefined && location.hash === '') this.select(`n${focus}`);
    else this.paint();
    // Last, because what is selected is brought into view.
    if (x !== undefined && y !== undefined && scale !== undefined) this.stage.look(x, y, scale);
  }
}

/** Reads what the page holds, and brings it to life. */
export function start(): void {
  const viewer = new Viewer(readJson(byId('graph').textContent ?? ''));
  void viewer;
}
