export interface PageProps {
  /** What stands behind the page's own part of the address, such as a worker's id. */
  readonly rest: readonly string[];
}
