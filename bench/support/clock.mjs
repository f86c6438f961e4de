// One clock for all processes of this machine: the system's monotonic one, in milliseconds. Reading it
// through performance.now() is fast; the difference is fixed, since both count the same ticks.
const LOOKS = 1_000;

let offsetMs = Number.NEGATIVE_INFINITY;
for (let look = 0; look < LOOKS; look += 1) {
  const [seconds, nanoseconds] = process.hrtime();
  // Whatever comes between the two readings makes this less: the greatest is the one without a pause.
  offsetMs = Math.max(offsetMs, seconds * 1_000 + nanoseconds / 1e6 - performance.now());
}

export const nowMs = () => offsetMs + performance.now();
