// The files of one directory as a disk keeps them: what was synced is there, and what was not may be there,
// or in part, in any order.
const SECTOR = 512;

/** What is found of unsynced writes after a power cut. */
export const LOSSES = ['none of it', 'all of it', 'the first of it', 'some writes', 'some sectors'];

class Inode {
  synced = Buffer.alloc(0);
  /** Contents after each operation since the last sync, as functions of the one before. */
  unsynced = [];

  add(operation) {
    this.unsynced.push(operation);
  }

  sync() {
    this.synced = applied(this.synced, this.unsynced);
    this.unsynced = [];
  }
}

/** Plays the operations of a trace, and tells what a power cut after any of them leaves. */
export class Disk {
  /** By name, as the directory is on the disk. */
  #synced = new Map();
  /** As programs see it. */
  #seen = new Map();
  /** Changes of the directory since it was synced. */
  #unsynced = [];
  /** Whether the directory itself would be there. */
  #homeSynced = true;

  apply({ kind, name, ...rest }) {
    switch (kind) {
      case 'create': {
        if (this.#seen.has(name)) return;
        this.#changeDirectory({ name, inode: new Inode() });
        return;
      }
      case 'unlink':
        this.#changeDirectory({ name, inode: undefined });
        return;
      case 'create-home':
        this.#homeSynced = false;
        return;
      case 'sync-home':
        this.#homeSynced = true;
        return;
      case 'sync-directory':
        for (const change of this.#unsynced) changed(this.#synced, change);
        this.#unsynced = [];
        return;
      case 'sync':
        this.#seen.get(name).sync();
        return;
      default:
        this.#seen.get(name).add({ kind, ...rest });
    }
  }

  #changeDirectory(change) {
    changed(this.#seen, change);
    this.#unsynced.push(change);
  }

  /** Files by name, after a power cut now, in which `loss` befalls what was not synced. */
  afterCut(loss, random) {
    if (!this.#homeSynced && loss !== 'all of it' && random() < 0.5) return new Map();
    const names = new Map(this.#synced);
    const kept = keptOf(this.#unsynced, loss, random);
    for (const change of kept) changed(names, change);
    const files = new Map();
    for (const [name, { synced, unsynced }] of names) {
      files.set(
        name,
        loss === 'some sectors'
          ? bySectors(synced, unsynced, random)
          : applied(synced, keptOf(unsynced, loss, random)),
      );
    }
    return files;
  }
}

function changed(names, { name, inode }) {
  if (inode === undefined) names.delete(name);
  else names.set(name, inode);
}

function keptOf(operations, loss, random) {
  switch (loss) {
    case 'none of it':
      return [];
    case 'all of it':
      return operations;
    case 'the first of it':
      return operations.slice(0, Math.floor(random() * (operations.length + 1)));
    default: {
      const share = random();
      return operations.filter(() => random() < share);
    }
  }
}

function applied(content, operations) {
  return operations.reduce(after, Buffer.from(content));
}

/** May change what it is given. */
function after(content, { kind, bytes, at, size }) {
  if (kind === 'truncate') return resized(content, size);
  const end = at + bytes.length;
  const next = end > content.length ? resized(content, end) : content;
  bytes.copy(next, at);
  return next;
}

function resized(content, size) {
  const next = Buffer.alloc(size);
  content.copy(next);
  return next;
}

/** Each sector as it was after any of the operations, whatever the others are. */
function bySectors(synced, unsynced, random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const sizes = [synced.length];
  const versions = new Map();
  let now = Buffer.from(synced);
  const note = (from, to) => {
    for (let sector = Math.floor(from / SECTOR); sector * SECTOR < to; sector += 1) {
      const bytes = Buffer.from(now.subarray(sector * SECTOR, (sector + 1) * SECTOR));
      versions.set(sector, [...(versions.get(sector) ?? []), bytes]);
    }
  };
  const touched = unsynced.map(({ kind, bytes, at, size }) =>
    kind === 'truncate' ? [size, Number.POSITIVE_INFINITY] : [at, at + bytes.length],
  );
  const longest = Math.max(synced.length, ...touched.map(([, to]) => (to < 2 ** 40 ? to : 0)));
  now = resized(now, longest);
  for (const [from, to] of touched) {
    const end = Math.min(to, longest);
    for (let sector = Math.floor(from / SECTOR); sector * SECTOR < end; sector += 1)
      if (!versions.has(sector)) note(sector * SECTOR, Math.min((sector + 1) * SECTOR, end));
  }
  unsynced.forEach((operation, index) => {
    const [from, to] = touched[index];
    if (operation.kind === 'truncate') now.fill(0, Math.min(from, longest));
    else operation.bytes.copy(now, from);
    sizes.push(operation.kind === 'truncate' ? from : Math.max(sizes.at(-1), to));
    note(from, Math.min(to, longest));
  });
  const content = resized(now, pick(sizes));
  for (const [sector, list] of versions) {
    if (sector * SECTOR < content.length) pick(list).copy(content, sector * SECTOR);
  }
  return content;
}
