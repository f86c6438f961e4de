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
    // Back to the left edge first: the terminal may have echoed a key such as ^C.
    if (this.#lines > 0) this.#stream.write(`\r\u001B[${this.#lines}A\u001B[0J`);
    this.#lines = 0;
  }

  /** Leaves the block as it stands; what is drawn next goes below. */
  keep(): void {
    this.#lines = 0;
  }
}
