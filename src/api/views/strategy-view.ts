import type { StrategyFile } from '../../system/service/strategy-folder.ts';
import type { StrategyValidation } from '../../system/service/strategy-validation.ts';
import type { StrategyView, Validation } from '../contract/strategy-routes.ts';

export function strategyView(file: StrategyFile, workers: readonly string[]): StrategyView {
  return { ...file, workers: [...workers] };
}

export function validationView({ isValid, description, faults }: StrategyValidation): Validation {
  return {
    isValid,
    description: description && {
      title: description.name,
      symbols: [...description.symbols],
      dataTypes: [...description.dataTypes],
      warmup: description.warmup,
      callbacks: [...description.callbacks],
      paramsSchema: description.paramsSchema && { ...description.paramsSchema },
    },
    faults: faults.map((fault) => ({ ...fault })),
  };
}
