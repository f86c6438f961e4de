export { equitySparkline } from '../execution/performance/equity-sparkline.ts';
export type { PerformanceSummary } from '../execution/performance/performance-summary.ts';
export type { RunFigures } from '../execution/performance/run-performance.ts';
