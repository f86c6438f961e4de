import type { Validation } from '../../../src/client/index.ts';
import { ScrollBox } from './scroll-box.tsx';

interface CodeViewProps {
  readonly label: string;
  readonly source: string;
  readonly faults?: Validation['faults'];
}

/** A source with the numbers of its lines; what is wrong stands below its line. */
export function CodeView({ label, source, faults = [] }: CodeViewProps) {
  const lines = source.replace(/\n$/, '').split('\n');
  return (
    <ScrollBox label={label}>
      <ol class="code">
        {lines.map((line, at) => {
          const own = faults.filter((fault) => fault.line === at + 1);
          return (
            <li key={at} class={own.length === 0 ? 'code-line' : 'code-line code-wrong'}>
              <code>{line === '' ? ' ' : line}</code>
              {own.map(({ code, message, column }) => (
                <p key={`${code}${column}`} class="code-fault">
                  {column !== null && `${column}: `}
                  {message} <code>{code}</code>
                </p>
              ))}
            </li>
          );
        })}
      </ol>
    </ScrollBox>
  );
}
