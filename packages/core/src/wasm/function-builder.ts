/** Emits the body of one function. */
import { Bytes } from './bytes.ts';
import { type Immediates, opcodes } from './instructions.ts';

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128';
export const typeBytes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};

export interface Local {
  readonly index: number;
  readonly type: ValueType;
}

export class FunctionBuilder {
  readonly code: Bytes = new Bytes();
  readonly locals: ValueType[] = [];
  private readonly parameters: number;
  private readonly free_: Local[] = [];

  constructor(parameters: number) {
    this.parameters = parameters;
  }

  local(type: ValueType): Local {
    const at = this.free_.findLastIndex((local) => local.type === type);
    if (at >= 0) return this.free_.splice(at, 1)[0]!;
    this.locals.push(type);
    return { index: this.parameters + this.locals.length - 1, type };
  }

  free(local: Local): void {
    this.free_.push(local);
  }

  get(local: Local): void {
    this.code.byte(0x20);
    this.code.unsigned(local.index);
  }
  set(local: Local): void {
    this.code.byte(0x21);
    this.code.unsigned(local.index);
  }
  tee(local: Local): void {
    this.code.byte(0x22);
    this.code.unsigned(local.index);
  }

  emit<Name extends keyof Immediates>(name: Name, ...immediates: Immediates[Name]): void {
    const { code } = this;
    const [kind, ...bytes] = opcodes[name];
    for (const byte of bytes) code.byte(byte);
    const [first, second] = immediates as readonly [unknown?, unknown?];
    switch (kind) {
      case 'plain':
        return;
      case 'index':
        code.unsigned(first as number);
        return;
      case 'i32':
        code.signed(first as number);
        return;
      case 'i64':
        code.signedWide(first as bigint);
        return;
      case 'f32':
        code.f32(first as number);
        return;
      case 'f64':
        code.f64(first as number);
        return;
      case 'lane':
        code.byte(first as number);
        return;
      case 'v128':
        code.bytes(first as Uint8Array);
        return;
      case 'memory':
      case 'memoryLane': {
        const { offset, align } = first as { offset: number; align: number };
        code.unsigned(align);
        code.unsigned(offset);
        if (kind === 'memoryLane') code.byte(second as number);
      }
    }
  }

  block(body: () => void): void {
    this.code.byte(0x02);
    this.code.byte(0x40);
    body();
    this.code.byte(0x0b);
  }
  loop(body: () => void): void {
    this.code.byte(0x03);
    this.code.byte(0x40);
    body();
    this.code.byte(0x0b);
  }
  if(then: () => void): void {
    this.code.byte(0x04);
    this.code.byte(0x40);
    then();
    this.code.byte(0x0b);
  }
  brIf(depth: number): void {
    this.code.byte(0x0d);
    this.code.unsigned(depth);
  }
}
