/**
 * A graph as plain data: all that a picture or a page says about it, and nothing else. It can be folded, written as JSON and
 * read in a page, where no tensor and no op exists.
 */

/** What a node is. `state` is what training does not change; an `output` is one of the graph's results, drawn as a box of its own. */
export type ModelKind = 'input' | 'parameter' | 'state' | 'constant' | 'op' | 'backward' | 'output';

/** Something that is known of a node besides, in two or three words each: `difference` `3e-7`, `bytes` `4096`. */
export interface Fact {
  readonly name: string;
  readonly text: string;
}

/** The darkest colour that a node can have. */
export const mostHeat = 5;

/** What whoever shows a graph has to say about a node. */
export interface NodeNotes {
  readonly facts?: readonly Fact[];
  /** A whole number from 0 to `mostHeat`: how dark it is drawn. What it stands for is the model's `legend`. */
  readonly heat?: number;
  /** What is wrong with it. */
  readonly problem?: string;
}

/** What a tensor's numbers are like. */
export interface Statistics {
  /** All numbers where they are few, else the first and the last: `[1, 2, ... 9]`. */
  readonly text: string;
  /** Over the finite numbers; missing where there are none. */
  readonly min?: number;
  readonly max?: number;
  readonly mean?: number;
  /** How many are NaN or infinite; missing where none are. */
  readonly notFinite?: number;
  /** How many fall into each of at most 20 equal parts of min to max; missing where all numbers are equal. */
  readonly histogram?: readonly number[];
}

export interface ModelNode extends NodeNotes {
  /** The op's name; `placeholder` and the like for what has none. */
  readonly op: string;
  /** What a leaf or an output is called. */
  readonly name?: string;
  readonly kind: ModelKind;
  /** Attributes as text: `axis 0, keepDims`. */
  readonly notes?: string;
  /** Constant inputs that are one number, as text: they stand in the box and have none of their own. */
  readonly constants?: string;
  /** Shape and dtype of each output: `f32 [2, 3]`. */
  readonly specs: readonly string[];
  /** The innermost group it lies in, by index; missing outside of any. */
  readonly group?: number;
  /** The forward node whose derivative rule made this one, by index. */
  readonly pulled?: number;
  /** Whether it is part of a graph that a node holds: it has no value of its own. */
  readonly held?: true;
  /** Whether a backward node uses its value again. */
  readonly saved?: true;
  /** Its number among core's nodes, by which a recorded walk finds it. */
  readonly id?: number;
  /** The line of user code that called it. */
  readonly line?: string;
  /** Missing where the value is not known. */
  readonly value?: Statistics;
  /** Missing where nothing has flowed back, which is not zero. */
  readonly gradient?: Statistics;
}

/**
 * `saved` leads from a forward value to a backward node, `gradient` from a backward node to a forward one, and `update` from a
 * value back to the parameter or state that it becomes.
 */
export type EdgeKind = 'forward' | 'backward' | 'gradient' | 'saved' | 'update';

export interface ModelEdge {
  readonly from: number;
  readonly to: number;
  readonly slot: number;
  /** The node whose slot it is, where the edge leads on to an input of a graph that this node holds. */
  readonly of?: number;
  readonly kind: EdgeKind;
  /** Shape and dtype of what flows. */
  readonly spec: string;
}

/**
 * A call of a module or composite; an op with the graphs that it holds, such as the body of a loop; what a compiled program
 * computes in one kernel; equal parts in a row; or a stretch of a graph that would be too large to draw.
 */
export type GroupKind = 'module' | 'composite' | 'graph' | 'kernel' | 'repetition' | 'stretch';

export interface ModelGroup {
  readonly name: string;
  readonly path: string;
  readonly kind: GroupKind;
  /** The group around it, by index. */
  readonly parent?: number;
  /** How often a repetition's part occurs. */
  readonly count?: number;
  /** What its box says besides what it holds: `512 operations, 4 kB`. */
  readonly words?: string;
  readonly facts?: readonly Fact[];
  /** Lines of a program, which keep their spaces. */
  readonly code?: string;
}

export interface GraphModel {
  readonly title: string;
  /** What the heat of nodes stands for. */
  readonly legend?: string;
  /** The node to begin with, by index. */
  readonly focus?: number;
  /** Every node comes after what it uses; an update leads back. */
  readonly nodes: readonly ModelNode[];
  readonly edges: readonly ModelEdge[];
  readonly groups: readonly ModelGroup[];
}

/** A node or a group that lies directly in a group, or at the top. */
export interface Part {
  readonly kind: 'node' | 'group';
  readonly index: number;
}

/** The parts directly in each group, in the order in which their ops ran; -1 stands for the top. */
export function partsOf({ nodes, groups }: GraphModel): Map<number, Part[]> {
  const parts = new Map<number, Part[]>([[-1, []]]);
  const first = groups.map(() => Number.POSITIVE_INFINITY);
  const put = (parent: number, part: Part): void => {
    const list = parts.get(parent);
    if (list === undefined) parts.set(parent, [part]);
    else list.push(part);
  };
  nodes.forEach(({ group = -1, kind }, index) => {
    put(group, { kind: 'node', index });
    // Leaves are listed before all ops, wherever they are used.
    const place = kind === 'op' || kind === 'backward' ? index : nodes.length + index;
    for (let at = group; at >= 0 && place < (first[at] ?? 0); at = groups[at]?.parent ?? -1) first[at] = place;
  });
  groups.forEach(({ parent = -1 }, index) => {
    if (first[index] !== Number.POSITIVE_INFINITY) put(parent, { kind: 'group', index });
  });
  const place = ({ kind, index }: Part): number => (kind === 'node' ? index : (first[index] ?? 0));
  for (const list of parts.values()) list.sort((a, b) => place(a) - place(b));
  return parts;
}
