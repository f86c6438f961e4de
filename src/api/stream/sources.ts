import type { Service } from '../../system/service/service.ts';
import type { SourceOf } from './topic-book.ts';
export function sourcesOf(service: Service): SourceOf {
  void service;
  return () => {
    throw new Error('to come');
  };
}
