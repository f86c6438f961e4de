/** A block of lines on a terminal that is drawn over itself. */
export class LiveBlock {
  readonly #stream: NodeJS.WriteStream;
  #lines = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  draw(text: string): void {
    const width = this.#stream.columns || 80;
    // A line that wraps would count as two and leave its second half behind.
    const lines = text.split('\n').map((line) => line.slice(0, width - 1));
    this.clear();
    this.#stream.write(`${lines.join('\n')}\n`);
    this.#lines = lines.length;
  }

  /** Takes the block away, so that other lines can be written in its place. */
  clear(): void {
    if (this.#lines > 0) this.#stream.write(`\u001B[${this.#lines}A\u001B[0J`);
    this.#lines = 0;
  }
}
