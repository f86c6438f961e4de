export * from 'zod';
// oxlint-disable-next-line import/no-default-export -- some strategies write `import z from 'zod'`
export { default } from 'zod';
