/** What tests use of hessian.js, which comes without types. */
declare module 'hessian.js' {
  export class EncoderV2 {
    constructor(options?: { size?: number });
    writeString(text: string): this;
    write(value: unknown): this;
    get(): Buffer;
  }
  export class DecoderV2 {
    constructor(bytes: Buffer);
    /** The next value; plain values instead of `{ $class, $ }` unless `withType`. */
    read(withType?: boolean): unknown;
    readString(): string;
    readInt(): number;
  }
}
