/** Whether two values would be the same JSON, as far as plain data go; the order of fields does not matter. */
export function isSameData(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  if (one === null || other === null) return false;
  if (Array.isArray(one)) return Array.isArray(other) && isSameList(one, other);
  if (Array.isArray(other)) return false;
  return isSameRecord(one as Data, other as Data);
}

type Data = Readonly<Record<string, unknown>>;

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  return one.every((value, index) => isSameData(value, other[index]));
}

function isSameRecord(one: Data, other: Data): boolean {
  let fields = 0;
  for (const name in one) {
    if (!Object.hasOwn(other, name) || !isSameData(one[name], other[name])) return false;
    fields += 1;
  }
  for (const _ in other) fields -= 1;
  return fields === 0;
}
