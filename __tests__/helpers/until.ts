/** Reads until what was read satisfies; the test runner's timeout is the limit. */
export async function until<Value>(
  read: () => Value | Promise<Value>,
  satisfies: (value: Value) => boolean,
): Promise<Value> {
  for (;;) {
    const value = await read();
    if (satisfies(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
