/** The picture on the page: which way of folding is shown, and from where it is looked at. */
import { type BoxName, type Wire, boxNames, wiresOf } from '../../graph/fold.ts';
import type { GraphModel } from '../../graph/model.ts';
import type { PageState } from '../page-data.ts';
import { byId, make, makeSvg } from './page-parts.ts';

/** A rectangle in pixels of the picture. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Below this scale letters are a few pixels high, and drawing them is what takes longest. */
const legible = 0.25;

export class Stage {
  readonly element: HTMLElement = byId('stage');
  readonly overlay: SVGElement = makeSvg('svg', { id: 'overlay', width: 1, height: 1, 'aria-hidden': 'true' });
  x = 0;
  y = 0;
  scale = 1;
  open: ReadonlySet<number> = new Set();
  names: readonly BoxName[] = [];
  wires: readonly Wire[] = [];
  /** Told when there is room for the picture for the first time: a page in a frame may run before it has a size. */
  onRoom: () => void = () => {};
  /** Told when the reader has moved or zoomed. */
  onMove: () => void = () => {};
  /** Told that a box (`n7`, `g3`), a wire (its place) or nothing was clicked. */
  onPick: (picked: BoxName | number | undefined) => void = () => {};

  private readonly scene = byId('scene');
  private readonly map = byId('map');
  private readonly view = make('div');
  private mapScale = 1;
  /** Whether boxes were measured before they were laid out: in a frame that is not yet seen they may be. */
  private mapIsBlank = false;
  private model: GraphModel;
  private states: readonly PageState[];
  private readonly first: SVGElement;
  private boxes = new Map<BoxName, Element>();
  private drawnWires: (Element | undefined)[] = [];
  private places = new Map<BoxName, Place>();
  private moving = 0;

  constructor(model: GraphModel, states: readonly PageState[]) {
    this.model = model;
    this.states = states;
    this.first = this.scene.querySelector('svg') ?? makeSvg('svg', {});
    this.view.className = 'view';
    let hadRoom = this.hasRoom();
    new ResizeObserver(() => {
      if (!hadRoom && this.hasRoom()) {
        hadRoom = true;
        this.onRoom();
      } else {
        this.look(this.x, this.y, this.scale);
        if (this.mapIsBlank) this.drawMap();
      }
    }).observe(this.element);
    this.listen();
  }

  /** Takes another graph in place of the one it had. */
  hold(model: GraphModel, states: readonly PageState[]): void {
    this.model = model;
    this.states = states;
  }

  /** Draws a state; the picture keeps its place on the screen. */
  show(index: number): void {
    const state = this.states[index];
    if (state === undefined) return;
    const svg =
      state.svg === '' ? this.first : new DOMParser().parseFromString(state.svg, 'image/svg+xml').documentElement;
    this.scene.replaceChildren(svg, this.overlay);
    this.overlay.replaceChildren();
    this.open = new Set(state.open);
    this.names = boxNames(this.model, this.open);
    this.wires = wiresOf(this.model, this.names);
    this.boxes = new Map(
      [...this.scene.querySelectorAll('.node')].map((box) => [box.getAttribute('data-name') ?? '', box]),
    );
    this.drawnWires = [];
    for (const wire of this.scene.querySelectorAll('.edge')) {
      const place = Number(/-w(\d+)$/.exec(wire.id)?.[1]);
      if (Number.isInteger(place)) this.drawnWires[place] = wire;
    }
    this.places = new Map();
    this.drawNotes();
    this.drawMap();
  }

  /** Nodes that are hot, or to blame; a folded box is as hot as the hottest in it. */
  private drawNotes(): void {
    const hottest = new Map<BoxName, number>();
    this.model.nodes.forEach(({ heat, problem }, index) => {
      const name = this.names[index] ?? '';
      if (heat !== undefined) hottest.set(name, Math.max(heat, hottest.get(name) ?? 0));
      if (problem !== undefined) this.boxes.get(name)?.classList.add('problem');
    });
    for (const [name, heat] of hottest) this.boxes.get(name)?.classList.add(`heat${heat}`);
  }

  box(name: BoxName): Element | undefined {
    return this.boxes.get(name);
  }

  wire(place: number): Element | undefined {
    return this.drawnWires[place];
  }

  /** Everything drawn of the graph, with what it is. */
  *drawn(): Generator<{ element: Element; nodes?: BoxName; wire?: Wire }> {
    for (const [nodes, element] of this.boxes) yield { element, nodes };
    for (const [place, wire] of this.wires.entries()) {
      const element = this.drawnWires[place];
      if (element !== undefined) yield { element, wire };
    }
  }

  placeOf(name: BoxName): Place | undefined {
    const known = this.places.get(name);
    const box = this.boxes.get(name);
    if (known !== undefined || box === undefined) return known;
    const outer = this.scene.getBoundingClientRect();
    const inner = box.getBoundingClientRect();
    const place = {
      x: (inner.left - outer.left) / this.scale,
      y: (inner.top - outer.top) / this.scale,
      width: inner.width / this.scale,
      height: inner.height / this.scale,
    };
    this.places.set(name, place);
    return place;
  }

  /** The middle of a wire. */
  middleOf(place: number): { x: number; y: number } | undefined {
    const path = this.drawnWires[place]?.querySelector('path');
    const matrix = path?.getScreenCTM();
    if (path === null || path === undefined || matrix === null || matrix === undefined) return undefined;
    const point = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(matrix);
    const outer = this.scene.getBoundingClientRect();
    return { x: (point.x - outer.left) / this.scale, y: (point.y - outer.top) / this.scale };
  }

  /** Shows all of it; or, not below a scale, its beginning. */
  fit(least: number = 0): void {
    const { width, height } = this.size();
    const { clientWidth, clientHeight } = this.element;
    const scale = Math.max(least, Math.min(clientWidth / width, clientHeight / height, 1.6));
    const [x, y] = [(clientWidth - width * scale) / 2, (clientHeight - height * scale) / 2];
    this.look(width > height ? Math.max(0, x) : x, Math.max(0, y), scale);
  }

  /** Shows all of it where letters can then be read; else its beginning, wherever along its edge that is. */
  begin(least: number): void {
    this.fit(least);
    const place = this.placeOf(this.names[0] ?? '');
    const { width, height } = this.size();
    const { clientWidth, clientHeight } = this.element;
    if (place === undefined) return;
    const { scale } = this;
    const [hidesX, hidesY] = [width * scale > clientWidth, height * scale > clientHeight];
    const x = hidesX
      ? between(clientWidth / 2 - (place.x + place.width / 2) * scale, clientWidth - width * scale)
      : this.x;
    const y = hidesY
      ? between(clientHeight / 2 - (place.y + place.height / 2) * scale, clientHeight - height * scale)
      : this.y;
    this.look(x, y, scale);
  }

  zoom(factor: number, x: number = this.element.clientWidth / 2, y: number = this.element.clientHeight / 2): void {
    const scale = Math.min(8, Math.max(0.02, this.scale * factor));
    const change = scale / this.scale;
    this.look(x - (x - this.x) * change, y - (y - this.y) * change, scale);
  }

  look(x: number, y: number, scale: number): void {
    Object.assign(this, { x, y, scale });
    this.scene.style.transform = `translate(${x}px,${y}px) scale(${scale})`;
    this.scene.classList.toggle('far', scale < legible);
    this.scene.classList.add('moving');
    clearTimeout(this.moving);
    this.moving = window.setTimeout(() => {
      // A layer of its own moves fast and is not drawn again when it grows: sharp letters come back when all is still.
      this.scene.classList.remove('moving');
      this.onMove();
    }, 150);
    this.drawView();
  }

  /** Moves the picture so that a box is seen, if it is not. */
  reveal(name: BoxName): void {
    const place = this.placeOf(name);
    if (place === undefined) return;
    const { clientWidth, clientHeight } = this.element;
    const [left, top] = [place.x * this.scale + this.x, place.y * this.scale + this.y];
    const [right, bottom] = [left + place.width * this.scale, top + place.height * this.scale];
    if (left >= 0 && top >= 0 && right <= clientWidth && bottom <= clientHeight) return;
    const scale = Math.max(this.scale, 0.5);
    this.look(
      clientWidth / 2 - (place.x + place.width / 2) * scale,
      clientHeight / 2 - (place.y + place.height / 2) * scale,
      scale,
    );
  }

  private hasRoom(): boolean {
    return this.element.clientWidth > 0 && this.element.clientHeight > 0;
  }

  private size(): { width: number; height: number } {
    const svg = this.scene.querySelector('svg');
    const [width, height] = [Number(svg?.getAttribute('width')), Number(svg?.getAttribute('height'))];
    return { width: width > 0 ? width : 1, height: height > 0 ? height : 1 };
  }

  /** A dot for each box, where the picture is larger than a glance. */
  private drawMap(): void {
    const { width, height } = this.size();
    this.map.hidden = this.boxes.size < 12;
    if (this.map.hidden) return;
    if (this.mapIsBlank) this.places.clear();
    this.mapIsBlank = true;
    const scale = Math.min(170 / width, 120 / height);
    const svg = makeSvg('svg', { viewBox: `0 0 ${width} ${height}`, width: width * scale, height: height * scale });
    for (const name of this.boxes.keys()) {
      const place = this.placeOf(name);
      if (place === undefined) continue;
      svg.append(makeSvg('rect', { ...place }));
      if (place.width > 0) this.mapIsBlank = false;
    }
    // There is no next frame before the page is seen, and then boxes are laid out
    if (this.mapIsBlank) requestAnimationFrame(() => this.mapIsBlank && this.drawMap());
    this.mapScale = scale;
    this.map.replaceChildren(svg, this.view);
    this.drawView();
  }

  /** The frame is an element over the map and not a part of it: the map is not drawn again while the picture moves. */
  private drawView(): void {
    const { clientWidth, clientHeight } = this.element;
    const share = this.mapScale / this.scale;
    const [left, top] = [-this.x * share, -this.y * share];
    this.view.style.transform = `translate(${left}px,${top}px)`;
    this.view.style.width = `${clientWidth * share}px`;
    this.view.style.height = `${clientHeight * share}px`;
  }

  private listen(): void {
    const { element } = this;
    let from: { x: number; y: number; far: boolean } | undefined;
    element.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || this.map.contains(event.target as Node)) return;
      from = { x: event.clientX - this.x, y: event.clientY - this.y, far: false };
    });
    window.addEventListener('pointermove', (event) => {
      if (from === undefined) return;
      const [x, y] = [event.clientX - from.x, event.clientY - from.y];
      if (!from.far && Math.hypot(x - this.x, y - this.y) < 4) return;
      from.far = true;
      this.look(x, y, this.scale);
    });
    window.addEventListener('pointerup', () => {
      // The click that ends a drag picks nothing: it comes after this, and before the next task.
      setTimeout(() => (from = undefined));
    });
    element.addEventListener('click', ({ target }) => {
      if (from?.far === true || !(target instanceof Element) || this.map.contains(target)) return;
      const box = target.closest('.node')?.getAttribute('data-name');
      const wire = this.drawnWires.indexOf(target.closest('.edge') ?? undefined);
      this.onPick(box ?? (wire >= 0 && target.closest('.edge') !== null ? wire : undefined));
    });
    element.addEventListener(
      'wheel',
      (event) => {
        event.preventDefault();
        const { left, top } = element.getBoundingClientRect();
        this.zoom(Math.exp(-event.deltaY / 400), event.clientX - left, event.clientY - top);
      },
      { passive: false },
    );
    this.map.addEventListener('click', (event) => {
      const { left, top, width } = this.map.getBoundingClientRect();
      const share = this.size().width / width;
      const [x, y] = [(event.clientX - left) * share, (event.clientY - top) * share];
      this.look(element.clientWidth / 2 - x * this.scale, element.clientHeight / 2 - y * this.scale, this.scale);
    });
  }
}

/** So that no empty border is seen where there is something beyond the other one. */
function between(offset: number, least: number): number {
  return Math.min(0, Math.max(least, offset));
}
