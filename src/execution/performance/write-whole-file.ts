import { open, rename, rm } from 'node:fs/promises';

/** Pieces of text are joined to this much for one write. */
const CHUNK_CHARS = 1 << 16;

/**
 * Writes a file as a whole or not at all: beside it under another name, then in its place.
 *
 * @throws what the file system says; what was there before is still there then
 */
export async function writeWholeFile(path: string, pieces: Iterable<string>): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  try {
    const file = await open(part, 'w');
    try {
      let chunk = '';
      for (const piece of pieces) {
        chunk += piece;
        if (chunk.length < CHUNK_CHARS) continue;
        await file.write(chunk);
        chunk = '';
      }
      await file.write(chunk);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
  } catch (thrown) {
    await rm(part, { force: true });
    throw thrown;
  }
}
