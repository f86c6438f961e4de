// Types of what a system is made of, for those who may not import the layers that these come from.

export type { ExecutionEngine } from '../execution/execution-engine.ts';
export type { ManagerStats } from '../host/worker-manager-options.ts';
