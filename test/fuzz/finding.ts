/** Something that must not be, and how to bring it about. */
export interface Finding {
  /** The rule that is broken, and where: two findings with the same one are one. */
  readonly signature: string;
  /** Steps that lead there, without secrets; the last one shows it. */
  readonly steps: readonly string[];
  readonly seed: number;
}

/** Thrown inside a property: the rules that an answer breaks. */
export class Broken extends Error {
  override readonly name = 'Broken';
  readonly signature: string;

  constructor(signature: string, detail: string) {
    super(`${signature}\n${detail}`);
    this.signature = signature;
  }
}
