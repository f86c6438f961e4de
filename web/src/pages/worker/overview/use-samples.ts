import { useEffect, useState } from 'preact/hooks';
import type { WorkerSample } from '../../../../../src/client/index.ts';
import { useAnswer } from '../../../data/use-answer.ts';
import { useChannel } from '../../../data/use-channel.ts';
import { SAMPLES_SHOWN, withSample } from './samples.ts';

/** The last samples of a worker: those of before are asked for, the others come with the stream. */
export function useSamples(id: string): readonly WorkerSample[] {
  const before = useAnswer('getWorkerMetrics', { params: { id } });
  const sample = useChannel({ channel: 'metrics', workerIds: [id] }).data?.samples[id];
  const [samples, setSamples] = useState<readonly WorkerSample[]>([]);
  useEffect(() => {
    if (before.data !== null) setSamples(before.data.history.slice(-SAMPLES_SHOWN));
  }, [before.data]);
  useEffect(() => setSamples((known) => withSample(known, sample)), [sample?.at]);
  return samples;
}
