// What every run of chaos does for whoever started it.

/** Tells people at a terminal how far it is. */
export function progressOf() {
  if (!process.stderr.isTTY) return () => undefined;
  return (line) => process.stderr.write(`\r\u001b[K  ${line}`);
}

/** Rejects at Ctrl-C and the like, so that nothing is left behind then either. */
export function interruption() {
  return new Promise((_, reject) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'])
      process.once(name, () => reject(new Error(`ended early by ${name}`)));
  });
}
